/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_COMPLETION_H
#define QENTCTL_COMPLETION_H

/* Shell completion, made from the tables of commands. */

#include <stdio.h>

void completion_bash(FILE *out);
void completion_zsh(FILE *out);

#endif
