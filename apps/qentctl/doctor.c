/* SPDX-License-Identifier: MIT */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const report_field fields[] = {{"check", "CHECK", REPORT_TEXT},
                                      {"result", "RESULT", REPORT_TEXT},
                                      {"detail", "DETAIL", REPORT_PROSE},
                                      {"remedy", "REMEDY", REPORT_TEXT}};

void doctor_say(doctor *d, doctor_result result, const char *check, const char *remedy,
                const char *fmt, ...)
{
  static const char *const names[] = {"OK", "WARN", "FAIL"};
  char detail[512];
  va_list args;
  va_start(args, fmt);
  vsnprintf(detail, sizeof detail, fmt, args);
  va_end(args);
  d->warnings += result == DOCTOR_WARN;
  d->failures += result == DOCTOR_FAIL;
  report_row(d->findings);
  report_text(d->findings, "check", check);
  report_text(d->findings, "result", names[result]);
  report_text(d->findings, "detail", detail);
  report_text(d->findings, "remedy", remedy);
  if (d->c->json)
    return;
  printf("%-4s  %-10s  %s\n", names[result], check, detail);
  if (remedy)
    printf("      %-10s  -> %s\n", "", remedy);
  fflush(stdout);
}

static void take_problem(int line, const char *key, const char *problem, const char *remedy,
                         void *user)
{
  if (line > 0)
    doctor_say(user, DOCTOR_FAIL, "settings", remedy, "line %d: %s%s%s", line, key,
               *key ? ": " : "", problem);
  else
    doctor_say(user, DOCTOR_FAIL, "settings", remedy, "%s: %s", key, problem);
}

static void check_mode(doctor *d, const char *check, const char *path)
{
  struct stat info;
  if (stat(path, &info) != 0)
    return;
  if (info.st_mode & 077)
    doctor_say(d, DOCTOR_WARN, check, "chmod 600 it: only the service's user needs it.",
               "%s can be read by others (mode %03o)", path, (unsigned)(info.st_mode & 0777));
  else
    doctor_say(d, DOCTOR_OK, check, NULL, "%s has mode %03o", path,
               (unsigned)(info.st_mode & 0777));
}

static bool check_settings(doctor *d)
{
  cli *c = d->c;
  const qent_setting *row = NULL;
  const char *path = cli_settings_path(c);
  int set = 0;
  const int before = d->failures;
  const qent_status st =
      qent_settings_load(cli_value(c, "config"), take_problem, d, &c->settings, &c->err);
  if (st != QENT_OK) {
    if (d->failures == before)
      doctor_say(d, DOCTOR_FAIL, "settings",
                 "Make a file with `qentctl init`, or name it with "
                 "--config.",
                 "%s", c->err.message);
    else if (!path)
      doctor_say(d, DOCTOR_WARN, "settings", "Go to where it is, or name it with --config.",
                 "there is no qentvpn.env in this folder");
    return false;
  }
  for (size_t i = 0; (row = qent_setting_at(i)) != NULL; ++i)
    set += qent_settings_get(c->settings, row->key) != NULL;
  doctor_say(d, DOCTOR_OK, "settings", NULL,
             "%d settings are in force, from %s and the environment", set, path ? path : "no file");
  if (path)
    check_mode(d, "files", path);
  return true;
}

static bool check_context(doctor *d)
{
  cli *c = d->c;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  options.settings = c->settings;
  if (qent_ctx_new(&options, &c->ctx, &c->err) == QENT_OK) {
    c->now = qent_ctx_now(c->ctx);
    return true;
  }
  doctor_say(d, DOCTOR_FAIL, "settings", "Correct that setting.", "%s", c->err.message);
  return false;
}

static bool check_database(doctor *d)
{
  cli *c = d->c;
  qent_status st = qent_session_open(c->ctx, &c->session, &c->err);
  if (st == QENT_OK)
    st = qent_session_check(c->session, &c->err);
  if (st != QENT_OK) {
    doctor_say(d, DOCTOR_FAIL, "database",
               "`qentctl migrate` makes it or brings it up to date; else look at the file's path, "
               "owner and mode, and at the disk.",
               "%s", c->err.message);
    return false;
  }
  doctor_say(d, DOCTOR_OK, "database", NULL, "it can be read and its schema is this program's");
  const char *url = qent_settings_get(c->settings, "QENT_DATABASE_URL");
  if (url && strncmp(url, "sqlite:///", 10) == 0)
    check_mode(d, "files", url + strlen("sqlite://"));
  return true;
}

static int finish(doctor *d)
{
  if (d->c->json && !report_print_list(d->findings, true, ""))
    return EXIT_FAILED;
  if (!d->c->json && d->failures > 0)
    printf("\n%d to repair, %d to look at.\n", d->failures, d->warnings);
  else if (!d->c->json)
    printf("\nReady to sell%s.\n", d->warnings > 0 ? ", with the warnings above" : "");
  return d->failures > 0 ? EXIT_FAILED : EXIT_DONE;
}

int doctor_run(cli *c)
{
  doctor d = {c, report_new(fields, sizeof fields / sizeof fields[0], 0), 0, 0};
  if (!d.findings)
    return EXIT_FAILED;
  if (check_settings(&d) && check_context(&d)) {
    const bool database = check_database(&d);
    doctor_check_telegram(&d);
    doctor_check_urls(&d);
    if (database) {
      doctor_check_payments(&d);
      doctor_check_nodes(&d);
      doctor_check_plans(&d);
      doctor_check_admins(&d);
      doctor_check_work(&d);
    }
  }
  const int code = finish(&d);
  report_free(d.findings);
  return code;
}
