/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_PANEL_REPLY_H
#define TESTS_FUZZ_PANEL_REPLY_H

#include "gateway/gateway.h"

/* Feeds what a panel may answer to every verb of a gateway. The input's first byte picks the verb,
 * the second what is asked; the rest is cut at 0x1e into one answer after the other, each with a
 * first byte that picks the HTTP status. An answer whose first line begins with "Set-Cookie:" has
 * that line for a header. */

/* The second byte. Its other bits are the target's own. */
enum {
  PANEL_REPLY_FROM = 0x18,   /* the page of accounts begins at 0..3 */
  PANEL_REPLY_NUMBER = 0x20, /* the account's key is a number */
  PANEL_REPLY_OFF = 0x40,    /* it shall be switched off */
  PANEL_REPLY_DRY = 0x80     /* what is set up is only told */
};

/* How a view came to be. */
enum panel_reply_view {
  PANEL_REPLY_LISTED,  /* has no links */
  PANEL_REPLY_FETCHED, /* has none that nobody can use */
  PANEL_REPLY_MADE     /* to be handed to its buyer */
};

struct panel_reply {
  const qent_gateway_factory *factory;
  const char *username;
  int calls_max; /* of a verb; more would never end */
  /* Answer a call as the panel does when all is well, above all the login. False: the input
   * answers. `calls` counts this one, too. */
  bool (*answer)(const qent_http_request *req, int calls, uint8_t asked, qent_http_response *resp,
                 qent_status *st_out, qent_error *err);
  /* abort() when the panel cannot have such an account, or such a step. May be NULL. */
  void (*check)(const qent_account_view *view, enum panel_reply_view how);
  void (*check_step)(const char *step);
  /* The gateway was opened. May be NULL. */
  void (*opened)(qent_gateway *gw);
};

/* LLVMFuzzerTestOneInput() for this panel. */
int panel_reply_feed(const struct panel_reply *panel, const uint8_t *data, size_t size);

#endif
