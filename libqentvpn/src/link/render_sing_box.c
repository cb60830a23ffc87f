/* SPDX-License-Identifier: MIT */
/* Configuration of sing-box 1.12 or later.
 * Source: sing-box.sagernet.org/configuration; checked with sing-box itself
 * (docs/compatibility.md).
 */
#include "link/render.h"

static void write_tls(qent_json_writer *w, const qent__link *link)
{
  if (link->security == QENT__LINK_NONE)
    return;
  qent_jw_kobject(w, "tls");
  qent_jw_kbool(w, "enabled", true);
  qent_jw_kstr(w, "server_name", link->sni ? link->sni : link->host);
  if (link->insecure)
    qent_jw_kbool(w, "insecure", true);
  if (link->alpn)
    qent__link_write_list(w, "alpn", link->alpn);
  qent_jw_kobject(w, "utls");
  qent_jw_kbool(w, "enabled", true);
  qent_jw_kstr(w, "fingerprint", link->fingerprint);
  qent_jw_end_object(w);
  if (link->security == QENT__LINK_REALITY) {
    qent_jw_kobject(w, "reality");
    qent_jw_kbool(w, "enabled", true);
    qent_jw_kstr(w, "public_key", link->public_key);
    qent_jw_kstr(w, "short_id", link->short_id);
    qent_jw_end_object(w);
  }
  qent_jw_end_object(w);
}

static void write_transport(qent_json_writer *w, const qent__link *link)
{
  if (link->network == QENT__LINK_TCP)
    return;
  qent_jw_kobject(w, "transport");
  if (link->network == QENT__LINK_GRPC) {
    qent_jw_kstr(w, "type", "grpc");
    qent_jw_kstr(w, "service_name", link->service_name ? link->service_name : "");
  } else {
    bool ws = link->network == QENT__LINK_WS;
    qent_jw_kstr(w, "type", ws ? "ws" : "httpupgrade");
    qent_jw_kstr(w, "path", link->path ? link->path : "/");
    if (link->host_header && !ws)
      qent_jw_kstr(w, "host", link->host_header);
    if (link->host_header && ws) {
      qent_jw_kobject(w, "headers");
      qent_jw_kstr(w, "Host", link->host_header);
      qent_jw_end_object(w);
    }
  }
  qent_jw_end_object(w);
}

static void write_outbound(qent_json_writer *w, const qent__link *link)
{
  bool shadowsocks = link->kind == QENT__LINK_SHADOWSOCKS;
  bool vless = link->kind == QENT__LINK_VLESS;

  qent_jw_object(w);
  qent_jw_kstr(w, "type", shadowsocks ? "shadowsocks" : vless ? "vless" : "trojan");
  qent_jw_kstr(w, "tag", link->name);
  qent_jw_kstr(w, "server", link->host);
  qent_jw_ki64(w, "server_port", link->port);
  if (shadowsocks)
    qent_jw_kstr(w, "method", link->method);
  qent_jw_kstr(w, vless ? "uuid" : "password", link->secret);
  if (vless && link->flow)
    qent_jw_kstr(w, "flow", link->flow);
  if (vless)
    qent_jw_kstr(w, "packet_encoding", "xudp");
  write_tls(w, link);
  write_transport(w, link);
  qent_jw_end_object(w);
}

static void write_group(qent_json_writer *w, const char *type, const char *tag, bool with_auto,
                        const qent__link *links, size_t count)
{
  qent_jw_object(w);
  qent_jw_kstr(w, "type", type);
  qent_jw_kstr(w, "tag", tag);
  qent_jw_karray(w, "outbounds");
  if (with_auto)
    qent_jw_str(w, "Auto");
  for (size_t i = 0; i < count; i++)
    qent_jw_str(w, links[i].name);
  qent_jw_end_array(w);
  qent_jw_end_object(w);
}

static void write_frame(qent_json_writer *w)
{
  qent_jw_kraw(w, "log", "{\"level\":\"warn\"}");
  qent_jw_kraw(w, "dns",
               "{\"servers\":["
               "{\"type\":\"https\",\"tag\":\"remote\",\"server\":\"1.1.1.1\",\"detour\":\"VPN\"},"
               "{\"type\":\"local\",\"tag\":\"local\"}],\"final\":\"remote\"}");
  qent_jw_kraw(w, "inbounds",
               "[{\"type\":\"tun\",\"tag\":\"tun\","
               "\"address\":[\"172.19.0.1/30\",\"fdfe:dcba:9876::1/126\"],"
               "\"auto_route\":true,\"strict_route\":true}]");
  qent_jw_kraw(
      w, "route",
      "{\"rules\":[{\"action\":\"sniff\"},{\"protocol\":\"dns\",\"action\":\"hijack-dns\"},"
      "{\"ip_is_private\":true,\"outbound\":\"direct\"}],\"final\":\"VPN\","
      "\"auto_detect_interface\":true,\"default_domain_resolver\":\"local\"}");
}

void qent__link_sing_box(const qent__link *links, size_t count, qent_buf *out)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  qent_jw_object(&w);
  write_frame(&w);
  qent_jw_karray(&w, "outbounds");
  write_group(&w, "selector", "VPN", true, links, count);
  write_group(&w, "urltest", "Auto", false, links, count);
  for (size_t i = 0; i < count; i++)
    write_outbound(&w, &links[i]);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "type", "direct");
  qent_jw_kstr(&w, "tag", "direct");
  qent_jw_end_object(&w);
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
}
