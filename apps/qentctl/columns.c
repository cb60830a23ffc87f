/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include "parse.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_MIN 20
#define TERMINAL_MAX 10000

static uint32_t next_code(const unsigned char **s)
{
  uint32_t code = *(*s)++;
  const int more = code >= 0xF0 ? 3 : code >= 0xE0 ? 2 : code >= 0xC0 ? 1 : 0;
  if (more > 0)
    code &= 0x3FU >> more;
  for (int i = 0; i < more && (**s & 0xC0) == 0x80; ++i)
    code = (code << 6) | (*(*s)++ & 0x3FU);
  return code;
}

/* Combining marks and joiners take no column; CJK and pictures take two. */
static size_t code_width(uint32_t code)
{
  if (code < 0x20 || (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
      (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
      (code >= 0xFE00 && code <= 0xFE0F))
    return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFF00 && code <= 0xFF60) || (code >= 0x1F300 && code <= 0x1FAFF) ||
                    (code >= 0x20000 && code <= 0x3FFFD);
  if (code >= 0x1F1E6 && code <= 0x1F1FF)
    return 1; /* half of a flag */
  return wide ? 2 : 1;
}

size_t columns_width(const char *text)
{
  size_t width = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s;)
    width += code_width(next_code(&s));
  return width;
}

size_t columns_prefix(const char *text, size_t max)
{
  const unsigned char *s = (const unsigned char *)text;
  const unsigned char *end = s;
  for (size_t width = 0; *s; end = s) {
    width += code_width(next_code(&s));
    if (width > max)
      break;
  }
  return (size_t)(end - (const unsigned char *)text);
}

static bool is_control(uint32_t code)
{
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void columns_tidy(char *text)
{
  const unsigned char *s = (const unsigned char *)text;
  char *to = text;
  while (*s) {
    const unsigned char *from = s;
    if (!is_control(next_code(&s)))
      while (from < s)
        *to++ = (char)*from++;
    else if (to != text)
      *to++ = ' ';
  }
  *to = '\0';
}

size_t columns_of_terminal(void)
{
  struct winsize size;
  int64_t told = 0;
  const char *columns = getenv("COLUMNS");
  if (isatty(STDOUT_FILENO) != 1)
    return 0;
  if (columns && parse_number(columns, TERMINAL_MIN, TERMINAL_MAX, &told))
    return (size_t)told;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= TERMINAL_MIN ? size.ws_col
                                                                                     : 0;
}
