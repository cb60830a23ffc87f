/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "doctor.h"
#include "envfile.h"
#include "input.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES_MAX 4096

static const cli_option init_options[] = {
    {"dir", "DIR", "where to make the files (default: here)", false}, {NULL, NULL, NULL, false}};

typedef struct init_paths {
  char directory[PATH_BYTES_MAX];
  char settings[PATH_BYTES_MAX + 16];
  char database[PATH_BYTES_MAX + 16];
} init_paths;

/* The directory's absolute name, without a slash at its end. */
static bool find_directory(const char *given, char *out, size_t size)
{
  struct stat info;
  char here[PATH_BYTES_MAX] = "";
  if (stat(given, &info) != 0)
    return false;
  if (!S_ISDIR(info.st_mode)) {
    errno = ENOTDIR;
    return false;
  }
  if (given[0] != '/' && !getcwd(here, sizeof here))
    return false;
  while (given[0] == '.' && (given[1] == '/' || !given[1]))
    given += given[1] ? 2 : 1;
  const int len = snprintf(out, size, "%s%s%s", here, *here && *given ? "/" : "", given);
  if (len < 0 || (size_t)len >= size) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (size_t end = (size_t)len; end > 0 && out[end - 1] == '/'; --end)
    out[end - 1] = '\0';
  return true;
}

static int find_paths(cli *c, init_paths *paths)
{
  const char *given = cli_value(c, "dir") ? cli_value(c, "dir") : ".";
  if (!find_directory(given, paths->directory, sizeof paths->directory)) {
    qent_fail(&c->err, QENT_ENOTFOUND, "directory %.100s: %s", given, strerror(errno));
    return cli_failed(c, QENT_ENOTFOUND, "Make it first, or name another with --dir.");
  }
  if (strpbrk(paths->directory, "?#"))
    return cli_usage(c, "a database cannot be in a directory with ? or # in its name");
  snprintf(paths->settings, sizeof paths->settings, "%s/qentvpn.env", paths->directory);
  snprintf(paths->database, sizeof paths->database, "%s/qentvpn.db", paths->directory);
  const char *taken = access(paths->settings, F_OK) == 0   ? paths->settings
                      : access(paths->database, F_OK) == 0 ? paths->database
                                                           : NULL;
  if (!taken)
    return EXIT_DONE;
  qent_fail(&c->err, QENT_ECONFLICT, "%s is there already; nothing was changed", taken);
  return cli_failed(c, QENT_ECONFLICT,
                    "Choose another directory with --dir. An existing database is brought up to "
                    "date by `qentctl migrate`.");
}

/* Make the database that the text describes. */
static qent_status make_database(cli *c, const char *text)
{
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  qent_status st = qent_settings_parse(text, strlen(text), NULL, NULL, &c->settings, &c->err);
  if (st != QENT_OK)
    return st;
  options.settings = c->settings;
  st = qent_ctx_new(&options, &c->ctx, &c->err);
  return st != QENT_OK ? st : qent_ctx_migrate(c->ctx, NULL, NULL, &c->err);
}

static int init(cli *c)
{
  init_paths paths;
  umask(077);
  int code = find_paths(c, &paths);
  if (code != EXIT_DONE)
    return code;
  char *text = envfile_make(paths.database);
  if (!text) {
    qent_fail(&c->err, QENT_ENOMEM, "no memory or no random numbers");
    return cli_failed(c, QENT_ENOMEM, NULL);
  }
  qent_status st = QENT_OK;
  if (!envfile_write(paths.settings, text))
    st = qent_fail(&c->err, QENT_ESTORE, "%.100s cannot be written: %s", paths.settings,
                   strerror(errno));
  else if ((st = make_database(c, text)) != QENT_OK)
    unlink(paths.settings);
  input_wipe(text, strlen(text));
  free(text);
  if (st != QENT_OK)
    return cli_failed(c, st, "Is the directory writable, and is there room on the disk?");
  if (c->json)
    return cli_done(c, 0, " ");
  printf("Made %s\n     %s\n\n"
         "Next:\n"
         "  1. Keep a copy of QENT_MASTER_KEY in a safe place: without it the panels' passwords\n"
         "     cannot be read.\n"
         "  2. Fill in %s\n"
         "  3. qentctl plan add, qentctl node add      (in that directory, or with --config)\n"
         "  4. Start apid and botd; qentctl doctor then tries everything out\n",
         paths.settings, paths.database, paths.settings);
  return EXIT_DONE;
}

static int migrate(cli *c)
{
  int32_t from = 0;
  int32_t to = 0;
  const int code = cli_open_ctx(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_ctx_migrate(c->ctx, &from, &to, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st,
                      "Nothing was touched. Make a copy of the database before anything else.");
  if (c->json) {
    printf("{\"from\":%d,\"to\":%d}\n", (int)from, (int)to);
    return EXIT_DONE;
  }
  if (from == to)
    printf("The database is up to date (schema %d).\n", (int)to);
  else
    printf("The database went from schema %d to %d.\n", (int)from, (int)to);
  return EXIT_DONE;
}

static const report_field dump_fields[] = {
    {"key", "KEY", REPORT_TEXT}, {"value", "VALUE", REPORT_WHOLE}, {"help", NULL, REPORT_PROSE}};

static int dump(cli *c)
{
  const qent_setting *row = NULL;
  int code = cli_load_settings(c);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(dump_fields, sizeof dump_fields / sizeof dump_fields[0], 0);
  if (!r)
    return EXIT_FAILED;
  for (size_t i = 0; (row = qent_setting_at(i)) != NULL; ++i) {
    const char *value = qent_settings_get(c->settings, row->key);
    report_row(r);
    report_text(r, "key", row->key);
    report_text(r, "value", value && row->secret ? "***" : value);
    report_text(r, "help", row->help);
  }
  if (!report_print_list(r, c->json, ""))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

const cli_command commands_setup[] = {
    {"init", NULL, "", 0, 0, init_options, "make the database, a master key and qentvpn.env",
     "Writes DIR/qentvpn.env (mode 0600, every setting explained) and DIR/qentvpn.db. Never\n"
     "overwrites anything.\n",
     init},
    {"migrate", NULL, "", 0, 0, NULL, "bring the database up to date", NULL, migrate},
    {"doctor", NULL, "", 0, 0, NULL, "check everything and say what to do",
     "One line a check: OK, WARN or FAIL with what to do. Exit code 1 when something failed.\n",
     doctor_run},
    {"config", "dump", "", 0, 0, NULL, "the settings in force; secrets as ***", NULL, dump},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
