/* SPDX-License-Identifier: MIT */
#include "domain/account.h"
#include "util/alloc.h"

#define BACKOFF_MAX_S 3600

int64_t qent_account_id(const qent_account *account)
{
  return account->id;
}

int64_t qent_account_subscription_id(const qent_account *account)
{
  return account->subscription_id;
}

const char *qent_account_node_name(const qent_account *account)
{
  return account->node_name;
}

const char *qent_account_key(const qent_account *account)
{
  return account->key;
}

bool qent_account_applied(const qent_account *account)
{
  return account->applied_rev >= account->wanted_rev;
}

bool qent_account_wanted_present(const qent_account *account)
{
  return account->wanted.present;
}

bool qent_account_wanted_enabled(const qent_account *account)
{
  return account->wanted.enabled;
}

int64_t qent_account_wanted_expires_at(const qent_account *account)
{
  return account->wanted.expires_at;
}

int32_t qent_account_attempts(const qent_account *account)
{
  return account->attempts;
}

int64_t qent_account_next_attempt_at(const qent_account *account)
{
  return account->next_attempt_at;
}

const char *qent_account_last_error(const qent_account *account)
{
  return account->last_error;
}

void qent_account_free(qent_account *account)
{
  if (!account)
    return;
  qent__free(account->links);
  qent__free(account->last_error);
  qent__free(account);
}

/* The panel's own limit is a safety net above our sum over all nodes: what is left of the period on
 * top of what this panel has counted so far. */
static int64_t panel_limit(const qent_subscription *sub, int64_t used_here)
{
  int64_t left = sub->traffic_limit_bytes - sub->traffic_used_bytes;

  if (sub->traffic_limit_bytes == 0)
    return 0;
  if (left < 1)
    left = 1; /* 0 would mean unlimited */
  return used_here > INT64_MAX - left ? INT64_MAX : used_here + left;
}

struct qent__wanted qent__account_wanted(const qent_subscription *sub, int64_t used_here,
                                         int64_t now)
{
  struct qent__wanted wanted = {
      .present = true,
      .enabled = qent_subscription_get_state(sub, now) == QENT_SUBSCRIPTION_ACTIVE,
      .expires_at = sub->expires_at,
      .traffic_limit_bytes = panel_limit(sub, used_here),
      .device_limit = sub->device_limit,
      .keys_rev = sub->keys_rev,
  };

  return wanted;
}

bool qent__wanted_equal(const struct qent__wanted *a, const struct qent__wanted *b)
{
  return a->present == b->present && a->enabled == b->enabled && a->expires_at == b->expires_at &&
         a->traffic_limit_bytes == b->traffic_limit_bytes && a->device_limit == b->device_limit &&
         a->keys_rev == b->keys_rev;
}

int64_t qent__backoff_s(int32_t attempts, uint32_t jitter)
{
  int64_t base = BACKOFF_MAX_S;

  if (attempts < 1)
    attempts = 1;
  if (attempts <= 10)
    base = INT64_C(1) << (attempts - 1);
  else if (attempts <= 15)
    base = 900;
  return base + base * (int64_t)(jitter % 1000) / 2000;
}
