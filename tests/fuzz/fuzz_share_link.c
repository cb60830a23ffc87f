/* SPDX-License-Identifier: MIT */
/* A share link that a panel handed out: what goes into a config link is one clean line. */
#include "domain/share_link.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_lines(const qent_buf *out)
{
  for (size_t i = 0; i < out->len; i++) {
    unsigned char c = (unsigned char)out->data[i];

    if (c == '\n' ? i + 1 != out->len : c < 0x20 || c == 0x7f)
      abort();
  }
  if (out->len > 0 && out->data[out->len - 1] != '\n')
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char *text = malloc(size + 1);
  qent_buf out;

  if (!text)
    abort();
  if (size > 0)
    memcpy(text, data, size);
  text[size] = '\0';
  qent_buf_init(&out, 1 << 20);
  qent__share_link_add(&out, text, "QentVPN · Месяц");
  if (qent_buf_status(&out, NULL) == QENT_OK)
    must_be_lines(&out);
  qent_buf_reset(&out);
  qent__share_link_add(&out, "ss://x@y:1", text);
  qent_buf_dispose(&out);
  free(text);
  return 0;
}
