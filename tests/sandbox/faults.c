/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "control.h"
#include "text.h"

enum { DEFAULT_HOLD_MS = 60000, PANEL_MAX = 33 };

struct fault {
  int64_t id;
  enum sb_target target;
  char panel[PANEL_MAX]; /* "": any */
  char *match;
  struct sb_fault_plan plan;
  int64_t count; /* uses left, negative: for ever */
  int64_t after; /* calls to let pass first */
  int64_t hits;
  struct fault *next;
};

struct latency {
  enum sb_target target;
  char panel[PANEL_MAX];
  int64_t ms;
  struct latency *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fault *faults;
static struct latency *latencies;
static int64_t last_id;

static const char *const target_names[] = {"telegram", "yookassa",  "marzban",
                                           "3xui",     "amneziawg", "wgeasy"};
static const struct {
  const char *name;
  enum sb_fault_kind kind;
} kinds[] = {
    {"delay", SB_FAULT_DELAY},
    {"status", SB_FAULT_STATUS},
    {"429", SB_FAULT_429},
    {"cut", SB_FAULT_CUT},
    {"garbage", SB_FAULT_GARBAGE},
    {"html", SB_FAULT_HTML},
    {"huge", SB_FAULT_HUGE},
    {"timeout", SB_FAULT_TIMEOUT},
    {"refuse", SB_FAULT_REFUSE},
    {"act_then_timeout", SB_FAULT_ACT_THEN_TIMEOUT},
    {"act_then_status", SB_FAULT_ACT_THEN_STATUS},
    {"act_then_delay", SB_FAULT_ACT_THEN_DELAY},
};

const char *sb_target_name(enum sb_target target)
{
  return target_names[target];
}

bool sb_target_parse(const char *name, enum sb_target *out)
{
  for (int i = 0; name && i < SB_TARGETS; i++) {
    if (strcmp(name, target_names[i]) == 0) {
      *out = (enum sb_target)i;
      return true;
    }
  }
  return false;
}

static const char *kind_name(enum sb_fault_kind kind)
{
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].kind == kind)
      return kinds[i].name;
  return "";
}

static enum sb_fault_kind kind_parse(const char *name)
{
  for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(name, kinds[i].name) == 0)
      return kinds[i].kind;
  return SB_FAULT_NONE;
}

static bool same_target(enum sb_target target, const char *panel, const struct sb_call *call)
{
  return target == call->target && (!*panel || strcmp(panel, call->panel) == 0);
}

/* match: "", "/prefix", "METHOD /prefix", "METHOD /exact$" or the name of a Bot API method. */
static bool matches(const struct fault *f, const struct sb_call *call)
{
  const char *m = f->match;
  if (!same_target(f->target, f->panel, call))
    return false;
  if (!*m)
    return true;
  if (call->target == SB_TELEGRAM && *m != '/' && !strchr(m, ' '))
    return strcasecmp(m, call->path + 1) == 0;
  const char *space = strchr(m, ' ');
  if (space) {
    size_t n = (size_t)(space - m);
    if (strlen(call->method) != n || strncmp(call->method, m, n) != 0)
      return false;
    m = space + 1;
  }
  size_t n = strlen(m);
  if (n && m[n - 1] == '$')
    return strlen(call->path) == n - 1 && strncmp(call->path, m, n - 1) == 0;
  return sb_has_prefix(call->path, m);
}

void sb_faults_take(const struct sb_call *call, struct sb_fault_plan *plan)
{
  int64_t delay = 0;
  *plan = (struct sb_fault_plan){0};
  (void)pthread_mutex_lock(&lock);
  for (const struct latency *l = latencies; l; l = l->next)
    if (same_target(l->target, l->panel, call))
      delay += l->ms;
  for (struct fault *f = faults; f; f = f->next) {
    if (f->count == 0 || !matches(f, call))
      continue;
    if (f->after > 0) {
      f->after--;
      continue;
    }
    f->hits++;
    if (f->count > 0)
      f->count--;
    if (f->plan.kind == SB_FAULT_DELAY) {
      delay += f->plan.ms;
      continue;
    }
    *plan = f->plan;
    plan->body = f->plan.body ? sb_strdup(f->plan.body) : NULL;
    break;
  }
  (void)pthread_mutex_unlock(&lock);
  plan->delay_ms = delay;
}

