/* SPDX-License-Identifier: MIT */
#include "wg_rig.h"
#include "gateway/amneziawg.h"
#include "gateway/wgeasy.h"
#include "util/base64.h"

#include <stdio.h>
#include <string.h>

void wg_add(const struct panel_rig *wg, const char *name, const char *more)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"name\":\"%s\"%s}", name, more);
  (void)panel_control(wg, "POST", "/clients", body);
}

static int count(const struct panel_rig *wg, const char *name)
{
  cJSON *root = NULL;
  int found = cJSON_GetArraySize(panel_list(wg, "/clients?name=", name, "clients", &root));

  cJSON_Delete(root);
  return found;
}

void wg_private_key(const struct panel_rig *wg, const char *name, char out[64])
{
  cJSON *root = NULL;
  const cJSON *clients = panel_list(wg, "/clients?name=", name, "clients", &root);

  assert_int_equal(cJSON_GetArraySize(clients), 1);
  (void)snprintf(out, 64, "%s", qent__json_str_or(clients->child, "privateKey", ""));
  assert_true(*out != '\0');
  cJSON_Delete(root);
}

static void check(const struct panel_rig *wg, const qent_account_spec *spec)
{
  cJSON *root = NULL;
  const cJSON *clients = panel_list(wg, "/clients?name=", spec->key, "clients", &root);

  assert_int_equal(cJSON_GetArraySize(clients), 1);
  assert_int_equal(qent__json_bool_or(clients->child, "enabled", !spec->enabled), spec->enabled);
  assert_null(qent__json_get(clients->child, "expires"));
  cJSON_Delete(root);
}

void wg_check_conf(const struct panel_rig *wg, const qent_account_view *view)
{
  static const char scheme[] = "awg://";
  char key[64];
  char conf[4096];
  size_t len = 0;
  const char *link;

  assert_int_equal(view->link_count, 1);
  link = view->links[0];
  assert_memory_equal(link, scheme, sizeof scheme - 1);
  link += sizeof scheme - 1;
  assert_true(qent__base64_decode(link, strlen(link), QENT__BASE64_URL | QENT__BASE64_NOPAD, conf,
                                  sizeof conf - 1, &len));
  conf[len] = '\0';
  assert_memory_equal(conf, "[Interface]\n", 12);
  wg_private_key(wg, view->key, key);
  assert_non_null(strstr(conf, key));
  assert_non_null(strstr(conf, "\nH4 = "));
}

/* New keys are a new peer; what happened is seen in the list. */
#define WG_KIND(peers)                                                                             \
  .links = 1,                                                                                      \
  .make = {{"POST " peers "$", 0},                                                                 \
           {"GET " peers "$", 0},                                                                  \
           {"GET " peers "$", 1},                                                                  \
           {"GET " peers "/", 0}},                                                                 \
  .change = {{"POST " peers "/", 0}},                                                              \
  .rotate = {{"DELETE " peers "/", 0}, {"POST " peers "$", 0}},                                    \
  .remove = {{"DELETE " peers "/", 0}}, .second_look = {"GET " peers "$", 1}, .check = check,      \
  .count = count, .check_links = wg_check_conf

const struct panel_kind amneziawg = {
    .factory = &qent__amneziawg_factory,
    .target = "amneziawg",
    .password = "admin",
    .login = "POST /api/session",
    WG_KIND("/api/wireguard/client"),
};

const struct panel_kind wgeasy = {
    .factory = &qent__wgeasy_factory,
    .target = "wgeasy",
    .password = "admin-password",
    .login = "GET /api/admin/interface",
    WG_KIND("/api/client"),
};
