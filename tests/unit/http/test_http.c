/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <qentvpn/ext/http.h>

#include "server.h"
#include "util/alloc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static server *srv;
static qent_http *http;
static char url[128];
static qent_http_request req;
static qent_http_response resp;
static qent_error err;

static int start_server(void **state)
{
  (void)state;
  srv = server_start(NULL, NULL);
  return 0;
}

static int stop_server(void **state)
{
  (void)state;
  server_stop(srv);
  return 0;
}

static int open_handle(void **state)
{
  (void)state;
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/SECRET?x=1", server_port(srv));
  req = (qent_http_request)QENT_HTTP_REQUEST_INIT;
  req.url = url;
  resp = (qent_http_response)QENT_HTTP_RESPONSE_INIT;
  qent_error_clear(&err);
  return qent_http_new(NULL, &http, &err) == QENT_OK ? 0 : -1;
}

static int close_handle(void **state)
{
  (void)state;
  qent_http_response_dispose(&resp);
  qent_http_free(http);
  return 0;
}

static qent_status send_it(void)
{
  return qent_http_send(http, &req, &resp, &err);
}

static const server_step ok_step = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 0, END_KEEP,
                                    NULL, NULL};

static void script(const char *reply, server_end end)
{
  const server_step step = {reply, 0, end, NULL, NULL};
  server_script(srv, &step, 1);
}

static void expect_failure(qent_status st)
{
  assert_int_equal(send_it(), st);
  assert_int_equal(err.status, st);
  assert_null(strstr(err.message, "SECRET"));
  assert_null(strstr(err.message, "x=1"));
  assert_null(resp.body);
  assert_int_equal(resp.status, 0);
}

static void reply_is_given_whole(void **state)
{
  (void)state;
  server_step step = {"HTTP/1.1 404 Not Found\r\nContent-Type:  text/plain \r\nSet-Cookie: a=1\r\n"
                      "X-Empty:\r\nset-cookie: b=2; Path=/\r\nRetry-After: 17\r\n"
                      "Content-Length: 5\r\n\r\nab\0cd",
                      0, END_KEEP, NULL, NULL};
  step.len = strlen(step.reply) + 3;
  server_script(srv, &step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.status, 404);
  assert_int_equal(resp.body_len, 5);
  assert_memory_equal(resp.body, "ab\0cd", 6);
  assert_string_equal(resp.content_type, "text/plain");
  assert_int_equal(resp.retry_after_s, 17);
  assert_string_equal(qent_http_response_header(&resp, "SET-COOKIE", 0), "a=1");
  assert_string_equal(qent_http_response_header(&resp, "Set-Cookie", 1), "b=2; Path=/");
  assert_null(qent_http_response_header(&resp, "Set-Cookie", 2));
  assert_string_equal(qent_http_response_header(&resp, "x-empty", 0), "");
  assert_null(qent_http_response_header(&resp, "x-none", 0));
  assert_null(qent_http_response_header(NULL, "x", 0));
  assert_null(qent_http_response_header(&resp, NULL, 0));
  qent_http_response_dispose(&resp);
  qent_http_response_dispose(&resp);
  qent_http_response_dispose(NULL);
  assert_null(qent_http_response_header(&resp, "x", 0));
}

static void interim_reply_is_skipped(void **state)
{
  (void)state;
  script("HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\nHTTP/1.1 204 No Content\r\nX-B: b\r\n\r\n",
         END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.status, 204);
  assert_string_equal(resp.body, "");
  assert_null(qent_http_response_header(&resp, "X-A", 0));
  assert_string_equal(qent_http_response_header(&resp, "X-B", 0), "b");
}

static const char *sent(void)
{
  return server_request(srv, 0, NULL);
}

static void get_sends_only_what_was_asked(void **state)
{
  (void)state;
  static const char *const headers[] = {"X-One: 1", "X-Empty:"};
  req.headers = headers;
  req.header_count = 2;
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_string_equal(resp.body, "ok");
  assert_int_equal(strncmp(sent(), "GET /SECRET?x=1 HTTP/1.1\r\n", 26), 0);
  assert_non_null(strstr(sent(), "\r\nUser-Agent: qentvpn\r\n"));
  assert_non_null(strstr(sent(), "\r\nX-One: 1\r\n"));
  assert_non_null(strstr(sent(), "\r\nX-Empty:\r\n"));
  assert_null(strstr(sent(), "Accept-Encoding"));
  assert_null(strstr(sent(), "Content-Type"));
  assert_null(strstr(sent(), "Content-Length"));
}

