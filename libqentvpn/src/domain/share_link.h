/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_SHARE_LINK_H
#define QENT_DOMAIN_SHARE_LINK_H

/* Share links: the URIs that VPN apps import. */

#include <qentvpn/ext/buf.h>

/* Append the link and a newline, its shown name replaced by "<title> · <protocol>". What is no
 * share link is left out. */
void qent__share_link_add(qent_buf *out, const char *uri, const char *title);

#endif
