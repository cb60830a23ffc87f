/* SPDX-License-Identifier: MIT */
/* Where settings come from: the file, the environment, files that hold one secret. */
#include "app/settings_private.h"

#include "util/alloc.h"
#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_FILE "qentvpn.env"
#define FILE_VARIABLE "QENT_SETTINGS_FILE"
#define FILE_SUFFIX "_FILE"

extern char **environ;

static qent_status read_all(int fd, char *text, size_t size, size_t *len_out, qent_error *err)
{
  size_t used = 0;

  for (;;) {
    ssize_t got = read(fd, text + used, size - used);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return qent_fail(err, QENT_EINVAL, "it cannot be read: %s", strerror(errno));
    used += (size_t)got;
    if (got == 0)
      break;
    if (used == size)
      return qent_fail(err, QENT_EINVAL, "it is larger than 64 KiB");
  }
  *len_out = used;
  return QENT_OK;
}

static qent_status read_fd(int fd, qent__secret *text_out, unsigned *mode_out, qent_error *err)
{
  size_t size = QENT__SETTINGS_FILE_MAX_BYTES + 1;
  struct stat info;
  char *text;
  size_t len = 0;
  qent_status st;

  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return qent_fail(err, QENT_EINVAL, "it is not a regular file");
  text = qent__malloc(size);
  if (!text)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = read_all(fd, text, size, &len, err);
  if (st == QENT_OK)
    st = qent__secret_set(text_out, text, len, err);
  if (st == QENT_OK && mode_out)
    *mode_out = (unsigned)info.st_mode & 07777U;
  qent__wipe(text, size);
  qent__free(text);
  return st;
}

qent_status qent__settings_read_file(const char *path, qent__secret *text_out, unsigned *mode_out,
                                     qent_error *err)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  qent_status st;

  if (fd < 0)
    return qent_fail(err, errno == ENOENT ? QENT_ENOTFOUND : QENT_EINVAL, "it cannot be opened: %s",
                     strerror(errno));
  st = read_fd(fd, text_out, mode_out, err);
  close(fd);
  return st;
}

static bool is_clean(const char *value, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
      return false;
  }
  return qent__utf8_valid(value, len);
}

/* Store a value of `key`, which may be the row's KEY or its KEY_FILE. */
static void put(struct qent__setting_value *slot, qent__settings_report *report, int line,
                const char *key, const char *value, size_t len)
{
  slot->line = line;
  if (!is_clean(value, len))
    qent__settings_problem(report, line, key, "has a control character or is not UTF-8",
                           "write it on one line as plain text");
  else if (len > 0 && qent__secret_set(&slot->text, value, len, NULL) != QENT_OK)
    qent__settings_no_memory(report);
}

static void put_from_file(struct qent__setting_value *slot, qent__settings_report *report, int line,
                          const char *key, const char *value, size_t len)
{
  qent__secret text = QENT__SECRET_INIT;
  qent_error why = QENT_ERROR_INIT;
  char path[4096];
  qent_status st;
  size_t text_len;

  if (!qent__copy_text(path, sizeof path, value, len)) {
    qent__settings_problem(report, line, key, "names a path that is too long",
                           "use a shorter path");
    return;
  }
  st = qent__settings_read_file(path, &text, NULL, &why);
  if (st == QENT_ENOMEM) {
    qent__settings_no_memory(report);
  } else if (st != QENT_OK) {
    char problem[320];

    (void)snprintf(problem, sizeof problem, "names a file that is of no use: %s", why.message);
    qent__settings_problem(report, line, key, problem,
                           "name a readable file that holds the value and nothing else");
  } else {
    text_len = text.len;
    if (text_len > 0 && text.data[text_len - 1] == '\n')
      text_len--;
    if (text_len > 0 && text.data[text_len - 1] == '\r')
      text_len--;
    put(slot, report, line, key, qent__secret_text(&text), text_len);
  }
  qent__secret_dispose(&text);
}

