/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "tg.h"

enum { WAIT_STEP_MS = 250, POLL_MAX_S = 50, LIMIT_MAX = 100 };
enum { LIFE_MS = 24 * 3600 * 1000, QUERY_LIFE_MS = 150 * 1000 };

static const char *const kinds[] = {"message", "callback_query", "my_chat_member", "other"};

static struct {
  int64_t offset;
  int64_t start_mono;
} previous = {.offset = -1};

void tg_set_allowed(const cJSON *list)
{
  const cJSON *item = NULL;
  cJSON_Delete(tg.allowed_list);
  tg.allowed_list = NULL;
  tg.allowed = 0;
  cJSON_ArrayForEach(item, list)
  {
    for (unsigned i = 0; i < TG_UPDATE_OTHER; i++)
      if (cJSON_IsString(item) && strcmp(item->valuestring, kinds[i]) == 0)
        tg.allowed |= 1U << i;
  }
  if (!list || !list->child)
    tg.allowed = ~0U;
  else {
    tg.allowed |= 1U << TG_UPDATE_OTHER;
    tg.allowed_list = cJSON_Duplicate(list, true);
  }
}

void tg_queue(int kind, int64_t user_id, cJSON *body)
{
  if (!(tg.allowed & 1U << kind)) {
    cJSON_Delete(body);
    return;
  }
  struct tg_update *u = sb_alloc(sizeof *u);
  u->id = tg.next_update_id++;
  u->user_id = user_id;
  u->dies_ms = sb_now_ms() + (kind == TG_UPDATE_CALLBACK ? QUERY_LIFE_MS : LIFE_MS);
  cJSON *update = cJSON_CreateObject();
  cJSON_AddNumberToObject(update, "update_id", (double)u->id);
  if (kind == TG_UPDATE_OTHER) {
    while (body->child) {
      cJSON *item = cJSON_DetachItemViaPointer(body, body->child);
      cJSON_AddItemToObject(update, item->string, item);
    }
    cJSON_Delete(body);
  } else {
    cJSON_AddItemToObject(update, kinds[kind], body);
  }
  u->text = cJSON_PrintUnformatted(update);
  cJSON_Delete(update);
  tg.updates = sb_realloc(tg.updates, (tg.update_count + 1) * sizeof *tg.updates);
  tg.updates[tg.update_count++] = u;
  (void)pthread_cond_broadcast(&tg.changed);
}

void tg_drop_update(size_t at)
{
  free(tg.updates[at]->text);
  free(tg.updates[at]);
  tg.update_count--;
  memmove(tg.updates + at, tg.updates + at + 1, (tg.update_count - at) * sizeof *tg.updates);
}

void tg_prune(void)
{
  int64_t now = sb_now_ms();
  for (size_t i = 0; i < tg.update_count;) {
    if (tg.updates[i]->dies_ms <= now && !tg.updates[i]->sending)
      tg_drop_update(i);
    else
      i++;
  }
}

static void confirm(int64_t offset)
{
  if (offset < 0) {
    while (tg.update_count > (size_t)-offset)
      tg_drop_update(0);
    return;
  }
  while (tg.update_count && tg.updates[0]->id < offset)
    tg_drop_update(0);
}

static void reply_updates(struct tg_call *c, int64_t limit)
{
  cJSON *list = cJSON_CreateArray();
  for (size_t i = 0; i < tg.update_count && (int64_t)i < limit; i++)
    cJSON_AddItemToArray(list, cJSON_CreateRaw(tg.updates[i]->text));
  tg_ok(c, list);
}

/* Waits for an update; false after answering that the poll was ended by another call. */
static bool wait_for_update(struct tg_call *c, int64_t timeout_s)
{
  int64_t turn = ++tg.poll_turn;
  int64_t end = sb_mono_ms() + timeout_s * 1000;
  tg.poll_end = TG_POLL_OTHER;
  (void)pthread_cond_broadcast(&tg.changed);
  for (;;) {
    if (tg.poll_turn != turn) {
      tg_fail(c, 409,
              tg.poll_end == TG_POLL_WEBHOOK
                  ? "terminated by setWebhook request"
                  : "terminated by other getUpdates request; make sure that only one bot instance "
                    "is running");
      return false;
    }
    int64_t left = end - sb_mono_ms();
    if (tg.update_count || left <= 0 || sb_stopping())
      return true;
    sb_cond_wait(&tg.changed, &tg.lock, left < WAIT_STEP_MS ? left : WAIT_STEP_MS);
    tg_prune();
  }
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
  return v < low ? low : (v > high ? high : v);
}

void tg_get_updates(struct tg_call *c)
{
  int64_t offset = tg_int(c, "offset", 0);
  int64_t limit = clamp(tg_int(c, "limit", LIMIT_MAX), 1, LIMIT_MAX);
  int64_t timeout = clamp(tg_int(c, "timeout", 0), 0, POLL_MAX_S);
  int64_t now = sb_mono_ms();
  bool broken = false;
  if (tg.webhook.url) {
    tg_fail(c, 409,
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
            "webhook first");
    return;
  }
  if (offset == previous.offset && timeout < 3 && now < previous.start_mono + 3000)
    timeout = 3;
  if (offset == previous.offset && now < previous.start_mono + 500)
    limit = 1;
  previous.offset = offset;
  previous.start_mono = now;
  cJSON *allowed = tg_json(c, "allowed_updates", &broken);
  if (cJSON_IsArray(allowed))
    tg_set_allowed(allowed);
  cJSON_Delete(allowed);
  confirm(offset);
  if (wait_for_update(c, timeout))
    reply_updates(c, limit);
}
