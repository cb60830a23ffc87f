/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_PLAN_H
#define QENT_DOMAIN_PLAN_H

#include <qentvpn/plan.h>

/* What an order gives; a plan's terms at one moment. */
struct qent__terms {
  int32_t period;
  qent_period_unit period_unit;
  int64_t traffic_limit_bytes; /* 0 = unlimited */
  int32_t device_limit;        /* 0 = unlimited */
  int32_t replicas;            /* nodes at once, 1..QENT_PLAN_REPLICAS_MAX */
  char node_group[33];
};

struct qent_plan {
  int64_t id;
  char code[33];
  char *title_ru;
  char *title_en;
  struct qent__terms terms;
  qent_money prices[QENT_PLAN_PRICES_MAX];
  size_t price_count;
  bool hidden;
  int32_t position;
};

/* Check the options and make a plan with id 0. @return QENT_EINVAL naming the field, QENT_ENOMEM.
 */
qent_status qent__plan_make(const qent_plan_options *options, qent_plan **plan_out,
                            qent_error *err);

/* Start of a period plus its length, in UNIX s. */
int64_t qent__terms_end(const struct qent__terms *terms, int64_t start);

/* 1..32 of [a-z0-9_-]. */
bool qent__code_valid(const char *text);

#endif
