/* SPDX-License-Identifier: MIT */
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/base64.h"
#include "util/text.h"
#include "wire.h"

#include <stdio.h>
#include <string.h>

/* The port's own rules, with an adapter that does what the test tells it. */

static struct {
  const char *key; /* what the adapter answers; NULL: no key */
  qent_status st;
  int destroyed;
  qent_gateway gw;
} told;

static qent_status answer_view(qent_account_view *view_out, qent_error *err)
{
  if (told.key)
    assert_int_equal(qent_account_view_set_key(view_out, told.key, NULL), QENT_OK);
  if (told.st != QENT_OK) {
    (void)qent_fail(err, told.st, "адаптер сказал: %s",
                    "нет, и ещё очень длинно объяснил почему: потому что панель отвечает не то, "
                    "что от неё ждут, и так уже третий день подряд без всякой видимой причины");
    if (err) {
      err->http_status = 503;
      err->retry_after_ms = 4000;
    }
  }
  return told.st;
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  (void)gw;
  (void)spec;
  return answer_view(view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  (void)gw;
  (void)key;
  (void)err;
  return told.st;
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  (void)gw;
  (void)key;
  return answer_view(view_out, err);
}

static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  (void)gw;
  (void)offset;
  (void)limit;
  (void)fn;
  (void)user;
  (void)err;
  *more_out = true;
  return told.st;
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  (void)gw;
  (void)err;
  return told.st;
}

static void destroy(qent_gateway *gw)
{
  (void)gw;
  told.destroyed++;
}

static const qent_gateway_ops whole = {
    .size = sizeof whole,
    .ensure_account = ensure_account,
    .remove_account = remove_account,
    .fetch_account = fetch_account,
    .list_accounts = list_accounts,
    .rotate_keys = ensure_account,
    .probe = probe,
    .destroy = destroy,
};
static qent_gateway_ops ops;

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  (void)config;
  if (told.st != QENT_OK)
    return qent_fail(err, told.st, "no");
  told.gw.ops = &ops;
  *gateway_out = &told.gw;
  return QENT_OK;
}

static const qent_gateway_factory factory = {
    .size = sizeof factory, .name = "toy", .open = open_gateway};

static qent_status try_open(qent_gateway **gw_out, qent_error *err)
{
  qent_http *http = NULL;
  qent_panel_share *share = NULL;
  qent_gateway_config config = {.size = sizeof config,
                                .node_name = "nl2",
                                .url = "https://panel.example",
                                .username = "u",
                                .password = "p",
                                .options = "{}"};
  qent_status st;

  assert_int_equal(qent_http_new(NULL, &http, NULL), QENT_OK);
  assert_int_equal(qent__panel_share_new(NULL, NULL, &share, NULL), QENT_OK);
  config.http = http;
  config.share = share;
  st = qent__gateway_open(&factory, &config, gw_out, err);
  qent__panel_share_free(share);
  qent_http_free(http);
  return st;
}

static int setup(void **state)
{
  (void)state;
  memset(&told, 0, sizeof told);
  told.key = "qt_17";
  ops = whole;
  return 0;
}

static void factories_are_checked(void **state)
{
  qent_gateway_factory bad = factory;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  assert_int_equal(qent__gateway_factory_check(&factory, &err), QENT_OK);
  assert_int_equal(qent__gateway_factory_check(NULL, &err), QENT_EINVAL);
  bad.open = NULL;
  assert_int_equal(qent__gateway_factory_check(&bad, &err), QENT_EINVAL);
  bad = factory;
  bad.name = "";
  assert_int_equal(qent__gateway_factory_check(&bad, &err), QENT_EINVAL);
  bad = factory;
  bad.size = 8;
  assert_int_equal(qent__gateway_factory_check(&bad, &err), QENT_EINVAL);
}

static void adapter_without_a_required_verb_is_refused_and_destroyed(void **state)
{
  qent_gateway *gw = NULL;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  ops.rotate_keys = NULL;
  assert_int_equal(try_open(&gw, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "rotate_keys"));
  assert_null(gw);
  assert_int_equal(told.destroyed, 1);
}

/* An adapter built when the table was shorter: what lies beyond its size is not there. */
static void slots_beyond_the_adapters_size_are_unsupported(void **state)
{
  qent_gateway *gw = NULL;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  assert_int_equal(try_open(&gw, &err), QENT_OK);
  assert_int_equal(qent__gateway_node_stats(gw, &stats, &err), QENT_EUNSUPPORTED);
  ops.size = offsetof(qent_gateway_ops, destroy);
  assert_int_equal(try_open(&gw, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "destroy"));
}

static void failing_open_names_the_node(void **state)
{
  qent_gateway *gw = NULL;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  told.st = QENT_EINVAL;
  assert_int_equal(try_open(&gw, &err), QENT_EINVAL);
  assert_string_equal(err.message, "node nl2: open: no");
}

