/* SPDX-License-Identifier: MIT */
#include "lists.h"

#include <stdio.h>

#define COUNT(fields) (sizeof(fields) / sizeof(fields)[0])

static const report_field sub_fields[] = {{"id", "ID", REPORT_INT},
                                          {"user_id", "USER", REPORT_INT},
                                          {"plan", "PLAN", REPORT_TEXT},
                                          {"state", "STATE", REPORT_TEXT},
                                          {"expires_at", "UNTIL", REPORT_TIME},
                                          {"traffic_used_bytes", "USED", REPORT_BYTES},
                                          {"traffic_limit_bytes", "LIMIT", REPORT_QUOTA},
                                          {"device_limit", "DEVICES", REPORT_LIMIT},
                                          {"replicas", "NODES", REPORT_INT},
                                          {"keys_revision", "KEYS", REPORT_INT},
                                          {"created_at", NULL, REPORT_TIME}};

static const report_field order_fields[] = {{"id", "ID", REPORT_INT},
                                            {"user_id", "USER", REPORT_INT},
                                            {"plan", "PLAN", REPORT_TEXT},
                                            {"price", "PRICE", REPORT_MONEY},
                                            {"method", "METHOD", REPORT_TEXT},
                                            {"state", "STATE", REPORT_TEXT},
                                            {"subscription_id", "SUB", REPORT_INT},
                                            {"created_at", "MADE", REPORT_TIME},
                                            {"paid_at", "PAID", REPORT_TIME},
                                            {"failure", "FAILURE", REPORT_PROSE}};

static const report_field payment_fields[] = {{"id", "ID", REPORT_INT},
                                              {"order_id", "ORDER", REPORT_INT},
                                              {"provider", "PROVIDER", REPORT_TEXT},
                                              {"external_id", "PROVIDER'S ID", REPORT_TEXT},
                                              {"state", "STATE", REPORT_TEXT},
                                              {"amount", "AMOUNT", REPORT_MONEY},
                                              {"refunded", NULL, REPORT_MONEY},
                                              {"created_at", "MADE", REPORT_TIME},
                                              {"settled_at", "SETTLED", REPORT_TIME},
                                              {"attempts", NULL, REPORT_INT},
                                              {"reason", "REASON", REPORT_PROSE},
                                              {"last_error", "LAST ERROR", REPORT_PROSE}};

static const report_field account_fields[] = {{"id", "ID", REPORT_INT},
                                              {"subscription_id", "SUB", REPORT_INT},
                                              {"node", "NODE", REPORT_TEXT},
                                              {"key", "ON PANEL", REPORT_TEXT},
                                              {"applied", "APPLIED", REPORT_BOOL},
                                              {"wanted", "WANTED", REPORT_TEXT},
                                              {"wanted_expires_at", "UNTIL", REPORT_TIME},
                                              {"attempts", "FAILED", REPORT_INT},
                                              {"next_attempt_at", "NEXT TRY", REPORT_TIME},
                                              {"last_error", "LAST ERROR", REPORT_PROSE}};

report *list_new_subs(const cli *c)
{
  return report_new(sub_fields, COUNT(sub_fields), c->now);
}

bool list_take_sub(const qent_subscription *sub, void *user)
{
  report *r = user;
  report_row(r);
  report_number(r, "id", qent_subscription_id(sub));
  report_number(r, "user_id", qent_subscription_user_id(sub));
  report_text(r, "plan", qent_subscription_plan_code(sub));
  report_text(r, "state",
              qent_subscription_state_name(qent_subscription_get_state(sub, report_now(r))));
  report_number(r, "expires_at", qent_subscription_expires_at(sub));
  report_number(r, "traffic_used_bytes", qent_subscription_traffic_used_bytes(sub));
  report_number(r, "traffic_limit_bytes", qent_subscription_traffic_limit_bytes(sub));
  report_number(r, "device_limit", qent_subscription_device_limit(sub));
  report_number(r, "replicas", qent_subscription_replicas(sub));
  report_number(r, "keys_revision", qent_subscription_keys_revision(sub));
  report_number(r, "created_at", qent_subscription_created_at(sub));
  return true;
}

report *list_new_orders(const cli *c)
{
  return report_new(order_fields, COUNT(order_fields), c->now);
}

/* 0 is none where an id is meant. */
static int64_t id_or_none(int64_t id)
{
  return id > 0 ? id : -1;
}

bool list_take_order(const qent_order *order, void *user)
{
  report *r = user;
  report_row(r);
  report_number(r, "id", qent_order_id(order));
  report_number(r, "user_id", qent_order_user_id(order));
  report_text(r, "plan", qent_order_plan_code(order));
  report_money(r, "price", qent_order_price(order));
  report_text(r, "method", qent_order_method(order));
  report_text(r, "state", qent_order_state_name(qent_order_get_state(order)));
  report_number(r, "subscription_id", id_or_none(qent_order_subscription_id(order)));
  report_number(r, "created_at", qent_order_created_at(order));
  report_number(r, "paid_at", qent_order_paid_at(order));
  report_text(r, "failure", qent_order_failure(order));
  return true;
}

report *list_new_payments(const cli *c)
{
  return report_new(payment_fields, COUNT(payment_fields), c->now);
}

bool list_take_payment(const qent_payment *payment, void *user)
{
  report *r = user;
  report_row(r);
  report_number(r, "id", qent_payment_id(payment));
  report_number(r, "order_id", id_or_none(qent_payment_order_id(payment)));
  report_text(r, "provider", qent_payment_provider_name(payment));
  report_text(r, "external_id", qent_payment_external_id(payment));
  report_text(r, "state", qent_payment_state_name(qent_payment_get_state(payment)));
  report_money(r, "amount", qent_payment_amount(payment));
  report_money(r, "refunded", qent_payment_refunded(payment));
  report_number(r, "created_at", qent_payment_created_at(payment));
  report_number(r, "settled_at", qent_payment_settled_at(payment));
  report_number(r, "attempts", qent_payment_attempts(payment));
  report_text(r, "reason", qent_payment_reason(payment));
  report_text(r, "last_error", qent_payment_last_error(payment));
  return true;
}

report *list_new_accounts(const cli *c)
{
  return report_new(account_fields, COUNT(account_fields), c->now);
}

bool list_take_account(const qent_account *account, void *user)
{
  report *r = user;
  const char *wanted = !qent_account_wanted_present(account)  ? "removed"
                       : qent_account_wanted_enabled(account) ? "enabled"
                                                              : "disabled";
  report_row(r);
  report_number(r, "id", qent_account_id(account));
  report_number(r, "subscription_id", qent_account_subscription_id(account));
  report_text(r, "node", qent_account_node_name(account));
  report_text(r, "key", qent_account_key(account));
  report_number(r, "applied", qent_account_applied(account));
  report_text(r, "wanted", wanted);
  report_number(r, "wanted_expires_at", qent_account_wanted_expires_at(account));
  report_number(r, "attempts", qent_account_attempts(account));
  report_number(r, "next_attempt_at",
                qent_account_applied(account) ? 0 : qent_account_next_attempt_at(account));
  report_text(r, "last_error", qent_account_last_error(account));
  return true;
}

bool list_print(const cli *c, const report *r, int64_t limit, const char *empty)
{
  if (!report_print_list(r, c->json, empty))
    return false;
  if (report_rows(r) > 0 && (int64_t)report_rows(r) >= limit) {
    (void)fflush(stdout);
    fprintf(stderr, "These are %lld, the limit; --limit N shows more.\n", (long long)limit);
  }
  return true;
}
