/* SPDX-License-Identifier: MIT */
#ifndef QENT_HTTP_INTERNAL_H
#define QENT_HTTP_INTERNAL_H
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/http.h>

#include "util/url.h"

#include <curl/curl.h>
#include <stdatomic.h>

#define QENT__HTTP_MAX_HEADER_BYTES ((size_t)64 * 1024)

struct qent_http {
  char *user_agent;
  char *ca_file;
  char *proxy;
  int32_t timeout_ms;
  int32_t connect_timeout_ms;
  size_t max_reply_bytes;
  qent_http_transport_fn transport;
  void *transport_user;
  CURLM *multi; /* NULL with a transport, as is `easy` */
  CURL *easy;
  atomic_bool woken;
};

/* One request on its way through libcurl. */
typedef struct qent__http_transfer {
  const qent_http_request *req; /* complete: method and limits filled in */
  qent__url url;
  struct curl_slist *headers;
  curl_mime *mime;
  qent_buf body;
  qent_buf reply_headers;
  unsigned sends;    /* how often the request was about to be written to a connection */
  bool headers_done; /* the blank line came; libcurl takes a cut header block for an empty reply */
  bool oversize;
  bool canceled;
} qent__http_transfer;

/* Check the request against the rules of ext/http.h and fill in what was left open. */
qent_status qent__http_complete(const qent_http *http, const qent_http_request *in,
                                qent_http_request *out, qent__url *url, qent_error *err);

/* Set up `http->easy` for the transfer. QENT_ENOMEM, QENT_EINVAL. */
qent_status qent__http_prepare(qent_http *http, qent__http_transfer *t, qent_error *err);

/* Run a checked request through libcurl. */
qent_status qent__http_transfer_run(qent_http *http, const qent_http_request *req,
                                    const qent__url *url, qent_http_response *resp,
                                    qent_error *err);

/* Append one header line as "name\0value\0". A line without a colon is ignored. */
void qent__http_add_header(qent_buf *b, const char *line, size_t len);

/* Move the collected headers and body into an empty `resp`. QENT_ENOMEM. */
qent_status qent__http_response_build(qent_http_response *resp, int32_t status, qent_buf *headers,
                                      qent_buf *body, qent_error *err);

#endif
