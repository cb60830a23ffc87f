/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"

#include <qentvpn/notice.h>

#include <string.h>

static const cli_option list_options[] = {
    {"state", "STATE", "pending sent canceled undeliverable", false},
    {"limit", "N", "at most so many (default: 50)", false},
    {NULL, NULL, NULL, false}};

static const report_field fields[] = {
    {"id", "ID", REPORT_INT},          {"kind", "KIND", REPORT_TEXT},
    {"telegram_id", "TO", REPORT_INT}, {"state", "STATE", REPORT_TEXT},
    {"attempts", "TRIES", REPORT_INT}, {"created_at", "MADE", REPORT_TIME},
    {"sent_at", "SENT", REPORT_TIME},  {"last_error", "LAST ERROR", REPORT_PROSE},
    {"key", NULL, REPORT_TEXT}};

static bool take_notice(const qent_notice *notice, void *user)
{
  report *r = user;
  report_row(r);
  report_number(r, "id", qent_notice_id(notice));
  report_text(r, "kind", qent_notice_kind_name(qent_notice_get_kind(notice)));
  report_number(r, "telegram_id", qent_notice_telegram_id(notice));
  report_text(r, "state", qent_notice_state_name(qent_notice_get_state(notice)));
  report_number(r, "attempts", qent_notice_attempts(notice));
  report_number(r, "created_at", qent_notice_created_at(notice));
  report_number(r, "sent_at", qent_notice_sent_at(notice));
  report_text(r, "last_error", qent_notice_last_error(notice));
  report_text(r, "key", qent_notice_key(notice));
  return true;
}

static int list(cli *c)
{
  int64_t limit = 50;
  int32_t state = -1;
  const char *name = cli_value(c, "state");
  for (int i = QENT_NOTICE_PENDING; name && i <= QENT_NOTICE_UNDELIVERABLE; ++i)
    if (strcmp(name, qent_notice_state_name((qent_notice_state)i)) == 0)
      state = i;
  if (name && state < 0)
    return cli_usage(c, "--state must be one of pending sent canceled undeliverable");
  if (!cli_number_option(c, "limit", 1, 1000, &limit))
    return EXIT_USAGE;
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(fields, sizeof fields / sizeof fields[0], c->now);
  if (!r)
    return EXIT_FAILED;
  const qent_status st =
      qent_notice_each(c->session, state, (int32_t)limit, take_notice, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!list_print(c, r, limit, "No notices."))
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
  const qent_status st = qent_notice_retry(c->session, id, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st,
                      st == QENT_ECONFLICT ? "It was sent already." : "See `qentctl notice list`.");
  return cli_done(c, id, "botd sends notice %lld as soon as possible.", (long long)id);
}

const cli_command commands_notice[] = {
    {"notice", "list", "", 0, 0, list_options, "what people were told or will be, newest first",
     NULL, list},
    {"notice", "retry", "ID", 1, 1, NULL, "send a notice again", NULL, retry},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
