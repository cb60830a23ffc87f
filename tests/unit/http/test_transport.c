/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <qentvpn/ext/http.h>

#include "util/alloc.h"

#include <string.h>

static struct {
  int calls;
  qent_http_request seen;
  qent_status answer;
  bool fill;
} script;

static qent_status scripted(const qent_http_request *req, qent_http_response *resp, qent_error *err,
                            void *user)
{
  static const char *const headers[] = {"Content-Type: application/json", "Retry-After: 3"};
  assert_ptr_equal(user, &script);
  script.calls++;
  script.seen = *req;
  if (script.fill) {
    qent_status st = qent_http_response_set(resp, 201, headers, 2, "{}", 2, err);
    if (st != QENT_OK)
      return st;
  }
  if (script.answer != QENT_OK)
    return qent_fail(err, script.answer, "scripted");
  return QENT_OK;
}

static qent_http *http;
static qent_http_request req;
static qent_http_response resp;
static qent_error err;

static int open_handle(void **state)
{
  (void)state;
  qent_http_options o = QENT_HTTP_OPTIONS_INIT;
  o.transport = scripted;
  o.transport_user = &script;
  o.timeout_ms = 700;
  o.ca_file = "/ca.pem";
  memset(&script, 0, sizeof script);
  script.fill = true;
  req = (qent_http_request)QENT_HTTP_REQUEST_INIT;
  req.url = "https://panel.example/x";
  resp = (qent_http_response)QENT_HTTP_RESPONSE_INIT;
  return qent_http_new(&o, &http, &err) == QENT_OK ? 0 : -1;
}

static int close_handle(void **state)
{
  (void)state;
  qent_http_response_dispose(&resp);
  qent_http_free(http);
  return 0;
}

static void transport_sees_the_completed_request(void **state)
{
  (void)state;
  req.body = "x";
  req.body_len = 1;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK);
  assert_int_equal(resp.status, 201);
  assert_string_equal(resp.body, "{}");
  assert_string_equal(resp.content_type, "application/json");
  assert_int_equal(resp.retry_after_s, 3);
  assert_string_equal(script.seen.method, "POST");
  assert_int_equal(script.seen.timeout_ms, 700);
  assert_int_equal(script.seen.connect_timeout_ms, 5000);
  assert_int_equal(script.seen.max_reply_bytes, 1024 * 1024);
  assert_string_equal(script.seen.ca_file, "/ca.pem");
  req.timeout_ms = 9;
  req.connect_timeout_ms = 8;
  req.max_reply_bytes = 7;
  req.ca_file = "/own.pem";
  req.method = "PUT";
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK); /* replaces the old reply */
  assert_string_equal(script.seen.method, "PUT");
  assert_int_equal(script.seen.timeout_ms, 9);
  assert_int_equal(script.seen.max_reply_bytes, 7);
  assert_string_equal(script.seen.ca_file, "/own.pem");
}

static void older_callers_get_defaults_for_newer_fields(void **state)
{
  (void)state;
  req.size = offsetof(qent_http_request, timeout_ms);
  req.timeout_ms = -5;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK);
  assert_int_equal(script.seen.size, sizeof req);
  assert_int_equal(script.seen.timeout_ms, 700);
}

static void failing_transport_leaves_the_reply_untouched(void **state)
{
  (void)state;
  script.answer = QENT_ETIMEOUT;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_ETIMEOUT);
  assert_string_equal(err.message, "scripted");
  assert_null(resp.body);
}

static void wakeup_cancels_the_next_scripted_send(void **state)
{
  (void)state;
  qent_http_wakeup(http);
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_ECANCELED);
  assert_int_equal(script.calls, 0);
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK);
}

static void refused(qent_http_request bad)
{
  assert_int_equal(qent_http_send(http, &bad, &resp, &err), QENT_EINVAL);
  assert_int_equal(script.calls, 0);
  assert_null(strstr(err.message, "SECRET"));
}

#define REFUSED(...)                                                                               \
  do {                                                                                             \
    qent_http_request bad = req;                                                                   \
    __VA_ARGS__;                                                                                   \
    refused(bad);                                                                                  \
  } while (0)

