/* SPDX-License-Identifier: MIT */
/* vpn://<base64url, not padded, of a 4-byte big-endian length and a zlib stream of JSON>: what
 * AmneziaVPN imports. `last_config` is JSON as text.
 * Source: amnezia-vpn/amnezia-client, client/ui/controllers/{importController,exportController}.cpp
 * (qCompress level 8; an AmneziaWG file needs Jc, Jmin, Jmax, S1, S2 and H1 to H4). */
#include "link/render.h"
#include "util/alloc.h"
#include "util/base64.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define JSON_MAX_BYTES 131072
#define LEVEL 8

static void write_text(qent_json_writer *w, const char *key, const char *text)
{
  if (text)
    qent_jw_kstr(w, key, text);
}

/* The file and its fields. */
static void write_config(qent_json_writer *w, const qent__link *link)
{
  const struct qent__link_conf *conf = &link->conf;

  qent_jw_object(w);
  qent_jw_kstr(w, "config", conf->text);
  qent_jw_kstr(w, "hostName", link->host);
  qent_jw_ki64(w, "port", link->port);
  qent_jw_kstr(w, "client_priv_key", conf->private_key);
  qent_jw_kstr(w, "client_ip", conf->address);
  qent_jw_kstr(w, "server_pub_key", conf->public_key);
  write_text(w, "psk_key", conf->preshared_key);
  write_text(w, "mtu", conf->mtu);
  write_text(w, "persistent_keep_alive", conf->keepalive);
  qent__link_write_list(w, "allowed_ips",
                        conf->allowed_ips ? conf->allowed_ips : "0.0.0.0/0, ::/0");
  for (size_t i = 0; conf->amnezia && i < QENT__AWG_FIELDS; i++)
    write_text(w, qent__awg_fields[i].name, conf->awg[i]);
  qent_jw_end_object(w);
}

/* "1.1.1.1, 8.8.8.8" as dns1 and dns2. */
static void write_dns(qent_json_writer *w, const char *list)
{
  static const char *const keys[] = {"dns1", "dns2"};
  char address[QENT__ADDRESS_CAP];

  for (size_t i = 0; list && i < 2 && qent__link_next_address(&list, address); i++)
    qent_jw_kstr(w, keys[i], address);
}

static void write_server(qent_json_writer *w, const qent__link *link, const char *config)
{
  const char *container = link->conf.amnezia ? "amnezia-awg" : "amnezia-wireguard";
  char port[8];

  (void)snprintf(port, sizeof port, "%u", (unsigned)link->port);
  qent_jw_object(w);
  qent_jw_karray(w, "containers");
  qent_jw_object(w);
  qent_jw_kstr(w, "container", container);
  qent_jw_kobject(w, link->conf.amnezia ? "awg" : "wireguard");
  qent_jw_kstr(w, "last_config", config);
  qent_jw_kbool(w, "isThirdPartyConfig", true);
  qent_jw_kstr(w, "port", port);
  qent_jw_kstr(w, "transport_proto", "udp");
  qent_jw_end_object(w);
  qent_jw_end_object(w);
  qent_jw_end_array(w);
  qent_jw_kstr(w, "defaultContainer", container);
  qent_jw_kstr(w, "description", link->name);
  qent_jw_kstr(w, "hostName", link->host);
  write_dns(w, link->conf.dns);
  qent_jw_end_object(w);
}

static qent_status add_packed(qent_buf *out, const qent_buf *json, qent_error *err)
{
  uLongf len = compressBound((uLong)json->len);
  unsigned char *data = qent__malloc(4 + len);

  if (!data)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (int i = 0; i < 4; i++)
    data[i] = (unsigned char)(json->len >> (24 - 8 * i));
  if (compress2(data + 4, &len, (const Bytef *)json->data, (uLong)json->len, LEVEL) != Z_OK) {
    qent__free(data);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  qent_buf_adds(out, "vpn://");
  qent__base64_encode(out, data, 4 + len, QENT__BASE64_URL | QENT__BASE64_NOPAD);
  qent__free(data);
  return QENT_OK;
}

qent_status qent__link_vpn(const qent__link *link, qent_buf *out, qent_error *err)
{
  qent_json_writer w;
  qent_buf config;
  qent_buf json;
  qent_status st;

  qent_buf_init(&config, JSON_MAX_BYTES);
  qent_buf_init(&json, JSON_MAX_BYTES);
  qent_jw_init(&w, &config);
  write_config(&w, link);
  st = qent_jw_finish(&w, err);
  if (st == QENT_OK) {
    qent_jw_init(&w, &json);
    write_server(&w, link, config.data);
    st = qent_jw_finish(&w, err);
  }
  if (st == QENT_OK)
    st = add_packed(out, &json, err);
  qent_buf_dispose(&config);
  qent_buf_dispose(&json);
  return st;
}
