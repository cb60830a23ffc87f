/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_INPUT_H
#define QENTCTL_INPUT_H

/* What does not come from the command line. */

#include <stdbool.h>
#include <stddef.h>

#define INPUT_SECRET_MAX 1024

/* Read one line: from a file, from standard input when `path` is NULL or "-"; a terminal is asked
 * with the echo off. @return false: nothing there, too long, or not readable (errno says why). */
bool input_secret(const char *path, const char *prompt, char secret_out[INPUT_SECRET_MAX]);

/* All of standard input, at most `size` bytes. @return bytes read; `size` when there may be more.
 */
size_t input_all(char *text_out, size_t size);

/* A whole file as text. @return owned, free(); NULL: not readable or larger than `max`. */
char *input_file(const char *path, size_t max);

/* Random bytes of the system. */
bool input_random(unsigned char *bytes_out, size_t count);

void input_wipe(char *secret, size_t size);

#endif
