/* SPDX-License-Identifier: MIT */
#include "app/place.h"
#include "util/alloc.h"
#include "util/base64.h"
#include "util/random.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>

qent_status qent__account_new_keys(qent_account *account, qent_error *err)
{
  uint8_t bytes[32];
  qent_buf text;
  qent_status st = qent__random_uuid(account->uuid, err);

  if (st == QENT_OK)
    st = qent__random_bytes(bytes, sizeof bytes, err);
  if (st != QENT_OK)
    return st;
  qent_buf_init(&text, sizeof account->password - 1);
  qent__base64_encode(&text, bytes, sizeof bytes, QENT__BASE64_STD);
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    (void)qent__copy_text(account->password, sizeof account->password, text.data, text.len);
  qent_buf_dispose(&text);
  return st;
}

/* The account's name on its panel: of the alphabet every panel takes, not to be guessed. */
static qent_status make_key(qent_account *account, qent_error *err)
{
  char tail[9];
  qent_status st = qent__random_base32(tail, sizeof tail - 1, err);

  if (st == QENT_OK)
    (void)snprintf(account->key, sizeof account->key, "q%" PRId64 "_%s", account->subscription_id,
                   tail);
  return st;
}

static qent_status make_account(qent_session *session, const qent_subscription *sub,
                                int64_t node_id, enum qent__standing standing, qent_error *err)
{
  int64_t now = qent__session_now(session);
  qent_account account = {.subscription_id = sub->id,
                          .node_id = node_id,
                          .standing = standing,
                          .placed_at = now,
                          .wanted_rev = 1,
                          .next_attempt_at = now};
  qent_status st;

  account.wanted = qent__account_wanted(sub, 0, now);
  st = make_key(&account, err);
  if (st == QENT_OK)
    st = qent__account_new_keys(&account, err);
  if (st == QENT_OK)
    st = qent__store_account_insert(qent__session_store(session), &account, err);
  return st;
}

qent_status qent__account_want(qent_session *session, qent_account *account,
                               const struct qent__wanted *wanted, qent_error *err)
{
  qent_status st = QENT_OK;

  if (wanted->keys_rev != account->wanted.keys_rev)
    st = qent__account_new_keys(account, err);
  if (st != QENT_OK)
    return st;
  account->wanted = *wanted;
  account->wanted_rev++;
  account->attempts = 0;
  account->next_attempt_at = qent__session_now(session);
  return qent__store_account_save(qent__session_store(session), account, err);
}

qent_status qent__account_place(qent_session *session, const qent_subscription *sub,
                                const struct qent__pool *pool, const qent_node *node,
                                enum qent__standing standing, qent_error *err)
{
  qent_account *account = qent__pool_account_on(pool, node->id);
  struct qent__wanted wanted;

  if (!account)
    return make_account(session, sub, node->id, standing, err);
  account->standing = standing;
  if (account->wanted.present)
    return qent__store_account_save(qent__session_store(session), account, err);
  account->placed_at = qent__session_now(session);
  qent__free(account->links); /* of the last stay; those of this one are still to come */
  account->links = NULL;
  wanted = qent__account_wanted(sub, account->panel_used_bytes, account->placed_at);
  return qent__account_want(session, account, &wanted, err);
}
