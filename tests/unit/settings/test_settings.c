/* SPDX-License-Identifier: MIT */
#include <qentvpn/settings.h>

#include "app/settings.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TOKEN "123456789:AAFakeTokenForTestVectorsOnly_0123456789"

/* Every problem of one load as text: "line|key|problem|remedy\n". */
static char seen[16384];
static int seen_count;

static void note(int line, const char *key, const char *problem, const char *remedy, void *user)
{
  size_t used = strlen(seen);

  assert_ptr_equal(user, seen);
  assert_non_null(key);
  assert_true(problem && *problem && remedy && *remedy);
  (void)snprintf(seen + used, sizeof seen - used, "%d|%s|%s|%s\n", line, key, problem, remedy);
  seen_count++;
}

static qent_status parse_len(const char *text, size_t len, qent_settings **out)
{
  qent_error err = QENT_ERROR_INIT;
  qent_status st;

  seen[0] = '\0';
  seen_count = 0;
  *out = NULL;
  st = qent_settings_parse(text, len, note, seen, out, &err);
  assert_int_equal(st, err.status);
  assert_int_equal(st == QENT_OK, *out != NULL);
  assert_int_equal(st == QENT_OK, seen_count == 0);
  return st;
}

static qent_settings *good(const char *text)
{
  qent_settings *settings;

  if (parse_len(text, strlen(text), &settings) != QENT_OK)
    fail_msg("%s", seen);
  return settings;
}

/* The text is refused with exactly one problem, which begins with `expected`. */
static void bad(const char *text, const char *expected)
{
  qent_settings *settings;

  assert_int_equal(parse_len(text, strlen(text), &settings), QENT_EINVAL);
  if (seen_count != 1 || strncmp(seen, expected, strlen(expected)) != 0)
    fail_msg("for <%s> expected <%s>, got <%s>", text, expected, seen);
}

static void defaults_apply_without_any_text(void **state)
{
  qent_settings *s = good("");

  (void)state;
  assert_string_equal(qent_settings_get(s, "QENT_LISTEN"), "127.0.0.1:8080");
  assert_int_equal(qent_settings_get_int(s, "QENT_WORKERS"), 4);
  assert_int_equal(qent_settings_get_int(s, "QENT_INITDATA_MAX_AGE_S"), 86400);
  assert_null(qent_settings_get(s, "QENT_BOT_TOKEN"));
  assert_null(qent_settings_get(s, "QENT_CORS_ORIGINS"));
  assert_null(qent_settings_get(s, "NO_SUCH_KEY"));
  assert_int_equal(qent_settings_get_int(s, "QENT_BOT_TOKEN"), 0);
  qent_settings_free(s);
}

static void every_default_passes_its_own_check(void **state)
{
  (void)state;
  for (size_t i = 0; qent_setting_at(i); i++) {
    const qent_setting *row = qent_setting_at(i);
    char text[512];

    assert_true(strncmp(row->key, "QENT_", 5) == 0);
    assert_true(row->help && *row->help);
    assert_true(!row->secret || !row->default_value);
    if (!row->default_value)
      continue;
    (void)snprintf(text, sizeof text, "%s=%s\n", row->key, row->default_value);
    qent_settings_free(good(text));
  }
}

