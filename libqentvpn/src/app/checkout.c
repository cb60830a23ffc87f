/* SPDX-License-Identifier: MIT */
#include "app/payments.h"
#include "app/tx.h"
#include "payment/provider.h"
#include "util/alloc.h"
#include "util/random.h"
#include "util/text.h"
#include "util/url.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As long as the fastest answer may take, so that the poll loop does not double the work of the
 * request that is waiting for the link right now. */
#define LINK_LEASE_S 10
#define LINK_TIMEOUT_MAX_MS 60000
#define EMAIL_MAX_BYTES 254

struct begin {
  const qent_checkout *checkout;
  const char *currency;
  qent_order *order;
};

/* "" counts as no text. */
static qent_status copy_text(char **field, const char *text, qent_error *err)
{
  if (!text || !*text)
    return QENT_OK;
  *field = qent__strdup(text);
  return *field ? QENT_OK : qent_fail(err, QENT_ENOMEM, "out of memory");
}

/* Enough that a slip is told to the buyer, not by the provider to the admins. */
static bool email_valid(const char *email)
{
  const char *at = strchr(email, '@');
  size_t len = strlen(email);

  if (!at || at == email || !at[1] || strchr(at + 1, '@') || len > EMAIL_MAX_BYTES)
    return false;
  for (size_t i = 0; i < len; i++) {
    if ((unsigned char)email[i] <= ' ' || email[i] == 0x7f)
      return false;
  }
  return qent__utf8_valid(email, len);
}

static qent_status check_checkout(const qent_checkout *c, qent_error *err)
{
  if (c->user_id < 1)
    return qent_fail(err, QENT_EINVAL, "user_id is missing");
  if (!c->plan_code || !qent__code_valid(c->plan_code))
    return qent_fail(err, QENT_EINVAL, "plan must be the code of a plan");
  if (c->subscription_id < 0 || (c->subscription_id > 0 && c->new_subscription))
    return qent_fail(err, QENT_EINVAL, "subscription must be an id, and not with a new one");
  if (!c->method || !qent__code_valid(c->method))
    return qent_fail(err, QENT_EINVAL, "method must be the name of a payment provider");
  if (c->return_url && qent__url_check(c->return_url, NULL) != QENT_OK)
    return qent_fail(err, QENT_EINVAL, "return_url must be an https URL");
  if (c->email && !email_valid(c->email))
    return qent_fail(err, QENT_EINVAL, "email must be an address of at most 254 bytes");
  return QENT_OK;
}

/* The order as it would be made now. */
static qent_status sketch(const struct begin *begin, const qent_plan *plan, int64_t now,
                          int64_t lifetime_s, qent_order **order_out, qent_error *err)
{
  const qent_checkout *c = begin->checkout;
  qent_order *order = qent__calloc(1, sizeof *order);
  qent_status st;

  if (!order)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  if (!qent_plan_price(plan, begin->currency, &order->price)) {
    qent_order_free(order);
    return qent_fail(err, QENT_EUNSUPPORTED, "plan %s has no price in %s", plan->code,
                     begin->currency);
  }
  order->user_id = c->user_id;
  order->plan_id = plan->id;
  order->terms = plan->terms;
  order->subscription_id = c->subscription_id;
  order->new_subscription = c->new_subscription;
  order->created_at = now;
  order->expires_at = now + lifetime_s;
  (void)qent__copy_text(order->plan_code, sizeof order->plan_code, plan->code, strlen(plan->code));
  (void)qent__copy_text(order->method, sizeof order->method, c->method, strlen(c->method));
  st = copy_text(&order->return_url, c->return_url, err);
  if (st == QENT_OK)
    st = copy_text(&order->email, c->email, err);
  if (st != QENT_OK) {
    qent_order_free(order);
    return st;
  }
  *order_out = order;
  return QENT_OK;
}

/* The subscription to extend must be the buyer's own, and not one that an admin switched off: the
 * money would buy nothing. */
static qent_status check_subscription(qent_session *session, const qent_checkout *c,
                                      const char *node_group, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st;

  if (c->new_subscription)
    return QENT_OK;
  if (c->subscription_id)
    st = qent__store_sub_by_id(store, c->user_id, c->subscription_id, &sub, err);
  else
    st = qent__store_sub_newest(store, c->user_id, node_group, &sub, err);
  if (st == QENT_ENOTFOUND && !c->subscription_id)
    return QENT_OK;
  if (st == QENT_OK && sub->disabled)
    st = qent_fail(err, QENT_ECONFLICT, "subscription %" PRId64 " is switched off", sub->id);
  qent_subscription_free(sub);
  return st;
}

