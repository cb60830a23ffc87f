/* SPDX-License-Identifier: MIT */
/* settings_doc md|man: writes docs/settings.md or docs/man/qentvpn.env.5 from the table of
 * settings. settings_doc md|man <file>: says whether that file is what would be written. */
#include <qentvpn/settings.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[65536];
static size_t used;

static void add(const char *s)
{
  size_t len = strlen(s);

  if (used + len >= sizeof text)
    exit(1);
  memcpy(text + used, s, len + 1);
  used += len;
}

/* What a value may be, for people: "number 1..32", "https URL"... */
static void add_form(const qent_setting *row)
{
  char form[160] = "text";

  switch (row->type) {
  case QENT_SETTING_TEXT:
    break;
  case QENT_SETTING_INT:
    (void)snprintf(form, sizeof form, "number %lld..%lld%s%s", (long long)row->minimum,
                   (long long)row->maximum, row->unit ? ", " : "", row->unit ? row->unit : "");
    break;
  case QENT_SETTING_BOOL:
    (void)snprintf(form, sizeof form, "yes or no");
    break;
  case QENT_SETTING_URL:
    (void)snprintf(form, sizeof form, "https URL");
    break;
  case QENT_SETTING_LIST:
    (void)snprintf(form, sizeof form, "list, commas");
    break;
  case QENT_SETTING_ENUM:
    (void)snprintf(form, sizeof form, "one of: %s", row->choices);
    break;
  }
  add(form);
  if (row->secret)
    add(", secret");
}

static const char md_head[] =
    "<!-- Made from the table of settings by build target settings-docs; do not edit. -->\n"
    "# Settings\n"
    "\n"
    "Settings come from the environment and from one file in dotenv form; the environment wins. "
    "The\n"
    "file is the one that the environment's `QENT_SETTINGS_FILE` names, else `qentvpn.env` in the\n"
    "working directory. It must be readable by its owner only (`chmod 600`). `qentctl init` writes "
    "a\n"
    "commented one; `qentctl doctor` tries every value out. Unknown keys, keys set twice and "
    "values\n"
    "out of form are errors, all told in one run.\n"
    "\n"
    "Any setting may be put into a file of its own: `QENT_BOT_TOKEN_FILE=/run/credentials/token`\n"
    "reads the value from there, without a final line feed. An empty value counts as not set.\n"
    "\n"
    "| key | form | default | meaning |\n"
    "| --- | --- | --- | --- |\n";

static const char md_tail[] = "\n"
                              "## The file\n"
                              "\n"
                              "- One `KEY=value` a line, without blanks around the `=`; `export` "
                              "in front is allowed. At most\n"
                              "  64 KiB of UTF-8; line ends may be CRLF.\n"
                              "- `#` begins a comment at the start of a line or behind a blank.\n"
                              "- `'...'` keeps every character; in `\"...\"` a backslash stands "
                              "before `\"`, `\\` and `$`. Nothing\n"
                              "  is expanded.\n"
                              "\n"
                              "Database URLs: `sqlite:///var/lib/qentvpn/qentvpn.db` is the file "
                              "`/var/lib/qentvpn/qentvpn.db`,\n"
                              "`sqlite:shop.db` is `shop.db` in the working directory, "
                              "`sqlite::memory:` is gone at the end.\n"
                              "Plain `http://` URLs are taken for loopback addresses only.\n";

static void write_md(void)
{
  add(md_head);
  for (size_t i = 0; qent_setting_at(i); i++) {
    const qent_setting *row = qent_setting_at(i);

    add("| `");
    add(row->key);
    add("` | ");
    add_form(row);
    add(" | ");
    if (row->default_value) {
      add("`");
      add(row->default_value);
      add("`");
    } else {
      add(row->required ? "**required**" : "none");
    }
    add(" | ");
    add(row->help);
    add(" |\n");
  }
  add(md_tail);
}

