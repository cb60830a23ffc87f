/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_PROGRESS_H
#define QENTCTL_PROGRESS_H

/* How far something is that others do meanwhile: one line that is drawn anew on a terminal, else a
 * line every few seconds; on standard error, so that the result alone is on standard output. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct progress_state {
  int64_t total;
  int64_t done;
  int64_t failing;
  int64_t elapsed_ms;
} progress_state;

/* "[#####-----]  50 %  500 of 1000, 3 failing, 25/s, 20 s left". */
void progress_format(char *out, size_t size, const progress_state *state);

typedef struct progress {
  bool terminal;
  bool silent;
  int64_t began_ms;
  int64_t told_ms;
} progress;

/* @param silent  nothing is printed. */
void progress_begin(progress *p, bool silent);
void progress_tell(progress *p, int64_t total, int64_t done, int64_t failing);
/* Leave the line as it is. */
void progress_end(progress *p);

/* Milliseconds since it began. */
int64_t progress_elapsed_ms(const progress *p);

/* From now on ^C and SIGTERM end the waiting, not the program. */
void progress_catch_signals(void);
/* Wait a moment. @return false: ^C. */
bool progress_pause(void);

#endif
