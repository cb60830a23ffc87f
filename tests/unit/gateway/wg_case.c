/* SPDX-License-Identifier: MIT */
#include "wg_case.h"
#include "gateway/amneziawg.h"
#include "gateway/wgeasy.h"

#include <stdio.h>
#include <string.h>

const struct wire_panel wire_amneziawg = {&qent__amneziawg_factory, "amneziawg", "",
                                          "connect.sid=first"};
const struct wire_panel wire_wgeasy = {&qent__wgeasy_factory, "wgeasy", "admin", "basic"};

struct wire wire;
qent_account_view view;
qent_error err;

static int setup(const struct wire_panel *panel)
{
  wire_open_panel(&wire, panel, "{}", true);
  view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  err = (qent_error)QENT_ERROR_INIT;
  return 0;
}

int amneziawg_setup(void **state)
{
  (void)state;
  return setup(&wire_amneziawg);
}

int wgeasy_setup(void **state)
{
  (void)state;
  return setup(&wire_wgeasy);
}

int wg_teardown(void **state)
{
  (void)state;
  wire_close(&wire);
  qent_account_view_dispose(&view);
  return 0;
}

void reopen(bool logged_in)
{
  const struct wire_panel *panel = wire.panel;

  wire_close(&wire);
  wire_open_panel(&wire, panel, "{}", logged_in);
}

void ensure(qent_status wanted)
{
  qent_account_spec spec = wire_spec();
  qent_status st = qent__gateway_ensure_account(wire.gw, &spec, &view, &err);

  if (st != wanted)
    fail_msg("%s instead of %s: %s", qent_status_name(st), qent_status_name(wanted), err.message);
  wire_done(&wire);
}

void message_has(const char *text)
{
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

struct wire_step *expect_change(const char *call, int status, const char *file)
{
  struct wire_step *step = wire_add(&wire, call, status, file);

  step->timeout_ms = CHANGE_MS;
  return step;
}

struct wire_step *expect_text(const char *call, const char *text)
{
  struct wire_step *step = wire_add(&wire, call, 200, NULL);

  step->text = text;
  return step;
}

const char *list_text(const struct listed *peers, size_t count)
{
  static char texts[4][65536]; /* a case needs several at once */
  static size_t next;
  char *text = texts[next++ % 4];
  size_t at = 0;
  const char *quote = wire.panel == &wire_wgeasy ? "" : "\"";

  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(
        text + at, sizeof texts[0] - at,
        "%s{\"id\":%s%s%zu%s,\"name\":\"%s\",\"enabled\":%s,\"address\":\"10.8.0.%zu\","
        "\"ipv4Address\":\"10.8.0.%zu\",\"expiredAt\":null,\"expiresAt\":null}",
        i ? "," : "[", quote, *quote ? "p" : "", i + 1, quote, peers[i].name,
        peers[i].enabled ? "true" : "false", i + 2, i + 2);
  (void)snprintf(text + at, sizeof texts[0] - at, "%s", at ? "]" : "[]");
  return text;
}
