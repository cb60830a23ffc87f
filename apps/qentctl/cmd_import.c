/* SPDX-License-Identifier: MIT */
/* Adopts the accounts that a panel had before. */
#include "input.h"
#include "parse.h"
#include "repair.h"
#include "report.h"

#include <qentvpn/import.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 500
#define MAP_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define KEY_MAX 64
#define TELEGRAM_ID_MAX ((INT64_C(1) << 52) - 1)

const cli_option import_options[] = {
    {"plan", "CODE", "plan of the new subscriptions (default: the only one of the node's group)",
     false},
    {"map", "FILE", "lines \"account,telegram_id\": whose the accounts are", false},
    {"until", "DATE", "end of subscriptions whose account never ends; without it they are skipped",
     false},
    {"apply", NULL, "adopt; without it only what would be done is shown", false},
    {NULL, NULL, NULL, false}};

const char import_details[] =
    "Each account becomes a subscription with a config link of its own. Nothing changes at the\n"
    "panel: keys, names, ends and limits stay, and nobody is notified. It can be repeated: what "
    "was\n"
    "adopted before is ours.\n\n"
    "Whose an account is comes from the map, else from the panel, else from a name like "
    "123456789,\n"
    "tg_123456789, user_123456789 or 123456789_phone, with 5 to 16 digits. Others are skipped.\n";

/* The map ---------------------------------------------------------------------------------------
 */

typedef struct map_entry {
  const char *key; /* points into the file's text */
  int64_t telegram_id;
  size_t line;
} map_entry;

typedef struct id_map {
  char *text;
  map_entry *entries;
  size_t count;
} id_map;

static void map_free(id_map *map)
{
  free(map->text);
  free(map->entries);
}

static int by_key(const void *a, const void *b)
{
  return strcmp(((const map_entry *)a)->key, ((const map_entry *)b)->key);
}

/* Cut blanks off both ends, in place. */
static char *trim(char *text)
{
  char *end;
  text += strspn(text, " \t\r");
  end = text + strlen(text);
  while (end > text && strchr(" \t\r", end[-1]))
    *--end = '\0';
  return text;
}

/* One line in place: "key,id". */
static bool parse_line(char *line, map_entry *entry)
{
  char *comma = strrchr(line, ',');
  if (!comma)
    return false;
  *comma = '\0';
  entry->key = trim(line);
  return *entry->key && strlen(entry->key) <= KEY_MAX &&
         parse_number(trim(comma + 1), 1, TELEGRAM_ID_MAX, &entry->telegram_id);
}

static size_t count_lines(const char *text)
{
  size_t lines = 1;
  for (; *text; ++text)
    lines += *text == '\n';
  return lines;
}

/* @return 0, or the number of the line that is wrong. */
static size_t map_parse(id_map *map)
{
  size_t number = 0;
  for (char *line = map->text; line;) {
    char *next = strchr(line, '\n');
    ++number;
    if (next)
      *next++ = '\0';
    line = trim(line);
    if (*line && *line != '#') {
      map_entry *entry = &map->entries[map->count];
      if (!parse_line(line, entry))
        return number;
      entry->line = number;
      ++map->count;
    }
    line = next;
  }
  qsort(map->entries, map->count, sizeof *map->entries, by_key);
  for (size_t i = 1; i < map->count; ++i) {
    const map_entry *a = &map->entries[i - 1];
    const map_entry *b = &map->entries[i];
    if (strcmp(a->key, b->key) == 0 && a->telegram_id != b->telegram_id)
      return a->line > b->line ? a->line : b->line;
  }
  return 0;
}

/* @return EXIT_DONE, or an exit code after it was said what is wrong. */
static int map_load(cli *c, const char *path, id_map *map)
{
  if (!path)
    return EXIT_DONE;
  errno = 0;
  map->text = input_file(path, MAP_MAX_BYTES);
  if (!map->text)
    return cli_usage(c, "--map %s: %s", path, errno ? strerror(errno) : "it is larger than 16 MB");
  map->entries = calloc(count_lines(map->text), sizeof *map->entries);
  if (!map->entries)
    return EXIT_FAILED;
  const size_t wrong = map_parse(map);
  if (wrong > 0)
    return cli_usage(c,
                     "%s, line %zu: neither \"account,telegram_id\" nor a comment, or another "
                     "id than before",
                     path, wrong);
  return EXIT_DONE;
}

static int64_t map_find(const char *key, void *user)
{
  const id_map *map = user;
  const map_entry wanted = {key, 0, 0};
  const map_entry *entry =
      map->count ? bsearch(&wanted, map->entries, map->count, sizeof *map->entries, by_key) : NULL;
  return entry ? entry->telegram_id : 0;
}

/* The report ------------------------------------------------------------------------------------
 */

static const report_field fields[] = {
    {"verdict", "WHAT", REPORT_TEXT},        {"account", "ACCOUNT", REPORT_TEXT},
    {"telegram_id", "TELEGRAM", REPORT_INT}, {"expires_at", "ENDS", REPORT_TIME},
    {"used_bytes", "USED", REPORT_BYTES},    {"traffic_limit_bytes", "LIMIT", REPORT_QUOTA},
    {"enabled", "ON", REPORT_BOOL},          {"subscription_id", "SUB", REPORT_INT},
    {"reason", "WHY NOT", REPORT_PROSE}};

typedef struct tally {
  report *table; /* NULL: JSON, a line each */
  long long counts[QENT_IMPORT_OURS + 1];
  long long untold;
  bool endless; /* some are skipped for want of --until */
  bool failed;
} tally;

