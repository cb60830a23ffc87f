/* SPDX-License-Identifier: MIT */
/* Adopts the accounts that a panel had before QentVPN. */
#include "app/import.h"
#include "app/reconcile.h"
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE QENT__GATEWAY_PAGE_MAX
#define ID_MAX ((INT64_C(1) << 52) - 1)
#define ID_DIGITS_MIN 5
#define ID_DIGITS_MAX 16

/* An account of the page that is being read: a gateway shows one page at a time. */
struct candidate {
  char key[QENT__ACCOUNT_KEY_MAX + 1];
  qent_account_view view; /* without links; its key is the above */
};

struct names {
  char (*items)[QENT__ACCOUNT_KEY_MAX + 1];
  size_t count;
  size_t room;
};

struct import {
  qent_session *session;
  const qent_import_options *options;
  qent_import_fn fn;
  void *user;
  qent_node *node;
  qent_plan *plan;
  qent_gateway *gateway;
  struct names doubled; /* sorted: names that stand for more than one account of the panel */
  struct candidate page[PAGE];
  size_t count;
  bool stopped;
  qent_error *err;
};

const char *qent_import_verdict_name(qent_import_verdict verdict)
{
  static const char *const names[] = {"adopt", "skip", "ours"};

  return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "unknown";
}

/* Names -------------------------------------------------------------------------------------- */

static int64_t digits(const char *text, size_t len)
{
  int64_t id = 0;

  if (len < ID_DIGITS_MIN || len > ID_DIGITS_MAX || text[0] == '0' ||
      !qent__parse_i64(text, len, 1, ID_MAX, &id))
    return 0;
  return id;
}

int64_t qent_import_id_in_name(const char *key)
{
  const char *rest = key;

  if (!key)
    return 0;
  if (qent__starts_with(key, "tg_"))
    rest = key + 3;
  else if (qent__starts_with(key, "user_"))
    rest = key + 5;
  if (rest != key)
    return digits(rest, strlen(rest));
  return digits(key, strcspn(key, "_"));
}

static int64_t whose(const struct import *im, const char *key, const qent_account_view *view)
{
  int64_t id = im->options->map ? im->options->map(key, im->options->map_user) : 0;

  if (id == 0)
    id = view->telegram_id;
  if (id == 0)
    id = qent_import_id_in_name(key);
  return id >= 1 && id <= ID_MAX ? id : 0;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(a, b);
}

static bool is_doubled(const struct import *im, const char *key)
{
  return im->doubled.count > 0 && bsearch(key, im->doubled.items, im->doubled.count,
                                          sizeof *im->doubled.items, by_name) != NULL;
}

static qent_status note_name(const qent_account_view *view, void *user)
{
  struct import *im = user;
  struct names *names = &im->doubled;
  void *items;

  if (!view->key || !qent__gateway_key_ok(view->key))
    return QENT_OK;
  items = qent__grow(names->items, names->count, &names->room, sizeof *names->items);
  if (!items)
    return qent_fail(im->err, QENT_ENOMEM, "out of memory");
  names->items = items;
  (void)qent__copy_text(names->items[names->count++], sizeof *names->items, view->key,
                        strlen(view->key));
  return QENT_OK;
}

/* Names are not unique on every panel. Whoever adopts one of two accounts would, at its next
 * change, have the other one taken for a leftover of a lost answer. */
static qent_status find_doubled(struct import *im)
{
  struct names *names = &im->doubled;
  bool more = true;
  size_t kept = 0;
  qent_status st = QENT_OK;

  for (int64_t offset = 0; st == QENT_OK && more; offset += PAGE)
    st = qent__gateway_list_accounts(im->gateway, offset, PAGE, note_name, im, &more, im->err);
  if (st != QENT_OK || names->count == 0)
    return st;
  qsort(names->items, names->count, sizeof *names->items, by_name);
  for (size_t i = 1; i < names->count; i++) {
    if (strcmp(names->items[i], names->items[i - 1]) == 0)
      memmove(names->items[kept++], names->items[i], sizeof *names->items);
  }
  names->count = kept;
  return QENT_OK;
}

