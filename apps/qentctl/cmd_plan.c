/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "parse.h"
#include "plans.h"
#include "report.h"

#include <qentvpn/node.h>

#include <stdio.h>
#include <string.h>

static const cli_option plan_options[] = {
    {"title-ru", "TEXT", "title shown to Russian speakers", false},
    {"title-en", "TEXT", "title shown to everybody else", false},
    {"period", "N", "30d: days of 24 h; 1m: calendar months", false},
    {"price", "AMOUNT", "such as 199RUB or 150XTR; once per currency", true},
    {"traffic", "BYTES", "limit per period, such as 100GB (1024^3); unlimited", false},
    {"devices", "N", "device limit; 0 = unlimited", false},
    {"replicas", "N", "nodes that serve a buyer at once, 1..8 (default: 1)", false},
    {"group", "NAME", "node group that serves it (default: default)", false},
    {"position", "N", "place in lists, ascending", false},
    {"hidden", NULL, "do not offer it", false},
    {"visible", NULL, "offer it again", false},
    {NULL, NULL, NULL, false}};

static const report_field fields[] = {{"code", "CODE", REPORT_TEXT},
                                      {"title_ru", "TITLE (RU)", REPORT_PROSE},
                                      {"title_en", "TITLE (EN)", REPORT_PROSE},
                                      {"period", "PERIOD", REPORT_TEXT},
                                      {"prices_text", "PRICES", REPORT_SHOWN},
                                      {"traffic_limit_bytes", "TRAFFIC", REPORT_QUOTA},
                                      {"device_limit", "DEVICES", REPORT_LIMIT},
                                      {"replicas", "NODES", REPORT_INT},
                                      {"node_group", "GROUP", REPORT_TEXT},
                                      {"hidden", "HIDDEN", REPORT_BOOL},
                                      {"position", NULL, REPORT_JSON}, /* it may be negative */
                                      {"prices", NULL, REPORT_JSON}};

static void add_prices(report *r, const qent_plan *plan)
{
  char shown[256] = "";
  qent_buf json;
  qent_json_writer w;
  qent_buf_init(&json, 4096);
  qent_jw_init(&w, &json);
  qent_jw_array(&w);
  for (size_t i = 0; i < qent_plan_price_count(plan); ++i) {
    char amount[32];
    const qent_money price = qent_plan_price_at(plan, i);
    const size_t len = strlen(shown);
    if (qent_money_format(&price, amount, sizeof amount, NULL) == QENT_OK)
      snprintf(shown + len, sizeof shown - len, "%s%s %s", i ? ", " : "", amount, price.currency);
    qent_jw_object(&w);
    qent_jw_ki64(&w, "minor", price.minor);
    qent_jw_kstr(&w, "currency", price.currency);
    qent_jw_end_object(&w);
  }
  qent_jw_end_array(&w);
  report_text(r, "prices_text", shown);
  if (qent_jw_finish(&w, NULL) == QENT_OK)
    report_text(r, "prices", json.data);
  qent_buf_dispose(&json);
}

static void add_row(report *r, const qent_plan *plan)
{
  char period[32];
  char position[16];
  const bool months = qent_plan_period_unit(plan) == QENT_PERIOD_MONTHS;
  snprintf(period, sizeof period, "%d%s", (int)qent_plan_period(plan), months ? "m" : "d");
  snprintf(position, sizeof position, "%d", (int)qent_plan_position(plan));
  report_row(r);
  report_text(r, "code", qent_plan_code(plan));
  report_text(r, "title_ru", qent_plan_title(plan, "ru"));
  report_text(r, "title_en", qent_plan_title(plan, "en"));
  report_text(r, "period", period);
  add_prices(r, plan);
  report_number(r, "traffic_limit_bytes", qent_plan_traffic_limit_bytes(plan));
  report_number(r, "device_limit", qent_plan_device_limit(plan));
  report_number(r, "replicas", qent_plan_replicas(plan));
  report_text(r, "node_group", qent_plan_node_group(plan));
  report_number(r, "hidden", qent_plan_hidden(plan));
  report_text(r, "position", position);
}

static bool take_plan(const qent_plan *plan, void *user)
{
  add_row(user, plan);
  return true;
}

