/* SPDX-License-Identifier: MIT */
#include "domain/subscription.h"
#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

#define HOUR_S 3600
#define DAY_S 86400

const char *qent_subscription_state_name(qent_subscription_state state)
{
  static const char *const names[] = {"active", "expired", "exhausted", "disabled"};

  return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

int64_t qent_subscription_id(const qent_subscription *sub)
{
  return sub->id;
}

int64_t qent_subscription_user_id(const qent_subscription *sub)
{
  return sub->user_id;
}

const char *qent_subscription_plan_code(const qent_subscription *sub)
{
  return sub->plan_code;
}

qent_subscription_state qent_subscription_get_state(const qent_subscription *sub, int64_t now)
{
  if (sub->disabled)
    return QENT_SUBSCRIPTION_DISABLED;
  if (sub->expires_at <= now)
    return QENT_SUBSCRIPTION_EXPIRED;
  if (sub->traffic_limit_bytes > 0 && sub->traffic_used_bytes >= sub->traffic_limit_bytes)
    return QENT_SUBSCRIPTION_EXHAUSTED;
  return QENT_SUBSCRIPTION_ACTIVE;
}

int64_t qent_subscription_created_at(const qent_subscription *sub)
{
  return sub->created_at;
}

int64_t qent_subscription_expires_at(const qent_subscription *sub)
{
  return sub->expires_at;
}

int64_t qent_subscription_traffic_limit_bytes(const qent_subscription *sub)
{
  return sub->traffic_limit_bytes;
}

int64_t qent_subscription_traffic_used_bytes(const qent_subscription *sub)
{
  return sub->traffic_used_bytes;
}

int32_t qent_subscription_device_limit(const qent_subscription *sub)
{
  return sub->device_limit;
}

int32_t qent_subscription_replicas(const qent_subscription *sub)
{
  return sub->replicas;
}

int32_t qent_subscription_keys_revision(const qent_subscription *sub)
{
  return sub->keys_rev;
}

const char *qent_subscription_config_link(const qent_subscription *sub)
{
  return sub->config_link ? sub->config_link : "";
}

void qent_subscription_free(qent_subscription *sub)
{
  if (!sub)
    return;
  qent__free(sub->config_link);
  qent__free(sub);
}

enum qent__sub_event qent__sub_event_due(int64_t expires_at, int64_t now)
{
  if (now >= expires_at)
    return QENT__SUB_EXPIRE;
  if (now >= expires_at - 24 * HOUR_S)
    return QENT__SUB_REMIND_24H;
  if (now >= expires_at - 72 * HOUR_S)
    return QENT__SUB_REMIND_72H;
  return QENT__SUB_NOTHING;
}

int64_t qent__sub_next_event_at(int64_t expires_at, int64_t now)
{
  if (now < expires_at - 72 * HOUR_S)
    return expires_at - 72 * HOUR_S;
  if (now < expires_at - 24 * HOUR_S)
    return expires_at - 24 * HOUR_S;
  if (now < expires_at)
    return expires_at;
  return 0;
}

/* Traffic of the period that begins: what is left of a running limited one is kept. */
static void extend_traffic(qent_subscription *sub, const struct qent__terms *terms, bool running)
{
  int64_t left = 0;

  if (terms->traffic_limit_bytes == 0) {
    sub->traffic_limit_bytes = 0;
    if (!running)
      sub->traffic_used_bytes = 0;
    return;
  }
  if (running && sub->traffic_limit_bytes > sub->traffic_used_bytes)
    left = sub->traffic_limit_bytes - sub->traffic_used_bytes;
  sub->traffic_used_bytes = 0;
  sub->traffic_limit_bytes =
      terms->traffic_limit_bytes > INT64_MAX - left ? INT64_MAX : terms->traffic_limit_bytes + left;
}

static void follow(qent_subscription *sub, const struct qent__terms *terms)
{
  sub->device_limit = terms->device_limit;
  sub->replicas = terms->replicas;
  (void)qent__copy_text(sub->node_group, sizeof sub->node_group, terms->node_group,
                        strlen(terms->node_group));
}

void qent__sub_extend(qent_subscription *sub, const struct qent__terms *terms, int64_t now)
{
  bool running = sub->expires_at > now;

  extend_traffic(sub, terms, running);
  sub->expires_at = qent__terms_end(terms, running ? sub->expires_at : now);
  follow(sub, terms);
  sub->next_event_at = qent__sub_next_event_at(sub->expires_at, now);
}

/* What the period brought; at least one byte stays, for 0 would mean unlimited. */
static void take_back_traffic(qent_subscription *sub, const struct qent__terms *terms)
{
  if (sub->traffic_limit_bytes == 0 || terms->traffic_limit_bytes == 0)
    return;
  sub->traffic_limit_bytes = sub->traffic_limit_bytes > terms->traffic_limit_bytes
                                 ? sub->traffic_limit_bytes - terms->traffic_limit_bytes
                                 : 1;
}

/* From where a period led to `end`. Several days of a long month lead to the last one of a shorter;
 * what was paid before may have ended on any of them, unless that is over anyway. */
static int64_t period_start(const struct qent__terms *terms, int64_t end, int64_t now)
{
  struct qent__terms back = *terms;
  int64_t start;

  back.period = -terms->period;
  start = qent__terms_end(&back, end);
  for (int day = 0; day < 3 && start > now && qent__terms_end(terms, start + DAY_S) == end; day++)
    start += DAY_S;
  return start;
}

void qent__sub_take_back(qent_subscription *sub, const struct qent__terms *terms, int64_t now)
{
  int64_t end;

  if (sub->expires_at <= now)
    return;
  take_back_traffic(sub, terms);
  end = period_start(terms, sub->expires_at, now);
  sub->expires_at = end > now ? end : now;
  sub->next_event_at = qent__sub_next_event_at(sub->expires_at, now);
}

void qent__sub_go_back(qent_subscription *sub, const struct qent__terms *taken,
                       const struct qent__terms *before)
{
  follow(sub, before);
  if (taken->traffic_limit_bytes == 0)
    sub->traffic_limit_bytes = before->traffic_limit_bytes;
}
