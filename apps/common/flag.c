/* SPDX-License-Identifier: MIT */
#include "flag.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A flag is its country's two letters, each as a regional indicator: U+1F1E6 is A. */
static const char indicator[] = "\xF0\x9F\x87";
#define INDICATOR_A 0xA6
#define INDICATOR_Z 0xBF

void app_flag(const char *country, char flag_out[APP_FLAG_SIZE])
{
  char *to = flag_out;

  *flag_out = '\0';
  if (!country || strlen(country) != 2)
    return;
  for (size_t i = 0; i < 2; i++) {
    char upper = (char)(country[i] >= 'a' && country[i] <= 'z' ? country[i] - 32 : country[i]);
    if (upper < 'A' || upper > 'Z') {
      *flag_out = '\0';
      return;
    }
    memcpy(to, indicator, 3);
    to[3] = (char)(INDICATOR_A + (upper - 'A'));
    to[4] = '\0';
    to += 4;
  }
}

static bool begins_with_flag(const char *title)
{
  return strncmp(title, indicator, 3) == 0 && (unsigned char)title[3] >= INDICATOR_A &&
         (unsigned char)title[3] <= INDICATOR_Z;
}

void app_flagged_title(char *out, size_t size, const char *country, const char *title)
{
  char flag[APP_FLAG_SIZE] = "";

  if (!begins_with_flag(title))
    app_flag(country, flag);
  (void)snprintf(out, size, "%s%s%s", flag, *flag ? " " : "", title);
}
