/* SPDX-License-Identifier: MIT */
/* The port: what it refuses before an adapter is asked, and what it refuses of an adapter's answer.
 */
#include "payment/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEY "6f1c2b9e-3a9f-4a53-9d7e-000000000001"

/* An adapter that answers what the test says. */
struct fake {
  qent_payment_provider base;
  bool destroyed;
};

static int calls;
static qent_provider_payment answer;
static struct fake fake;
static qent_payment_provider_ops ops;

static qent_status render(qent_payment_provider *p, const qent_provider_request *request,
                          qent_buf *body_out, qent_error *err)
{
  (void)p;
  (void)request;
  calls++;
  qent_buf_adds(body_out, "{}");
  return qent_buf_status(body_out, err);
}

static qent_status create(qent_payment_provider *p, const char *idempotency_key, const char *body,
                          int64_t timeout_ms, qent_provider_payment *payment_out, qent_error *err)
{
  (void)p;
  (void)idempotency_key;
  (void)body;
  (void)timeout_ms;
  (void)err;
  calls++;
  *payment_out = answer;
  return QENT_OK;
}

static qent_status fetch(qent_payment_provider *p, const char *external_id,
                         qent_provider_payment *payment_out, qent_error *err)
{
  (void)external_id;
  return create(p, NULL, NULL, 0, payment_out, err);
}

static qent_status refund(qent_payment_provider *p, const char *idempotency_key,
                          const char *external_id, const qent_money *amount, const char *reason,
                          qent_error *err)
{
  (void)p;
  (void)idempotency_key;
  (void)external_id;
  (void)amount;
  (void)reason;
  (void)err;
  calls++;
  return QENT_OK;
}

static void destroy(qent_payment_provider *p)
{
  ((struct fake *)p)->destroyed = true;
}

static qent_status open_fake(const qent_provider_config *config, qent_payment_provider **out,
                             qent_error *err)
{
  (void)config;
  (void)err;
  fake.base.ops = &ops;
  *out = &fake.base;
  return QENT_OK;
}

static qent_status parse(const char *body, size_t len, char *id_out, size_t size, qent_error *err)
{
  (void)body;
  (void)len;
  (void)err;
  calls++;
  assert_true(size >= 65);
  memcpy(id_out, "id", 3);
  return QENT_OK;
}

static const char *const networks[] = {"10.0.0.0/8", "nonsense", "::1", NULL};

static const qent_payment_provider_factory factory = {
    .size = sizeof(qent_payment_provider_factory),
    .name = "fake",
    .currency = "RUB",
    .open = open_fake,
    .parse_webhook = parse,
    .webhook_networks = networks,
};

static int reset(void **state)
{
  static const qent_payment_provider_ops full = {
      .size = sizeof(qent_payment_provider_ops),
      .render_request = render,
      .create = create,
      .fetch = fetch,
      .refund = refund,
      .destroy = destroy,
  };

  (void)state;
  calls = 0;
  ops = full;
  memset(&fake, 0, sizeof fake);
  memset(&answer, 0, sizeof answer);
  answer.size = sizeof answer;
  memcpy(answer.external_id, "ext-1", 6);
  memcpy(answer.amount.currency, "RUB", 4);
  return 0;
}

static qent_payment_provider *opened(void)
{
  qent_payment_provider *p = NULL;

  assert_int_equal(qent__provider_open(&factory, NULL, &p, NULL), QENT_OK);
  assert_string_equal(p->name, "fake");
  return p;
}

static void a_factory_must_be_whole(void **state)
{
  qent_payment_provider_factory bad = factory;

  (void)state;
  assert_int_equal(qent__provider_factory_check(&factory, NULL), QENT_OK);
  assert_int_equal(qent__provider_factory_check(NULL, NULL), QENT_EINVAL);
  bad.name = "";
  assert_int_equal(qent__provider_factory_check(&bad, NULL), QENT_EINVAL);
  bad = factory;
  bad.currency = "RU";
  assert_int_equal(qent__provider_factory_check(&bad, NULL), QENT_EINVAL);
  bad = factory;
  bad.parse_webhook = NULL;
  assert_int_equal(qent__provider_factory_check(&bad, NULL), QENT_EINVAL);
  bad = factory;
  bad.size = 8;
  assert_int_equal(qent__provider_factory_check(&bad, NULL), QENT_EINVAL);
}

static void an_adapter_without_a_required_verb_is_not_opened(void **state)
{
  qent_payment_provider *p = NULL;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  ops.fetch = NULL;
  assert_int_equal(qent__provider_open(&factory, NULL, &p, &err), QENT_EINVAL);
  assert_null(p);
  assert_true(fake.destroyed);
}

static void a_missing_verb_is_unsupported(void **state)
{
  qent_payment_provider *p = opened();
  qent_money amount = {100, "RUB"};
  char detail[32];

  (void)state;
  assert_int_equal(qent__provider_check(p, detail, sizeof detail, NULL), QENT_EUNSUPPORTED);
  ops.size = offsetof(qent_payment_provider_ops, refund); /* built before there were refunds */
  assert_int_equal(qent__provider_refund(p, KEY, "ext-1", &amount, NULL, NULL), QENT_EUNSUPPORTED);
  assert_int_equal(calls, 0);
}

