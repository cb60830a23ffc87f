/* SPDX-License-Identifier: MIT */
#include <qentvpn/initdata.h>

#include "telegram/initdata_parse.h"
#include "util/alloc.h"
#include "util/base64.h"
#include "util/digest.h"
#include "util/json.h"
#include "util/secret.h"
#include "util/text.h"

#include <openssl/evp.h>
#include <string.h>

#define MAX_TOKEN_BYTES 256
#define CLOCK_SKEW_S 300
#define MAX_DATE_DIGITS 12
#define MAX_USER_ID ((INT64_C(1) << 52) - 1)
#define MAX_START_PARAM_BYTES 512
#define MAX_JSON_DEPTH 8
#define SIGNATURE_BYTES 64

struct qent_initdata {
  int64_t user_id;
  int64_t auth_date;
  const char *first_name;
  const char *last_name;
  const char *username;
  const char *language;
  const char *start_param;
  char texts[]; /* what the pointers above point to */
};

struct qent_initdata_verifier {
  qent__hmac *hmac;
  qent__initdata_scratch scratch;
};

/* Found in the text, borrowed from the JSON tree and the scratch. */
struct contents {
  cJSON *user; /* NULL: no user inside */
  int64_t user_id;
  int64_t auth_date;
  const char *start_param;
  size_t start_param_len;
};

const char *qent_initdata_result_name(qent_initdata_result result)
{
  switch (result) {
  case QENT_INITDATA_OK:
    return "ok";
  case QENT_INITDATA_BAD_SIGNATURE:
    return "bad_signature";
  case QENT_INITDATA_EXPIRED:
    return "expired";
  case QENT_INITDATA_BAD_AUTH_DATE:
    return "bad_auth_date";
  case QENT_INITDATA_MISSING_HASH:
    return "missing_hash";
  case QENT_INITDATA_MISSING_SIGNATURE:
    return "missing_signature";
  case QENT_INITDATA_MALFORMED:
    return "malformed";
  case QENT_INITDATA_FAILED:
    break;
  }
  return "failed";
}

static qent_initdata_result check_date(const qent__initdata_scratch *s, int64_t now,
                                       int64_t max_age_s, int64_t *date_out)
{
  const qent__initdata_pair *pair = qent__initdata_find(s, "auth_date");
  size_t len;
  const char *text = qent__initdata_value(pair, &len);
  int64_t date;

  if (len > MAX_DATE_DIGITS || !qent__parse_i64(text, len, 0, INT64_MAX, &date) ||
      date - CLOCK_SKEW_S > now)
    return QENT_INITDATA_BAD_AUTH_DATE;
  if (max_age_s > 0 && now - date > max_age_s)
    return QENT_INITDATA_EXPIRED;
  *date_out = date;
  return QENT_INITDATA_OK;
}

/* A user is optional, but one that is there must be whole. */
static qent_initdata_result read_user(const qent__initdata_scratch *s, struct contents *c)
{
  const qent__initdata_pair *pair = qent__initdata_find(s, "user");
  const char *text;
  size_t len;
  qent_status st;

  if (!pair)
    return QENT_INITDATA_OK;
  text = qent__initdata_value(pair, &len);
  st = qent__json_parse(text, len, QENT__INITDATA_MAX_BYTES, MAX_JSON_DEPTH, &c->user, NULL);
  if (st == QENT_ENOMEM)
    return QENT_INITDATA_FAILED;
  if (st != QENT_OK || !cJSON_IsObject(c->user) ||
      qent__json_i64(c->user, "id", &c->user_id, NULL) != QENT_OK || c->user_id < 1 ||
      c->user_id > MAX_USER_ID)
    return QENT_INITDATA_MALFORMED;
  return QENT_INITDATA_OK;
}

/* What Telegram cannot have sent is left out: it is the Mini App's own text, never trusted. */
static void read_start_param(const qent__initdata_scratch *s, struct contents *c)
{
  size_t len;
  const char *text = qent__initdata_value(qent__initdata_find(s, "start_param"), &len);

  if (len > MAX_START_PARAM_BYTES)
    return;
  for (size_t i = 0; i < len; i++) {
    if (!qent__is_alnum(text[i]) && text[i] != '_' && text[i] != '-')
      return;
  }
  c->start_param = text;
  c->start_param_len = len;
}

static const char *put_text(char **at, const char *text, size_t len)
{
  char *start = *at;

  memcpy(start, text, len);
  start[len] = '\0';
  *at += len + 1;
  return start;
}

