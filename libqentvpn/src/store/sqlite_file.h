/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_SQLITE_FILE_H
#define QENT_STORE_SQLITE_FILE_H

#include <qentvpn/error.h>

/* Where a sqlite: URL points: ":memory:" or a path that begins with "/" or "./". Owned by the
 * caller. @return QENT_EINVAL, QENT_ENOMEM. */
qent_status qent__sqlite_path(const char *url, char **path_out, qent_error *err);

/* Make an empty file with mode 0600 unless there is one. SQLite gives its side files (-wal, -shm)
 * the same mode. @return QENT_ESTORE: says which directory is missing or not writable. */
qent_status qent__sqlite_make_file(const char *path, qent_error *err);

/* Tell why the database at `path` cannot be opened; always fails. @param cause  an errno or 0 */
qent_status qent__sqlite_no_file(const char *path, int cause, qent_error *err);

#endif
