/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "text.h"
#include "tg.h"

static char *url_problem(const char *url)
{
  if (sb_has_prefix(url, "tg://"))
    return NULL;
  const char *host = sb_has_prefix(url, "https://")  ? url + 8
                     : sb_has_prefix(url, "http://") ? url + 7
                                                     : NULL;
  size_t n = host ? strcspn(host, "/?#") : 0;
  const char *dot = n ? memchr(host, '.', n) : NULL;
  return dot && dot > host ? NULL : sb_strdup("BUTTON_URL_INVALID");
}

static char *web_app_problem(const cJSON *button)
{
  const char *url = sb_json_str(cJSON_GetObjectItemCaseSensitive(button, "web_app"), "url");
  if (!url)
    return sb_strdup("can't parse inline keyboard button: Field \"url\" must be of type String");
  if (sb_has_prefix(url, "https://") || sb_is_loopback_http(url))
    return NULL;
  return sb_printf("inline keyboard button Web App URL '%s' is invalid: Only HTTPS links are "
                   "allowed",
                   url);
}

static char *button_problem(const cJSON *button)
{
  static const char *const actions[] = {"callback_data",
                                        "url",
                                        "web_app",
                                        "copy_text",
                                        "login_url",
                                        "pay",
                                        "switch_inline_query",
                                        "switch_inline_query_current_chat"};
  const char *text = sb_json_str(button, "text");
  const char *data = sb_json_str(button, "callback_data");
  const char *url = sb_json_str(button, "url");
  const cJSON *copy = cJSON_GetObjectItemCaseSensitive(button, "copy_text");
  int given = 0;
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
    given += cJSON_HasObjectItem(button, actions[i]);
  if (!text || !*text)
    return sb_strdup("can't parse inline keyboard button: Field \"text\" must be non-empty");
  if (given != 1)
    return sb_strdup(given ? "can't parse inline keyboard button: exactly one action is allowed"
                           : "can't parse inline keyboard button: Text buttons are unallowed in "
                             "the inline keyboard");
  if (cJSON_HasObjectItem(button, "callback_data") && (!data || !*data || strlen(data) > 64))
    return sb_strdup("BUTTON_DATA_INVALID");
  if (cJSON_HasObjectItem(button, "url"))
    return url ? url_problem(url) : sb_strdup("BUTTON_URL_INVALID");
  if (cJSON_HasObjectItem(button, "web_app"))
    return web_app_problem(button);
  if (copy) {
    const char *copied = sb_json_str(copy, "text");
    size_t n = copied ? sb_utf8_chars(copied) : 0;
    if (n < 1 || n > 256)
      return sb_strdup("BUTTON_COPY_TEXT_INVALID");
  }
  return NULL;
}

static char *rows_problem(const cJSON *rows, bool is_inline)
{
  const cJSON *row = NULL;
  const cJSON *button = NULL;
  if (!cJSON_IsArray(rows))
    return sb_strdup("can't parse reply keyboard markup: Field must be of type Array");
  cJSON_ArrayForEach(row, rows)
  {
    if (!cJSON_IsArray(row))
      return sb_strdup("can't parse reply keyboard markup: expected an Array of Array");
    cJSON_ArrayForEach(button, row)
    {
      char *problem = NULL;
      if (is_inline)
        problem = button_problem(button);
      else if (!cJSON_IsString(button) && !sb_json_str(button, "text"))
        problem = sb_strdup("can't parse keyboard button: Field \"text\" must be non-empty");
      if (problem)
        return problem;
    }
  }
  return NULL;
}

char *tg_check_markup(const cJSON *markup)
{
  const cJSON *rows = cJSON_GetObjectItemCaseSensitive(markup, "inline_keyboard");
  const cJSON *keyboard = cJSON_GetObjectItemCaseSensitive(markup, "keyboard");
  if (!cJSON_IsObject(markup))
    return sb_strdup("can't parse reply keyboard markup JSON object");
  if (rows)
    return rows_problem(rows, true);
  if (keyboard)
    return rows_problem(keyboard, false);
  return NULL;
}
