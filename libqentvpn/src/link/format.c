/* SPDX-License-Identifier: MIT */
/* The formats of a config link, and which client gets which. */
#include "link/format.h"
#include "util/text.h"

#include <string.h>

static const struct {
  const char *name;
  const char *content_type;
  const char *ending;
} formats[] = {
    [QENT_CONFIG_BASE64] = {"base64", "text/plain; charset=utf-8", ""},
    [QENT_CONFIG_PLAIN] = {"plain", "text/plain; charset=utf-8", ""},
    [QENT_CONFIG_CLASH] = {"clash", "text/yaml; charset=utf-8", ""},
    [QENT_CONFIG_SING_BOX] = {"sing-box", "application/json", ".json"},
    [QENT_CONFIG_AWG] = {"awg", "text/plain; charset=utf-8", ".conf"},
    [QENT_CONFIG_VPN] = {"vpn", "text/plain; charset=utf-8", ".vpn"},
};

#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

/* How the User-Agent of an app begins, case ignored; the first row that fits. After Remnawave's
 * default rules; the rows of lists keep an app out of the browsers' hands. */
static const struct {
  const char *start;
  qent_config_format format;
} apps[] = {
    {"flclash", QENT_CONFIG_CLASH},       {"flowvy", QENT_CONFIG_CLASH},
    {"murge", QENT_CONFIG_CLASH},         {"mihomo", QENT_CONFIG_CLASH},
    {"prizrak", QENT_CONFIG_CLASH},       {"koala", QENT_CONFIG_CLASH},
    {"clash", QENT_CONFIG_CLASH},         {"stash", QENT_CONFIG_CLASH},
    {"sfa", QENT_CONFIG_SING_BOX},        {"sfi", QENT_CONFIG_SING_BOX},
    {"sfm", QENT_CONFIG_SING_BOX},        {"sft", QENT_CONFIG_SING_BOX},
    {"sing-box", QENT_CONFIG_SING_BOX},   {"singbox", QENT_CONFIG_SING_BOX},
    {"karing", QENT_CONFIG_SING_BOX},     {"amnezia", QENT_CONFIG_AWG},
    {"wireguard", QENT_CONFIG_AWG},       {"wgtunnel", QENT_CONFIG_AWG},
    {"happ", QENT_CONFIG_BASE64},         {"v2ray", QENT_CONFIG_BASE64},
    {"hiddify", QENT_CONFIG_BASE64},      {"streisand", QENT_CONFIG_BASE64},
    {"shadowrocket", QENT_CONFIG_BASE64}, {"foxray", QENT_CONFIG_BASE64},
    {"v2box", QENT_CONFIG_BASE64},        {"nekobox", QENT_CONFIG_BASE64},
    {"nekoray", QENT_CONFIG_BASE64},      {"throne", QENT_CONFIG_BASE64},
    {"incy", QENT_CONFIG_BASE64},
};

const char *qent_config_format_name(qent_config_format format)
{
  return (size_t)format < FORMAT_COUNT ? formats[format].name : "";
}

bool qent_config_format_parse(const char *name, qent_config_format *format_out)
{
  for (size_t i = 0; i < FORMAT_COUNT; i++) {
    if (qent__streq(name, formats[i].name)) {
      *format_out = (qent_config_format)i;
      return true;
    }
  }
  return false;
}

const char *qent__config_format_type(qent_config_format format)
{
  return formats[format].content_type;
}

const char *qent__config_format_ending(qent_config_format format)
{
  return formats[format].ending;
}

bool qent__config_format_is_conf(qent_config_format format)
{
  return format == QENT_CONFIG_AWG || format == QENT_CONFIG_VPN;
}

/* "text/html" as one of the types, case ignored. */
static bool wants_html(const char *accept)
{
  static const char html[] = "text/html";

  for (; accept && *accept; accept++) {
    if (strlen(accept) >= sizeof html - 1 && qent__memieq(accept, sizeof html - 1, html))
      return true;
  }
  return false;
}

qent_config_format qent_config_format_for(const char *user_agent, const char *accept,
                                          bool *page_out)
{
  const char *agent = user_agent ? user_agent : "";
  size_t len = strlen(agent);

  *page_out = false;
  for (size_t i = 0; i < sizeof apps / sizeof apps[0]; i++) {
    size_t start = strlen(apps[i].start);
    if (len >= start && qent__memieq(agent, start, apps[i].start))
      return apps[i].format;
  }
  *page_out = wants_html(accept);
  return QENT_CONFIG_BASE64;
}
