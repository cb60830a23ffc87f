/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_CLI_H
#define QENTCTL_CLI_H

/* The command line: tables of commands, one parser for all of them, and what each command needs. */

#include <qentvpn/context.h>

/* Stable exit codes. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 3, EXIT_RETRY = 4 };

#define CLI_OPERANDS_MAX 8
#define CLI_OPTIONS_MAX 32

typedef struct cli cli;

typedef struct cli_option {
  const char *name;  /* without "--"; NULL ends a list */
  const char *value; /* what follows, for help: "DATE"; NULL: a switch */
  const char *help;
  bool repeats; /* may be given several times */
} cli_option;

typedef struct cli_command {
  const char *noun;     /* "plan" */
  const char *verb;     /* "add"; NULL: the noun alone is the command */
  const char *operands; /* for help: "CODE", "[CODE]"; "": none */
  int operands_min, operands_max;
  const cli_option *options; /* ends with a NULL name; NULL: none */
  const char *help;          /* one line */
  const char *details;       /* more, for `qentctl help plan add`; NULL: nothing */
  int (*run)(cli *c);        /* returns an exit code */
} cli_command;

/* The commands of one file; ends with a NULL noun. */
extern const cli_command commands_setup[], commands_plan[], commands_node[], commands_node_edit[],
    commands_node_move[], commands_node_provision[], commands_user[], commands_order[],
    commands_sub[], commands_sub_node[], commands_payment[], commands_account[], commands_notice[],
    commands_traffic[], commands_work[], commands_initdata[], commands_help[];

/* Rows of commands_help. */
enum { COMMAND_HELP, COMMAND_VERSION };

/* Row `index` over all tables; NULL past the end. */
const cli_command *cli_command_at(size_t index);

/* Options that every command takes; ends with a NULL name. */
extern const cli_option cli_global_options[];

struct cli {
  const cli_command *command;
  const char *operands[CLI_OPERANDS_MAX];
  size_t operand_count;
  struct {
    const cli_option *option;
    const char *value;
  } given[CLI_OPTIONS_MAX];
  size_t given_count;
  bool json;
  qent_settings *settings; /* after cli_open() */
  qent_ctx *ctx;
  qent_session *session;
  int64_t now;
  qent_error err; /* of the last library call */
};

/* Parse, run, clean up. */
int cli_main(int argc, char **argv);

/* Value of an option, NULL when it is not given. */
const char *cli_value(const cli *c, const char *name);
/* Its n-th value, for options that repeat. */
const char *cli_value_at(const cli *c, const char *name, size_t n);
bool cli_flag(const cli *c, const char *name);
/* Is any option of a list given? */
bool cli_any(const cli *c, const cli_option *options);

/* Read a whole number. On failure a usage error is printed and false returned. */
bool cli_number(const cli *c, const char *what, const char *text, int64_t minimum, int64_t maximum,
                int64_t *value_out);
/* The same for an option; its value stays as it is when the option is not given. */
bool cli_number_option(const cli *c, const char *name, int64_t minimum, int64_t maximum,
                       int64_t *value_inout);

/* Load the settings; the settings and the context; or all of it and open the database.
 * @return EXIT_DONE, or an exit code after the failure was said. */
int cli_load_settings(cli *c);
/* The file that they are read from; NULL: none, and the environment alone counts. Borrowed. */
const char *cli_settings_path(const cli *c);
int cli_open_ctx(cli *c);
int cli_open(cli *c);

/* Say `c->err` with a remedy; returns the exit code for the status. @param remedy  NULL: the usual.
 */
int cli_failed(cli *c, qent_status st, const char *remedy);
/* Say what is wrong with the command line; returns EXIT_USAGE. */
int cli_usage(const cli *c, const char *fmt, ...) QENT_PRINTF(2, 3);

/* Ask before something that cannot be undone. False: no, or nobody to ask (said). */
bool cli_confirm(const cli *c, const char *fmt, ...) QENT_PRINTF(2, 3);

/* Say that something was done: a line for people, {"ok":true} plus `id` when > 0 for scripts. */
int cli_done(const cli *c, int64_t id, const char *fmt, ...) QENT_PRINTF(3, 4);

#endif