static int list(cli *c)
{
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(fields, sizeof fields / sizeof fields[0], c->now);
  if (!r)
    return EXIT_FAILED;
  const qent_status st = qent_plan_each(c->session, true, take_plan, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!report_print_list(r, c->json, "No plans yet. Add one: qentctl help plan add"))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

static int read_titles(const cli *c, qent_plan_options *options)
{
  const char *ru = cli_value(c, "title-ru");
  const char *en = cli_value(c, "title-en");
  if ((ru && !*ru) || (en && !*en))
    return cli_usage(c, "--title-%s must not be empty", ru && !*ru ? "ru" : "en");
  options->title_ru = ru ? ru : options->title_ru;
  options->title_en = en ? en : options->title_en;
  return EXIT_DONE;
}

/* What is given on the command line goes over what is there. */
static int read_options(cli *c, qent_plan_options *options, qent_money *prices)
{
  const char *text = NULL;
  int64_t devices = options->device_limit;
  int64_t position = options->position;
  int64_t replicas = options->replicas;
  bool months = options->period_unit == QENT_PERIOD_MONTHS;
  if ((text = cli_value(c, "period")) != NULL && !parse_period(text, &options->period, &months))
    return cli_usage(c, "--period must be like 30d (1..3660) or 1m (1..120)");
  options->period_unit = months ? QENT_PERIOD_MONTHS : QENT_PERIOD_DAYS;
  if ((text = cli_value(c, "traffic")) != NULL && !parse_bytes(text, &options->traffic_limit_bytes))
    return cli_usage(c, "--traffic must be like 100GB, 1.5TB or unlimited");
  for (size_t i = 0; (text = cli_value_at(c, "price", i)) != NULL; ++i) {
    if (i == QENT_PLAN_PRICES_MAX || !parse_price(text, &prices[i]))
      return cli_usage(c, "--price must be like 199RUB or 150XTR, at most %d of them",
                       QENT_PLAN_PRICES_MAX);
    options->prices = prices;
    options->price_count = i + 1;
  }
  if (!cli_number_option(c, "devices", 0, 1000000, &devices) ||
      !cli_number_option(c, "replicas", 1, QENT_PLAN_REPLICAS_MAX, &replicas) ||
      !cli_number_option(c, "position", -1000000, 1000000, &position))
    return EXIT_USAGE;
  options->device_limit = (int32_t)devices;
  options->position = (int32_t)position;
  options->replicas = (int32_t)replicas;
  if ((text = cli_value(c, "group")) != NULL)
    options->node_group = text;
  if (cli_flag(c, "hidden") && cli_flag(c, "visible"))
    return cli_usage(c, "--hidden and --visible contradict each other");
  options->hidden = cli_flag(c, "hidden") || (options->hidden && !cli_flag(c, "visible"));
  return read_titles(c, options);
}

/* Whether anybody can be served in a node group. */
typedef struct group_look {
  const char *group;
  bool works;
} group_look;

static bool look_at_node(const qent_node *node, void *user)
{
  group_look *look = user;
  look->works = strcmp(qent_node_group(node), look->group) == 0 &&
                qent_node_get_state(node) == QENT_NODE_ACTIVE;
  return !look->works;
}

/* A group that was mistyped, or forgotten, sells what nobody can be given. */
static void warn_of_group(cli *c, const qent_plan *plan)
{
  group_look look = {qent_plan_node_group(plan), false};
  if (qent_plan_hidden(plan) || qent_node_each(c->session, look_at_node, &look, NULL) != QENT_OK ||
      look.works)
    return;
  (void)fflush(stdout);
  fprintf(stderr,
          "No node of group %s works: add one before buyers come, or name another group with "
          "`qentctl plan edit %s --group NAME`.\n",
          look.group, qent_plan_code(plan));
}

bool plan_can_be_paid(const cli *c, const qent_plan *plan)
{
  const char *currency = NULL;
  for (size_t i = 0; (currency = qent_ctx_payment_provider_currency(c->ctx, i)) != NULL; ++i)
    if (qent_plan_price(plan, currency, &(qent_money){0}))
      return true;
  return false;
}

/* Such as RUR for RUB. */
static void warn_of_price(const cli *c, const qent_plan *plan)
{
  if (qent_plan_hidden(plan) || plan_can_be_paid(c, plan))
    return;
  (void)fflush(stdout);
  fprintf(stderr,
          "No payment provider takes that currency, so nobody can buy the plan: give it another "
          "price with `qentctl plan edit %s --price AMOUNT`.\n",
          qent_plan_code(plan));
}

static int say_plan(cli *c, qent_status st, qent_plan *plan, const char *what)
{
  if (st != QENT_OK)
    return cli_failed(c, st, st == QENT_ECONFLICT ? "Change it with `qentctl plan edit`." : NULL);
  int code = EXIT_DONE;
  if (c->json) {
    report *r = report_new(fields, sizeof fields / sizeof fields[0], c->now);
    if (r)
      add_row(r, plan);
    code = r && report_print_one(r, true) ? EXIT_DONE : EXIT_FAILED;
    report_free(r);
  } else {
    printf("Plan %s %s.\n", qent_plan_code(plan), what);
  }
  warn_of_price(c, plan);
  warn_of_group(c, plan);
  qent_plan_free(plan);
  return code;
}

static int add(cli *c)
{
  qent_plan_options options = QENT_PLAN_OPTIONS_INIT;
  qent_money prices[QENT_PLAN_PRICES_MAX];
  qent_plan *plan = NULL;
  options.code = c->operands[0];
  int code = read_options(c, &options, prices);
  if (code != EXIT_DONE)
    return code;
  if (!options.title_ru && !options.title_en)
    return cli_usage(c, "a plan needs --title-ru or --title-en");
  if (options.price_count == 0)
    return cli_usage(c, "a plan needs a --price, such as --price 199RUB");
  if (!options.title_ru)
    options.title_ru = options.title_en;
  if (!options.title_en)
    options.title_en = options.title_ru;
  code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_plan_add(c->session, &options, &plan, &c->err);
  return say_plan(c, st, plan, "added");
}

static int edit(cli *c)
{
  qent_plan_options options = QENT_PLAN_OPTIONS_INIT;
  qent_money prices[QENT_PLAN_PRICES_MAX];
  qent_plan *old = NULL;
  qent_plan *plan = NULL;
  if (!cli_any(c, plan_options))
    return cli_usage(c, "say what to change, such as --price 199RUB");
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  qent_status st = qent_plan_by_code(c->session, c->operands[0], &old, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, "`qentctl plan list` shows the plans.");
  options.code = qent_plan_code(old);
  options.title_ru = qent_plan_title(old, "ru");
  options.title_en = qent_plan_title(old, "en");
  options.period = qent_plan_period(old);
  options.period_unit = qent_plan_period_unit(old);
  options.traffic_limit_bytes = qent_plan_traffic_limit_bytes(old);
  options.device_limit = qent_plan_device_limit(old);
  options.replicas = qent_plan_replicas(old);
  options.node_group = qent_plan_node_group(old);
  options.hidden = qent_plan_hidden(old);
  options.position = qent_plan_position(old);
  options.price_count = qent_plan_price_count(old);
  for (size_t i = 0; i < options.price_count; ++i)
    prices[i] = qent_plan_price_at(old, i);
  options.prices = prices;
  code = read_options(c, &options, prices);
  if (code == EXIT_DONE) {
    st = qent_plan_edit(c->session, &options, &plan, &c->err);
    code =
        say_plan(c, st, plan,
                 "changed; open orders keep their price, buyers what they have until they renew");
  }
  qent_plan_free(old);
  return code;
}

const cli_command commands_plan[] = {
    {"plan", "list", "", 0, 0, NULL, "list all plans", NULL, list},
    {"plan", "add", "CODE", 1, 1, plan_options, "add a plan",
     "Example:\n"
     "  qentctl plan add month --title-ru 'Месяц' --title-en 'One month' \\\n"
     "    --period 1m --price 199RUB --traffic 500GB --devices 5\n",
     add},
    {"plan", "edit", "CODE", 1, 1, plan_options, "change a plan",
     "Only what is given changes; prices are replaced as a whole.\n", edit},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
