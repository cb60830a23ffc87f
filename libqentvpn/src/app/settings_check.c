/* SPDX-License-Identifier: MIT */
#include "app/settings_private.h"
#include "app/settings_rules.h"

#include "util/text.h"
#include "util/url.h"

#include <stdio.h>
#include <string.h>

static bool refuse(qent__setting_fault *fault, const char *problem, const char *remedy)
{
  fault->problem = problem;
  fault->remedy = remedy;
  return false;
}

static bool is_choice(const char *choices, const char *value)
{
  size_t len = strlen(value);
  const char *at = choices;

  while (*at) {
    size_t word = strcspn(at, " ");

    if (word == len && memcmp(at, value, len) == 0)
      return true;
    at += word + (at[word] == ' ');
  }
  return false;
}

static bool is_bool(const char *value)
{
  return is_choice("yes no true false 1 0", value);
}

static bool check_list(const qent__setting_row *row, const char *value, qent__setting_fault *fault)
{
  const char *at = value;

  for (;;) {
    size_t piece = strcspn(at, ",");
    const char *item = at;
    size_t len = piece;

    qent__trim(&item, &len);
    if (len == 0)
      return refuse(fault, "has an empty item", "separate the items with single commas");
    if (row->rule && !row->rule(item, len, fault))
      return false;
    if (at[piece] == '\0')
      return true;
    at += piece + 1;
  }
}

static bool check_type(const qent__setting_row *row, const char *value, qent__setting_fault *fault)
{
  int64_t number;

  switch (row->setting.type) {
  case QENT_SETTING_INT:
    if (!qent__parse_i64(value, strlen(value), row->setting.minimum, row->setting.maximum, &number))
      return refuse(fault, "is not a whole number in its range", NULL);
    break;
  case QENT_SETTING_BOOL:
    if (!is_bool(value))
      return refuse(fault, "is neither yes nor no", "write yes or no");
    break;
  case QENT_SETTING_URL:
    if (qent__url_check(value, NULL) != QENT_OK)
      return refuse(fault, "is not an https URL",
                    "write https://host/path; plain http is for loopback addresses only");
    break;
  case QENT_SETTING_LIST:
    return check_list(row, value, fault);
  case QENT_SETTING_ENUM:
    if (!is_choice(row->setting.choices, value))
      return refuse(fault, "is not one of the choices", NULL);
    break;
  case QENT_SETTING_TEXT:
    break;
  }
  return !row->rule || row->rule(value, strlen(value), fault);
}

bool qent__setting_check(const qent__setting_row *row, const char *value,
                         qent__setting_fault *fault)
{
  return check_type(row, value, fault);
}

/* The remedy that only the row can tell. */
static void report_fault(qent__settings_report *report, int line, const qent__setting_row *row,
                         const qent__setting_fault *fault)
{
  const qent_setting *s = &row->setting;
  char remedy[160];

  if (fault->remedy) {
    qent__settings_problem(report, line, s->key, fault->problem, fault->remedy);
    return;
  }
  if (s->type == QENT_SETTING_ENUM)
    (void)snprintf(remedy, sizeof remedy, "write one of: %s", s->choices);
  else
    (void)snprintf(remedy, sizeof remedy, "write a number from %lld to %lld", (long long)s->minimum,
                   (long long)s->maximum);
  qent__settings_problem(report, line, s->key, fault->problem, remedy);
}

static const struct qent__setting_value *value_of(const qent_settings *settings, const char *key)
{
  return &settings->values[qent__setting_index(key, strlen(key))];
}

static bool is_set(const qent_settings *settings, const char *key)
{
  return qent__secret_is_set(&value_of(settings, key)->text);
}

