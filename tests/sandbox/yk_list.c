/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "yk.h"

enum { PAGE_DEFAULT = 10, PAGE_MAX = 100 };

struct range {
  int64_t from; /* first allowed */
  int64_t to;   /* last allowed */
};

struct filter {
  struct range created;
  struct range captured;
  const char *status;
  const char *payment_id;
  int64_t limit;
  size_t before; /* newest first: only items with an index below this */
  const char *bad;
};

static void read_range(const struct sb_params *q, const char *name, struct range *r,
                       struct filter *f)
{
  static const char *const ops[] = {"gte", "gt", "lte", "lt"};
  *r = (struct range){INT64_MIN, INT64_MAX};
  for (size_t i = 0; i < 4; i++) {
    char *key = sb_printf("%s.%s", name, ops[i]);
    const char *text = sb_params_get(q, key);
    int64_t ms = 0;
    free(key);
    if (!text)
      continue;
    if (!sb_iso_parse(text, &ms))
      f->bad = name;
    else if (i < 2)
      r->from = ms + (i == 1);
    else
      r->to = ms - (i == 3);
  }
}

static void read_filter(const struct sb_params *q, struct filter *f, size_t count)
{
  const char *cursor = sb_params_get(q, "cursor");
  const char *limit = sb_params_get(q, "limit");
  *f = (struct filter){.limit = PAGE_DEFAULT, .before = count};
  read_range(q, "created_at", &f->created, f);
  read_range(q, "captured_at", &f->captured, f);
  f->status = sb_params_get(q, "status");
  f->payment_id = sb_params_get(q, "payment_id");
  if (limit && (!sb_parse_int(limit, &f->limit) || f->limit < 1 || f->limit > PAGE_MAX))
    f->bad = "limit";
  if (!cursor)
    return;
  size_t len = 0;
  int64_t at = -1;
  char *text = sb_base64_decode(cursor, &len);
  if (!text || !sb_parse_int(text, &at) || at < 0 || (size_t)at > count)
    f->bad = "cursor";
  else
    f->before = (size_t)at;
  free(text);
}

static bool in_range(const cJSON *obj, const char *key, const struct range *r)
{
  const char *text = sb_json_str(obj, key);
  int64_t ms = 0;
  if (r->from == INT64_MIN && r->to == INT64_MAX)
    return true;
  return text && sb_iso_parse(text, &ms) && ms >= r->from && ms <= r->to;
}

static bool same_or_absent(const cJSON *obj, const char *key, const char *wanted)
{
  const char *text = sb_json_str(obj, key);
  return !wanted || (text && strcmp(text, wanted) == 0);
}

/* `objects` are in order of creation. */
static void reply_list(const cJSON **objects, const struct filter *f, struct sb_reply *rp)
{
  if (f->bad) {
    yk_error(rp, 400, "invalid_request", "Incorrect value of the parameter", f->bad);
    return;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "type", "list");
  cJSON *items = cJSON_AddArrayToObject(out, "items");
  int64_t taken = 0;
  for (size_t i = f->before; i-- > 0;) {
    if (!in_range(objects[i], "created_at", &f->created) ||
        !in_range(objects[i], "captured_at", &f->captured) ||
        !same_or_absent(objects[i], "status", f->status) ||
        !same_or_absent(objects[i], "payment_id", f->payment_id))
      continue;
    if (taken == f->limit) {
      char *at = sb_printf("%zu", i + 1);
      char *cursor = sb_base64(at, strlen(at), SB_B64_URL_NOPAD);
      cJSON_AddStringToObject(out, "next_cursor", cursor);
      free(cursor);
      free(at);
      break;
    }
    cJSON_AddItemToArray(items, cJSON_Duplicate(objects[i], true));
    taken++;
  }
  sb_reply_json(rp, 200, out);
}

void yk_list_payments(struct sb_request *rq, struct sb_reply *rp)
{
  struct filter f;
  size_t n = 0;
  size_t at = 0;
  const cJSON **objects = sb_alloc((yk_shop.payments.live + 1) * sizeof *objects);
  for (const struct yk_payment *p; (p = sb_map_next(&yk_shop.payments, &at)) != NULL;)
    objects[n++] = p->obj;
  read_filter(&rq->query, &f, n);
  f.payment_id = NULL;
  reply_list(objects, &f, rp);
  free(objects);
}

void yk_list_refunds(struct sb_request *rq, struct sb_reply *rp)
{
  struct filter f;
  size_t n = 0;
  size_t at = 0;
  const cJSON **objects = sb_alloc((yk_shop.refunds.live + 1) * sizeof *objects);
  for (const cJSON *r; (r = sb_map_next(&yk_shop.refunds, &at)) != NULL;)
    objects[n++] = r;
  read_filter(&rq->query, &f, n);
  reply_list(objects, &f, rp);
  free(objects);
}
