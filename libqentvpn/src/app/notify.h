/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_NOTIFY_H
#define QENT_APP_NOTIFY_H

/* Queueing of notices; all inside a write transaction. */

#include "app/context.h"
#include <qentvpn/ext/json.h>

/* A notice being put together: key by format, then fields, then queue. */
struct qent__note {
  qent_notice notice;
  char key[128];
  qent_buf data;
  qent_json_writer json;
  bool inserted; /* by qent__note_queue(): the key was not there before */
};

void qent__note_begin(struct qent__note *note, qent_notice_kind kind, int64_t user_id,
                      const char *key_format, ...) QENT_PRINTF(4, 5);
void qent__note_int(struct qent__note *note, const char *field, int64_t value);
void qent__note_text(struct qent__note *note, const char *field, const char *text);
/* Insert unless the key is there. Disposes of `note` in every case. @param not_before  0 = now. */
qent_status qent__note_queue(qent_session *session, struct qent__note *note, int64_t not_before,
                             qent_error *err);

/* Cancel the pending notice with the key that the format makes. */
qent_status qent__note_cancel(qent_session *session, qent_error *err, const char *key_format, ...)
    QENT_PRINTF(3, 4);

/* Fills the fields of one admin's copy. */
typedef void (*qent__note_fill_fn)(struct qent__note *note, const void *arg);

/* The same notice to every admin who has started the bot; the key gets ":<telegram id>" behind. */
qent_status qent__note_admins(qent_session *session, qent_notice_kind kind, const char *key,
                              qent__note_fill_fn fill, const void *arg, qent_error *err);

/* qent_notice_alarm() inside a running transaction. */
qent_status qent__note_alarm(qent_session *session, const char *what, const char *detail,
                             qent_error *err);

#endif
