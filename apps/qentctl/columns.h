/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_COLUMNS_H
#define QENTCTL_COLUMNS_H

/* How much room UTF-8 takes on a terminal, and how much room there is. */

#include <stddef.h>

/* Columns that a text takes. */
size_t columns_width(const char *text);

/* Bytes of the longest beginning that takes no more than `max` columns. */
size_t columns_prefix(const char *text, size_t max);

/* Replace what would move the cursor or turn the writing round by blanks, in place. */
void columns_tidy(char *text);

/* Columns of the terminal on standard output; 0: it is none, or its width is not known. */
size_t columns_of_terminal(void);

#endif
