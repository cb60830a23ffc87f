/* SPDX-License-Identifier: MIT */
#ifndef QENT_LINK_LINK_H
#define QENT_LINK_LINK_H

/* Share links, read into a model from which the documents of the client apps are made. Pure. */

#include <qentvpn/config_link.h>
#include <qentvpn/ext/buf.h>

/* One that is not understood goes into lists only, where it stands as it was. */
enum qent__link_kind {
  QENT__LINK_OTHER = 0,
  QENT__LINK_VLESS,
  QENT__LINK_TROJAN,
  QENT__LINK_SHADOWSOCKS,
  QENT__LINK_WIREGUARD /* "awg://" + base64url of a .conf: the library's own carrier */
};

enum qent__link_security { QENT__LINK_NONE = 0, QENT__LINK_TLS, QENT__LINK_REALITY };

enum qent__link_network {
  QENT__LINK_TCP = 0,
  QENT__LINK_WS,
  QENT__LINK_GRPC,
  QENT__LINK_HTTPUPGRADE,
  QENT__LINK_XHTTP
};

/* An address or a network as text. */
#define QENT__ADDRESS_CAP 64

/* What AmneziaWG adds to a .conf. */
#define QENT__AWG_FIELDS 20
extern const struct qent__awg_field {
  const char *name; /* "Jc", "Jmin", … */
  bool number;      /* the others are texts: ranges, packets */
} qent__awg_fields[QENT__AWG_FIELDS];

/* A .conf file's fields; NULL where it says nothing. */
struct qent__link_conf {
  const char *text; /* the whole file */
  const char *private_key;
  const char *address; /* "10.8.0.2/32, fd00::2/128" */
  const char *dns;
  const char *mtu; /* digits */
  const char *public_key;
  const char *preshared_key;
  const char *allowed_ips;
  const char *keepalive;             /* digits */
  const char *awg[QENT__AWG_FIELDS]; /* in the order of qent__awg_fields */
  bool amnezia; /* Jc, Jmin, Jmax, S1, S2, H1..H4 are all there: what apps call AmneziaWG */
};

/* Texts are valid UTF-8 without control characters, NULL where the link says nothing, and live in
 * `store`; `uri` and the node's names too. */
typedef struct qent__link {
  enum qent__link_kind kind;
  const char *uri;        /* as it came, with its fragment */
  const char *name;       /* the fragment, decoded; never NULL */
  const char *node;       /* the node's short name; never NULL */
  const char *node_title; /* as buyers know it; never NULL */
  const char *host;       /* without brackets */
  uint16_t port;
  const char *secret; /* VLESS: uuid; the others: password */
  const char *method; /* Shadowsocks */
  enum qent__link_security security;
  enum qent__link_network network;
  const char *flow;        /* "xtls-rprx-vision" or NULL */
  const char *encryption;  /* VLESS; NULL: none */
  const char *sni;         /* NULL: the host */
  const char *fingerprint; /* one that every app knows */
  const char *alpn;        /* "h2,http/1.1" */
  const char *public_key;  /* Reality */
  const char *short_id;    /* Reality; "" when there is none */
  const char *path;
  const char *host_header;
  const char *service_name;
  bool insecure;
  struct qent__link_conf conf; /* WireGuard */
  qent_buf store;
} qent__link;

/* Read one link. What cannot be understood becomes QENT__LINK_OTHER, which is no failure.
 * @param uri       `len` bytes of visible ASCII, as qent__share_link_add() makes them.
 * @param node, node_title  "" when there is none.
 * @param link_out  emptied by qent__link_dispose(). @return QENT_ENOMEM. */
qent_status qent__link_read(const char *uri, size_t len, const char *node, const char *node_title,
                            qent__link *link_out, qent_error *err);
void qent__link_dispose(qent__link *link); /* NULL and zeroed ones are allowed */

/* Give each link a name of its own, and none that documents use for groups. */
void qent__links_name(qent__link *links, size_t count);

/* "vless", "shadowsocks", "trojan", "amneziawg", "wireguard", or by the scheme of one that is not
 * understood; "" when nothing is known. Static. */
const char *qent__link_protocol(const qent__link *link);

/* File name for a .conf: apps take it as the tunnel's name, at most 15 of [A-Za-z0-9_-]. */
#define QENT__CONF_NAME_MAX 24
void qent__link_conf_name(const qent__link *link, const char *ending,
                          char name_out[QENT__CONF_NAME_MAX]);

#endif
