/* SPDX-License-Identifier: MIT */
#include "wg_rig.h"
#include "util/base64.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sandbox wg_sandbox;
static int panels;

int wg_open(void **state, const struct wg_kind *kind, const char *password)
{
  struct wg_rig *wg = calloc(1, sizeof *wg);
  qent_gateway_config panel = {
      .node_name = "contract",
      .username = "admin",
      .password = password,
      .options = "{}",
  };

  assert_non_null(wg);
  wg->kind = kind;
  (void)snprintf(wg->name, sizeof wg->name, "p%d", ++panels);
  (void)snprintf(wg->url, sizeof wg->url, "%s/%s/%s", wg_sandbox.url, kind->target, wg->name);
  panel.url = wg->url;
  contract_open(&wg->rig, kind->factory, &panel);
  (void)sandbox_control(&wg_sandbox, "DELETE", "/stats", NULL);
  *state = wg;
  return 0;
}

const char *wg_control(const struct wg_rig *wg, const char *method, const char *what,
                       const char *body)
{
  char path[192];
  const char *answer;

  (void)snprintf(path, sizeof path, "/%s/%s%s", wg->kind->target, wg->name, what);
  answer = sandbox_control(&wg_sandbox, method, path, body);
  assert_true(*answer != '\0');
  return answer;
}

void wg_add(const struct wg_rig *wg, const char *name, const char *more)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"name\":\"%s\"%s}", name, more);
  (void)wg_control(wg, "POST", "/clients", body);
}

/* The clients of this name as the panel has them, seen past the adapter. Free root_out. */
static const cJSON *on_panel(const struct wg_rig *wg, const char *name, cJSON **root_out)
{
  char what[96];
  const char *text;
  const cJSON *clients;

  (void)snprintf(what, sizeof what, "/clients?name=%s", name);
  text = wg_control(wg, "GET", what, NULL);
  assert_int_equal(qent__json_parse_body(text, strlen(text), root_out, NULL), QENT_OK);
  clients = qent__json_get(*root_out, "clients");
  assert_true(cJSON_IsArray(clients));
  return clients;
}

int wg_count(const struct wg_rig *wg, const char *name)
{
  cJSON *root = NULL;
  int count = cJSON_GetArraySize(on_panel(wg, name, &root));

  cJSON_Delete(root);
  return count;
}

void wg_private_key(const struct wg_rig *wg, const char *name, char out[64])
{
  cJSON *root = NULL;
  const cJSON *clients = on_panel(wg, name, &root);

  assert_int_equal(cJSON_GetArraySize(clients), 1);
  (void)snprintf(out, 64, "%s", qent__json_str_or(clients->child, "privateKey", ""));
  assert_true(*out != '\0');
  cJSON_Delete(root);
}

void wg_check(const struct wg_rig *wg, const qent_account_spec *spec)
{
  cJSON *root = NULL;
  const cJSON *clients = on_panel(wg, spec->key, &root);

  assert_int_equal(cJSON_GetArraySize(clients), 1);
  assert_int_equal(qent__json_bool_or(clients->child, "enabled", !spec->enabled), spec->enabled);
  assert_null(qent__json_get(clients->child, "expires"));
  cJSON_Delete(root);
}

void wg_check_conf(const struct wg_rig *wg, const qent_account_view *view)
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

void wg_fault(const struct wg_rig *wg, const char *match, int after, const char *kind, int count)
{
  char body[384];
  const char *rest = strchr(match, ' ');

  assert_non_null(rest);
  (void)snprintf(body, sizeof body,
                 "{\"target\":\"%s\",\"panel\":\"%s\",\"match\":\"%.*s %s%s\",\"after\":%d,%s,"
                 "\"count\":%d}",
                 wg->kind->target, wg->name, (int)(rest - match), match, wg->kind->clients,
                 rest + 1, after, kind, count);
  assert_true(*sandbox_control(&wg_sandbox, "POST", "/faults", body) != '\0');
}

void wg_clear_faults(void)
{
  (void)sandbox_control(&wg_sandbox, "DELETE", "/faults", NULL);
}

int wg_calls(const struct wg_rig *wg, const char *method_and_path)
{
  const char *text = sandbox_control(&wg_sandbox, "GET", "/stats", NULL);
  cJSON *root = NULL;
  int64_t count = 0;

  assert_int_equal(qent__json_parse_body(text, strlen(text), &root, NULL), QENT_OK);
  for (const cJSON *it = qent__json_first(qent__json_get(root, "requests")); it; it = it->next) {
    char call[128];
    (void)snprintf(call, sizeof call, "%s %s", qent__json_str_or(it, "method", ""),
                   qent__json_str_or(it, "path", ""));
    if (strcmp(call, method_and_path) == 0 &&
        strcmp(qent__json_str_or(it, "panel", ""), wg->name) == 0)
      count += qent__json_i64_or(it, "count", 0);
  }
  cJSON_Delete(root);
  return (int)count;
}
