/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_YK_H
#define SANDBOX_YK_H

#include <pthread.h>

#include "http.h"
#include "map.h"

struct yk_payment {
  char id[37];
  cJSON *obj; /* as the API shows it */
  int64_t created_ms;
  int64_t captured_ms;
  int64_t expires_ms; /* while pending or waiting for capture */
  int64_t refunded_minor;
  bool open;    /* pending or waiting_for_capture */
  bool capture; /* one-step */
  char *return_url;
  char *key; /* its Idempotence-Key */
};

struct yk_shop {
  pthread_mutex_t lock;
  struct sb_map payments; /* id -> yk_payment */
  struct sb_map refunds;  /* id -> cJSON */
  struct sb_map keys;     /* Idempotence-Key -> remembered answer */
  bool fiscal;            /* a receipt is compulsory */
  bool refunds_wait;      /* refunds stay pending until control settles them */
};
extern struct yk_shop yk_shop;

/* "199.00" -> 19900; false unless it has exactly two digits after the dot. */
bool yk_amount_parse(const cJSON *amount, int64_t *minor_out);
cJSON *yk_amount_json(int64_t minor, const char *currency);
void yk_add_time(cJSON *obj, const char *key, int64_t ms);
void yk_new_id(char id[37]);

void yk_error(struct sb_reply *rp, unsigned status, const char *code, const char *description,
              const char *parameter);

/* What is wrong with the body of POST /payments. */
struct yk_problem {
  const char *description; /* NULL: nothing */
  const char *parameter;
};
struct yk_problem yk_check_payment(const cJSON *in, bool fiscal);
struct yk_problem yk_check_receipt(const cJSON *receipt, int64_t total_minor);

/* The shop is locked by the caller in all functions below. */
void yk_create(const cJSON *in, const char *key, struct sb_reply *rp);
void yk_fetch(const char *id, struct sb_reply *rp);
void yk_capture(const char *id, struct sb_reply *rp);
void yk_cancel(const char *id, struct sb_reply *rp);
struct yk_payment *yk_find(const char *payment_id, const char *order_id);
/* Ends an open payment; reason is used when it is declined. False when it is not open. */
bool yk_finish(struct yk_payment *p, bool paid, const char *party, const char *reason,
               bool webhook);
/* Cancels what was not paid in time; called often. */
void yk_expire(void);

void yk_list_payments(struct sb_request *rq, struct sb_reply *rp);
void yk_list_refunds(struct sb_request *rq, struct sb_reply *rp);
void yk_refund_create(const cJSON *in, struct sb_reply *rp);
bool yk_refund_settle(cJSON *refund, bool succeeded);
void yk_refund_fetch(const char *id, struct sb_reply *rp);

/* Notifications: own lock, callable with the shop locked. */
void yk_hook_send(const char *event, const cJSON *object);
void yk_hook_control(struct sb_request *rq, struct sb_reply *rp);
void yk_hook_forge(struct sb_request *rq, struct sb_reply *rp);
void yk_hook_start(void);
void yk_hook_stop(void);
void yk_hook_kick(void);

#endif
