/* SPDX-License-Identifier: MIT */
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/secret.h"
#include "util/text.h"
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#define REFUSED_PAUSE_S INT64_C(900)

struct qent_panel_share {
  qent_clock_fn clock;
  void *clock_user;
  pthread_mutex_t panel; /* qent_panel_share_lock() */
  pthread_mutex_t login; /* held while a thread logs in; taken before `mutex` */
  pthread_mutex_t mutex; /* guards what follows; held for moments */
  qent__secret token;
  uint64_t logins;       /* logins tried */
  qent_error last;       /* how the last one ended */
  int64_t refused_until; /* no login before this time; 0 = free */
};

static int64_t system_clock(void *user)
{
  (void)user;
  return (int64_t)time(NULL);
}

qent_status qent__panel_share_new(qent_clock_fn clock, void *clock_user,
                                  qent_panel_share **share_out, qent_error *err)
{
  qent_panel_share *share = qent__calloc(1, sizeof *share);

  if (!share)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  share->clock = clock ? clock : system_clock;
  share->clock_user = clock_user;
  share->last = (qent_error)QENT_ERROR_INIT;
  if (pthread_mutex_init(&share->panel, NULL) != 0)
    goto no_panel;
  if (pthread_mutex_init(&share->login, NULL) != 0)
    goto no_login;
  if (pthread_mutex_init(&share->mutex, NULL) != 0)
    goto no_mutex;
  *share_out = share;
  return QENT_OK;

no_mutex:
  (void)pthread_mutex_destroy(&share->login);
no_login:
  (void)pthread_mutex_destroy(&share->panel);
no_panel:
  qent__free(share);
  return qent_fail(err, QENT_ENOMEM, "out of memory");
}

void qent__panel_share_free(qent_panel_share *share)
{
  if (!share)
    return;
  qent__secret_dispose(&share->token);
  (void)pthread_mutex_destroy(&share->mutex);
  (void)pthread_mutex_destroy(&share->login);
  (void)pthread_mutex_destroy(&share->panel);
  qent__free(share);
}

/* With `mutex` held. */
static qent_status copy_token(const qent_panel_share *share, char *token_out, size_t size,
                              qent_error *err)
{
  if (!qent__copy_text(token_out, size, qent__secret_text(&share->token), share->token.len))
    return qent_fail(err, QENT_EINVAL, "the login token needs %zu bytes", share->token.len + 1);
  return QENT_OK;
}

qent_status qent_panel_share_token(qent_panel_share *share, char *token_out, size_t size,
                                   qent_error *err)
{
  qent_status st;

  if (!share || !token_out || size == 0)
    return qent_fail(err, QENT_EINVAL, "a login token needs a share and an output");
  pthread_mutex_lock(&share->mutex);
  st = copy_token(share, token_out, size, err);
  pthread_mutex_unlock(&share->mutex);
  return st;
}

/* Is there something to answer with instead of a login? `seen` is the count of logins when the
 * caller came; a later failed one counts for it too, or waiting threads would each try in turn. */
static bool settled(qent_panel_share *share, const char *stale, uint64_t seen, char *token_out,
                    size_t size, qent_status *st_out, qent_error *err)
{
  bool done = true;
  int64_t now = share->clock(share->clock_user);

  pthread_mutex_lock(&share->mutex);
  if (share->token.len > 0 && strcmp(qent__secret_text(&share->token), stale) != 0) {
    *st_out = copy_token(share, token_out, size, err);
  } else if (share->logins != seen && share->last.status != QENT_OK) {
    *st_out = share->last.status;
    if (err)
      *err = share->last;
  } else if (now < share->refused_until && share->refused_until - now <= REFUSED_PAUSE_S) {
    int64_t left = share->refused_until - now;
    *st_out = qent_fail(err, QENT_EAUTH,
                        "the panel refused the last login; the next try is in %" PRId64 " s", left);
    if (err)
      err->retry_after_ms = left * 1000;
  } else {
    done = false;
  }
  pthread_mutex_unlock(&share->mutex);
  return done;
}

static qent_status store(qent_panel_share *share, qent_status st, const char *token,
                         qent_error *last, qent_error *err)
{
  int64_t now = share->clock(share->clock_user);

  if (st == QENT_OK && !*token)
    st = qent_fail(last, QENT_EPROTO, "the login gave an empty token");
  pthread_mutex_lock(&share->mutex);
  if (st == QENT_OK)
    st = qent__secret_set(&share->token, token, strlen(token), last);
  share->logins++;
  share->refused_until = st == QENT_EAUTH ? now + REFUSED_PAUSE_S : 0;
  if (st == QENT_EAUTH)
    last->retry_after_ms = REFUSED_PAUSE_S * 1000;
  last->status = st;
  share->last = *last;
  pthread_mutex_unlock(&share->mutex);
  if (st != QENT_OK && err)
    *err = *last;
  return st;
}

qent_status qent_panel_share_renew(qent_panel_share *share, const char *stale,
                                   qent_panel_login_fn login, void *user, char *token_out,
                                   size_t size, qent_error *err)
{
  qent_error last = QENT_ERROR_INIT;
  qent_status st = QENT_OK;
  uint64_t seen;

  if (!share || !stale || !login || !token_out || size == 0)
    return qent_fail(err, QENT_EINVAL, "a login needs a share, a function and an output");
  pthread_mutex_lock(&share->mutex);
  seen = share->logins;
  pthread_mutex_unlock(&share->mutex);

  pthread_mutex_lock(&share->login);
  if (!settled(share, stale, seen, token_out, size, &st, err)) {
    token_out[0] = '\0';
    st = login(token_out, size, user, &last);
    st = store(share, st, token_out, &last, err);
    if (st != QENT_OK)
      qent__wipe(token_out, size);
  }
  pthread_mutex_unlock(&share->login);
  return st;
}

void qent__panel_share_answered(qent_panel_share *share, int64_t at)
{
  pthread_mutex_lock(&share->mutex);
  if (at > share->refused_until - REFUSED_PAUSE_S)
    share->refused_until = 0;
  pthread_mutex_unlock(&share->mutex);
}

int64_t qent_panel_share_now(const qent_panel_share *share)
{
  return share->clock(share->clock_user);
}

void qent_panel_share_lock(qent_panel_share *share)
{
  pthread_mutex_lock(&share->panel);
}

void qent_panel_share_unlock(qent_panel_share *share)
{
  pthread_mutex_unlock(&share->panel);
}
