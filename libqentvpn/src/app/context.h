/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_CONTEXT_H
#define QENT_APP_CONTEXT_H

/* The insides of the two handles, for app/ and for adapters' clients. */

#include "domain/node.h"
#include "store/store.h"
#include <qentvpn/context.h>
#include <qentvpn/ext/gateway.h>
#include <qentvpn/ext/payment_provider.h>

/* The session's parts. Borrowed. */
qent__store *qent__session_store(qent_session *session);
int64_t qent__session_now(qent_session *session);
/* Let time stand still, or go on: all that one transaction writes happens at one moment. */
void qent__session_hold_time(qent_session *session, bool held);

/* The gateway of a node, opened on first use and kept until the node's row changes. Borrowed.
 * @return QENT_EUNSUPPORTED (unknown adapter), QENT_EAUTH (credentials cannot be unsealed with this
 * master key), QENT_EINVAL, QENT_ENOMEM. */
qent_status qent__session_gateway(qent_session *session, const qent_node *node, qent_gateway **out,
                                  qent_error *err);

/* The provider of that name, opened on first use. Borrowed.
 * @return QENT_EUNSUPPORTED (unknown or not set up), QENT_ENOMEM. */
qent_status qent__session_provider(qent_session *session, const char *name,
                                   qent_payment_provider **out, qent_error *err);
const qent_payment_provider_factory *qent__ctx_provider_factory(const qent_ctx *ctx,
                                                                const char *name);
const qent_gateway_factory *qent__ctx_gateway_factory(const qent_ctx *ctx, const char *name);

/* Seal and open secrets under the master key. `aad` binds the text to its place
 * ("node:de1:password"). text_out is owned by the caller. @return QENT_EAUTH (other key, damaged),
 * QENT_EINVAL (no master key), QENT_ENOMEM. */
qent_status qent__ctx_seal(const qent_ctx *ctx, const char *aad, const char *text,
                           char **sealed_out, qent_error *err);
qent_status qent__ctx_open(const qent_ctx *ctx, const char *aad, const char *sealed,
                           char **text_out, qent_error *err);

/* An HTTP handle over the context's transport. Owned by the caller. */
qent_status qent__ctx_http_new(qent_ctx *ctx, qent_http **http_out, qent_error *err);

/* HTTP handles that qent_ctx_stop() wakes. */
qent_status qent__ctx_attach_http(qent_ctx *ctx, qent_http *http, qent_error *err);
void qent__ctx_detach_http(qent_ctx *ctx, qent_http *http);

/* Build the config link of a subscription in place. */
qent_status qent__sub_fill_link(const qent_ctx *ctx, qent_subscription *sub, qent_error *err);

void qent__ctx_log(const qent_ctx *ctx, qent_log_level level, const char *module, const char *fmt,
                   ...) QENT_PRINTF(4, 5);

#endif
