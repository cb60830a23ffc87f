/* SPDX-License-Identifier: MIT */
/* initData: the check, and, with a good signature made for the input, all that comes behind it. */
#include "telegram/initdata_parse.h"
#include "util/digest.h"
#include "util/text.h"

#include <qentvpn/initdata.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "123456789:AAFakeTokenForTestVectorsOnly_0123456789"
#define NOW 1760000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static qent_initdata_verifier *verifier;
static qent__initdata_scratch scratch;

static void look(const char *text, size_t len)
{
  qent_initdata *checked = NULL;

  if (qent_initdata_check(verifier, text, len, NOW, 86400, &checked) != QENT_INITDATA_OK)
    return;
  if (!qent__utf8_valid(qent_initdata_first_name(checked),
                        strlen(qent_initdata_first_name(checked))) ||
      qent_initdata_user_id(checked) < 0)
    abort();
  qent_initdata_free(checked);
}

/* Append the hash that belongs to the text, so that the input gets past the signature. */
static void look_signed(const char *text, size_t len)
{
  static char room[QENT__INITDATA_MAX_BYTES + 128];
  uint8_t secret[32], hash[32];

  if (len > QENT__INITDATA_MAX_BYTES ||
      qent__initdata_split(&scratch, text, len) != QENT_INITDATA_OK ||
      qent__initdata_signed_text(&scratch, "", "hash", NULL) != QENT_INITDATA_OK ||
      qent__hmac_sha256("WebAppData", 10, TOKEN, strlen(TOKEN), secret, NULL) != QENT_OK ||
      qent__hmac_sha256(secret, 32, scratch.text, scratch.text_len, hash, NULL) != QENT_OK)
    return;
  if (len > 0)
    memcpy(room, text, len);
  memcpy(room + len, "&hash=", 6);
  qent__hex_encode(hash, sizeof hash, room + len + 6);
  look(room, len + 6 + 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  qent_initdata *checked = NULL;

  if (!verifier && qent_initdata_verifier_new(TOKEN, &verifier, NULL) != QENT_OK)
    abort();
  look(text, size);
  look_signed(text, size);
  if (qent_initdata_check_signature(123456789, qent_initdata_public_key(false), text, size, NOW, 0,
                                    &checked) == QENT_INITDATA_OK)
    qent_initdata_free(checked);
  return 0;
}
