/* SPDX-License-Identifier: MIT */
#ifndef QENT_COMMON_OPTIONS_H
#define QENT_COMMON_OPTIONS_H

/* The command line of a daemon: --config FILE, --check-config, --version, --help. */

#include <qentvpn/settings.h>
#include <stdio.h>

#define APP_EXIT_OK 0
#define APP_EXIT_FAILURE 1
#define APP_EXIT_USAGE 2
#define APP_EXIT_NOT_FOUND 3
#define APP_EXIT_RETRY 4

typedef struct app_program {
  const char *name;    /* "apid" */
  const char *summary; /* one line for --help */
} app_program;

typedef struct app_options {
  const char *config_path; /* NULL: the library's default. Borrowed from argv. */
  bool check_config;
} app_options;

/* Returns -1 when the program shall go on, else its exit code (help, version and mistakes are
 * printed here). */
int app_options_parse(const app_program *program, int argc, char **argv, app_options *options_out);

/* The settings table for people, as in --help. */
void app_print_settings_help(FILE *out);

/* Load the settings; print every problem with file line, key and remedy to standard error.
 * Returns 0 or APP_EXIT_USAGE. */
int app_settings_load(const char *program_name, const char *config_path,
                      qent_settings **settings_out);

#endif
