/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"
#include <qentvpn/ext/gateway.h>

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
