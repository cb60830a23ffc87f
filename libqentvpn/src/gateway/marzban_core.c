/* SPDX-License-Identifier: MIT */
/* The configuration of the panel's core (xray) and the hosts of its inbounds: what of ours is
 * there, and how the rest is added. */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/random.h"
#include "util/secret.h"
#include "util/text.h"
#include "util/x25519.h"
#include <qentvpn/ext/json.h>
#include <stdio.h>
#include <string.h>

#define SHORT_IDS 3
#define SHORT_ID_BYTES 8

const char *const qent__mz_own_tags[QENT__MZ_PROTOCOLS] = {"qent-vless", "qent-shadowsocks"};

static int32_t port_of(const qent_provision_spec *spec, int p)
{
  return p == QENT__MZ_VLESS ? spec->vless_port : spec->shadowsocks_port;
}

/* "443", "1000-2000", "80,443". */
static bool lists_port(const char *text, int32_t port)
{
  while (*text) {
    size_t len = strcspn(text, ",");
    const char *dash = memchr(text, '-', len);
    size_t first_len = dash ? (size_t)(dash - text) : len;
    int64_t first = 0;
    int64_t last = 0;
    if (qent__parse_i64(text, first_len, 0, 65535, &first)) {
      last = first;
      if (dash && !qent__parse_i64(dash + 1, len - first_len - 1, 0, 65535, &last))
        last = first;
      if (port >= first && port <= last)
        return true;
    }
    text += len + (text[len] == ',');
  }
  return false;
}

static bool takes_port(const cJSON *inbound, int32_t port)
{
  const cJSON *node = qent__json_get(inbound, "port");
  const char *listen = qent__json_str_or(inbound, "listen", "");
  int64_t number = 0;

  if (*listen == '/' || *listen == '@')
    return false; /* a Unix socket */
  if (cJSON_IsString(node))
    return lists_port(node->valuestring, port);
  return qent__json_node_i64(node, &number) && number == port;
}

/* An inbound of our name: is it what the specification asks for? */
static qent_status check_own(const cJSON *inbound, int p, const qent_provision_spec *spec,
                             qent_error *err)
{
  const char *tag = qent__mz_own_tags[p];
  const cJSON *stream = qent__json_get(inbound, "streamSettings");
  bool vless = p == QENT__MZ_VLESS;

  if (!qent__streq(qent__json_str_or(inbound, "protocol", NULL), qent__mz_protocol_names[p]) ||
      (vless && !qent__streq(qent__json_str_or(stream, "security", NULL), "reality")))
    return qent_fail(err, QENT_ECONFLICT, "the panel's inbound \"%s\" is something else than %s",
                     tag, vless ? "VLESS Reality" : "Shadowsocks");
  if (!takes_port(inbound, port_of(spec, p)))
    return qent_fail(err, QENT_ECONFLICT,
                     "the panel has inbound \"%s\" already, but not on port %d", tag,
                     (int)port_of(spec, p));
  if (vless && !qent__panel_holds_text(
                   qent__json_get(qent__json_get(stream, "realitySettings"), "serverNames"),
                   spec->camouflage))
    return qent_fail(err, QENT_ECONFLICT,
                     "the panel has inbound \"%s\" already, but it does not pose as %.100s", tag,
                     spec->camouflage);
  return QENT_OK;
}

static const cJSON *find_tag(const cJSON *inbounds, const char *tag)
{
  const cJSON *it = qent__json_first(inbounds);

  while (it && !qent__streq(qent__json_str_or(it, "tag", NULL), tag))
    it = it->next;
  return it;
}

static qent_status check_port_free(const cJSON *inbounds, int32_t port, qent_error *err)
{
  const cJSON *it = qent__json_first(inbounds);

  while (it && !takes_port(it, port))
    it = it->next;
  if (!it)
    return QENT_OK;
  return qent_fail(err, QENT_ECONFLICT, "port %d is taken by the panel's inbound \"%.60s\"",
                   (int)port, qent__json_str_or(it, "tag", "?"));
}

qent_status qent__mz_core_examine(const qent_http_response *config, const qent_provision_spec *spec,
                                  bool has_out[QENT__MZ_PROTOCOLS], qent_error *err)
{
  cJSON *root = NULL;
  const cJSON *inbounds = NULL;
  bool has[QENT__MZ_PROTOCOLS] = {false, false};
  qent_status st = qent__mz_parse_root(config, &root, err);

  if (st == QENT_OK)
    st = qent__json_arr(root, "inbounds", &inbounds, err);
  for (int p = 0; st == QENT_OK && p < QENT__MZ_PROTOCOLS; p++) {
    const cJSON *own = find_tag(inbounds, qent__mz_own_tags[p]);
    has[p] = own != NULL;
    st = own ? check_own(own, p, spec, err) : check_port_free(inbounds, port_of(spec, p), err);
  }
  if (st == QENT_OK)
    memcpy(has_out, has, sizeof has);
  cJSON_Delete(root);
  return st;
}