static void bad_arguments_do_not_reach_the_adapter(void **state)
{
  qent_payment_provider *p = opened();
  qent_provider_request request = {.size = sizeof request, .description = "x"};
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_money nothing = {0, "RUB"};
  char key[66];
  char id[64];
  qent_buf body;

  (void)state;
  memset(key, 'k', sizeof key);
  key[65] = '\0';
  qent_buf_init(&body, 100);
  assert_int_equal(qent__provider_render_request(p, &request, &body, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_create(p, key, "{}", 1000, &seen, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_create(p, "", "{}", 1000, &seen, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_create(p, KEY, NULL, 1000, &seen, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_create(p, KEY, "{}", 0, &seen, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_fetch(p, "", &seen, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_refund(p, KEY, "ext-1", &nothing, NULL, NULL), QENT_EINVAL);
  assert_int_equal(qent__provider_parse_webhook(&factory, "{}", 2, id, sizeof id, NULL),
                   QENT_EINVAL);
  assert_int_equal(calls, 0);
}

static void an_answer_about_another_payment_is_refused(void **state)
{
  qent_payment_provider *p = opened();
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

  (void)state;
  assert_int_equal(qent__provider_fetch(p, "ext-1", &seen, NULL), QENT_OK);
  assert_int_equal(qent__provider_fetch(p, "ext-2", &seen, NULL), QENT_EPROTO);
  answer.amount.minor = -1;
  assert_int_equal(qent__provider_fetch(p, "ext-1", &seen, NULL), QENT_EPROTO);
  answer.amount.minor = 1;
  answer.external_id[0] = '\0';
  assert_int_equal(qent__provider_create(p, KEY, "{}", 1000, &seen, NULL), QENT_EPROTO);
  assert_string_equal(seen.external_id, "ext-1");
}

static qent_status list(qent_payment_provider *p, int64_t created_from, const char *cursor,
                        qent_provider_payment_fn fn, void *user, char *next_out, qent_error *err)
{
  (void)p;
  (void)created_from;
  (void)cursor;
  (void)err;
  calls++;
  memcpy(next_out, "same", sizeof "same");
  return fn(&answer, user);
}

static qent_status count_payment(const qent_provider_payment *payment, void *user)
{
  (void)payment;
  ++*(int *)user;
  return QENT_OK;
}

static void a_list_is_checked_item_by_item(void **state)
{
  qent_payment_provider *p = opened();
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";
  int count = 0;

  (void)state;
  assert_int_equal(qent__provider_list_payments(p, 0, "", count_payment, &count, next, NULL),
                   QENT_EUNSUPPORTED);
  ops.list_payments = list;
  assert_int_equal(qent__provider_list_payments(p, -1, "", count_payment, &count, next, NULL),
                   QENT_EINVAL);
  assert_int_equal(qent__provider_list_payments(p, 0, "", NULL, NULL, next, NULL), QENT_EINVAL);
  assert_int_equal(calls, 0);
  assert_int_equal(qent__provider_list_payments(p, 0, "", count_payment, &count, next, NULL),
                   QENT_OK);
  assert_string_equal(next, "same");
  assert_int_equal(count, 1);
  assert_int_equal(qent__provider_list_payments(p, 0, next, count_payment, &count, next, NULL),
                   QENT_EPROTO);
  answer.amount.minor = -1;
  count = 0;
  assert_int_equal(qent__provider_list_payments(p, 0, "", count_payment, &count, next, NULL),
                   QENT_EPROTO);
  assert_int_equal(count, 0);
}

static void sources_are_matched_against_the_named_networks(void **state)
{
  qent_payment_provider_factory open_to_all = factory;

  (void)state;
  assert_true(qent__provider_source_known(&factory, "10.1.2.3"));
  assert_true(qent__provider_source_known(&factory, "::1"));
  assert_false(qent__provider_source_known(&factory, "11.1.2.3"));
  assert_false(qent__provider_source_known(&factory, NULL));
  open_to_all.webhook_networks = NULL;
  assert_true(qent__provider_source_known(&open_to_all, "11.1.2.3"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_factory_must_be_whole, reset),
      cmocka_unit_test_setup(an_adapter_without_a_required_verb_is_not_opened, reset),
      cmocka_unit_test_setup(a_missing_verb_is_unsupported, reset),
      cmocka_unit_test_setup(bad_arguments_do_not_reach_the_adapter, reset),
      cmocka_unit_test_setup(an_answer_about_another_payment_is_refused, reset),
      cmocka_unit_test_setup(a_list_is_checked_item_by_item, reset),
      cmocka_unit_test_setup(sources_are_matched_against_the_named_networks, reset),
  };

  return cmocka_run_group_tests_name("payment provider port", tests, NULL, NULL);
}
