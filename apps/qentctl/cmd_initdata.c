/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "input.h"
#include "parse.h"

#include <qentvpn/initdata.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INPUT_MAX ((size_t)1024 * 1024)

static const cli_option verify_options[] = {
    {"now", "S", "check as of this UNIX time (default: now)", false},
    {"max-age", "S", "older is expired; 0 = no limit (default: 86400)", false},
    {"public-key", "HEX", "check Telegram's signature instead: 64 hex digits, production or test",
     false},
    {"bot-id", "N", "the bot's number, with --public-key", false},
    {NULL, NULL, NULL, false}};

typedef struct verify {
  int64_t now;
  int64_t max_age_s;
  const char *text;
  size_t len;
} verify;

static int say(cli *c, qent_initdata_result result, qent_initdata *data)
{
  const long long id = (long long)(data ? qent_initdata_user_id(data) : 0);
  const char *name = qent_initdata_result_name(result);
  if (c->json && result == QENT_INITDATA_OK)
    printf("{\"result\":\"ok\",\"user_id\":%lld}\n", id);
  else if (c->json)
    printf("{\"result\":\"%s\"}\n", name);
  else if (result == QENT_INITDATA_OK)
    printf("ok user_id=%lld\n", id);
  else
    puts(name);
  qent_initdata_free(data);
  return result == QENT_INITDATA_OK ? EXIT_DONE : EXIT_FAILED;
}

static int verify_signature(cli *c, const verify *v)
{
  uint8_t key[32];
  int64_t bot_id = 0;
  qent_initdata *data = NULL;
  const char *name = cli_value(c, "public-key");
  if (!cli_number_option(c, "bot-id", 1, INT64_MAX, &bot_id))
    return EXIT_USAGE;
  if (bot_id == 0)
    return cli_usage(c, "--public-key needs --bot-id N, the digits before the colon of the token");
  if (strcmp(name, "production") == 0 || strcmp(name, "test") == 0)
    memcpy(key, qent_initdata_public_key(strcmp(name, "test") == 0), sizeof key);
  else if (!parse_key(name, key))
    return cli_usage(c, "--public-key must be 64 hexadecimal digits, production or test");
  const qent_initdata_result result =
      qent_initdata_check_signature(bot_id, key, v->text, v->len, v->now, v->max_age_s, &data);
  return say(c, result, data);
}

static int verify_hash(cli *c, const verify *v)
{
  qent_initdata_verifier *verifier = NULL;
  qent_initdata *data = NULL;
  const char *token = getenv("QENT_BOT_TOKEN");
  if (!token || !*token) {
    const qent_status st =
        qent_settings_load(cli_value(c, "config"), NULL, NULL, &c->settings, &c->err);
    if (st != QENT_OK)
      return cli_failed(c, st,
                        "Set QENT_BOT_TOKEN in the environment, or name a settings file "
                        "with --config.");
    token = qent_settings_get(c->settings, "QENT_BOT_TOKEN");
  }
  const qent_status st = qent_initdata_verifier_new(token, &verifier, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, "QENT_BOT_TOKEN looks like 123456:ABC...");
  const qent_initdata_result result =
      qent_initdata_check(verifier, v->text, v->len, v->now, v->max_age_s, &data);
  qent_initdata_verifier_free(verifier);
  return say(c, result, data);
}

static int run_verify(cli *c)
{
  verify v = {(int64_t)time(NULL), 86400, NULL, 0};
  if (!cli_number_option(c, "now", 0, INT64_MAX / 2, &v.now) ||
      !cli_number_option(c, "max-age", 0, INT64_MAX / 2, &v.max_age_s))
    return EXIT_USAGE;
  char *text = malloc(INPUT_MAX);
  if (!text)
    return EXIT_FAILED;
  v.text = text;
  v.len = input_all(text, INPUT_MAX);
  if (v.len > 0 && text[v.len - 1] == '\n')
    --v.len;
  if (v.len > 0 && text[v.len - 1] == '\r')
    --v.len;
  const int code = cli_value(c, "public-key") ? verify_signature(c, &v) : verify_hash(c, &v);
  free(text);
  return code;
}

const cli_command commands_initdata[] = {
    {"initdata", "verify", "", 0, 0, verify_options, "check a Mini App's initData",
     "The string is read from standard input. Prints `ok user_id=N` and exits 0, or the reason "
     "and\n"
     "exits 1: bad_signature expired bad_auth_date missing_hash missing_signature malformed.\n"
     "The token is QENT_BOT_TOKEN of the environment or of the settings file; with --public-key "
     "and\n"
     "--bot-id no token is needed. user_id=0: the string names no user.\n",
     run_verify},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
