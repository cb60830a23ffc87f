/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"
#include "util/base64.h"
#include <qentvpn/ext/gateway.h>
#include <string.h>
#include <strings.h>

#define CONF_MAX_BYTES 16384

qent_status qent_account_view_set_key(qent_account_view *view, const char *key, qent_error *err)
{
  char *copy;

  if (!view || !key)
    return qent_fail(err, QENT_EINVAL, "a view's key needs a view and a text");
  copy = qent__strdup(key);
  if (!copy)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__free(view->key);
  view->key = copy;
  return QENT_OK;
}

qent_status qent_account_view_add_link(qent_account_view *view, const char *link, qent_error *err)
{
  char **links;
  char *copy;

  if (!view || !link)
    return qent_fail(err, QENT_EINVAL, "a view's link needs a view and a text");
  links = qent__realloc(view->links, (view->link_count + 1) * sizeof *links);
  if (!links)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  view->links = links;
  copy = qent__strdup(link);
  if (!copy)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  links[view->link_count++] = copy;
  return QENT_OK;
}

/* Is there a line "<name> = <something>" between `from` and `to`? */
static bool has_field(const char *from, const char *to, const char *name)
{
  size_t name_len = strlen(name);

  while (from < to) {
    size_t len = strcspn(from, "\r\n");
    const char *value = from + name_len;
    if (len > name_len && strncasecmp(from, name, name_len) == 0) {
      value += strspn(value, " \t");
      if (*value == '=' && value[1 + strspn(value + 1, " \t")] > ' ')
        return true;
    }
    from += len;
    from += strspn(from, "\r\n \t");
  }
  return false;
}

static bool conf_ok(const char *conf)
{
  const char *interface = strstr(conf, "[Interface]");
  const char *peer = interface ? strstr(interface, "[Peer]") : NULL;
  const char *end = conf + strlen(conf);

  return peer && has_field(interface, peer, "PrivateKey") &&
         has_field(interface, peer, "Address") && has_field(peer, end, "PublicKey") &&
         has_field(peer, end, "Endpoint");
}

qent_status qent_account_view_add_conf(qent_account_view *view, const char *conf, qent_error *err)
{
  qent_buf link;
  qent_status st;

  if (!view || !conf)
    return qent_fail(err, QENT_EINVAL, "a view's .conf needs a view and a text");
  conf += strspn(conf, "\r\n \t"); /* amnezia-wg-easy begins with an empty line */
  if (strlen(conf) > CONF_MAX_BYTES || !conf_ok(conf))
    return qent_fail(err, QENT_EPROTO, "the panel's .conf lacks a key, an address or an endpoint");
  qent_buf_init(&link, CONF_MAX_BYTES * 2);
  qent_buf_adds(&link, "awg://");
  qent__base64_encode(&link, conf, strlen(conf), QENT__BASE64_URL | QENT__BASE64_NOPAD);
  st = qent_buf_status(&link, err);
  if (st == QENT_OK)
    st = qent_account_view_add_link(view, link.data, err);
  qent_buf_dispose(&link);
  return st;
}

void qent_account_view_dispose(qent_account_view *view)
{
  if (!view)
    return;
  for (size_t i = 0; i < view->link_count; i++)
    qent__free(view->links[i]);
  qent__free(view->links);
  qent__free(view->key);
  *view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
}
