/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <qentvpn/ext/http.h>

#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char cert[96];
static char key[96];
static char pin[80];
static server *tls;
static server *plain;
static qent_http *http;
static qent_http_request req;
static qent_http_response resp;
static qent_error err;
static char url[128];

static const server_step steps[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 0, END_CLOSE, NULL, NULL}};

static int start(void **state)
{
  (void)state;
  (void)snprintf(folder, sizeof folder, "/tmp/qent-tls-XXXXXX");
  if (!mkdtemp(folder))
    return -1;
  (void)snprintf(cert, sizeof cert, "%s/cert.pem", folder);
  (void)snprintf(key, sizeof key, "%s/key.pem", folder);
  if (!server_make_cert(cert, key, pin, sizeof pin))
    return -1;
  tls = server_start(cert, key);
  plain = server_start(NULL, NULL);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  server_stop(tls);
  server_stop(plain);
  (void)unlink(cert);
  (void)unlink(key);
  return rmdir(folder);
}

static int open_handle(void **state)
{
  (void)state;
  server_script(tls, steps, 1);
  req = (qent_http_request)QENT_HTTP_REQUEST_INIT;
  resp = (qent_http_response)QENT_HTTP_RESPONSE_INIT;
  (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/SECRET", server_port(tls));
  req.url = url;
  req.ca_file = cert;
  return qent_http_new(NULL, &http, &err) == QENT_OK ? 0 : -1;
}

static int close_handle(void **state)
{
  (void)state;
  qent_http_response_dispose(&resp);
  qent_http_free(http);
  return 0;
}

static void expect_refusal(void)
{
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms > 0);
  assert_null(strstr(err.message, "SECRET"));
  assert_int_equal(server_requests(tls), 0);
}

static void known_authority_is_trusted(void **state)
{
  (void)state;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK);
  assert_string_equal(resp.body, "ok");
}

static void unknown_authority_is_refused(void **state)
{
  (void)state;
  req.ca_file = NULL;
  expect_refusal();
  assert_non_null(strstr(err.message, "certificate"));
}

static void wrong_name_is_refused(void **state)
{
  (void)state;
  (void)snprintf(url, sizeof url, "https://localhost:%d/SECRET", server_port(tls));
  expect_refusal();
}

static void pinned_key_must_match(void **state)
{
  (void)state;
  req.pinned_pubkey = pin;
  assert_int_equal(qent_http_send(http, &req, &resp, &err), QENT_OK);
  server_script(tls, steps, 1);
  qent_http_response_dispose(&resp);
  req.pinned_pubkey = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  expect_refusal();
  assert_non_null(strstr(err.message, "pinned"));
}

static void pin_does_not_replace_verification(void **state)
{
  (void)state;
  req.pinned_pubkey = pin;
  req.ca_file = NULL;
  expect_refusal();
}

static void unreadable_ca_file_trusts_nobody(void **state)
{
  (void)state;
  req.ca_file = "/nonexistent/ca.pem";
  expect_refusal();
  assert_non_null(strstr(err.message, "CA file"));
}

static void tls_to_a_plain_server_fails(void **state)
{
  (void)state;
  const server_step answer = {"HTTP/1.1 400 Bad\r\n\r\n", 0, END_CLOSE, NULL, NULL};
  server_script(plain, &answer, 1);
  (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/SECRET", server_port(plain));
  req.connect_timeout_ms = 200; /* the server waits for the end of a request line */
  expect_refusal();
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_handle, close_handle)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(known_authority_is_trusted),
      CASE(unknown_authority_is_refused),
      CASE(wrong_name_is_refused),
      CASE(pinned_key_must_match),
      CASE(pin_does_not_replace_verification),
      CASE(unreadable_ca_file_trusts_nobody),
      CASE(tls_to_a_plain_server_fails),
  };
  return cmocka_run_group_tests_name("tls", tests, start, stop);
}
