/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/text.h"
#include "util/url.h"

#include <string.h>

static void is(qent__span span, const char *text)
{
  assert_true(qent__memeq(span.s, span.len, text));
}

static void urls_are_taken_apart(void **state)
{
  (void)state;
  qent__url u;
  assert_true(qent__url_parse("https://panel.example:8443/a/b?x=1&y=%20", &u));
  is(u.scheme, "https");
  is(u.host, "panel.example");
  is(u.path, "/a/b");
  is(u.query, "x=1&y=%20");
  assert_int_equal(u.port, 8443);
  assert_null(u.userinfo.s);
  assert_true(qent__url_parse("postgresql://me:p%40ss@[::1]:5432/db", &u));
  is(u.userinfo, "me:p%40ss");
  is(u.host, "::1");
  is(u.path, "/db");
  assert_null(u.query.s);
  assert_true(qent__url_parse("sqlite:///var/lib/x.db", &u));
  is(u.host, "");
  is(u.path, "/var/lib/x.db");
  assert_true(qent__url_parse("http://[::1]", &u));
  is(u.path, "");
  assert_true(qent__url_parse("http://h?q", &u));
  is(u.query, "q");
  assert_true(qent__url_parse("http://a@b@h/", &u));
  is(u.userinfo, "a@b");
}

static void malformed_urls_are_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {"",
                                    "x",
                                    "http:/h",
                                    "://h",
                                    "1http://h",
                                    "ht_tp://h",
                                    "http://h ost/",
                                    "http://h/a b",
                                    "http://h/\n",
                                    "http://h/#f",
                                    "http://h\\x",
                                    "http://h:0/",
                                    "http://h:65536/",
                                    "http://h:/",
                                    "http://h:x/",
                                    "http://:80/",
                                    "http://[::1/",
                                    "http://[]/",
                                    "http://[::1]80/",
                                    "http://h%41/",
                                    "http://\xd0\x9f/",
                                    "http://h:80:90/"};
  qent__url u;
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__url_parse(bad[i], &u));
  assert_false(qent__url_parse(NULL, &u));
}

static void only_this_machine_is_loopback(void **state)
{
  (void)state;
  static const char *const yes[] = {"localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "::1"};
  static const char *const no[] = {"",
                                   "localhost.evil.example",
                                   "127.0.0.1.evil.example",
                                   "127.1",
                                   "127.0.0",
                                   "127.0.0.1.",
                                   "127.0.0.256",
                                   "127.0.0.01",
                                   "127.0..1",
                                   "0127.0.0.1",
                                   "128.0.0.1",
                                   "0.0.0.0",
                                   "::2",
                                   "2130706433",
                                   "127.0.0.1.5"};
  for (size_t i = 0; i < COUNT(yes); i++)
    assert_true(qent__host_is_loopback(yes[i], strlen(yes[i])));
  for (size_t i = 0; i < COUNT(no); i++)
    assert_false(qent__host_is_loopback(no[i], strlen(no[i])));
}

static void plain_http_leaves_the_machine_never(void **state)
{
  (void)state;
  qent_error err;
  assert_int_equal(qent__url_check("https://api.telegram.org/bot1:SECRET/x", &err), QENT_OK);
  assert_int_equal(qent__url_check("HTTPS://h", &err), QENT_OK);
  assert_int_equal(qent__url_check("http://127.0.0.1:8080/x", &err), QENT_OK);
  assert_int_equal(qent__url_check("http://[::1]:8080/x", &err), QENT_OK);
  static const char *const bad[] = {"http://panel.example/SECRET",
                                    "http://127.0.0.1@evil.example/SECRET",
                                    "https://SECRET@panel.example/",
                                    "ftp://localhost/SECRET",
                                    "file:///etc/SECRET",
                                    "https:///SECRET",
                                    "SECRET"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    assert_int_equal(qent__url_check(bad[i], &err), QENT_EINVAL);
    assert_null(strstr(err.message, "SECRET"));
  }
  assert_int_equal(qent__url_check(NULL, &err), QENT_EINVAL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(urls_are_taken_apart),
      cmocka_unit_test(malformed_urls_are_refused),
      cmocka_unit_test(only_this_machine_is_loopback),
      cmocka_unit_test(plain_http_leaves_the_machine_never),
  };
  return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