static void answer_for_another_key_is_refused(void **state)
{
  qent_account_spec spec = wire_spec();
  qent_gateway *gw = NULL;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  (void)state;
  assert_int_equal(try_open(&gw, NULL), QENT_OK);
  told.key = "qt_18";
  assert_int_equal(qent__gateway_ensure_account(gw, &spec, &view, NULL), QENT_EPROTO);
  told.key = NULL;
  assert_int_equal(qent__gateway_rotate_keys(gw, &spec, &view, NULL), QENT_EPROTO);
  assert_int_equal(qent__gateway_fetch_account(gw, "qt_17", &view, NULL), QENT_EPROTO);
  assert_null(view.key);
}

static void long_cause_keeps_its_details_and_valid_text(void **state)
{
  qent_account_spec spec = wire_spec();
  qent_gateway *gw = NULL;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  assert_int_equal(try_open(&gw, NULL), QENT_OK);
  told.st = QENT_EUPSTREAM;
  told.key = NULL;
  assert_int_equal(qent__gateway_ensure_account(gw, &spec, &view, &err), QENT_EUPSTREAM);
  assert_non_null(strstr(err.message, "node nl2: ensure account qt_17: адаптер сказал: нет"));
  assert_true(strlen(err.message) > 240);
  assert_true(qent__utf8_valid(err.message, strlen(err.message)));
  assert_int_equal(err.http_status, 503);
  assert_int_equal(err.retry_after_ms, 4000);
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)view;
  (void)user;
  return QENT_OK;
}

static void failure_does_not_touch_more(void **state)
{
  qent_gateway *gw = NULL;
  bool more = false;

  (void)state;
  assert_int_equal(try_open(&gw, NULL), QENT_OK);
  told.st = QENT_EUPSTREAM;
  assert_int_equal(qent__gateway_list_accounts(gw, 0, 1, see, NULL, &more, NULL), QENT_EUPSTREAM);
  assert_false(more);
}

static void list_without_an_end_is_refused(void **state)
{
  const int64_t last = QENT__GATEWAY_LIST_MAX - 100;
  qent_gateway *gw = NULL;
  qent_error err = QENT_ERROR_INIT;
  bool more = false;

  (void)state;
  assert_int_equal(try_open(&gw, NULL), QENT_OK);
  assert_int_equal(qent__gateway_list_accounts(gw, last - 1, 100, see, NULL, &more, &err), QENT_OK);
  assert_true(more);
  assert_int_equal(qent__gateway_list_accounts(gw, last, 100, see, NULL, &more, &err), QENT_EPROTO);
  assert_non_null(strstr(err.message, "node nl2: list accounts: "));
}

static void keys_are_up_to_sixty_four_of_a_few_characters(void **state)
{
  (void)state;
  assert_true(qent__gateway_key_ok("abc"));
  assert_true(qent__gateway_key_ok("q_0123456789abcdefghijklmnopqrst"));
  assert_false(qent__gateway_key_ok(NULL));
  assert_true(qent__gateway_key_ok("Anna.K-2@home"));
  assert_true(
      qent__gateway_key_ok("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01"));
  assert_false(qent__gateway_key_ok(""));
  assert_false(
      qent__gateway_key_ok("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz012"));
  assert_false(qent__gateway_key_ok("a/b/c"));
  assert_false(qent__gateway_key_ok("a b"));
}

static void conf_becomes_one_link_that_carries_it_whole(void **state)
{
  static const char conf[] = "\n[Interface]\nPrivateKey = a\nAddress = 10.8.0.2/32\nJc = 4\n\n"
                             "[Peer]\nPublicKey = b\nEndpoint = vpn.example.com:51820\n";
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  char text[256];
  size_t len = 0;

  (void)state;
  assert_int_equal(qent_account_view_add_conf(&view, conf, NULL), QENT_OK);
  assert_int_equal(view.link_count, 1);
  assert_int_equal(strncmp(view.links[0], "awg://", 6), 0);
  assert_true(qent__base64_decode(view.links[0] + 6, strlen(view.links[0] + 6),
                                  QENT__BASE64_URL | QENT__BASE64_NOPAD, text, sizeof text, &len));
  assert_int_equal(len, sizeof conf - 2);
  assert_memory_equal(text, conf + 1, len);
  qent_account_view_dispose(&view);
}

static void conf_without_key_address_or_endpoint_is_refused(void **state)
{
  static const char *const bad[] = {
      "",
      "<html>",
      "[Interface]\nPrivateKey = a\n[Peer]\nPublicKey = b\nEndpoint = c:1\n",
      "[Interface]\nPrivateKey =\nAddress = d\n[Peer]\nPublicKey = b\nEndpoint = c:1\n",
      "[Interface]\nPrivateKey = a\nAddress = d\n[Peer]\nPublicKey = b\n",
      "[Interface]\nPrivateKey = a\nAddress = d\n",
  };
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(qent_account_view_add_conf(&view, bad[i], NULL), QENT_EPROTO);
  assert_int_equal(view.link_count, 0);
}

