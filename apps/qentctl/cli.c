/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "parse.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const cli_option cli_global_options[] = {
    {"config", "FILE", "settings file (default: $QENT_SETTINGS_FILE, else ./qentvpn.env)", false},
    {"json", NULL, "print JSON for scripts", false},
    {"yes", NULL, "do not ask before changes that cannot be undone", false},
    {"verbose", NULL, "print the library's log to standard error", false},
    {"help", NULL, "explain the command", false},
    {NULL, NULL, NULL, false}};

static const cli_command *const tables[] = {
    commands_setup,     commands_plan,           commands_node,    commands_node_edit,
    commands_node_move, commands_node_provision, commands_user,    commands_sub,
    commands_sub_node,  commands_order,          commands_payment, commands_account,
    commands_notice,    commands_work,           commands_traffic, commands_initdata,
    commands_help};

const cli_command *cli_command_at(size_t index)
{
  for (size_t t = 0; t < sizeof tables / sizeof tables[0]; ++t)
    for (const cli_command *command = tables[t]; command->noun; ++command)
      if (index-- == 0)
        return command;
  return NULL;
}

const char *cli_value_at(const cli *c, const char *name, size_t n)
{
  for (size_t i = 0; i < c->given_count; ++i)
    if (strcmp(c->given[i].option->name, name) == 0 && n-- == 0)
      return c->given[i].value;
  return NULL;
}

const char *cli_value(const cli *c, const char *name)
{
  return cli_value_at(c, name, 0);
}

bool cli_flag(const cli *c, const char *name)
{
  for (size_t i = 0; i < c->given_count; ++i)
    if (strcmp(c->given[i].option->name, name) == 0)
      return true;
  return false;
}

bool cli_any(const cli *c, const cli_option *options)
{
  for (; options->name; ++options)
    if (cli_flag(c, options->name))
      return true;
  return false;
}

bool cli_number(const cli *c, const char *what, const char *text, int64_t minimum, int64_t maximum,
                int64_t *value_out)
{
  if (parse_number(text, minimum, maximum, value_out))
    return true;
  if (maximum == INT64_MAX)
    cli_usage(c, "%s must be a whole number, %lld or more", what, (long long)minimum);
  else
    cli_usage(c, "%s must be a whole number from %lld to %lld", what, (long long)minimum,
              (long long)maximum);
  return false;
}

bool cli_number_option(const cli *c, const char *name, int64_t minimum, int64_t maximum,
                       int64_t *value_inout)
{
  char what[64];
  const char *text = cli_value(c, name);
  snprintf(what, sizeof what, "--%s", name);
  return !text || cli_number(c, what, text, minimum, maximum, value_inout);
}

static void say_problem(int line, const char *key, const char *problem, const char *remedy,
                        void *user)
{
  ++*(int *)user;
  if (line > 0)
    fprintf(stderr, "qentctl: settings: line %d: %s%s%s\n", line, key, *key ? ": " : "", problem);
  else
    fprintf(stderr, "qentctl: settings: %s%s%s\n", key, *key ? ": " : "", problem);
  if (remedy && *remedy)
    fprintf(stderr, "  %s\n", remedy);
}

static void say_log(qent_log_level level, const char *module, const char *text, void *user)
{
  static const char *const names[] = {"error", "warn", "notice", "info", "debug"};
  (void)user;
  fprintf(stderr, "%s %s: %s\n", names[level], module, text);
}

const char *cli_settings_path(const cli *c)
{
  const char *path = cli_value(c, "config");
  if (!path)
    path = getenv("QENT_SETTINGS_FILE");
  if (!path && access("qentvpn.env", F_OK) == 0)
    path = "qentvpn.env";
  return path;
}

