/* SPDX-License-Identifier: MIT */
#include "marzban_case.h"

#include <string.h>

struct wire wire;
qent_account_view view;
qent_error err;

int marzban_setup(void **state)
{
  (void)state;
  wire_open(&wire, "{}", true);
  view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  err = (qent_error)QENT_ERROR_INIT;
  return 0;
}

int marzban_teardown(void **state)
{
  (void)state;
  wire_close(&wire);
  qent_account_view_dispose(&view);
  return 0;
}

void reopen(const char *options, bool logged_in)
{
  wire_close(&wire);
  wire_open(&wire, options, logged_in);
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

struct wire_step *expect_making(const char *created)
{
  wire_add(&wire, PUT_17, 404, "user_404.json");
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  return wire_add(&wire, POST, 200, created);
}
