/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_LINK_CASE_H
#define TESTS_UNIT_LINK_CASE_H
/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/render.h"

#include <stdbool.h>
#include <string.h>

#define UUID "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define REALITY                                                                                    \
  "vless://" UUID "@h.example:443?security=reality&pbk="                                           \
  "h6rs2jYJm2nrX3l1P2v0dN8n0cB6pQ2Y8wq2m0nQxUk&sid=6ba85179e30d4fc2&sni=s.example"                 \
  "&flow=xtls-rprx-vision&fp=firefox"

/* A link of that text, on node "de1"; the test disposes of it. */
static inline qent__link read_link(const char *uri)
{
  qent__link link = {.kind = QENT__LINK_OTHER};

  assert_int_equal(qent__link_read(uri, strlen(uri), "de1", "Germany", &link, NULL), QENT_OK);
  return link;
}

static inline enum qent__link_kind kind_of(const char *uri)
{
  qent__link link = read_link(uri);
  enum qent__link_kind kind = link.kind;

  qent__link_dispose(&link);
  return kind;
}

/* "awg://…" of a .conf's text. */
void conf_uri(const char *conf, const char *name, qent_buf *uri);

#endif