static void values_are_unquoted(void **state)
{
  static const struct {
    const char *text;
    const char *value;
  } rows[] = {
      {"QENT_SHOP_NAME=Plain", "Plain"},
      {"QENT_SHOP_NAME=Two words  ", "Two words"},
      {"QENT_SHOP_NAME=  padded", "padded"},
      {"QENT_SHOP_NAME=a#b", "a#b"},
      {"QENT_SHOP_NAME=a # b", "a"},
      {"QENT_SHOP_NAME='a # b'", "a # b"},
      {"QENT_SHOP_NAME='a\\b' # c", "a\\b"},
      {"QENT_SHOP_NAME=\"a \\\"b\\\" \\\\ \\$\"", "a \"b\" \\ $"},
      {"QENT_SHOP_NAME=\"$HOME\"\r\n", "$HOME"},
      {"export QENT_SHOP_NAME=x", "x"},
      {"\t export\tQENT_SHOP_NAME=x", "x"},
      {"QENT_SHOP_NAME=Впн", "Впн"},
      {"QENT_SHOP_NAME=", "QentVPN"},
      {"QENT_SHOP_NAME=''", "QentVPN"},
      {"QENT_SHOP_NAME=# none", "QentVPN"},
      {"\xef\xbb\xbfQENT_SHOP_NAME=x\r\n\r\n# end\r", "x"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    qent_settings *s = good(rows[i].text);

    assert_string_equal(qent_settings_get(s, "QENT_SHOP_NAME"), rows[i].value);
    qent_settings_free(s);
  }
}

static void broken_lines_name_line_and_remedy(void **state)
{
  (void)state;
  bad("\nQENT_SHOP_NAME", "2||the line is not KEY=value|write KEY=value");
  bad("QENT_SHOP_NAME =x", "1||the line is not KEY=value");
  bad("=x", "1||the line is not KEY=value");
  bad("1A=x", "1||the line is not KEY=value");
  bad("QENT_SHOP_NAME='x", "1|QENT_SHOP_NAME|has no closing quote");
  bad("QENT_SHOP_NAME=\"x", "1|QENT_SHOP_NAME|has no closing quote");
  bad("QENT_SHOP_NAME=\"x\\", "1|QENT_SHOP_NAME|has no closing quote");
  bad("QENT_SHOP_NAME=\"x\\q\"", "1|QENT_SHOP_NAME|has an unknown escape");
  bad("QENT_SHOP_NAME='x'y", "1|QENT_SHOP_NAME|has text behind the closing quote");
  bad("QENT_SHOP_NAME=a'b", "1|QENT_SHOP_NAME|has a quote in its middle");
  bad("QENT_SHOP_NAME=a\tb", "1|QENT_SHOP_NAME|has a control character");
  bad("QENT_SHOP_NAME=\xff", "1||the line is not UTF-8");
}

static void nul_bytes_and_huge_texts_are_refused(void **state)
{
  static const char nul[] = "QENT_SHOP_NAME=a\0b\nQENT_WORKERS=2";
  size_t size = 65537;
  char *text = malloc(size);
  qent_settings *s;

  (void)state;
  assert_non_null(text);
  assert_int_equal(parse_len(nul, sizeof nul - 1, &s), QENT_EINVAL);
  assert_non_null(strstr(seen, "1||the line holds a NUL byte"));
  memset(text, '#', size);
  assert_int_equal(parse_len(text, size, &s), QENT_EINVAL);
  assert_non_null(strstr(seen, "64 KiB"));
  assert_int_equal(parse_len(text, size - 1, &s), QENT_OK);
  qent_settings_free(s);
  free(text);
}

static void unknown_keys_come_with_the_nearest_known_one(void **state)
{
  (void)state;
  bad("QENT_BOT_TOKN=x", "1|QENT_BOT_TOKN|is not a known key|did you mean QENT_BOT_TOKEN?");
  bad("BOT_TOKEN=x", "1|BOT_TOKEN|is not a known key|did you mean QENT_BOT_TOKEN?");
  bad("QENT_LOGLEVEL=x", "1|QENT_LOGLEVEL|is not a known key|did you mean QENT_LOG_LEVEL?");
  bad("PATH=x", "1|PATH|is not a known key|remove it");
  bad("QENT_SETTINGS_FILE=x", "1|QENT_SETTINGS_FILE|is not a known key");
}

static void a_key_set_twice_is_refused(void **state)
{
  (void)state;
  bad("QENT_WORKERS=2\nQENT_WORKERS=2", "2|QENT_WORKERS|is set twice");
  bad("QENT_WORKERS=\nQENT_WORKERS=2", "2|QENT_WORKERS|is set twice");
}

static void values_out_of_form_are_refused(void **state)
{
  static const char *const lines[] = {
      "QENT_WORKERS=0",
      "QENT_WORKERS=33",
      "QENT_WORKERS=4x",
      "QENT_WORKERS=99999999999999999999",
      "QENT_TELEGRAM_MODE=push",
      "QENT_TELEGRAM_MODE=poll",
      "QENT_LOG_FORMAT=JSON",
      "QENT_MASTER_KEY=abc",
      ("QENT_MASTER_KEY=" KEY64 "0"),
      "QENT_BOT_TOKEN=abc",
      "QENT_BOT_TOKEN=123:short",
      ("QENT_BOT_TOKEN=x" TOKEN),
      "QENT_TELEGRAM_API_URL=http://api.telegram.org",
      "QENT_TELEGRAM_API_URL=ftp://x",
      "QENT_PUBLIC_URL=https://a:b@vpn.example",
      "QENT_PUBLIC_URL=https://vpn.example/?a=b",
      "QENT_PUBLIC_URL=https://",
      "QENT_ADMIN_IDS=1,,2",
      "QENT_ADMIN_IDS=1,x",
      "QENT_ADMIN_IDS=0",
      "QENT_LISTEN=8080",
      "QENT_LISTEN=localhost:8080",
      "QENT_LISTEN=127.0.0.1:65536",
      "QENT_LISTEN=::1:8080",
      "QENT_LISTEN=[127.0.0.1]:80",
      "QENT_TRUSTED_PROXIES=10.0.0.0/33",
      "QENT_TRUSTED_PROXIES=proxy",
      "QENT_CORS_ORIGINS=https://a.example/",
      "QENT_CORS_ORIGINS=*",
      "QENT_RECEIPT_VAT_CODE=13",
      "QENT_RECEIPT_EMAIL=nobody",
      "QENT_RECEIPT_EMAIL=a@b",
      "QENT_SHOP_NAME=12345678901234567890123456",
      "QENT_DATABASE_URL=mysql://x",
      "QENT_DATABASE_URL=sqlite://host/x",
      "QENT_DATABASE_URL=sqlite:",
      "QENT_DATABASE_URL=sqlite:///",
      "QENT_DATABASE_URL=/var/lib/x.db",
  };

  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    char expected[128];

    (void)snprintf(expected, sizeof expected, "1|%.*s|", (int)strcspn(lines[i], "="), lines[i]);
    bad(lines[i], expected);
  }
}

