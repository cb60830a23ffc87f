/* SPDX-License-Identifier: MIT */
#include "wire_case.h"
#include "util/alloc.h"

#include <string.h>

struct wire wire;
qent_account_view view;
qent_error err;

int case_open(const struct wire_panel *panel)
{
  wire_open(&wire, panel, "{}", true);
  view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  err = (qent_error)QENT_ERROR_INIT;
  return 0;
}

int case_close(void **state)
{
  (void)state;
  wire_close(&wire);
  qent_account_view_dispose(&view);
  return 0;
}

void reopen(const char *options, bool logged_in)
{
  reopen_as(wire.panel, options, logged_in);
}

void reopen_as(const struct wire_panel *panel, const char *options, bool logged_in)
{
  wire_close(&wire);
  wire_open(&wire, panel, options, logged_in);
}

void must(qent_status st, qent_status wanted)
{
  if (st != wanted)
    fail_msg("%s instead of %s: %s", qent_status_name(st), qent_status_name(wanted), err.message);
}

void message_has(const char *text)
{
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

void ensure(qent_status wanted)
{
  qent_account_spec spec = wire_spec();

  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), wanted);
  wire_done(&wire);
}

qent_account_spec rotated_spec(void)
{
  qent_account_spec spec = wire_spec();

  spec.uuid = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  spec.password = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";
  return spec;
}

void rotate(qent_status wanted)
{
  qent_account_spec spec = rotated_spec();

  must(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), wanted);
  wire_done(&wire);
}

void fetch(qent_status wanted)
{
  must(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), wanted);
  wire_done(&wire);
}

void remove_17(qent_status wanted)
{
  must(qent__gateway_remove_account(wire.gw, "qt_17", &err), wanted);
  wire_done(&wire);
}

void probe(qent_status wanted)
{
  must(qent__gateway_probe(wire.gw, &err), wanted);
  wire_done(&wire);
}

struct wire_step *expect_text(const char *call, const char *text)
{
  struct wire_step *step = wire_add(&wire, call, 200, NULL);

  step->text = text;
  return step;
}

void run_out_of_memory(void (*script)(void), spec_verb verb, const qent_account_spec *spec)
{
  qent_status st = QENT_ENOMEM;

  for (long n = 0; st != QENT_OK; n++) {
    script();
    qent__alloc_fail_after(n);
    st = verb(wire.gw, spec, &view, &err);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK && st != QENT_ENOMEM && st != QENT_ETIMEOUT)
      fail_msg("allocation %ld: %s: %s", n, qent_status_name(st), err.message);
    if (st != QENT_OK)
      assert_null(view.key);
  }
  wire_done(&wire);
}
