/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_EXT_HTTP_H
#define QENTVPN_EXT_HTTP_H
#include <qentvpn/base.h>
#include <qentvpn/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
QENT_BEGIN_DECLS

/** Outgoing HTTP. One handle serves one thread at a time and keeps its connections alive between
 *  requests. Only qent_http_wakeup() may be called from other threads. */
typedef struct qent_http qent_http;

/** One part of a multipart/form-data body. All members are borrowed during the call. */
typedef struct qent_http_part {
  const char *name;         /**< Field name; required. */
  const char *filename;     /**< NULL: an ordinary field. */
  const char *content_type; /**< NULL: none for a field, application/octet-stream for a file. */
  const void *data;         /**< May be NULL when `len` is 0. */
  size_t len;
} qent_http_part;

/** One request. Fill from QENT_HTTP_REQUEST_INIT. Everything is borrowed during the call. */
typedef struct qent_http_request {
  size_t size;        /**< sizeof(qent_http_request) as the caller was compiled. */
  const char *method; /**< "GET", "POST", ...; NULL = POST with a body or parts, else GET. */
  const char *url;    /**< Absolute; https, or http to a loopback host. No user part. */
  const char *const *headers; /**< `header_count` lines "Name: value". */
  size_t header_count;
  const void *body; /**< NULL = none. */
  size_t body_len;
  const qent_http_part *parts; /**< Sent as multipart/form-data; excludes `body`. */
  size_t part_count;
  const char *basic_user; /**< HTTP basic authentication; NULL = none. */
  const char *basic_password;
  const char *bearer;         /**< Sent as "Authorization: Bearer ..."; NULL = none. */
  int32_t timeout_ms;         /**< Whole request; 0 = the handle's. */
  int32_t connect_timeout_ms; /**< Until connected, with TLS; 0 = the handle's. */
  size_t max_reply_bytes;     /**< Largest reply body; 0 = the handle's. */
  const char *ca_file;        /**< PEM file that replaces the system's CAs; NULL = the handle's. */
  const char *pinned_pubkey; /**< "sha256//base64[;sha256//...]" of the server's public key; checked
                                  in addition to the certificate. NULL = none. */
} qent_http_request;
#define QENT_HTTP_REQUEST_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_http_request), NULL, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, 0, 0,   \
        NULL, NULL                                                                                 \
  }

/** One reply. Start from QENT_HTTP_RESPONSE_INIT, release with qent_http_response_dispose(). */
typedef struct qent_http_response {
  size_t size;    /**< sizeof(qent_http_response) as the caller was compiled. */
  int32_t status; /**< 100..599. */
  char *body;     /**< Owned, NUL-terminated, never NULL after success; any bytes. */
  size_t body_len;
  const char *content_type; /**< Borrowed from this reply; "" if the server gave none. */
  int64_t retry_after_s;    /**< From Retry-After (seconds or a date); -1 = none. */
  char *headers;            /**< Private: "name\0value\0" pairs, see qent_http_response_header(). */
  size_t headers_len;
} qent_http_response;
#define QENT_HTTP_RESPONSE_INIT                                                                    \
  {                                                                                                \
    sizeof(qent_http_response), 0, NULL, 0, "", -1, NULL, 0                                        \
  }

/** Free what the reply holds and make it QENT_HTTP_RESPONSE_INIT again. NULL is allowed. */
QENT_API void qent_http_response_dispose(qent_http_response *resp);

/** Look up a reply header.
 *  @param name  in any case.
 *  @param nth   0 = the first of that name (Set-Cookie may come several times).
 *  @return borrowed from `resp`, without surrounding blanks; NULL if there is none. */
QENT_API const char *qent_http_response_header(const qent_http_response *resp, const char *name,
                                               size_t nth);

/** Fill a reply; for transports. Replaces what was in it.
 *  @param resp     changed on success only.
 *  @param headers  `header_count` lines "Name: value", copied. Content-Type and Retry-After are
 *                  taken from here.
 *  @param body     copied; may be NULL when `body_len` is 0.
 *  @return QENT_OK; QENT_EINVAL (a header without a colon); QENT_ENOMEM. */