static void good_forms_are_taken(void **state)
{
  qent_settings *s = good("QENT_DATABASE_URL=sqlite:shop.db\n"
                          "QENT_MASTER_KEY=" KEY64 "\n"
                          "QENT_BOT_TOKEN=" TOKEN "\n"
                          "QENT_TELEGRAM_API_URL=http://127.0.0.1:8081\n"
                          "QENT_MINIAPP_URL=https://vpn.example:8443/app/\n"
                          "QENT_ADMIN_IDS= 279058397 , 4503599627370495\n"
                          "QENT_LISTEN=[::1]:0\n"
                          "QENT_TRUSTED_PROXIES=10.0.0.0/8,::1,2a02:5180::/32\n"
                          "QENT_YOOKASSA_SHOP_ID=100500\n"
                          "QENT_YOOKASSA_SECRET_KEY=test_0123456789abcdef\n"
                          "QENT_RECEIPT_VAT_CODE=1\n"
                          "QENT_RECEIPT_EMAIL=shop@vpn.example\n");
  char item[32];

  (void)state;
  assert_string_equal(qent_settings_get(s, "QENT_CORS_ORIGINS"), "https://vpn.example:8443");
  assert_true(qent_settings_is_admin(s, 279058397));
  assert_true(qent_settings_is_admin(s, INT64_C(4503599627370495)));
  assert_false(qent_settings_is_admin(s, 27905839));
  assert_false(qent_settings_is_admin(s, 0));
  assert_true(qent_settings_get_item(s, "QENT_TRUSTED_PROXIES", 1, item, sizeof item));
  assert_string_equal(item, "::1");
  assert_false(qent_settings_get_item(s, "QENT_TRUSTED_PROXIES", 3, item, sizeof item));
  assert_false(qent_settings_get_item(s, "QENT_TRUSTED_PROXIES", 0, item, 4));
  assert_false(qent_settings_get_item(s, "QENT_SUPPORT_URL", 0, item, sizeof item));
  qent_settings_free(s);
}

static void half_a_shop_is_refused(void **state)
{
  (void)state;
  bad("QENT_YOOKASSA_SHOP_ID=1", "1|QENT_YOOKASSA_SECRET_KEY|is missing");
  bad("QENT_YOOKASSA_SECRET_KEY=live_0123456789abcdef", "1|QENT_YOOKASSA_SHOP_ID|is missing");
  bad("QENT_RECEIPT_VAT_CODE=1", "1|QENT_RECEIPT_EMAIL|is missing");
}

