/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_XUI_CASE_H
#define TESTS_UNIT_GATEWAY_XUI_CASE_H

#include "wire_case.h"

/* The recordings in tests/data/3xui are of 3.6.0 (C) and of 2.8.11 (B: "inbounds" and the like). */

#define API "/panel/api"
#define PAGED "GET " API "/clients/list/paged?page=1&pageSize=1"
#define STATUS "GET " API "/server/status"
#define CSRF "GET /csrf-token"
#define LOGIN "POST /login"

#define SLIM "GET " API "/inbounds/list/slim"
#define GET_17 "GET " API "/clients/get/qt_17"
#define LINKS_17 "GET " API "/clients/links/qt_17"
#define TRAFFIC_17 "GET " API "/clients/traffic/qt_17"
#define ADD "POST " API "/clients/add"
#define UPDATE_17 "POST " API "/clients/update/qt_17"
#define DEL_17 "POST " API "/clients/del/qt_17"
#define ATTACH_17 "POST " API "/clients/qt_17/attach"

#define LIST "GET " API "/inbounds/list"
#define ADD_CLIENT "POST " API "/inbounds/addClient"
#define UUID_17 "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define UPDATE_VLESS "POST " API "/inbounds/updateClient/" UUID_17
#define UPDATE_SS "POST " API "/inbounds/updateClient/qt_17-ss"

/* subId that qt_17 gets with the credentials of wire_spec(), and with the rotated ones. */
#define SUB_17 "e41ad313b1af1b9517c34dd78314c509"
#define SUB_ROTATED "93b7d5039b121a546476e2e2e3087bba"

/* An answer's end when something is refused: the words as the panel puts them. */
#define REFUSED(words)                                                                             \
  "{\"success\":false,\"msg\":\"Something went wrong (" words ")\",\"obj\":null}"
#define DONE "{\"success\":true,\"msg\":\"Done.\",\"obj\":null}"

extern const struct wire_panel xui_a;
extern const struct wire_panel xui_b;
extern const struct wire_panel xui_c;
extern const struct wire_panel xui_token; /* by API token */

int xui_setup_b(void **state);
int xui_setup_c(void **state);

/* The client qt_17 of API C with other members: "enable":..., "expiryTime":..., after which `more`
 * stands, such as ",\"tgId\":5". Kept until the next call but three. */
const char *client_text(const char *limits, const char *more);
#define LIMITS_17                                                                                  \
  "\"enable\":true,\"expiryTime\":1900000000000,\"totalGB\":53687091200,\"limitIp\":3"
#define KEYS_17                                                                                    \
  ",\"uuid\":\"" UUID_17 "\",\"password\":\"QUFBQUFBQUFBQUFBQUFBQQ==\",\"subId\":\"" SUB_17 "\""
#define MORE_17 KEYS_17 ",\"comment\":\"QentVPN user 17\",\"flow\":\"xtls-rprx-vision\""

/* The inbounds of API A and B with these clients, one VLESS Reality and one Shadowsocks 2022, and
 * these rows of traffic. Kept likewise. */
const char *inbounds_text(const char *vless_clients, const char *ss_clients, const char *stats);
#define PAIR_VLESS                                                                                 \
  "{\"email\":\"qt_17\",\"id\":\"" UUID_17 "\",\"subId\":\"" SUB_17                                \
  "\",\"flow\":\"xtls-rprx-vision\"," LIMITS_17 "}"
#define PAIR_SS                                                                                    \
  "{\"email\":\"qt_17-ss\",\"password\":\"QUFBQUFBQUFBQUFBQUFBQQ==\",\"subId\":\"" SUB_17          \
  "\",\"method\":\"\"," LIMITS_17 "}"

#define CASE_B(test) cmocka_unit_test_setup_teardown(test, xui_setup_b, case_close)
#define CASE_C(test) cmocka_unit_test_setup_teardown(test, xui_setup_c, case_close)

#endif