static int64_t id_or_none(int64_t id)
{
  return id > 0 ? id : -1;
}

static void add_row(report *r, const qent_import_item *item)
{
  report_row(r);
  report_text(r, "verdict", qent_import_verdict_name(item->verdict));
  report_text(r, "account", item->key);
  report_number(r, "telegram_id", id_or_none(item->telegram_id));
  report_number(r, "expires_at", item->expires_at);
  report_number(r, "used_bytes", item->used_bytes);
  report_number(r, "traffic_limit_bytes", item->traffic_limit_bytes);
  report_number(r, "enabled", item->enabled);
  report_number(r, "subscription_id", id_or_none(item->subscription_id));
  report_text(r, "reason", *item->reason ? item->reason : NULL);
}

/* A report of one row is a line. */
static bool print_line(const qent_import_item *item)
{
  report *r = report_new(fields, sizeof fields / sizeof fields[0], 0);
  if (!r)
    return false;
  add_row(r, item);
  const bool printed = report_print_one(r, true);
  report_free(r);
  return printed;
}

static bool take(const qent_import_item *item, void *user)
{
  tally *t = user;
  t->counts[item->verdict]++;
  if (item->verdict == QENT_IMPORT_SKIP && item->telegram_id > 0 && item->expires_at == 0)
    t->endless = true;
  if (!t->table)
    t->failed = !print_line(item);
  else if (item->verdict == QENT_IMPORT_OURS)
    return true; /* no news */
  else if (report_rows(t->table) < ROWS_MAX)
    add_row(t->table, item);
  else
    t->untold++;
  return !t->failed;
}

static bool print_summary_line(const tally *t, bool applied)
{
  qent_buf buf;
  qent_json_writer w;
  report_json_begin(&buf, &w);
  qent_jw_object(&w);
  qent_jw_key(&w, "summary");
  qent_jw_object(&w);
  qent_jw_ki64(&w, "adopt", t->counts[QENT_IMPORT_ADOPT]);
  qent_jw_ki64(&w, "skip", t->counts[QENT_IMPORT_SKIP]);
  qent_jw_ki64(&w, "ours", t->counts[QENT_IMPORT_OURS]);
  qent_jw_end_object(&w);
  qent_jw_key(&w, "applied");
  qent_jw_bool(&w, applied);
  qent_jw_end_object(&w);
  return report_json_end(&buf, &w);
}

static bool print_people(const tally *t, bool applied)
{
  if (!report_print_list(t->table, false, "Nothing new on this panel."))
    return false;
  if (t->untold > 0)
    printf("... and %lld more; all of them with --json\n", t->untold);
  printf("\n%s: %lld. Skipped: %lld. Ours already: %lld.\n", applied ? "Adopted" : "To be adopted",
         t->counts[QENT_IMPORT_ADOPT], t->counts[QENT_IMPORT_SKIP], t->counts[QENT_IMPORT_OURS]);
  if (t->endless)
    puts("--until DATE gives those an end that never end.");
  if (!applied && t->counts[QENT_IMPORT_ADOPT] > 0)
    puts("Nothing was changed. The same with --apply adopts them.");
  return true;
}

static const char *import_remedy(qent_status st, bool applied)
{
  if (st == QENT_EINVAL)
    return "Name a plan of the node's group with --plan; `qentctl plan list` shows them.";
  if (st == QENT_ENOTFOUND)
    return "`qentctl node list` shows the nodes, `qentctl plan list` the plans.";
  if (st == QENT_ECONFLICT)
    return "`qentctl node show` tells what the node's state is; `qentctl node activate` and "
           "`qentctl node edit` change it.";
  return applied ? "It can be repeated: what was adopted stays so."
                 : "Nothing was changed. `qentctl node probe` tests the panel.";
}

static int adopt(cli *c, const qent_import_options *options, tally *t)
{
  const qent_status st = qent_import(c->session, options, take, t, &c->err);
  bool printed = true;
  if (!t->table)
    printed = !t->failed && print_summary_line(t, options->apply);
  else if (st == QENT_OK || report_rows(t->table) > 0)
    printed = print_people(t, options->apply);
  if (st != QENT_OK)
    return cli_failed(c, st, import_remedy(st, options->apply));
  return printed ? EXIT_DONE : EXIT_FAILED;
}

static int run(cli *c, qent_import_options *options, id_map *map)
{
  tally t = {.failed = false};
  int code = map_load(c, cli_value(c, "map"), map);
  if (code == EXIT_DONE)
    code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  if (options->until > 0 && options->until <= c->now)
    return cli_usage(c, "--until is past: accounts without an end would end at once");
  if (!c->json) {
    t.table = report_new(fields, sizeof fields / sizeof fields[0], c->now);
    if (!t.table)
      return EXIT_FAILED;
  }
  code = adopt(c, options, &t);
  report_free(t.table);
  return code;
}

int import_run(cli *c)
{
  qent_import_options options = QENT_IMPORT_OPTIONS_INIT;
  id_map map = {NULL, NULL, 0};
  const char *until = cli_value(c, "until");
  if (until && !parse_date(until, &options.until))
    return cli_usage(c, "--until is a date such as 2026-12-31");
  options.node_name = c->operands[0];
  options.plan_code = cli_value(c, "plan");
  options.apply = cli_flag(c, "apply");
  options.map = map_find;
  options.map_user = &map;
  const int code = run(c, &options, &map);
  map_free(&map);
  return code;
}
