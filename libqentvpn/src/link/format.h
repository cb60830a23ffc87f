/* SPDX-License-Identifier: MIT */
#ifndef QENT_LINK_FORMAT_H
#define QENT_LINK_FORMAT_H

#include <qentvpn/config_link.h>

/* Of a valid format. Static. */
const char *qent__config_format_type(qent_config_format format);   /* Content-Type */
const char *qent__config_format_ending(qent_config_format format); /* of a file: ".conf", "" */
/* Does it hold one .conf rather than share links? */
bool qent__config_format_is_conf(qent_config_format format);

#endif
