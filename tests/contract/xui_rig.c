/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"
#include "gateway/xui.h"
#include "util/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 3
#define OF_TOKEN "\"tokens\":[\"" XUI_TOKEN "\"]"

struct sandbox xui_sandbox;

const struct xui_panel xui_a = {.config = "{\"generation\":\"A\"}", .pairs = true};
const struct xui_panel xui_b = {.config = "{\"generation\":\"B\"}", .pairs = true};
const struct xui_panel xui_b2_cookie = {.config = "{\"generation\":\"B'\"}", .pairs = true};
const struct xui_panel xui_b2_bearer = {.config = "{\"generation\":\"B'\"," OF_TOKEN "}",
                                        .username = "token",
                                        .password = XUI_TOKEN,
                                        .pairs = true};
const struct xui_panel xui_c_cookie = {.config = "{\"generation\":\"C\"}"};
const struct xui_panel xui_c_bearer = {
    .config = "{\"generation\":\"C\"," OF_TOKEN "}", .username = "token", .password = XUI_TOKEN};

int xui_make_a(void **state)
{
  return xui_open(state, &xui_a);
}

int xui_make_b(void **state)
{
  return xui_open(state, &xui_b);
}

int xui_make_b2_cookie(void **state)
{
  return xui_open(state, &xui_b2_cookie);
}

int xui_make_b2_bearer(void **state)
{
  return xui_open(state, &xui_b2_bearer);
}

int xui_make_c_cookie(void **state)
{
  return xui_open(state, &xui_c_cookie);
}

int xui_make_c_bearer(void **state)
{
  return xui_open(state, &xui_c_bearer);
}

static int panels;

static const char * or (const char *text, const char *otherwise)
{
  return text ? text : otherwise;
}

int xui_open(void **state, const struct xui_panel *panel)
{
  struct xui_rig *xu = calloc(1, sizeof *xu);
  qent_gateway_config config = {
      .node_name = "contract",
      .username = or (panel->username, "admin"),
      .password = or (panel->password, "admin"),
      .options = or (panel->options, XUI_OPTIONS),
  };

  assert_non_null(xu);
  (void)snprintf(xu->name, sizeof xu->name, "x%d", ++panels);
  (void)snprintf(xu->url, sizeof xu->url, "%s/3xui/%s%s", xui_sandbox.url, xu->name,
                 or (panel->path, ""));
  xu->pairs = panel->pairs;
  config.url = xu->url;
  xui_config(xu, panel->config);
  contract_open(&xu->rig, &qent__xui_factory, &config);
  (void)sandbox_control(&xui_sandbox, "DELETE", "/stats", NULL);
  *state = xu;
  return 0;
}

const char *xui_uuid(struct xui_rig *xu)
{
  char *uuid = xu->uuids[xu->uuids_made % 256];

  (void)snprintf(uuid, 37, "%08x-dddd-4ddd-8ddd-dddddddddddd", (unsigned)++xu->uuids_made);
  return uuid;
}

qent_account_spec xui_spec(struct xui_rig *xu, char key_out[33])
{
  qent_account_spec spec = contract_spec(&xu->rig, key_out);

  spec.uuid = xui_uuid(xu);
  return spec;
}

const char *xui_control(const struct xui_rig *xu, const char *method, const char *what,
                        const char *body)
{
  char path[160];
  const char *answer;

  (void)snprintf(path, sizeof path, "/3xui/%s%s", xu->name, what);
  answer = sandbox_control(&xui_sandbox, method, path, body);
  assert_true(*answer != '\0');
  return answer;
}

void xui_config(const struct xui_rig *xu, const char *body)
{
  (void)xui_control(xu, "POST", "/config", body);
}

static void email_of(const struct xui_rig *xu, const char *key, bool shadowsocks, char out[80])
{
  (void)snprintf(out, 80, "%s%s", key, xu->pairs && shadowsocks ? "-ss" : "");
}

void xui_use(const struct xui_rig *xu, const char *key, bool shadowsocks, int64_t bytes)
{
  char email[80];
  char body[200];

  email_of(xu, key, shadowsocks, email);
  (void)snprintf(body, sizeof body,
                 "{\"email\":\"%s\",\"add_bytes\":%" PRId64 ",\"online\":true,\"review\":true}",
                 email, bytes);
  (void)xui_control(xu, "POST", "/usage", body);
}

