/* SPDX-License-Identifier: MIT */
#include "completion.h"

#include "cli.h"

#include <string.h>

/* True for the first command of its noun. */
static bool is_first(size_t index)
{
  const char *noun = cli_command_at(index)->noun;
  for (size_t i = 0; i < index; ++i)
    if (strcmp(cli_command_at(i)->noun, noun) == 0)
      return false;
  return true;
}

static void put_nouns(FILE *out)
{
  for (size_t i = 0; cli_command_at(i); ++i)
    if (is_first(i))
      fprintf(out, "%s%s", i ? " " : "", cli_command_at(i)->noun);
}

static void put_verbs(FILE *out, const char *noun)
{
  const char *joint = "";
  for (size_t i = 0; cli_command_at(i); ++i) {
    const cli_command *command = cli_command_at(i);
    if (strcmp(command->noun, noun) != 0 || !command->verb)
      continue;
    fprintf(out, "%s%s", joint, command->verb);
    joint = " ";
  }
  if (strcmp(noun, "completion") == 0)
    fputs("bash zsh", out);
  if (strcmp(noun, "help") == 0)
    put_nouns(out);
}

static void put_options(FILE *out, const cli_option *options)
{
  for (; options && options->name; ++options)
    fprintf(out, " --%s", options->name);
}

/* Case arms "noun verb) options=..." shared by both shells. */
static void put_option_arms(FILE *out)
{
  for (size_t i = 0; cli_command_at(i); ++i) {
    const cli_command *command = cli_command_at(i);
    if (!command->options)
      continue;
    fprintf(out, "    '%s%s%s') options+='", command->noun, command->verb ? " " : "",
            command->verb ? command->verb : "");
    put_options(out, command->options);
    fputs("' ;;\n", out);
  }
}

static void put_verb_arms(FILE *out)
{
  for (size_t i = 0; cli_command_at(i); ++i) {
    if (!is_first(i))
      continue;
    fprintf(out, "    %s) verbs='", cli_command_at(i)->noun);
    put_verbs(out, cli_command_at(i)->noun);
    fputs("' ;;\n", out);
  }
}

static void put_body(FILE *out)
{
  fputs("  local nouns='", out);
  put_nouns(out);
  fputs("'\n  local options='", out);
  put_options(out, cli_global_options);
  fputs("'\n  case $noun in\n", out);
  put_verb_arms(out);
  fputs("  esac\n  case \"$noun${verb:+ $verb}\" in\n", out);
  put_option_arms(out);
  fputs("  esac\n", out);
}

void completion_bash(FILE *out)
{
  fputs("# Completion of qentctl for bash. Made by `qentctl completion bash`.\n"
        "_qentctl() {\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  local noun= verb= verbs= i\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "    [[ ${COMP_WORDS[i]} == -* || ${COMP_WORDS[i-1]} == --config ]] && continue\n"
        "    if [[ -z $noun ]]; then noun=${COMP_WORDS[i]}\n"
        "    elif [[ -z $verb ]]; then verb=${COMP_WORDS[i]}; fi\n"
        "  done\n",
        out);
  put_body(out);
  fputs("  case $prev in\n"
        "    --config | --password-file | --ca-file | --map | --dir)\n"
        "      COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
        "  esac\n"
        "  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
        "  elif [[ -z $noun ]]; then COMPREPLY=($(compgen -W \"$nouns\" -- \"$cur\"))\n"
        "  elif [[ -z $verb ]]; then COMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
        "  fi\n"
        "}\n"
        "complete -F _qentctl qentctl\n",
        out);
}

void completion_zsh(FILE *out)
{
  fputs("#compdef qentctl\n"
        "# Completion of qentctl for zsh. Made by `qentctl completion zsh`.\n"
        "_qentctl() {\n"
        "  local noun= verb= verbs= i\n"
        "  for ((i = 2; i < CURRENT; i++)); do\n"
        "    [[ ${words[i]} == -* || ${words[i-1]} == --config ]] && continue\n"
        "    if [[ -z $noun ]]; then noun=${words[i]}\n"
        "    elif [[ -z $verb ]]; then verb=${words[i]}; fi\n"
        "  done\n",
        out);
  put_body(out);
  fputs("  case ${words[CURRENT-1]} in\n"
        "    --config | --password-file | --ca-file | --map | --dir) _files; return ;;\n"
        "  esac\n"
        "  if [[ ${words[CURRENT]} == -* ]]; then compadd -- ${=options}\n"
        "  elif [[ -z $noun ]]; then compadd -- ${=nouns}\n"
        "  elif [[ -z $verb ]]; then compadd -- ${=verbs}\n"
        "  fi\n"
        "}\n"
        "_qentctl \"$@\"\n",
        out);
}