int cli_load_settings(cli *c)
{
  int problems = 0;
  const qent_status st =
      qent_settings_load(cli_value(c, "config"), say_problem, &problems, &c->settings, &c->err);
  if (st == QENT_OK)
    return EXIT_DONE;
  if (problems == 0)
    cli_failed(c, st, "Name the settings file with --config, or make one with `qentctl init`.");
  else
    fprintf(stderr, "qentctl: invalid: %d to correct in the settings\n%s", problems,
            cli_settings_path(c) ? ""
                                 : "  There is no qentvpn.env in this folder: go to where it is, "
                                   "or name it with --config.\n");
  return EXIT_USAGE;
}

int cli_open_ctx(cli *c)
{
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  const int code = cli_load_settings(c);
  if (code != EXIT_DONE)
    return code;
  options.settings = c->settings;
  options.log = cli_flag(c, "verbose") ? say_log : NULL;
  const qent_status st = qent_ctx_new(&options, &c->ctx, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  c->now = qent_ctx_now(c->ctx);
  return EXIT_DONE;
}

int cli_open(cli *c)
{
  const int code = cli_open_ctx(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_session_open(c->ctx, &c->session, &c->err);
  return st == QENT_OK ? EXIT_DONE : cli_failed(c, st, NULL);
}

static const cli_option *find_option(const cli_option *options, const char *name, size_t len)
{
  for (; options && options->name; ++options)
    if (strlen(options->name) == len && memcmp(options->name, name, len) == 0)
      return options;
  return NULL;
}

static int take_option(cli *c, int argc, char **argv, int *i)
{
  const char *name = argv[*i] + 2;
  const size_t len = strcspn(name, "=");
  const cli_option *option = find_option(cli_global_options, name, len);
  if (!option && c->command)
    option = find_option(c->command->options, name, len);
  if (!option)
    return cli_usage(c, "unknown option --%.*s", (int)len, name);
  const char *value = name[len] == '=' ? name + len + 1 : NULL;
  if (!option->value && value)
    return cli_usage(c, "--%s takes no value", option->name);
  if (option->value && !value) {
    if (*i + 1 >= argc)
      return cli_usage(c, "--%s needs a value: --%s %s", option->name, option->name, option->value);
    value = argv[++*i];
  }
  if (!option->repeats && cli_flag(c, option->name))
    return cli_usage(c, "--%s is given twice", option->name);
  if (c->given_count == CLI_OPTIONS_MAX)
    return cli_usage(c, "too many options");
  c->given[c->given_count].option = option;
  c->given[c->given_count].value = value ? value : "";
  ++c->given_count;
  return EXIT_DONE;
}

/* The command that the first words name; *words_out is how many of them. */
static const cli_command *find_command(const char *noun, const char *verb, int *words_out)
{
  const cli_command *command = NULL;
  const cli_command *noun_alone = NULL;
  for (size_t i = 0; (command = cli_command_at(i)) != NULL; ++i) {
    if (strcmp(command->noun, noun) != 0)
      continue;
    *words_out = command->verb ? 2 : 1;
    if (!command->verb)
      noun_alone = command;
    else if (verb && strcmp(command->verb, verb) == 0)
      return command;
  }
  if (noun_alone)
    *words_out = 1;
  return noun_alone;
}

static int say_no_command(const cli *c, const char *noun, const char *verb)
{
  const cli_command *command = NULL;
  const char *joint = "";
  for (size_t i = 0; (command = cli_command_at(i)) != NULL; ++i) {
    if (strcmp(command->noun, noun) != 0)
      continue;
    if (!*joint)
      fprintf(stderr, "qentctl: usage: %s needs one of:", noun);
    fprintf(stderr, " %s", command->verb);
    joint = " ";
  }
  if (*joint) {
    fprintf(stderr, "\n  See `qentctl help %s`.\n", noun);
    return EXIT_USAGE;
  }
  return cli_usage(c, "unknown command %s%s%s", noun, verb ? " " : "", verb ? verb : "");
}

static bool wants_help(int argc, char **argv, const bool *used)
{
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; ++i)
    if (!used[i] && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0))
      return true;
  return false;
}