static void check_pairs(const qent_settings *settings, qent__settings_report *report)
{
  bool shop = is_set(settings, "QENT_YOOKASSA_SHOP_ID");
  bool key = is_set(settings, "QENT_YOOKASSA_SECRET_KEY");
  int64_t vat_code = qent_settings_get_int(settings, "QENT_RECEIPT_VAT_CODE");

  if (shop && !key)
    qent__settings_problem(report, value_of(settings, "QENT_YOOKASSA_SHOP_ID")->line,
                           "QENT_YOOKASSA_SECRET_KEY", "is missing while the shop id is set",
                           "set both or neither");
  if (key && !shop)
    qent__settings_problem(report, value_of(settings, "QENT_YOOKASSA_SECRET_KEY")->line,
                           "QENT_YOOKASSA_SHOP_ID", "is missing while the secret key is set",
                           "set both or neither");
  if (vat_code >= 1 && vat_code <= 12 && !is_set(settings, "QENT_RECEIPT_EMAIL"))
    qent__settings_problem(report, value_of(settings, "QENT_RECEIPT_VAT_CODE")->line,
                           "QENT_RECEIPT_EMAIL", "is missing while receipts are on",
                           "set the address for receipts of buyers who gave none");
}

/* Without a value of its own, the Mini App's origin may call the API. */
static void derive_origin(qent_settings *settings, qent__settings_report *report)
{
  int index = qent__setting_index("QENT_CORS_ORIGINS", strlen("QENT_CORS_ORIGINS"));
  const char *page = qent_settings_get(settings, "QENT_MINIAPP_URL");

  if (qent__secret_is_set(&settings->values[index].text) || !page)
    return;
  if (qent__secret_set(&settings->values[index].text, page, qent__origin_len(page), NULL) !=
      QENT_OK)
    qent__settings_no_memory(report);
}

void qent__settings_check_all(qent_settings *settings, qent__settings_report *report,
                              bool need_required)
{
  for (size_t i = 0; qent__setting_row_at(i); i++) {
    const qent__setting_row *row = qent__setting_row_at(i);
    struct qent__setting_value *value = &settings->values[i];
    qent__setting_fault fault = {NULL, NULL};

    if (qent__secret_is_set(&value->text)) {
      if (!qent__setting_check(row, qent__secret_text(&value->text), &fault))
        report_fault(report, value->line, row, &fault);
    } else if (need_required && row->setting.required) {
      qent__settings_problem(report, value->line, row->setting.key, "is not set",
                             row->setting.help);
    }
  }
  check_pairs(settings, report);
  if (report->status == QENT_OK)
    derive_origin(settings, report);
}

/* Levenshtein distance of two keys; `a` and `b` are at most QENT__SETTINGS_KEY_MAX long. */
static unsigned distance(const char *a, const char *b)
{
  unsigned row[QENT__SETTINGS_KEY_MAX + 1];
  size_t len = strlen(b);

  for (size_t j = 0; j <= len; j++)
    row[j] = (unsigned)j;
  for (size_t i = 0; a[i]; i++) {
    unsigned diagonal = row[0];

    row[0] = (unsigned)i + 1;
    for (size_t j = 0; j < len; j++) {
      unsigned above = row[j + 1];
      unsigned best = diagonal + (a[i] != b[j]);

      if (above + 1 < best)
        best = above + 1;
      if (row[j] + 1 < best)
        best = row[j] + 1;
      row[j + 1] = best;
      diagonal = above;
    }
  }
  return row[len];
}

static const char *nearest(const char *key)
{
  char prefixed[QENT__SETTINGS_KEY_MAX + 8];
  const char *best_key = NULL;
  unsigned best = 4; /* farther ones are no typing error */

  if (strlen(key) > QENT__SETTINGS_KEY_MAX - 5)
    return NULL;
  (void)snprintf(prefixed, sizeof prefixed, "%s%s", qent__starts_with(key, "QENT_") ? "" : "QENT_",
                 key);
  for (size_t i = 0; qent_setting_at(i); i++) {
    const qent_setting *setting = qent_setting_at(i);
    unsigned d = distance(prefixed, setting->key);

    if (d < best) {
      best = d;
      best_key = setting->key;
    }
  }
  return best_key;
}

void qent__settings_unknown(qent__settings_report *report, int line, const char *key)
{
  const char *other = nearest(key);
  char remedy[QENT__SETTINGS_KEY_MAX + 64];

  if (other)
    (void)snprintf(remedy, sizeof remedy, "did you mean %s?", other);
  else
    (void)snprintf(remedy, sizeof remedy, "remove it; qentvpn.env(5) lists every key");
  qent__settings_problem(report, line, key, "is not a known key", remedy);
}
