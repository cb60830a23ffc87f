/* SPDX-License-Identifier: MIT */
#ifndef QENT_COMMON_FLAG_H
#define QENT_COMMON_FLAG_H

/* Flags of countries, as people see them in front of a node's title. */

#include <stddef.h>

/* Most bytes of a flag, its end included. */
#define APP_FLAG_SIZE 9

/* "DE" to its flag; "" when it is no code of two letters. */
void app_flag(const char *country, char flag_out[APP_FLAG_SIZE]);

/* Enough for every node's title with its flag. */
#define APP_FLAGGED_SIZE 160

/* The title with its country's flag before it, unless it begins with a flag already.
 * @param country  "" or NULL: no flag. */
void app_flagged_title(char *out, size_t size, const char *country, const char *title);

#endif
