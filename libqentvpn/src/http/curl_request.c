/* SPDX-License-Identifier: MIT */
#include "http/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

/* What libcurl may say while it is set up: out of memory, or a value it refuses. */
typedef struct setup {
  CURL *easy;
  CURLcode rc; /* the first failure */
} setup;

static void note(setup *s, CURLcode rc)
{
  if (s->rc == CURLE_OK)
    s->rc = rc;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
  qent__http_transfer *t = user;
  size_t len = size * count;
  if (len > t->body.max - t->body.len) {
    t->oversize = true;
    return 0;
  }
  qent_buf_add(&t->body, data, len);
  return t->body.failed ? 0 : len;
}

static size_t on_header(char *data, size_t size, size_t count, void *user)
{
  qent__http_transfer *t = user;
  size_t len = size * count;
  /* An interim reply (100 Continue) came before this one. */
  if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
    qent_buf_reset(&t->reply_headers);
    t->headers_done = false;
  } else if (len > 0 && (data[0] == '\r' || data[0] == '\n')) {
    t->headers_done = true;
  } else {
    qent__http_add_header(&t->reply_headers, data, len);
  }
  if (t->reply_headers.failed && t->reply_headers.why != QENT_ENOMEM)
    t->oversize = true;
  return t->reply_headers.failed ? 0 : len;
}

/* Called when the connection stands, just before the request is written. When a kept connection
 * turns out to be dead, libcurl writes the request again on a new one: the far side may have acted
 * on the first, so this is only for methods that may be repeated. */
static int before_send(void *user, char *peer_ip, char *own_ip, int peer_port, int own_port)
{
  (void)peer_ip;
  (void)own_ip;
  (void)peer_port;
  (void)own_port;
  qent__http_transfer *t = user;
  const char *method = t->req->method;
  bool once = qent__streq(method, "POST") || qent__streq(method, "PATCH");
  if (once && t->sends > 0)
    return CURL_PREREQFUNC_ABORT;
  t->sends++;
  return CURL_PREREQFUNC_OK;
}

static bool append(struct curl_slist **list, const char *line)
{
  struct curl_slist *longer = curl_slist_append(*list, line);
  if (!longer)
    return false;
  *list = longer;
  return true;
}

/* libcurl's way to send a header without a value is "Name;". */
static bool append_header(struct curl_slist **list, const char *line)
{
  const char *colon = strchr(line, ':');
  size_t name_len = colon ? (size_t)(colon - line) : 0;
  const char *value = line + name_len + 1;
  size_t value_len = strlen(value);
  qent__trim(&value, &value_len);
  if (value_len > 0)
    return append(list, line);
  char *empty = qent__strndup(line, name_len + 1);
  if (!empty)
    return false;
  empty[name_len] = ';';
  bool ok = append(list, empty);
  qent__free(empty);
  return ok;
}

static bool is_content_type(const char *line)
{
  static const char name[] = "Content-Type:";
  return strlen(line) >= sizeof name - 1 && qent__memieq(line, sizeof name - 1, name);
}

static bool build_headers(qent__http_transfer *t)
{
  const qent_http_request *r = t->req;
  bool typed = r->part_count > 0; /* libcurl knows the boundary */
  /* Without a value, after the colon, these switch off what libcurl would add. */
  if (!append(&t->headers, "Expect:"))
    return false;
  for (size_t i = 0; i < r->header_count; i++) {
    typed = typed || is_content_type(r->headers[i]);
    if (!append_header(&t->headers, r->headers[i]))
      return false;
  }
  return typed || append(&t->headers, "Content-Type:");
}

static bool add_part(curl_mime *mime, const qent_http_part *p)
{
  curl_mimepart *part = curl_mime_addpart(mime);
  const char *type = p->content_type;
  if (!type && p->filename)
    type = "application/octet-stream";
  return part && curl_mime_name(part, p->name) == CURLE_OK &&
         curl_mime_data(part, p->data ? p->data : "", p->len) == CURLE_OK &&
         (!p->filename || curl_mime_filename(part, p->filename) == CURLE_OK) &&
         (!type || curl_mime_type(part, type) == CURLE_OK);
}

