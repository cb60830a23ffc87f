/* SPDX-License-Identifier: MIT */
#include "moving.h"

#include <qentvpn/ext/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MAX 100000
#define FAILED_IN_A_ROW 3

/* A subscription with an account on the node. */
typedef struct resident {
  int64_t sub;
  bool wanted;  /* the account is not on its way out */
  bool enabled; /* the subscription is active */
} resident;

/* What the progress alone does not tell. */
typedef struct findings {
  resident *residents; /* by subscription; owned */
  size_t count;
  size_t room;
  int64_t idle;     /* not active: they stay, and nobody misses anything */
  int64_t homeless; /* active, but there is no other node for them */
  int64_t failing;  /* accounts of these subscriptions, here or where they go */
  int64_t account;  /* the first of them; 0: none */
  char node[40];
  char error[256];
  bool out_of_memory;
} findings;

int64_t moving_left(const moving *m)
{
  return m->now.leaving + m->now.removing + (m->whole ? m->now.here : 0);
}

bool moving_ended(const moving *m)
{
  return m->now.leaving + m->now.removing + (m->whole ? m->now.to_look_at : 0) == 0;
}

static bool take_resident(const qent_account *account, void *user)
{
  findings *f = user;
  if (f->count == f->room) {
    const size_t room = f->room ? f->room * 2 : 64;
    resident *residents = realloc(f->residents, room * sizeof *residents);
    f->out_of_memory = !residents;
    if (!residents)
      return false;
    f->residents = residents;
    f->room = room;
  }
  resident *r = &f->residents[f->count++];
  r->sub = qent_account_subscription_id(account);
  r->wanted = qent_account_wanted_present(account);
  r->enabled = qent_account_wanted_enabled(account);
  return true;
}

static int by_subscription(const void *a, const void *b)
{
  const resident *x = a;
  const resident *y = b;
  return (x->sub > y->sub) - (x->sub < y->sub);
}

/* An account that cannot leave fails where it goes as often as where it is. */
static bool take_pending(const qent_account *account, void *user)
{
  findings *f = user;
  const resident key = {qent_account_subscription_id(account), false, false};
  if (qent_account_attempts(account) < FAILED_IN_A_ROW || f->count == 0 ||
      !bsearch(&key, f->residents, f->count, sizeof key, by_subscription))
    return true;
  ++f->failing;
  if (f->account > 0)
    return true;
  const char *error = qent_account_last_error(account);
  f->account = qent_account_id(account);
  snprintf(f->node, sizeof f->node, "%s", qent_account_node_name(account));
  snprintf(f->error, sizeof f->error, "%s", error ? error : "no reason known");
  return true;
}

/* The places of one subscription other than the node. */
typedef struct places {
  const char *node;
  int64_t others;
} places;

static bool take_place(const qent_account *account, void *user)
{
  places *p = user;
  p->others +=
      qent_account_wanted_present(account) && strcmp(qent_account_node_name(account), p->node) != 0;
  return true;
}

/* Of an evacuation: who has to stay, and why. */
static qent_status find_staying(cli *c, const moving *m, findings *f)
{
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;
  qent_status st = QENT_OK;
  for (size_t i = 0; st == QENT_OK && i < f->count; ++i) {
    places p = {m->node, 0};
    if (!f->residents[i].wanted)
      continue;
    filter.subscription_id = f->residents[i].sub;
    if (f->residents[i].enabled)
      st = qent_account_each(c->session, &filter, take_place, &p, &c->err);
    f->idle += !f->residents[i].enabled;
    f->homeless += f->residents[i].enabled && p.others == 0;
  }
  return st;
}

static qent_status find(cli *c, const moving *m, findings *f)
{
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;
  filter.node_name = m->node;
  filter.limit = ACCOUNTS_MAX;
  qent_status st = qent_account_each(c->session, &filter, take_resident, f, &c->err);
  if (st == QENT_OK && f->out_of_memory)
    st = qent_fail(&c->err, QENT_ENOMEM, "out of memory");
  if (st != QENT_OK)
    return st;
  if (f->count > 1)
    qsort(f->residents, f->count, sizeof *f->residents, by_subscription);
  if (m->whole && m->now.to_look_at == 0)
    st = find_staying(c, m, f);
  if (st != QENT_OK)
    return st;
  filter.node_name = NULL;
  filter.pending_only = true;
  return qent_account_each(c->session, &filter, take_pending, f, &c->err);
}

