/* SPDX-License-Identifier: MIT */
/* dotenv text: KEY=value, one a line. Quotes may surround the whole value; nothing is expanded. */
#include "app/settings_private.h"

#include "util/text.h"

#include <string.h>

static bool is_key_char(char c, bool first)
{
  return qent__is_alpha(c) || c == '_' || (!first && qent__is_digit(c));
}

static void skip_blanks(const char **s, const char *end)
{
  while (*s < end && (**s == ' ' || **s == '\t'))
    (*s)++;
}

/* Nothing but blanks and a comment may follow a closing quote. */
static bool only_comment(const char *s, const char *end)
{
  skip_blanks(&s, end);
  return s == end || *s == '#';
}

/* 'literal' */
static const char *single_quoted(const char *s, const char *end, char *out, size_t *len_out)
{
  const char *close = memchr(s, '\'', (size_t)(end - s));

  if (!close)
    return "has no closing quote";
  memcpy(out, s, (size_t)(close - s));
  *len_out = (size_t)(close - s);
  return only_comment(close + 1, end) ? NULL : "has text behind the closing quote";
}

/* "with \" \\ \$" */
static const char *double_quoted(const char *s, const char *end, char *out, size_t *len_out)
{
  size_t used = 0;

  while (s < end && *s != '"') {
    char c = *s++;

    if (c == '\\') {
      if (s == end)
        return "has no closing quote";
      c = *s++;
      if (c != '"' && c != '\\' && c != '$')
        return "has an unknown escape; known are \\\" \\\\ \\$";
    }
    out[used++] = c;
  }
  if (s == end)
    return "has no closing quote";
  *len_out = used;
  return only_comment(s + 1, end) ? NULL : "has text behind the closing quote";
}

/* Up to " #" or the end of the line. */
static const char *bare(const char *s, const char *end, char *out, size_t *len_out)
{
  const char *stop = s;

  while (stop < end && !(*stop == '#' && (stop == s || stop[-1] == ' ' || stop[-1] == '\t')))
    stop++;
  while (stop > s && (stop[-1] == ' ' || stop[-1] == '\t'))
    stop--;
  if (memchr(s, '"', (size_t)(stop - s)) || memchr(s, '\'', (size_t)(stop - s)))
    return "has a quote in its middle";
  memcpy(out, s, (size_t)(stop - s));
  *len_out = (size_t)(stop - s);
  return NULL;
}

static const char *read_value(const char *s, const char *end, char *out, size_t *len_out)
{
  skip_blanks(&s, end);
  if (s < end && *s == '\'')
    return single_quoted(s + 1, end, out, len_out);
  if (s < end && *s == '"')
    return double_quoted(s + 1, end, out, len_out);
  return bare(s, end, out, len_out);
}

/* `out` has room for a whole line. */
static void parse_line(qent_settings *settings, qent__settings_report *report, int line,
                       const char *s, const char *end, char *out, bool in_memory)
{
  char key[QENT__SETTINGS_KEY_MAX + 1];
  const char *start;
  const char *problem;
  size_t len = 0;

  skip_blanks(&s, end);
  if (s == end || *s == '#')
    return;
  if (end - s > 7 && memcmp(s, "export", 6) == 0 && (s[6] == ' ' || s[6] == '\t')) {
    s += 7;
    skip_blanks(&s, end);
  }
  start = s;
  while (s < end && is_key_char(*s, s == start))
    s++;
  if (s == start || s == end || *s != '=' ||
      !qent__copy_text(key, sizeof key, start, (size_t)(s - start))) {
    qent__settings_problem(report, line, "", "the line is not KEY=value",
                           "write KEY=value without blanks around the =, or begin it with #");
    return;
  }
  problem = read_value(s + 1, end, out, &len);
  if (problem)
    qent__settings_problem(report, line, key, problem,
                           "put the value in '...' to keep every character as it is");
  else
    qent__settings_assign(settings, report, line, key, out, len, in_memory);
}

static bool line_is_text(qent__settings_report *report, int line, const char *s, size_t len)
{
  if (memchr(s, '\0', len)) {
    qent__settings_problem(report, line, "", "the line holds a NUL byte",
                           "save the file as plain UTF-8 text");
    return false;
  }
  if (!qent__utf8_valid(s, len)) {
    qent__settings_problem(report, line, "", "the line is not UTF-8",
                           "save the file as plain UTF-8 text");
    return false;
  }
  return true;
}

static void parse_lines(qent_settings *settings, qent__settings_report *report, const char *text,
                        size_t len, char *out, bool in_memory)
{
  const char *end = text + len;
  int line = 0;

  if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  while (text < end) {
    const char *feed = memchr(text, '\n', (size_t)(end - text));
    const char *stop = feed ? feed : end;
    const char *next = feed ? feed + 1 : end;

    line++;
    if (stop > text && stop[-1] == '\r')
      stop--;
    if (line_is_text(report, line, text, (size_t)(stop - text)))
      parse_line(settings, report, line, text, stop, out, in_memory);
    text = next;
  }
}

void qent__settings_parse_text(qent_settings *settings, qent__settings_report *report,
                               const char *text, size_t len, bool in_memory)
{
  qent__secret room = QENT__SECRET_INIT;

  if (len > QENT__SETTINGS_FILE_MAX_BYTES) {
    qent__settings_problem(report, 0, "", "the settings are larger than 64 KiB",
                           "is it the right file?");
    return;
  }
  if (len == 0)
    return;
  /* Values are unquoted in memory that is wiped: a copy of the text is as large as any of them. */
  if (qent__secret_set(&room, text, len, NULL) != QENT_OK) {
    qent__settings_no_memory(report);
    return;
  }
  parse_lines(settings, report, text, len, room.data, in_memory);
  qent__secret_dispose(&room);
}
