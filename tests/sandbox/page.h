/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "http.h"

struct sb_slot {
  const char *name;
  const char *value;
};

/* Answers `html` with every {{name}} replaced by its value, escaped for HTML. */
void sb_page(struct sb_reply *rp, const char *html, const struct sb_slot *slots, size_t count);

#endif
