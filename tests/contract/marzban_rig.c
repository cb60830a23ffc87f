/* SPDX-License-Identifier: MIT */
#include "marzban_rig.h"
#include "gateway/marzban.h"
#include "util/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sandbox marzban_sandbox;
static int panels;

int marzban_open(void **state, const char *password, const char *options)
{
  struct marzban_rig *mz = calloc(1, sizeof *mz);
  qent_gateway_config panel = {
      .node_name = "contract",
      .username = "admin",
      .password = password,
      .options = options,
  };

  assert_non_null(mz);
  (void)snprintf(mz->name, sizeof mz->name, "m%d", ++panels);
  (void)snprintf(mz->url, sizeof mz->url, "%s/marzban/%s", marzban_sandbox.url, mz->name);
  panel.url = mz->url;
  contract_open(&mz->rig, &qent__marzban_factory, &panel);
  (void)sandbox_control(&marzban_sandbox, "DELETE", "/stats", NULL);
  *state = mz;
  return 0;
}

const char *marzban_control(const struct marzban_rig *mz, const char *method, const char *what,
                            const char *body)
{
  char path[160];
  const char *answer;

  (void)snprintf(path, sizeof path, "/marzban/%s%s", mz->name, what);
  answer = sandbox_control(&marzban_sandbox, method, path, body);
  assert_true(*answer != '\0');
  return answer;
}

/* The account as the panel has it, seen past the adapter; NULL when it is not there. Fails when
 * there are several or the panel's list is broken. Free root_out. */
static const cJSON *on_panel(const struct marzban_rig *mz, const char *key, cJSON **root_out)
{
  char what[96];
  const char *text;
  const cJSON *users;

  (void)snprintf(what, sizeof what, "/users?username=%s", key);
  text = marzban_control(mz, "GET", what, NULL);
  assert_int_equal(qent__json_parse_body(text, strlen(text), root_out, NULL), QENT_OK);
  users = qent__json_get(*root_out, "users");
  assert_true(cJSON_IsArray(users));
  assert_in_range(cJSON_GetArraySize(users), 0, 1);
  return users->child;
}

void marzban_check(const struct marzban_rig *mz, const qent_account_spec *spec)
{
  cJSON *root = NULL;
  const cJSON *user = on_panel(mz, spec->key, &root);
  const cJSON *proxies = qent__json_get(user, "proxies");

  assert_non_null(user);
  assert_false(qent__json_bool_or(user, "broken", true));
  assert_int_equal(qent__json_i64_or(user, "expire", 0), spec->expires_at);
  assert_int_equal(qent__json_i64_or(user, "data_limit", 0), spec->traffic_limit_bytes);
  assert_string_equal(qent__json_str_or(user, "status", ""), spec->enabled ? "active" : "disabled");
  assert_string_equal(qent__json_str_or(qent__json_get(proxies, "vless"), "id", ""), spec->uuid);
  assert_string_equal(qent__json_str_or(qent__json_get(proxies, "vless"), "flow", ""),
                      "xtls-rprx-vision");
  cJSON_Delete(root);
}

bool marzban_is_missing(const struct marzban_rig *mz, const char *key)
{
  cJSON *root = NULL;
  bool missing = on_panel(mz, key, &root) == NULL;

  cJSON_Delete(root);
  return missing;
}

void marzban_fault(const struct marzban_rig *mz, const char *match, const char *kind, int count)
{
  char body[256];

  (void)snprintf(body, sizeof body,
                 "{\"target\":\"marzban\",\"panel\":\"%s\",\"match\":\"%s\",%s,\"count\":%d}",
                 mz->name, match, kind, count);
  assert_true(*sandbox_control(&marzban_sandbox, "POST", "/faults", body) != '\0');
}

void marzban_clear_faults(void)
{
  (void)sandbox_control(&marzban_sandbox, "DELETE", "/faults", NULL);
}

int marzban_calls(const struct marzban_rig *mz, const char *method_and_path)
{
  const char *text = sandbox_control(&marzban_sandbox, "GET", "/stats", NULL);
  cJSON *root = NULL;
  int64_t count = 0;

  assert_int_equal(qent__json_parse_body(text, strlen(text), &root, NULL), QENT_OK);
  for (const cJSON *it = qent__json_first(qent__json_get(root, "requests")); it; it = it->next) {
    char call[128];
    (void)snprintf(call, sizeof call, "%s %s", qent__json_str_or(it, "method", ""),
                   qent__json_str_or(it, "path", ""));
    if (strcmp(call, method_and_path) == 0 &&
        strcmp(qent__json_str_or(it, "panel", ""), mz->name) == 0)
      count += qent__json_i64_or(it, "count", 0);
  }
  cJSON_Delete(root);
  return (int)count;
}