QENT_API qent_status qent_http_response_set(qent_http_response *resp, int32_t status,
                                            const char *const *headers, size_t header_count,
                                            const void *body, size_t body_len, qent_error *err);

/** Stands in for the network, so that tests script replies.
 *
 *  Called by qent_http_send() on its thread after all checks of the request. Fills `resp` with
 *  qent_http_response_set() or returns a failure as qent_http_send() would.
 *  @param req   as sent by the caller, but always of this library's size, with the method filled
 * in; borrowed during the call.
 *  @param resp  empty; on failure the library disposes of it. */
typedef qent_status (*qent_http_transport_fn)(const qent_http_request *req,
                                              qent_http_response *resp, qent_error *err,
                                              void *user);

/** What a handle is made from. Fill from QENT_HTTP_OPTIONS_INIT. */
typedef struct qent_http_options {
  size_t size;            /**< sizeof(qent_http_options) as the caller was compiled. */
  const char *user_agent; /**< NULL = "qentvpn". Copied. */
  const char *ca_file;    /**< PEM file that replaces the system's CAs; NULL = system. Copied. */
  const char *proxy;      /**< "socks5h://host:port", "http://..."; NULL = none. The environment's
                               proxy variables are never used. Not used for loopback. Copied. */
  int32_t timeout_ms;     /**< Default for requests; 0 = 15000. */
  int32_t connect_timeout_ms;       /**< Default for requests; 0 = 5000. */
  size_t max_reply_bytes;           /**< Default for requests; 0 = 1 MiB. */
  qent_http_transport_fn transport; /**< NULL = the network. */
  void *transport_user;             /**< Passed to `transport`; borrowed while the handle lives. */
} qent_http_options;
#define QENT_HTTP_OPTIONS_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_http_options), NULL, NULL, NULL, 0, 0, 0, NULL, NULL                               \
  }

/** Make a handle.
 *  @param opts      copied; NULL = all defaults.
 *  @param http_out  owned by the caller, release with qent_http_free(). Untouched on failure.
 *  @return QENT_OK; QENT_EINVAL (a negative limit); QENT_ENOMEM.
 *  @thread any. The first call of a process initialises libcurl. The program must ignore SIGPIPE:
 *          OpenSSL writes to connections that the far side may have closed. */
QENT_API qent_status qent_http_new(const qent_http_options *opts, qent_http **http_out,
                                   qent_error *err) QENT_NODISCARD;

/** Close the connections and free the handle. No send may be running. NULL is allowed. */
QENT_API void qent_http_free(qent_http *http);

/** Send a request and wait for the whole reply.
 *
 *  Any HTTP status is QENT_OK; look at `resp->status`. Redirects are never followed. TLS
 *  certificates are always verified. A POST or PATCH is put on the wire at most once; other methods
 * may be repeated by libcurl once when an idle connection turns out to be dead. No error message
 *  contains more of the URL than its host.
 *
 *  @param resp_out  from QENT_HTTP_RESPONSE_INIT or disposed; filled on success, untouched on
 *                   failure.
 *  @return QENT_OK
 *    QENT_EINVAL     the request breaks a rule above: URL, header, limits;
 *    QENT_EUPSTREAM  name not resolved, not connected, TLS refused: the request was not sent, and
 *                    err->retry_after_ms says when to try again;
 *    QENT_ETIMEOUT   time ran out or the connection broke after sending began: the far side may
 * have acted. Repeat with the same idempotency key or ask for the state; QENT_EPROTO     the reply
 * is not HTTP or larger than allowed: the far side may have acted; QENT_ECANCELED
 * qent_http_wakeup(): the far side may have acted; QENT_ENOMEM.
 *  @thread the handle's. */
QENT_API qent_status qent_http_send(qent_http *http, const qent_http_request *req,
                                    qent_http_response *resp_out, qent_error *err) QENT_NODISCARD;

/** End a wait at once: the running qent_http_send(), or if none runs the next one, returns
 *  QENT_ECANCELED. Several calls count as one until a send has consumed them.
 *  @thread any, while the handle lives. */
QENT_API void qent_http_wakeup(qent_http *http);

QENT_END_DECLS
#endif
