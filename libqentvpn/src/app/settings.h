/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SETTINGS_H
#define QENT_APP_SETTINGS_H
#include <qentvpn/settings.h>

/* An own copy. `out` is released with qent_settings_free(). QENT_ENOMEM. */
qent_status qent__settings_copy(const qent_settings *from, qent_settings **out, qent_error *err);

#endif