static void set_body(setup *s, qent__http_transfer *t)
{
  const qent_http_request *r = t->req;
  if (r->part_count > 0) {
    t->mime = curl_mime_init(s->easy);
    bool ok = t->mime != NULL;
    for (size_t i = 0; ok && i < r->part_count; i++)
      ok = add_part(t->mime, &r->parts[i]);
    note(s, ok ? curl_easy_setopt(s->easy, CURLOPT_MIMEPOST, t->mime) : CURLE_OUT_OF_MEMORY);
  } else if (qent__streq(r->method, "HEAD")) {
    note(s, curl_easy_setopt(s->easy, CURLOPT_NOBODY, 1L));
    return;
  } else if (!r->body && (qent__streq(r->method, "GET") || qent__streq(r->method, "DELETE"))) {
    note(s, curl_easy_setopt(s->easy, CURLOPT_HTTPGET, 1L));
  } else {
    note(s, curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len));
    note(s, curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, r->body ? r->body : ""));
  }
  note(s, curl_easy_setopt(s->easy, CURLOPT_CUSTOMREQUEST, r->method));
}

static void set_credentials(setup *s, const qent_http_request *r)
{
  if (r->bearer) {
    note(s, curl_easy_setopt(s->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER));
    note(s, curl_easy_setopt(s->easy, CURLOPT_XOAUTH2_BEARER, r->bearer));
  } else if (r->basic_user) {
    note(s, curl_easy_setopt(s->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC));
    note(s, curl_easy_setopt(s->easy, CURLOPT_USERNAME, r->basic_user));
    note(s,
         curl_easy_setopt(s->easy, CURLOPT_PASSWORD, r->basic_password ? r->basic_password : ""));
  }
}

static void set_tls(setup *s, const qent_http_request *r)
{
  note(s, curl_easy_setopt(s->easy, CURLOPT_SSL_VERIFYPEER, 1L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_SSL_VERIFYHOST, 2L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
  if (r->ca_file) {
    note(s, curl_easy_setopt(s->easy, CURLOPT_CAINFO, r->ca_file));
    note(s, curl_easy_setopt(s->easy, CURLOPT_CAPATH, NULL));
  }
  if (r->pinned_pubkey)
    note(s, curl_easy_setopt(s->easy, CURLOPT_PINNEDPUBLICKEY, r->pinned_pubkey));
}

static void set_rules(setup *s, const qent_http *http, const qent__http_transfer *t)
{
  const qent_http_request *r = t->req;
  bool direct = !http->proxy || qent__host_is_loopback(t->url.host.s, t->url.host.len);
  note(s, curl_easy_setopt(s->easy, CURLOPT_URL, r->url));
  note(s, curl_easy_setopt(s->easy, CURLOPT_PATH_AS_IS, 1L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "http,https"));
  note(s, curl_easy_setopt(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
  note(s, curl_easy_setopt(s->easy, CURLOPT_FOLLOWLOCATION, 0L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_PROXY, direct ? "" : http->proxy));
  note(s, curl_easy_setopt(s->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L));
  note(s, curl_easy_setopt(s->easy, CURLOPT_USERAGENT, http->user_agent));
  note(s, curl_easy_setopt(s->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms));
  note(s, curl_easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_timeout_ms));
  note(s, curl_easy_setopt(s->easy, CURLOPT_TCP_KEEPALIVE, 1L));
  /* Servers close idle connections after 60 to 75 s; do not race them. */
  note(s, curl_easy_setopt(s->easy, CURLOPT_MAXAGE_CONN, 50L));
#if LIBCURL_VERSION_NUM >= 0x075700
  note(s, curl_easy_setopt(s->easy, CURLOPT_QUICK_EXIT, 1L));
#endif
}

static void set_callbacks(setup *s, qent__http_transfer *t)
{
  note(s, curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_body));
  note(s, curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, t));
  note(s, curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_header));
  note(s, curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, t));
  note(s, curl_easy_setopt(s->easy, CURLOPT_PREREQFUNCTION, before_send));
  note(s, curl_easy_setopt(s->easy, CURLOPT_PREREQDATA, t));
}

qent_status qent__http_prepare(qent_http *http, qent__http_transfer *t, qent_error *err)
{
  setup s = {http->easy, CURLE_OK};
  if (!build_headers(t))
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  set_rules(&s, http, t);
  set_tls(&s, t->req);
  set_credentials(&s, t->req);
  set_body(&s, t);
  set_callbacks(&s, t);
  note(&s, curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, t->headers));
  if (s.rc == CURLE_OUT_OF_MEMORY)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  if (s.rc != CURLE_OK)
    return qent_fail(err, QENT_EINVAL, "the request cannot be set up: %s",
                     curl_easy_strerror(s.rc));
  return QENT_OK;
}
