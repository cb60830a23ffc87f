/* SPDX-License-Identifier: MIT */
#include "gateway_threads.h"

#include <pthread.h>

static void *work(void *user)
{
  struct contract_worker *w = user;
  qent_gateway_config config = w->rig->config;
  qent_http *http = NULL;
  qent_panel_share *share = NULL;
  qent_gateway *gw = NULL;

  w->err = (qent_error)QENT_ERROR_INIT;
  w->view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  w->st = qent_http_new(NULL, &http, &w->err);
  config.http = http;
  if (w->st == QENT_OK && w->alone) {
    w->st = qent__panel_share_new(NULL, NULL, &share, &w->err);
    config.share = share;
  }
  if (w->st == QENT_OK)
    w->st = qent__gateway_open(w->rig->factory, &config, &gw, &w->err);
  for (int i = 0; w->st == QENT_OK && i < w->times; i++)
    w->st = qent__gateway_ensure_account(gw, &w->spec, &w->view, &w->err);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  qent_http_free(http);
  return NULL;
}

void contract_work_together(struct contract_worker workers[CONTRACT_WORKERS])
{
  pthread_t threads[CONTRACT_WORKERS];

  for (int i = 0; i < CONTRACT_WORKERS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
  for (int i = 0; i < CONTRACT_WORKERS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
}

void contract_all_worked(struct contract_worker workers[CONTRACT_WORKERS])
{
  for (int i = 0; i < CONTRACT_WORKERS; i++) {
    contract_must(workers[i].st, &workers[i].err, "worker");
    qent_account_view_dispose(&workers[i].view);
  }
}

void sessions_together_make_one_account(void **state)
{
  struct contract_rig *rig = *state;
  struct contract_worker workers[CONTRACT_WORKERS];
  char key[33];
  const qent_account_spec spec = contract_spec(rig, key);

  for (int i = 0; i < CONTRACT_WORKERS; i++)
    workers[i] = (struct contract_worker){.rig = rig, .spec = spec, .times = 4};
  contract_work_together(workers);
  contract_all_worked(workers);
  assert_int_equal(contract_count(rig, key), 1);
}
