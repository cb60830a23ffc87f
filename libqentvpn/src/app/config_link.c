/* SPDX-License-Identifier: MIT */
/* What a buyer's app is served: the share links of a subscription. */
#include "app/context.h"
#include "domain/share_link.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

#define BODY_MAX_BYTES 262144

struct qent_config_link {
  qent_subscription *sub;
  char *body;
  char *userinfo;
};

/* Calls back with each confirmed link of an account that is wanted. */
typedef bool (*link_fn)(const char *uri, size_t len, const qent_account *account, void *user);

static bool each_line(const qent_account *account, link_fn fn, void *user)
{
  const char *line = account->links ? account->links : "";

  if (!account->wanted.present || !account->wanted.enabled ||
      account->applied_keys_rev != account->wanted.keys_rev)
    return true;
  while (*line) {
    size_t len = strcspn(line, "\n");
    if (len > 0 && !fn(line, len, account, user))
      return false;
    line += len;
    line += *line == '\n';
  }
  return true;
}

static qent_status each_link(qent_session *session, const qent_subscription *sub, link_fn fn,
                             void *user, qent_error *err)
{
  struct qent__accounts accounts = {NULL, 0};
  qent_status st;

  if (qent_subscription_get_state(sub, qent__session_now(session)) != QENT_SUBSCRIPTION_ACTIVE)
    return QENT_OK;
  st = qent__store_accounts_of_sub(qent__session_store(session), sub->id, &accounts, err);
  for (size_t i = 0; st == QENT_OK && i < accounts.count; i++) {
    if (!each_line(accounts.items[i], fn, user))
      break;
  }
  qent__accounts_dispose(&accounts);
  return st;
}

struct visit {
  qent_session *session;
  qent_share_link_fn fn;
  void *user;
  qent_error *err;
  qent_status st;
};

static bool visit_link(const char *uri, size_t len, const qent_account *account, void *user)
{
  struct visit *visit = user;
  qent_share_link link = {.size = sizeof link};
  qent_node *node = NULL;
  char *copy = qent__strndup(uri, len);
  bool more = false;

  visit->st = copy ? qent__store_node_by_id(qent__session_store(visit->session), account->node_id,
                                            &node, visit->err)
                   : qent_fail(visit->err, QENT_ENOMEM, "out of memory");
  if (visit->st == QENT_OK) {
    link.uri = copy;
    link.node_name = qent_node_title(node);
    link.protocol = qent__share_link_protocol(uri, strcspn(copy, "#"));
    more = !link.protocol || visit->fn(&link, visit->user);
  }
  qent_node_free(node);
  qent__free(copy);
  return more;
}

qent_status qent_subscription_links(qent_session *session, int64_t id, qent_share_link_fn fn,
                                    void *user, qent_error *err)
{
  struct visit visit = {session, fn, user, err, QENT_OK};
  qent_subscription *sub = NULL;
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing links needs a session and a callback");
  st = qent__store_sub_by_id(qent__session_store(session), 0, id, &sub, err);
  if (st == QENT_OK)
    st = each_link(session, sub, visit_link, &visit, err);
  qent_subscription_free(sub);
  return st != QENT_OK ? st : visit.st;
}

static bool append_link(const char *uri, size_t len, const qent_account *account, void *user)
{
  (void)account;
  qent_buf_add(user, uri, len);
  qent_buf_addc(user, '\n');
  return true;
}

/* Why there is nothing to connect to; shown as a server's name by the buyer's app. */
static const char *message_for(qent_subscription_state state, const char *language)
{
  static const char *const texts[][2] = {
      [QENT_SUBSCRIPTION_ACTIVE] = {"Keys are being prepared, refresh in a minute",
                                    "Ключи готовятся, обновите через минуту"},
      [QENT_SUBSCRIPTION_EXPIRED] = {"Subscription has ended, renew it in the bot",
                                     "Подписка закончилась, продлите её в боте"},
      [QENT_SUBSCRIPTION_EXHAUSTED] = {"Traffic is used up, renew in the bot",
                                       "Трафик закончился, продлите в боте"},
      [QENT_SUBSCRIPTION_DISABLED] = {"Subscription is switched off, write to support",
                                      "Подписка отключена, напишите в поддержку"},
  };

  return texts[state][qent__streq(language, "ru") ? 1 : 0];
}

static qent_status add_message(qent_session *session, const qent_subscription *sub, qent_buf *body,
                               qent_error *err)
{
  qent_user *user = NULL;
  qent_status st = qent__store_user_by_id(qent__session_store(session), sub->user_id, &user, err);

  if (st != QENT_OK)
    return st;
  qent__share_link_add_message(
      body,
      message_for(qent_subscription_get_state(sub, qent__session_now(session)), user->language));
  qent_user_free(user);
  return QENT_OK;
}

static qent_status make_body(qent_session *session, qent_config_link *link, qent_error *err)
{
  qent_buf body;
  qent_status st;

  qent_buf_init(&body, BODY_MAX_BYTES);
  st = each_link(session, link->sub, append_link, &body, err);
  if (st == QENT_OK && body.len == 0)
    st = add_message(session, link->sub, &body, err);
  if (st == QENT_OK)
    st = qent_buf_status(&body, err);
  if (st == QENT_OK)
    link->body = qent_buf_take(&body);
  qent_buf_dispose(&body);
  return st;
}

static qent_status make_userinfo(qent_config_link *link, qent_error *err)
{
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, 256);
  qent_buf_addf(&text, "upload=0; download=%" PRId64 "; total=%" PRId64 "; expire=%" PRId64,
                link->sub->traffic_used_bytes, link->sub->traffic_limit_bytes,
                link->sub->expires_at);
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    link->userinfo = qent_buf_take(&text);
  qent_buf_dispose(&text);
  return st;
}

qent_status qent_config_link_open(qent_session *session, const char *token,
                                  qent_config_link **link_out, qent_error *err)
{
  qent_config_link *link;
  qent_status st;

  if (!session || !token || !link_out)
    return qent_fail(err, QENT_EINVAL, "a config link needs a session, a token and an output");
  link = qent__calloc(1, sizeof *link);
  if (!link)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent__store_sub_by_token(qent__session_store(session), token, &link->sub, err);
  if (st == QENT_OK)
    st = qent__sub_fill_link(qent_session_ctx(session), link->sub, err);
  if (st == QENT_OK)
    st = make_body(session, link, err);
  if (st == QENT_OK)
    st = make_userinfo(link, err);
  if (st != QENT_OK) {
    qent_config_link_free(link);
    return st;
  }
  *link_out = link;
  return QENT_OK;
}

const qent_subscription *qent_config_link_subscription(const qent_config_link *link)
{
  return link->sub;
}

const char *qent_config_link_body(const qent_config_link *link)
{
  return link->body;
}

const char *qent_config_link_userinfo(const qent_config_link *link)
{
  return link->userinfo;
}

void qent_config_link_free(qent_config_link *link)
{
  if (!link)
    return;
  qent_subscription_free(link->sub);
  qent__free(link->body);
  qent__free(link->userinfo);
  qent__free(link);
}
