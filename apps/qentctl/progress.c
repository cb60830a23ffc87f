/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_COLUMNS 24
#define PAUSE_MS 250
#define LINE_EVERY_MS 5000

static volatile sig_atomic_t stopped;

static int64_t now_ms(void)
{
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void format_left(char *out, size_t size, int64_t left_s)
{
  if (left_s < 120)
    snprintf(out, size, ", %lld s left", (long long)left_s);
  else if (left_s < 7200)
    snprintf(out, size, ", %lld min left", (long long)(left_s / 60));
  else
    snprintf(out, size, ", %lld h left", (long long)(left_s / 3600));
}

void progress_format(char *out, size_t size, const progress_state *state)
{
  char bar[BAR_COLUMNS + 1];
  char failing[40] = "";
  char rate[40] = "";
  char left[40] = "";
  const int64_t least = state->done > 0 ? state->done : 0;
  const int64_t done = least > state->total ? state->total : least;
  const int64_t total = state->total > 0 ? state->total : 1;
  const size_t full = (size_t)((state->total > 0 ? done : 1) * BAR_COLUMNS / total);
  memset(bar, '-', BAR_COLUMNS);
  memset(bar, '#', full);
  bar[BAR_COLUMNS] = '\0';
  if (state->failing > 0)
    snprintf(failing, sizeof failing, ", %lld failing", (long long)state->failing);
  if (done > 0 && done < state->total && state->elapsed_ms >= 1000) {
    snprintf(rate, sizeof rate, ", %.1f/s", (double)done * 1000 / (double)state->elapsed_ms);
    format_left(left, sizeof left, (state->total - done) * state->elapsed_ms / done / 1000);
  }
  snprintf(out, size, "[%s] %3lld %%  %lld of %lld%s%s%s", bar,
           (long long)((state->total > 0 ? done : 1) * 100 / total), (long long)done,
           (long long)state->total, failing, rate, left);
}

void progress_begin(progress *p, bool silent)
{
  p->terminal = isatty(STDERR_FILENO) == 1;
  p->silent = silent;
  p->began_ms = now_ms();
  p->told_ms = p->began_ms - LINE_EVERY_MS;
}

int64_t progress_elapsed_ms(const progress *p)
{
  return now_ms() - p->began_ms;
}

void progress_tell(progress *p, int64_t total, int64_t done, int64_t failing)
{
  char line[160];
  const progress_state state = {total, done, failing, progress_elapsed_ms(p)};
  if (p->silent || (!p->terminal && now_ms() - p->told_ms < LINE_EVERY_MS))
    return;
  p->told_ms = now_ms();
  progress_format(line, sizeof line, &state);
  if (p->terminal)
    fprintf(stderr, "\r%s\033[K", line);
  else
    fprintf(stderr, "%s\n", line);
  fflush(stderr);
}

void progress_end(progress *p)
{
  if (p->terminal && !p->silent)
    fputc('\n', stderr);
}

static void stop(int signal_number)
{
  (void)signal_number;
  stopped = 1;
}

void progress_catch_signals(void)
{
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = stop;
  sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
}

bool progress_pause(void)
{
  const struct timespec pause = {0, PAUSE_MS * 1000000L};
  if (!stopped)
    (void)nanosleep(&pause, NULL);
  return !stopped;
}