static void answer_instead(enum sb_target target, const struct sb_fault_plan *plan,
                           struct sb_reply *rp)
{
  static const unsigned char garbage[] = {0x1f, 0x8b, 0x08, 0x00, '{', '"', 'o',  0xff,
                                          0xfe, 0x00, 0x80, '}',  ']', '"', 0xc3, 0x28};
  sb_reply_free(rp);
  if (plan->kind == SB_FAULT_GARBAGE)
    sb_reply_bytes(rp, 200, "application/json", garbage, sizeof garbage);
  else if (plan->kind == SB_FAULT_HTML)
    sb_reply_text(rp, plan->status ? plan->status : 502, "text/html",
                  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                  "<center><h1>502 Bad Gateway</h1></center>\r\n"
                  "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n");
  else if (plan->kind == SB_FAULT_HUGE) {
    sb_reply_text(rp, 200, "application/json", "{\"ok\":true,\"result\":\"");
    rp->filler_bytes = plan->bytes ? plan->bytes : 64ULL << 20;
  } else {
    bool limited = plan->kind == SB_FAULT_429;
    sb_error_like(target, rp, limited ? 429 : plan->status, plan->retry_after);
    if (plan->body)
      sb_reply_text(rp, rp->status, rp->type, plan->body);
  }
}

static void act(const struct sb_call *call, const struct sb_fault_plan *plan, sb_handler *handler,
                struct sb_request *rq, struct sb_reply *rp)
{
  handler(rq, rp);
  if (plan->kind == SB_FAULT_CUT)
    rp->end = SB_END_CUT;
  else if (plan->kind == SB_FAULT_ACT_THEN_STATUS)
    answer_instead(call->target, plan, rp);
  else if (plan->kind == SB_FAULT_ACT_THEN_DELAY)
    (void)sb_hold(rq, plan->ms);
  else if (plan->kind == SB_FAULT_ACT_THEN_TIMEOUT) {
    (void)sb_hold(rq, plan->ms ? plan->ms : DEFAULT_HOLD_MS);
    rp->end = SB_END_CLOSE;
  }
}

void sb_faults_serve(const struct sb_call *call, sb_handler *handler, struct sb_request *rq,
                     struct sb_reply *rp)
{
  struct sb_fault_plan plan;
  sb_faults_take(call, &plan);
  if (plan.delay_ms > 0)
    (void)sb_hold(rq, plan.delay_ms);
  switch (plan.kind) {
  case SB_FAULT_STATUS:
  case SB_FAULT_429:
  case SB_FAULT_GARBAGE:
  case SB_FAULT_HTML:
  case SB_FAULT_HUGE:
    answer_instead(call->target, &plan, rp);
    break;
  case SB_FAULT_TIMEOUT:
    (void)sb_hold(rq, plan.ms ? plan.ms : DEFAULT_HOLD_MS);
    rp->end = SB_END_CLOSE;
    break;
  case SB_FAULT_REFUSE:
    rp->end = SB_END_RESET;
    break;
  case SB_FAULT_NONE:
  case SB_FAULT_DELAY:
  case SB_FAULT_CUT:
  case SB_FAULT_ACT_THEN_TIMEOUT:
  case SB_FAULT_ACT_THEN_STATUS:
  case SB_FAULT_ACT_THEN_DELAY:
  default:
    act(call, &plan, handler, rq, rp);
    break;
  }
  free(plan.body);
}

static void fault_free(struct fault *f)
{
  free(f->match);
  free(f->plan.body);
  free(f);
}

