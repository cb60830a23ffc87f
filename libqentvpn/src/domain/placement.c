/* SPDX-License-Identifier: MIT */
#include "domain/placement.h"

#include <string.h>

/* A node is avoided as its processor or memory fills up: at 100 % it counts for half. */
#define CPU_WARM_PERCENT 70
#define MEMORY_WARM_PERCENT 85
#define COOL 100
/* Failures in a row that another node should make up for: a buyer waits for the first keys, while
 * those that he has may go on for a while. */
#define STUCK_FIRST_ATTEMPTS 3
#define STUCK_ATTEMPTS 8

bool qent__node_full(const qent_node *node)
{
  return node->capacity > 0 && node->account_count >= node->capacity;
}

static bool welcoming(const qent_node *node)
{
  return node->state == QENT_NODE_ACTIVE && !node->refused && !node->evacuating;
}

static bool allowed(const qent_node *node)
{
  return welcoming(node) && !qent__node_full(node);
}

bool qent__node_keeps(const qent_node *node)
{
  return welcoming(node) && node->reachable;
}

bool qent__node_open(const qent_node *node)
{
  return allowed(node) && node->reachable;
}

const char *qent__node_why_closed(const qent_node *node)
{
  if (node->state == QENT_NODE_DISABLED)
    return "is disabled";
  if (node->state == QENT_NODE_DRAINING)
    return "is draining";
  if (node->evacuating)
    return "is being evacuated";
  if (node->refused)
    return "waits for an admin";
  if (!node->reachable)
    return "does not answer";
  return "is full";
}

bool qent__node_serves(const qent_node *node)
{
  return node->state != QENT_NODE_DISABLED && node->reachable;
}

static int32_t memory_percent(const qent_node *node)
{
  const qent_node_stats *stats = &node->stats;

  if (stats->memory_used_bytes < 0 || stats->memory_total_bytes <= 0)
    return -1;
  if (stats->memory_used_bytes >= stats->memory_total_bytes)
    return 100;
  return (int32_t)((double)stats->memory_used_bytes * 100 / (double)stats->memory_total_bytes);
}

/* People online whom we do not know load the server as ours do. */
static int64_t people(const qent_node *node)
{
  return node->stats.online > node->account_count ? node->stats.online : node->account_count;
}

int32_t qent__node_load_percent(const qent_node *node)
{
  int32_t load = node->stats.cpu_percent;

  if (memory_percent(node) > load)
    load = memory_percent(node);
  if (node->capacity > 0 && people(node) * 100 / node->capacity > load)
    load = (int32_t)(people(node) * 100 / node->capacity);
  return load > 100 ? 100 : load;
}

int32_t qent_node_load_percent(const qent_node *node)
{
  return qent__node_load_percent(node);
}

static int64_t warmth(int32_t percent, int32_t from)
{
  if (percent <= from)
    return 0;
  return (int64_t)COOL * ((percent < 100 ? percent : 100) - from) / (100 - from);
}

static int64_t heat(const qent_node *node)
{
  return COOL + warmth(node->stats.cpu_percent, CPU_WARM_PERCENT) +
         warmth(memory_percent(node), MEMORY_WARM_PERCENT);
}

/* Is `a` the better place for one more account? Loads are compared as fractions, crosswise. */
static bool better(const qent_node *a, const qent_node *b)
{
  int64_t load_a = (people(a) + 1) * heat(a) * b->weight;
  int64_t load_b = (people(b) + 1) * heat(b) * a->weight;

  if (a->reachable != b->reachable)
    return a->reachable;
  /* One that may be about to count as down. */
  if ((a->failing_since > 0) != (b->failing_since > 0))
    return a->failing_since == 0;
  if (load_a != load_b)
    return load_a < load_b;
  return a->id < b->id;
}

static bool among(int64_t id, const int64_t *ids, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (ids[i] == id)
      return true;
  }
  return false;
}

const qent_node *qent__node_choose(const qent_node *const *nodes, size_t count,
                                   const char *node_group, const int64_t *taken, size_t taken_count,
                                   bool may_wait)
{
  const qent_node *best = NULL;

  for (size_t i = 0; i < count; i++) {
    const qent_node *node = nodes[i];
    if (!allowed(node) || (!node->reachable && !may_wait) ||
        strcmp(node->node_group, node_group) != 0 || among(node->id, taken, taken_count))
      continue;
    if (!best || better(node, best))
      best = node;
  }
  return best;
}

bool qent__account_confirmed(const qent_account *account)
{
  return account->wanted.present && account->applied_rev == account->wanted_rev &&
         account->applied_keys_rev == account->wanted.keys_rev && account->links;
}

/* Has the buyer ever got keys from it? */
static bool delivered(const qent_account *account)
{
  return account->links != NULL;
}

bool qent__account_stuck(const qent_account *account)
{
  return account->wanted.present && !qent__account_confirmed(account) &&
         account->attempts >= (delivered(account) ? STUCK_ATTEMPTS : STUCK_FIRST_ATTEMPTS);
}

/* Does the panel not do what is wanted of the account, and nobody knows when it will? What it has
 * may have ended: a renewal, say, never got there. */
