/* SPDX-License-Identifier: MIT */
#include "gateway_contract.h"
#include "notebook.h"

#include <stdlib.h>

/* The suite against the gateway that embedders are shown (examples/notebook.c). */

static int make_notebook(void **state)
{
  static const qent_gateway_config panel = {
      .node_name = "contract",
      .url = "https://panel.example",
      .username = "admin",
      .password = "secret",
      .options = "{}",
  };

  *state = calloc(1, sizeof(struct contract_rig));
  assert_non_null(*state);
  contract_open(*state, &notebook_factory, &panel);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {GATEWAY_CONTRACT(make_notebook)};

  return cmocka_run_group_tests_name("gateway contract: notebook", tests, NULL, NULL);
}
