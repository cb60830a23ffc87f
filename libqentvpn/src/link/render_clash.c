/* SPDX-License-Identifier: MIT */
/* Configuration of Clash Meta (mihomo). Each proxy is a flow mapping in JSON's syntax, which is
 * YAML, so the JSON writer's escapes keep any name or key in its place. Source: MetaCubeX/mihomo
 * v1.19.20, adapter/outbound/{vless,trojan,shadowsocks,wireguard,vmess}.go. */
#include "link/render.h"
#include "util/text.h"

#include <string.h>

static const char head[] =
    "mixed-port: 7890\n"
    "mode: rule\n"
    "log-level: warning\n"
    "ipv6: true\n"
    "dns:\n"
    "  enable: true\n"
    "  ipv6: true\n"
    "  enhanced-mode: fake-ip\n"
    "  fake-ip-range: 198.18.0.1/16\n"
    "  nameserver: [\"https://1.1.1.1/dns-query#VPN\", \"https://8.8.8.8/dns-query#VPN\"]\n"
    "  proxy-server-nameserver: [\"system\"]\n"
    "  direct-nameserver: [\"system\"]\n"
    "proxies:\n";

static const char rules[] = "rules:\n"
                            "  - \"IP-CIDR,127.0.0.0/8,DIRECT,no-resolve\"\n"
                            "  - \"IP-CIDR,10.0.0.0/8,DIRECT,no-resolve\"\n"
                            "  - \"IP-CIDR,172.16.0.0/12,DIRECT,no-resolve\"\n"
                            "  - \"IP-CIDR,192.168.0.0/16,DIRECT,no-resolve\"\n"
                            "  - \"IP-CIDR6,fc00::/7,DIRECT,no-resolve\"\n"
                            "  - \"MATCH,VPN\"\n";

static void write_tls(qent_json_writer *w, const qent__link *link)
{
  if (link->security == QENT__LINK_NONE)
    return;
  /* VLESS switches TLS on, Trojan has it; they name the server differently. */
  if (link->kind == QENT__LINK_VLESS)
    qent_jw_kbool(w, "tls", true);
  qent_jw_kstr(w, link->kind == QENT__LINK_VLESS ? "servername" : "sni",
               link->sni ? link->sni : link->host);
  qent_jw_kstr(w, "client-fingerprint", link->fingerprint);
  if (link->alpn)
    qent__link_write_list(w, "alpn", link->alpn);
  if (link->insecure)
    qent_jw_kbool(w, "skip-cert-verify", true);
  if (link->security != QENT__LINK_REALITY)
    return;
  qent_jw_kobject(w, "reality-opts");
  qent_jw_kstr(w, "public-key", link->public_key);
  qent_jw_kstr(w, "short-id", link->short_id);
  qent_jw_end_object(w);
}

static void write_network(qent_json_writer *w, const qent__link *link)
{
  if (link->network == QENT__LINK_GRPC) {
    qent_jw_kstr(w, "network", "grpc");
    qent_jw_kobject(w, "grpc-opts");
    qent_jw_kstr(w, "grpc-service-name", link->service_name ? link->service_name : "");
    qent_jw_end_object(w);
  } else if (link->network == QENT__LINK_WS || link->network == QENT__LINK_HTTPUPGRADE) {
    qent_jw_kstr(w, "network", "ws");
    qent_jw_kobject(w, "ws-opts");
    qent_jw_kstr(w, "path", link->path ? link->path : "/");
    if (link->host_header) {
      qent_jw_kobject(w, "headers");
      qent_jw_kstr(w, "Host", link->host_header);
      qent_jw_end_object(w);
    }
    if (link->network == QENT__LINK_HTTPUPGRADE)
      qent_jw_kbool(w, "v2ray-http-upgrade", true);
    qent_jw_end_object(w);
  }
}

static void write_stream(qent_json_writer *w, const qent__link *link)
{
  bool vless = link->kind == QENT__LINK_VLESS;

  qent_jw_kstr(w, vless ? "uuid" : "password", link->secret);
  qent_jw_kbool(w, "udp", true);
  if (vless) {
    qent_jw_kstr(w, "packet-encoding", "xudp");
    if (link->flow)
      qent_jw_kstr(w, "flow", link->flow);
    if (link->encryption)
      qent_jw_kstr(w, "encryption", link->encryption);
  }
  write_tls(w, link);
  write_network(w, link);
}

