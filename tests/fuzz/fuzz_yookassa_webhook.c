/* SPDX-License-Identifier: MIT */
/* A notification of YooKassa: whatever comes, what leaves is an id that fits into a URL's path. */
#include "payment/provider.h"
#include "payment/yookassa.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char id[65] = "";

  if (qent__provider_parse_webhook(&qent__yookassa_factory, (const char *)data, size, id, sizeof id,
                                   NULL) != QENT_OK) {
    if (*id)
      abort();
    return 0;
  }
  if (strlen(id) != 36 || strspn(id, "0123456789abcdefABCDEF-") != 36)
    abort();
  return 0;
}