static qent_status render(qent_session *session, const qent_order *order, const qent_plan *plan,
                          qent_payment *payment, qent_error *err)
{
  const qent_settings *settings = qent_ctx_settings(qent_session_ctx(session));
  const char *shop = qent_settings_get(settings, "QENT_SHOP_NAME");
  qent_payment_provider *provider = NULL;
  qent_provider_request request = {.size = sizeof request};
  char description[512];
  qent_buf body;
  qent_status st = qent__session_provider(session, order->method, &provider, err);

  if (st != QENT_OK)
    return st;
  (void)snprintf(description, sizeof description, "%.128s: %s, #%" PRId64, shop ? shop : "VPN",
                 plan->title_ru, order->id);
  request.order_id = order->id;
  request.payment_id = payment->id;
  request.user_id = order->user_id;
  request.amount = order->price;
  request.description = description;
  request.return_url =
      order->return_url ? order->return_url : qent_settings_get(settings, "QENT_MINIAPP_URL");
  request.email = order->email;
  qent_buf_init(&body, 65536);
  st = qent__provider_render_request(provider, &request, &body, err);
  if (st == QENT_OK)
    payment->request = qent_buf_take(&body);
  qent_buf_dispose(&body);
  return st;
}

qent_status qent__payment_start(qent_session *session, const qent_order *order, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_plan *plan = NULL;
  qent_payment *payment = qent__calloc(1, sizeof *payment);
  qent_status st;

  if (!payment)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  payment->order_id = order->id;
  payment->amount = order->price;
  payment->created_at = now;
  payment->next_poll_at = now + LINK_LEASE_S;
  (void)qent__copy_text(payment->provider, sizeof payment->provider, order->method,
                        strlen(order->method));
  st = qent__random_uuid(payment->idempotency_key, err);
  if (st == QENT_OK)
    st = qent__store_plan_by_id(store, order->plan_id, &plan, err);
  if (st == QENT_OK)
    st = qent__store_payment_insert(store, payment, err);
  if (st == QENT_OK)
    st = render(session, order, plan, payment, err);
  if (st == QENT_OK)
    st = qent__store_payment_save(store, payment, err);
  qent_plan_free(plan);
  qent_payment_free(payment);
  return st;
}

static bool same_terms(const struct qent__terms *a, const struct qent__terms *b)
{
  return a->period == b->period && a->period_unit == b->period_unit &&
         a->traffic_limit_bytes == b->traffic_limit_bytes && a->device_limit == b->device_limit &&
         a->replicas == b->replicas && strcmp(a->node_group, b->node_group) == 0;
}

/* A payment that failed may have failed for its address; another one needs another order. */
static bool serves(const qent_order *open, const qent_order *wanted)
{
  return open->expires_at > wanted->created_at && same_terms(&open->terms, &wanted->terms) &&
         (!open->payment_failed || !wanted->email || qent__streq(open->email, wanted->email));
}

/* Can the order's newest payment still bring its money? If not, start another. */
static qent_status keep_payable(qent_session *session, const qent_order *order, qent_error *err)
{
  qent_payment *newest = NULL;
  bool alive;
  qent_status st =
      qent__store_payment_newest_of_order(qent__session_store(session), order->id, &newest, err);

  if (st != QENT_OK)
    return st;
  alive = newest->state == QENT_PAYMENT_CREATING || newest->state == QENT_PAYMENT_PENDING;
  qent_payment_free(newest);
  return alive ? QENT_OK : qent__payment_start(session, order, err);
}

static qent_status reuse_or_insert(qent_session *session, qent_order *wanted,
                                   qent_order **order_out, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_order *open = NULL;
  qent_status st = qent__store_order_find_open(store, wanted, &open, err);

  if (st == QENT_OK && serves(open, wanted)) {
    *order_out = open;
    return keep_payable(session, open, err);
  }
  qent_order_free(open);
  if (st != QENT_OK && st != QENT_ENOTFOUND)
    return st;
  st = qent__store_order_insert(store, wanted, err);
  if (st == QENT_OK)
    st = qent__payment_start(session, wanted, err);
  if (st == QENT_OK)
    st = qent__store_order_by_id(store, wanted->user_id, wanted->id, order_out, err);
  return st;
}

