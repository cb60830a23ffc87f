/* SPDX-License-Identifier: MIT */
#include "store/sqlite_file.h"
#include "util/alloc.h"
#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEME "sqlite:"

qent_status qent__sqlite_path(const char *url, char **path_out, qent_error *err)
{
  const char *rest = url + strlen(SCHEME);
  const char *prefix = "";
  char *path;
  size_t size;

  if (qent__starts_with(rest, "//")) {
    rest += 2;
    if (*rest != '/')
      return qent_fail(err, QENT_EINVAL,
                       "the database URL needs three slashes: sqlite:///path/to/file.db");
  }
  if (!*rest || qent__ends_with(rest, "/"))
    return qent_fail(err, QENT_EINVAL, "the database URL names no file: sqlite:///path/to/file.db");
  if (strpbrk(rest, "?#"))
    return qent_fail(err, QENT_EINVAL, "a sqlite: URL takes no parameters");
  if (*rest != '/' && strcmp(rest, ":memory:") != 0)
    prefix = "./"; /* or SQLite could take the name for one of its special ones */
  size = strlen(prefix) + strlen(rest) + 1;
  path = qent__malloc(size);
  if (!path)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  (void)snprintf(path, size, "%s%s", prefix, rest);
  *path_out = path;
  return QENT_OK;
}

static bool is_directory(const char *path, size_t len)
{
  char *copy = qent__strndup(path, len);
  struct stat about;
  bool yes = !copy || (stat(copy, &about) == 0 && S_ISDIR(about.st_mode));

  qent__free(copy);
  return yes;
}

qent_status qent__sqlite_no_file(const char *path, int cause, qent_error *err)
{
  const char *slash = strrchr(path, '/');
  size_t dir_len = slash && slash > path ? (size_t)(slash - path) : 1;
  char reason[96] = "";
  struct stat about;

  if (!is_directory(path, dir_len))
    return qent_fail(err, QENT_ESTORE, "the directory %.*s for the database does not exist",
                     (int)(dir_len < 160 ? dir_len : 160), path);
  if (stat(path, &about) != 0 && errno == ENOENT && (cause == 0 || cause == ENOENT))
    return qent_fail(err, QENT_ESTORE,
                     "there is no database at %.160s; if the path is right: qentctl migrate", path);
  if (cause == 0)
    cause = EACCES;
  if (strerror_r(cause, reason, sizeof reason) != 0)
    (void)snprintf(reason, sizeof reason, "error %d", cause);
  return qent_fail(err, QENT_ESTORE, "the database at %.120s cannot be opened: %s", path, reason);
}

qent_status qent__sqlite_make_file(const char *path, qent_error *err)
{
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0 && errno != EEXIST)
    return qent__sqlite_no_file(path, errno, err);
  if (fd >= 0)
    (void)close(fd);
  return QENT_OK;
}
