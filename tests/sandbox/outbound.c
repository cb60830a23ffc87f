/* SPDX-License-Identifier: MIT */
#include "outbound.h"

#include <string.h>

enum { REPLY_MAX = 256 * 1024 };

static size_t take(char *data, size_t size, size_t n, void *user)
{
  struct sb_buf *b = user;
  size_t len = size * n;
  if (b->len + len <= REPLY_MAX)
    sb_buf_add(b, data, len);
  return len;
}

void sb_post(CURL *curl, const struct sb_out *out, struct sb_out_result *result)
{
  *result = (struct sb_out_result){0};
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  for (size_t i = 0; i < SB_OUT_HEADERS && out->headers[i]; i++)
    headers = curl_slist_append(headers, out->headers[i]);
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_reset(curl);
  (void)curl_easy_setopt(curl, CURLOPT_URL, out->url);
  (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, out->body);
  (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(out->body));
  (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &result->body);
  (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, result->error);
  (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, out->timeout_ms);
  (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
  (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (curl_easy_perform(curl) == CURLE_OK) {
    curl_off_t wait = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &result->status);
    (void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    result->retry_after = wait;
  }
  curl_slist_free_all(headers);
}
