/* SPDX-License-Identifier: MIT */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

void app_print_settings_help(FILE *out)
{
  const qent_setting *setting;

  for (size_t i = 0; (setting = qent_setting_at(i)) != NULL; i++) {
    (void)fprintf(out, "  %s%s\n      %s", setting->key, setting->required ? " (required)" : "",
                  setting->help);
    if (setting->unit)
      (void)fprintf(out, ", in %s", setting->unit);
    if (setting->choices)
      (void)fprintf(out, "; one of: %s", setting->choices);
    if (setting->type == QENT_SETTING_INT)
      (void)fprintf(out, "; %lld to %lld", (long long)setting->minimum,
                    (long long)setting->maximum);
    if (setting->default_value && *setting->default_value)
      (void)fprintf(out, "; default %s", setting->default_value);
    (void)fputs(".\n", out);
  }
}

static void print_help(const app_program *program)
{
  (void)printf("%s: %s\n\nUsage: %s [--config FILE] [--check-config]\n\n"
               "  --config FILE   read settings from FILE (default: $QENT_SETTINGS_FILE, else\n"
               "                  ./qentvpn.env)\n"
               "  --check-config  check the settings and exit: 0 good, 2 not\n"
               "  --version       print the version and exit\n"
               "  --help          print this and exit\n\n"
               "Settings, from the environment or the file; the environment wins:\n\n",
               program->name, program->summary, program->name);
  app_print_settings_help(stdout);
}

static int complain(const app_program *program, const char *problem, const char *argument)
{
  (void)fprintf(stderr, "%s: %s%s; try %s --help\n", program->name, problem, argument,
                program->name);
  return APP_EXIT_USAGE;
}

int app_options_parse(const app_program *program, int argc, char **argv, app_options *options_out)
{
  app_options options = {NULL, false};

  for (int i = 1; i < argc; i++) {
    const char *arg = argv[i];
    if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
      print_help(program);
      return APP_EXIT_OK;
    }
    if (strcmp(arg, "--version") == 0) {
      (void)printf("%s %s\n", program->name, qent_version());
      return APP_EXIT_OK;
    }
    if (strcmp(arg, "--check-config") == 0) {
      options.check_config = true;
    } else if (strcmp(arg, "--config") == 0) {
      if (++i >= argc)
        return complain(program, "--config needs a file", "");
      options.config_path = argv[i];
    } else if (strncmp(arg, "--config=", 9) == 0 && arg[9]) {
      options.config_path = arg + 9;
    } else {
      return complain(program, "unknown argument ", arg);
    }
  }
  *options_out = options;
  return -1;
}

struct problems {
  const char *program;
  const char *path;
  int count;
};

static void print_problem(int line, const char *key, const char *problem, const char *remedy,
                          void *user)
{
  struct problems *problems = user;

  problems->count++;
  if (line > 0)
    (void)fprintf(stderr, "%s: %s:%d: %s: %s", problems->program, problems->path, line,
                  key ? key : "?", problem);
  else
    (void)fprintf(stderr, "%s: %s: %s", problems->program, key ? key : "settings", problem);
  if (remedy && *remedy)
    (void)fprintf(stderr, "; %s", remedy);
  (void)fputc('\n', stderr);
}

int app_settings_load(const char *program_name, const char *config_path,
                      qent_settings **settings_out)
{
  const char *from_env = getenv("QENT_SETTINGS_FILE");
  struct problems problems = {program_name, from_env ? from_env : "qentvpn.env", 0};
  qent_error err = QENT_ERROR_INIT;

  if (config_path)
    problems.path = config_path;
  if (qent_settings_load(config_path, print_problem, &problems, settings_out, &err) == QENT_OK)
    return APP_EXIT_OK;
  if (problems.count == 0)
    (void)fprintf(stderr, "%s: %s\n", program_name, err.message);
  return APP_EXIT_USAGE;
}
