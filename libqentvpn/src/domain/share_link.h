/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_SHARE_LINK_H
#define QENT_DOMAIN_SHARE_LINK_H

/* Share links: the URIs that VPN apps import. */

#include <qentvpn/ext/buf.h>

/* Protocol of a link by its scheme: "vless", "shadowsocks", "trojan", "vmess", "wireguard"; NULL
 * for anything else or for bytes that no link has. Static. */
const char *qent__share_link_protocol(const char *uri, size_t len);

/* Append the link and a newline, its shown name replaced by "<title> · <protocol>". What is no
 * share link is left out. */
void qent__share_link_add(qent_buf *out, const char *uri, const char *title);

/* Append an entry that leads nowhere and whose name is a message, so that an app shows why there is
 * nothing to connect to. */
void qent__share_link_add_message(qent_buf *out, const char *message);

#endif
