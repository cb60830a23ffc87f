/* SPDX-License-Identifier: MIT */
#include "http/internal.h"
#include "util/alloc.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

/* An embedder who initialised libcurl before keeps its own allocation functions. */
static void init_curl(void)
{
  curl_ready = curl_global_init_mem(CURL_GLOBAL_DEFAULT, qent__malloc, qent__free, qent__realloc,
                                    qent__strdup, qent__calloc);
}

static bool copy_optional(char **out, const char *text)
{
  if (!text || !*text)
    return true;
  *out = qent__strdup(text);
  return *out != NULL;
}

static qent_status open_curl(qent_http *http, qent_error *err)
{
  (void)pthread_once(&curl_once, init_curl);
  if (curl_ready != CURLE_OK)
    return qent_fail(err, QENT_ENOMEM, "libcurl cannot be initialised");
  http->multi = curl_multi_init();
  http->easy = curl_easy_init();
  if (!http->multi || !http->easy ||
      curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, 8L) != CURLM_OK)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  return QENT_OK;
}

static qent_status fill(qent_http *http, const qent_http_options *o, qent_error *err)
{
  http->timeout_ms = o->timeout_ms ? o->timeout_ms : 15000;
  http->connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : 5000;
  http->max_reply_bytes = o->max_reply_bytes ? o->max_reply_bytes : (size_t)1024 * 1024;
  http->transport = o->transport;
  http->transport_user = o->transport_user;
  atomic_init(&http->woken, false);
  if (!copy_optional(&http->user_agent, o->user_agent ? o->user_agent : "qentvpn") ||
      !copy_optional(&http->ca_file, o->ca_file) || !copy_optional(&http->proxy, o->proxy))
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  return http->transport ? QENT_OK : open_curl(http, err);
}

qent_status qent_http_new(const qent_http_options *opts, qent_http **http_out, qent_error *err)
{
  qent_http_options o = QENT_HTTP_OPTIONS_INIT;
  if (!http_out || (opts && opts->size < offsetof(qent_http_options, timeout_ms)))
    return qent_fail(err, QENT_EINVAL, "the options were not initialised");
  if (opts)
    memcpy(&o, opts, opts->size < sizeof o ? opts->size : sizeof o);
  if (o.timeout_ms < 0 || o.connect_timeout_ms < 0)
    return qent_fail(err, QENT_EINVAL, "a time limit is negative");
  qent_http *http = qent__calloc(1, sizeof *http);
  if (!http)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_status st = fill(http, &o, err);
  if (st != QENT_OK) {
    qent_http_free(http);
    return st;
  }
  *http_out = http;
  return QENT_OK;
}

void qent_http_free(qent_http *http)
{
  if (!http)
    return;
  curl_easy_cleanup(http->easy);
  if (http->multi)
    (void)curl_multi_cleanup(http->multi);
  qent__free(http->user_agent);
  qent__free(http->ca_file);
  qent__free(http->proxy);
  qent__free(http);
}

qent_status qent_http_send(qent_http *http, const qent_http_request *req,
                           qent_http_response *resp_out, qent_error *err)
{
  qent_http_request full = QENT_HTTP_REQUEST_INIT;
  qent_http_response made = QENT_HTTP_RESPONSE_INIT;
  qent__url url;
  if (!http || !resp_out || resp_out->size < sizeof made)
    return qent_fail(err, QENT_EINVAL, "sending needs a handle and an initialised reply");
  qent_status st = qent__http_complete(http, req, &full, &url, err);
  if (st != QENT_OK)
    return st;
  if (!http->transport) {
    st = qent__http_transfer_run(http, &full, &url, &made, err);
  } else if (atomic_exchange(&http->woken, false)) {
    st = qent_fail(err, QENT_ECANCELED, "waiting was canceled");
  } else {
    st = http->transport(&full, &made, err, http->transport_user);
  }
  if (st == QENT_OK) {
    qent_http_response_dispose(resp_out);
    *resp_out = made;
  } else {
    qent_http_response_dispose(&made);
  }
  return st;
}

void qent_http_wakeup(qent_http *http)
{
  if (!http)
    return;
  atomic_store(&http->woken, true);
  if (http->multi)
    (void)curl_multi_wakeup(http->multi);
}
