/* SPDX-License-Identifier: MIT */
#include "gateway/xui_private.h"
#include <string.h>

/* Most rounds of looking and acting: make, complete, reset, change, and one look more. */
#define ROUNDS 6
/* So often may somebody else have been faster. */
#define MISSES 2

void qent__xui_account_dispose(struct qent__xui_account *account)
{
  qent__xui_inbounds_dispose(&account->inbounds);
  cJSON_Delete(account->root);
  *account = (struct qent__xui_account){.count = 0};
}

const struct qent__xui_verbs *qent__xui_verbs(const qent__xui *xui)
{
  return xui->api == QENT__XUI_C ? &qent__xui_clients : &qent__xui_pairs;
}

static bool is_wanted(const struct qent__xui_record *r, const qent_account_spec *spec, int64_t now)
{
  return qent__xui_record_enabled(r, now) == spec->enabled &&
         qent__xui_seconds(r->expiry_ms) == spec->expires_at && r->expiry_ms >= 0 &&
         r->total_bytes == spec->traffic_limit_bytes && r->ip_limit == spec->device_limit &&
         qent__xui_record_enforced(r, now);
}

/* The credentials that a part's protocol uses. `method` is of its Shadowsocks inbound. */
static bool has_password(const struct qent__xui_record *r, const char *method,
                         const qent_account_spec *spec, bool *out, qent_error *err)
{
  qent_buf wanted;

  qent_buf_init(&wanted, QENT__XUI_BODY_MAX);
  if (qent__xui_password(method, spec->password, &wanted, err) != QENT_OK) {
    qent_buf_dispose(&wanted);
    return false;
  }
  *out = strcmp(r->password, wanted.data) == 0;
  qent_buf_dispose(&wanted);
  return true;
}

static bool uses(const qent__xui *xui, const struct qent__xui_account *account, size_t part,
                 enum qent__xui_protocol p)
{
  const struct qent__xui_inbound *in = account->parts[part].inbound;

  if (in)
    return strcmp(in->protocol, qent__xui_protocol_names[p]) == 0;
  return account->has[p] && xui->offer.target[p].id > 0;
}

static qent_status keys_match(const qent__xui *xui, const struct qent__xui_account *account,
                              const struct qent__xui_wish *wish, bool *out, qent_error *err)
{
  bool match = true;

  for (size_t i = 0; match && i < account->count; i++) {
    const struct qent__xui_part *part = &account->parts[i];
    const char *method =
        part->inbound ? part->inbound->method : xui->offer.target[QENT__XUI_SHADOWSOCKS].method;
    match = part->inbound || strcmp(part->record.sub_id, wish->sub_id) == 0;
    if (match && uses(xui, account, i, QENT__XUI_VLESS))
      match = strcmp(part->record.uuid, wish->spec->uuid) == 0;
    if (match && uses(xui, account, i, QENT__XUI_SHADOWSOCKS) &&
        !has_password(&part->record, method, wish->spec, &match, err))
      return QENT_ENOMEM;
  }
  *out = match;
  return QENT_OK;
}

static bool lacks_a_part(const qent__xui *xui, const struct qent__xui_account *account)
{
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++)
    if (xui->offer.target[p].id > 0 && !account->has[p])
      return true;
  return false;
}

static int64_t used_by(const struct qent__xui_account *account)
{
  int64_t used = 0;

  for (size_t i = 0; i < account->count; i++)
    if (account->parts[i].record.used_bytes > used)
      used = account->parts[i].record.used_bytes;
  return used;
}

enum step { DONE, MAKE, RESET, CHANGE };

/* What stands between the account and the wish. An account that was there before and is not of our
 * making keeps the inbounds that it has; one of ours is completed: making takes several calls. */
static qent_status next_step(qent__xui *xui, const struct qent__xui_wish *wish, bool fresh,
                             const struct qent__xui_account *account, enum step *step_out,
                             qent_error *err)
{
  int64_t now = qent_panel_share_now(xui->config.share);
  bool match = true;
  qent_status st;

  if (account->count == 0 || wish->keys) {
    st = qent__xui_check_offer(xui, err);
    if (st != QENT_OK)
      return st;
  }
  *step_out = MAKE;
  if (account->count == 0)
    return QENT_OK;
  if ((wish->keys || strcmp(account->parts[0].record.sub_id, wish->sub_id) == 0) &&
      lacks_a_part(xui, account))
    return QENT_OK;
  *step_out = RESET;
  if (fresh && used_by(account) > 0)
    return QENT_OK;
  *step_out = CHANGE;
  for (size_t i = 0; i < account->count; i++)
    if (!is_wanted(&account->parts[i].record, wish->spec, now))
      return QENT_OK;
  st = wish->keys ? keys_match(xui, account, wish, &match, err) : QENT_OK;
  if (match)
    *step_out = DONE;
  return st;
}

static qent_status act(qent__xui *xui, enum step step, const struct qent__xui_wish *wish,
                       const struct qent__xui_account *account, qent_error *err)
{
  const struct qent__xui_verbs *verbs = qent__xui_verbs(xui);

  if (step == MAKE)
    return verbs->make(xui, wish, account, err);
  if (step == RESET)
    return verbs->reset(xui, account, err);
  return verbs->change(xui, wish, account, err);
}

/* Failures after which looking again is of no use: time is up, or nothing was done. */
static bool ends_verb(qent_status st)
{
  return st == QENT_ETIMEOUT || st == QENT_ECANCELED || st == QENT_ENOMEM || st == QENT_EAUTH;
}

/* Something was changed, or may have been, and the panel does not tell. */
static qent_status unknown(qent_status st, qent_error *err)
{
  if (st == QENT_ECANCELED || st == QENT_ENOMEM || st == QENT_EAUTH)
    return st;
  if (err)
    err->status = QENT_ETIMEOUT;
  return QENT_ETIMEOUT;
}

