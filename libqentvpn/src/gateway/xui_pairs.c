/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/alloc.h"
#include "util/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Panels before 3.1: a client lives inside one inbound's settings, and an email is taken once on
 * the whole panel. An account on two inbounds is a pair of clients, "key" and "key-ss", with one
 * subId.
 */

/* Of the client on the second inbound. */
static const char *const suffixes[QENT__XUI_PROTOCOLS] = {"-vless", "-ss"};

static bool next_client(const struct qent__xui_inbounds *all, size_t *inbound, const cJSON **client)
{
  const cJSON *it = *client ? (*client)->next : NULL;

  while (!it && ++*inbound < all->count)
    it = qent__json_first(qent__json_get(all->items[*inbound].settings, "clients"));
  *client = it;
  return it != NULL;
}

static int by_email(const void *a, const void *b)
{
  const struct qent__xui_named *x = a;
  const struct qent__xui_named *y = b;
  int order = strcmp(x->email, y->email);

  return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static const cJSON *list_of(const struct qent__xui_inbound *in, bool rows)
{
  return rows ? in->stats : qent__json_get(in->settings, "clients");
}

static qent_status index_names(const struct qent__xui_inbounds *all, bool rows,
                               struct qent__xui_names *names, qent_error *err)
{
  size_t max = 1;

  for (size_t i = 0; i < all->count; i++)
    max += (size_t)cJSON_GetArraySize(list_of(&all->items[i], rows));
  names->items = qent__calloc(max, sizeof *names->items);
  if (!names->items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < all->count; i++)
    for (const cJSON *it = qent__json_first(list_of(&all->items[i], rows)); it; it = it->next) {
      const char *email = qent__json_str_or(it, "email", NULL);
      if (email)
        names->items[names->count] =
            (struct qent__xui_named){email, names->count, it, &all->items[i]};
      names->count += email != NULL;
    }
  qsort(names->items, names->count, sizeof *names->items, by_email);
  return QENT_OK;
}

/* A panel has thousands of clients, each of which is looked for when they are listed. */
static qent_status read_clients(qent__xui *xui, struct qent__xui_inbounds *all, qent_error *err)
{
  qent_status st = qent__xui_read_inbounds(xui, all, err);

  if (st == QENT_OK)
    st = index_names(all, false, &all->clients, err);
  return st == QENT_OK ? index_names(all, true, &all->rows, err) : st;
}

/* The first of that email in the panel's order; NULL: none. */
static const struct qent__xui_named *find_named(const struct qent__xui_names *names,
                                                const char *email)
{
  size_t low = 0;
  size_t high = names->count;

  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(names->items[middle].email, email) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < names->count && strcmp(names->items[low].email, email) == 0 ? &names->items[low]
                                                                           : NULL;
}

static bool find_client(const struct qent__xui_inbounds *all, const char *email,
                        struct qent__xui_part *part)
{
  const struct qent__xui_named *found = find_named(&all->clients, email);

  if (found) {
    part->node = found->node;
    part->inbound = found->inbound;
  }
  return found != NULL;
}

static const cJSON *find_traffic(const struct qent__xui_inbounds *all, const char *email)
{
  const struct qent__xui_named *found = find_named(&all->rows, email);

  return found ? found->node : NULL;
}

static qent_status fill_part(const struct qent__xui_inbounds *all, struct qent__xui_part *part,
                             qent_error *err)
{
  qent_status st = qent__xui_record_parse(part->node, &part->record, err);

  part->record.used_bytes = 0; /* without a row nothing was used */
  if (st == QENT_OK)
    st = qent__xui_record_traffic(&part->record, find_traffic(all, part->record.email), err);
  return st;
}

static qent_status add_part(struct qent__xui_account *account, const struct qent__xui_part *part,
                            qent_error *err)
{
  struct qent__xui_part *to = &account->parts[account->count];
  qent_status st;

  *to = *part;
  st = fill_part(&account->inbounds, to, err);
  if (st != QENT_OK)
    return st;
  if (account->count > 0 &&
      (!*to->record.sub_id || strcmp(to->record.sub_id, account->parts[0].record.sub_id) != 0))
    return QENT_OK; /* somebody else's */
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++)
    if (strcmp(to->inbound->protocol, qent__xui_protocol_names[p]) == 0)
      account->has[p] = true;
  account->count++;
  return QENT_OK;
}