/* `quote` is at a string's first quote: the place of its last. */
static const char *string_end(const char *quote)
{
  const char *c = quote + 1;

  while (*c != '"')
    c += *c == '\\' ? 2 : 1;
  return c;
}

/* The "]" of the array `key` in the top-level object; NULL when there is none. `text` is valid JSON
 * and ends with a NUL. */
static const char *array_end(const char *text, const char *key)
{
  int depth = 0;
  bool named = false; /* the value of `key` follows */
  bool inside = false;

  for (const char *c = text; *c; c++) {
    if (*c == '"') {
      const char *end = string_end(c);
      named = depth == 1 && qent__memeq(c + 1, (size_t)(end - c - 1), key) &&
              end[1 + strspn(end + 1, " \t\r\n")] == ':';
      c = end;
    } else if (*c == '{' || *c == '[') {
      inside = inside || (named && *c == '[');
      named = false;
      depth++;
    } else if (*c == '}' || *c == ']') {
      depth--;
      if (inside && depth == 1)
        return c;
    }
  }
  return NULL;
}

/* The X25519 public key stands beside the private one: the panel would else ask its core for it, in
 * words that newer cores no longer understand. */
static void write_reality(qent_json_writer *w, const qent_provision_spec *spec,
                          const char *private_key, const char *public_key,
                          char short_ids[SHORT_IDS][2 * SHORT_ID_BYTES + 1])
{
  char dest[QENT__MZ_ADDRESS_CAP + 8];

  (void)snprintf(dest, sizeof dest, "%s:443", spec->camouflage);
  qent_jw_kobject(w, "realitySettings");
  qent_jw_kbool(w, "show", false);
  qent_jw_kstr(w, "dest", dest);
  qent_jw_ki64(w, "xver", 0);
  qent_jw_karray(w, "serverNames");
  qent_jw_str(w, spec->camouflage);
  qent_jw_end_array(w);
  qent_jw_kstr(w, "privateKey", private_key);
  qent_jw_kstr(w, "publicKey", public_key);
  qent_jw_karray(w, "shortIds");
  for (int i = 0; i < SHORT_IDS; i++)
    qent_jw_str(w, short_ids[i]);
  qent_jw_end_array(w);
  qent_jw_end_object(w);
}

static void begin_inbound(qent_json_writer *w, const qent_provision_spec *spec, int p)
{
  qent_jw_object(w);
  qent_jw_kstr(w, "tag", qent__mz_own_tags[p]);
  qent_jw_kstr(w, "listen", "0.0.0.0");
  qent_jw_ki64(w, "port", port_of(spec, p));
  qent_jw_kstr(w, "protocol", qent__mz_protocol_names[p]);
}

static qent_status write_vless(const qent_provision_spec *spec, qent_buf *out, qent_error *err)
{
  char private_key[QENT__X25519_KEY_SIZE];
  char public_key[QENT__X25519_KEY_SIZE];
  char short_ids[SHORT_IDS][2 * SHORT_ID_BYTES + 1];
  uint8_t random[SHORT_IDS][SHORT_ID_BYTES];
  qent_json_writer w;
  qent_status st = qent__x25519_pair(private_key, public_key, err);

  if (st == QENT_OK)
    st = qent__random_bytes(random, sizeof random, err);
  if (st != QENT_OK)
    return st;
  for (int i = 0; i < SHORT_IDS; i++)
    qent__hex_encode(random[i], SHORT_ID_BYTES, short_ids[i]);
  qent_jw_init(&w, out);
  begin_inbound(&w, spec, QENT__MZ_VLESS);
  qent_jw_kraw(&w, "settings", "{\"clients\":[],\"decryption\":\"none\"}");
  qent_jw_kobject(&w, "streamSettings");
  qent_jw_kstr(&w, "network", "tcp");
  qent_jw_kstr(&w, "security", "reality");
  write_reality(&w, spec, private_key, public_key, short_ids);
  qent_jw_end_object(&w);
  /* For the operator's routing by domain; destinations stay as they are. */
  qent_jw_kraw(
      &w, "sniffing",
      "{\"enabled\":true,\"destOverride\":[\"http\",\"tls\",\"quic\"],\"routeOnly\":true}");
  qent_jw_end_object(&w);
  qent__wipe(private_key, sizeof private_key);
  return qent_jw_finish(&w, err);
}

