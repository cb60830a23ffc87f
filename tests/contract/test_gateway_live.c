/* SPDX-License-Identifier: MIT */
#include "gateway/amneziawg.h"
#include "gateway/marzban.h"
#include "gateway/wgeasy.h"
#include "gateway/xui.h"
#include "gateway_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The suite against a panel that really exists, named by the environment (docs/adapters/README.md):
 * QENT_LIVE_GATEWAY, QENT_LIVE_URL, QENT_LIVE_USERNAME, QENT_LIVE_PASSWORD and, if wanted,
 * QENT_LIVE_OPTIONS, QENT_LIVE_CA_FILE, QENT_LIVE_PINNED_KEY. */

static const qent_gateway_factory *const factories[] = {
    &qent__marzban_factory, &qent__xui_factory, &qent__amneziawg_factory, &qent__wgeasy_factory};

static const char *live_gateway;

static const qent_gateway_factory *find(const char *name)
{
  for (size_t i = 0; name && i < sizeof factories / sizeof factories[0]; i++)
    if (strcmp(factories[i]->name, name) == 0)
      return factories[i];
  return NULL;
}

static int make_live(void **state)
{
  const qent_gateway_factory *factory = find(live_gateway);
  const char *options = getenv("QENT_LIVE_OPTIONS");
  const qent_gateway_config panel = {
      .node_name = "contract",
      .url = getenv("QENT_LIVE_URL"),
      .username = getenv("QENT_LIVE_USERNAME"),
      .password = getenv("QENT_LIVE_PASSWORD"),
      .options = options ? options : "{}",
      .ca_file = getenv("QENT_LIVE_CA_FILE"),
      .pinned_key = getenv("QENT_LIVE_PINNED_KEY"),
  };

  if (!factory)
    fail_msg("QENT_LIVE_GATEWAY: there is no gateway of that name");
  *state = calloc(1, sizeof(struct contract_rig));
  assert_non_null(*state);
  contract_open(*state, factory, &panel);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {GATEWAY_CONTRACT(make_live),
                                     CONTRACT_CASE(sessions_together_make_one_account, make_live)};

  live_gateway = getenv("QENT_LIVE_GATEWAY");
  if (!live_gateway) {
    puts("QENT_LIVE_GATEWAY is not set: skipped");
    return 77;
  }
  return cmocka_run_group_tests_name("gateway contract: live", tests, NULL, NULL);
}
