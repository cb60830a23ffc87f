/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/log.h"

#include <string.h>

static void masked(const char *text, const char *expected)
{
  char line[512];
  size_t len = strlen(text);
  assert_true(len < sizeof line);
  memcpy(line, text, len + 1);
  size_t left = qent__mask_secrets(line, len);
  assert_string_equal(line, expected);
  assert_int_equal(left, strlen(expected));
}

#define BOT "123456789:AAEhBP0av28fZ1Xw9_hG-kq3ZyRtUvWxYz0"

static void known_secrets_are_masked(void **state)
{
  (void)state;
  masked("https://api.telegram.org/bot" BOT "/getMe",
         "https://api.telegram.org/bot123456789:***/getMe");
  masked("token " BOT, "token 123456789:***");
  masked("key live_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "key live_***");
  masked("test_AbCdEfGhIjKlMnOpQrStUvWxYz, next", "test_***, next");
  masked("sk_12345678", "sk_***");
  masked("Authorization: Bearer abcdefgh.ijk", "Authorization: Bearer ***");
  masked("basic  dXNlcjpwYXNz end", "basic  *** end");
  masked("tma query_id=1&hash=abc", "tma ***");
  masked("password=hunter2&x=1", "password=***&x=1");
  masked("Password = hunter2 x", "Password = *** x");
  masked("{\"password\":\"hunter2\",\"a\":1}", "{\"password\":\"***\",\"a\":1}");
  masked("{\"access_token\": \"abc\"}", "{\"access_token\": \"***\"}");
  masked("a=1&hash=0123456789abcdef&b=2", "a=1&hash=***&b=2");
  masked("token=ab", "token=**");
  masked("PrivateKey = abcdef=", "PrivateKey = ***");
}

static void user_parts_of_links_are_masked(void **state)
{
  (void)state;
  masked("vless://3b3b-uuid@host:443?x=1#n", "vless://***@host:443?x=1#n");
  masked("ss://Y2hhY2hhOnB3@host:8388#n", "ss://***@host:8388#n");
  masked("ss://Y2hhY2/hOnB3#n", "ss://***#n");
  masked("password=0123456789 vmess://eyJ2I/joiMiJ9 end", "password=*** vmess://*** end");
  masked("postgresql://me:pw@db/x", "postgresql://***@db/x");
  masked("https://host/@user", "https://host/@user");
  masked("https://@host/", "https://@host/");
  masked("class://x/y", "class://x/y");
}

static void plain_text_stays(void **state)
{
  (void)state;
  static const char *const texts[] = {
      "",
      "token: expired",
      "bearer down",
      "12:34:56 live_stream test_1",
      "http://127.0.0.1:8080/x",
      "the password is wrong",
      "1234:short",
      "subscription=7 expires_at=1700000000",
  };
  for (size_t i = 0; i < COUNT(texts); i++)
    masked(texts[i], texts[i]);
}

static struct {
  int calls;
  qent_log_level level;
  char module[16];
  char message[2048];
} seen;

static void sink(qent_log_level level, const char *module, const char *message, void *user)
{
  assert_ptr_equal(user, &seen);
  seen.calls++;
  seen.level = level;
  memcpy(seen.module, module, strlen(module) + 1);
  memcpy(seen.message, message, strlen(message) + 1);
}

static void lines_are_filtered_and_masked(void **state)
{
  (void)state;
  qent__logger log = {sink, &seen, QENT_LOG_NOTICE};
  memset(&seen, 0, sizeof seen);
  qent__log(&log, QENT_LOG_INFO, "m", "dropped");
  qent__log(NULL, QENT_LOG_ERROR, "m", "dropped");
  assert_int_equal(seen.calls, 0);
  qent__log(&log, QENT_LOG_WARN, "pay", "two\nlines %s %d", "token=" BOT, 5);
  assert_int_equal(seen.calls, 1);
  assert_int_equal(seen.level, QENT_LOG_WARN);
  assert_string_equal(seen.module, "pay");
  assert_string_equal(seen.message, "two lines token=*** 5");
  assert_true(qent__log_enabled(&log, QENT_LOG_NOTICE));
  log.fn = NULL;
  assert_false(qent__log_enabled(&log, QENT_LOG_ERROR));
  qent__log(&log, QENT_LOG_ERROR, "m", "nowhere");
}

static void cut_line_shows_no_half_secret(void **state)
{
  (void)state;
  qent__logger log = {sink, &seen, QENT_LOG_DEBUG};
  char pad[1025];
  memset(pad, 'x', 1024);
  for (size_t keep = 950; keep < 1024; keep++) {
    pad[keep] = '\0';
    qent__log(&log, QENT_LOG_ERROR, "m", "%s " BOT, pad);
    assert_null(strstr(seen.message, "AAEh"));
    pad[keep] = 'x';
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_secrets_are_masked),
      cmocka_unit_test(user_parts_of_links_are_masked),
      cmocka_unit_test(plain_text_stays),
      cmocka_unit_test(lines_are_filtered_and_masked),
      cmocka_unit_test(cut_line_shows_no_half_secret),
  };
  return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
