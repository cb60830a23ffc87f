/* SPDX-License-Identifier: MIT */
#include "xui_case.h"
#include "gateway/xui.h"

#include <stdio.h>

const struct wire_panel xui_a = {&qent__xui_factory, "3xui", "ad min", "Asession=abc\n\n"};
const struct wire_panel xui_b = {&qent__xui_factory, "3xui", "ad min", "B3x-ui=abc\n\n"};
const struct wire_panel xui_c = {&qent__xui_factory, "3xui", "ad min", "C3x-ui=abc\ncsrf1\n"};
const struct wire_panel xui_token = {&qent__xui_factory, "3xui", "token", "C\n\n"};

int xui_setup_b(void **state)
{
  (void)state;
  return case_open(&xui_b);
}

int xui_setup_c(void **state)
{
  (void)state;
  return case_open(&xui_c);
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
