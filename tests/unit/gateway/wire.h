/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_WIRE_H
#define TESTS_UNIT_GATEWAY_WIRE_H

/* A panel played call by call: each step says what must be asked and what is answered. */

#include "gateway/gateway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WIRE_URL "https://panel.example/base"
#define WIRE_STEPS 24

struct wire_step {
  const char *call; /* "PUT /api/user/qt_17" */
  int status;       /* 0: fail with `failure` */
  const char *file; /* answer in the panel's folder of tests/data, or NULL */
  const char *text; /* answer, when there is no file */
  const char *header;
  const char *sends[4]; /* must be in the body */
  const char *not_sent; /* must not be in it */
  const char *bearer;   /* expected token; NULL: any */
  const char *line;     /* header line that must be sent; NULL: any */
  qent_status failure;
  int32_t timeout_ms; /* expected; 0: 15000 */
};

/* The kind of panel that is played. */
struct wire_panel {
  const qent_gateway_factory *factory;
  const char *folder; /* in tests/data */
  const char *username;
  const char *token; /* of somebody who is logged in */
};

struct wire {
  const struct wire_panel *panel;
  struct wire_step steps[WIRE_STEPS];
  size_t count;
  size_t at;
  qent_http *http;
  qent_panel_share *share;
  qent_gateway *gw;
  int64_t now; /* the share's clock */
};

/* Open a gateway whose panel is this wire, already logged in when `logged_in`. */
void wire_open(struct wire *wire, const struct wire_panel *panel, const char *options,
               bool logged_in);
void wire_close(struct wire *wire);
struct wire_step *wire_add(struct wire *wire, const char *call, int status, const char *file);
/* All steps were taken. */
void wire_done(const struct wire *wire);

/* The account of the recordings. */
qent_account_spec wire_spec(void);

#endif
