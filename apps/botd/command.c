/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* What may be typed, and what it means; others' habits included. */
static const char *const names[][2] = {
    {"start", "start"},   {"menu", "start"},      {"buy", "start"},
    {"my", "my"},         {"keys", "my"},         {"key", "my"},
    {"status", "my"},     {"help", "help"},       {"support", "help"},
    {"terms", "help"},    {"paysupport", "help"}, {"lang", "lang"},
    {"language", "lang"}, {"stats", "stats"},     {"serverstats", "serverstats"},
    {"find", "find"},
};

static void set_argument(command_line *line, const char *text)
{
  size_t len = strcspn(text, "\r\n");
  if (len >= sizeof line->argument)
    len = sizeof line->argument - 1;
  while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
    --len;
  while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
    --len;
  memcpy(line->argument, text, len);
  line->argument[len] = '\0';
}

void command_from_text(const char *text, command_line *line)
{
  line->name = "unknown";
  line->argument[0] = '\0';
  if (text[0] != '/')
    return;
  const size_t word = strcspn(text, " \t\r\n");
  const size_t len = strcspn(text + 1, "@ \t\r\n");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
    if (strlen(names[i][0]) != len || strncasecmp(names[i][0], text + 1, len) != 0)
      continue;
    line->name = names[i][1];
    set_argument(line, text + word + strspn(text + word, " \t"));
    return;
  }
}

static bool is_id(const char *text, char end)
{
  const size_t len = strspn(text, "0123456789");
  return len > 0 && len <= 18 && text[len] == end;
}

void command_from_callback(const char *data, command_line *line)
{
  line->name = "unknown";
  line->argument[0] = '\0';
  if (strcmp(data, "my") == 0) {
    line->name = "my";
  } else if (strcmp(data, "help") == 0) {
    line->name = "help";
  } else if (strncmp(data, "nodes:", 6) == 0 && is_id(data + 6, '\0')) {
    line->name = "nodes";
    set_argument(line, data + 6);
  } else if (strncmp(data, "move:", 5) == 0 && is_id(data + 5, ':')) {
    line->name = "move";
    set_argument(line, data + 5);
  } else if (strcmp(data, "lang:ru") == 0 || strcmp(data, "lang:en") == 0) {
    line->name = "lang_set";
    set_argument(line, data + strlen("lang:"));
  }
}
