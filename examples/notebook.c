/* SPDX-License-Identifier: MIT */
/* The smallest whole gateway: a panel that is a page of memory. A real one does the same over HTTP
 * with config->http; every verb says what shall be so afterwards, and may be called twice. */
#include "notebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_LINES 32

struct line {
  char key[33];
  char uuid[37];
  bool used, enabled;
  int64_t expires_at;
  int64_t traffic_limit_bytes;
};

struct notebook {
  qent_gateway base; /* first: a qent_gateway * is a struct notebook * */
  struct line lines[PAGE_LINES];
};

static struct line *find(qent_gateway *gw, const char *key, bool make)
{
  struct notebook *book = (struct notebook *)gw;
  struct line *free_line = NULL;

  for (size_t i = 0; i < PAGE_LINES; i++) {
    if (book->lines[i].used && strcmp(book->lines[i].key, key) == 0)
      return &book->lines[i];
    if (!book->lines[i].used && !free_line)
      free_line = &book->lines[i];
  }
  if (make && free_line) {
    free_line->used = true;
    snprintf(free_line->key, sizeof free_line->key, "%s", key);
    return free_line;
  }
  return NULL;
}

static qent_status show(const struct line *line, qent_account_view *view_out, qent_error *err)
{
  char link[160];

  snprintf(link, sizeof link, "vless://%s@vpn.example:443?security=reality&type=tcp", line->uuid);
  view_out->enabled = line->enabled;
  view_out->expires_at = line->expires_at;
  view_out->traffic_limit_bytes = line->traffic_limit_bytes;
  if (qent_account_view_set_key(view_out, line->key, err) != QENT_OK)
    return QENT_ENOMEM;
  return qent_account_view_add_link(view_out, link, err);
}

static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  struct line *line = find(gw, spec->key, true);

  if (!line)
    return qent_fail(err, QENT_EUPSTREAM, "the page is full");
  snprintf(line->uuid, sizeof line->uuid, "%s", spec->uuid);
  line->enabled = spec->enabled;
  line->expires_at = spec->expires_at;
  line->traffic_limit_bytes = spec->traffic_limit_bytes;
  return show(line, view_out, err);
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  struct line *line = find(gw, spec->key, false);

  if (!line)
    return rotate_keys(gw, spec, view_out, err);
  line->enabled = spec->enabled;
  line->expires_at = spec->expires_at;
  line->traffic_limit_bytes = spec->traffic_limit_bytes;
  return show(line, view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  struct line *line = find(gw, key, false);

  (void)err;
  if (line)
    line->used = false;
  return QENT_OK;
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  const struct line *line = find(gw, key, false);

  return line ? show(line, view_out, err) : qent_fail(err, QENT_ENOTFOUND, "no line %s", key);
}

static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  struct notebook *book = (struct notebook *)gw;
  int64_t seen = 0;
  qent_status st = QENT_OK;

  *more_out = false;
  for (size_t i = 0; i < PAGE_LINES && st == QENT_OK; i++) {
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    if (!book->lines[i].used || seen++ < offset)
      continue;
    if (seen > offset + limit) {
      *more_out = true;
      break;
    }
    st = show(&book->lines[i], &view, err);
    if (st == QENT_OK)
      st = fn(&view, user);
    qent_account_view_dispose(&view);
  }
  return st;
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  (void)gw;
  (void)err;
  return QENT_OK;
}

static void destroy(qent_gateway *gw)
{
  free(gw);
}

static const qent_gateway_ops ops = {
    .size = sizeof ops,
    .ensure_account = ensure_account,
    .remove_account = remove_account,
    .fetch_account = fetch_account,
    .list_accounts = list_accounts,
    .rotate_keys = rotate_keys,
    .probe = probe,
    .destroy = destroy,
};

static qent_status open_notebook(const qent_gateway_config *config, qent_gateway **gateway_out,
                                 qent_error *err)
{
  struct notebook *book = calloc(1, sizeof *book);

  (void)config;
  if (!book)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  book->base.ops = &ops;
  *gateway_out = &book->base;
  return QENT_OK;
}

const qent_gateway_factory notebook_factory = {
    .size = sizeof notebook_factory,
    .name = "notebook",
    .open = open_notebook,
};
