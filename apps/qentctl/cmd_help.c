/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "completion.h"

#include <stdio.h>
#include <string.h>

#define NAME_COLUMNS 22
#define LINE_COLUMNS 80

/* Words in lines of at most LINE_COLUMNS; the first one goes on at `indent`, where the others
 * begin.
 */
static void print_words(const char *text, const char *end, size_t indent)
{
  size_t at = indent;
  for (const char *word = text; word < end;) {
    const size_t len = strcspn(word, " \n");
    if (at > indent && at + 1 + len > LINE_COLUMNS) {
      printf("\n%*s", (int)indent, "");
      at = indent;
    }
    at += (size_t)printf("%s%.*s", at > indent ? " " : "", (int)len, word);
    word += len;
    word += strspn(word, " \n");
  }
  putchar('\n');
}

/* What is too long for its column has a line of its own. */
static void print_entry(const char *name, const char *text)
{
  if (strlen(name) > NAME_COLUMNS)
    printf("  %s\n  %*s ", name, NAME_COLUMNS, "");
  else
    printf("  %-*s ", NAME_COLUMNS, name);
  print_words(text, text + strlen(text), NAME_COLUMNS + 3);
}

static bool begins_anew(const char *line)
{
  return !*line || *line == ' ' || *line == '\n' || strncmp(line, "Example:", 8) == 0;
}

/* Lines that begin with a blank stay as they are, others become paragraphs. */
static void print_details(const char *text)
{
  while (*text) {
    const char *end = text + strcspn(text, "\n");
    while (*text != ' ' && *text != '\n' && *end && !begins_anew(end + 1))
      end += 1 + strcspn(end + 1, "\n");
    if (*text == ' ')
      printf("%.*s\n", (int)(end - text), text);
    else
      print_words(text, end, 0);
    text = *end ? end + 1 : end;
  }
}

static void print_options(const cli_option *options)
{
  for (; options && options->name; ++options) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", options->name, options->value ? " " : "",
             options->value ? options->value : "");
    print_entry(left, options->help);
  }
}

static void name_of(const cli_command *command, char *out, size_t size)
{
  snprintf(out, size, "%s%s%s%s%s", command->noun, command->verb ? " " : "",
           command->verb ? command->verb : "", *command->operands ? " " : "", command->operands);
}

static int help_all(void)
{
  const cli_command *command = NULL;
  const char *noun = "";
  bool grouped = false;
  puts("qentctl: administers QentVPN.\n\nUsage: qentctl COMMAND [OPTIONS]\n\nCommands:");
  for (size_t i = 0; (command = cli_command_at(i)) != NULL; ++i) {
    char name[64];
    name_of(command, name, sizeof name);
    if (i > 0 && (command->verb || grouped) && strcmp(noun, command->noun) != 0)
      putchar('\n');
    noun = command->noun;
    grouped = command->verb != NULL;
    print_entry(name, command->help);
  }
  puts("\nOptions of every command:");
  print_options(cli_global_options);
  puts("\nExit codes: 0 done, 1 failure, 2 usage or settings, 3 not found, 4 try again\n"
       "later. More: `qentctl help COMMAND`, man qentctl.");
  return EXIT_DONE;
}

static void help_one(const cli_command *command)
{
  char name[64];
  name_of(command, name, sizeof name);
  printf("Usage: qentctl %s%s\n\n%s\n", name, command->options ? " [OPTIONS]" : "", command->help);
  if (command->details) {
    putchar('\n');
    print_details(command->details);
  }
  if (command->options)
    puts("\nOptions:");
  print_options(command->options);
}

static int help(cli *c)
{
  const cli_command *command = NULL;
  const char *noun = c->operand_count > 0 ? c->operands[0] : NULL;
  const char *verb = c->operand_count > 1 ? c->operands[1] : NULL;
  size_t count = 0;
  if (!noun)
    return help_all();
  for (size_t i = 0; (command = cli_command_at(i)) != NULL; ++i) {
    if (strcmp(command->noun, noun) != 0 ||
        (verb && (!command->verb || strcmp(command->verb, verb) != 0)))
      continue;
    if (count++ > 0)
      putchar('\n');
    help_one(command);
  }
  if (count == 0) {
    c->command = NULL; /* its own help does not help here */
    return cli_usage(c, "no command %s%s%s", noun, verb ? " " : "", verb ? verb : "");
  }
  return EXIT_DONE;
}

static int version(cli *c)
{
  if (c->json)
    printf("{\"version\":\"%s\"}\n", qent_version());
  else
    printf("qentctl %s\n", qent_version());
  return EXIT_DONE;
}

static int completion(cli *c)
{
  if (strcmp(c->operands[0], "bash") == 0)
    completion_bash(stdout);
  else if (strcmp(c->operands[0], "zsh") == 0)
    completion_zsh(stdout);
  else
    return cli_usage(c, "completion is for bash or zsh");
  return EXIT_DONE;
}

const cli_command commands_help[] = {
    [COMMAND_HELP] = {"help", NULL, "[COMMAND]", 0, 2, NULL, "explain the commands", NULL, help},
    [COMMAND_VERSION] = {"version", NULL, "", 0, 0, NULL, "print the version", NULL, version},
    {"completion", NULL, "SHELL", 1, 1, NULL, "print the completion for bash or zsh",
     "Example:\n  source <(qentctl completion bash)\n", completion},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