static qent_status begin_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct begin *begin = arg;
  const qent_settings *settings = qent_ctx_settings(qent_session_ctx(session));
  qent_plan *plan = NULL;
  qent_order *wanted = NULL;
  qent_status st = qent__store_plan_by_code(qent__session_store(session),
                                            begin->checkout->plan_code, &plan, err);

  if (st == QENT_OK && plan->hidden)
    st = qent_fail(err, QENT_ENOTFOUND, "plan %s is not on sale", plan->code);
  if (st == QENT_OK)
    st = check_subscription(session, begin->checkout, plan->terms.node_group, err);
  if (st == QENT_OK)
    st = sketch(begin, plan, qent__session_now(session),
                qent_settings_get_int(settings, "QENT_ORDER_LIFETIME_S"), &wanted, err);
  if (st == QENT_OK)
    st = reuse_or_insert(session, wanted, &begin->order, err);
  qent_order_free(wanted);
  qent_plan_free(plan);
  return st;
}

qent_status qent_checkout_begin(qent_session *session, const qent_checkout *checkout,
                                qent_order **order_out, qent_error *err)
{
  struct begin begin = {checkout, NULL, NULL};
  qent_payment_provider *provider = NULL;
  qent_status st;

  if (!session || !checkout || !order_out)
    return qent_fail(err, QENT_EINVAL, "a checkout needs a session, a checkout and an output");
  st = check_checkout(checkout, err);
  if (st == QENT_OK)
    st = qent__session_provider(session, checkout->method, &provider, err);
  if (st != QENT_OK)
    return st;
  begin.currency =
      checkout->currency
          ? checkout->currency
          : qent__ctx_provider_factory(qent_session_ctx(session), checkout->method)->currency;
  st = qent__tx(session, begin_in_tx, &begin, err);
  if (st != QENT_OK) {
    qent_order_free(begin.order);
    return st;
  }
  *order_out = begin.order;
  return QENT_OK;
}

/* The payment that waits for its link; NULL when the order has one already. */
static qent_status payment_without_link(qent_session *session, int64_t order_id,
                                        qent_payment **payment_out, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_order *order = NULL;
  bool has_link;
  qent_status st = qent__store_order_by_id(store, 0, order_id, &order, err);

  if (st != QENT_OK)
    return st;
  has_link = order->pay_url != NULL;
  if (order->state != QENT_ORDER_OPEN)
    st = qent_fail(err, QENT_ECONFLICT, "order %" PRId64 " is %s", order_id,
                   qent_order_state_name(order->state));
  qent_order_free(order);
  if (st != QENT_OK || has_link)
    return st;
  return qent__store_payment_newest_of_order(store, order_id, payment_out, err);
}

qent_status qent_checkout_fetch_link(qent_session *session, int64_t order_id, int64_t timeout_ms,
                                     qent_order **order_out, qent_error *err)
{
  qent_payment *payment = NULL;
  qent_order *order = NULL;
  qent_status st;

  if (!session || !order_out || timeout_ms < 1)
    return qent_fail(err, QENT_EINVAL, "a link needs a session, a timeout and an output");
  st = payment_without_link(session, order_id, &payment, err);
  if (st == QENT_OK && payment && payment->state == QENT_PAYMENT_CREATING)
    st = qent__payment_create(
        session, payment, timeout_ms < LINK_TIMEOUT_MAX_MS ? timeout_ms : LINK_TIMEOUT_MAX_MS, err);
  qent_payment_free(payment);
  if (st == QENT_OK)
    st = qent__store_order_by_id(qent__session_store(session), 0, order_id, &order, err);
  if (st == QENT_OK && !order->pay_url)
    st = qent_fail(err, QENT_ECONFLICT, "order %" PRId64 " has no payment that waits for money",
                   order_id);
  if (st != QENT_OK) {
    qent_order_free(order);
    return st;
  }
  *order_out = order;
  return QENT_OK;
}

qent_status qent_order_by_id(qent_session *session, int64_t user_id, int64_t order_id,
                             qent_order **order_out, qent_error *err)
{
  if (!session || !order_out)
    return qent_fail(err, QENT_EINVAL, "finding an order needs a session and an output");
  return qent__store_order_by_id(qent__session_store(session), user_id, order_id, order_out, err);
}

qent_status qent_order_each(qent_session *session, int64_t user_id, int32_t limit, qent_order_fn fn,
                            void *user, qent_error *err)
{
  if (!session || !fn || limit < 1 || limit > 1000)
    return qent_fail(err, QENT_EINVAL, "listing orders needs a limit of 1..1000");
  return qent__store_order_each(qent__session_store(session), user_id, limit, fn, user, err);
}
