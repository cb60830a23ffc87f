/* SPDX-License-Identifier: MIT */
#include "wire.h"
#include "support/read_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_body(const struct wire_step *step, const qent_http_request *req)
{
  char body[8192];

  assert_true(req->body_len < sizeof body);
  if (req->body)
    memcpy(body, req->body, req->body_len);
  body[req->body_len] = '\0';
  for (size_t i = 0; i < 4 && step->sends[i]; i++)
    if (!strstr(body, step->sends[i]))
      fail_msg("%s does not send %s: %s", step->call, step->sends[i], body);
  if (step->not_sent && strstr(body, step->not_sent))
    fail_msg("%s sends %s: %s", step->call, step->not_sent, body);
}

static void check_line(const struct wire_step *step, const qent_http_request *req)
{
  for (size_t i = 0; i < req->header_count; i++)
    if (strcmp(req->headers[i], step->line) == 0)
      return;
  fail_msg("%s does not send \"%s\"", step->call, step->line);
}

static qent_status answer(const struct wire *wire, const struct wire_step *step,
                          qent_http_response *resp, qent_error *err)
{
  const char *headers[2] = {"Content-Type: application/json", step->header};
  char name[128];
  char *text = NULL;
  size_t len = step->text ? strlen(step->text) : 0;
  qent_status st;

  if (step->status == 0)
    return qent_fail(err, step->failure, "scripted failure");
  if (step->file) {
    (void)snprintf(name, sizeof name, "%s/%s", wire->panel->folder, step->file);
    text = read_test_file(name, &len);
    assert_non_null(text);
  }
  st = qent_http_response_set(resp, step->status, headers, step->header ? 2 : 1,
                              text ? text : step->text, len, err);
  free(text);
  return st;
}

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  struct wire *wire = user;
  const struct wire_step *step;
  char call[512];

  assert_memory_equal(req->url, WIRE_URL, sizeof WIRE_URL - 1);
  (void)snprintf(call, sizeof call, "%s %s", req->method, req->url + sizeof WIRE_URL - 1);
  if (wire->at == wire->count)
    fail_msg("one call too many: %s", call);
  step = &wire->steps[wire->at++];
  assert_string_equal(call, step->call);
  assert_int_equal(req->timeout_ms, step->timeout_ms ? step->timeout_ms : 15000);
  assert_string_equal(req->ca_file, "/ca.pem");
  assert_string_equal(req->pinned_pubkey, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  if (step->bearer)
    assert_string_equal(req->bearer, step->bearer);
  if (step->line)
    check_line(step, req);
  check_body(step, req);
  return answer(wire, step, resp, err);
}

static int64_t wire_clock(void *user)
{
  const struct wire *wire = user;

  return wire->now;
}

static qent_status give_token(char *token_out, size_t size, void *user, qent_error *err)
{
  const struct wire *wire = user;

  (void)err;
  (void)snprintf(token_out, size, "%s", wire->panel->token);
  return QENT_OK;
}

void wire_open(struct wire *wire, const struct wire_panel *panel, const char *options,
               bool logged_in)
{
  qent_http_options http = QENT_HTTP_OPTIONS_INIT;
  qent_gateway_config config = {
      .size = sizeof config,
      .node_name = "de1",
      .url = WIRE_URL,
      .username = panel->username,
      .password = "p&w+d=%",
      .options = options,
      .ca_file = "/ca.pem",
      .pinned_key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  };
  char token[64];

  memset(wire, 0, sizeof *wire);
  wire->panel = panel;
  wire->now = 1800000000;
  http.transport = transport;
  http.transport_user = wire;
  assert_int_equal(qent_http_new(&http, &wire->http, NULL), QENT_OK);
  assert_int_equal(qent__panel_share_new(wire_clock, wire, &wire->share, NULL), QENT_OK);
  if (logged_in)
    assert_int_equal(
        qent_panel_share_renew(wire->share, "", give_token, wire, token, sizeof token, NULL),
        QENT_OK);
  config.http = wire->http;
  config.share = wire->share;
  assert_int_equal(qent__gateway_open(panel->factory, &config, &wire->gw, NULL), QENT_OK);
}

void wire_close(struct wire *wire)
{
  qent__gateway_destroy(wire->gw);
  qent__panel_share_free(wire->share);
  qent_http_free(wire->http);
}

struct wire_step *wire_add(struct wire *wire, const char *call, int status, const char *file)
{
  struct wire_step *step = &wire->steps[wire->count++];

  assert_true(wire->count <= WIRE_STEPS);
  step->call = call;
  step->status = status;
  step->file = file;
  return step;
}

void wire_done(const struct wire *wire)
{
  if (wire->at != wire->count)
    fail_msg("not asked: %s", wire->steps[wire->at].call);
}

qent_account_spec wire_spec(void)
{
  return (qent_account_spec){
      .size = sizeof(qent_account_spec),
      .key = "qt_17",
      .enabled = true,
      .expires_at = 1900000000,
      .traffic_limit_bytes = 53687091200,
      .device_limit = 3,
      .uuid = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
      .password = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
      .note = "QentVPN user 17",
  };
}
