/* SPDX-License-Identifier: MIT */
/* Setting up a fresh panel: what its gateway is asked for. */
#include "app/context.h"
#include "gateway/gateway.h"
#include "util/cidr.h"
#include "util/text.h"
#include "util/url.h"

#include <string.h>

#define HOST_CAP 254 /* longest name of the DNS, and a 0 */
#define LABEL_MAX 63

static bool label_ok(const char *label, size_t len)
{
  if (len < 1 || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
    return false;
  for (size_t i = 0; i < len; i++)
    if (!qent__is_alnum(label[i]) && label[i] != '-')
      return false;
  return true;
}

/* A name of two labels or more whose last one has a letter, so that no IPv4 address is one. */
static bool name_ok(const char *name)
{
  const char *label = name;
  const char *dot;

  if (strlen(name) >= HOST_CAP)
    return false;
  while ((dot = strchr(label, '.')) != NULL) {
    if (!label_ok(label, (size_t)(dot - label)))
      return false;
    label = dot + 1;
  }
  return label > name && label_ok(label, strlen(label)) && !qent__is_digit(label[0]);
}

static bool is_address(const char *host)
{
  qent__network network;

  return !strchr(host, '/') && qent__network_parse(host, &network);
}

static bool is_local(const char *host)
{
  return qent__host_is_loopback(host, strlen(host)) || qent__ends_with(host, ".localhost") ||
         qent__ends_with(host, ".local");
}

static void lower(char *text)
{
  for (; *text; text++)
    *text = qent__to_lower(*text);
}

static qent_status take_camouflage(const char *given, char host[HOST_CAP], qent_error *err)
{
  if (!given || !*given)
    return qent_fail(
        err, QENT_EINVAL,
        "camouflage: name the host that Reality shall pose as, such as a large foreign "
        "site with TLS 1.3 and HTTP/2 that this server reaches");
  if (is_address(given))
    return qent_fail(err, QENT_EINVAL,
                     "camouflage: \"%.60s\" is an address; a name is needed, since clients send it "
                     "in the TLS greeting",
                     given);
  if (!name_ok(given))
    return qent_fail(err, QENT_EINVAL,
                     "camouflage: \"%.60s\" is not a host name such as www.example.com; no scheme, "
                     "port or path",
                     given);
  (void)qent__copy_text(host, HOST_CAP, given, strlen(given));
  lower(host);
  if (is_local(host))
    return qent_fail(err, QENT_EINVAL,
                     "camouflage: \"%.60s\" is this machine or its local network; nobody would "
                     "believe it",
                     host);
  return QENT_OK;
}

static qent_status take_public_host(const char *given, const qent__url *panel, char host[HOST_CAP],
                                    qent_error *err)
{
  const char *text = given ? given : panel->host.s;
  size_t len = given ? strlen(given) : panel->host.len;

  if (!qent__copy_text(host, HOST_CAP, text, len) || (!is_address(host) && !name_ok(host)))
    return qent_fail(err, QENT_EINVAL,
                     "public host: \"%.60s\" is neither a host name nor an address", host);
  lower(host);
  if (is_local(host))
    return qent_fail(err, QENT_EINVAL,
                     "public host: \"%.60s\" is this machine itself; say by which name or address "
                     "buyers' apps reach the server",
                     host);
  return QENT_OK;
}

/* The panel's own port is in none of its inbounds. */
static qent_status check_panel_port(const qent__url *panel, const qent_provision_spec *spec,
                                    qent_error *err)
{
  bool https = qent__memieq(panel->scheme.s, panel->scheme.len, "https");
  int32_t port = panel->port > 0 ? (int32_t)panel->port : https ? 443 : 80;

  if (!qent__memieq(panel->host.s, panel->host.len, spec->public_host) ||
      (port != spec->vless_port && port != spec->shadowsocks_port))
    return QENT_OK;
  return qent_fail(err, QENT_ECONFLICT,
                   "port %d of %.100s is taken by the panel itself: choose another port for the "
                   "inbound, or move the panel",
                   (int)port, spec->public_host);
}

static qent_status provision(qent_session *session, const qent_node *node,
                             const qent_provision_options *options, qent_node_step_fn fn,
                             void *user, qent_error *err)
{
  char public_host[HOST_CAP] = "";
  char camouflage[HOST_CAP] = "";
  qent__url panel;
  qent_gateway *gateway = NULL;
  const qent_provision_spec spec = {.size = sizeof spec,
                                    .public_host = public_host,
                                    .camouflage = camouflage,
                                    .vless_port = options->vless_port,
                                    .shadowsocks_port = options->shadowsocks_port,
                                    .apply = options->apply};
  qent_status st = take_camouflage(options->camouflage, camouflage, err);

  if (st == QENT_OK && !qent__url_parse(node->url, &panel))
    st = qent_fail(err, QENT_EINVAL, "the node's URL is malformed");
  if (st == QENT_OK)
    st = take_public_host(options->public_host, &panel, public_host, err);
  if (st == QENT_OK && strcmp(camouflage, public_host) == 0)
    st = qent_fail(err, QENT_EINVAL, "camouflage: the server cannot pose as itself");
  if (st == QENT_OK)
    st = check_panel_port(&panel, &spec, err);
  if (st == QENT_OK)
    st = qent__session_gateway(session, node, &gateway, err);
  return st == QENT_OK ? qent__gateway_provision(gateway, &spec, fn, user, err) : st;
}

qent_status qent_node_provision(qent_session *session, const char *name,
                                const qent_provision_options *options, qent_node_step_fn fn,
                                void *user, qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (!session || !name || !options || options->size < sizeof *options || !fn)
    return qent_fail(err, QENT_EINVAL,
                     "provisioning needs a session, a node's name, options and a callback");
  st = qent__store_node_by_name(qent__session_store(session), name, &node, err);
  if (st == QENT_OK)
    st = provision(session, node, options, fn, user, err);
  qent_node_free(node);
  return st;
}
