/* SPDX-License-Identifier: MIT */
#include "provider_contract.h"

#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 5000

const char *provider_key(int number, char key[65])
{
  (void)snprintf(key, 65, "c0ffee00-0000-4000-8000-%012d", number);
  return key;
}

/* Keys that no earlier test of this process has used. */
static const char *fresh_key(char key[65])
{
  static int used;

  return provider_key(++used, key);
}

char *provider_body(struct provider_rig *rig)
{
  qent_provider_request request = {.size = sizeof request};
  qent_buf body;
  char *text;

  request.order_id = ++rig->order_id;
  request.payment_id = rig->order_id;
  request.user_id = 7;
  request.amount = rig->price;
  request.description = "QentVPN: Месяц";
  request.return_url = "https://vpn.example/app/";
  qent_buf_init(&body, 65536);
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, NULL), QENT_OK);
  text = qent_buf_take(&body);
  assert_non_null(text);
  return text;
}

qent_provider_payment provider_create(struct provider_rig *rig, const char *key, const char *body)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;

  if (qent__provider_create(rig->provider, key, body, TIMEOUT_MS, &seen, &err) != QENT_OK)
    fail_msg("create: %s: %s", qent_status_name(err.status), err.message);
  return seen;
}

static qent_provider_payment create_new(struct provider_rig *rig)
{
  char key[65];
  char *body = provider_body(rig);
  qent_provider_payment seen = provider_create(rig, fresh_key(key), body);

  qent_text_free(body);
  return seen;
}

static qent_provider_payment fetch(struct provider_rig *rig, const char *external_id)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;

  if (qent__provider_fetch(rig->provider, external_id, &seen, &err) != QENT_OK)
    fail_msg("fetch: %s: %s", qent_status_name(err.status), err.message);
  return seen;
}

void creating_twice_is_one_payment(void **state)
{
  struct provider_rig *rig = *state;
  char key[65];
  char *body = provider_body(rig);
  qent_provider_payment first, second;

  fresh_key(key);
  first = provider_create(rig, key, body);
  second = provider_create(rig, key, body);
  assert_string_equal(first.external_id, second.external_id);
  assert_string_equal(first.confirmation_url, second.confirmation_url);
  assert_int_equal(rig->count_payments(rig, rig->order_id), 1);
  qent_text_free(body);
}

void two_keys_are_two_payments(void **state)
{
  struct provider_rig *rig = *state;
  char key[65];
  char *body = provider_body(rig);
  qent_provider_payment first = provider_create(rig, fresh_key(key), body);
  qent_provider_payment second = provider_create(rig, fresh_key(key), body);

  assert_string_not_equal(first.external_id, second.external_id);
  assert_int_equal(rig->count_payments(rig, rig->order_id), 2);
  qent_text_free(body);
}

void fetch_shows_what_was_created(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made = create_new(rig);
  qent_provider_payment seen = fetch(rig, made.external_id);

  assert_int_equal(seen.state, QENT_PROVIDER_PENDING);
  assert_true(*made.confirmation_url != '\0');
  assert_true(qent_money_equal(&seen.amount, &rig->price));
  assert_true(seen.refunded.minor == 0);
  assert_true(seen.order_id == rig->order_id);
  assert_false(seen.foreign_account || seen.wrong_mode);
}

void paying_is_seen_once_and_for_all(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made = create_new(rig);

  rig->settle(rig, made.external_id, true);
  for (int i = 0; i < 2; i++) {
    qent_provider_payment seen = fetch(rig, made.external_id);

    assert_int_equal(seen.state, QENT_PROVIDER_SUCCEEDED);
    assert_true(qent_money_equal(&seen.amount, &rig->price));
    assert_string_equal(seen.reason, "");
  }
}

void declining_is_final_and_has_a_reason(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made = create_new(rig);
  qent_provider_payment seen;

  rig->settle(rig, made.external_id, false);
  seen = fetch(rig, made.external_id);
  assert_int_equal(seen.state, QENT_PROVIDER_CANCELED);
  assert_true(*seen.reason != '\0');
  assert_string_equal(seen.confirmation_url, "");
}

void unknown_payment_is_not_found(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(
      qent__provider_fetch(rig->provider, "00000000-0000-5000-8000-00000000dead", &seen, &err),
      QENT_ENOTFOUND);
  assert_string_equal(seen.external_id, "");
}

void refunding_twice_is_one_refund(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made = create_new(rig);
  qent_provider_payment seen;
  char key[65];

  rig->settle(rig, made.external_id, true);
  fresh_key(key);
  for (int i = 0; i < 2; i++)
    assert_int_equal(
        qent__provider_refund(rig->provider, key, made.external_id, &rig->price, "test", NULL),
        QENT_OK);
  assert_int_equal(rig->count_refunds(rig, rig->order_id), 1);
  seen = fetch(rig, made.external_id);
  assert_int_equal(seen.state, QENT_PROVIDER_SUCCEEDED);
  assert_true(qent_money_equal(&seen.refunded, &rig->price));
}

void an_unpaid_payment_cannot_be_refunded(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made = create_new(rig);
  char key[65];

  assert_int_equal(qent__provider_refund(rig->provider, fresh_key(key), made.external_id,
                                         &rig->price, NULL, NULL),
                   QENT_EINVAL);
  assert_int_equal(rig->count_refunds(rig, rig->order_id), 0);
}

/* How often each of a few payments was listed. */
struct listed {
  const qent_provider_payment *made;
  size_t count;
  int seen[3];
  qent_provider_state states[3];
};

static qent_status take_listed(const qent_provider_payment *payment, void *user)
{
  struct listed *listed = user;

  for (size_t i = 0; i < listed->count; i++) {
    if (strcmp(payment->external_id, listed->made[i].external_id) != 0)
      continue;
    listed->seen[i]++;
    listed->states[i] = payment->state;
  }
  return QENT_OK;
}

void listing_shows_every_payment_once(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment made[3];
  struct listed listed = {.made = made, .count = 3};
  char cursor[QENT_PROVIDER_CURSOR_SIZE] = "";
  qent_status st = QENT_OK;

  for (size_t i = 0; i < 3; i++)
    made[i] = create_new(rig);
  rig->settle(rig, made[0].external_id, true);
  rig->settle(rig, made[1].external_id, false);
  do
    st = qent__provider_list_payments(rig->provider, rig->created_from, cursor, take_listed,
                                      &listed, cursor, NULL);
  while (st == QENT_OK && cursor[0]);
  if (st == QENT_EUNSUPPORTED)
    skip();
  assert_int_equal(st, QENT_OK);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(listed.seen[i], 1);
  assert_int_equal(listed.states[0], QENT_PROVIDER_SUCCEEDED);
  assert_int_equal(listed.states[1], QENT_PROVIDER_CANCELED);
  assert_int_equal(listed.states[2], QENT_PROVIDER_PENDING);
}

void rendering_is_stable(void **state)
{
  struct provider_rig *rig = *state;
  char *first = provider_body(rig);
  char *second;

  rig->order_id--;
  second = provider_body(rig);
  assert_string_equal(first, second);
  qent_text_free(first);
  qent_text_free(second);
}

void check_says_something(void **state)
{
  struct provider_rig *rig = *state;
  char detail[128] = "";

  assert_int_equal(qent__provider_check(rig->provider, detail, sizeof detail, NULL), QENT_OK);
  assert_true(*detail != '\0');
}
