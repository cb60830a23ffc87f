/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

sub_view *sample_sub(const char *name, size_t links)
{
  sub_view *sub = calloc(1, sizeof *sub);
  assert_non_null(sub);
  sub->id = 7;
  sub->expires_at = SAMPLE_NOW + 86400;
  sub->limit_bytes = INT64_C(107374182400);
  sub->used_bytes = 12345678;
  sub->devices = 5;
  sub->plan_code = strdup("month");
  sub->plan_title = strdup(name);
  sub->config_link = strdup("https://vpn.example.com/s/AbCdEf0123456789AbCdEf0123456789");
  for (size_t i = 0; i < links; ++i) {
    char uri[512];
    snprintf(uri, sizeof uri,
             "vless://%032zu@203.0.113.7:443?security=reality&type=tcp&flow=xtls-rprx-vision&"
             "sni=example.com&fp=chrome&pbk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&sid=0123#x",
             i);
    sub->links[i].uri = strdup(i % 2 ? "ss://YWVzOnBhc3M=@203.0.113.7:1080#x" : uri);
    sub->links[i].node = strdup(name);
    sub->links[i].node_name = strdup("de1");
    sub->links[i].protocol = i % 2 ? "shadowsocks" : "vless";
  }
  sub->link_count = links;
  return sub;
}

void sample_place(sub_view *sub, const char *name, const char *title, const char *country,
                  bool current)
{
  assert_true(sub->places.count < VIEW_PLACES_MAX);
  place_view *place = &sub->places.places[sub->places.count++];
  snprintf(place->name, sizeof place->name, "%s", name);
  snprintf(place->title, sizeof place->title, "%.128s", title);
  snprintf(place->country, sizeof place->country, "%.2s", country);
  place->current = current;
  place->available = !current;
  place->load_percent = -1;
}

void sample_conf(link_view *link)
{
  link->conf =
      strdup("[Interface]\nPrivateKey = a<b>c&\nJc = 4\n\n[Peer]\nAllowedIPs = 0.0.0.0/0\n");
  link->filename = strdup("de1.conf");
  free(link->uri);
  link->uri = strdup("vpn://AAAA");
  link->protocol = "amneziawg";
}

const render_env sample_envs[SAMPLE_ENVS] = {
    {"ru", "https://app.example.com/", "https://t.me/support", SAMPLE_NOW},
    {"en", "https://app.example.com/?a=1", "https://t.me/support", SAMPLE_NOW},
    {"ru", NULL, NULL, SAMPLE_NOW},
    {"en", NULL, NULL, SAMPLE_NOW},
};