void qent__xui_second_email(char out[QENT__XUI_KEY_SIZE], const char *key, int protocol)
{
  (void)snprintf(out, QENT__XUI_KEY_SIZE, "%s%s", key, suffixes[protocol]);
}

static qent_status find_parts(const char *key, struct qent__xui_account *account, qent_error *err)
{
  struct qent__xui_part part = {.node = NULL};
  char email[QENT__XUI_KEY_SIZE];
  qent_status st;

  if (!find_client(&account->inbounds, key, &part))
    return QENT_OK;
  st = add_part(account, &part, err);
  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS && account->count < 2; p++) {
    qent__xui_second_email(email, key, p);
    if (find_client(&account->inbounds, email, &part))
      st = add_part(account, &part, err);
  }
  return st;
}

static qent_status look(qent__xui *xui, const char *key, bool to_change,
                        struct qent__xui_account *account_out, qent_error *err)
{
  struct qent__xui_account found = {.count = 0};
  qent_status st = read_clients(xui, &found.inbounds, err);

  if (st == QENT_OK && to_change)
    st = qent__xui_take_offer(xui, &found.inbounds, err);
  if (st == QENT_OK)
    st = find_parts(key, &found, err);
  if (st == QENT_OK)
    *account_out = found;
  else
    qent__xui_account_dispose(&found);
  return st;
}

static qent_status links(qent__xui *xui, const struct qent__xui_account *account,
                         qent_account_view *view, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < account->count; i++)
    st = qent__xui_build_link(xui, &account->parts[i], account->parts[0].record.email, view, err);
  return st;
}

/* The look has told it. */
static qent_status seen(qent__xui *xui, struct qent__xui_account *account, qent_error *err)
{
  (void)xui;
  (void)account;
  (void)err;
  return QENT_OK;
}

/* Is this the second client of a pair whose first is there too? */
static bool is_second(const struct qent__xui_inbounds *all, const cJSON *client)
{
  const char *email = qent__json_str_or(client, "email", "");
  const char *sub_id = qent__json_str_or(client, "subId", "");
  struct qent__xui_part first = {.node = NULL};
  char key[QENT__XUI_KEY_SIZE];

  for (int p = 0; *sub_id && p < QENT__XUI_PROTOCOLS; p++)
    if (qent__ends_with(email, suffixes[p]) &&
        qent__copy_text(key, sizeof key, email, strlen(email) - strlen(suffixes[p])) &&
        find_client(all, key, &first) &&
        qent__streq(qent__json_str_or(first.node, "subId", NULL), sub_id))
      return true;
  return false;
}

static qent_status tell(qent__xui *xui, const char *key, struct qent__xui_account *account,
                        qent_account_view_fn fn, void *user, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = find_parts(key, account, err);

  if (st == QENT_OK && account->count == 0)
    st = qent_fail(err, QENT_EPROTO, "the panel has a client without a name");
  if (st == QENT_OK)
    st = qent__xui_view(account->parts, account->count, qent_panel_share_now(xui->config.share),
                        &view, err);
  if (st == QENT_OK)
    st = qent__panel_hand_over(&view, fn, user, err);
  qent_account_view_dispose(&view);
  return st;
}

/* In the order of the inbounds and of their clients. */
static qent_status list(qent__xui *xui, int64_t offset, int32_t limit, qent_account_view_fn fn,
                        void *user, bool *more_out, qent_error *err)
{
  struct qent__xui_account account = {.count = 0};
  size_t inbound = SIZE_MAX;
  const cJSON *client = NULL;
  int64_t at = 0;
  bool more = false;
  qent_status st = read_clients(xui, &account.inbounds, err);

  while (st == QENT_OK && !more && next_client(&account.inbounds, &inbound, &client)) {
    const char *email = qent__json_str_or(client, "email", "");
    if (!*email || qent__starts_with(email, QENT__XUI_KEEPER) ||
        is_second(&account.inbounds, client))
      continue;
    more = at >= offset + limit;
    account.count = 0;
    if (at >= offset && !more)
      st = tell(xui, email, &account, fn, user, err);
    at++;
  }
  if (st == QENT_OK)
    *more_out = more;
  qent__xui_account_dispose(&account);
  return st;
}

const struct qent__xui_verbs qent__xui_pairs = {
    .look = look,
    .make = qent__xui_pair_make,
    .change = qent__xui_pair_change,
    .drop = qent__xui_pair_drop,
    .reset = qent__xui_pair_reset,
    .links = links,
    .seen = seen,
    .list = list,
};
