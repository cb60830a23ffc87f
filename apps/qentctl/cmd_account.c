/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"
#include "repair.h"

static const cli_option list_options[] = {
    {"pending", NULL, "only those whose wanted state is not confirmed", false},
    {"node", "NAME", "only on this node", false},
    {"sub", "ID", "only of this subscription", false},
    {"limit", "N", "at most so many (default: 100)", false},
    {NULL, NULL, NULL, false}};

/* Nothing found must not look like "everything is fine" where a name was mistyped. */
static qent_status check_filter(cli *c, const qent_account_filter *filter)
{
  qent_node *node = NULL;
  qent_subscription *sub = NULL;
  qent_status st = QENT_OK;
  if (filter->node_name)
    st = qent_node_by_name(c->session, filter->node_name, &node, &c->err);
  if (st == QENT_OK && filter->subscription_id > 0)
    st = qent_subscription_by_id(c->session, 0, filter->subscription_id, &sub, &c->err);
  qent_node_free(node);
  qent_subscription_free(sub);
  return st;
}

static int list(cli *c)
{
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;
  int64_t limit = 100;
  if (!cli_number_option(c, "limit", 1, 100000, &limit) ||
      !cli_number_option(c, "sub", 1, INT64_MAX, &filter.subscription_id))
    return EXIT_USAGE;
  filter.limit = (int32_t)limit;
  filter.node_name = cli_value(c, "node");
  filter.pending_only = cli_flag(c, "pending");
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = list_new_accounts(c);
  if (!r)
    return EXIT_FAILED;
  qent_status st = check_filter(c, &filter);
  if (st == QENT_OK)
    st = qent_account_each(c->session, &filter, list_take_account, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!list_print(c, r, limit,
                       filter.pending_only ? "Every account is confirmed." : "No accounts."))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

static int retry(cli *c)
{
  int64_t id = 0;
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_MAX, &id))
    return EXIT_USAGE;
  const int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_account_retry(c->session, id, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, "`qentctl account list` lists the accounts.");
  return cli_done(c, id, "botd confirms account %lld on its panel at once.", (long long)id);
}

const cli_command commands_account[] = {
    {"account", "list", "", 0, 0, list_options, "accounts on the panels", NULL, list},
    {"account", "retry", "ID", 1, 1, NULL, "confirm an account's state on its panel now", NULL,
     retry},
    {"account", "remove-orphan", "NODE KEY...", 2, CLI_OPERANDS_MAX, NULL,
     "remove accounts that are not ours from a panel",
     "Only what the ledger does not know can be removed, and only what is named.\n",
     orphans_remove},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