/* "10.8.0.2/32, fd00::2/128": the first of each family. */
static void write_addresses(qent_json_writer *w, const char *text)
{
  bool done[2] = {false, false};

  while (*text) {
    const char *item = text;
    size_t len = strcspn(text, ",");
    bool v6 = memchr(text, ':', len) != NULL;
    text += len + (text[len] == ',');
    qent__trim(&item, &len);
    if (len == 0 || done[v6])
      continue;
    done[v6] = true;
    qent_jw_key(w, v6 ? "ipv6" : "ip");
    qent_jw_strn(w, item, len);
  }
}

static void write_amnezia(qent_json_writer *w, const struct qent__link_conf *conf)
{
  char key[8];

  qent_jw_kobject(w, "amnezia-wg-option");
  for (size_t i = 0; i < QENT__AWG_FIELDS; i++) {
    const struct qent__awg_field *field = &qent__awg_fields[i];
    size_t len = strlen(field->name);
    if (!conf->awg[i])
      continue;
    for (size_t c = 0; c <= len; c++)
      key[c] = qent__to_lower(field->name[c]);
    if (field->number)
      qent__link_write_digits(w, key, conf->awg[i]);
    else
      qent_jw_kstr(w, key, conf->awg[i]);
  }
  qent_jw_end_object(w);
}

/* Search domains stand there too; mihomo would take them for servers. */
static void write_dns(qent_json_writer *w, const char *list)
{
  char address[QENT__ADDRESS_CAP];

  qent_jw_kbool(w, "remote-dns-resolve", true);
  qent_jw_karray(w, "dns");
  while (qent__link_next_address(&list, address))
    qent_jw_str(w, address);
  qent_jw_end_array(w);
}

static void write_wireguard(qent_json_writer *w, const struct qent__link_conf *conf)
{
  write_addresses(w, conf->address);
  qent_jw_kstr(w, "private-key", conf->private_key);
  qent_jw_kstr(w, "public-key", conf->public_key);
  if (conf->preshared_key)
    qent_jw_kstr(w, "pre-shared-key", conf->preshared_key);
  qent__link_write_list(w, "allowed-ips",
                        conf->allowed_ips ? conf->allowed_ips : "0.0.0.0/0, ::/0");
  qent_jw_kbool(w, "udp", true);
  qent__link_write_digits(w, "mtu", conf->mtu);
  qent__link_write_digits(w, "persistent-keepalive", conf->keepalive);
  if (conf->dns)
    write_dns(w, conf->dns);
  if (conf->amnezia)
    write_amnezia(w, conf);
}

static const char *type_of(const qent__link *link)
{
  static const char *const types[] = {
      [QENT__LINK_OTHER] = "",
      [QENT__LINK_VLESS] = "vless",
      [QENT__LINK_TROJAN] = "trojan",
      [QENT__LINK_SHADOWSOCKS] = "ss",
      [QENT__LINK_WIREGUARD] = "wireguard",
  };

  return types[link->kind];
}

static void add_proxy(const qent__link *link, qent_buf *out)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "name", link->name);
  qent_jw_kstr(&w, "type", type_of(link));
  qent_jw_kstr(&w, "server", link->host);
  qent_jw_ki64(&w, "port", link->port);
  if (link->kind == QENT__LINK_SHADOWSOCKS) {
    qent_jw_kstr(&w, "cipher", link->method);
    qent_jw_kstr(&w, "password", link->secret);
    qent_jw_kbool(&w, "udp", true);
  } else if (link->kind == QENT__LINK_WIREGUARD) {
    write_wireguard(&w, &link->conf);
  } else {
    write_stream(&w, link);
  }
  qent_jw_end_object(&w);
}

static void add_names(const qent__link *links, size_t count, bool with_auto, qent_buf *out)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  qent_jw_array(&w);
  if (with_auto)
    qent_jw_str(&w, "Auto");
  for (size_t i = 0; i < count; i++)
    qent_jw_str(&w, links[i].name);
  qent_jw_end_array(&w);
}

void qent__link_clash(const qent__link *links, size_t count, qent_buf *out)
{
  qent_buf_adds(out, head);
  for (size_t i = 0; i < count; i++) {
    qent_buf_adds(out, "  - ");
    add_proxy(&links[i], out);
    qent_buf_addc(out, '\n');
  }
  qent_buf_adds(out, "proxy-groups:\n  - name: VPN\n    type: select\n    proxies: ");
  add_names(links, count, true, out);
  qent_buf_adds(out, "\n  - name: Auto\n    type: url-test\n"
                     "    url: \"https://www.gstatic.com/generate_204\"\n    interval: 300\n"
                     "    tolerance: 50\n    proxies: ");
  add_names(links, count, false, out);
  qent_buf_addc(out, '\n');
  qent_buf_adds(out, rules);
}
