/* SPDX-License-Identifier: MIT */
#include "wg_cases.h"
#include "gateway_threads.h"

#include <stdio.h>
#include <string.h>

void lost_answer_of_a_creation_leaves_one_peer(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  char made[64];
  char given[64];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  panel_fault(wg, wg->kind->make[0].match, "\"kind\":\"act_then_timeout\",\"ms\":100", 1);
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_ETIMEOUT);
  wg_private_key(wg, key, made);
  panel_ensure(wg, &spec);
  wg_private_key(wg, key, given);
  assert_string_equal(made, given);
}

/* What two processes can come to that made the same account at once. */
void of_two_peers_the_older_stays(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  char older[64];
  char kept[64];
  qent_account_spec spec = panel_spec(wg, key);
  qent_account_view view;

  wg_add(wg, key, "");
  wg_private_key(wg, key, older);
  wg_add(wg, key, ",\"count\":2");
  view = contract_ensured(&wg->rig, &spec);
  wg_private_key(wg, key, kept);
  assert_string_equal(older, kept);
  wg_check_conf(wg, &view);
  qent_account_view_dispose(&view);
}

void all_peers_of_a_name_are_removed(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  char other[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  (void)panel_spec(wg, other);
  wg_add(wg, other, "");
  wg_add(wg, key, ",\"count\":3");
  contract_must(qent__gateway_rotate_keys(wg->rig.gw, &spec, &view, &err), &err, "rotate");
  wg_check_conf(wg, &view);
  wg_add(wg, key, ",\"count\":2");
  contract_must(qent__gateway_remove_account(wg->rig.gw, key, &err), &err, "remove");
  assert_int_equal(panel_count(wg, key), 0);
  assert_int_equal(panel_count(wg, other), 1);
  qent_account_view_dispose(&view);
}

/* The panel's own job would switch a renewed account off again. */
void date_set_by_hand_is_taken_away(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_account_spec spec = panel_spec(wg, key);
  qent_account_view view;

  panel_config(wg, "{\"expires_job\":true}");
  wg_add(wg, key, ",\"expires\":\"2020-01-01T00:00:00.000Z\"");
  view = contract_ensured(&wg->rig, &spec);
  panel_check(wg, &spec);
  wg_check_conf(wg, &view);
  qent_account_view_dispose(&view);
}

void odd_names_disturb_nobody(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  (void)panel_control(wg, "POST", "/clients", "{\"name\":{\"a\":[1]}}");
  (void)panel_control(wg, "POST", "/clients", "{\"name\":\"\"}");
  (void)panel_control(wg, "POST", "/clients", "{\"name\":\"two\\nlines\"}");
  (void)panel_control(wg, "POST", "/clients", "{\"name\":\"\\u041c\\u043e\\u0439 phone\"}");
  panel_ensure(wg, &spec);
  contract_must(qent__gateway_remove_account(wg->rig.gw, key, &err), &err, "remove");
}

void full_panel_says_what_to_do(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  char last[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec one = panel_spec(wg, key);
  qent_account_spec spec = panel_spec(wg, last);

  panel_config(wg, "{\"prefix\":24}");
  panel_ensure(wg, &one);
  wg_add(wg, "other", ",\"count\":252");
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "full"));
  assert_non_null(strstr(err.message, "capacity"));
  assert_int_equal(panel_count(wg, last), 0);
  contract_must(qent__gateway_rotate_keys(wg->rig.gw, &one, &view, &err), &err, "rotate");
  qent_account_view_dispose(&view);
}

static void use(const struct panel_rig *wg, const char *key, long long rx, long long tx)
{
  char body[160];

  (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"rx\":%lld,\"tx\":%lld}", key, rx, tx);
  (void)panel_control(wg, "POST", "/usage", body);
}

static void check_used(struct panel_rig *wg, const char *key, int64_t used)
{
  qent_account_view view = contract_fetched(&wg->rig, key);

  assert_int_equal(view.used_bytes, used);
  qent_account_view_dispose(&view);
}

void counters_start_anew(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_account_spec spec = panel_spec(wg, key);

  panel_ensure(wg, &spec);
  check_used(wg, key, 0);
  use(wg, key, 60000000000, 7);
  check_used(wg, key, 60000000007);
  spec.enabled = false;
  panel_ensure(wg, &spec);
  check_used(wg, key, -1);
  spec.enabled = true;
  panel_ensure(wg, &spec);
  check_used(wg, key, 0);
  use(wg, key, 5, 5);
  (void)panel_control(wg, "POST", "/restart", "{}");
  check_used(wg, key, 0);
}

void who_is_online_is_told(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  char idle[33];
  char off[33];
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_account_view view;
  qent_account_spec spec = panel_spec(wg, key);

  panel_ensure(wg, &spec);
  spec = panel_spec(wg, idle);
  panel_ensure(wg, &spec);
  spec = panel_spec(wg, off);
  spec.enabled = false;
  panel_ensure(wg, &spec);
  use(wg, key, 1, 1);
  view = contract_fetched(&wg->rig, key);
  assert_true(view.online_at > 1700000000);
  contract_must(qent__gateway_node_stats(wg->rig.gw, &stats, &err), &err, "statistics");
  assert_int_equal(stats.online, 1);
  assert_int_equal(stats.active_users, 2);
  assert_int_equal(stats.cpu_percent, -1);
  qent_account_view_dispose(&view);
}

/* Whoever comes later sees both and deletes the later one: all hand out the same file. */
void processes_together_make_one_peer(void **state)
{
  struct panel_rig *wg = *state;

  for (int round = 0; round < 5; round++) {
    struct contract_worker workers[CONTRACT_WORKERS];
    char key[33];
    const qent_account_spec spec = panel_spec(wg, key);
    for (int i = 0; i < CONTRACT_WORKERS; i++)
      workers[i] =
          (struct contract_worker){.rig = &wg->rig, .spec = spec, .times = 1, .alone = true};
    contract_work_together(workers);
    assert_int_equal(panel_count(wg, key), 1);
    for (int i = 0; i < CONTRACT_WORKERS; i++)
      if (workers[i].st == QENT_OK)
        wg_check_conf(wg, &workers[i].view);
    contract_all_worked(workers);
  }
}
