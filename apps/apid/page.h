/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_PAGE_H
#define QENT_APID_PAGE_H

/* The pages that a config link shows in a browser. They load nothing, tell nobody where they were
 * opened, and work without scripts but for copying and dates. */

#include "apid.h"
#include "client_apps.h"

/* A page under construction. */
typedef struct apid_page {
  const apid_config *config;
  const qent_config_link *link;
  const apid_client_app *app; /* to be opened; NULL on the main page */
  apid_platform platform;
  int64_t now;
  const char *node; /* whose key is opened; NULL: the first */
  qent_error *err;
  qent_status st; /* the first failure of what fills the page */
} apid_page;

/* The page for a browser at /s/{token}, or with `app` the one that opens this app. */
void apid_page_reply(apid_worker *worker, apid_request *request, const qent_config_link *link,
                     const apid_client_app *app, apid_reply *reply);

/* page_parts.c: append what stands for a template's "{{key}}". */
void apid_page_part(apid_page *page, const char *key, qent_buf *out);

/* page_text.c: the page's own words. "" for an unknown key. Static. */
const char *apid_page_text(const apid_page *page, const char *key);

/* Escape & < > " ' for text and for attributes. */
void apid_html(qent_buf *out, const char *text);

#endif
