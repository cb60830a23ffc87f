/* SPDX-License-Identifier: MIT */
#include "app/tell_keys.h"
#include "app/entitle.h"
#include "app/notify.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

/* An app that fetched the link this lately fetches it again by itself. */
#define LINK_IN_USE_S (3 * 86400)

/* Keys older than this have been told of. The notice that says so is cleaned up some day, and must
 * not be written again then. */
#define NEW_KEYS_S (60 * 86400)

static bool keys_are_new(qent_session *session, const qent_subscription *sub)
{
  int64_t since = sub->rotated_at > sub->created_at ? sub->rotated_at : sub->created_at;

  return qent__session_now(session) - since < NEW_KEYS_S;
}

static qent_status tell_first(qent_session *session, const qent_subscription *sub,
                              const qent_account *account, bool *told_out, qent_error *err)
{
  struct qent__note note;
  qent_status st;

  qent__note_begin(&note, QENT_NOTICE_KEYS, sub->user_id, "keys:%" PRId64 ":%d", sub->id,
                   account->applied_keys_rev);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_int(&note, "keys_revision", account->applied_keys_rev);
  st = qent__note_queue(session, &note, 0, err);
  *told_out = note.inserted;
  if (st != QENT_OK)
    return st;
  qent__note_begin(&note, QENT_NOTICE_KEYS_QR, sub->user_id, "keys_qr:%" PRId64 ":%d", sub->id,
                   account->applied_keys_rev);
  qent__note_int(&note, "subscription", sub->id);
  st = qent__note_queue(session, &note, 0, err);
  return st == QENT_OK ? qent__note_cancel(session, err, "payment_wait:%" PRId64, sub->id) : st;
}

/* Has the buyer keys that go on working? */
static bool others_work(const struct qent__pool *pool, const qent_account *account,
                        const qent_subscription *sub)
{
  for (size_t i = 0; i < pool->count; i++) {
    const qent_account *other = pool->seats[i].account;
    if (other->id != account->id && other->links && other->placed_at <= account->placed_at &&
        qent__seat_serves(&pool->seats[i], sub->node_group))
      return true;
  }
  return false;
}

/* After a rotation it is another link. */
static bool fetches_link(const qent_subscription *sub, const qent_account *account)
{
  return sub->link_read_at > sub->rotated_at &&
         sub->link_read_at >= account->placed_at - LINK_IN_USE_S;
}

static bool asked_for(const qent_subscription *sub, const qent_account *account)
{
  return sub->moved_at > 0 && sub->moved_at == account->placed_at;
}

static qent_status tell_move(qent_session *session, const qent_subscription *sub,
                             const qent_account *account, bool *told_out, qent_error *err)
{
  struct qent__pool pool = {.count = 0};
  struct qent__note note;
  qent_status st = qent__pool_load(session, sub, &pool, err);

  if (st != QENT_OK)
    return st;
  if (asked_for(sub, account) ||
      !(fetches_link(sub, account) || others_work(&pool, account, sub))) {
    const qent_node *node = qent__pool_node(&pool, account->node_id);
    qent__note_begin(&note, QENT_NOTICE_MOVED, sub->user_id,
                     "moved:%" PRId64 ":%" PRId64 ":%" PRId64, sub->id, account->id,
                     account->placed_at);
    qent__note_int(&note, "subscription", sub->id);
    qent__note_text(&note, "node", node ? qent_node_title(node) : account->node_name);
    qent__note_int(&note, "why",
                   account->standing == QENT__STANDING_TWIN ? QENT_MOVED_NODE_DOWN
                                                            : QENT_MOVED_ASKED);
    st = qent__note_queue(session, &note, 0, err);
    *told_out = note.inserted;
  }
  qent__pool_dispose(&pool);
  return st;
}

/* The seat that serves and came last. */
static const struct qent__seat *newest(const struct qent__pool *pool, const char *node_group)
{
  const struct qent__seat *seat = NULL;

  for (size_t i = 0; i < pool->count; i++) {
    if (qent__seat_serves(&pool->seats[i], node_group) &&
        (!seat || pool->seats[i].account->placed_at > seat->account->placed_at))
      seat = &pool->seats[i];
  }
  return seat;
}