static void view_survives_memory_running_out(void **state)
{
  (void)state;
  for (long n = 0;; n++) {
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    qent_status st;
    qent__alloc_fail_after(n);
    st = qent_account_view_set_key(&view, "qt_17", NULL);
    if (st == QENT_OK)
      st = qent_account_view_add_link(&view, "ss://a", NULL);
    if (st == QENT_OK)
      st = qent_account_view_add_link(&view, "ss://b", NULL);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK)
      assert_int_equal(st, QENT_ENOMEM);
    else
      assert_int_equal(view.link_count, 2);
    qent_account_view_dispose(&view);
    if (st == QENT_OK)
      break;
  }
}

static int64_t tick(void *user)
{
  return *(int64_t *)user;
}

struct fake_login {
  int calls;
  qent_status st;
};

static qent_status fake_login(char *token_out, size_t size, void *user, qent_error *err)
{
  struct fake_login *login = user;

  login->calls++;
  if (login->st != QENT_OK)
    return qent_fail(err, login->st, "no");
  (void)snprintf(token_out, size, "token%d", login->calls);
  return QENT_OK;
}

static void share_logs_in_only_for_a_stale_token(void **state)
{
  int64_t now = 1000;
  struct fake_login login = {0, QENT_OK};
  qent_panel_share *share = NULL;
  char token[16];

  (void)state;
  assert_int_equal(qent__panel_share_new(tick, &now, &share, NULL), QENT_OK);
  assert_int_equal(qent_panel_share_token(share, token, sizeof token, NULL), QENT_OK);
  assert_string_equal(token, "");
  assert_int_equal(qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, NULL),
                   QENT_OK);
  assert_string_equal(token, "token1");
  assert_int_equal(
      qent_panel_share_renew(share, "old", fake_login, &login, token, sizeof token, NULL), QENT_OK);
  assert_string_equal(token, "token1");
  assert_int_equal(
      qent_panel_share_renew(share, "token1", fake_login, &login, token, sizeof token, NULL),
      QENT_OK);
  assert_string_equal(token, "token2");
  assert_int_equal(qent_panel_share_token(share, token, 4, NULL), QENT_EINVAL);
  qent_panel_share_lock(share);
  qent_panel_share_unlock(share);
  qent__panel_share_free(share);
}

static void share_pauses_after_a_refusal_only(void **state)
{
  int64_t now = 1000;
  struct fake_login login = {0, QENT_EUPSTREAM};
  qent_panel_share *share = NULL;
  qent_error err = QENT_ERROR_INIT;
  char token[16];

  (void)state;
  assert_int_equal(qent__panel_share_new(tick, &now, &share, NULL), QENT_OK);
  for (int i = 1; i <= 2; i++) {
    assert_int_equal(
        qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, &err),
        QENT_EUPSTREAM);
    assert_int_equal(login.calls, i);
  }
  login.st = QENT_EAUTH;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(
        qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, &err),
        QENT_EAUTH);
    assert_int_equal(login.calls, 3);
    assert_int_equal(err.retry_after_ms, 900000);
  }
  qent__panel_share_answered(share, now); /* in the same second: before it or after? */
  assert_int_equal(qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, NULL),
                   QENT_EAUTH);
  assert_int_equal(login.calls, 3);
  qent__panel_share_answered(share, now + 1); /* an admin's probe in another process */
  assert_int_equal(qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, NULL),
                   QENT_EAUTH);
  assert_int_equal(login.calls, 4);
  now -= 5000; /* a clock that was set back does not make the pause longer */
  assert_int_equal(qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, &err),
                   QENT_EAUTH);
  assert_int_equal(login.calls, 5);
  now += 900;
  login.st = QENT_OK;
  assert_int_equal(qent_panel_share_renew(share, "", fake_login, &login, token, sizeof token, &err),
                   QENT_OK);
  assert_string_equal(token, "token6");
  qent__panel_share_free(share);
}

#define CASE(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(factories_are_checked),
      CASE(adapter_without_a_required_verb_is_refused_and_destroyed),
      CASE(slots_beyond_the_adapters_size_are_unsupported),
      CASE(failing_open_names_the_node),
      CASE(answer_for_another_key_is_refused),
      CASE(long_cause_keeps_its_details_and_valid_text),
      CASE(failure_does_not_touch_more),
      CASE(list_without_an_end_is_refused),
      CASE(keys_are_up_to_sixty_four_of_a_few_characters),
      CASE(conf_becomes_one_link_that_carries_it_whole),
      CASE(conf_without_key_address_or_endpoint_is_refused),
      CASE(view_survives_memory_running_out),
      CASE(share_logs_in_only_for_a_stale_token),
      CASE(share_pauses_after_a_refusal_only),
  };

  return cmocka_run_group_tests_name("gateway port", tests, NULL, NULL);
}
