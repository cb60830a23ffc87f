/* SPDX-License-Identifier: MIT */
/* Adapters of a session: opened on first use, kept until the node's row changes. */
#include "app/context_private.h"
#include "gateway/gateway.h"
#include "payment/provider.h"
#include "util/alloc.h"
#include "util/digest.h"
#include "util/secret.h"
#include "util/text.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_NAME, TEXT_URL, TEXT_USERNAME, TEXT_PASSWORD, TEXT_OPTIONS, TEXT_CA, TEXT_PIN };

static void close_gateway(struct qent__open_gateway *open)
{
  qent__gateway_destroy(open->gateway);
  if (open->texts[TEXT_PASSWORD])
    qent__wipe(open->texts[TEXT_PASSWORD], strlen(open->texts[TEXT_PASSWORD]));
  for (size_t i = 0; i < sizeof open->texts / sizeof open->texts[0]; i++)
    qent__free(open->texts[i]);
  qent__free(open);
}

void qent__session_close_adapters(qent_session *session)
{
  while (session->gateways) {
    struct qent__open_gateway *next = session->gateways->next;
    close_gateway(session->gateways);
    session->gateways = next;
  }
  while (session->providers) {
    struct qent__open_provider *next = session->providers->next;
    qent__provider_destroy(session->providers->provider);
    qent__free(session->providers);
    session->providers = next;
  }
}

static void add_field(qent_buf *buf, const char *text)
{
  qent_buf_adds(buf, text ? text : "-");
  qent_buf_addc(buf, '\n');
}

/* Changes when anything that the gateway was opened with changes. */
static qent_status fingerprint(const qent_node *node, char out[65], qent_error *err)
{
  uint8_t digest[QENT__SHA256_BYTES];
  qent_buf buf;
  qent_status st;

  qent_buf_init(&buf, 65536);
  add_field(&buf, node->gateway);
  add_field(&buf, node->url);
  add_field(&buf, node->username_sealed);
  add_field(&buf, node->password_sealed);
  add_field(&buf, node->options);
  add_field(&buf, node->ca_file);
  add_field(&buf, node->pinned_key);
  st = qent_buf_status(&buf, err);
  if (st == QENT_OK)
    st = qent__sha256(buf.data, buf.len, digest, err);
  if (st == QENT_OK)
    qent__hex_encode(digest, sizeof digest, out);
  qent_buf_dispose(&buf);
  return st;
}

static qent_status unseal(qent_session *session, const qent_node *node, const char *field,
                          const char *sealed, char **text_out, qent_error *err)
{
  char aad[64];

  (void)snprintf(aad, sizeof aad, "node:%s:%s", node->name, field);
  if (!sealed)
    return qent_fail(err, QENT_EAUTH, "node %s has no %s", node->name, field);
  return qent__ctx_open(session->ctx, aad, sealed, text_out, err);
}

static qent_status copy(char **field, const char *text, qent_error *err)
{
  if (!text)
    return QENT_OK;
  *field = qent__strdup(text);
  return *field ? QENT_OK : qent_fail(err, QENT_ENOMEM, "out of memory");
}

static qent_status fill_texts(qent_session *session, const qent_node *node,
                              struct qent__open_gateway *open, qent_error *err)
{
  qent_status st =
      unseal(session, node, "username", node->username_sealed, &open->texts[TEXT_USERNAME], err);

  if (st == QENT_OK)
    st = unseal(session, node, "password", node->password_sealed, &open->texts[TEXT_PASSWORD], err);
  if (st == QENT_OK)
    st = copy(&open->texts[TEXT_NAME], node->name, err);
  if (st == QENT_OK)
    st = copy(&open->texts[TEXT_URL], node->url, err);
  if (st == QENT_OK)
    st = copy(&open->texts[TEXT_OPTIONS], node->options, err);
  if (st == QENT_OK)
    st = copy(&open->texts[TEXT_CA], node->ca_file, err);
  if (st == QENT_OK)
    st = copy(&open->texts[TEXT_PIN], node->pinned_key, err);
  return st;
}

static qent_status open_gateway(qent_session *session, const qent_node *node,
                                struct qent__open_gateway *open, qent_error *err)
{
  const qent_gateway_factory *factory = qent__ctx_gateway_factory(session->ctx, node->gateway);
  qent_gateway_config config = {.size = sizeof config, .http = session->http};
  qent_status st;

  if (!factory)
    return qent_fail(err, QENT_EUNSUPPORTED, "node %s: there is no gateway \"%s\"", node->name,
                     node->gateway);
  st = fill_texts(session, node, open, err);
  if (st == QENT_OK)
    st = qent__ctx_share(session->ctx, node->id, open->fingerprint, &open->share, err);
  if (st != QENT_OK)
    return st;
  qent__panel_share_answered(open->share, node->answered_at);
  config.share = open->share;
  config.node_name = open->texts[TEXT_NAME];
  config.url = open->texts[TEXT_URL];
  config.username = open->texts[TEXT_USERNAME];
  config.password = open->texts[TEXT_PASSWORD];
  config.options = open->texts[TEXT_OPTIONS];
  config.ca_file = open->texts[TEXT_CA];
  config.pinned_key = open->texts[TEXT_PIN];
  return qent__gateway_open(factory, &config, &open->gateway, err);
}

/* Drop the gateway of a node whose row has changed; NULL when there is none to use. */
static struct qent__open_gateway *find_gateway(qent_session *session, int64_t node_id,
                                               const char *print)
{
  for (struct qent__open_gateway **at = &session->gateways; *at; at = &(*at)->next) {
    struct qent__open_gateway *open = *at;
    if (open->node_id != node_id)
      continue;
    if (strcmp(open->fingerprint, print) == 0)
      return open;
    *at = open->next;
    close_gateway(open);
    return NULL;
  }
  return NULL;
}

qent_status qent__session_gateway(qent_session *session, const qent_node *node, qent_gateway **out,
                                  qent_error *err)
{
  char print[65];
  struct qent__open_gateway *open;
  qent_status st = fingerprint(node, print, err);

  if (st != QENT_OK)
    return st;
  open = find_gateway(session, node->id, print);
  if (open) {
    qent__panel_share_answered(open->share, node->answered_at);
    *out = open->gateway;
    return QENT_OK;
  }
  open = qent__calloc(1, sizeof *open);
  if (!open)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  open->node_id = node->id;
  memcpy(open->fingerprint, print, sizeof print);
  st = open_gateway(session, node, open, err);
  if (st != QENT_OK) {
    close_gateway(open);
    return st;
  }
  open->next = session->gateways;
  session->gateways = open;
  *out = open->gateway;
  return QENT_OK;
}

qent_status qent__session_provider(qent_session *session, const char *name,
                                   qent_payment_provider **out, qent_error *err)
{
  const qent_payment_provider_factory *factory = qent__ctx_provider_factory(session->ctx, name);
  qent_provider_config config = {.size = sizeof config, .http = session->http};
  struct qent__open_provider *open;
  qent_status st;

  if (!factory)
    return qent_fail(err, QENT_EUNSUPPORTED, "there is no payment provider \"%s\"", name);
  for (open = session->providers; open; open = open->next) {
    if (open->factory == factory) {
      *out = open->provider;
      return QENT_OK;
    }
  }
  open = qent__calloc(1, sizeof *open);
  if (!open)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  config.settings = session->ctx->settings;
  st = qent__provider_open(factory, &config, &open->provider, err);
  if (st != QENT_OK) {
    qent__free(open);
    return st;
  }
  open->factory = factory;
  open->next = session->providers;
  session->providers = open;
  *out = open->provider;
  return QENT_OK;
}
