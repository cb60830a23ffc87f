/* SPDX-License-Identifier: MIT */
#ifndef QENT_LINK_RENDER_H
#define QENT_LINK_RENDER_H

/* Documents of client apps, made of links. */

#include "link/link.h"
#include <qentvpn/ext/json.h>

/* Can the format hold the link? */
bool qent__link_fits(const qent__link *link, qent_config_format format);

/* Append the document. `links` all fit, have names of their own (qent__links_name()) and are at
 * least one; formats that hold one link take the first. @return QENT_EINVAL (the buffer's maximum),
 * QENT_ENOMEM. */
qent_status qent__link_render(const qent__link *links, size_t count, qent_config_format format,
                              qent_buf *out, qent_error *err);

/* A link that leads nowhere and whose name is a message. `conf`: as a .conf. @return QENT_ENOMEM.
 */
qent_status qent__link_notice(const char *message, bool conf, qent__link *link_out,
                              qent_error *err);

/* The documents, for qent__link_render(). */
void qent__link_clash(const qent__link *links, size_t count, qent_buf *out);
void qent__link_sing_box(const qent__link *links, size_t count, qent_buf *out);
qent_status qent__link_vpn(const qent__link *link, qent_buf *out, qent_error *err);

/* Write "a, b" as an array of texts. */
void qent__link_write_list(qent_json_writer *w, const char *key, const char *text);
/* The next of "a, b" that is an address, as DNS servers are; *list moves behind it. False: no more.
 */
bool qent__link_next_address(const char **list, char out[QENT__ADDRESS_CAP]);
/* Write a key and the number that `digits` holds; nothing for NULL. */
void qent__link_write_digits(qent_json_writer *w, const char *key, const char *digits);

#endif
