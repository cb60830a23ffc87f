/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "tg.h"

enum { FIELDS = 5 };

struct field {
  const char *name;
  char *value; /* owned, NULL: absent */
};

/* Telegram writes '/' as '\/' in this JSON. */
static char *slashes(const char *json)
{
  struct sb_buf b = {0};
  for (; *json; json++)
    sb_buf_str(&b, *json == '/' ? "\\/" : (char[]){*json, '\0'});
  return b.data;
}

static char *user_text(const struct tg_user *u)
{
  cJSON *user = cJSON_CreateObject();
  cJSON_AddNumberToObject(user, "id", (double)u->id);
  cJSON_AddStringToObject(user, "first_name", u->first_name);
  cJSON_AddStringToObject(user, "last_name", "");
  if (u->username)
    cJSON_AddStringToObject(user, "username", u->username);
  if (u->language)
    cJSON_AddStringToObject(user, "language_code", u->language);
  if (u->started && !u->blocked)
    cJSON_AddBoolToObject(user, "allows_write_to_pm", true);
  char *plain = cJSON_PrintUnformatted(user);
  char *text = slashes(plain);
  free(plain);
  cJSON_Delete(user);
  return text;
}

static int by_name(const void *a, const void *b)
{
  const struct field *x = a;
  const struct field *y = b;
  return strcmp(x->name, y->name);
}

static void sign(const struct field *fields, char hash[65])
{
  struct field sorted[FIELDS];
  struct sb_buf lines = {0};
  unsigned char secret[32];
  unsigned char mac[32];
  memcpy(sorted, fields, sizeof sorted);
  qsort(sorted, FIELDS, sizeof *sorted, by_name);
  for (size_t i = 0; i < FIELDS; i++)
    if (sorted[i].value)
      sb_buf_fmt(&lines, "%s%s=%s", lines.len ? "\n" : "", sorted[i].name, sorted[i].value);
  sb_hmac("WebAppData", 10, tg.token, strlen(tg.token), secret);
  sb_hmac(secret, sizeof secret, lines.data, lines.len, mac);
  sb_hex(mac, sizeof mac, hash);
  sb_buf_free(&lines);
}

char *tg_init_data(const struct tg_user *u, int64_t auth_date, const char *start_param)
{
  unsigned char raw[64];
  char hash[65];
  struct sb_buf out = {0};
  if (!tg.token)
    return NULL;
  sb_random(raw, sizeof raw);
  char *random = sb_random_text(20);
  struct field fields[FIELDS] = {
      {"query_id", sb_printf("AAH%s", random)},
      {"user", user_text(u)},
      {"start_param", start_param && *start_param ? sb_strdup(start_param) : NULL},
      {"auth_date", sb_printf("%lld", (long long)auth_date)},
      {"signature", sb_base64(raw, sizeof raw, SB_B64_URL_NOPAD)},
  };
  free(random);
  sign(fields, hash);
  for (size_t i = 0; i < FIELDS; i++) {
    if (!fields[i].value)
      continue;
    sb_buf_fmt(&out, "%s=", fields[i].name);
    sb_escape_add(&out, fields[i].value, SB_URI);
    sb_buf_str(&out, "&");
    free(fields[i].value);
  }
  sb_buf_fmt(&out, "hash=%s", hash);
  return out.data;
}
