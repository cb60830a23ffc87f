/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <string.h>

static qent_order *read_order(qent__store *s, int64_t id)
{
  qent_order *order = NULL;
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_order_by_id(s, 0, id, &order, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return order;
}

static qent_payment *read_payment(qent__store *s, int64_t id)
{
  qent_payment *payment = NULL;
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_payment_by_id(s, id, &payment, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return payment;
}

static void an_order_keeps_its_snapshot(void **state)
{
  struct world *w = *state;
  char url[] = "https://shop.example/back";
  char email[] = "a@b.example";
  qent_order order = sample_order(w->user_id, w->plan_id);
  qent_order *again;

  order.return_url = url;
  order.email = email;
  order.subscription_id = w->sub_id;
  order.new_subscription = true;
  begin(w->s);
  assert_int_equal(qent__store_order_insert(w->s, &order, NULL), QENT_OK);
  commit(w->s);
  again = read_order(w->s, order.id);
  assert_string_equal(again->plan_code, "month");
  assert_int_equal(again->price.minor, 19900);
  assert_string_equal(again->price.currency, "RUB");
  assert_int_equal(again->terms.period, 30);
  assert_int_equal(again->terms.device_limit, 3);
  assert_string_equal(again->terms.node_group, "default");
  assert_string_equal(again->return_url, url);
  assert_string_equal(again->email, email);
  assert_string_equal(again->method, "yookassa");
  assert_int_equal(again->subscription_id, w->sub_id);
  assert_true(again->new_subscription);
  assert_null(again->pay_url);
  assert_false(again->payment_failed);
  qent_order_free(again);
}

static void an_order_is_shown_to_its_user_only(void **state)
{
  struct world *w = *state;
  int64_t other = add_user(w->s, 200);
  int64_t id = add_order(w->s, w->user_id, w->plan_id);
  qent_order *order = NULL;

  assert_int_equal(qent__store_order_by_id(w->s, other, id, &order, NULL), QENT_ENOTFOUND);
  assert_null(order);
  assert_int_equal(qent__store_order_by_id(w->s, w->user_id, id, &order, NULL), QENT_OK);
  qent_order_free(order);
}

static void only_the_very_same_open_order_is_reused(void **state)
{
  struct world *w = *state;
  int64_t id = add_order(w->s, w->user_id, w->plan_id);
  qent_order like = sample_order(w->user_id, w->plan_id);
  qent_order *found = NULL;

  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_OK);
  assert_int_equal(found->id, id);
  qent_order_free(found);
  like.price.minor++;
  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_ENOTFOUND);
  like.price.minor--;
  like.subscription_id = w->sub_id;
  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_ENOTFOUND);
  like.subscription_id = 0;
  like.new_subscription = true;
  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_ENOTFOUND);
  like.new_subscription = false;
  memcpy(like.method, "stars", sizeof "stars");
  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_ENOTFOUND);
  run_sql(w->s, "UPDATE orders SET state = 2");
  like = sample_order(w->user_id, w->plan_id);
  assert_int_equal(qent__store_order_find_open(w->s, &like, &found, NULL), QENT_ENOTFOUND);
}

static void an_open_order_shows_the_link_of_its_newest_pending_payment(void **state)
{
  struct world *w = *state;
  char old_url[] = "https://pay.example/old";
  char new_url[] = "https://pay.example/new";
  int64_t id = add_order(w->s, w->user_id, w->plan_id);
  qent_payment payment = sample_payment(id, "k1");
  qent_order *order;

  payment.state = QENT_PAYMENT_PENDING;
  payment.confirmation_url = old_url;
  begin(w->s);
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_OK);
  payment = sample_payment(id, "k2");
  payment.state = QENT_PAYMENT_PENDING;
  payment.confirmation_url = new_url;
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_OK);
  commit(w->s);
  order = read_order(w->s, id);
  assert_string_equal(order->pay_url, new_url);
  qent_order_free(order);
  run_sql(w->s, "UPDATE orders SET state = 2");
  order = read_order(w->s, id);
  assert_null(order->pay_url);
  qent_order_free(order);
}

