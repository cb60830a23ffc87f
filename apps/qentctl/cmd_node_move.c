/* SPDX-License-Identifier: MIT */
#include "moving.h"
#include "node_cmd.h"
#include "progress.h"

#include <stdio.h>

#define STALL_USUAL_S 60
#define LOOK_CLOSER_MS 2000

static const cli_option move_options[] = {
    {"count", "N", "at most so many accounts (default: all)", false},
    {"no-wait", NULL, "do not wait until it is done", false},
    {"patience", "S", "stop waiting when nothing moved for so many seconds (default: 60)", false},
    {NULL, NULL, NULL, false}};

static const cli_option evacuate_options[] = {
    {"to", "NODE", "move all to this node (default: each to the best of the group)", false},
    {"no-wait", NULL, "do not wait until it is done", false},
    {"patience", "S", "stop waiting when nothing moved for so many seconds (default: 60)", false},
    {NULL, NULL, NULL, false}};

/* One move as it was asked for. */
typedef struct request {
  const char *from;
  const char *to; /* NULL: the best for each */
  int64_t count;  /* 0: all */
  bool drains;    /* nobody new may come meanwhile, nor afterwards */
  int64_t patience_s;
} request;

static qent_status read_now(cli *c, moving *m)
{
  m->now.size = sizeof m->now;
  return qent_node_progress_read(c->session, m->node, &m->now, &c->err);
}

/* Wait until it is over, ^C, or nothing changes any more. */
static qent_status wait_for(cli *c, moving *m, int64_t patience_s, moving_end *end_out)
{
  progress p;
  qent_status st = QENT_OK;
  int64_t last_left = -1;
  int64_t changed_ms = 0;
  int64_t looked_ms = 0;
  *end_out = MOVING_OVER;
  progress_catch_signals();
  progress_begin(&p, c->json);
  for (;;) {
    st = read_now(c, m);
    if (st != QENT_OK)
      break;
    const int64_t left = moving_left(m) + m->now.to_look_at;
    if (left != last_left)
      changed_ms = progress_elapsed_ms(&p);
    last_left = left;
    progress_tell(&p, m->total, m->total - moving_left(m), m->now.failing);
    const int64_t still_ms = progress_elapsed_ms(&p) - changed_ms;
    if (moving_ended(m) || (still_ms >= looked_ms + LOOK_CLOSER_MS && moving_stuck(c, m)))
      break;
    looked_ms = still_ms - still_ms % LOOK_CLOSER_MS;
    if (still_ms >= patience_s * 1000)
      *end_out = MOVING_STALLED;
    else if (!progress_pause())
      *end_out = MOVING_STOPPED;
    if (*end_out != MOVING_OVER)
      break;
  }
  progress_end(&p);
  return st;
}

static int say_begun(const cli *c, const moving *m)
{
  if (c->json)
    printf("{\"node\":\"%s\",\"total\":%lld}\n", m->node, (long long)m->total);
  else
    printf("%lld accounts move away from %s; botd does it. `qentctl node show %s` shows what is "
           "left.\n",
           (long long)m->total, m->node, m->node);
  return EXIT_DONE;
}

static bool is_evacuating(cli *c, const char *name)
{
  qent_node *node = NULL;
  const bool so =
      qent_node_by_name(c->session, name, &node, NULL) == QENT_OK && qent_node_evacuating(node);
  qent_node_free(node);
  return so;
}

/* No new accounts there from now on; a disabled node stays disabled. */
static qent_status drain(cli *c, const char *name, bool *drained_out)
{
  qent_node *node = NULL;
  qent_status st = qent_node_by_name(c->session, name, &node, &c->err);
  if (st == QENT_OK && qent_node_set_to(node) == QENT_NODE_ACTIVE) {
    st = qent_node_set_state(c->session, name, QENT_NODE_DRAINING, &c->err);
    *drained_out = st == QENT_OK;
  }
  qent_node_free(node);
  return st;
}

