/* SPDX-License-Identifier: MIT */
/* Once a day everything is compared, and the admins hear of it when something is off. */
#include "app/notify.h"
#include "app/reconcile.h"
#include "app/tx.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <string.h>

#define DAY_S 86400
#define PAYMENT_DAYS 3
#define KINDS (QENT_DRIFT_NOT_COMPARED + 1)
#define NAMED_MAX 5
#define NAMES_MAX_BYTES 1400
#define CLAIM_NAME "reconcile_nightly"
#define ORPHANS_NAME "reconcile_orphans"

struct night {
  int64_t slot;   /* when this night's run was due */
  int64_t before; /* the slot claimed last */
  bool claimed;
  int64_t orphans; /* counted the night before */
  int64_t counts[KINDS];
  int named;
  qent_buf names; /* the first few, a line each */
  qent_buf text;
};

/* The hour's last time that is not in the future. */
static int64_t last_slot(int64_t now, int64_t hour)
{
  int64_t slot = qent__day_start(now) + hour * 3600;

  return slot > now ? slot - DAY_S : slot;
}

static qent_status claim_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct night *night = arg;
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_status st = qent__store_counter_read(store, CLAIM_NAME, &night->before, err);

  if (st == QENT_ENOTFOUND) /* a fresh database has no night behind it */
    return qent__store_counter_write(store, CLAIM_NAME, night->slot, err);
  if (st != QENT_OK)
    return st;
  if (night->before >= night->slot && night->before <= now + DAY_S)
    return QENT_OK;
  night->claimed = true;
  return qent__store_counter_write(store, CLAIM_NAME, night->slot, err);
}

/* Somebody else, or the next start, shall do it. */
static qent_status give_back_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct night *night = arg;

  return qent__store_counter_write(qent__session_store(session), CLAIM_NAME, night->slot - DAY_S,
                                   err);
}

/* Is this night's run still to be done? Costs one read when it is not. */
static qent_status claim(qent_session *session, struct night *night, qent_error *err)
{
  int64_t now = qent__session_now(session);
  qent_status st =
      qent__store_counter_read(qent__session_store(session), CLAIM_NAME, &night->before, err);

  if (st == QENT_OK && night->before >= night->slot && night->before <= now + DAY_S)
    return QENT_OK;
  return st == QENT_OK || st == QENT_ENOTFOUND ? qent__tx(session, claim_in_tx, night, err) : st;
}

static bool count(const qent_drift_item *item, void *user)
{
  struct night *night = user;

  if (item->kind != QENT_DRIFT_NOT_COMPARED && !qent_drift_matters(item))
    return true;
  if ((size_t)item->kind < KINDS)
    night->counts[item->kind]++;
  if (item->kind == QENT_DRIFT_ORPHAN || item->kind == QENT_DRIFT_NOT_COMPARED ||
      night->named == NAMED_MAX)
    return true;
  night->named++;
  qent_buf_addf(&night->names, "\n%s", qent_drift_name(item->kind));
  if (*item->where)
    qent_buf_addf(&night->names, " %.32s", item->where);
  if (*item->key)
    qent_buf_addf(&night->names, " %.64s", item->key);
  if (item->subscription_id)
    qent_buf_addf(&night->names, " subscription %" PRId64, item->subscription_id);
  qent_buf_addf(&night->names, ": %.80s", item->detail);
  return true;
}

/* A panel may serve others too: what nobody knows is news only when there is more of it. */
static bool is_off(const struct night *night)
{
  for (size_t i = 0; i < KINDS; i++) {
    if (i != QENT_DRIFT_ORPHAN && i != QENT_DRIFT_NOT_COMPARED && night->counts[i] > 0)
      return true;
  }
  return night->counts[QENT_DRIFT_ORPHAN] > night->orphans;
}

static void write_text(struct night *night)
{
  const char *joint = "";

  for (size_t i = 0; i < KINDS; i++) {
    if (night->counts[i] == 0)
      continue;
    qent_buf_addf(&night->text, "%s%" PRId64 " %s", joint, night->counts[i],
                  qent_drift_name((qent_drift)i));
    joint = ", ";
  }
  qent_buf_addc(&night->text, '.');
  qent_buf_add(&night->text, night->names.data, night->names.len);
  qent_buf_adds(&night->text, "\nAll of it: qentctl reconcile");
}

static qent_status report_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct night *night = arg;
  qent__store *store = qent__session_store(session);
  qent_status st = qent__store_counter_read(store, ORPHANS_NAME, &night->orphans, err);

  if (st != QENT_OK && st != QENT_ENOTFOUND)
    return st;
  st = qent__store_counter_write(store, ORPHANS_NAME, night->counts[QENT_DRIFT_ORPHAN], err);
  if (st != QENT_OK || !is_off(night))
    return st;
  write_text(night);
  st = qent_buf_status(&night->text, err);
  return st == QENT_OK ? qent__note_alarm(session, "reconcile", night->text.data, err) : st;
}

static bool ends_all(qent_status st)
{
  return st == QENT_ECANCELED || st == QENT_ESTORE || st == QENT_ENOMEM;
}

static qent_status compare(qent_session *session, struct night *night, qent_error *err)
{
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  qent_error cause = QENT_ERROR_INIT;
  qent_status st;

  options.payment_days = PAYMENT_DAYS;
  st = qent_reconcile(session, &options, count, night, &cause);
  if (ends_all(st)) {
    (void)qent__tx(session, give_back_in_tx, night, NULL);
    return qent_fail(err, st, "%s", cause.message);
  }
  return qent__tx(session, report_in_tx, night, err);
}

qent_status qent_reconcile_nightly(qent_session *session, int32_t max, int32_t *done_out,
                                   qent_error *err)
{
  struct night night = {.claimed = false};
  int64_t hour;
  qent_status st;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "the nightly run needs a session and a maximum");
  hour = qent_settings_get_int(qent_ctx_settings(qent_session_ctx(session)), "QENT_RECONCILE_HOUR");
  night.slot = last_slot(qent__session_now(session), hour);
  st = hour < 0 ? QENT_OK : claim(session, &night, err);
  if (st == QENT_OK && night.claimed) {
    qent_buf_init(&night.names, NAMES_MAX_BYTES);
    qent_buf_init(&night.text, NAMES_MAX_BYTES + 512);
    st = compare(session, &night, err);
    qent_buf_dispose(&night.names);
    qent_buf_dispose(&night.text);
  }
  if (st == QENT_OK && done_out)
    *done_out = night.claimed ? 1 : 0;
  return st;
}