static void an_open_order_tells_of_its_failed_payment_until_the_next_one(void **state)
{
  struct world *w = *state;
  char reason[] = "insufficient_funds";
  int64_t id = add_order(w->s, w->user_id, w->plan_id);
  qent_payment payment = sample_payment(id, "k1");
  qent_order *order;

  payment.state = QENT_PAYMENT_CANCELED;
  payment.reason = reason;
  begin(w->s);
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_OK);
  commit(w->s);
  order = read_order(w->s, id);
  assert_true(order->payment_failed);
  assert_string_equal(order->failure, reason);
  assert_null(order->pay_url);
  qent_order_free(order);
  (void)add_payment(w->s, id, "k2");
  order = read_order(w->s, id);
  assert_false(order->payment_failed);
  assert_null(order->failure);
  qent_order_free(order);
}

static void a_paid_order_needs_a_time_and_a_subscription(void **state)
{
  struct world *w = *state;
  qent_order *order = read_order(w->s, add_order(w->s, w->user_id, w->plan_id));

  order->state = QENT_ORDER_PAID;
  begin(w->s);
  assert_int_equal(qent__store_order_save(w->s, order, NULL), QENT_ESTORE);
  order->paid_at = 1500;
  order->subscription_id = w->sub_id;
  assert_int_equal(qent__store_order_save(w->s, order, NULL), QENT_OK);
  commit(w->s);
  qent_order_free(order);
}

