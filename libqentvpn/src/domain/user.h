/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_USER_H
#define QENT_DOMAIN_USER_H

#include <qentvpn/user.h>

struct qent_user {
  int64_t id;
  int64_t telegram_id;
  char *name;
  char *username;
  char language[3]; /* "ru" or "en" */
  bool reachable;
  int64_t created_at;
};

/* Bring `user` up to the profile; true when anything changed. Texts are cut to 128 bytes at a
 * character's border. @return QENT_EINVAL, QENT_ENOMEM. */
qent_status qent__user_merge(qent_user *user, const qent_user_profile *profile, bool *changed_out,
                             qent_error *err);

/* "ru" for Russian and the languages whose speakers mostly read it (be kk uk), else "en". */
const char *qent__user_language_for(const char *ietf_tag);

#endif