/* Sort the words after the command into options and operands. */
static int parse_rest(cli *c, int argc, char **argv, const bool *used)
{
  bool plain = false;
  for (int i = 1; i < argc; ++i) {
    int code = EXIT_DONE;
    if (used[i])
      continue;
    if (!plain && strcmp(argv[i], "--") == 0)
      plain = true;
    else if (!plain && strncmp(argv[i], "--", 2) == 0)
      code = take_option(c, argc, argv, &i);
    else if (!plain && argv[i][0] == '-' && argv[i][1] && !strchr("0123456789", argv[i][1]))
      code = cli_usage(c, "unknown option %s", argv[i]);
    else if (c->operand_count == CLI_OPERANDS_MAX)
      code = cli_usage(c, "too many words");
    else
      c->operands[c->operand_count++] = argv[i];
    if (code != EXIT_DONE)
      return code;
  }
  if ((int)c->operand_count < c->command->operands_min)
    return cli_usage(c, "%s%s%s needs %s", c->command->noun, c->command->verb ? " " : "",
                     c->command->verb ? c->command->verb : "", c->command->operands);
  if ((int)c->operand_count > c->command->operands_max)
    return cli_usage(c, "one word too many: %s", c->operands[c->command->operands_max]);
  return EXIT_DONE;
}

/* The command that an option stands for where no command is named; NULL: it stands for none. */
static const cli_command *stands_for(const char *word)
{
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
    return &commands_help[COMMAND_HELP];
  if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
    return &commands_help[COMMAND_VERSION];
  return NULL;
}

/* Mark the words that name the command; options that every command takes may stand before it. */
static int find_words(cli *c, int argc, char **argv, bool *used)
{
  int at[2] = {0, 0};
  int count = 0;
  int words = 0;
  for (int i = 1; i < argc && count < 2; ++i) {
    c->command = count == 0 ? stands_for(argv[i]) : NULL;
    if (c->command) {
      used[i] = true;
      return EXIT_DONE;
    }
    if (strncmp(argv[i], "--", 2) != 0) {
      at[count++] = i;
      continue;
    }
    const size_t len = strcspn(argv[i] + 2, "=");
    const cli_option *option = find_option(cli_global_options, argv[i] + 2, len);
    if (!option && count == 0)
      return cli_usage(c, "unknown option %s", argv[i]);
    if (!option)
      break;
    if (option->value && argv[i][2 + len] != '=')
      ++i;
  }
  if (count == 0)
    return cli_usage(c, "a command is needed");
  c->command = find_command(argv[at[0]], count > 1 ? argv[at[1]] : NULL, &words);
  if (!c->command)
    return say_no_command(c, argv[at[0]], count > 1 ? argv[at[1]] : NULL);
  used[at[0]] = true;
  if (words == 2)
    used[at[1]] = true;
  return EXIT_DONE;
}

static int run(cli *c, int argc, char **argv)
{
  bool *used = calloc((size_t)argc + 1, sizeof *used);
  if (!used)
    return EXIT_FAILED;
  int code = find_words(c, argc, argv, used);
  assert(code != EXIT_DONE || c->command);
  if (code == EXIT_DONE && wants_help(argc, argv, used)) {
    c->operands[0] = c->command->noun;
    c->operands[1] = c->command->verb;
    c->operand_count = c->command->verb ? 2 : 1;
    c->command = &commands_help[COMMAND_HELP];
  } else if (code == EXIT_DONE) {
    code = parse_rest(c, argc, argv, used);
  }
  free(used);
  if (code != EXIT_DONE)
    return code;
  c->json = cli_flag(c, "json");
  return c->command->run(c);
}

int cli_main(int argc, char **argv)
{
  cli c = {.err = QENT_ERROR_INIT};
  int code = run(&c, argc, argv);
  qent_session_close(c.session);
  qent_ctx_free(c.ctx);
  qent_settings_free(c.settings);
  if (fflush(stdout) != 0 && code == EXIT_DONE) {
    fputs("qentctl: store: the output could not be written\n", stderr);
    code = EXIT_FAILED;
  }
  return code;
}
