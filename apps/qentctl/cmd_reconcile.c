/* SPDX-License-Identifier: MIT */
/* What differs between provider, ledger and panels, for somebody who was just woken up. */
#include "repair.h"
#include "report.h"

#include <qentvpn/work.h>

#include <stdio.h>
#include <string.h>

#define ROWS_MAX 500
#define KINDS (QENT_DRIFT_NOT_COMPARED + 1)

const cli_option reconcile_options[] = {
    {"fix", NULL, "queue the repairs that botd can do by itself", false},
    {"dry-run", NULL, "only compare, change nothing: what happens without --fix", false},
    {"days", "N", "payments made in so many last days; 0: none (default: 3)", false},
    {NULL, NULL, NULL, false}};

const char reconcile_details[] =
    "Nothing is changed without --fix, and then only through what is wanted: botd carries it out.\n"
    "Accounts that the ledger does not know are never touched.\n"
    "Exit code 0: nothing to do; 1: something differs; 4: a node or a provider did not answer.\n"
    "What each line means and what to do: docs/reconcile.md\n";

/* In plain words, and what helps. */
static const struct {
  const char *what;
  const char *advice; /* NULL: --fix does it */
} kinds[KINDS] = {
    [QENT_DRIFT_MISSING] = {"gone from the panel", NULL},
    [QENT_DRIFT_DIFFERS] = {"differs", NULL},
    [QENT_DRIFT_UNWANTED] = {"should be gone", NULL},
    [QENT_DRIFT_ORPHAN] = {"not ours", "Not ours: leave them, adopt them (qentctl import NODE), or "
                                       "remove each by name (qentctl account remove-orphan)."},
    [QENT_DRIFT_PENDING] = {"waits", "Waits: botd works on it; qentctl account list --pending."},
    [QENT_DRIFT_PAID_UNSETTLED] = {"paid, not settled",
                                   "Paid, not settled: with --fix the provider is asked again; "
                                   "what was flagged needs your word: qentctl payment accept or "
                                   "reject ID."},
    [QENT_DRIFT_SETTLED_UNPAID] = {"settled, not paid",
                                   "Settled, not paid: with --fix a refund ends the access that it "
                                   "paid; otherwise look at it with the provider, then qentctl "
                                   "sub disable ID."},
    [QENT_DRIFT_NO_ACCESS] = {"paid, no access", NULL},
    [QENT_DRIFT_ACCESS_UNPAID] = {"access, not paid", NULL},
    [QENT_DRIFT_DUPLICATE] = {"twice", "Twice: remove the second record on the panel, or with "
                                       "qentctl account remove-orphan when it has another name."},
    [QENT_DRIFT_NOT_COMPARED] = {"not compared", "Not compared: qentctl node list; compare again "
                                                 "when it answers."},
};

static const report_field fields[] = {
    {"where", "WHERE", REPORT_TEXT},       {"what", "WHAT", REPORT_TEXT},
    {"key", "NAME", REPORT_TEXT},          {"subscription_id", "SUB", REPORT_INT},
    {"payment_id", "PAYMENT", REPORT_INT}, {"detail", "DETAIL", REPORT_PROSE},
    {"queued", "REPAIR", REPORT_TEXT}};

/* What was found so far. Differences beyond ROWS_MAX are only counted. */
struct findings {
  report *table; /* NULL: JSON, a line each */
  long long counts[KINDS];
  long long drift, queued, untold;
  bool failed;
};

static void add_row(struct findings *found, const qent_drift_item *item)
{
  report *r = found->table;
  if (report_rows(r) == ROWS_MAX) {
    found->untold++;
    return;
  }
  report_row(r);
  report_text(r, "where", item->where);
  report_text(r, "what", kinds[item->kind].what);
  report_text(r, "key", item->key);
  report_number(r, "subscription_id", item->subscription_id > 0 ? item->subscription_id : -1);
  report_number(r, "payment_id", item->payment_id > 0 ? item->payment_id : -1);
  report_text(r, "detail", item->detail);
  report_text(r, "queued", item->queued ? "queued" : NULL);
}

static void put_id(qent_json_writer *w, const char *key, int64_t id)
{
  qent_jw_key(w, key);
  if (id > 0)
    qent_jw_i64(w, id);
  else
    qent_jw_null(w);
}

static bool print_line(const qent_drift_item *item)
{
  qent_buf buf;
  qent_json_writer w;
  report_json_begin(&buf, &w);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "drift", qent_drift_name(item->kind));
  qent_jw_kstr(&w, "where", item->where);
  qent_jw_kstr(&w, "key", item->key);
  put_id(&w, "account_id", item->account_id);
  put_id(&w, "subscription_id", item->subscription_id);
  put_id(&w, "payment_id", item->payment_id);
  qent_jw_ki64(&w, "attempts", item->attempts);
  qent_jw_key(&w, "queued");
  qent_jw_bool(&w, item->queued);
  qent_jw_kstr(&w, "detail", item->detail);
  qent_jw_end_object(&w);
  return report_json_end(&buf, &w);
}