static void add_fault(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  const char *match = sb_json_str(in, "match");
  const char *panel = sb_json_str(in, "panel");
  const char *body = sb_json_str(in, "body");
  struct fault *f = sb_alloc(sizeof *f);
  f->plan.kind = kind_parse(sb_json_str(in, "kind"));
  f->plan.ms = sb_json_int(in, "ms", 0);
  f->plan.status = (unsigned)sb_json_int(in, "status", f->plan.kind == SB_FAULT_HTML ? 0 : 500);
  f->plan.retry_after = sb_json_int(in, "retry_after", f->plan.kind == SB_FAULT_429 ? 1 : 0);
  f->plan.bytes = (uint64_t)sb_json_int(in, "bytes", 0);
  f->plan.body = body ? sb_strdup(body) : NULL;
  f->count = sb_json_int(in, "count", 1);
  f->after = sb_json_int(in, "after", 0);
  f->match = sb_strdup(match ? match : "");
  (void)snprintf(f->panel, sizeof f->panel, "%s", panel ? panel : "");
  if (!sb_target_parse(sb_json_str(in, "target"), &f->target) || f->plan.kind == SB_FAULT_NONE) {
    fault_free(f);
    sb_control_error(rp, 400, "target or kind is unknown");
  } else {
    (void)pthread_mutex_lock(&lock);
    struct fault **tail = &faults;
    while (*tail)
      tail = &(*tail)->next;
    *tail = f;
    f->id = ++last_id;
    cJSON *out = cJSON_CreateObject();
    cJSON_AddNumberToObject(out, "id", (double)f->id);
    (void)pthread_mutex_unlock(&lock);
    sb_reply_json(rp, 200, out);
  }
  cJSON_Delete(in);
}

static void drop_faults(struct sb_request *rq, struct sb_reply *rp)
{
  int64_t id = sb_params_int(&rq->query, "id", 0);
  const char *target = sb_params_get(&rq->query, "target");
  int dropped = 0;
  (void)pthread_mutex_lock(&lock);
  for (struct fault **at = &faults; *at;) {
    struct fault *f = *at;
    if ((id && f->id != id) || (target && strcmp(target, target_names[f->target]) != 0)) {
      at = &f->next;
      continue;
    }
    *at = f->next;
    fault_free(f);
    dropped++;
  }
  (void)pthread_mutex_unlock(&lock);
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "dropped", dropped);
  sb_reply_json(rp, 200, out);
}

static void list_faults(struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateArray();
  (void)pthread_mutex_lock(&lock);
  for (const struct fault *f = faults; f; f = f->next) {
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "id", (double)f->id);
    cJSON_AddStringToObject(item, "target", target_names[f->target]);
    cJSON_AddStringToObject(item, "panel", f->panel);
    cJSON_AddStringToObject(item, "match", f->match);
    cJSON_AddStringToObject(item, "kind", kind_name(f->plan.kind));
    cJSON_AddNumberToObject(item, "count", (double)f->count);
    cJSON_AddNumberToObject(item, "after", (double)f->after);
    cJSON_AddNumberToObject(item, "hits", (double)f->hits);
    cJSON_AddItemToArray(out, item);
  }
  (void)pthread_mutex_unlock(&lock);
  sb_reply_json(rp, 200, out);
}

void sb_faults_control(struct sb_request *rq, struct sb_reply *rp)
{
  if (strcmp(rq->method, "POST") == 0)
    add_fault(rq, rp);
  else if (strcmp(rq->method, "DELETE") == 0)
    drop_faults(rq, rp);
  else
    list_faults(rp);
}

void sb_latency_control(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_control_body(rq, rp);
  enum sb_target target = SB_TELEGRAM;
  if (!in)
    return;
  const char *panel = sb_json_str(in, "panel");
  if (!sb_target_parse(sb_json_str(in, "target"), &target)) {
    sb_control_error(rp, 400, "target is unknown");
    cJSON_Delete(in);
    return;
  }
  panel = panel ? panel : "";
  (void)pthread_mutex_lock(&lock);
  struct latency *l = latencies;
  while (l && (l->target != target || strcmp(l->panel, panel) != 0))
    l = l->next;
  if (!l) {
    l = sb_alloc(sizeof *l);
    l->target = target;
    (void)snprintf(l->panel, sizeof l->panel, "%s", panel);
    l->next = latencies;
    latencies = l;
  }
  l->ms = sb_json_int(in, "base_latency_ms", 0);
  (void)pthread_mutex_unlock(&lock);
  cJSON_Delete(in);
  sb_control_ok(rp);
}
