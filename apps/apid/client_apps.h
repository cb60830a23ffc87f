/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_CLIENT_APPS_H
#define QENT_APID_CLIENT_APPS_H

/* The VPN apps that a config link's page knows, and their schemes for taking one in. */

#include <qentvpn/ext/buf.h>

typedef enum apid_platform {
  APID_IOS = 1,
  APID_ANDROID = 2,
  APID_WINDOWS = 4,
  APID_MACOS = 8,
  APID_LINUX = 16
} apid_platform;

typedef struct apid_client_app {
  const char *id; /* in "?app=" */
  const char *name;
  unsigned platforms; /* sum of apid_platform */
  const char *link;   /* "%u": the config link; "%e": percent-encoded; "%n": the shop's name,
                         percent-encoded; "%v": the vpn:// text instead */
  const char *site;   /* where it is to be had */
} apid_client_app;

const apid_client_app *apid_client_app_at(size_t index); /* NULL: no more */
const apid_client_app *apid_client_app_find(const char *id);
/* Does it take a vpn:// text rather than a config link? */
bool apid_client_app_is_amnezia(const apid_client_app *app);
void apid_client_app_link(qent_buf *out, const apid_client_app *app, const char *url,
                          const char *shop, const char *vpn);

/* What a User-Agent tells of the platform; Windows when it tells nothing. */
apid_platform apid_platform_of(const char *user_agent);

#endif
