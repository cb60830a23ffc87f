/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"
#include "gateway/xui.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GENERATION(letter) "\"generation\":\"" letter "\""
#define OF_TOKEN "\"tokens\":[\"" XUI_TOKEN "\"]"

static void email_of(const struct panel_rig *xu, const char *key, bool shadowsocks, char out[80])
{
  (void)snprintf(out, 80, "%s%s", key, xu->kind == &xui_pairs && shadowsocks ? "-ss" : "");
}

void xui_use(const struct panel_rig *xu, const char *key, bool shadowsocks, int64_t bytes)
{
  char email[80];
  char body[200];

  email_of(xu, key, shadowsocks, email);
  (void)snprintf(body, sizeof body,
                 "{\"email\":\"%s\",\"add_bytes\":%" PRId64 ",\"online\":true,\"review\":true}",
                 email, bytes);
  (void)panel_control(xu, "POST", "/usage", body);
}

static int count(const struct panel_rig *xu, const char *key)
{
  int found = 0;

  for (int second = 0; second < (xu->kind == &xui_pairs ? 2 : 1); second++) {
    char email[80];
    cJSON *root = NULL;
    email_of(xu, key, second == 1, email);
    found += cJSON_GetArraySize(panel_list(xu, "/users?email=", email, "users", &root));
    cJSON_Delete(root);
  }
  return found;
}

static void check_limits(const cJSON *item, const qent_account_spec *spec)
{
  const cJSON *client = qent__json_get(item, "client");
  const cJSON *row = qent__json_get(item, "traffic");

  assert_int_equal(qent__json_bool_or(client, "enable", !spec->enabled), spec->enabled);
  assert_int_equal(qent__json_i64_or(client, "totalGB", -1), spec->traffic_limit_bytes);
  assert_int_equal(qent__json_i64_or(client, "expiryTime", -1), spec->expires_at * 1000);
  assert_int_equal(qent__json_i64_or(client, "limitIp", -1), spec->device_limit);
  assert_int_equal(qent__json_bool_or(row, "enable", !spec->enabled), spec->enabled);
  assert_int_equal(qent__json_i64_or(row, "total", -1), spec->traffic_limit_bytes);
  assert_int_equal(qent__json_i64_or(row, "expiryTime", -1), spec->expires_at * 1000);
}

/* One client of the account; gives its subId, which is what both have in common. */
static void check_client(const struct panel_rig *xu, const qent_account_spec *spec,
                         bool shadowsocks, char sub_id_out[64])
{
  const char *protocol = shadowsocks ? "shadowsocks" : "vless";
  char email[80];
  cJSON *root = NULL;
  const cJSON *found = NULL;
  const cJSON *client;

  email_of(xu, spec->key, shadowsocks, email);
  for (const cJSON *it = qent__json_first(panel_list(xu, "/users?email=", email, "users", &root));
       it; it = it->next)
    if (strcmp(qent__json_str_or(it, "protocol", ""), protocol) == 0) {
      assert_null(found);
      found = it;
    }
  assert_non_null(found);
  check_limits(found, spec);
  client = qent__json_get(found, "client");
  if (shadowsocks)
    assert_string_equal(qent__json_str_or(client, "password", ""), spec->password);
  else
    assert_string_equal(qent__json_str_or(client, "id", ""), spec->uuid);
  if (!shadowsocks)
    assert_string_equal(qent__json_str_or(client, "flow", ""), "xtls-rprx-vision");
  (void)snprintf(sub_id_out, 64, "%s", qent__json_str_or(client, "subId", ""));
  assert_true(*sub_id_out != '\0');
  cJSON_Delete(root);
}

static void check(const struct panel_rig *xu, const qent_account_spec *spec)
{
  char sub_ids[2][64];

  assert_int_equal(count(xu, spec->key), 2);
  check_client(xu, spec, false, sub_ids[0]);
  check_client(xu, spec, true, sub_ids[1]);
  assert_string_equal(sub_ids[0], sub_ids[1]);
}

/* A session that is over answers 401 or 404, a refusal 200 with success false. */
static const char *const more_faults[] = {"\"kind\":\"status\",\"status\":401",
                                          "\"kind\":\"status\",\"status\":404",
                                          "\"kind\":\"status\",\"status\":200", NULL};

#define XUI_KIND                                                                                   \
  .factory = &qent__xui_factory, .target = "3xui", .password = "admin",                            \
  .options = "{\"public_host\":\"" XUI_HOST "\"}", .login = "POST /login", .links = 2,             \
  .more_faults = more_faults, .check = check, .count = count

#define INBOUNDS "/panel/api/inbounds/"
#define CLIENTS "/panel/api/clients/"

const struct panel_kind xui_pairs = {
    XUI_KIND,
    .make = {{"POST " INBOUNDS "addClient$", 0},
             {"POST " INBOUNDS "addClient$", 1},
             {"GET " INBOUNDS "list", 0}},
    .change = {{"POST " INBOUNDS "updateClient/", 0}},
    .rotate = {{"POST " INBOUNDS "updateClient/", 0}, {"POST " INBOUNDS "updateClient/", 1}},
    .remove = {{"POST " INBOUNDS, 0}, {"GET " INBOUNDS "list", 0}},
};

const struct panel_kind xui_clients = {
    XUI_KIND,
    .make = {{"POST " CLIENTS "add$", 0}, {"GET " CLIENTS "get/", 0}, {"GET " CLIENTS "links/", 0}},
    .change = {{"POST " CLIENTS "update/", 0}},
    .rotate = {{"POST " CLIENTS "update/", 0}},
    .remove = {{"POST " CLIENTS "del/", 0}, {"GET " CLIENTS "get/", 0}},
    .second_look = {"GET " CLIENTS "get/", 1},
};

static int make(void **state, const struct panel_kind *kind, const char *config, bool by_token)
{
  return panel_open(state, kind,
                    &(struct panel_setup){.config = config,
                                          .username = by_token ? "token" : NULL,
                                          .password = by_token ? XUI_TOKEN : NULL});
}

int xui_make_a(void **state)
{
  return make(state, &xui_pairs, "{" GENERATION("A") "}", false);
}

int xui_make_b(void **state)
{
  return make(state, &xui_pairs, "{" GENERATION("B") "}", false);
}

int xui_make_b2_cookie(void **state)
{
  return make(state, &xui_pairs, "{" GENERATION("B'") "}", false);
}

int xui_make_b2_bearer(void **state)
{
  return make(state, &xui_pairs, "{" GENERATION("B'") "," OF_TOKEN "}", true);
}

int xui_make_c_cookie(void **state)
{
  return make(state, &xui_clients, "{" GENERATION("C") "}", false);
}

int xui_make_c_bearer(void **state)
{
  return make(state, &xui_clients, "{" GENERATION("C") "," OF_TOKEN "}", true);
}