static void all_problems_come_in_one_run_without_secrets(void **state)
{
  static const char text[] = "QENT_BOT_TOKEN=SECRETvalue1\n"
                             "garbage SECRETvalue2\n"
                             "QENT_MASTER_KEY='SECRETvalue3\n"
                             "QENT_YOOKASSA_SHOP_ID=12\n"
                             "QENT_YOOKASSA_SECRET_KEY=SECRETvalue4\n"
                             "QENT_WORKERS=99\n"
                             "WHAT=SECRETvalue5\n";
  qent_error err = QENT_ERROR_INIT;
  qent_settings *s = NULL;

  (void)state;
  assert_int_equal(parse_len(text, sizeof text - 1, &s), QENT_EINVAL);
  assert_int_equal(seen_count, 6);
  assert_null(strstr(seen, "SECRETvalue"));
  assert_int_equal(qent_settings_parse(text, sizeof text - 1, NULL, NULL, &s, &err), QENT_EINVAL);
  assert_null(strstr(err.message, "SECRETvalue"));
  assert_non_null(strstr(err.message, "line 2"));
}

static void secret_files_are_not_read_from_memory_texts(void **state)
{
  (void)state;
  bad("QENT_BOT_TOKEN_FILE=/etc/passwd", "1|QENT_BOT_TOKEN_FILE|cannot be used here");
}

static void copy_is_independent(void **state)
{
  qent_settings *s = good("QENT_SHOP_NAME=One\n");
  qent_settings *copy = NULL;

  (void)state;
  assert_int_equal(qent__settings_copy(s, &copy, NULL), QENT_OK);
  qent_settings_free(s);
  assert_string_equal(qent_settings_get(copy, "QENT_SHOP_NAME"), "One");
  qent_settings_free(copy);
}

static void out_of_memory_is_reported_and_leaks_nothing(void **state)
{
  static const char text[] = "QENT_SHOP_NAME=One\nQENT_MINIAPP_URL=https://vpn.example/app\n";
  long n = 0;

  (void)state;
  for (;; n++) {
    qent_settings *s = NULL;
    qent_settings *copy = NULL;
    qent_status st;

    qent__alloc_fail_after(n);
    st = qent_settings_parse(text, sizeof text - 1, NULL, NULL, &s, NULL);
    if (st == QENT_OK)
      st = qent__settings_copy(s, &copy, NULL);
    qent__alloc_fail_after(-1);
    qent_settings_free(s);
    qent_settings_free(copy);
    if (st == QENT_OK)
      break;
    assert_int_equal(st, QENT_ENOMEM);
    assert_true(n < 100);
  }
  assert_true(n > 5);
}

/* What follows works on files in a folder of its own. */
extern char **environ; /* POSIX leaves it to us */

static char folder[64];

static int make_folder(void **state)
{
  static char *empty[] = {NULL};

  (void)state;
  environ = empty; /* without such as QENT_NO_INSTALL, which the scripts know */
  (void)snprintf(folder, sizeof folder, "/tmp/qent-settings-XXXXXX");
  return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int drop_folder(void **state)
{
  (void)state;
  (void)unlink("qentvpn.env");
  (void)unlink("token");
  return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
  FILE *file = fopen(name, "w");

  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(name, mode), 0);
}

static qent_status load(const char *path, qent_settings **out, qent_error *err)
{
  seen[0] = '\0';
  seen_count = 0;
  *out = NULL;
  return qent_settings_load(path, note, seen, out, err);
}

#define REQUIRED                                                                                   \
  "QENT_MASTER_KEY=" KEY64 "\nQENT_PUBLIC_URL=https://vpn.example\n"                               \
  "QENT_MINIAPP_URL=https://vpn.example/app/\n"

static void environment_wins_over_the_file(void **state)
{
  qent_settings *s;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  write_file("qentvpn.env", REQUIRED "QENT_WORKERS=2\nQENT_RATE_LIMIT=7\nQENT_BOT_TOKEN=" TOKEN,
             0600);
  assert_int_equal(setenv("QENT_WORKERS", "3", 1), 0);
  assert_int_equal(setenv("QENT_RATE_LIMIT", "", 1), 0);
  if (load(NULL, &s, &err) != QENT_OK)
    fail_msg("%s", seen);
  assert_int_equal(qent_settings_get_int(s, "QENT_WORKERS"), 3);
  assert_int_equal(qent_settings_get_int(s, "QENT_RATE_LIMIT"), 7);
  qent_settings_free(s);
  assert_int_equal(setenv("QENT_WORKRES", "3", 1), 0);
  assert_int_equal(load(NULL, &s, &err), QENT_EINVAL);
  assert_non_null(strstr(seen, "0|QENT_WORKRES|is not a known key|did you mean QENT_WORKERS?"));
  unsetenv("QENT_WORKRES");
  unsetenv("QENT_WORKERS");
  unsetenv("QENT_RATE_LIMIT");
}