static bool held_up(const struct qent__seat *seat)
{
  return qent__account_stuck(seat->account) ||
         (seat->node->refused && !qent__account_confirmed(seat->account));
}

static bool stays(const struct qent__seat *seat)
{
  return seat->account->wanted.present && seat->account->standing != QENT__STANDING_LEAVING;
}

bool qent__seat_serves(const struct qent__seat *seat, const char *node_group)
{
  return stays(seat) && qent__node_serves(seat->node) &&
         strcmp(seat->node->node_group, node_group) == 0 && !held_up(seat);
}

/* A home that does not serve at present and may come back. */
static bool absent(const struct qent__seat *seat)
{
  return stays(seat) && seat->account->standing == QENT__STANDING_HOME &&
         seat->node->state != QENT_NODE_DISABLED && (!seat->node->reachable || held_up(seat));
}

static bool must_leave(const struct qent__seat *seat, const char *node_group)
{
  if (strcmp(seat->node->node_group, node_group) != 0)
    return true;
  if (seat->node->state == QENT_NODE_DISABLED || seat->node->evacuating)
    return true;
  /* Nobody has keys of it: there is nothing to come back to. */
  return !delivered(seat->account) && (!seat->node->reachable || held_up(seat));
}

bool qent__seats_need_twin(const struct qent__seat *seats, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (absent(&seats[i]))
      return true;
  }
  return false;
}

/* Since when somebody has been standing in. */
static int64_t first_twin_at(const struct qent__seat *seats, size_t count)
{
  int64_t at = INT64_MAX;

  for (size_t i = 0; i < count; i++) {
    const qent_account *account = seats[i].account;
    if (stays(&seats[i]) && account->standing == QENT__STANDING_TWIN && account->placed_at < at)
      at = account->placed_at;
  }
  return at;
}

static bool is_twin(const struct qent__seat *seat)
{
  return seat->account->standing == QENT__STANDING_TWIN;
}

/* Is `a` sooner to go than `b` when not all are needed any more? First those that do not serve
 * themselves, then homes, those on nodes that have just changed and the oldest of them first, then
 * the youngest twin. */
static bool goes_before(const struct qent__seat *a, const struct qent__seat *b,
                        const char *node_group, int64_t since)
{
  bool serves = qent__seat_serves(a, node_group);
  bool changed = a->node->changed_at >= since;

  if (serves != qent__seat_serves(b, node_group))
    return !serves;
  if (is_twin(a) != is_twin(b))
    return is_twin(b);
  if (is_twin(a))
    return a->account->placed_at > b->account->placed_at;
  if (changed != (b->node->changed_at >= since))
    return changed;
  return a->account->placed_at < b->account->placed_at;
}

static const struct qent__seat *first_to_go(const struct qent__seat *seats, size_t count,
                                            const char *node_group, enum qent__return_policy policy,
                                            int64_t since)
{
  const struct qent__seat *first = NULL;

  for (size_t i = 0; i < count; i++) {
    const struct qent__seat *seat = &seats[i];
    if (stays(seat) && (is_twin(seat) || policy == QENT__RETURN_LEAVE) &&
        (!first || goes_before(seat, first, node_group, since)))
      first = seat;
  }
  return first;
}

/* Nobody is away any more: what the twins, and those they stood in for, are from now on. No more go
 * than there are too many. */
static void dismiss_twins(const struct qent__seat *seats, size_t count, const char *node_group,
                          int32_t replicas, enum qent__return_policy policy)
{
  int64_t since = first_twin_at(seats, count);
  bool confirmed = false;
  int32_t serving = qent__seats_serving(seats, count, node_group, &confirmed);
  const struct qent__seat *seat = NULL;

  while (policy != QENT__RETURN_KEEP &&
         (seat = first_to_go(seats, count, node_group, policy, since)) != NULL) {
    bool serves = qent__seat_serves(seat, node_group);
    if (serves && serving <= replicas)
      break;
    serving -= serves;
    seat->account->standing = QENT__STANDING_LEAVING;
  }
  for (size_t i = 0; i < count; i++) {
    if (stays(&seats[i]) && seats[i].account->standing == QENT__STANDING_TWIN)
      seats[i].account->standing = QENT__STANDING_HOME;
  }
}

void qent__seats_stand(const struct qent__seat *seats, size_t count, const char *node_group,
                       int32_t replicas, enum qent__return_policy policy)
{
  bool twins = false;

  for (size_t i = 0; i < count; i++) {
    if (stays(&seats[i]) && must_leave(&seats[i], node_group))
      seats[i].account->standing = QENT__STANDING_LEAVING;
    twins = twins || (stays(&seats[i]) && seats[i].account->standing == QENT__STANDING_TWIN);
  }
  if (twins && !qent__seats_need_twin(seats, count))
    dismiss_twins(seats, count, node_group, replicas, policy);
}

int32_t qent__seats_serving(const struct qent__seat *seats, size_t count, const char *node_group,
                            bool *confirmed_out)
{
  int32_t serving = 0;
  bool confirmed = true;

  for (size_t i = 0; i < count; i++) {
    if (!qent__seat_serves(&seats[i], node_group))
      continue;
    serving++;
    confirmed = confirmed && qent__account_confirmed(seats[i].account);
  }
  *confirmed_out = confirmed;
  return serving;
}