/* One account -------------------------------------------------------------------------------- */

static void tell(struct import *im, const qent_import_item *item)
{
  im->stopped = !im->fn(item, im->user);
}

static void skip(qent_import_item *item, const char *reason)
{
  item->verdict = QENT_IMPORT_SKIP;
  item->reason = reason;
}

static void describe(const struct import *im, const qent_account_view *view, qent_import_item *item)
{
  item->telegram_id = whose(im, item->key, view);
  item->expires_at = view->expires_at ? view->expires_at : im->options->until;
  item->traffic_limit_bytes = view->traffic_limit_bytes;
  item->used_bytes = view->used_bytes;
  item->enabled = view->enabled;
  item->verdict = QENT_IMPORT_ADOPT;
  if (is_doubled(im, item->key))
    skip(item, "the panel has several accounts of this name: rename all but one");
  else if (item->telegram_id == 0)
    skip(item, "nobody knows whose it is: name it in a map");
  else if (item->expires_at == 0)
    skip(item, "it never ends: give such accounts an end");
  else if (view->used_bytes < 0)
    skip(item, "the panel does not tell its traffic now: repeat later");
}

static qent_status find_known(const struct import *im, qent_import_item *item)
{
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_key(qent__session_store(im->session), im->node->id,
                                              item->key, &account, im->err);

  if (st != QENT_OK)
    return st;
  item->verdict = QENT_IMPORT_OURS;
  item->reason = "";
  item->subscription_id = account->subscription_id;
  qent_account_free(account);
  return QENT_OK;
}

static qent_status adopt_view(struct import *im, const qent_account_view *view,
                              qent_import_item *item, qent_error *cause)
{
  struct qent__adoption adoption = {.node = im->node,
                                    .plan = im->plan,
                                    .view = view,
                                    .telegram_id = item->telegram_id,
                                    .expires_at = item->expires_at};
  qent_status st = qent__import_adopt(im->session, &adoption, cause);

  item->subscription_id = st == QENT_OK ? adoption.sub_id : 0;
  return st;
}

/* As the panel has it at this moment, with its links. */
static qent_status adopt(struct import *im, qent_import_item *item, qent_error *cause)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = qent__gateway_fetch_account(im->gateway, item->key, &view, cause);

  if (st == QENT_OK)
    describe(im, &view, item);
  if (st == QENT_OK && item->verdict == QENT_IMPORT_ADOPT)
    st = adopt_view(im, &view, item, cause);
  qent_account_view_dispose(&view);
  return st;
}

/* @return what ends the import; what concerns the account alone is its reason. */
static qent_status consider(struct import *im, const struct candidate *candidate)
{
  qent_error cause = QENT_ERROR_INIT;
  qent_import_item item = {.size = sizeof item, .key = candidate->key, .reason = ""};
  qent_status st;

  describe(im, &candidate->view, &item);
  st = find_known(im, &item);
  if (st == QENT_ENOTFOUND) {
    st = QENT_OK;
    if (im->options->apply && item.verdict == QENT_IMPORT_ADOPT) {
      st = adopt(im, &item, &cause);
      if (st == QENT_ENOTFOUND)
        return QENT_OK; /* removed meanwhile */
      if (st == QENT_ECONFLICT || st == QENT_EPROTO) {
        skip(&item, cause.message);
        st = QENT_OK;
      }
      if (st != QENT_OK)
        return qent_fail(im->err, st, "%s", cause.message);
    }
  }
  if (st == QENT_OK)
    tell(im, &item);
  return st;
}

/* The panel ---------------------------------------------------------------------------------- */

