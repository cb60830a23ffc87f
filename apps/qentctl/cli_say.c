/* SPDX-License-Identifier: MIT */
/* What a command says at its end, and asks before it. */
#include "cli.h"
#include "columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int exit_code(qent_status st, const qent_error *err)
{
  switch (st) {
  case QENT_OK:
    return EXIT_DONE;
  case QENT_EINVAL:
    return EXIT_USAGE;
  case QENT_ENOTFOUND:
    return EXIT_NOT_FOUND;
  case QENT_ETIMEOUT:
  case QENT_EUPSTREAM:
    return EXIT_RETRY;
  case QENT_ECONFLICT:
  case QENT_ESTORE:
    return err->retry_after_ms >= 0 ? EXIT_RETRY : EXIT_FAILED;
  case QENT_ENOMEM:
  case QENT_EAUTH:
  case QENT_EUNSUPPORTED:
  case QENT_EPROTO:
  case QENT_ECANCELED:
    break;
  }
  return EXIT_FAILED;
}

static const char *usual_remedy(qent_status st, const qent_error *err)
{
  if (st == QENT_ESTORE && err->retry_after_ms >= 0)
    return "Nothing was done. Try again in a moment.";
  switch (st) {
  case QENT_ENOTFOUND:
    return "The matching `list` or `find` command shows what there is.";
  case QENT_EAUTH:
    return "Check the credentials; `qentctl doctor` tests each of them.";
  case QENT_ETIMEOUT:
    return "It may or may not have been done. Repeating is safe.";
  case QENT_EUPSTREAM:
    return "Nothing was done. Try again in a moment; `qentctl doctor` tests the connections.";
  case QENT_ESTORE:
    return "Look at QENT_DATABASE_URL and the file's owner and mode; `qentctl migrate` brings an "
           "older database up to date, `qentctl doctor` tells more.";
  case QENT_EPROTO:
    return "The other side is not what was expected: is the address right? See "
           "docs/compatibility.md.";
  case QENT_EUNSUPPORTED:
    return "It is not set up here; `qentctl config dump` shows the settings in force.";
  case QENT_EINVAL:
  case QENT_OK:
  case QENT_ENOMEM:
  case QENT_ECONFLICT:
  case QENT_ECANCELED:
    break;
  }
  return NULL;
}

static void say_where_help_is(const cli *c)
{
  if (c->command && c->command->verb)
    fprintf(stderr, "  See `qentctl help %s %s`.\n", c->command->noun, c->command->verb);
  else if (c->command)
    fprintf(stderr, "  See `qentctl help %s`.\n", c->command->noun);
  else
    fputs("  See `qentctl help`.\n", stderr);
}

int cli_failed(cli *c, qent_status st, const char *remedy)
{
  columns_tidy(c->err.message); /* it may quote a panel */
  fprintf(stderr, "qentctl: %s: %s\n", qent_status_name(st), c->err.message);
  if (!remedy)
    remedy = usual_remedy(st, &c->err);
  if (remedy)
    fprintf(stderr, "  %s\n", remedy);
  else if (st == QENT_EINVAL)
    say_where_help_is(c);
  return exit_code(st, &c->err);
}

int cli_usage(const cli *c, const char *fmt, ...)
{
  va_list args;
  va_start(args, fmt);
  fputs("qentctl: usage: ", stderr);
  vfprintf(stderr, fmt, args);
  va_end(args);
  fputc('\n', stderr);
  say_where_help_is(c);
  return EXIT_USAGE;
}

bool cli_confirm(const cli *c, const char *fmt, ...)
{
  char answer[16] = "";
  va_list args;
  if (cli_flag(c, "yes"))
    return true;
  va_start(args, fmt);
  vfprintf(stderr, fmt, args);
  va_end(args);
  if (!isatty(STDIN_FILENO)) {
    fputs("\nqentctl: usage: nobody to ask\n  Repeat with --yes to do it.\n", stderr);
    return false;
  }
  fputs(" [y/N] ", stderr);
  if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
    return true;
  fputs("Nothing was changed.\n", stderr);
  return false;
}

int cli_done(const cli *c, int64_t id, const char *fmt, ...)
{
  va_list args;
  if (c->json && id > 0) {
    printf("{\"ok\":true,\"id\":%lld}\n", (long long)id);
  } else if (c->json) {
    puts("{\"ok\":true}");
  } else {
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
  }
  return EXIT_DONE;
}
