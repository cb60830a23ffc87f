/* SPDX-License-Identifier: MIT */
#include "gateway_contract.h"
#include "gateway_memory.h"

#include <stdlib.h>

static int make_memory(void **state)
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
  contract_open(*state, &memory_gateway_factory, &panel);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {GATEWAY_CONTRACT(make_memory)};

  return cmocka_run_group_tests_name("gateway contract: memory", tests, NULL, NULL);
}