static qent_status write_shadowsocks(const qent_provision_spec *spec, qent_buf *out,
                                     qent_error *err)
{
  qent_json_writer w;

  qent_jw_init(&w, out);
  begin_inbound(&w, spec, QENT__MZ_SHADOWSOCKS);
  qent_jw_kraw(&w, "settings", "{\"clients\":[],\"network\":\"tcp,udp\"}");
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}

qent_status qent__mz_core_extend(const qent_http_response *config, const qent_provision_spec *spec,
                                 const bool has[QENT__MZ_PROTOCOLS], qent_buf *out, qent_error *err)
{
  const char *end = array_end(config->body, "inbounds");
  const char *before = end;
  qent_status st = QENT_OK;

  if (!end)
    return qent_fail(err, QENT_EPROTO, "the core's configuration has no inbounds");
  while (qent__is_space(before[-1]))
    before--;
  qent_buf_add(out, config->body, (size_t)(end - config->body));
  for (int p = 0; st == QENT_OK && p < QENT__MZ_PROTOCOLS; p++) {
    if (has[p])
      continue;
    if (out->len > (size_t)(end - config->body) || before[-1] != '[')
      qent_buf_addc(out, ',');
    st = p == QENT__MZ_VLESS ? write_vless(spec, out, err) : write_shadowsocks(spec, out, err);
  }
  qent_buf_adds(out, end);
  return st == QENT_OK ? qent_buf_status(out, err) : st;
}

void qent__mz_link_address(const qent_provision_spec *spec, char out[QENT__MZ_ADDRESS_CAP])
{
  bool ipv6 = strchr(spec->public_host, ':') != NULL;

  (void)snprintf(out, QENT__MZ_ADDRESS_CAP, ipv6 ? "[%s]" : "%s", spec->public_host);
}

/* GET /api/hosts
 * Shape:  {"<inbound
 * tag>":[{"remark":str,"address":str,"port":int|null,...,"is_disabled":bool}],...} Note:   a new
 * inbound gets one host with the address "{SERVER_IP}": the address that the panel found for itself
 * at its start. Source: Gozargah/Marzban v0.8.4, app/routers/system.py, app/db/crud.py; reply in
 *         tests/data/marzban/hosts.json. */
qent_status qent__mz_hosts_examine(const qent_http_response *hosts,
                                   char address_out[QENT__MZ_PROTOCOLS][QENT__MZ_ADDRESS_CAP],
                                   qent_error *err)
{
  cJSON *root = NULL;
  qent_status st = qent__mz_parse_root(hosts, &root, err);

  for (int p = 0; st == QENT_OK && p < QENT__MZ_PROTOCOLS; p++) {
    const cJSON *it = qent__json_first(qent__json_get(root, qent__mz_own_tags[p]));
    while (it && qent__streq(qent__json_str_or(it, "address", "{SERVER_IP}"), "{SERVER_IP}"))
      it = it->next;
    (void)snprintf(address_out[p], QENT__MZ_ADDRESS_CAP, "%s",
                   qent__json_str_or(it, "address", ""));
  }
  cJSON_Delete(root);
  return st;
}

qent_status qent__mz_hosts_write(const qent_provision_spec *spec,
                                 const bool set[QENT__MZ_PROTOCOLS], qent_buf *out, qent_error *err)
{
  static const char *const names[QENT__MZ_PROTOCOLS] = {"VLESS", "Shadowsocks"};
  char address[QENT__MZ_ADDRESS_CAP];
  char remark[QENT__MZ_ADDRESS_CAP + 16];
  qent_json_writer w;

  qent__mz_link_address(spec, address);
  qent_jw_init(&w, out);
  qent_jw_object(&w);
  for (int p = 0; p < QENT__MZ_PROTOCOLS; p++) {
    if (!set[p])
      continue;
    (void)snprintf(remark, sizeof remark, "%s %s", spec->public_host, names[p]);
    qent_jw_karray(&w, qent__mz_own_tags[p]);
    qent_jw_object(&w);
    qent_jw_kstr(&w, "remark", remark);
    qent_jw_kstr(&w, "address", address);
    qent_jw_end_object(&w);
    qent_jw_end_array(&w);
  }
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}
