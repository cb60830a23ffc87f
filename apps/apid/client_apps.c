/* SPDX-License-Identifier: MIT */
#include "client_apps.h"

#include <string.h>

#define PHONES (APID_IOS | APID_ANDROID)
#define DESKTOPS (APID_WINDOWS | APID_MACOS | APID_LINUX)
#define ALL (PHONES | DESKTOPS)

/* In the order to be shown. Sources: the apps' own documents and code; v2rayNG reads the name from
 * the fragment and decodes the URL twice, which a token of letters and digits survives. */
static const apid_client_app apps[] = {
    {"happ", "Happ", ALL, "happ://add/%u", "https://www.happ.su/"},
    {"v2raytun", "v2RayTun", PHONES | APID_WINDOWS | APID_MACOS, "v2raytun://import/%u",
     "https://v2raytun.com/"},
    {"hiddify", "Hiddify", ALL, "hiddify://import/%u#%n", "https://hiddify.com/"},
    {"v2rayng", "v2rayNG", APID_ANDROID, "v2rayng://install-sub?url=%e#%n",
     "https://github.com/2dust/v2rayNG/releases"},
    {"streisand", "Streisand", APID_IOS | APID_MACOS, "streisand://import/%u#%n",
     "https://apps.apple.com/app/streisand/id6450534064"},
    {"shadowrocket", "Shadowrocket", APID_IOS | APID_MACOS, "shadowrocket://add/%u#%n",
     "https://apps.apple.com/app/shadowrocket/id932747118"},
    {"sing-box", "sing-box", PHONES | APID_MACOS, "sing-box://import-remote-profile?url=%e#%n",
     "https://sing-box.sagernet.org/clients/"},
    {"flclash", "FlClash", APID_ANDROID | DESKTOPS, "clash://install-config?url=%e&name=%n",
     "https://github.com/chen08209/FlClash/releases"},
    {"clash-verge", "Clash Verge Rev", DESKTOPS, "clash://install-config?url=%e&name=%n",
     "https://github.com/clash-verge-rev/clash-verge-rev/releases"},
    {"amneziavpn", "AmneziaVPN", ALL, "%v", "https://amnezia.org/downloads"},
};

const apid_client_app *apid_client_app_at(size_t index)
{
  return index < sizeof apps / sizeof apps[0] ? &apps[index] : NULL;
}

const apid_client_app *apid_client_app_find(const char *id)
{
  for (size_t i = 0; i < sizeof apps / sizeof apps[0]; i++) {
    if (strcmp(apps[i].id, id) == 0)
      return &apps[i];
  }
  return NULL;
}

bool apid_client_app_is_amnezia(const apid_client_app *app)
{
  return strcmp(app->link, "%v") == 0;
}

static void add_encoded(qent_buf *out, const char *text)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
  static const char hex[] = "0123456789ABCDEF";

  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (strchr(plain, *text)) {
      qent_buf_addc(out, *text);
      continue;
    }
    qent_buf_addc(out, '%');
    qent_buf_addc(out, hex[c >> 4]);
    qent_buf_addc(out, hex[c & 15]);
  }
}

void apid_client_app_link(qent_buf *out, const apid_client_app *app, const char *url,
                          const char *shop, const char *vpn)
{
  for (const char *at = app->link; *at; at++) {
    if (*at != '%') {
      qent_buf_addc(out, *at);
      continue;
    }
    at++;
    if (*at == 'u')
      qent_buf_adds(out, url);
    else if (*at == 'v')
      qent_buf_adds(out, vpn);
    else
      add_encoded(out, *at == 'e' ? url : shop);
  }
}

apid_platform apid_platform_of(const char *user_agent)
{
  /* Android's says Linux, too. */
  static const struct {
    const char *word;
    apid_platform platform;
  } words[] = {
      {"Android", APID_ANDROID}, {"iPhone", APID_IOS},      {"iPad", APID_IOS},
      {"Macintosh", APID_MACOS}, {"Windows", APID_WINDOWS}, {"Linux", APID_LINUX},
      {"X11", APID_LINUX},
  };

  for (size_t i = 0; user_agent && i < sizeof words / sizeof words[0]; i++) {
    if (strstr(user_agent, words[i].word))
      return words[i].platform;
  }
  return APID_WINDOWS;
}
