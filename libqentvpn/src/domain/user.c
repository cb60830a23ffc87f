/* SPDX-License-Identifier: MIT */
#include "domain/user.h"
#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

#define TEXT_MAX_BYTES 128
#define TELEGRAM_ID_MAX ((INT64_C(1) << 52) - 1)

int64_t qent_user_id(const qent_user *user)
{
  return user->id;
}

int64_t qent_user_telegram_id(const qent_user *user)
{
  return user->telegram_id;
}

const char *qent_user_name(const qent_user *user)
{
  return user->name ? user->name : "";
}

const char *qent_user_username(const qent_user *user)
{
  return user->username ? user->username : "";
}

const char *qent_user_language(const qent_user *user)
{
  return user->language;
}

bool qent_user_reachable(const qent_user *user)
{
  return user->reachable;
}

int64_t qent_user_created_at(const qent_user *user)
{
  return user->created_at;
}

void qent_user_free(qent_user *user)
{
  if (!user)
    return;
  qent__free(user->name);
  qent__free(user->username);
  qent__free(user);
}

const char *qent__user_language_for(const char *ietf_tag)
{
  static const char *const russian[] = {"ru", "be", "kk", "uk"};
  char primary[3] = {0};

  if (!ietf_tag || !ietf_tag[0] || !ietf_tag[1] ||
      (ietf_tag[2] && ietf_tag[2] != '-' && ietf_tag[2] != '_'))
    return "en";
  primary[0] = qent__to_lower(ietf_tag[0]);
  primary[1] = qent__to_lower(ietf_tag[1]);
  for (size_t i = 0; i < sizeof russian / sizeof russian[0]; i++) {
    if (strcmp(primary, russian[i]) == 0)
      return "ru";
  }
  return "en";
}

/* Longest prefix of whole characters within the limit. */
static size_t cut_length(const char *text)
{
  size_t len = strlen(text);
  size_t used = 0;

  while (used < len) {
    size_t step = qent__utf8_next(text + used, len - used, NULL);
    if (!step || used + step > TEXT_MAX_BYTES)
      break;
    used += step;
  }
  return used;
}

static qent_status merge_text(char **field, const char *text, bool *changed, qent_error *err)
{
  size_t len = cut_length(text);
  char *copy;

  if (*field && strlen(*field) == len && memcmp(*field, text, len) == 0)
    return QENT_OK;
  copy = qent__strndup(text, len);
  if (!copy)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__free(*field);
  *field = copy;
  *changed = true;
  return QENT_OK;
}

static qent_status check_text(const char *text, const char *field, qent_error *err)
{
  if (text && !qent__utf8_valid(text, strlen(text)))
    return qent_fail(err, QENT_EINVAL, "%s is not valid UTF-8", field);
  return QENT_OK;
}

qent_status qent__user_merge(qent_user *user, const qent_user_profile *profile, bool *changed_out,
                             qent_error *err)
{
  bool changed = false;
  qent_status st;

  if (profile->telegram_id < 1 || profile->telegram_id > TELEGRAM_ID_MAX)
    return qent_fail(err, QENT_EINVAL, "telegram_id must be in 1..2^52-1");
  st = check_text(profile->name, "name", err);
  if (st == QENT_OK)
    st = check_text(profile->username, "username", err);
  if (st == QENT_OK && ((profile->name && *profile->name) || !user->name))
    st = merge_text(&user->name, profile->name ? profile->name : "", &changed, err);
  if (st == QENT_OK && (profile->username || !user->username))
    st = merge_text(&user->username, profile->username ? profile->username : "", &changed, err);
  if (st != QENT_OK)
    return st;
  if (!user->language[0])
    (void)qent__copy_text(user->language, sizeof user->language,
                          qent__user_language_for(profile->language), 2);
  if (user->telegram_id != profile->telegram_id || !user->reachable)
    changed = true;
  user->telegram_id = profile->telegram_id;
  user->reachable = true;
  *changed_out = changed;
  return QENT_OK;
}
