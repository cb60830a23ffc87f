/* SPDX-License-Identifier: MIT */
#include "marzban_rig.h"
#include "gateway/marzban.h"

static int count(const struct panel_rig *mz, const char *key)
{
  cJSON *root = NULL;
  int found = cJSON_GetArraySize(panel_list(mz, "/users?username=", key, "users", &root));

  cJSON_Delete(root);
  return found;
}

static void check(const struct panel_rig *mz, const qent_account_spec *spec)
{
  cJSON *root = NULL;
  const cJSON *users = panel_list(mz, "/users?username=", spec->key, "users", &root);
  const cJSON *user = qent__json_first(users);
  const cJSON *vless = qent__json_get(qent__json_get(user, "proxies"), "vless");

  assert_int_equal(cJSON_GetArraySize(users), 1);
  assert_false(qent__json_bool_or(user, "broken", true));
  assert_int_equal(qent__json_i64_or(user, "expire", 0), spec->expires_at);
  assert_int_equal(qent__json_i64_or(user, "data_limit", 0), spec->traffic_limit_bytes);
  assert_string_equal(qent__json_str_or(user, "status", ""), spec->enabled ? "active" : "disabled");
  assert_string_equal(qent__json_str_or(vless, "id", ""), spec->uuid);
  assert_string_equal(qent__json_str_or(vless, "flow", ""), "xtls-rprx-vision");
  cJSON_Delete(root);
}

const struct panel_kind marzban = {
    .factory = &qent__marzban_factory,
    .target = "marzban",
    .password = "admin",
    .login = "POST /api/admin/token",
    .links = 2,
    .make = {{"POST /api/user$", 0}, {"PUT /api/user/", 0}},
    .change = {{"PUT /api/user/", 0}},
    .rotate = {{"POST /api/user/", 0}, {"PUT /api/user/", 0}},
    .remove = {{"DELETE /api/user/", 0}},
    .second_look = {"GET /api/user/", 0},
    .check = check,
    .count = count,
};
