/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"
#include "parse.h"
#include "users.h"

#include <stdio.h>

static const cli_option extend_options[] = {
    {"until", "DATE", "new end, UTC: 2026-12-31 (its end) or 2026-12-31T18:30:00Z", false},
    {"days", "N", "so many days after the end, or after now when it has ended", false},
    {NULL, NULL, NULL, false}};

#define FIND_REMEDY "`qentctl user show ID` lists a user's subscriptions."

static int open_with_id(cli *c, int64_t *id)
{
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_MAX, id))
    return EXIT_USAGE;
  return cli_open(c);
}

/* Is it there? So that nobody is asked about what is not. */
static int open_known(cli *c, int64_t *id)
{
  qent_subscription *sub = NULL;
  const int code = open_with_id(c, id);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_subscription_by_id(c->session, 0, *id, &sub, &c->err);
  qent_subscription_free(sub);
  return st == QENT_OK ? EXIT_DONE : cli_failed(c, st, FIND_REMEDY);
}

static const report_field link_fields[] = {{"protocol", "PROTOCOL", REPORT_TEXT},
                                           {"node", "NODE", REPORT_TEXT},
                                           {"uri", "LINK", REPORT_WHOLE}};

static bool take_link(const qent_share_link *link, void *user)
{
  report *r = user;
  report_row(r);
  report_text(r, "protocol", link->protocol);
  report_text(r, "node", link->node_name);
  report_text(r, "uri", link->uri);
  return true;
}

typedef struct found {
  report *sub;
  report *accounts;
  report *links;
  const char *config_link;
} found;

static int print_sub(cli *c, const found *f)
{
  if (c->json) {
    qent_buf buf;
    qent_json_writer w;
    report_json_begin(&buf, &w);
    qent_jw_object(&w);
    qent_jw_key(&w, "subscription");
    report_write_object(f->sub, &w);
    qent_jw_kstr(&w, "config_link", f->config_link);
    qent_jw_key(&w, "accounts");
    report_write_array(f->accounts, &w);
    qent_jw_key(&w, "links");
    report_write_array(f->links, &w);
    qent_jw_end_object(&w);
    return report_json_end(&buf, &w) ? EXIT_DONE : EXIT_FAILED;
  }
  report_print_facts(f->sub);
  printf("\nConfig link\n%s\n\nAccounts\n", f->config_link);
  report_print_table(f->accounts, "none");
  printf("\nLinks\n");
  report_print_table(f->links, "none that works now");
  return EXIT_DONE;
}

static int show_id(cli *c, int64_t id)
{
  qent_subscription *sub = NULL;
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;
  found f = {list_new_subs(c), list_new_accounts(c), report_new(link_fields, 3, c->now), NULL};
  int code = EXIT_FAILED;
  if (f.sub && f.accounts && f.links) {
    qent_status st = qent_subscription_by_id(c->session, 0, id, &sub, &c->err);
    if (st == QENT_OK) {
      list_take_sub(sub, f.sub);
      f.config_link = qent_subscription_config_link(sub);
      filter.subscription_id = id;
      st = qent_account_each(c->session, &filter, list_take_account, f.accounts, &c->err);
    }
    if (st == QENT_OK)
      st = qent_subscription_links(c->session, id, take_link, f.links, &c->err);
    code = st == QENT_OK ? print_sub(c, &f) : cli_failed(c, st, FIND_REMEDY);
  }
  qent_subscription_free(sub);
  report_free(f.sub);
  report_free(f.accounts);
  report_free(f.links);
  return code;
}

static int show(cli *c)
{
  int64_t id = 0;
  const int code = open_with_id(c, &id);
  return code != EXIT_DONE ? code : show_id(c, id);
}