static int64_t waiting(const moving *m, const findings *f)
{
  const int64_t others = moving_left(m) - f->idle - f->homeless;
  return others > 0 ? others : 0;
}

bool moving_stuck(cli *c, const moving *m)
{
  findings f = {.account = 0};
  const qent_status st = find(c, m, &f);
  free(f.residents);
  return st == QENT_OK && waiting(m, &f) == 0;
}

static int64_t moved(const moving *m)
{
  const int64_t left = moving_left(m);
  return left < m->total ? m->total - left : 0;
}

static void print_json(const moving *m, const findings *f)
{
  qent_buf buf;
  qent_json_writer w;
  qent_buf_init(&buf, 8192);
  qent_jw_init(&w, &buf);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "node", m->node);
  qent_jw_ki64(&w, "total", m->total);
  qent_jw_ki64(&w, "moved", moved(m));
  qent_jw_ki64(&w, "waiting", waiting(m, f));
  qent_jw_ki64(&w, "failing", f->failing);
  qent_jw_ki64(&w, "without_room", f->homeless);
  qent_jw_ki64(&w, "not_active", f->idle);
  qent_jw_key(&w, "first_error");
  if (f->account > 0) {
    qent_jw_object(&w);
    qent_jw_ki64(&w, "account", f->account);
    qent_jw_kstr(&w, "node", f->node);
    qent_jw_kstr(&w, "error", f->error);
    qent_jw_end_object(&w);
  } else {
    qent_jw_null(&w);
  }
  qent_jw_end_object(&w);
  if (qent_jw_finish(&w, NULL) == QENT_OK)
    puts(buf.data);
  qent_buf_dispose(&buf);
}

static void print_staying(const moving *m, const findings *f)
{
  if (f->idle > 0)
    printf("%lld stay whose subscriptions are not active; they move when they are renewed.\n",
           (long long)f->idle);
  if (f->homeless > 0)
    printf("%lld stay because no other node of the group works and has room.\n"
           "  Add one or raise a capacity, then repeat `qentctl node evacuate %s`.\n",
           (long long)f->homeless, m->node);
}

/* Is all that is left to be removed from a panel that does not answer? */
static bool waits_for_panel(cli *c, const moving *m)
{
  qent_node *node = NULL;
  const bool so = moving_left(m) == m->now.removing &&
                  qent_node_by_name(c->session, m->node, &node, NULL) == QENT_OK &&
                  qent_node_get_state(node) == QENT_NODE_DOWN;
  qent_node_free(node);
  return so;
}

static void print_text(const moving *m, const findings *f, moving_end end, bool silent)
{
  printf("Moved %lld of %lld account%s away from %s.\n", (long long)moved(m), (long long)m->total,
         m->total == 1 ? "" : "s", m->node);
  if (waiting(m, f) > 0)
    printf("%lld still wait.%s\n", (long long)waiting(m, f),
           end == MOVING_STALLED ? "" : " The work goes on in botd.");
  if (f->failing > 0)
    printf(
        "%lld fail; the first is account %lld on %s: %s\n"
        "  botd tries again by itself. `qentctl node probe %s` tests the panel, `qentctl account "
        "list --pending` shows all,\n  `qentctl account retry %lld` tries at once.\n",
        (long long)f->failing, (long long)f->account, f->node, f->error, f->node,
        (long long)f->account);
  else if (end == MOVING_STALLED && silent)
    printf("  All of them are served elsewhere already. %s does not answer; botd removes them "
           "there when it does.\n  If its panel is lost for good: `qentctl node disable %s`.\n",
           m->node, m->node);
  else if (end == MOVING_STALLED)
    puts("  Nothing moved for a while. Does botd run? It goes on where it stopped.");
  print_staying(m, f);
}

int moving_report(cli *c, const moving *m, moving_end end)
{
  findings f = {.account = 0};
  const qent_status st = find(c, m, &f);
  free(f.residents);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  if (c->json)
    print_json(m, &f);
  else
    print_text(m, &f, end, waits_for_panel(c, m));
  return waiting(m, &f) == 0 && f.homeless == 0 ? EXIT_DONE : EXIT_RETRY;
}
