/* SPDX-License-Identifier: MIT */
#include "updates.h"

#include <stdio.h>

/* Telegram allows 50 s; proxies on the way often cut at 30 s. */
#define POLL_TIMEOUT_S 25
#define TOKEN_FIRST_MS 60000
#define TOKEN_MOST_MS 900000

typedef struct poll {
  botd *b;
  qent_session *session;
  qent_bot *bot;
  qent_error store_error; /* why an update could not be stored */
  backoff trouble;
  bool alarmed; /* the admins know that the token is refused */
} poll;

/* An update that cannot be stored as it is (too large) is stored as an empty one: the offset has to
 * pass it, or it would come again for ever. */
static qent_status take_update(int64_t update_id, const char *json, size_t len, void *user)
{
  poll *p = user;
  qent_status st = qent_inbox_put(p->session, update_id, json, len, &p->store_error);
  if (st == QENT_EINVAL) {
    char empty[64];
    const int empty_len =
        snprintf(empty, sizeof empty, "{\"update_id\":%lld}", (long long)update_id);
    botd_log(QENT_LOG_WARN, "poller", "update %lld is left out: %s", (long long)update_id,
             p->store_error.message);
    qent_error_clear(&p->store_error);
    st = qent_inbox_put(p->session, update_id, empty, (size_t)empty_len, &p->store_error);
  }
  return st;
}

static qent_status poll_once(poll *p, qent_error *err)
{
  int64_t offset = 0;
  qent_status st = qent_inbox_offset(p->session, &offset, err);
  if (st != QENT_OK)
    return st;
  qent_error_clear(&p->store_error);
  st = qent_bot_get_updates(p->bot, offset, POLL_TIMEOUT_S, take_update, p, err);
  if (st != QENT_OK && p->store_error.status != QENT_OK)
    *err = p->store_error;
  return st;
}

/* What follows a failed poll. @return false: stopping. */
static bool after_failure(poll *p, qent_status st, const qent_error *err)
{
  switch ((int)st) {
  case QENT_ECANCELED:
    return false;
  case QENT_EAUTH:
    if (!p->alarmed)
      botd_alarm(p->session, "bot_token_refused", err->message);
    p->alarmed = true;
    return backoff_wait(p->b, &p->trouble, "poller", TOKEN_FIRST_MS, TOKEN_MOST_MS, err);
  case QENT_ECONFLICT:
    if (!backoff_wait(p->b, &p->trouble, "poller", 1000, 30000, err))
      return false;
    /* A webhook set since would keep us out for good; another poller is not touched by this. */
    return qent_bot_delete_webhook(p->bot, NULL) != QENT_ECANCELED;
  case QENT_ETIMEOUT:
    return backoff_wait(p->b, &p->trouble, "poller", 100, 30000, err);
  default:
    return backoff_wait(p->b, &p->trouble, "poller", 500, 30000, err);
  }
}

/* Polling and a webhook exclude each other. @return false: stopping. */
static bool remove_webhook(poll *p)
{
  for (;;) {
    qent_error err = QENT_ERROR_INIT;
    const qent_status st = qent_bot_delete_webhook(p->bot, &err);
    if (st == QENT_OK || st == QENT_EINVAL) {
      backoff_clear(&p->trouble, "poller");
      return true;
    }
    if (!after_failure(p, st, &err))
      return false;
  }
}

/* Updates stored before are handled first, and each poll's updates before the next poll: one thread
 * and one session do both. */
void poller_run(botd *b)
{
  poll p = {.b = b, .session = botd_open_session(b, "poller")};
  p.bot = p.session ? botd_open_bot(b, "poller") : NULL;
  inbox *in = p.bot ? inbox_new(b, p.session, p.bot) : NULL;
  bool go_on = in && inbox_drain(in) && remove_webhook(&p);
  while (go_on && inbox_drain(in)) {
    qent_error err = QENT_ERROR_INIT;
    const qent_status st = poll_once(&p, &err);
    if (st == QENT_OK) {
      backoff_clear(&p.trouble, "poller");
      p.alarmed = false;
      go_on = !pulse_stopping(&b->pulse);
    } else {
      go_on = after_failure(&p, st, &err);
    }
  }
  inbox_free(in);
  qent_bot_free(p.bot);
  qent_session_close(p.session);
}
