/* SPDX-License-Identifier: MIT */
#include "panel_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sandbox panel_sandbox;
static const char *binary;
static int panels;

void panel_sandbox_is_at(int argc, char **argv)
{
  binary = argc == 2 ? argv[1] : NULL;
}

int panel_sandbox_start(void **state)
{
  (void)state;
  if (binary && sandbox_start(&panel_sandbox, binary))
    return 0;
  (void)fputs("the argument is not the path of a qent-sandbox that starts\n", stderr);
  return -1;
}

int panel_sandbox_stop(void **state)
{
  (void)state;
  sandbox_stop(&panel_sandbox);
  return 0;
}

static const char *either(const char *text, const char *otherwise)
{
  return text ? text : otherwise;
}

int panel_open(void **state, const struct panel_kind *kind, const struct panel_setup *setup)
{
  static const struct panel_setup as_usual;
  struct panel_rig *panel = calloc(1, sizeof *panel);
  const struct panel_setup *with = setup ? setup : &as_usual;
  qent_gateway_config config = {
      .node_name = "contract",
      .username = either(with->username, "admin"),
      .password = either(with->password, kind->password),
      .options = either(with->options, either(kind->options, "{}")),
  };

  assert_non_null(panel);
  panel->kind = kind;
  (void)snprintf(panel->name, sizeof panel->name, "p%d", ++panels);
  (void)snprintf(panel->url, sizeof panel->url, "%s/%s/%s%s", panel_sandbox.url, kind->target,
                 panel->name, either(with->path, ""));
  config.url = panel->url;
  if (with->config)
    panel_config(panel, with->config);
  contract_open(&panel->rig, kind->factory, &config);
  (void)sandbox_control(&panel_sandbox, "DELETE", "/stats", NULL);
  *state = panel;
  return 0;
}

const char *panel_uuid(struct panel_rig *panel)
{
  char *uuid = panel->uuids[panel->uuids_made % 256];

  (void)snprintf(uuid, 37, "%08x-dddd-4ddd-8ddd-dddddddddddd", (unsigned)++panel->uuids_made);
  return uuid;
}

qent_account_spec panel_spec(struct panel_rig *panel, char key_out[33])
{
  qent_account_spec spec = contract_spec(&panel->rig, key_out);

  spec.uuid = panel_uuid(panel);
  return spec;
}

const char *panel_control(const struct panel_rig *panel, const char *method, const char *what,
                          const char *body)
{
  char path[192];
  const char *answer;

  (void)snprintf(path, sizeof path, "/%s/%s%s", panel->kind->target, panel->name, what);
  answer = sandbox_control(&panel_sandbox, method, path, body);
  assert_true(*answer != '\0');
  return answer;
}

void panel_config(const struct panel_rig *panel, const char *body)
{
  (void)panel_control(panel, "POST", "/config", body);
}

static cJSON *parsed(const char *text)
{
  cJSON *root = NULL;

  assert_int_equal(qent__json_parse_body(text, strlen(text), &root, NULL), QENT_OK);
  return root;
}

const cJSON *panel_list(const struct panel_rig *panel, const char *what, const char *key,
                        const char *name, cJSON **root_out)
{
  char path[128];
  const cJSON *list;

  (void)snprintf(path, sizeof path, "%s%s", what, key);
  *root_out = parsed(panel_control(panel, "GET", path, NULL));
  list = qent__json_get(*root_out, name);
  assert_true(cJSON_IsArray(list));
  return list;
}

void panel_check(const struct panel_rig *panel, const qent_account_spec *spec)
{
  panel->kind->check(panel, spec);
}

int panel_count(const struct panel_rig *panel, const char *key)
{
  return panel->kind->count(panel, key);
}

bool panel_worth_a_repeat(qent_status st)
{
  return st == QENT_ETIMEOUT || st == QENT_EUPSTREAM || st == QENT_EPROTO;
}

void panel_repeat(const struct panel_rig *panel, panel_verb verb, const qent_account_spec *spec,
                  const char *what)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ETIMEOUT;

  for (int i = 0; i < PANEL_TRIES && st != QENT_OK; i++) {
    st = verb(panel->rig.gw, spec, &view, &err);
    if (st != QENT_OK && !panel_worth_a_repeat(st))
      fail_msg("%s: %s: %s", what, qent_status_name(st), err.message);
    if (st != QENT_OK && !strstr(err.message, "node contract: "))
      fail_msg("%s: the message does not name the node: %s", what, err.message);
  }
  if (st != QENT_OK)
    fail_msg("%s: still %s after %d tries: %s", what, qent_status_name(st), PANEL_TRIES,
             err.message);
  contract_check(&panel->rig, &view, spec);
  assert_int_equal(view.link_count, panel->kind->links);
  if (panel->kind->check_links)
    panel->kind->check_links(panel, &view);
  panel_check(panel, spec);
  qent_account_view_dispose(&view);
}

void panel_ensure(const struct panel_rig *panel, const qent_account_spec *spec)
{
  panel_repeat(panel, qent__gateway_ensure_account, spec, "ensure");
}

void panel_fault(const struct panel_rig *panel, const char *match, const char *kind, int count)
{
  char body[512];

  (void)snprintf(body, sizeof body,
                 "{\"target\":\"%s\",\"panel\":\"%s\",\"match\":\"%s\",%s,\"count\":%d}",
                 panel->kind->target, panel->name, match, kind, count);
  assert_true(*sandbox_control(&panel_sandbox, "POST", "/faults", body) != '\0');
}

int panel_clear_faults(void)
{
  cJSON *root = parsed(sandbox_control(&panel_sandbox, "GET", "/faults", NULL));
  int64_t hits = 0;

  for (const cJSON *it = qent__json_first(root); it; it = it->next)
    hits += qent__json_i64_or(it, "hits", 0);
  cJSON_Delete(root);
  (void)sandbox_control(&panel_sandbox, "DELETE", "/faults", NULL);
  return (int)hits;
}

int panel_calls(const struct panel_rig *panel, const char *method_and_path)
{
  cJSON *root = parsed(sandbox_control(&panel_sandbox, "GET", "/stats", NULL));
  int64_t count = 0;

  for (const cJSON *it = qent__json_first(qent__json_get(root, "requests")); it; it = it->next) {
    char call[128];
    (void)snprintf(call, sizeof call, "%s %s", qent__json_str_or(it, "method", ""),
                   qent__json_str_or(it, "path", ""));
    if (strcmp(call, method_and_path) == 0 &&
        strcmp(qent__json_str_or(it, "panel", ""), panel->name) == 0)
      count += qent__json_i64_or(it, "count", 0);
  }
  cJSON_Delete(root);
  return (int)count;
}