static void open_orders_past_their_time_expire_and_no_others(void **state)
{
  struct world *w = *state;
  int64_t first = add_order(w->s, w->user_id, w->plan_id);
  int64_t second = add_order(w->s, w->user_id, w->plan_id);
  qent_order *order;
  int32_t count = -1;
  bool any = true;

  run_sql(w->s, "UPDATE orders SET expires_at = 3000 WHERE id = 2");
  assert_int_equal(qent__store_order_any_due(w->s, 1999, &any, NULL), QENT_OK);
  assert_false(any);
  assert_int_equal(qent__store_order_any_due(w->s, 2000, &any, NULL), QENT_OK);
  assert_true(any);
  begin(w->s);
  assert_int_equal(qent__store_order_expire_due(w->s, 2000, 10, &count, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(count, 1);
  order = read_order(w->s, first);
  assert_int_equal(order->state, QENT_ORDER_EXPIRED);
  qent_order_free(order);
  order = read_order(w->s, second);
  assert_int_equal(order->state, QENT_ORDER_OPEN);
  qent_order_free(order);
}

static bool last_id(const qent_order *order, void *arg)
{
  *(int64_t *)arg = order->id;
  return true;
}

static void orders_of_a_user_are_newest_first(void **state)
{
  struct world *w = *state;
  int64_t first = add_order(w->s, w->user_id, w->plan_id);
  int64_t second = add_order(w->s, w->user_id, w->plan_id);
  int64_t last = 0;

  assert_int_equal(qent__store_order_each(w->s, w->user_id, 10, last_id, &last, NULL), QENT_OK);
  assert_int_equal(last, first);
  assert_int_equal(qent__store_order_each(w->s, w->user_id, 1, last_id, &last, NULL), QENT_OK);
  assert_int_equal(last, second);
}

static void a_payment_comes_back_as_it_was_saved(void **state)
{
  struct world *w = *state;
  int64_t order_id = add_order(w->s, w->user_id, w->plan_id);
  qent_payment *payment = read_payment(w->s, add_payment(w->s, order_id, "key-1"));
  char external[] = "22d6d597-000f-5000-9000-145f6df21d6f";
  char request[] = "{\"amount\":{\"value\":\"199.00\"}}";
  qent_payment *again = NULL;

  assert_null(payment->external_id);
  assert_null(payment->request);
  payment->external_id = external;
  payment->request = request;
  payment->state = QENT_PAYMENT_FLAGGED;
  payment->refunded_minor = 5;
  memcpy(payment->refund_key, "rk", sizeof "rk");
  payment->next_poll_at = 70;
  payment->attempts = 3;
  begin(w->s);
  assert_int_equal(qent__store_payment_save(w->s, payment, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_payment_by_external(w->s, "yookassa", external, &again, NULL),
                   QENT_OK);
  assert_string_equal(again->request, request);
  assert_string_equal(again->idempotency_key, "key-1");
  assert_string_equal(again->refund_key, "rk");
  assert_int_equal(again->state, QENT_PAYMENT_FLAGGED);
  assert_int_equal(again->refunded_minor, 5);
  assert_int_equal(again->attempts, 3);
  assert_int_equal(again->next_poll_at, 70);
  payment->external_id = NULL;
  payment->request = NULL;
  qent_payment_free(payment);
  qent_payment_free(again);
}

static void a_payment_of_no_order_has_order_0(void **state)
{
  struct world *w = *state;
  qent_payment *payment = read_payment(w->s, add_payment(w->s, 0, "stray:1"));

  assert_int_equal(payment->order_id, 0);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM payments WHERE order_id IS NULL"), 1);
  qent_payment_free(payment);
}

static void an_external_id_and_an_idempotency_key_are_taken_once(void **state)
{
  struct world *w = *state;
  char external[] = "ext-1";
  qent_payment payment = sample_payment(0, "k1");

  payment.external_id = external;
  begin(w->s);
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_OK);
  payment = sample_payment(0, "k2");
  payment.external_id = external;
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_ECONFLICT);
  payment = sample_payment(0, "k1");
  assert_int_equal(qent__store_payment_insert(w->s, &payment, NULL), QENT_ECONFLICT);
  commit(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM payments"), 1);
}

static void an_order_is_settled_by_one_payment_only(void **state)
{
  struct world *w = *state;
  int64_t order_id = add_order(w->s, w->user_id, w->plan_id);
  qent_payment *first = read_payment(w->s, add_payment(w->s, order_id, "k1"));
  qent_payment *second = read_payment(w->s, add_payment(w->s, order_id, "k2"));

  first->state = QENT_PAYMENT_SUCCEEDED;
  first->settled_at = 1500;
  second->state = QENT_PAYMENT_SUCCEEDED;
  second->settled_at = 1600;
  begin(w->s);
  assert_int_equal(qent__store_payment_save(w->s, first, NULL), QENT_OK);
  commit(w->s);
  begin(w->s);
  assert_int_equal(qent__store_payment_save(w->s, second, NULL), QENT_ECONFLICT);
  qent__store_rollback(w->s);
  first->state = QENT_PAYMENT_REFUNDED;
  begin(w->s);
  assert_int_equal(qent__store_payment_save(w->s, first, NULL), QENT_OK);
  assert_int_equal(qent__store_payment_save(w->s, second, NULL), QENT_ECONFLICT);
  qent__store_rollback(w->s);
  qent_payment_free(first);
  qent_payment_free(second);
}

static void a_payment_is_claimed_when_due_and_once_per_lease(void **state)
{
  struct world *w = *state;
  qent_payment *payment = NULL;
  int64_t never = add_payment(w->s, 0, "never");
  int64_t late = add_payment(w->s, 0, "late");
  int64_t early = add_payment(w->s, 0, "early");

  run_sql(w->s, "UPDATE payments SET next_poll_at = 20 WHERE id = 2;"
                "UPDATE payments SET next_poll_at = 10 WHERE id = 3");
  assert_int_equal(qent__store_payment_claim(w->s, 9, 109, &payment, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_payment_claim(w->s, 30, 130, &payment, NULL), QENT_OK);
  assert_int_equal(payment->id, early);
  assert_int_equal(payment->lease_until, 130);
  qent_payment_free(payment);
  assert_int_equal(qent__store_payment_claim(w->s, 30, 130, &payment, NULL), QENT_OK);
  assert_int_equal(payment->id, late);
  qent_payment_free(payment);
  assert_int_equal(qent__store_payment_claim(w->s, 129, 229, &payment, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_payment_claim(w->s, 130, 230, &payment, NULL), QENT_OK);
  assert_int_equal(payment->id, early);
  assert_int_not_equal(payment->id, never);
  qent_payment_free(payment);
}

static bool count_payment(const qent_payment *payment, void *arg)
{
  (void)payment;
  ++*(int *)arg;
  return true;
}

static int count_payments(qent__store *s, int64_t order_id, int32_t state)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  int count = 0;

  filter.order_id = order_id;
  filter.state = state;
  assert_int_equal(qent__store_payment_each(s, &filter, count_payment, &count, NULL), QENT_OK);
  return count;
}

static void payments_are_listed_by_order_and_state(void **state)
{
  struct world *w = *state;
  int64_t order_id = add_order(w->s, w->user_id, w->plan_id);

  (void)add_payment(w->s, order_id, "k1");
  (void)add_payment(w->s, order_id, "k2");
  (void)add_payment(w->s, 0, "k3");
  run_sql(w->s, "UPDATE payments SET state = 5 WHERE id IN (2, 3)");
  assert_int_equal(count_payments(w->s, 0, -1), 3);
  assert_int_equal(count_payments(w->s, order_id, -1), 2);
  assert_int_equal(count_payments(w->s, 0, QENT_PAYMENT_FLAGGED), 2);
  assert_int_equal(count_payments(w->s, order_id, QENT_PAYMENT_FLAGGED), 1);
  assert_int_equal(count_payments(w->s, 0, QENT_PAYMENT_CREATING), 1);
  assert_int_equal(count_payments(w->s, 0, QENT_PAYMENT_SUCCEEDED), 0);
}

static void put_hint(qent__store *s, int64_t now)
{
  begin(s);
  assert_int_equal(qent__store_hint_put(s, "yookassa", "ext-1", now, NULL), QENT_OK);
  commit(s);
}

static void a_hint_is_stored_once_and_followed_once(void **state)
{
  struct world *w = *state;
  struct qent__hint hint;

  put_hint(w->s, 10);
  put_hint(w->s, 10);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM webhook_hints"), 1);
  assert_int_equal(qent__store_hint_claim(w->s, 10, 100, &hint, NULL), QENT_OK);
  assert_string_equal(hint.provider, "yookassa");
  assert_string_equal(hint.external_id, "ext-1");
  assert_int_equal(hint.attempts, 0);
  assert_int_equal(qent__store_hint_claim(w->s, 99, 200, &hint, NULL), QENT_ENOTFOUND);
  begin(w->s);
  assert_int_equal(qent__store_hint_delete(w->s, hint.id, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM webhook_hints"), 0);
}

static void a_hint_put_off_counts_its_attempt(void **state)
{
  struct world *w = *state;
  struct qent__hint hint;

  put_hint(w->s, 10);
  assert_int_equal(qent__store_hint_claim(w->s, 10, 100, &hint, NULL), QENT_OK);
  begin(w->s);
  assert_int_equal(qent__store_hint_later(w->s, hint.id, 50, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_hint_claim(w->s, 49, 100, &hint, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_hint_claim(w->s, 50, 100, &hint, NULL), QENT_OK);
  assert_int_equal(hint.attempts, 1);
}

static void a_hint_that_comes_again_while_followed_is_not_lost(void **state)
{
  struct world *w = *state;
  struct qent__hint hint;

  put_hint(w->s, 10);
  assert_int_equal(qent__store_hint_claim(w->s, 10, 100, &hint, NULL), QENT_OK);
  put_hint(w->s, 11);
  begin(w->s);
  assert_int_equal(qent__store_hint_delete(w->s, hint.id, NULL), QENT_OK);
  assert_int_equal(qent__store_hint_later(w->s, hint.id, 9999, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_hint_claim(w->s, 11, 100, &hint, NULL), QENT_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(an_order_keeps_its_snapshot),
      WITH_WORLD(an_order_is_shown_to_its_user_only),
      WITH_WORLD(only_the_very_same_open_order_is_reused),
      WITH_WORLD(an_open_order_shows_the_link_of_its_newest_pending_payment),
      WITH_WORLD(an_open_order_tells_of_its_failed_payment_until_the_next_one),
      WITH_WORLD(a_paid_order_needs_a_time_and_a_subscription),
      WITH_WORLD(open_orders_past_their_time_expire_and_no_others),
      WITH_WORLD(orders_of_a_user_are_newest_first),
      WITH_WORLD(a_payment_comes_back_as_it_was_saved),
      WITH_WORLD(a_payment_of_no_order_has_order_0),
      WITH_WORLD(an_external_id_and_an_idempotency_key_are_taken_once),
      WITH_WORLD(an_order_is_settled_by_one_payment_only),
      WITH_WORLD(a_payment_is_claimed_when_due_and_once_per_lease),
      WITH_WORLD(payments_are_listed_by_order_and_state),
      WITH_WORLD(a_hint_is_stored_once_and_followed_once),
      WITH_WORLD(a_hint_put_off_counts_its_attempt),
      WITH_WORLD(a_hint_that_comes_again_while_followed_is_not_lost),
  };

  return cmocka_run_group_tests_name("store: orders and payments", tests, NULL, NULL);
}