static qent_status on_view(const qent_account_view *view, void *user)
{
  struct import *im = user;
  struct candidate *candidate = &im->page[im->count];
  qent_import_item item = {.size = sizeof item, .key = view->key, .reason = ""};

  if (!view->key || im->count == PAGE)
    return qent_fail(im->err, QENT_EPROTO, "a page of accounts is not as it was asked for");
  if (!qent__gateway_key_ok(view->key)) {
    describe(im, view, &item);
    skip(&item, "its name is not 1 to 64 of A-Z, a-z, 0-9, _ . @ -");
    if (!im->stopped)
      tell(im, &item);
    return QENT_OK;
  }
  (void)qent__copy_text(candidate->key, sizeof candidate->key, view->key, strlen(view->key));
  candidate->view = *view;
  candidate->view.key = candidate->key;
  candidate->view.links = NULL;
  candidate->view.link_count = 0;
  im->count++;
  return QENT_OK;
}

static qent_status read_panel(struct import *im)
{
  bool more = true;
  qent_status st = QENT_OK;

  for (int64_t offset = 0; st == QENT_OK && more && !im->stopped; offset += PAGE) {
    im->count = 0;
    st = qent__gateway_list_accounts(im->gateway, offset, PAGE, on_view, im, &more, im->err);
    for (size_t i = 0; st == QENT_OK && i < im->count && !im->stopped; i++) {
      if (qent_ctx_stopping(qent_session_ctx(im->session)))
        return qent_fail(im->err, QENT_ECANCELED, "stopping");
      st = consider(im, &im->page[i]);
    }
  }
  return st;
}

/* Node and plan ------------------------------------------------------------------------------ */

struct only {
  const char *node_group;
  int count;
  char code[33];
};

static bool count_plan(const qent_plan *plan, void *user)
{
  struct only *only = user;

  if (strcmp(qent_plan_node_group(plan), only->node_group) == 0) {
    only->count++;
    (void)qent__copy_text(only->code, sizeof only->code, qent_plan_code(plan),
                          strlen(qent_plan_code(plan)));
  }
  return true;
}

static qent_status find_plan(struct import *im)
{
  qent__store *store = qent__session_store(im->session);
  struct only only = {im->node->node_group, 0, ""};
  const char *code = im->options->plan_code;
  qent_status st = QENT_OK;

  if (!code) {
    st = qent__store_plan_each(store, true, count_plan, &only, im->err);
    if (st == QENT_OK && only.count != 1)
      return qent_fail(im->err, QENT_EINVAL, "group %s has %d plans: name the one to adopt into",
                       only.node_group, only.count);
    code = only.code;
  }
  if (st == QENT_OK)
    st = qent__store_plan_by_code(store, code, &im->plan, im->err);
  if (st == QENT_OK && strcmp(im->plan->terms.node_group, im->node->node_group) != 0)
    st = qent_fail(im->err, QENT_EINVAL, "plan %s is of group %s, but node %s of %s", code,
                   im->plan->terms.node_group, im->node->name, im->node->node_group);
  return st;
}

static qent_status prepare(struct import *im)
{
  qent_status st = qent__store_node_by_name(qent__session_store(im->session),
                                            im->options->node_name, &im->node, im->err);

  if (st == QENT_OK)
    st = qent__node_callable(im->node, im->err);
  if (st == QENT_OK)
    st = find_plan(im);
  if (st == QENT_OK)
    st = qent__session_gateway(im->session, im->node, &im->gateway, im->err);
  return st;
}

qent_status qent_import(qent_session *session, const qent_import_options *options,
                        qent_import_fn fn, void *user, qent_error *err)
{
  struct import *im;
  qent_status st;

  if (!session || !options || options->size < sizeof *options || !options->node_name || !fn ||
      options->until < 0)
    return qent_fail(err, QENT_EINVAL, "an import needs a session, a node and a callback");
  im = qent__calloc(1, sizeof *im);
  if (!im)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  im->session = session;
  im->options = options;
  im->fn = fn;
  im->user = user;
  im->err = err;
  st = prepare(im);
  if (st == QENT_OK)
    st = find_doubled(im);
  if (st == QENT_OK)
    st = read_panel(im);
  qent__free(im->doubled.items);
  qent_node_free(im->node);
  qent_plan_free(im->plan);
  qent__free(im);
  return st;
}
