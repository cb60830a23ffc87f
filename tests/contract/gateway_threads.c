/* SPDX-License-Identifier: MIT */
#include "gateway_contract.h"

#include <pthread.h>

enum { THREADS = 6, ROUNDS = 4 };

struct worker {
  struct contract_rig *rig;
  qent_account_spec spec;
  qent_status st;
  qent_error err;
};

static void *work(void *user)
{
  struct worker *worker = user;
  qent_gateway_config config = worker->rig->config;
  qent_http *http = NULL;
  qent_gateway *gw = NULL;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  worker->st = qent_http_new(NULL, &http, &worker->err);
  config.http = http;
  if (worker->st == QENT_OK)
    worker->st = qent__gateway_open(worker->rig->factory, &config, &gw, &worker->err);
  for (int i = 0; worker->st == QENT_OK && i < ROUNDS; i++)
    worker->st = qent__gateway_ensure_account(gw, &worker->spec, &view, &worker->err);
  qent_account_view_dispose(&view);
  qent__gateway_destroy(gw);
  qent_http_free(http);
  return NULL;
}

void sessions_together_make_one_account(void **state)
{
  struct contract_rig *rig = *state;
  struct worker workers[THREADS];
  pthread_t threads[THREADS];
  char key[33];
  const qent_account_spec spec = contract_spec(rig, key);

  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){.rig = rig, .spec = spec, .err = QENT_ERROR_INIT};
    assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < THREADS; i++)
    contract_must(workers[i].st, &workers[i].err, "worker");
  assert_int_equal(contract_count(rig, key), 1);
}
