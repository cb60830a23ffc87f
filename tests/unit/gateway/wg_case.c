/* SPDX-License-Identifier: MIT */
#include "wg_case.h"
#include "gateway/amneziawg.h"
#include "gateway/wgeasy.h"

#include <stdio.h>

static const struct wire_panel amneziawg = {&qent__amneziawg_factory, "amneziawg", "",
                                            "connect.sid=first"};
static const struct wire_panel wgeasy = {&qent__wgeasy_factory, "wgeasy", "admin", "basic"};

int amneziawg_setup(void **state)
{
  (void)state;
  return case_open(&amneziawg);
}

int wgeasy_setup(void **state)
{
  (void)state;
  return case_open(&wgeasy);
}

struct wire_step *expect_change(const char *call, int status, const char *file)
{
  struct wire_step *step = wire_add(&wire, call, status, file);

  step->timeout_ms = CHANGE_MS;
  return step;
}

const char *list_text(const struct listed *peers, size_t count)
{
  static char texts[4][65536]; /* a case needs several at once */
  static size_t next;
  char *text = texts[next++ % 4];
  size_t at = 0;
  const char *quote = wire.panel == &wgeasy ? "" : "\"";

  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(
        text + at, sizeof texts[0] - at,
        "%s{\"id\":%s%s%zu%s,\"name\":\"%s\",\"enabled\":%s,\"address\":\"10.8.0.%zu\","
        "\"ipv4Address\":\"10.8.0.%zu\",\"expiredAt\":null,\"expiresAt\":null}",
        i ? "," : "[", quote, *quote ? "p" : "", i + 1, quote, peers[i].name,
        peers[i].enabled ? "true" : "false", i + 2, i + 2);
  (void)snprintf(text + at, sizeof texts[0] - at, "%s", at ? "]" : "[]");
  return text;
}
