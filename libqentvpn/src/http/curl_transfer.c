/* SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include <limits.h>
#include <string.h>

#define RETRY_CONNECT_MS 1000
#define RETRY_TLS_MS 30000 /* a person has to repair it */

static int host_len(const qent__http_transfer *t)
{
  return t->url.host.len < 100 ? (int)t->url.host.len : 100;
}

/* Nothing was sent. */
static qent_status not_reached(const qent__http_transfer *t, CURLcode rc, qent_error *err)
{
  int64_t pause_ms = RETRY_CONNECT_MS;
  const char *what = "cannot connect to";
  switch ((int)rc) {
  case CURLE_COULDNT_RESOLVE_HOST:
    what = "cannot resolve";
    break;
  case CURLE_COULDNT_RESOLVE_PROXY:
    what = "cannot resolve the proxy for";
    break;
  case CURLE_OPERATION_TIMEDOUT:
    what = "connecting took too long:";
    break;
  case CURLE_PEER_FAILED_VERIFICATION:
    what = "the TLS certificate was refused:";
    pause_ms = RETRY_TLS_MS;
    break;
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    what = "the server's public key is not the pinned one:";
    pause_ms = RETRY_TLS_MS;
    break;
  case CURLE_SSL_CACERT_BADFILE:
    what = "the CA file cannot be read for";
    pause_ms = RETRY_TLS_MS;
    break;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
    what = "TLS failed with";
    pause_ms = RETRY_TLS_MS;
    break;
  default:
    break;
  }
  qent_status st = qent_fail(err, QENT_EUPSTREAM, "%s %.*s", what, host_len(t), t->url.host.s);
  if (err)
    err->retry_after_ms = pause_ms;
  return st;
}

/* The request, or some of it, is out: whether the far side acted is not known. */
static qent_status no_whole_answer(const qent__http_transfer *t, CURLcode rc, qent_error *err)
{
  int len = host_len(t);
  const char *host = t->url.host.s;
  switch ((int)rc) {
  case CURLE_OPERATION_TIMEDOUT:
    return qent_fail(err, QENT_ETIMEOUT, "no answer from %.*s within %d ms", len, host,
                     (int)t->req->timeout_ms);
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
  case CURLE_BAD_CONTENT_ENCODING:
    return qent_fail(err, QENT_EPROTO, "the answer from %.*s is not HTTP", len, host);
  default:
    return qent_fail(err, QENT_ETIMEOUT, "%.*s broke the connection before its whole answer came",
                     len, host);
  }
}

static qent_status explain(const qent__http_transfer *t, CURLcode rc, qent_error *err)
{
  if (t->oversize)
    return qent_fail(err, QENT_EPROTO, "the answer from %.*s is larger than %zu bytes", host_len(t),
                     t->url.host.s, t->req->max_reply_bytes);
  if (rc == CURLE_OUT_OF_MEMORY || t->body.why == QENT_ENOMEM ||
      t->reply_headers.why == QENT_ENOMEM)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  return t->sends > 0 ? no_whole_answer(t, rc, err) : not_reached(t, rc, err);
}

static CURLcode multi_failure(CURLMcode rc)
{
  return rc == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_SEND_ERROR;
}

static bool finished(CURLM *multi, CURLcode *rc)
{
  int left = 0;
  const CURLMsg *msg = curl_multi_info_read(multi, &left);
  if (!msg || msg->msg != CURLMSG_DONE)
    return false;
  *rc = msg->data.result;
  return true;
}

/* libcurl's own timers end the loop at the latest. */
static CURLcode wait_done(qent_http *http, qent__http_transfer *t)
{
  CURLcode rc = CURLE_OK;
  for (;;) {
    int running = 0;
    if (atomic_exchange(&http->woken, false)) {
      t->canceled = true;
      return CURLE_ABORTED_BY_CALLBACK;
    }
    CURLMcode mc = curl_multi_perform(http->multi, &running);
    if (mc == CURLM_OK && finished(http->multi, &rc))
      return rc;
    if (mc == CURLM_OK)
      mc = curl_multi_poll(http->multi, NULL, 0, 1000, NULL);
    if (mc != CURLM_OK)
      return multi_failure(mc);
  }
}

static CURLcode perform(qent_http *http, qent__http_transfer *t)
{
  CURLMcode mc = curl_multi_add_handle(http->multi, http->easy);
  if (mc != CURLM_OK)
    return multi_failure(mc);
  CURLcode rc = wait_done(http, t);
  (void)curl_multi_remove_handle(http->multi, http->easy);
  return rc;
}

static qent_status run(qent_http *http, qent__http_transfer *t, qent_http_response *resp,
                       qent_error *err)
{
  long status = 0;
  qent_status st = qent__http_prepare(http, t, err);
  if (st != QENT_OK)
    return st;
  CURLcode rc = perform(http, t);
  (void)curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
  if (t->canceled)
    return qent_fail(err, QENT_ECANCELED, "waiting for %.*s was canceled", host_len(t),
                     t->url.host.s);
  if (rc == CURLE_OK && (status < 100 || status > 599))
    rc = CURLE_WEIRD_SERVER_REPLY;
  if (rc == CURLE_OK && !t->headers_done)
    rc = CURLE_PARTIAL_FILE;
  if (rc == CURLE_OK)
    return qent__http_response_build(resp, (int32_t)status, &t->reply_headers, &t->body, err);
  st = explain(t, rc, err);
  if (err && t->sends > 0)
    err->http_status = (int)status;
  return st;
}

qent_status qent__http_transfer_run(qent_http *http, const qent_http_request *req,
                                    const qent__url *url, qent_http_response *resp, qent_error *err)
{
  qent__http_transfer t = {.req = req, .url = *url};
  qent_buf_init(&t.body, req->max_reply_bytes);
  qent_buf_init(&t.reply_headers, QENT__HTTP_MAX_HEADER_BYTES);
  qent_status st = run(http, &t, resp, err);
  curl_easy_reset(http->easy); /* forgets credentials, keeps connections */
  curl_mime_free(t.mime);
  curl_slist_free_all(t.headers);
  qent_buf_dispose(&t.body);
  qent_buf_dispose(&t.reply_headers);
  return st;
}