/* Look and act until the panel shows the account as wished. An act is never believed: it may be
 * half done, or say that it is done when it is not. */
static qent_status converge(qent__xui *xui, struct qent__xui_wish *wish,
                            struct qent__xui_account *account, qent_error *err)
{
  qent_error act_err = QENT_ERROR_INIT;
  qent_status acted = QENT_OK;
  bool fresh = false;
  int misses = 0;

  for (int round = 0; round < ROUNDS; round++) {
    enum step step = DONE;
    qent_status st;
    qent__xui_account_dispose(account);
    st = qent__xui_verbs(xui)->look(xui, wish->spec->key, true, account, err);
    if (st != QENT_OK)
      return round > 0 && st != QENT_EPROTO ? unknown(st, err) : st;
    st = next_step(xui, wish, fresh, account, &step, err);
    if (st != QENT_OK || step == DONE)
      return st;
    if (acted != QENT_OK && acted != QENT_ECONFLICT && acted != QENT_ENOTFOUND)
      break;
    if (acted != QENT_OK && ++misses == MISSES)
      break;
    fresh = fresh || account->count == 0;
    wish->keys = wish->keys || fresh;
    acted = act(xui, step, wish, account, &act_err);
    if (ends_verb(acted))
      break;
  }
  if (acted == QENT_OK)
    return qent_fail(err, QENT_EPROTO, "the panel accepted the change and shows other values");
  if (acted == QENT_ENOTFOUND)
    acted = act_err.status = QENT_ECONFLICT; /* others keep taking it away */
  if (err)
    *err = act_err;
  return acted;
}

/* Hand over the account with its links. */
static qent_status show(qent__xui *xui, const struct qent__xui_account *account,
                        qent_account_view *view_out, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = qent__xui_view(account->parts, account->count,
                                  qent_panel_share_now(xui->config.share), &view, err);

  if (st == QENT_OK)
    st = qent__xui_verbs(xui)->links(xui, account, &view, err);
  if (st == QENT_OK)
    *view_out = view;
  else
    qent_account_view_dispose(&view);
  return st;
}

/* Panels replace whole records and, before 3.1, whole inbounds: reading and writing stay together.
 */
qent_status qent__xui_ensure(qent__xui *xui, const qent_account_spec *spec, bool with_keys,
                             qent_account_view *view_out, qent_error *err)
{
  struct qent__xui_wish wish = {.spec = spec, .keys = with_keys};
  struct qent__xui_account account = {.count = 0};
  qent_status st = qent__xui_need_api(xui, err);

  if (st == QENT_OK)
    st = qent__xui_sub_id(spec, wish.sub_id, err);
  if (st != QENT_OK)
    return st;
  qent_panel_share_lock(xui->config.share);
  st = converge(xui, &wish, &account, err);
  qent_panel_share_unlock(xui->config.share);
  if (st == QENT_OK)
    st = show(xui, &account, view_out, err);
  else
    xui->offer.known = false; /* the panel's inbounds may have changed under us */
  if (st == QENT_OK && view_out->enabled && view_out->link_count == 0)
    st = qent_fail(err, QENT_EPROTO, "the panel gives no link: is the account on any inbound?");
  qent__xui_account_dispose(&account);
  return st;
}

qent_status qent__xui_fetch(qent__xui *xui, const char *key, qent_account_view *view_out,
                            qent_error *err)
{
  struct qent__xui_account account = {.count = 0};
  qent_status st = qent__xui_need_api(xui, err);

  if (st == QENT_OK)
    st = qent__xui_verbs(xui)->look(xui, key, false, &account, err);
  if (st == QENT_OK && account.count == 0)
    st = qent_fail(err, QENT_ENOTFOUND, "no such account on the panel");
  if (st == QENT_OK)
    st = qent__xui_verbs(xui)->seen(xui, &account, err);
  if (st == QENT_OK)
    st = show(xui, &account, view_out, err);
  qent__xui_account_dispose(&account);
  return st;
}

static qent_status take_away(qent__xui *xui, const char *key, qent_error *err)
{
  struct qent__xui_account account = {.count = 0};
  qent_error act_err = QENT_ERROR_INIT;
  qent_status acted = QENT_OK;
  qent_status st = QENT_OK;
  int misses = 0;

  for (int round = 0; round < ROUNDS; round++) {
    qent__xui_account_dispose(&account);
    st = qent__xui_verbs(xui)->look(xui, key, false, &account, err);
    if (st != QENT_OK) {
      st = round > 0 && st != QENT_EPROTO ? unknown(st, err) : st;
      goto out;
    }
    if (account.count == 0)
      goto out;
    if (acted != QENT_OK && acted != QENT_ENOTFOUND && acted != QENT_ECONFLICT)
      break;
    if (acted != QENT_OK && ++misses == MISSES)
      break;
    acted = qent__xui_verbs(xui)->drop(xui, &account, &act_err);
    if (ends_verb(acted))
      break;
  }
  st = acted;
  if (st == QENT_OK || st == QENT_ENOTFOUND)
    st =
        qent_fail(&act_err, QENT_EPROTO, "the panel says that it removed the account and shows it");
  if (err)
    *err = act_err;
out:
  qent__xui_account_dispose(&account);
  return st;
}

qent_status qent__xui_remove(qent__xui *xui, const char *key, qent_error *err)
{
  qent_status st = qent__xui_need_api(xui, err);

  if (st != QENT_OK)
    return st;
  qent_panel_share_lock(xui->config.share);
  st = take_away(xui, key, err);
  qent_panel_share_unlock(xui->config.share);
  return st;
}
