/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_PANEL_H
#define QENT_GATEWAY_PANEL_H

/* What the adapters share, whatever their panels speak. */

#include "util/json.h"
#include <qentvpn/ext/gateway.h>

/* A limit that people may have set to any number: whole, or a text that is one, or absent for 0.
 * Beyond 2^53 it is about right, beyond INT64_MAX that. QENT_EPROTO. */
qent_status qent__panel_limit(const cJSON *obj, const char *key, int64_t *out, qent_error *err);

/* The host of "scheme://user@host:port...", without brackets; false when there is none to be seen,
 * as in vmess://. The user may be base64 with slashes. */
bool qent__panel_link_host(const char *link, const char **host_out, size_t *len_out);

#endif