static qent_initdata_result make_data(const struct contents *c, qent_initdata **data_out)
{
  const char *first = qent__json_str_or(c->user, "first_name", "");
  const char *last = qent__json_str_or(c->user, "last_name", "");
  const char *username = qent__json_str_or(c->user, "username", "");
  const char *language = qent__json_str_or(c->user, "language_code", "");
  size_t first_len = strlen(first);
  size_t last_len = strlen(last);
  size_t username_len = strlen(username);
  size_t language_len = strlen(language);
  size_t room = first_len + last_len + username_len + language_len + c->start_param_len + 5;
  qent_initdata *data = qent__malloc(sizeof *data + room);
  char *at;

  if (!data)
    return QENT_INITDATA_FAILED;
  at = data->texts;
  data->user_id = c->user_id;
  data->auth_date = c->auth_date;
  data->first_name = put_text(&at, first, first_len);
  data->last_name = put_text(&at, last, last_len);
  data->username = put_text(&at, username, username_len);
  data->language = put_text(&at, language, language_len);
  data->start_param = put_text(&at, c->start_param, c->start_param_len);
  *data_out = data;
  return QENT_INITDATA_OK;
}

/* What is left to do once the signature is known to be good. */
static qent_initdata_result finish(const qent__initdata_scratch *s, int64_t now, int64_t max_age_s,
                                   qent_initdata **data_out)
{
  struct contents c = {NULL, 0, 0, "", 0};
  qent_initdata_result result = check_date(s, now, max_age_s, &c.auth_date);

  if (result == QENT_INITDATA_OK)
    result = read_user(s, &c);
  if (result == QENT_INITDATA_OK && data_out) {
    read_start_param(s, &c);
    result = make_data(&c, data_out);
  }
  cJSON_Delete(c.user);
  return result;
}

static bool is_token(const char *token)
{
  size_t digits = 0;
  size_t len = strlen(token);

  while (qent__is_digit(token[digits]))
    digits++;
  return digits > 0 && token[digits] == ':' && len > digits + 1 && len <= MAX_TOKEN_BYTES;
}

qent_status qent_initdata_verifier_new(const char *bot_token, qent_initdata_verifier **verifier_out,
                                       qent_error *err)
{
  static const char constant[] = "WebAppData";
  uint8_t secret[QENT__SHA256_BYTES];
  qent_initdata_verifier *verifier;
  qent_status st;

  if (!bot_token || !verifier_out || !is_token(bot_token))
    return qent_fail(err, QENT_EINVAL, "the bot token must look like 123456789:AA...");
  verifier = qent__calloc(1, sizeof *verifier);
  if (!verifier)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent__hmac_sha256(constant, sizeof constant - 1, bot_token, strlen(bot_token), secret, err);
  if (st == QENT_OK)
    st = qent__hmac_new(secret, sizeof secret, &verifier->hmac, err);
  qent__wipe(secret, sizeof secret);
  if (st != QENT_OK) {
    qent_initdata_verifier_free(verifier);
    return st;
  }
  *verifier_out = verifier;
  return QENT_OK;
}

void qent_initdata_verifier_free(qent_initdata_verifier *verifier)
{
  if (!verifier)
    return;
  qent__hmac_free(verifier->hmac);
  qent__free(verifier);
}

/* Telegram writes 64 lower-case digits; nothing else is the same text. */
static bool decode_hash(const char *text, size_t len, uint8_t hash[QENT__SHA256_BYTES])
{
  for (size_t i = 0; i < len; i++) {
    if (text[i] >= 'A' && text[i] <= 'F')
      return false;
  }
  return qent__hex_decode(text, len, hash, QENT__SHA256_BYTES);
}

qent_initdata_result qent_initdata_check(qent_initdata_verifier *verifier, const char *init_data,
                                         size_t len, int64_t now, int64_t max_age_s,
                                         qent_initdata **data_out)
{
  qent__initdata_scratch *s;
  uint8_t expected[QENT__SHA256_BYTES];
  uint8_t hash[QENT__SHA256_BYTES];
  qent_initdata_result result;
  const char *text;
  size_t text_len;

  if (!verifier || (!init_data && len > 0))
    return QENT_INITDATA_FAILED;
  s = &verifier->scratch;
  result = qent__initdata_split(s, init_data, len);
  if (result != QENT_INITDATA_OK)
    return result;
  text = qent__initdata_value(qent__initdata_find(s, "hash"), &text_len);
  if (text_len == 0)
    return QENT_INITDATA_MISSING_HASH;
  result = qent__initdata_signed_text(s, "", "hash", NULL);
  if (result != QENT_INITDATA_OK)
    return result;
  if (!decode_hash(text, text_len, hash))
    return QENT_INITDATA_BAD_SIGNATURE;
  if (qent__hmac_run(verifier->hmac, s->text, s->text_len, expected, NULL) != QENT_OK)
    return QENT_INITDATA_FAILED;
  if (!qent__const_equal(expected, hash, sizeof hash))
    return QENT_INITDATA_BAD_SIGNATURE;
  return finish(s, now, max_age_s, data_out);
}