static void post_sends_the_exact_bytes(void **state)
{
  (void)state;
  static const char *const headers[] = {"content-type: application/json"};
  size_t len = 0;
  req.body = "a\0b";
  req.body_len = 3;
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  const char *text = server_request(srv, 0, &len);
  assert_int_equal(strncmp(text, "POST /SECRET", 12), 0);
  assert_memory_equal(text + len - 7, "\r\n\r\na\0b", 7);
  assert_null(strstr(text, "Content-Type"));
  assert_null(strstr(text, "Expect"));
  req.headers = headers;
  req.header_count = 1;
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_non_null(strstr(sent(), "\r\ncontent-type: application/json\r\n"));
  assert_null(strstr(sent(), "\r\nContent-Type"));
}

static void methods_keep_their_form(void **state)
{
  (void)state;
  static const struct {
    const char *method;
    const char *body;
    bool length;
  } cases[] = {{"PUT", "x", true},      {"PUT", NULL, true},   {"PATCH", "x", true},
               {"DELETE", NULL, false}, {"DELETE", "x", true}, {"POST", NULL, true}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    req.method = cases[i].method;
    req.body = cases[i].body;
    req.body_len = cases[i].body ? 1 : 0;
    server_script(srv, &ok_step, 1);
    assert_int_equal(send_it(), QENT_OK);
    assert_int_equal(strncmp(sent(), cases[i].method, strlen(cases[i].method)), 0);
    assert_int_equal(strstr(sent(), "Content-Length") != NULL, cases[i].length);
  }
  req = (qent_http_request)QENT_HTTP_REQUEST_INIT;
  req.url = url;
  req.method = "HEAD";
  script("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.body_len, 0);
}

static void credentials_are_sent_as_headers(void **state)
{
  (void)state;
  req.basic_user = "shop";
  req.basic_password = "key:1";
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_non_null(strstr(sent(), "\r\nAuthorization: Basic c2hvcDprZXk6MQ==\r\n"));
  req.basic_password = NULL;
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_non_null(strstr(sent(), "\r\nAuthorization: Basic c2hvcDo=\r\n"));
  req.basic_user = NULL;
  req.bearer = "tok.en";
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_non_null(strstr(sent(), "\r\nAuthorization: Bearer tok.en\r\n"));
  req.bearer = NULL;
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_null(strstr(sent(), "Authorization"));
}

static void parts_are_sent_as_a_form(void **state)
{
  (void)state;
  const qent_http_part parts[] = {{"chat_id", NULL, NULL, "42", 2},
                                  {"photo", "qr.png", "image/png", "\x89PNG", 4},
                                  {"doc", "a.bin", NULL, NULL, 0},
                                  {"json", NULL, "application/json", "{}", 2}};
  req.parts = parts;
  req.part_count = COUNT(parts);
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(strncmp(sent(), "POST ", 5), 0);
  assert_non_null(strstr(sent(), "Content-Type: multipart/form-data; boundary="));
  assert_non_null(strstr(sent(), "name=\"chat_id\"\r\n\r\n42\r\n"));
  assert_non_null(strstr(sent(), "name=\"photo\"; filename=\"qr.png\"\r\nContent-Type: image/png"));
  assert_non_null(strstr(sent(), "filename=\"a.bin\"\r\nContent-Type: application/octet-stream"));
  assert_non_null(strstr(sent(), "name=\"json\"\r\nContent-Type: application/json"));
}

static void redirects_are_not_followed(void **state)
{
  (void)state;
  script("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
         END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.status, 302);
  assert_int_equal(server_requests(srv), 1);
}

static void connections_are_kept(void **state)
{
  (void)state;
  const server_step steps[] = {ok_step, ok_step, ok_step};
  server_script(srv, steps, 3);
  for (int i = 0; i < 3; i++)
    assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(server_connections(srv), 1);
}

static void retry_after_date_is_turned_into_seconds(void **state)
{
  (void)state;
  script("HTTP/1.1 503 x\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"
         "Content-Length: 0\r\n\r\n",
         END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_true(resp.retry_after_s > 1000000000);
  script("HTTP/1.1 503 x\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Content-Length: 0\r\n\r\n",
         END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.retry_after_s, 0);
  script("HTTP/1.1 503 x\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(resp.retry_after_s, -1);
}

static void broken_answer_is_an_unknown_outcome(void **state)
{
  (void)state;
  static const char *const replies[] = {
      NULL,
      "HTTP/1.1 200 OK\r\nContent-",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
  };
  for (size_t i = 0; i < COUNT(replies); i++) {
    script(replies[i], END_CLOSE);
    req.method = "POST";
    expect_failure(QENT_ETIMEOUT);
    assert_non_null(strstr(err.message, "127.0.0.1"));
    assert_int_equal(server_requests(srv), 1);
  }
  assert_int_equal(err.http_status, 200);
}

static void post_is_never_written_twice(void **state)
{
  (void)state;
  const server_step steps[] = {ok_step, {NULL, 0, END_CLOSE, NULL, NULL}, ok_step};
  static const char *const methods[] = {"POST", "PATCH"};
  for (size_t i = 0; i < COUNT(methods); i++) {
    req.method = NULL;
    server_script(srv, steps, 3);
    assert_int_equal(send_it(), QENT_OK);
    qent_http_response_dispose(&resp);
    req.method = methods[i];
    expect_failure(QENT_ETIMEOUT);
    assert_int_equal(server_requests(srv), 2);
  }
}

static void get_is_repeated_on_a_dead_connection(void **state)
{
  (void)state;
  const server_step steps[] = {ok_step, {NULL, 0, END_CLOSE, NULL, NULL}, ok_step};
  server_script(srv, steps, 3);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(server_requests(srv), 3);
}

static void oversized_answers_are_refused(void **state)
{
  (void)state;
  req.max_reply_bytes = 4;
  script("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", END_KEEP);
  assert_int_equal(send_it(), QENT_OK);
  qent_http_response_dispose(&resp);
  script("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", END_KEEP);
  expect_failure(QENT_EPROTO);
  script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n",
         END_KEEP);
  expect_failure(QENT_EPROTO);
  script("HTTP/1.1 200 OK\r\n\r\nabcde", END_CLOSE);
  expect_failure(QENT_EPROTO);
  assert_non_null(strstr(err.message, "larger than 4 bytes"));
}

static void endless_headers_are_refused(void **state)
{
  (void)state;
  static char reply[120000];
  size_t len = (size_t)snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\n");
  while (len < 110000)
    len += (size_t)snprintf(reply + len, sizeof reply - len, "X-Header-%zu: 0123456789\r\n", len);
  script(reply, END_HOLD);
  expect_failure(QENT_EPROTO);
}

static void what_is_not_http_is_refused(void **state)
{
  (void)state;
  script("SSH-2.0-OpenSSH_9.2\r\n\r\n", END_CLOSE);
  expect_failure(QENT_EPROTO);
}

static void silence_is_a_timeout(void **state)
{
  (void)state;
  static const char *const replies[] = {NULL, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"};
  req.timeout_ms = 200;
  for (size_t i = 0; i < COUNT(replies); i++) {
    script(replies[i], END_HOLD);
    expect_failure(QENT_ETIMEOUT);
    assert_int_equal(err.retry_after_ms, -1);
    assert_non_null(strstr(err.message, "200 ms"));
  }
}

static void refused_connection_may_be_retried(void **state)
{
  (void)state;
  server *gone = server_start(NULL, NULL);
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/SECRET?x=1", server_port(gone));
  server_stop(gone);
  expect_failure(QENT_EUPSTREAM);
  assert_true(err.retry_after_ms > 0);
  assert_int_equal(err.http_status, 0);
  assert_int_equal(qent_http_send(http, &req, &resp, NULL), QENT_EUPSTREAM);
}

static void wake(void *user)
{
  qent_http_wakeup(user);
}

static void wakeup_ends_a_running_wait(void **state)
{
  (void)state;
  const server_step steps[] = {{NULL, 0, END_HOLD, wake, http}, ok_step};
  req.timeout_ms = 60000;
  server_script(srv, steps, 2);
  expect_failure(QENT_ECANCELED);
  assert_int_equal(send_it(), QENT_OK);
}

static void early_wakeup_ends_the_next_wait_once(void **state)
{
  (void)state;
  server_script(srv, &ok_step, 1);
  qent_http_wakeup(http);
  qent_http_wakeup(http);
  qent_http_wakeup(NULL);
  expect_failure(QENT_ECANCELED);
  assert_int_equal(server_requests(srv), 0);
  assert_int_equal(send_it(), QENT_OK);
}

static void environment_proxies_are_ignored(void **state)
{
  (void)state;
  assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
  assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
  server_script(srv, &ok_step, 1);
  assert_int_equal(send_it(), QENT_OK);
  assert_int_equal(unsetenv("http_proxy"), 0);
  assert_int_equal(unsetenv("ALL_PROXY"), 0);
}

static void proxy_is_used_for_the_world_only(void **state)
{
  (void)state;
  qent_http_options o = QENT_HTTP_OPTIONS_INIT;
  qent_http *proxied = NULL;
  char proxy[64];
  (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", server_port(srv));
  o.proxy = proxy;
  o.user_agent = "agent/1";
  assert_int_equal(qent_http_new(&o, &proxied, &err), QENT_OK);
  script("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", END_CLOSE);
  assert_int_equal(qent_http_send(proxied, &req, &resp, &err), QENT_OK);
  assert_int_equal(strncmp(sent(), "GET /SECRET", 11), 0);
  assert_non_null(strstr(sent(), "agent/1"));
  qent_http_response_dispose(&resp);
  req.url = "https://far.invalid/SECRET";
  script("HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n", END_CLOSE);
  assert_int_equal(qent_http_send(proxied, &req, &resp, &err), QENT_EUPSTREAM);
  assert_int_equal(strncmp(sent(), "CONNECT far.invalid:443 ", 24), 0);
  qent_http_free(proxied);
}

/* libcurl allocates through the library's functions, too, so this fails each of its allocations. */
static void lost_memory_is_reported(void **state)
{
  (void)state;
  static const char *const headers[] = {"X-One: 1", "X-Empty:"};
  const qent_http_part parts[] = {{"photo", "qr.png", "image/png", "\x89PNG", 4}};
  qent_status st = QENT_ENOMEM;
  req.headers = headers;
  req.header_count = 2;
  req.parts = parts;
  req.part_count = 1;
  req.basic_user = "u";
  for (long n = 0; st != QENT_OK; n++) {
    qent_http *fresh = NULL;
    server_script(srv, &ok_step, 1);
    qent__alloc_fail_after(n);
    st = qent_http_new(NULL, &fresh, &err);
    if (st == QENT_OK)
      st = qent_http_send(fresh, &req, &resp, &err);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK)
      assert_null(resp.body);
    qent_http_free(fresh);
    assert_true(n < 2000);
  }
  assert_string_equal(resp.body, "ok");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_handle, close_handle)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(reply_is_given_whole),
      CASE(interim_reply_is_skipped),
      CASE(get_sends_only_what_was_asked),
      CASE(post_sends_the_exact_bytes),
      CASE(methods_keep_their_form),
      CASE(credentials_are_sent_as_headers),
      CASE(parts_are_sent_as_a_form),
      CASE(redirects_are_not_followed),
      CASE(connections_are_kept),
      CASE(retry_after_date_is_turned_into_seconds),
      CASE(broken_answer_is_an_unknown_outcome),
      CASE(post_is_never_written_twice),
      CASE(get_is_repeated_on_a_dead_connection),
      CASE(oversized_answers_are_refused),
      CASE(endless_headers_are_refused),
      CASE(what_is_not_http_is_refused),
      CASE(silence_is_a_timeout),
      CASE(refused_connection_may_be_retried),
      CASE(wakeup_ends_a_running_wait),
      CASE(early_wakeup_ends_the_next_wait_once),
      CASE(environment_proxies_are_ignored),
      CASE(proxy_is_used_for_the_world_only),
      CASE(lost_memory_is_reported),
  };
  return cmocka_run_group_tests_name("http", tests, start_server, stop_server);
}
