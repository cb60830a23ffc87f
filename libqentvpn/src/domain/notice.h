/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_NOTICE_H
#define QENT_DOMAIN_NOTICE_H

#include <qentvpn/notice.h>

struct cJSON;

struct qent_notice {
  int64_t id;
  char *key;
  int64_t user_id;
  int64_t telegram_id; /* of the user; filled by the store's reads */
  char language[3];    /* of the user, now */
  qent_notice_kind kind;
  int32_t priority; /* 0 money and keys and answers, 5 reminders, 9 broadcasts */
  char *data;       /* JSON object of numbers and texts */
  qent_notice_state state;
  int64_t not_before;
  int64_t lease_until;
  int32_t attempts;
  char *last_error;
  int64_t created_at;
  int64_t sent_at;
  struct cJSON *fields; /* parsed `data`; see qent__notice_parse() */
};

/* Make the data fields readable; the store calls it for each notice it reads. Damaged data reads as
 * no data. */
void qent__notice_parse(qent_notice *notice);

int32_t qent__notice_priority(qent_notice_kind kind);

/* Does it still matter when its reader comes back after a while? Keys, moves and refunds do; an
 * answer or a reminder does not. */
bool qent__notice_keeps(qent_notice_kind kind);

#endif
