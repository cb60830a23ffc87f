/* SPDX-License-Identifier: MIT */
#include "app/settings_private.h"

#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

void qent__settings_problem(qent__settings_report *report, int line, const char *key,
                            const char *problem, const char *remedy)
{
  if (report->status == QENT_OK) {
    const char *blank = *key ? " " : "";

    if (line > 0)
      report->status = qent_fail(report->err, QENT_EINVAL, "line %d: %s%s%s: %s", line, key, blank,
                                 problem, remedy);
    else
      report->status =
          qent_fail(report->err, QENT_EINVAL, "%s%s%s: %s", key, blank, problem, remedy);
  }
  if (report->fn)
    report->fn(line, key, problem, remedy, report->user);
}

void qent__settings_no_memory(qent__settings_report *report)
{
  report->status = qent_fail(report->err, QENT_ENOMEM, "out of memory");
}

qent_status qent_settings_parse(const char *text, size_t len, qent_settings_problem_fn problem,
                                void *user, qent_settings **settings_out, qent_error *err)
{
  qent__settings_report report = {problem, user, err, QENT_OK};
  qent_settings *settings;

  if ((!text && len > 0) || !settings_out)
    return qent_fail(err, QENT_EINVAL, "settings need a text and an output");
  settings = qent__calloc(1, sizeof *settings);
  if (!settings)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__settings_parse_text(settings, &report, text, len, true);
  qent__settings_check_all(settings, &report, false);
  if (report.status != QENT_OK) {
    qent_settings_free(settings);
    return report.status;
  }
  *settings_out = settings;
  return QENT_OK;
}

qent_status qent__settings_copy(const qent_settings *from, qent_settings **out, qent_error *err)
{
  qent_settings *copy = qent__calloc(1, sizeof *copy);

  if (!copy)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < QENT__SETTINGS_MAX; i++) {
    const struct qent__setting_value *value = &from->values[i];

    copy->values[i].line = value->line;
    copy->values[i].named = value->named;
    if (qent__secret_set(&copy->values[i].text, value->text.data, value->text.len, err) !=
        QENT_OK) {
      qent_settings_free(copy);
      return QENT_ENOMEM;
    }
  }
  *out = copy;
  return QENT_OK;
}

const char *qent_settings_get(const qent_settings *settings, const char *key)
{
  int index = settings && key ? qent__setting_index(key, strlen(key)) : -1;

  if (index < 0)
    return NULL;
  if (qent__secret_is_set(&settings->values[index].text))
    return qent__secret_text(&settings->values[index].text);
  return qent_setting_at((size_t)index)->default_value;
}

int64_t qent_settings_get_int(const qent_settings *settings, const char *key)
{
  const char *text = qent_settings_get(settings, key);
  int64_t number = 0;

  if (!text)
    return 0;
  if (qent__streq(text, "yes") || qent__streq(text, "true"))
    return 1;
  if (!qent__parse_i64(text, strlen(text), INT64_MIN, INT64_MAX, &number))
    return 0;
  return number;
}

bool qent_settings_get_item(const qent_settings *settings, const char *key, size_t index,
                            char *item_out, size_t size)
{
  const char *at = qent_settings_get(settings, key);

  if (!at || !item_out || size == 0)
    return false;
  for (;;) {
    size_t len = strcspn(at, ",");

    if (index == 0) {
      const char *item = at;

      qent__trim(&item, &len);
      return qent__copy_text(item_out, size, item, len);
    }
    if (at[len] == '\0')
      return false;
    at += len + 1;
    index--;
  }
}

bool qent_settings_is_admin(const qent_settings *settings, int64_t telegram_id)
{
  char item[32];

  for (size_t i = 0; qent_settings_get_item(settings, "QENT_ADMIN_IDS", i, item, sizeof item);
       i++) {
    int64_t id;

    if (qent__parse_i64(item, strlen(item), 1, INT64_MAX, &id) && id == telegram_id)
      return true;
  }
  return false;
}

void qent_settings_free(qent_settings *settings)
{
  if (!settings)
    return;
  for (size_t i = 0; i < QENT__SETTINGS_MAX; i++)
    qent__secret_dispose(&settings->values[i].text);
  qent__free(settings);
}
