/* SPDX-License-Identifier: MIT */
#include "xui_case.h"
#include "gateway/xui.h"

#include <stdio.h>
#include <string.h>

const struct wire_panel xui_a = {&qent__xui_factory, "3xui", "ad min", "Asession=abc\n\n"};
const struct wire_panel xui_b = {&qent__xui_factory, "3xui", "ad min", "B3x-ui=abc\n\n"};
const struct wire_panel xui_c = {&qent__xui_factory, "3xui", "ad min", "C3x-ui=abc\ncsrf1\n"};
const struct wire_panel xui_token = {&qent__xui_factory, "3xui", "token", "C\n\n"};

struct wire wire;
qent_account_view view;
qent_error err;

static int setup(const struct wire_panel *panel)
{
  wire_open_panel(&wire, panel, "{}", true);
  view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  err = (qent_error)QENT_ERROR_INIT;
  return 0;
}

int xui_setup_b(void **state)
{
  (void)state;
  return setup(&xui_b);
}

int xui_setup_c(void **state)
{
  (void)state;
  return setup(&xui_c);
}

int xui_teardown(void **state)
{
  (void)state;
  wire_close(&wire);
  qent_account_view_dispose(&view);
  return 0;
}

void reopen(const struct wire_panel *panel, const char *options, bool logged_in)
{
  wire_close(&wire);
  wire_open_panel(&wire, panel, options, logged_in);
}

void must(qent_status st, qent_status wanted)
{
  if (st != wanted)
    fail_msg("%s instead of %s: %s", qent_status_name(st), qent_status_name(wanted), err.message);
}

void ensure(qent_status wanted)
{
  qent_account_spec spec = wire_spec();

  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), wanted);
  wire_done(&wire);
}

qent_account_spec rotated_spec(void)
{
  qent_account_spec spec = wire_spec();

  spec.uuid = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  spec.password = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";
  return spec;
}

void rotate(qent_status wanted)
{
  qent_account_spec spec = rotated_spec();

  must(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), wanted);
  wire_done(&wire);
}

void fetch(qent_status wanted)
{
  must(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), wanted);
  wire_done(&wire);
}

void remove_17(qent_status wanted)
{
  must(qent__gateway_remove_account(wire.gw, "qt_17", &err), wanted);
  wire_done(&wire);
}

void message_has(const char *text)
{
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

static char *next_text(size_t *size)
{
  static char texts[4][4096];
  static unsigned at;

  *size = sizeof texts[0];
  return texts[at++ % 4];
}

const char *client_text(const char *limits, const char *more)
{
  size_t size;
  char *text = next_text(&size);

  (void)snprintf(text, size,
                 "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\","
                 "%s%s},\"inboundIds\":[1,2],\"usedTraffic\":0}}",
                 limits, more);
  return text;
}

const char *inbounds_text(const char *vless_clients, const char *ss_clients, const char *stats)
{
  size_t size;
  char *text = next_text(&size);

  (void)snprintf(
      text, size,
      "{\"success\":true,\"msg\":\"\",\"obj\":[{\"id\":1,\"remark\":\"reality\",\"enable\":true,"
      "\"port\":2443,\"protocol\":\"vless\",\"up\":5,\"down\":6,\"clientStats\":[%s],\"settings\":{"
      "\"clients\":[%s]},\"streamSettings\":{\"network\":\"tcp\",\"security\":\"reality\","
      "\"realitySettings\":{\"serverNames\":[\"www.example.com\"],\"shortIds\":[\"0123abcd\"],"
      "\"settings\":{\"publicKey\":\"PBK\",\"fingerprint\":\"firefox\",\"spiderX\":\"/\"}}}},"
      "{\"id\":2,\"remark\":\"ss2022\",\"enable\":true,\"port\":2388,\"protocol\":\"shadowsocks\","
      "\"settings\":{\"method\":\"2022-blake3-aes-128-gcm\",\"password\":"
      "\"AAECAwQFBgcICQoLDA0ODw==\",\"clients\":[%s]},\"streamSettings\":{}}]}",
      stats, vless_clients, ss_clients);
  return text;
}