/* The panel's clients of this email. Free root_out. */
static const cJSON *on_panel(const struct xui_rig *xu, const char *email, cJSON **root_out)
{
  char what[128];
  const char *text;
  const cJSON *users;

  (void)snprintf(what, sizeof what, "/users?email=%s", email);
  text = xui_control(xu, "GET", what, NULL);
  assert_int_equal(qent__json_parse_body(text, strlen(text), root_out, NULL), QENT_OK);
  users = qent__json_get(*root_out, "users");
  assert_true(cJSON_IsArray(users));
  return users;
}

int xui_clients(const struct xui_rig *xu, const char *key)
{
  int count = 0;

  for (int second = 0; second < (xu->pairs ? 2 : 1); second++) {
    char email[80];
    cJSON *root = NULL;
    email_of(xu, key, second == 1, email);
    count += cJSON_GetArraySize(on_panel(xu, email, &root));
    cJSON_Delete(root);
  }
  return count;
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
static void check_client(const struct xui_rig *xu, const qent_account_spec *spec, bool shadowsocks,
                         char sub_id_out[64])
{
  const char *protocol = shadowsocks ? "shadowsocks" : "vless";
  char email[80];
  cJSON *root = NULL;
  const cJSON *found = NULL;
  const cJSON *client;

  email_of(xu, spec->key, shadowsocks, email);
  for (const cJSON *it = qent__json_first(on_panel(xu, email, &root)); it; it = it->next)
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

void xui_check(const struct xui_rig *xu, const qent_account_spec *spec)
{
  char sub_ids[2][64];

  assert_int_equal(xui_clients(xu, spec->key), 2);
  check_client(xu, spec, false, sub_ids[0]);
  check_client(xu, spec, true, sub_ids[1]);
  assert_string_equal(sub_ids[0], sub_ids[1]);
}

/* Nothing that tells the caller to give up. */
bool xui_worth_a_repeat(qent_status st)
{
  return st == QENT_ETIMEOUT || st == QENT_EUPSTREAM || st == QENT_EPROTO;
}

void xui_repeat(struct xui_rig *xu, xui_spec_verb verb, const qent_account_spec *spec,
                const char *what)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ETIMEOUT;

  for (int i = 0; i < TRIES && st != QENT_OK; i++) {
    st = verb(xu->rig.gw, spec, &view, &err);
    if (st != QENT_OK && !xui_worth_a_repeat(st))
      fail_msg("%s: %s: %s", what, qent_status_name(st), err.message);
    if (st != QENT_OK && !strstr(err.message, "node contract: "))
      fail_msg("%s: the message does not name the node: %s", what, err.message);
  }
  if (st != QENT_OK)
    fail_msg("%s: still %s after %d tries: %s", what, qent_status_name(st), TRIES, err.message);
  assert_string_equal(view.key, spec->key);
  assert_int_equal(view.link_count, 2);
  qent_account_view_dispose(&view);
}

void xui_ensure(struct xui_rig *xu, const qent_account_spec *spec)
{
  xui_repeat(xu, qent__gateway_ensure_account, spec, "make");
}

qent_account_view xui_ensured(struct xui_rig *xu, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_ensure_account(xu->rig.gw, spec, &view, &err), &err, "ensure");
  return view;
}

qent_account_view xui_fetched(struct xui_rig *xu, const char *key)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_fetch_account(xu->rig.gw, key, &view, &err), &err, "fetch");
  return view;
}

void xui_fault(const struct xui_rig *xu, const char *match, const char *kind, int count)
{
  char body[256];

  (void)snprintf(body, sizeof body,
                 "{\"target\":\"3xui\",\"panel\":\"%s\",\"match\":\"%s\",%s,\"count\":%d}",
                 xu->name, match, kind, count);
  assert_true(*sandbox_control(&xui_sandbox, "POST", "/faults", body) != '\0');
}

void xui_clear_faults(void)
{
  (void)sandbox_control(&xui_sandbox, "DELETE", "/faults", NULL);
}

int xui_calls(const struct xui_rig *xu, const char *method_and_path)
{
  const char *text = sandbox_control(&xui_sandbox, "GET", "/stats", NULL);
  cJSON *root = NULL;
  int64_t count = 0;

  assert_int_equal(qent__json_parse_body(text, strlen(text), &root, NULL), QENT_OK);
  for (const cJSON *it = qent__json_first(qent__json_get(root, "requests")); it; it = it->next) {
    char call[128];
    (void)snprintf(call, sizeof call, "%s %s", qent__json_str_or(it, "method", ""),
                   qent__json_str_or(it, "path", ""));
    if (strcmp(call, method_and_path) == 0 &&
        strcmp(qent__json_str_or(it, "panel", ""), xu->name) == 0)
      count += qent__json_i64_or(it, "count", 0);
  }
  cJSON_Delete(root);
  return (int)count;
}
