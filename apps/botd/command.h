/* SPDX-License-Identifier: MIT */
#ifndef BOTD_COMMAND_H
#define BOTD_COMMAND_H

/* What a person typed or pressed, as a command of ours. Pure. */

#define COMMAND_ARGUMENT_MAX 128

typedef struct command_line {
  const char *name; /* static; "unknown" for anything else */
  char argument[COMMAND_ARGUMENT_MAX];
} command_line;

/* "/start@shop_bot plan_x" -> start, "plan_x". Commands are not case-sensitive. Argument: first
 * line, cut at a character's end. */
void command_from_text(const char *text, command_line *line);

/* Data of a button of ours; "unknown" when it is not. `lang:ru` -> lang_set, "ru";
 * `nodes:7` -> nodes, "7"; `move:7:de1` -> move, "7:de1". */
void command_from_callback(const char *data, command_line *line);

#endif
