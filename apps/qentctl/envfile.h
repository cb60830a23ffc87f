/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_ENVFILE_H
#define QENTCTL_ENVFILE_H

/* The commented qentvpn.env that `qentctl init` makes from the table of settings. */

#include <stdbool.h>

/* The file's text with a fresh master key. @param database  absolute path.
 * @return owned, free(); NULL: no memory or no random numbers. */
char *envfile_make(const char *database);

/* Write a new file of mode 0600; errno tells what failed. Never overwrites. */
bool envfile_write(const char *path, const char *text);

#endif
