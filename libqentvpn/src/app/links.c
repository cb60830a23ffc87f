/* SPDX-License-Identifier: MIT */
/* The share links of a subscription's accounts. */
#include "app/links.h"
#include "app/context.h"
#include "domain/placement.h"
#include "domain/share_link.h"
#include "link/render.h"
#include "util/alloc.h"

#include <string.h>

#define JOINED_MAX_BYTES 65536

static qent_status add_link(struct qent__links *links, const char *uri, size_t len,
                            const qent_node *node, qent_error *err)
{
  qent__link *items = qent__realloc(links->items, (links->count + 1) * sizeof *items);
  qent_status st;

  if (!items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  links->items = items;
  st = qent__link_read(uri, len, qent_node_name(node), qent_node_title(node), &items[links->count],
                       err);
  if (st == QENT_OK)
    links->count++;
  return st;
}

static qent_status add_account(struct qent__links *links, const qent_account *account,
                               const qent_node *node, qent_error *err)
{
  const char *line = account->links;
  qent_status st = QENT_OK;

  while (st == QENT_OK && *line) {
    size_t len = strcspn(line, "\n");
    if (len > 0)
      st = add_link(links, line, len, node, err);
    line += len;
    line += *line == '\n';
  }
  return st;
}

static bool serves(const qent_account *account)
{
  return account->wanted.present && account->wanted.enabled && account->links &&
         account->applied_keys_rev == account->wanted.keys_rev;
}

/* Add the accounts on nodes that are down or switched off, or those on the others. */
static qent_status add_accounts(qent_session *session, const struct qent__accounts *accounts,
                                bool down, struct qent__links *links, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < accounts->count; i++) {
    const qent_account *account = accounts->items[i];
    qent_node *node = NULL;
    if (!serves(account))
      continue;
    st = qent__store_node_by_id(qent__session_store(session), account->node_id, &node, err);
    if (st == QENT_OK && qent__node_serves(node) != down)
      st = add_account(links, account, node, err);
    else if (st == QENT_OK)
      links->left_out = true;
    qent_node_free(node);
  }
  return st;
}

qent_status qent__links_load(qent_session *session, const qent_subscription *sub,
                             struct qent__links *links_out, qent_error *err)
{
  struct qent__accounts accounts = {NULL, 0};
  struct qent__links links = {NULL, 0, false};
  qent_status st = QENT_OK;

  if (qent_subscription_get_state(sub, qent__session_now(session)) == QENT_SUBSCRIPTION_ACTIVE)
    st = qent__store_accounts_of_sub(qent__session_store(session), sub->id, &accounts, err);
  if (st == QENT_OK)
    st = add_accounts(session, &accounts, false, &links, err);
  /* A node that does not answer our probes may still serve: better than nothing. */
  if (st == QENT_OK && links.count == 0) {
    links.left_out = false;
    st = add_accounts(session, &accounts, true, &links, err);
  }
  qent__accounts_dispose(&accounts);
  if (st != QENT_OK) {
    qent__links_dispose(&links);
    return st;
  }
  qent__links_name(links.items, links.count);
  *links_out = links;
  return QENT_OK;
}

void qent__links_dispose(struct qent__links *links)
{
  for (size_t i = 0; i < links->count; i++)
    qent__link_dispose(&links->items[i]);
  qent__free(links->items);
  *links = (struct qent__links){NULL, 0, false};
}

static qent_status lend(const qent__link *link, qent_share_link_fn fn, void *user, bool *more_out,
                        qent_error *err)
{
  char filename[QENT__CONF_NAME_MAX];
  qent_share_link shown = {.size = sizeof shown,
                           .uri = link->uri,
                           .protocol = qent__link_protocol(link),
                           .node_name = link->node_title,
                           .title = link->name,
                           .node = link->node};
  qent_status st = QENT_OK;
  qent_buf uri;

  qent_buf_init(&uri, 262144);
  if (link->kind == QENT__LINK_WIREGUARD) {
    qent__link_conf_name(link, ".conf", filename);
    shown.conf = link->conf.text;
    shown.filename = filename;
    st = qent__link_vpn(link, &uri, err);
    if (st == QENT_OK)
      st = qent_buf_status(&uri, err);
    shown.uri = uri.data;
  }
  /* A .conf that is not understood is nothing that an app could import. */
  if (st == QENT_OK && (shown.conf || qent__link_fits(link, QENT_CONFIG_PLAIN)))
    *more_out = fn(&shown, user);
  qent_buf_dispose(&uri);
  return st;
}

qent_status qent__links_each(const struct qent__links *links, qent_share_link_fn fn, void *user,
                             qent_error *err)
{
  qent_status st = QENT_OK;
  bool more = true;

  for (size_t i = 0; st == QENT_OK && more && i < links->count; i++)
    st = lend(&links->items[i], fn, user, &more, err);
  return st;
}

qent_status qent__links_join(const qent_account_view *view, const qent_node *node, char **links_out,
                             qent_error *err)
{
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, JOINED_MAX_BYTES);
  for (size_t i = 0; i < view->link_count; i++)
    qent__share_link_add(&text, view->links[i], qent_node_title(node));
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    *links_out = text.len > 0 ? qent_buf_take(&text) : NULL;
  qent_buf_dispose(&text);
  return st;
}

qent_status qent_subscription_links(qent_session *session, int64_t id, qent_share_link_fn fn,
                                    void *user, qent_error *err)
{
  struct qent__links links = {NULL, 0, false};
  qent_subscription *sub = NULL;
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing links needs a session and a callback");
  st = qent__store_sub_by_id(qent__session_store(session), 0, id, &sub, err);
  if (st == QENT_OK)
    st = qent__links_load(session, sub, &links, err);
  if (st == QENT_OK)
    st = qent__links_each(&links, fn, user, err);
  qent__links_dispose(&links);
  qent_subscription_free(sub);
  return st;
}
