/* SPDX-License-Identifier: MIT */
#include "domain/plan.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/timefmt.h"

#include <string.h>

#define TITLE_MAX_CHARACTERS 64
#define SECONDS_PER_DAY 86400

int64_t qent_plan_id(const qent_plan *plan)
{
  return plan->id;
}

const char *qent_plan_code(const qent_plan *plan)
{
  return plan->code;
}

const char *qent_plan_title(const qent_plan *plan, const char *language)
{
  return qent__streq(language, "ru") ? plan->title_ru : plan->title_en;
}

int32_t qent_plan_period(const qent_plan *plan)
{
  return plan->terms.period;
}

qent_period_unit qent_plan_period_unit(const qent_plan *plan)
{
  return plan->terms.period_unit;
}

int64_t qent_plan_traffic_limit_bytes(const qent_plan *plan)
{
  return plan->terms.traffic_limit_bytes;
}

int32_t qent_plan_device_limit(const qent_plan *plan)
{
  return plan->terms.device_limit;
}

int32_t qent_plan_replicas(const qent_plan *plan)
{
  return plan->terms.replicas;
}

const char *qent_plan_node_group(const qent_plan *plan)
{
  return plan->terms.node_group;
}

size_t qent_plan_price_count(const qent_plan *plan)
{
  return plan->price_count;
}

qent_money qent_plan_price_at(const qent_plan *plan, size_t index)
{
  return plan->prices[index];
}

bool qent_plan_price(const qent_plan *plan, const char *currency, qent_money *price_out)
{
  for (size_t i = 0; i < plan->price_count; i++) {
    if (qent__streq(plan->prices[i].currency, currency)) {
      *price_out = plan->prices[i];
      return true;
    }
  }
  return false;
}

bool qent_plan_hidden(const qent_plan *plan)
{
  return plan->hidden;
}

int32_t qent_plan_position(const qent_plan *plan)
{
  return plan->position;
}

void qent_plan_free(qent_plan *plan)
{
  if (!plan)
    return;
  qent__free(plan->title_ru);
  qent__free(plan->title_en);
  qent__free(plan);
}

bool qent__code_valid(const char *text)
{
  size_t len = text ? strlen(text) : 0;

  if (len < 1 || len > 32)
    return false;
  for (size_t i = 0; i < len; i++) {
    char c = text[i];
    if (!(c >= 'a' && c <= 'z') && !qent__is_digit(c) && c != '_' && c != '-')
      return false;
  }
  return true;
}

int64_t qent__terms_end(const struct qent__terms *terms, int64_t start)
{
  if (terms->period_unit == QENT_PERIOD_MONTHS)
    return qent__add_months(start, terms->period);
  if (start > QENT__TIME_MAX_S - (int64_t)terms->period * SECONDS_PER_DAY)
    return QENT__TIME_MAX_S;
  return start + (int64_t)terms->period * SECONDS_PER_DAY;
}

static qent_status check_title(const char *title, const char *field, qent_error *err)
{
  size_t len = title ? strlen(title) : 0;
  size_t characters = 0;

  for (size_t i = 0; i < len;) {
    uint32_t cp = 0;
    size_t step = qent__utf8_next(title + i, len - i, &cp);
    if (!step || cp < 0x20)
      return qent_fail(err, QENT_EINVAL, "%s must be text without control characters", field);
    i += step;
    characters++;
  }
  if (characters < 1 || characters > TITLE_MAX_CHARACTERS)
    return qent_fail(err, QENT_EINVAL, "%s must have 1..%d characters", field,
                     TITLE_MAX_CHARACTERS);
  return QENT_OK;
}

static bool currency_valid(const char *currency)
{
  for (size_t i = 0; i < 3; i++) {
    if (currency[i] < 'A' || currency[i] > 'Z')
      return false;
  }
  return currency[3] == '\0';
}

static qent_status check_prices(const qent_plan_options *o, qent_error *err)
{
  if (!o->prices || o->price_count < 1 || o->price_count > QENT_PLAN_PRICES_MAX)
    return qent_fail(err, QENT_EINVAL, "prices: give 1..%d of them", QENT_PLAN_PRICES_MAX);
  for (size_t i = 0; i < o->price_count; i++) {
    if (!currency_valid(o->prices[i].currency))
      return qent_fail(err, QENT_EINVAL, "prices: a currency is three capital letters");
    if (o->prices[i].minor <= 0)
      return qent_fail(err, QENT_EINVAL, "prices: %s must be more than 0", o->prices[i].currency);
    for (size_t j = 0; j < i; j++) {
      if (strcmp(o->prices[i].currency, o->prices[j].currency) == 0)
        return qent_fail(err, QENT_EINVAL, "prices: %s is given twice", o->prices[i].currency);
    }
  }
  return QENT_OK;
}

static qent_status check_options(const qent_plan_options *o, qent_error *err)
{
  int32_t most = o->period_unit == QENT_PERIOD_MONTHS ? 120 : 3660;
  qent_status st;

  if (!qent__code_valid(o->code))
    return qent_fail(err, QENT_EINVAL, "code must be 1..32 of a-z, 0-9, _ and -");
  if (!qent__code_valid(o->node_group))
    return qent_fail(err, QENT_EINVAL, "node_group must be 1..32 of a-z, 0-9, _ and -");
  if (o->period_unit != QENT_PERIOD_DAYS && o->period_unit != QENT_PERIOD_MONTHS)
    return qent_fail(err, QENT_EINVAL, "period_unit must be days or months");
  if (o->period < 1 || o->period > most)
    return qent_fail(err, QENT_EINVAL, "period must be in 1..%d", most);
  if (o->traffic_limit_bytes < 0)
    return qent_fail(err, QENT_EINVAL, "traffic_limit_bytes must be 0 or more");
  if (o->device_limit < 0)
    return qent_fail(err, QENT_EINVAL, "device_limit must be 0 or more");
  if (o->replicas < 0 || o->replicas > QENT_PLAN_REPLICAS_MAX)
    return qent_fail(err, QENT_EINVAL, "replicas must be in 1..%d", QENT_PLAN_REPLICAS_MAX);
  st = check_title(o->title_ru, "title_ru", err);
  if (st == QENT_OK)
    st = check_title(o->title_en, "title_en", err);
  if (st == QENT_OK)
    st = check_prices(o, err);
  return st;
}

qent_status qent__plan_make(const qent_plan_options *options, qent_plan **plan_out, qent_error *err)
{
  qent_plan *plan;
  qent_status st = check_options(options, err);

  if (st != QENT_OK)
    return st;
  plan = qent__calloc(1, sizeof *plan);
  if (!plan)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  (void)qent__copy_text(plan->code, sizeof plan->code, options->code, strlen(options->code));
  (void)qent__copy_text(plan->terms.node_group, sizeof plan->terms.node_group, options->node_group,
                        strlen(options->node_group));
  plan->terms.period = options->period;
  plan->terms.period_unit = options->period_unit;
  plan->terms.traffic_limit_bytes = options->traffic_limit_bytes;
  plan->terms.device_limit = options->device_limit;
  plan->terms.replicas = options->replicas > 0 ? options->replicas : 1;
  memcpy(plan->prices, options->prices, options->price_count * sizeof plan->prices[0]);
  plan->price_count = options->price_count;
  plan->hidden = options->hidden;
  plan->position = options->position;
  plan->title_ru = qent__strdup(options->title_ru);
  plan->title_en = qent__strdup(options->title_en);
  if (!plan->title_ru || !plan->title_en) {
    qent_plan_free(plan);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  *plan_out = plan;
  return QENT_OK;
}
