/* SPDX-License-Identifier: MIT */
#include "doctor.h"
#include "node_cmd.h"
#include "parse.h"
#include "plans.h"

#include <qentvpn/node.h>
#include <qentvpn/user.h>
#include <qentvpn/work.h>

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 256
#define NAME_BYTES 40

typedef struct names {
  char names[NAMES_MAX][NAME_BYTES];
  char groups[NAMES_MAX][NAME_BYTES];
  qent_node_state states[NAMES_MAX]; /* of nodes, as the admin set them */
  bool works[NAMES_MAX];             /* a node is active, a plan can be paid */
  size_t count;
  const cli *c; /* for plans */
} names;

static bool take_node(const qent_node *node, void *user)
{
  names *n = user;
  if (n->count == NAMES_MAX)
    return false;
  snprintf(n->names[n->count], NAME_BYTES, "%s", qent_node_name(node));
  snprintf(n->groups[n->count], NAME_BYTES, "%s", qent_node_group(node));
  n->works[n->count] = qent_node_get_state(node) == QENT_NODE_ACTIVE;
  n->states[n->count++] = qent_node_set_to(node);
  return true;
}

static void check_failed(doctor *d, const char *check)
{
  doctor_say(d, DOCTOR_FAIL, check, "Look at the database.", "%s", d->c->err.message);
}

static void check_node(doctor *d, const char *name, qent_node_state set_to)
{
  qent_error *err = &d->c->err;
  if (set_to == QENT_NODE_DISABLED) {
    doctor_say(d, DOCTOR_WARN, "nodes",
               "`qentctl node activate` brings it back, `qentctl node remove` forgets it.",
               "%s is disabled and was not asked", name);
    return;
  }
  const qent_status st = qent_node_probe(d->c->session, name, NULL, err);
  if (st == QENT_EAUTH)
    doctor_say(d, DOCTOR_FAIL, "nodes",
               "Give it new ones with `qentctl node edit`; or QENT_MASTER_KEY is another than when "
               "the node was added.",
               "%s", err->message);
  else if (st != QENT_OK)
    doctor_say(d, DOCTOR_FAIL, "nodes", node_probe_remedy(st), "%s%s%s",
               strncmp(err->message, "node ", 5) == 0 ? "" : name,
               strncmp(err->message, "node ", 5) == 0 ? "" : ": ", err->message);
  else if (set_to == QENT_NODE_DRAINING)
    doctor_say(d, DOCTOR_WARN, "nodes", "`qentctl node activate` lets it take new accounts.",
               "%s answers, but takes no new accounts", name);
  else
    doctor_say(d, DOCTOR_OK, "nodes", NULL, "%s answers", name);
}

void doctor_check_nodes(doctor *d)
{
  static names nodes;
  nodes.count = 0;
  if (qent_node_each(d->c->session, take_node, &nodes, &d->c->err) != QENT_OK) {
    check_failed(d, "nodes");
    return;
  }
  if (nodes.count == 0)
    doctor_say(d, DOCTOR_FAIL, "nodes", "qentctl help node add",
               "there is no node: no keys can be made");
  for (size_t i = 0; i < nodes.count; ++i)
    check_node(d, nodes.names[i], nodes.states[i]);
}

static bool take_plan(const qent_plan *plan, void *user)
{
  names *n = user;
  if (n->count == NAMES_MAX)
    return false;
  snprintf(n->names[n->count], NAME_BYTES, "%s", qent_plan_code(plan));
  n->works[n->count] = plan_can_be_paid(n->c, plan);
  snprintf(n->groups[n->count++], NAME_BYTES, "%s", qent_plan_node_group(plan));
  return true;
}

static bool has_group(const names *nodes, const char *group)
{
  for (size_t i = 0; i < nodes->count; ++i)
    if (nodes->works[i] && strcmp(nodes->groups[i], group) == 0)
      return true;
  return false;
}

void doctor_check_plans(doctor *d)
{
  static names plans;
  static names nodes;
  plans.count = 0;
  plans.c = d->c;
  nodes.count = 0;
  if (qent_plan_each(d->c->session, false, take_plan, &plans, &d->c->err) != QENT_OK ||
      qent_node_each(d->c->session, take_node, &nodes, &d->c->err) != QENT_OK) {
    check_failed(d, "plans");
    return;
  }
  if (plans.count == 0)
    doctor_say(d, DOCTOR_FAIL, "plans", "qentctl help plan add",
               "there is no plan: nothing can be sold");
  for (size_t i = 0; i < plans.count; ++i) {
    if (!plans.works[i])
      doctor_say(d, DOCTOR_FAIL, "plans", "Give it another price with `qentctl plan edit`.",
                 "%s: no payment provider takes the currency of its price", plans.names[i]);
    if (has_group(&nodes, plans.groups[i]))
      continue;
    doctor_say(d, DOCTOR_FAIL, "plans", "Add or activate a node of that group, or hide the plan.",
               "%s: node group %s has no active node", plans.names[i], plans.groups[i]);
  }
  if (plans.count > 0)
    doctor_say(d, DOCTOR_OK, "plans", NULL, "%zu on offer", plans.count);
}

void doctor_check_admins(doctor *d)
{
  char item[32];
  size_t count = 0;
  for (; qent_settings_get_item(d->c->settings, "QENT_ADMIN_IDS", count, item, sizeof item);
       ++count) {
    int64_t id = 0;
    qent_user *user = NULL;
    if (!parse_number(item, 1, INT64_MAX, &id))
      continue;
    if (qent_user_by_telegram_id(d->c->session, id, &user, NULL) != QENT_OK)
      doctor_say(d, DOCTOR_WARN, "admins", "That person sends /start to the bot once.",
                 "%s has never written to the bot and gets no alarms", item);
    else if (!qent_user_reachable(user))
      doctor_say(d, DOCTOR_WARN, "admins", "That person unblocks the bot.",
                 "%s has blocked the bot and gets no alarms", item);
    qent_user_free(user);
  }
  if (count == 0)
    doctor_say(d, DOCTOR_WARN, "admins", "Set QENT_ADMIN_IDS; @userinfobot tells a person's id.",
               "nobody gets alarms");
}

void doctor_check_work(doctor *d)
{
  qent_stats stats = QENT_STATS_INIT;
  if (qent_stats_read(d->c->session, &stats, &d->c->err) != QENT_OK) {
    check_failed(d, "work");
    return;
  }
  if (stats.payments_flagged > 0)
    doctor_say(d, DOCTOR_WARN, "work", "qentctl payment list --flagged",
               "%lld payments wait for a decision", (long long)stats.payments_flagged);
  if (stats.accounts_pending > 0)
    doctor_say(d, DOCTOR_WARN, "work", "Does botd run? qentctl account list --pending",
               "%lld accounts are not confirmed on their panels",
               (long long)stats.accounts_pending);
  if (stats.payments_flagged == 0 && stats.accounts_pending == 0)
    doctor_say(d, DOCTOR_OK, "work", NULL, "nothing waits");
}
