/* SPDX-License-Identifier: MIT */
#include "gateway_threads.h"
#include "xui_rig.h"

/* Several sessions at one panel, which before 3.1 has no lock of its own. */

#define DAY INT64_C(86400)

/* Panels before 3.1 read an inbound, change it and write it back: whoever is in between is lost. */
static void new_accounts_at_once_are_all_there(void **state)
{
  struct panel_rig *xu = *state;
  struct contract_worker workers[CONTRACT_WORKERS];
  char keys[CONTRACT_WORKERS][33];

  panel_config(xu, "{\"race_ms\":15}");
  for (int i = 0; i < CONTRACT_WORKERS; i++) {
    workers[i] = (struct contract_worker){.rig = &xu->rig, .times = 1};
    workers[i].spec = panel_spec(xu, keys[i]);
  }
  contract_work_together(workers);
  contract_all_worked(workers);
  for (int i = 0; i < CONTRACT_WORKERS; i++)
    panel_check(xu, &workers[i].spec);
  for (int i = 0; i < CONTRACT_WORKERS; i++)
    workers[i].spec.expires_at += (i + 1) * DAY;
  contract_work_together(workers);
  contract_all_worked(workers);
  for (int i = 0; i < CONTRACT_WORKERS; i++)
    panel_check(xu, &workers[i].spec);
  panel_config(xu, "{\"race_ms\":0}");
}

/* Of several renewals of one account one is last, and it is whole. */
static void renewals_of_one_account_do_not_mix(void **state)
{
  struct panel_rig *xu = *state;
  struct contract_worker workers[CONTRACT_WORKERS];
  char key[33];
  const qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;
  int last = -1;

  panel_ensure(xu, &spec);
  panel_config(xu, "{\"race_ms\":10}");
  for (int i = 0; i < CONTRACT_WORKERS; i++) {
    workers[i] = (struct contract_worker){.rig = &xu->rig, .spec = spec, .times = 1};
    workers[i].spec.expires_at += (i + 1) * DAY;
    workers[i].spec.traffic_limit_bytes += i + 1;
    workers[i].spec.device_limit += i + 1;
  }
  contract_work_together(workers);
  contract_all_worked(workers);
  view = contract_fetched(&xu->rig, key);
  for (int i = 0; i < CONTRACT_WORKERS; i++)
    if (view.expires_at == workers[i].spec.expires_at)
      last = i;
  qent_account_view_dispose(&view);
  assert_in_range(last, 0, CONTRACT_WORKERS - 1);
  panel_check(xu, &workers[last].spec);
  panel_config(xu, "{\"race_ms\":0}");
}

/* Five wrong logins lock people out, too: not one for each session. */
static void wrong_password_is_tried_once_by_all(void **state)
{
  struct panel_rig *xu = *state;
  struct contract_worker workers[CONTRACT_WORKERS];
  char keys[CONTRACT_WORKERS][33];

  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < CONTRACT_WORKERS; i++) {
      workers[i] = (struct contract_worker){.rig = &xu->rig, .times = 1};
      workers[i].spec = panel_spec(xu, keys[i]);
    }
    contract_work_together(workers);
    for (int i = 0; i < CONTRACT_WORKERS; i++)
      assert_int_equal(workers[i].st, QENT_EAUTH);
  }
  assert_int_equal(panel_calls(xu, "POST /login"), 1);
}

static int make_with_wrong_password(void **state)
{
  return panel_open(state, &xui_clients, &(struct panel_setup){.password = PANEL_WRONG_PASSWORD});
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      XUI_OF_EACH_KIND(new_accounts_at_once_are_all_there),
      XUI_OF_EACH_KIND(renewals_of_one_account_do_not_mix),
      CONTRACT_CASE(wrong_password_is_tried_once_by_all, make_with_wrong_password),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: 3x-ui, threads", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}