static qent_initdata_result verify_ed25519(const uint8_t public_key[32], const uint8_t *signature,
                                           const char *text, size_t len)
{
  qent_initdata_result result = QENT_INITDATA_FAILED;
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, 32);
  EVP_MD_CTX *context = EVP_MD_CTX_new();

  if (key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1) {
    int good =
        EVP_DigestVerify(context, signature, SIGNATURE_BYTES, (const unsigned char *)text, len);

    result = good == 1 ? QENT_INITDATA_OK : QENT_INITDATA_BAD_SIGNATURE;
  }
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return result;
}

static bool make_prefix(int64_t bot_id, char *out, size_t size)
{
  qent_buf buf;
  bool fits;

  qent_buf_init(&buf, size - 1);
  qent_buf_add_i64(&buf, bot_id);
  qent_buf_adds(&buf, ":WebAppData\n");
  fits = qent_buf_status(&buf, NULL) == QENT_OK;
  if (fits)
    memcpy(out, buf.data, buf.len + 1);
  qent_buf_dispose(&buf);
  return fits;
}

static qent_initdata_result check_signature(qent__initdata_scratch *s, const char *prefix,
                                            const uint8_t public_key[32], const char *init_data,
                                            size_t len)
{
  uint8_t signature[SIGNATURE_BYTES];
  size_t signature_len = 0;
  const char *text;
  size_t text_len;
  qent_initdata_result result = qent__initdata_split(s, init_data, len);

  if (result != QENT_INITDATA_OK)
    return result;
  text = qent__initdata_value(qent__initdata_find(s, "signature"), &text_len);
  if (text_len == 0)
    return QENT_INITDATA_MISSING_SIGNATURE;
  result = qent__initdata_signed_text(s, prefix, "hash", "signature");
  if (result != QENT_INITDATA_OK)
    return result;
  if (!qent__base64_decode(text, text_len, QENT__BASE64_URL | QENT__BASE64_PAD_OPTIONAL, signature,
                           sizeof signature, &signature_len) ||
      signature_len != sizeof signature)
    return QENT_INITDATA_BAD_SIGNATURE;
  return verify_ed25519(public_key, signature, s->text, s->text_len);
}

qent_initdata_result qent_initdata_check_signature(int64_t bot_id, const uint8_t public_key[32],
                                                   const char *init_data, size_t len, int64_t now,
                                                   int64_t max_age_s, qent_initdata **data_out)
{
  qent__initdata_scratch *s;
  qent_initdata_result result;
  char prefix[64];

  if (!public_key || (!init_data && len > 0) || !make_prefix(bot_id, prefix, sizeof prefix))
    return QENT_INITDATA_FAILED;
  s = qent__malloc(sizeof *s);
  if (!s)
    return QENT_INITDATA_FAILED;
  result = check_signature(s, prefix, public_key, init_data, len);
  if (result == QENT_INITDATA_OK)
    result = finish(s, now, max_age_s, data_out);
  qent__free(s);
  return result;
}

const uint8_t *qent_initdata_public_key(bool test_environment)
{
  static const uint8_t production[32] = {0xe7, 0xbf, 0x03, 0xa2, 0xfa, 0x46, 0x02, 0xaf,
                                         0x45, 0x80, 0x70, 0x3d, 0x88, 0xdd, 0xa5, 0xbb,
                                         0x59, 0xf3, 0x2e, 0xd8, 0xb0, 0x2a, 0x56, 0xc1,
                                         0x87, 0xfe, 0x7d, 0x34, 0xca, 0xed, 0x24, 0x2d};
  static const uint8_t test[32] = {0x40, 0x05, 0x50, 0x58, 0xa4, 0xee, 0x38, 0x15, 0x6a, 0x06, 0x56,
                                   0x2e, 0x52, 0xee, 0xce, 0x92, 0xa7, 0x71, 0xbc, 0xd8, 0x34, 0x6a,
                                   0x8c, 0x46, 0x15, 0xcb, 0x73, 0x76, 0xed, 0xdf, 0x72, 0xec};

  return test_environment ? test : production;
}

int64_t qent_initdata_user_id(const qent_initdata *data)
{
  return data->user_id;
}

const char *qent_initdata_first_name(const qent_initdata *data)
{
  return data->first_name;
}

const char *qent_initdata_last_name(const qent_initdata *data)
{
  return data->last_name;
}

const char *qent_initdata_username(const qent_initdata *data)
{
  return data->username;
}

const char *qent_initdata_language(const qent_initdata *data)
{
  return data->language;
}

const char *qent_initdata_start_param(const qent_initdata *data)
{
  return data->start_param;
}

int64_t qent_initdata_auth_date(const qent_initdata *data)
{
  return data->auth_date;
}

void qent_initdata_free(qent_initdata *data)
{
  qent__free(data);
}