static const char man_head[] =
    ".\\\" SPDX-License-Identifier: MIT\n"
    ".\\\" Made from the table of settings by build target settings-docs; do not edit.\n"
    ".TH QENTVPN.ENV 5 \"\" \"QentVPN\" \"File formats\"\n"
    ".SH NAME\n"
    "qentvpn.env \\- settings of QentVPN's programs\n"
    ".SH DESCRIPTION\n"
    ".BR apid (8),\n"
    ".BR botd (8)\n"
    "and\n"
    ".BR qentctl (1)\n"
    "take their settings from the environment and from one file in dotenv form; the environment "
    "wins.\n"
    "The file is the one that the environment's\n"
    ".B QENT_SETTINGS_FILE\n"
    "names, else\n"
    ".I qentvpn.env\n"
    "in the working directory. It must be readable by its owner only.\n"
    "Unknown keys, keys set twice and values out of form are errors, all told in one run.\n"
    ".PP\n"
    "Each line is\n"
    ".IR KEY = value ,\n"
    "without blanks around the equals sign;\n"
    ".B export\n"
    "in front is allowed. A number sign begins a comment at the start of a line or behind a "
    "blank.\n"
    "Single quotes keep every character; in double quotes a backslash stands before a double "
    "quote,\n"
    "a backslash and a dollar sign. Nothing is expanded. The file holds at most 64 KiB of UTF-8.\n"
    ".PP\n"
    "Any setting may be put into a file of its own:\n"
    ".B QENT_BOT_TOKEN_FILE\n"
    "reads the value of\n"
    ".B QENT_BOT_TOKEN\n"
    "from the file it names, without a final line feed. An empty value counts as not set.\n"
    ".SH SETTINGS\n";

static const char man_tail[] = ".SH FILES\n"
                               ".TP\n"
                               ".I /var/lib/qentvpn/qentvpn.env\n"
                               "where the systemd units look\n"
                               ".SH SEE ALSO\n"
                               ".BR apid (8),\n"
                               ".BR botd (8),\n"
                               ".BR qentctl (1)\n";

/* Hyphens stay hyphens, and a leading point is no request. */
static void add_roff(const char *s)
{
  char piece[3] = "";

  if (*s == '.' || *s == '\'')
    add("\\&");
  for (; *s; s++) {
    piece[0] = *s;
    piece[1] = '\0';
    if (*s == '-')
      add("\\-");
    else if (*s == '\\')
      add("\\e");
    else
      add(piece);
  }
}

static void write_man(void)
{
  add(man_head);
  for (size_t i = 0; qent_setting_at(i); i++) {
    const qent_setting *row = qent_setting_at(i);

    add(".TP\n.B ");
    add(row->key);
    add("\n");
    add_roff(row->help);
    add(".\n(");
    add_form(row);
    if (row->default_value) {
      add("; default ");
      add_roff(row->default_value);
    } else if (row->required) {
      add("; required");
    }
    add(")\n");
  }
  add(man_tail);
}

static int compare(const char *path)
{
  static char found[sizeof text];
  FILE *file = fopen(path, "rb");
  size_t len;

  if (!file) {
    (void)fprintf(stderr, "%s cannot be read\n", path);
    return 1;
  }
  len = fread(found, 1, sizeof found, file);
  (void)fclose(file);
  if (len == used && memcmp(found, text, len) == 0)
    return 0;
  (void)fprintf(stderr, "%s differs from the table of settings: build target settings-docs\n",
                path);
  return 1;
}

int main(int argc, char **argv)
{
  if (argc < 2 || argc > 3)
    return 2;
  if (strcmp(argv[1], "md") == 0)
    write_md();
  else if (strcmp(argv[1], "man") == 0)
    write_man();
  else
    return 2;
  if (argc == 3)
    return compare(argv[2]);
  return fwrite(text, 1, used, stdout) == used ? 0 : 1;
}