void qent__settings_assign(qent_settings *settings, qent__settings_report *report, int line,
                           const char *key, const char *value, size_t len, bool in_memory)
{
  size_t key_len = strlen(key);
  int index = qent__setting_index(key, key_len);
  bool from_file = false;
  struct qent__setting_value *slot;

  if (index < 0 && qent__ends_with(key, FILE_SUFFIX)) {
    index = qent__setting_index(key, key_len - strlen(FILE_SUFFIX));
    from_file = true;
  }
  if (index < 0) {
    qent__settings_unknown(report, line, key);
    return;
  }
  slot = &settings->values[index];
  if (slot->named && (slot->line == 0) == (line == 0)) {
    qent__settings_problem(report, line, key, "is set twice", "keep one of the two");
    return;
  }
  if (len == 0 && line == 0)
    return;
  slot->named = true;
  if (len == 0)
    slot->line = line;
  else if (!from_file)
    put(slot, report, line, key, value, len);
  else if (in_memory)
    qent__settings_problem(report, line, key, "cannot be used here", "write the value itself");
  else
    put_from_file(slot, report, line, key, value, len);
}

static void take_environment(qent_settings *settings, qent__settings_report *report)
{
  for (char **entry = environ; entry && *entry; entry++) {
    const char *equals = strchr(*entry, '=');
    char key[QENT__SETTINGS_KEY_MAX + 1];

    if (!equals || !qent__starts_with(*entry, "QENT_"))
      continue;
    if (!qent__copy_text(key, sizeof key, *entry, (size_t)(equals - *entry)))
      (void)qent__copy_text(key, sizeof key, *entry, QENT__SETTINGS_KEY_MAX);
    if (!qent__streq(key, FILE_VARIABLE))
      qent__settings_assign(settings, report, 0, key, equals + 1, strlen(equals + 1), false);
  }
}

static void check_mode(qent__settings_report *report, const char *path, unsigned mode)
{
  char remedy[512];

  if ((mode & 077U) == 0)
    return;
  (void)snprintf(remedy, sizeof remedy, "chmod 600 %.480s", path);
  qent__settings_problem(report, 0, "", "the settings file is open to group or others", remedy);
}

/* @return QENT_ENOTFOUND only when the file was `named`. */
static qent_status take_file(qent_settings *settings, qent__settings_report *report,
                             const char *path, bool named, qent_error *err)
{
  qent__secret text = QENT__SECRET_INIT;
  qent_error why = QENT_ERROR_INIT;
  unsigned mode = 0;
  qent_status st = qent__settings_read_file(path, &text, &mode, &why);

  if (st == QENT_ENOTFOUND && !named)
    return QENT_OK;
  if (st != QENT_OK)
    return qent_fail(err, st, "settings file %.120s: %s", path, why.message);
  check_mode(report, path, mode);
  qent__settings_parse_text(settings, report, qent__secret_text(&text), text.len, false);
  qent__secret_dispose(&text);
  return QENT_OK;
}

qent_status qent_settings_load(const char *path, qent_settings_problem_fn problem, void *user,
                               qent_settings **settings_out, qent_error *err)
{
  qent__settings_report report = {problem, user, err, QENT_OK};
  const char *named = path ? path : getenv(FILE_VARIABLE);
  qent_settings *settings;
  qent_status st;

  if (!settings_out)
    return qent_fail(err, QENT_EINVAL, "settings need an output");
  settings = qent__calloc(1, sizeof *settings);
  if (!settings)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  if (named && !*named)
    named = NULL;
  st = take_file(settings, &report, named ? named : DEFAULT_FILE, named != NULL, err);
  if (st == QENT_OK) {
    take_environment(settings, &report);
    qent__settings_check_all(settings, &report, true);
    st = report.status;
  }
  if (st != QENT_OK) {
    qent_settings_free(settings);
    return st;
  }
  *settings_out = settings;
  return QENT_OK;
}
