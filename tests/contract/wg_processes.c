/* SPDX-License-Identifier: MIT */
#include "wg_cases.h"

#include <pthread.h>
#include <string.h>

enum { PROCESSES = 4, ROUNDS = 5 };

/* What another process would be: nothing is shared, no lock and no login. */
struct process {
  struct wg_rig *wg;
  qent_account_spec spec;
  qent_account_view view;
  qent_status st;
  qent_error err;
};

static void *work(void *user)
{
  struct process *process = user;
  qent_gateway_config config = process->wg->rig.config;
  qent_http *http = NULL;
  qent_panel_share *share = NULL;
  qent_gateway *gw = NULL;

  process->st = qent_http_new(NULL, &http, &process->err);
  if (process->st == QENT_OK)
    process->st = qent__panel_share_new(NULL, NULL, &share, &process->err);
  config.http = http;
  config.share = share;
  if (process->st == QENT_OK)
    process->st = qent__gateway_open(process->wg->kind->factory, &config, &gw, &process->err);
  if (process->st == QENT_OK)
    process->st = qent__gateway_ensure_account(gw, &process->spec, &process->view, &process->err);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  qent_http_free(http);
  return NULL;
}

/* Whoever comes later sees both and deletes the later one: all hand out the same file. */
void processes_together_make_one_peer(void **state)
{
  struct wg_rig *wg = *state;

  for (int round = 0; round < ROUNDS; round++) {
    struct process processes[PROCESSES];
    pthread_t threads[PROCESSES];
    char key[33];
    const qent_account_spec spec = contract_spec(&wg->rig, key);
    for (int i = 0; i < PROCESSES; i++) {
      processes[i] = (struct process){
          .wg = wg, .spec = spec, .view = QENT_ACCOUNT_VIEW_INIT, .err = QENT_ERROR_INIT};
      assert_int_equal(pthread_create(&threads[i], NULL, work, &processes[i]), 0);
    }
    for (int i = 0; i < PROCESSES; i++)
      assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(wg_count(wg, key), 1);
    for (int i = 0; i < PROCESSES; i++) {
      contract_must(processes[i].st, &processes[i].err, "process");
      wg_check_conf(wg, &processes[i].view);
      qent_account_view_dispose(&processes[i].view);
    }
  }
}