qent_status qent__tell_return(qent_session *session, const qent_subscription *sub,
                              const struct qent__pool *pool, const qent_account *account,
                              qent_error *err)
{
  const struct qent__seat *seat = newest(pool, sub->node_group);
  struct qent__note note;

  /* Of a subscription that has ended all keys have. */
  if (qent_subscription_get_state(sub, qent__session_now(session)) != QENT_SUBSCRIPTION_ACTIVE ||
      !account->links || !seat || seat->account->placed_at >= account->placed_at ||
      fetches_link(sub, account))
    return QENT_OK;
  qent__note_begin(&note, QENT_NOTICE_MOVED, sub->user_id,
                   "moved_back:%" PRId64 ":%" PRId64 ":%" PRId64, sub->id, account->id,
                   account->placed_at);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_text(&note, "node", qent_node_title(seat->node));
  qent__note_int(&note, "why", QENT_MOVED_BACK);
  return qent__note_queue(session, &note, 0, err);
}

struct file {
  const char *at; /* NULL: none */
  size_t len;
};

/* The file among the links of an account, without its shown name. */
static struct file file_among(const char *links)
{
  struct file file = {NULL, 0};

  for (const char *line = links; line && *line; line += *line == '\n') {
    if (qent__starts_with(line, "awg://"))
      return (struct file){line, strcspn(line, "#\n")};
    line += strcspn(line, "\n");
  }
  return file;
}

static bool has_new_file(const qent_account *account, const qent_account *before)
{
  struct file now = file_among(account->links);
  struct file then = file_among(before->links);

  return now.at && (!then.at || now.len != then.len || memcmp(now.at, then.at, now.len) != 0);
}

static qent_status give_file(qent_session *session, const qent_subscription *sub,
                             const qent_account *account, qent_error *err)
{
  struct qent__note note;

  qent__note_begin(&note, QENT_NOTICE_KEYS_FILE, sub->user_id,
                   "keys_file:%" PRId64 ":%" PRId64 ":%" PRId64 ":%" PRId64, sub->id, account->id,
                   account->placed_at, account->applied_rev);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_text(&note, "node", account->node_name);
  return qent__note_queue(session, &note, 0, err);
}

static qent_status tell(qent_session *session, const qent_subscription *sub,
                        const qent_account *account, const qent_account *before, qent_error *err)
{
  bool told = false;
  bool file;
  qent_status st = QENT_OK;

  if (keys_are_new(session, sub))
    st = tell_first(session, sub, account, &told, err);
  if (st == QENT_OK && !before->links && !told)
    st = tell_move(session, sub, account, &told, err);
  file = told ? file_among(account->links).at != NULL
              : has_new_file(account, before) && !fetches_link(sub, account);
  return st == QENT_OK && file ? give_file(session, sub, account, err) : st;
}

/* Keys of a subscription that has ended meanwhile, as by a refund, are told when it goes on. */
qent_status qent__tell_keys(qent_session *session, const qent_account *account,
                            const qent_account *before, qent_error *err)
{
  qent_subscription *sub = NULL;
  qent_status st =
      qent__store_sub_by_id(qent__session_store(session), 0, account->subscription_id, &sub, err);

  if (st == QENT_OK &&
      qent_subscription_get_state(sub, qent__session_now(session)) == QENT_SUBSCRIPTION_ACTIVE)
    st = tell(session, sub, account, before, err);
  qent_subscription_free(sub);
  return st;
}

qent_status qent__let_leave(qent_session *session, const qent_account *account, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  struct qent__accounts accounts = {NULL, 0};
  bool waits = false;
  qent_status st = qent__store_accounts_of_sub(store, account->subscription_id, &accounts, err);

  for (size_t i = 0; st == QENT_OK && i < accounts.count; i++) {
    const qent_account *other = accounts.items[i];
    waits = waits || (other->wanted.present && (other->standing == QENT__STANDING_LEAVING ||
                                                (other->standing == QENT__STANDING_TWIN &&
                                                 account->standing == QENT__STANDING_HOME)));
  }
  qent__accounts_dispose(&accounts);
  return st == QENT_OK && waits ? qent__place_anew(session, account->subscription_id, err) : st;
}
