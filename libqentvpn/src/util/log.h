/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_LOG_H
#define QENT_UTIL_LOG_H
#include <qentvpn/context.h>
#include <qentvpn/ext/buf.h>

/* Where log lines go. Built once, then read-only and shared by threads. */
typedef struct qent__logger {
  qent_log_fn fn; /* NULL: nowhere */
  void *user;
  qent_log_level level; /* the most talkative level that still passes */
} qent__logger;

/* Would a line of this level be written? For skipping the work of building it. */
bool qent__log_enabled(const qent__logger *log, qent_log_level level);

/* Format, mask secrets, make it one line (control characters become blanks), pass on. Cut at 1 KiB.
 * NULL `log` is silent. Never fails, never allocates. @thread any */
void qent__log(const qent__logger *log, qent_log_level level, const char *module, const char *fmt,
               ...) QENT_PRINTF(4, 5);

/* Overwrite secrets in a text in place: YooKassa keys (live_..., test_..., sk_...), bot tokens
 * (digits:35 of [A-Za-z0-9_-]), values after "Bearer", "Basic", "tma", "password=", "token=",
 * "secret=", "hash=", and the user part of vless:// ss:// trojan:// vmess:// and other URLs. Each
 * becomes "***" (never longer than before). Returns the new length; keeps the NUL. */
size_t qent__mask_secrets(char *text, size_t len);

#endif
