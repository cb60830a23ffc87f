/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "marzban_rig.h"
#include "provision_contract.h"

#include <pthread.h>
#include <string.h>

static int make_marzban(void **state)
{
  int failed = panel_open(state, &marzban, NULL);

  if (!failed)
    ((qent__marzban *)((struct panel_rig *)*state)->rig.gw)->look_pause_ms = 0;
  return failed;
}

static void marzban_links_lead_to_the_public_host(void **state)
{
  struct panel_rig *mz = *state;
  qent_provision_spec wanted = provision_spec();
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  char key[33];
  qent_account_spec spec = contract_spec(&mz->rig, key);
  int steps = 0;
  int done = 0;
  int found = 0;

  wanted.apply = true;
  contract_must(provision_run(&mz->rig, &wanted, &steps, &done, &err), &err, "provision");
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "ensure");
  for (size_t i = 0; i < view.link_count; i++)
    found += strstr(view.links[i], "@" PROVISION_HOST ":") != NULL;
  assert_int_equal(found, 2);
  qent_account_view_dispose(&view);
}

/* Whatever happens to a call that changes: a repeat ends with the panel set up, once. */
static void marzban_faults_are_healed_by_a_repeat(void **state)
{
  static const char *const calls[] = {"PUT /api/core/config$", "PUT /api/hosts$",
                                      "GET /api/core/config$"};
  static const char *const kinds[] = {
      "\"kind\":\"cut\"",
      "\"kind\":\"status\",\"status\":500",
      "\"kind\":\"act_then_status\",\"status\":502",
      "\"kind\":\"act_then_timeout\",\"ms\":50",
      "\"kind\":\"html\",\"status\":200",
      "\"kind\":\"refuse\"",
  };

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++) {
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
      struct panel_rig *mz;
      qent_provision_spec wanted = provision_spec();
      qent_error err = QENT_ERROR_INIT;
      int steps = 0;
      int done = 0;
      (void)contract_teardown(state);
      assert_int_equal(make_marzban(state), 0);
      mz = *state;
      wanted.apply = true;
      panel_fault(mz, calls[c], kinds[k], 1);
      (void)provision_run(&mz->rig, &wanted, &steps, &done, NULL);
      (void)panel_clear_faults();
      contract_must(provision_run(&mz->rig, &wanted, &steps, &done, &err), &err, kinds[k]);
      assert_int_equal(done, steps);
    }
  }
}

static void marzban_core_that_ends_is_given_its_old_configuration(void **state)
{
  struct panel_rig *mz = *state;
  qent_provision_spec wanted = provision_spec();
  qent_error err = QENT_ERROR_INIT;
  int steps = 0;
  int done = 0;

  panel_config(mz, "{\"busy_ports\":[443]}");
  wanted.apply = true;
  assert_int_equal(provision_run(&mz->rig, &wanted, &steps, &done, &err), QENT_ECONFLICT);
  assert_non_null(strstr(err.message, "put back"));
  contract_must(qent__gateway_probe(mz->rig.gw, &err), &err, "probe");
  wanted.apply = false;
  contract_must(provision_run(&mz->rig, &wanted, &steps, &done, &err), &err, "dry run");
  assert_int_equal(done, 0);
}

struct session {
  struct contract_rig rig;
  qent_status st;
  qent_error err;
};

static void *provision_in_thread(void *arg)
{
  struct session *session = arg;
  qent_provision_spec wanted = provision_spec();
  int steps = 0;
  int done = 0;

  wanted.apply = true;
  session->st = provision_run(&session->rig, &wanted, &steps, &done, &session->err);
  return NULL;
}

static void marzban_is_set_up_once_by_sessions_together(void **state)
{
  enum { SESSIONS = 4 };
  struct panel_rig *mz = *state;
  struct session sessions[SESSIONS];
  pthread_t threads[SESSIONS];

  for (int i = 0; i < SESSIONS; i++) {
    sessions[i] = (struct session){.rig = mz->rig, .err = QENT_ERROR_INIT};
    assert_int_equal(qent_http_new(NULL, &sessions[i].rig.http, NULL), QENT_OK);
    sessions[i].rig.config.http = sessions[i].rig.http;
    assert_int_equal(
        qent__gateway_open(mz->rig.factory, &sessions[i].rig.config, &sessions[i].rig.gw, NULL),
        QENT_OK);
    ((qent__marzban *)sessions[i].rig.gw)->look_pause_ms = 0;
  }
  for (int i = 0; i < SESSIONS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, provision_in_thread, &sessions[i]), 0);
  for (int i = 0; i < SESSIONS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < SESSIONS; i++) {
    contract_must(sessions[i].st, &sessions[i].err, "provision");
    qent__gateway_destroy(sessions[i].rig.gw);
    qent_http_free(sessions[i].rig.http);
  }
  assert_int_equal(panel_calls(mz, "PUT /api/core/config"), 1);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      PROVISION_CONTRACT(make_marzban),
      CONTRACT_CASE(marzban_links_lead_to_the_public_host, make_marzban),
      CONTRACT_CASE(marzban_faults_are_healed_by_a_repeat, make_marzban),
      CONTRACT_CASE(marzban_core_that_ends_is_given_its_old_configuration, make_marzban),
      CONTRACT_CASE(marzban_is_set_up_once_by_sessions_together, make_marzban),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: marzban provision", tests,
                                     panel_sandbox_start, panel_sandbox_stop);
}
