/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "http.h"

enum sb_target {
  SB_TELEGRAM,
  SB_YOOKASSA,
  SB_MARZBAN,
  SB_XUI,
  SB_AMNEZIAWG,
  SB_WGEASY,
  SB_TARGETS
};

enum sb_fault_kind {
  SB_FAULT_NONE,
  SB_FAULT_DELAY,
  SB_FAULT_STATUS,
  SB_FAULT_429,
  SB_FAULT_CUT,
  SB_FAULT_GARBAGE,
  SB_FAULT_HTML,
  SB_FAULT_HUGE,
  SB_FAULT_TIMEOUT,
  SB_FAULT_REFUSE,
  SB_FAULT_ACT_THEN_TIMEOUT,
  SB_FAULT_ACT_THEN_STATUS,
  SB_FAULT_ACT_THEN_DELAY
};

/* One call as the switches see it. */
struct sb_call {
  enum sb_target target;
  const char *panel;  /* "" unless it is one */
  const char *method; /* HTTP method */
  const char *path;   /* below the API base: "/payments", "/api/user/x"; Bot API: "/sendMessage" */
};

/* What the switches say about one call. */
struct sb_fault_plan {
  enum sb_fault_kind kind;
  int64_t delay_ms; /* before acting */
  int64_t ms;
  unsigned status;
  int64_t retry_after;
  uint64_t bytes;
  char *body; /* owned or NULL */
};

const char *sb_target_name(enum sb_target target);
bool sb_target_parse(const char *name, enum sb_target *out);

/* Takes one use from every switch that matches. Free plan->body. */
void sb_faults_take(const struct sb_call *call, struct sb_fault_plan *plan);
/* Serves the call through its switches. */
void sb_faults_serve(const struct sb_call *call, sb_handler *handler, struct sb_request *rq,
                     struct sb_reply *rp);
/* /control/faults and /control/latency */
void sb_faults_control(struct sb_request *rq, struct sb_reply *rp);
void sb_latency_control(struct sb_request *rq, struct sb_reply *rp);

/* An error in the shape of the stand-in. */
void sb_error_like(enum sb_target target, struct sb_reply *rp, unsigned status,
                   int64_t retry_after);

#endif