static bool take(const qent_drift_item *item, void *user)
{
  struct findings *found = user;
  if ((size_t)item->kind >= KINDS)
    return true;
  found->counts[item->kind]++;
  found->drift += qent_drift_matters(item) ? 1 : 0;
  found->queued += item->queued ? 1 : 0;
  if (found->table)
    add_row(found, item);
  else
    found->failed = !print_line(item);
  return !found->failed;
}

static bool print_summary_line(const struct findings *found)
{
  qent_buf buf;
  qent_json_writer w;
  report_json_begin(&buf, &w);
  qent_jw_object(&w);
  qent_jw_key(&w, "summary");
  qent_jw_object(&w);
  for (size_t i = 0; i < KINDS; ++i)
    qent_jw_ki64(&w, qent_drift_name((qent_drift)i), found->counts[i]);
  qent_jw_end_object(&w);
  qent_jw_ki64(&w, "differences", found->drift);
  qent_jw_ki64(&w, "queued", found->queued);
  qent_jw_end_object(&w);
  return report_json_end(&buf, &w);
}

static void print_counts(const struct findings *found)
{
  const char *joint = "In short: ";
  for (size_t i = 0; i < KINDS; ++i) {
    if (found->counts[i] == 0)
      continue;
    printf("%s%lld %s", joint, found->counts[i], kinds[i].what);
    joint = "; ";
  }
  puts(".");
}

static void print_advice(const struct findings *found, bool fix)
{
  bool mendable = false;
  for (size_t i = 0; i < KINDS; ++i) {
    if (found->counts[i] > 0 && kinds[i].advice)
      puts(kinds[i].advice);
    mendable = mendable || (found->counts[i] > 0 && !kinds[i].advice);
  }
  if (fix && found->queued > 0)
    printf("Queued repairs: %lld. botd carries them out; compare again in a minute.\n",
           found->queued);
  else if (fix)
    puts("Nothing was queued: what is left needs your decision.");
  else if (mendable || found->counts[QENT_DRIFT_PAID_UNSETTLED] > 0)
    puts("Nothing was changed. `qentctl reconcile --fix` queues what botd can mend.");
}

static bool print_people(const struct findings *found, bool fix)
{
  if (!report_print_list(found->table, false, "Provider, ledger and panels agree."))
    return false;
  if (report_rows(found->table) == 0)
    return true;
  if (found->untold > 0)
    printf("... and %lld more; all of them with --json\n", found->untold);
  putchar('\n');
  print_counts(found);
  print_advice(found, fix);
  return true;
}

static int compare(cli *c, const qent_reconcile_options *options, struct findings *found)
{
  const qent_status st = qent_reconcile(c->session, options, take, found, &c->err);
  bool printed = true;
  if (!found->table)
    printed = !found->failed && print_summary_line(found);
  else if (st == QENT_OK || report_rows(found->table) > 0)
    printed = print_people(found, options->fix);
  if (st != QENT_OK)
    return cli_failed(c, st,
                      "What could be asked was compared; `qentctl node list` and `qentctl "
                      "doctor` tell more.");
  return printed && found->drift == 0 ? EXIT_DONE : EXIT_FAILED;
}

int reconcile_run(cli *c)
{
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.failed = false};
  int64_t days = options.payment_days;
  options.fix = cli_flag(c, "fix");
  if (options.fix && cli_flag(c, "dry-run"))
    return cli_usage(c, "--fix and --dry-run contradict each other");
  if (!cli_number_option(c, "days", 0, 366, &days))
    return EXIT_USAGE;
  options.payment_days = (int32_t)days;
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  if (!c->json) {
    found.table = report_new(fields, sizeof fields / sizeof fields[0], c->now);
    if (!found.table)
      return EXIT_FAILED;
  }
  code = compare(c, &options, &found);
  report_free(found.table);
  return code;
}

static const char *orphan_remedy(qent_status st)
{
  if (st == QENT_ECONFLICT)
    return "Accounts of ours end with their subscription; `qentctl node list` shows the nodes.";
  if (st == QENT_EINVAL)
    return "A name that is not 1 to 64 of A-Z a-z 0-9 _ . @ - can only be removed at the panel "
           "itself.";
  return "`qentctl reconcile` names the accounts that are not ours.";
}

int orphans_remove(cli *c)
{
  const char *node = c->operands[0];
  const size_t count = c->operand_count - 1;
  const int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  char names[1024] = "";
  for (size_t i = 1; i <= count; ++i) {
    const size_t len = strlen(names);
    snprintf(names + len, sizeof names - len, "%s%.64s", i > 1 ? ", " : "", c->operands[i]);
  }
  if (!cli_confirm(c, "%s on the panel of %s: whoever uses that is cut off. Remove?", names, node))
    return EXIT_USAGE;
  for (size_t i = 1; i <= count; ++i) {
    const qent_status st = qent_orphan_remove(c->session, node, c->operands[i], &c->err);
    if (st != QENT_OK) {
      if (i > 1)
        fprintf(stderr, "Removed before this one: %zu.\n", i - 1);
      return cli_failed(c, st, orphan_remedy(st));
    }
  }
  return cli_done(c, 0, "%zu account%s removed from the panel of %s.", count, count == 1 ? "" : "s",
                  node);
}