static void secrets_may_come_from_files(void **state)
{
  qent_settings *s;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  write_file("token", TOKEN "\n", 0400);
  write_file("qentvpn.env", REQUIRED "QENT_BOT_TOKEN_FILE=token\n", 0600);
  if (load("qentvpn.env", &s, &err) != QENT_OK)
    fail_msg("%s", seen);
  assert_string_equal(qent_settings_get(s, "QENT_BOT_TOKEN"), TOKEN);
  qent_settings_free(s);
  write_file("qentvpn.env", REQUIRED "QENT_BOT_TOKEN_FILE=none\n", 0600);
  assert_int_equal(load("qentvpn.env", &s, &err), QENT_EINVAL);
  assert_non_null(strstr(seen, "4|QENT_BOT_TOKEN_FILE|names a file that is of no use"));
  write_file("qentvpn.env", REQUIRED "QENT_BOT_TOKEN_FILE=/tmp\n", 0600);
  assert_int_equal(load("qentvpn.env", &s, &err), QENT_EINVAL);
  write_file("qentvpn.env", REQUIRED "QENT_BOT_TOKEN_FILE=token\nQENT_BOT_TOKEN=" TOKEN, 0600);
  assert_int_equal(load("qentvpn.env", &s, &err), QENT_EINVAL);
  assert_non_null(strstr(seen, "5|QENT_BOT_TOKEN|is set twice"));
}

static void a_file_open_to_others_is_a_problem(void **state)
{
  qent_settings *s;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  write_file("qentvpn.env", REQUIRED "QENT_BOT_TOKEN=" TOKEN, 0640);
  assert_int_equal(load(NULL, &s, &err), QENT_EINVAL);
  assert_int_equal(seen_count, 1);
  assert_non_null(strstr(seen, "chmod 600 qentvpn.env"));
}

static void missing_required_keys_are_all_named(void **state)
{
  qent_settings *s;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  (void)unlink("qentvpn.env");
  assert_int_equal(load(NULL, &s, &err), QENT_EINVAL);
  assert_int_equal(seen_count, 4);
  assert_non_null(strstr(seen, "0|QENT_MASTER_KEY|is not set|"));
  assert_non_null(strstr(seen, "0|QENT_BOT_TOKEN|is not set|"));
  assert_non_null(strstr(seen, "0|QENT_PUBLIC_URL|is not set|"));
  assert_non_null(strstr(seen, "0|QENT_MINIAPP_URL|is not set|"));
  assert_int_equal(load("none.env", &s, &err), QENT_ENOTFOUND);
  assert_int_equal(setenv("QENT_SETTINGS_FILE", "none.env", 1), 0);
  assert_int_equal(load(NULL, &s, &err), QENT_ENOTFOUND);
  unsetenv("QENT_SETTINGS_FILE");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(defaults_apply_without_any_text),
      cmocka_unit_test(every_default_passes_its_own_check),
      cmocka_unit_test(values_are_unquoted),
      cmocka_unit_test(broken_lines_name_line_and_remedy),
      cmocka_unit_test(nul_bytes_and_huge_texts_are_refused),
      cmocka_unit_test(unknown_keys_come_with_the_nearest_known_one),
      cmocka_unit_test(a_key_set_twice_is_refused),
      cmocka_unit_test(values_out_of_form_are_refused),
      cmocka_unit_test(good_forms_are_taken),
      cmocka_unit_test(half_a_shop_is_refused),
      cmocka_unit_test(all_problems_come_in_one_run_without_secrets),
      cmocka_unit_test(secret_files_are_not_read_from_memory_texts),
      cmocka_unit_test(copy_is_independent),
      cmocka_unit_test(out_of_memory_is_reported_and_leaks_nothing),
      cmocka_unit_test_setup_teardown(environment_wins_over_the_file, make_folder, drop_folder),
      cmocka_unit_test_setup_teardown(secrets_may_come_from_files, make_folder, drop_folder),
      cmocka_unit_test_setup_teardown(a_file_open_to_others_is_a_problem, make_folder, drop_folder),
      cmocka_unit_test_setup_teardown(missing_required_keys_are_all_named, make_folder,
                                      drop_folder),
  };

  return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