/* A move that is refused leaves the node as it was. */
static qent_status set_moving(cli *c, const request *r, int32_t *count_out)
{
  bool drained = false;
  qent_status st = r->drains ? drain(c, r->from, &drained) : QENT_OK;
  if (st == QENT_OK)
    st = qent_node_move(c->session, r->from, r->to, (int32_t)r->count, count_out, &c->err);
  if (st != QENT_OK && drained && *count_out == 0 &&
      qent_node_set_state(c->session, r->from, QENT_NODE_ACTIVE, NULL) != QENT_OK)
    fprintf(stderr, "Node %s is left draining; `qentctl node activate` ends it.\n", r->from);
  return st;
}

/* Two nodes are named: say which one is wrong. */
static int not_found(cli *c, const char *name)
{
  qent_fail(&c->err, QENT_ENOTFOUND, "no such node: %.64s", name);
  return cli_failed(c, QENT_ENOTFOUND, NODES_REMEDY);
}

/* Those that were on their way before are waited for as well. */
static int start(cli *c, const request *r)
{
  moving m = {.node = r->from, .whole = !r->to && r->count == 0};
  moving_end end = MOVING_OVER;
  int32_t begun = 0;
  qent_status st = read_now(c, &m);
  if (st == QENT_ENOTFOUND)
    return not_found(c, r->from);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  m.total = moving_left(&m);
  st = set_moving(c, r, &begun);
  /* A repeat looks at what became of the first, also when there is no more room now. */
  if (st == QENT_ECONFLICT && m.whole && is_evacuating(c, r->from))
    st = QENT_OK;
  if (st == QENT_ENOTFOUND && r->to)
    return not_found(c, r->to);
  if (st != QENT_OK)
    return cli_failed(c, st,
                      st == QENT_ECONFLICT ? "`qentctl node list` shows who has room." : NULL);
  m.total += begun;
  if (cli_flag(c, "no-wait"))
    return say_begun(c, &m);
  st = wait_for(c, &m, r->patience_s, &end);
  if (st != QENT_OK)
    return cli_failed(c, st, "The work goes on in botd.");
  if (end == MOVING_STOPPED)
    fputs("Not waiting any longer; the work goes on in botd.\n", stderr);
  return moving_report(c, &m, end);
}

static int begin(cli *c, request *r)
{
  r->patience_s = STALL_USUAL_S;
  if (!cli_number_option(c, "patience", 1, 86400, &r->patience_s))
    return EXIT_USAGE;
  return cli_open(c);
}

static int move(cli *c)
{
  request r = {.from = c->operands[0], .to = c->operands[1]};
  if (!cli_number_option(c, "count", 1, INT32_MAX, &r.count))
    return EXIT_USAGE;
  const int code = begin(c, &r);
  return code != EXIT_DONE ? code : start(c, &r);
}

static int evacuate(cli *c)
{
  request r = {.from = c->operands[0], .to = cli_value(c, "to")};
  /* Without a target the library does it. */
  r.drains = r.to != NULL;
  const int code = begin(c, &r);
  return code != EXIT_DONE ? code : start(c, &r);
}

const cli_command commands_node_move[] = {
    {"node", "move", "FROM TO", 2, 2, move_options, "move accounts to another node",
     "An account leaves a node only after the other one has confirmed it, and buyers keep their\n"
     "config link. botd does the work; ^C ends the waiting, not the work.\n"
     "Example:\n  qentctl node move de1 de2 --count 100\n",
     move},
    {"node", "evacuate", "NAME", 1, 1, evacuate_options, "move everybody away from a node",
     "The node is left draining; `qentctl node activate` ends it. Nobody is removed from the node\n"
     "before another one has confirmed the account. botd does the work; ^C ends the waiting, not\n"
     "the work, and a repeat goes on waiting. Exit code 4: not all are moved yet.\n",
     evacuate},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};
