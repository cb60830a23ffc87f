/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_GATEWAY_H
#define QENT_GATEWAY_GATEWAY_H

/* The gateway port as the rest of the library calls it. These functions are the only ones that
 * touch an adapter's ops table: they check arguments, `size` and slots before the call and the
 * answer after it, write outputs on success only, and put "node X: operation: " in front of an
 * error's message. */

#include <qentvpn/context.h>
#include <qentvpn/ext/gateway.h>

/* Most accounts in a page of qent__gateway_list_accounts(). */
#define QENT__GATEWAY_PAGE_MAX 100
/* No panel has more accounts: one that always tells of a next page would be listed for ever. */
#define QENT__GATEWAY_LIST_MAX 1000000

/* Is `factory` complete enough to be registered? QENT_EINVAL names what is missing. */
qent_status qent__gateway_factory_check(const qent_gateway_factory *factory, qent_error *err);

/* Open a gateway. Sets the members of qent_gateway that adapters leave to the port.
 * @param config  borrowed, with all it points to, until qent__gateway_destroy().
 * @return what the adapter returns; QENT_EINVAL (bad arguments or an ops table without a required
 * slot). */
qent_status qent__gateway_open(const qent_gateway_factory *factory,
                               const qent_gateway_config *config, qent_gateway **gateway_out,
                               qent_error *err);
void qent__gateway_destroy(qent_gateway *gw); /* NULL is allowed. */

/* The verbs of qent_gateway_ops. A view is disposed of and replaced on success. */
qent_status qent__gateway_ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                         qent_account_view *view_out, qent_error *err);
qent_status qent__gateway_remove_account(qent_gateway *gw, const char *key, qent_error *err);
qent_status qent__gateway_fetch_account(qent_gateway *gw, const char *key,
                                        qent_account_view *view_out, qent_error *err);
/* @param limit  1..QENT__GATEWAY_PAGE_MAX. The next page is at offset + limit.
 * @return QENT_EPROTO for more than QENT__GATEWAY_LIST_MAX. */
qent_status qent__gateway_list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                        qent_account_view_fn fn, void *user, bool *more_out,
                                        qent_error *err);
qent_status qent__gateway_rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                                      qent_account_view *view_out, qent_error *err);
qent_status qent__gateway_node_stats(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err);
qent_status qent__gateway_probe(qent_gateway *gw, qent_error *err);

qent_status qent__gateway_provision(qent_gateway *gw, const qent_provision_spec *spec,
                                    qent_provision_fn fn, void *user, qent_error *err);

/* Longest name of an account on its panel. */
#define QENT__ACCOUNT_KEY_MAX 64

/* 1..64 of [A-Za-z0-9_.@-]: the names that adapters must bear. */
bool qent__gateway_key_ok(const char *key);

/* What the sessions of one process share for one panel. `clock` NULL: the system's. QENT_ENOMEM. */
qent_status qent__panel_share_new(qent_clock_fn clock, void *clock_user,
                                  qent_panel_share **share_out, qent_error *err);
void qent__panel_share_free(qent_panel_share *share); /* NULL is allowed; nobody may be using it. */

/* The panel took the credentials at `at`, asked by whatever process: an earlier refusal is over. */
void qent__panel_share_answered(qent_panel_share *share, int64_t at);

#endif