static int grant(cli *c)
{
  int64_t id = 0;
  qent_user *user = NULL;
  qent_subscription *sub = NULL;
  char until[96];
  if (!cli_number(c, "USER", c->operands[0], 1, INT64_MAX, &id))
    return EXIT_USAGE;
  const int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  qent_status st = user_of_either_id(c, id, &user);
  if (st == QENT_OK)
    st = qent_subscription_grant(c->session, qent_user_id(user), c->operands[1], &sub, &c->err);
  qent_user_free(user);
  if (st != QENT_OK)
    return cli_failed(c, st, "See `qentctl user find` and `qentctl plan list`.");
  report_format_time(until, sizeof until, qent_subscription_expires_at(sub), c->now);
  const int64_t sub_id = qent_subscription_id(sub);
  qent_subscription_free(sub);
  return cli_done(c, sub_id, "Subscription %lld runs until %s.", (long long)sub_id, until);
}

static int extend(cli *c)
{
  int64_t id = 0;
  int64_t days = 0;
  int64_t until = 0;
  char text[96];
  qent_subscription *sub = NULL;
  const char *date = cli_value(c, "until");
  if (!cli_number_option(c, "days", 1, 36600, &days))
    return EXIT_USAGE;
  if ((date != NULL) == (days > 0))
    return cli_usage(c, "give either --until DATE or --days N");
  if (date && !parse_date(date, &until))
    return cli_usage(c, "--until must be like 2026-12-31 or 2026-12-31T18:30:00Z");
  const int code = open_with_id(c, &id);
  if (code != EXIT_DONE)
    return code;
  qent_status st = qent_subscription_by_id(c->session, 0, id, &sub, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, FIND_REMEDY);
  const int64_t before = qent_subscription_expires_at(sub);
  qent_subscription_free(sub);
  if (days > 0)
    until = (before > c->now ? before : c->now) + days * 86400;
  report_format_time(text, sizeof text, until, c->now);
  if (until < before &&
      !cli_confirm(c, "That is earlier than now set: subscription %lld would end %s. Do it?",
                   (long long)id, text))
    return EXIT_USAGE;
  st = qent_subscription_set_expiry(c->session, id, until, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  return cli_done(c, id, "Subscription %lld runs until %s.", (long long)id, text);
}

static int set_disabled(cli *c, bool disabled)
{
  int64_t id = 0;
  const int code = open_known(c, &id);
  if (code != EXIT_DONE)
    return code;
  if (disabled &&
      !cli_confirm(c, "The keys of subscription %lld stop to work. Disable?", (long long)id))
    return EXIT_USAGE;
  const qent_status st = qent_subscription_set_disabled(c->session, id, disabled, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, FIND_REMEDY);
  return cli_done(c, id, "Subscription %lld is %s.", (long long)id,
                  disabled ? "disabled" : "enabled");
}

static int disable(cli *c)
{
  return set_disabled(c, true);
}

static int enable(cli *c)
{
  return set_disabled(c, false);
}

static int rotate(cli *c)
{
  int64_t id = 0;
  const int code = open_known(c, &id);
  if (code != EXIT_DONE)
    return code;
  if (!cli_confirm(c,
                   "The old keys and the old config link of subscription %lld stop to work. "
                   "Rotate?",
                   (long long)id))
    return EXIT_USAGE;
  const qent_status st = qent_subscription_rotate(c->session, 0, id, NULL, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, st == QENT_ECONFLICT ? "Wait a minute and repeat." : FIND_REMEDY);
  return cli_done(c, id, "Subscription %lld gets new keys; botd sends them.", (long long)id);
}

const cli_command commands_sub[] = {
    {"sub", "show", "ID", 1, 1, NULL, "a subscription with accounts and links", NULL, show},
    {"sub", "grant", "USER PLAN", 2, 2, NULL, "give a plan's period for nothing",
     "USER is our id or a Telegram id. The user's newest subscription of the plan's node group is\n"
     "extended, or one is made.\n",
     grant},
    {"sub", "extend", "ID", 1, 1, extend_options, "set the end of a subscription",
     "The end is set to an absolute time, so a repeat of --until changes nothing more.\n", extend},
    {"sub", "disable", "ID", 1, 1, NULL, "switch a subscription off", NULL, disable},
    {"sub", "enable", "ID", 1, 1, NULL, "switch a subscription on again", NULL, enable},
    {"sub", "rotate", "ID", 1, 1, NULL, "new keys and a new config link", NULL, rotate},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
