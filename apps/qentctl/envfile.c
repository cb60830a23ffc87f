/* SPDX-License-Identifier: MIT */
#include "envfile.h"

#include "input.h"

#include <qentvpn/ext/buf.h>
#include <qentvpn/settings.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)64 * 1024)

static void add_key(qent_buf *out, bool *ok)
{
  unsigned char key[32];
  *ok = input_random(key, sizeof key);
  qent_buf_adds(out, "QENT_MASTER_KEY=");
  for (size_t i = 0; *ok && i < sizeof key; ++i)
    qent_buf_addf(out, "%02x", key[i]);
  qent_buf_addc(out, '\n');
  input_wipe((char *)key, sizeof key);
}

/* In single quotes nothing is special but the quote, which a path with quotes has to avoid. */
static void add_database(qent_buf *out, const char *path)
{
  const char *quote = strchr(path, '\'') ? "\"" : "'";
  qent_buf_addf(out, "QENT_DATABASE_URL=%ssqlite://", quote);
  for (const char *s = path; *s; ++s) {
    if (*quote == '"' && strchr("\"\\$", *s))
      qent_buf_addc(out, '\\');
    qent_buf_addc(out, *s);
  }
  qent_buf_addf(out, "%s\n", quote);
}

static void add_facts(qent_buf *out, const qent_setting *row)
{
  qent_buf_addf(out, "\n# %s.\n", row->help);
  if (row->choices)
    qent_buf_addf(out, "# One of: %s.\n", row->choices);
  if (row->type == QENT_SETTING_INT)
    qent_buf_addf(out, "# From %lld to %lld%s%s.\n", (long long)row->minimum,
                  (long long)row->maximum, row->unit ? " " : "", row->unit ? row->unit : "");
  if (row->type == QENT_SETTING_LIST)
    qent_buf_adds(out, "# Several are separated by commas.\n");
  if (row->required)
    qent_buf_adds(out, "# Required.\n");
}

char *envfile_make(const char *database)
{
  const qent_setting *row = NULL;
  qent_buf out;
  bool ok = true;
  qent_buf_init(&out, TEXT_MAX);
  qent_buf_adds(&out,
                "# Settings of QentVPN, for apid, botd and qentctl. The environment goes over "
                "this file.\n# It holds secrets: keep its mode at 0600. Check it with "
                "`qentctl doctor`.\n");
  for (size_t i = 0; ok && (row = qent_setting_at(i)) != NULL; ++i) {
    add_facts(&out, row);
    if (strcmp(row->key, "QENT_MASTER_KEY") == 0)
      add_key(&out, &ok);
    else if (strcmp(row->key, "QENT_DATABASE_URL") == 0)
      add_database(&out, database);
    else if (row->required)
      qent_buf_addf(&out, "%s=\n", row->key);
    else
      qent_buf_addf(&out, "#%s=%s\n", row->key, row->default_value ? row->default_value : "");
  }
  char *text = ok && qent_buf_status(&out, NULL) == QENT_OK ? strdup(out.data) : NULL;
  if (out.len > 0)
    input_wipe(out.data, out.len);
  qent_buf_dispose(&out);
  return text;
}

bool envfile_write(const char *path, const char *text)
{
  const size_t len = strlen(text);
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return false;
  const bool ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
  if (close(fd) != 0 || !ok) {
    unlink(path);
    return false;
  }
  return true;
}
