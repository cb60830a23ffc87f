/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_OUTBOUND_H
#define SANDBOX_OUTBOUND_H

#include <curl/curl.h>

#include "util.h"

enum { SB_OUT_HEADERS = 8 };

/* One POST of JSON to the product. */
struct sb_out {
  const char *url;
  const char *body;
  const char *headers[SB_OUT_HEADERS]; /* "Name: value", ends with NULL */
  long timeout_ms;
};

struct sb_out_result {
  long status; /* 0: no answer */
  int64_t retry_after;
  struct sb_buf body;
  char error[CURL_ERROR_SIZE];
};

/* `curl` is the caller's handle, kept for its connections. Free result->body. */
void sb_post(CURL *curl, const struct sb_out *out, struct sb_out_result *result);

#endif
