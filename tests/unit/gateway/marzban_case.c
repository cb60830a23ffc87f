/* SPDX-License-Identifier: MIT */
#include "marzban_case.h"
#include "gateway/marzban.h"

static const struct wire_panel marzban = {&qent__marzban_factory, "marzban", "ad min", "first"};

int marzban_setup(void **state)
{
  (void)state;
  return case_open(&marzban);
}

struct wire_step *expect_making(const char *created)
{
  wire_add(&wire, PUT_17, 404, "user_404.json");
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  return wire_add(&wire, POST, 200, created);
}
