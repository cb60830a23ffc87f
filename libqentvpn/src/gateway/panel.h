/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_PANEL_H
#define QENT_GATEWAY_PANEL_H

/* What the adapters share, whatever their panels speak. */

#include "util/json.h"
#include <qentvpn/ext/gateway.h>

/* Send to the node's panel: `req` completed by the address and what the node says of TLS. */
qent_status qent__panel_send(const qent_gateway_config *config, qent_http_request *req,
                             const char *path, int32_t timeout_ms, qent_http_response *resp_out,
                             qent_error *err);
bool qent__panel_is_2xx(const qent_http_response *resp);
/* Add to an error what the answer tells of it. @return `st`. */
qent_status qent__panel_refused(const qent_http_response *resp, qent_status st, qent_error *err);

/* As qent_panel_share_renew(). A login that fails, or never ends, is QENT_EUPSTREAM: without one
 * nothing was asked of the panel, so it did not act. */
qent_status qent__panel_renew(const qent_gateway_config *config, const char *stale,
                              qent_panel_login_fn login, void *user, char *token_out, size_t size,
                              qent_error *err);

/* An answer as JSON. QENT_EPROTO, QENT_ENOMEM. */
qent_status qent__panel_json(const qent_http_response *resp, cJSON **root_out, qent_error *err);

/* The panel's own words, on one line and cut at a whole character. */
#define QENT__PANEL_WORDS_CAP 121
void qent__panel_quote(const char *text, char out[QENT__PANEL_WORDS_CAP]);

/* Give one account of a page to its receiver. */
qent_status qent__panel_hand_over(const qent_account_view *view, qent_account_view_fn fn,
                                  void *user, qent_error *err);

/* The node's options. QENT_EINVAL when they are no object, QENT_ENOMEM. */
qent_status qent__panel_options(const char *text, cJSON **root_out, qent_error *err);
/* Option "flow": false for "", true for QENT__PANEL_VISION. QENT_EINVAL. */
#define QENT__PANEL_VISION "xtls-rprx-vision"
qent_status qent__panel_flow_option(const cJSON *node, bool *flow_out, qent_error *err);

/* A clock that nobody sets, for how old something is. */
int64_t qent__panel_monotonic_s(void);

/* A limit that people may have set to any number: whole, or a text that is one, or absent for 0.
 * Beyond 2^53 it is about right, beyond INT64_MAX that. QENT_EPROTO. */
qent_status qent__panel_limit(const cJSON *obj, const char *key, int64_t *out, qent_error *err);

/* Is the text, in any case of letters, in a list of texts, or is it the only one? */
bool qent__panel_holds_text(const cJSON *list, const char *text);

/* The host of "scheme://user@host:port...", without brackets; false when there is none to be seen,
 * as in vmess://. The user may be base64 with slashes. */
bool qent__panel_link_host(const char *link, const char **host_out, size_t *len_out);

#endif
