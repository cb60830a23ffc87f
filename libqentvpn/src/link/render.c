/* SPDX-License-Identifier: MIT */
#include "link/render.h"
#include "util/base64.h"
#include "util/cidr.h"
#include "util/text.h"

#include <string.h>

/* Keys of nobody, so that an app accepts the entry. */
#define NO_HOST "0.0.0.0"
#define NO_CONF                                                                                    \
  "\n[Interface]\nPrivateKey = VGhpcyBrZXkgb3BlbnMgbm90aGluZyB3aGF0ZXZlci4=\n"                     \
  "Address = 10.255.255.2/32\n\n[Peer]\n"                                                          \
  "PublicKey = VGhlcmUgaXMgbm8gc2VydmVyIGF0IHRoaXMgcGxhY2U=\n"                                     \
  "AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = " NO_HOST ":1\n"

bool qent__link_fits(const qent__link *link, qent_config_format format)
{
  bool conf = link->kind == QENT__LINK_WIREGUARD;
  bool tls = link->security != QENT__LINK_NONE;
  bool known = link->kind != QENT__LINK_OTHER && link->network != QENT__LINK_XHTTP &&
               (link->kind != QENT__LINK_TROJAN || tls);

  switch (format) {
  case QENT_CONFIG_BASE64:
  case QENT_CONFIG_PLAIN:
    return !qent__starts_with(link->uri, "awg://");
  case QENT_CONFIG_CLASH:
    return known;
  case QENT_CONFIG_SING_BOX:
    return known && !conf && !link->encryption;
  case QENT_CONFIG_AWG:
  case QENT_CONFIG_VPN:
    return conf;
  }
  return false;
}

void qent__link_write_list(qent_json_writer *w, const char *key, const char *text)
{
  qent_jw_karray(w, key);
  while (*text) {
    const char *item = text;
    size_t len = strcspn(text, ",");
    text += len + (text[len] == ',');
    qent__trim(&item, &len);
    if (len > 0)
      qent_jw_strn(w, item, len);
  }
  qent_jw_end_array(w);
}

bool qent__link_next_address(const char **list, char out[QENT__ADDRESS_CAP])
{
  qent__network network;

  while (**list) {
    const char *item = *list;
    size_t len = strcspn(item, ",");
    *list += len + (item[len] == ',');
    qent__trim(&item, &len);
    if (qent__copy_text(out, QENT__ADDRESS_CAP, item, len) && !strchr(out, '/') &&
        qent__network_parse(out, &network))
      return true;
  }
  return false;
}

void qent__link_write_digits(qent_json_writer *w, const char *key, const char *digits)
{
  int64_t number = 0;

  if (digits && qent__parse_i64(digits, strlen(digits), 0, INT32_MAX, &number))
    qent_jw_ki64(w, key, number);
}

static void add_list(const qent__link *links, size_t count, qent_buf *out)
{
  for (size_t i = 0; i < count; i++) {
    qent_buf_adds(out, links[i].uri);
    qent_buf_addc(out, '\n');
  }
}

static qent_status add_base64(const qent__link *links, size_t count, qent_buf *out, qent_error *err)
{
  qent_buf list;
  qent_status st;

  qent_buf_init(&list, out->max);
  add_list(links, count, &list);
  st = qent_buf_status(&list, err);
  if (st == QENT_OK)
    qent__base64_encode(out, list.data, list.len, QENT__BASE64_STD);
  qent_buf_dispose(&list);
  return st;
}

qent_status qent__link_render(const qent__link *links, size_t count, qent_config_format format,
                              qent_buf *out, qent_error *err)
{
  qent_status st = QENT_OK;

  switch (format) {
  case QENT_CONFIG_BASE64:
    st = add_base64(links, count, out, err);
    break;
  case QENT_CONFIG_PLAIN:
    add_list(links, count, out);
    break;
  case QENT_CONFIG_CLASH:
    qent__link_clash(links, count, out);
    break;
  case QENT_CONFIG_SING_BOX:
    qent__link_sing_box(links, count, out);
    break;
  case QENT_CONFIG_AWG:
    qent_buf_adds(out, links[0].conf.text);
    break;
  case QENT_CONFIG_VPN:
    st = qent__link_vpn(&links[0], out, err);
    break;
  default:
    return qent_fail(err, QENT_EINVAL, "there is no format %d of config links", (int)format);
  }
  return st != QENT_OK ? st : qent_buf_status(out, err);
}

static void add_notice_conf(qent_buf *uri, const char *message)
{
  qent_buf conf;

  qent_buf_init(&conf, uri->max);
  qent_buf_adds(&conf, "# ");
  qent_buf_adds(&conf, message);
  qent_buf_adds(&conf, NO_CONF);
  if (conf.failed)
    qent_buf_fail(uri, conf.why);
  qent_buf_adds(uri, "awg://");
  qent__base64_encode(uri, conf.data, conf.len, QENT__BASE64_URL | QENT__BASE64_NOPAD);
  qent_buf_dispose(&conf);
}

qent_status qent__link_notice(const char *message, bool conf, qent__link *link_out, qent_error *err)
{
  qent_buf uri;
  qent_status st;

  qent_buf_init(&uri, 8192);
  if (conf)
    add_notice_conf(&uri, message);
  else
    qent_buf_adds(&uri, "vless://00000000-0000-4000-8000-000000000000@" NO_HOST
                        ":1?encryption=none&type=tcp&security=none");
  qent_buf_addc(&uri, '#');
  qent__percent_encode(&uri, message, strlen(message));
  st = qent_buf_status(&uri, err);
  if (st == QENT_OK)
    st = qent__link_read(uri.data, uri.len, "", "", link_out, err);
  qent_buf_dispose(&uri);
  return st;
}
