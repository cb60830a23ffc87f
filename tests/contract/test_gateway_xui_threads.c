/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"

#include <pthread.h>
#include <stdio.h>

/* Several sessions at one panel, which before 3.1 has no lock of its own. */

#define DAY INT64_C(86400)

enum { WORKERS = 6 };

struct worker {
  struct xui_rig *xu;
  qent_account_spec spec;
  char key[33];
  qent_status st;
  qent_error err;
};

static void *work(void *user)
{
  struct worker *w = user;
  qent_gateway_config config = w->xu->rig.config;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_http *http = NULL;
  qent_gateway *gw = NULL;

  w->st = qent_http_new(NULL, &http, &w->err);
  config.http = http;
  if (w->st == QENT_OK)
    w->st = qent__gateway_open(w->xu->rig.factory, &config, &gw, &w->err);
  if (w->st == QENT_OK)
    w->st = qent__gateway_ensure_account(gw, &w->spec, &view, &w->err);
  qent_account_view_dispose(&view);
  qent__gateway_destroy(gw);
  qent_http_free(http);
  return NULL;
}

static void run_together(struct worker workers[WORKERS])
{
  pthread_t threads[WORKERS];

  for (int i = 0; i < WORKERS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
  for (int i = 0; i < WORKERS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void work_together(struct worker workers[WORKERS])
{
  run_together(workers);
  for (int i = 0; i < WORKERS; i++)
    contract_must(workers[i].st, &workers[i].err, "worker");
}

/* Panels before 3.1 read an inbound, change it and write it back: whoever is in between is lost. */
static void new_accounts_at_once_are_all_there(void **state)
{
  struct xui_rig *xu = *state;
  struct worker workers[WORKERS];

  xui_config(xu, "{\"race_ms\":15}");
  for (int i = 0; i < WORKERS; i++) {
    workers[i] = (struct worker){.xu = xu, .err = QENT_ERROR_INIT};
    workers[i].spec = xui_spec(xu, workers[i].key);
  }
  work_together(workers);
  for (int i = 0; i < WORKERS; i++) {
    xui_check(xu, &workers[i].spec);
  }
  for (int i = 0; i < WORKERS; i++)
    workers[i].spec.expires_at += (i + 1) * DAY;
  work_together(workers);
  for (int i = 0; i < WORKERS; i++)
    xui_check(xu, &workers[i].spec);
  xui_config(xu, "{\"race_ms\":0}");
}

/* Of several renewals of one account one is last, and it is whole. */
static void renewals_of_one_account_do_not_mix(void **state)
{
  struct xui_rig *xu = *state;
  struct worker workers[WORKERS];
  char key[33];
  const qent_account_spec spec = xui_spec(xu, key);
  qent_account_view view;
  int last = -1;

  xui_ensure(xu, &spec);
  xui_config(xu, "{\"race_ms\":10}");
  for (int i = 0; i < WORKERS; i++) {
    workers[i] = (struct worker){.xu = xu, .spec = spec, .err = QENT_ERROR_INIT};
    workers[i].spec.expires_at += (i + 1) * DAY;
    workers[i].spec.traffic_limit_bytes += i + 1;
    workers[i].spec.device_limit += i + 1;
  }
  work_together(workers);
  view = xui_fetched(xu, key);
  for (int i = 0; i < WORKERS; i++)
    if (view.expires_at == workers[i].spec.expires_at)
      last = i;
  qent_account_view_dispose(&view);
  assert_in_range(last, 0, WORKERS - 1);
  xui_check(xu, &workers[last].spec);
  xui_config(xu, "{\"race_ms\":0}");
}

/* Five wrong logins lock people out, too: not one for each session. */
static void wrong_password_is_tried_once_by_all(void **state)
{
  struct xui_rig *xu = *state;
  struct worker workers[WORKERS];

  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < WORKERS; i++) {
      workers[i] = (struct worker){.xu = xu, .err = QENT_ERROR_INIT};
      workers[i].spec = xui_spec(xu, workers[i].key);
    }
    run_together(workers);
    for (int i = 0; i < WORKERS; i++)
      assert_int_equal(workers[i].st, QENT_EAUTH);
  }
  assert_int_equal(xui_calls(xu, "POST /login"), 1);
}

static int make_with_wrong_password(void **state)
{
  return xui_open(state, &(struct xui_panel){.config = "{}", .password = "wr0ng"});
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      XUI_OF_EACH_KIND(new_accounts_at_once_are_all_there),
      XUI_OF_EACH_KIND(renewals_of_one_account_do_not_mix),
      CONTRACT_CASE(wrong_password_is_tried_once_by_all, make_with_wrong_password),
  };
  int failures;

  if (argc != 2 || !sandbox_start(&xui_sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: test_gateway_xui_threads PATH-OF-qent-sandbox\n");
    return 2;
  }
  failures = cmocka_run_group_tests_name("gateway contract: 3x-ui, threads", tests, NULL, NULL);
  sandbox_stop(&xui_sandbox);
  return failures;
}