static void requests_that_break_the_rules_are_not_sent(void **state)
{
  (void)state;
  static const char *const no_colon[] = {"X-One"};
  static const char *const no_name[] = {": SECRET"};
  static const char *const blank[] = {"X One: 1"};
  static const char *const two_lines[] = {"X-One: 1\r\nX-Two: SECRET"};
  static const char *const null_line[] = {NULL};
  static const qent_http_part nameless[] = {{NULL, NULL, NULL, "x", 1}};
  static const qent_http_part dataless[] = {{"n", NULL, NULL, NULL, 1}};
  static const qent_http_part broken[] = {{"n", "a\nb", NULL, "x", 1}};
  static const qent_http_part good[] = {{"n", NULL, NULL, "x", 1}};
  REFUSED(bad.size = 0);
  REFUSED(bad.url = NULL);
  REFUSED(bad.url = "http://panel.example/SECRET");
  REFUSED(bad.method = "");
  REFUSED(bad.method = "get");
  REFUSED(bad.method = "GET /SECRET");
  REFUSED(bad.method = "ABCDEFGHIJKLMNOPQ");
  REFUSED(bad.headers = NULL; bad.header_count = 1);
  REFUSED(bad.headers = no_colon; bad.header_count = 1);
  REFUSED(bad.headers = no_name; bad.header_count = 1);
  REFUSED(bad.headers = blank; bad.header_count = 1);
  REFUSED(bad.headers = two_lines; bad.header_count = 1);
  REFUSED(bad.headers = null_line; bad.header_count = 1);
  REFUSED(bad.bearer = "SECRET\n");
  REFUSED(bad.basic_user = "a\n");
  REFUSED(bad.basic_user = "a:b");
  REFUSED(bad.basic_user = "a"; bad.basic_password = "SECRET\r");
  REFUSED(bad.basic_user = "a"; bad.bearer = "b");
  REFUSED(bad.body_len = 1);
  REFUSED(bad.part_count = 1);
  REFUSED(bad.parts = good; bad.part_count = 1; bad.body = "x"; bad.body_len = 1);
  REFUSED(bad.parts = nameless; bad.part_count = 1);
  REFUSED(bad.parts = dataless; bad.part_count = 1);
  REFUSED(bad.parts = broken; bad.part_count = 1);
  REFUSED(bad.method = "GET"; bad.body = "x"; bad.body_len = 1);
  REFUSED(bad.method = "HEAD"; bad.parts = good; bad.part_count = 1);
  REFUSED(bad.timeout_ms = -1);
  REFUSED(bad.connect_timeout_ms = -1);
  REFUSED(bad.pinned_pubkey = "/etc/passwd");
  assert_int_equal(qent_http_send(NULL, &req, &resp, &err), QENT_EINVAL);
  assert_int_equal(qent_http_send(http, NULL, &resp, &err), QENT_EINVAL);
  assert_int_equal(qent_http_send(http, &req, NULL, &err), QENT_EINVAL);
  resp.size = 0;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_EINVAL);
}

static void options_are_checked(void **state)
{
  (void)state;
  qent_http *other = NULL;
  qent_http_options o = QENT_HTTP_OPTIONS_INIT;
  o.timeout_ms = -1;
  assert_int_equal(qent_http_new(&o, &other, &err), QENT_EINVAL);
  o.timeout_ms = 0;
  o.connect_timeout_ms = -1;
  assert_int_equal(qent_http_new(&o, &other, &err), QENT_EINVAL);
  o.size = 0;
  assert_int_equal(qent_http_new(&o, &other, &err), QENT_EINVAL);
  assert_int_equal(qent_http_new(NULL, NULL, &err), QENT_EINVAL);
  assert_null(other);
  qent_http_free(NULL);
}

static void replies_are_made_or_left_alone(void **state)
{
  (void)state;
  static const char *const bad[] = {"no colon"};
  static const char *const null_line[] = {NULL};
  static const char *const good[] = {"X-A: 1", ": nameless"};
  assert_int_equal(qent_http_response_set(NULL, 200, NULL, 0, NULL, 0, &err), QENT_EINVAL);
  assert_int_equal(qent_http_response_set(&resp, 99, NULL, 0, NULL, 0, &err), QENT_EINVAL);
  assert_int_equal(qent_http_response_set(&resp, 600, NULL, 0, NULL, 0, &err), QENT_EINVAL);
  assert_int_equal(qent_http_response_set(&resp, 200, NULL, 0, NULL, 1, &err), QENT_EINVAL);
  assert_int_equal(qent_http_response_set(&resp, 200, bad, 1, NULL, 0, &err), QENT_EINVAL);
  assert_int_equal(qent_http_response_set(&resp, 200, null_line, 1, NULL, 0, &err), QENT_EINVAL);
  assert_int_equal(resp.status, 0);
  for (long n = 0;; n++) {
    qent__alloc_fail_after(n);
    qent_status st = qent_http_response_set(&resp, 200, good, 2, "body", 4, &err);
    qent__alloc_fail_after(-1);
    if (st == QENT_OK)
      break;
    assert_int_equal(st, QENT_ENOMEM);
    assert_null(resp.body);
  }
  assert_string_equal(resp.body, "body");
  assert_string_equal(qent_http_response_header(&resp, "x-a", 0), "1");
  assert_string_equal(resp.content_type, "");
  assert_int_equal(resp.retry_after_s, -1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_handle, close_handle)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(transport_sees_the_completed_request),
      CASE(older_callers_get_defaults_for_newer_fields),
      CASE(failing_transport_leaves_the_reply_untouched),
      CASE(wakeup_cancels_the_next_scripted_send),
      CASE(requests_that_break_the_rules_are_not_sent),
      CASE(options_are_checked),
      CASE(replies_are_made_or_left_alone),
  };
  return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
