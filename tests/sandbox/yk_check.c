/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "yk.h"

static const struct yk_problem fine = {NULL, NULL};
static const struct yk_problem bad_receipt = {"Receipt is missing or illegal", "receipt"};

bool yk_amount_parse(const cJSON *amount, int64_t *minor_out)
{
  const char *value = sb_json_str(amount, "value");
  if (!value)
    return false;
  size_t whole = strspn(value, "0123456789");
  if (whole < 1 || whole > 10 || value[whole] != '.' ||
      strspn(value + whole + 1, "0123456789") != 2 || value[whole + 3])
    return false;
  int64_t minor = 0;
  for (const char *c = value; *c; c++)
    if (*c != '.')
      minor = minor * 10 + (*c - '0');
  *minor_out = minor;
  return true;
}

static bool currency_ok(const char *currency)
{
  static const char *const known[] = {"RUB", "EUR", "USD", "KZT", "BYN", "UAH",
                                      "UZS", "TRY", "INR", "MDL", "AZN", "AMD"};
  for (size_t i = 0; currency && i < sizeof known / sizeof *known; i++)
    if (strcmp(currency, known[i]) == 0)
      return true;
  return false;
}

static struct yk_problem check_amount(const cJSON *in, int64_t *minor)
{
  const cJSON *amount = cJSON_GetObjectItemCaseSensitive(in, "amount");
  if (!cJSON_IsObject(amount))
    return (struct yk_problem){"Missing required parameter", "amount"};
  if (!yk_amount_parse(amount, minor) || *minor <= 0)
    return (struct yk_problem){"Incorrect amount value", "amount.value"};
  if (!currency_ok(sb_json_str(amount, "currency")))
    return (struct yk_problem){"Incorrect currency", "amount.currency"};
  return fine;
}

static struct yk_problem check_confirmation(const cJSON *in)
{
  const cJSON *confirmation = cJSON_GetObjectItemCaseSensitive(in, "confirmation");
  const char *type = sb_json_str(confirmation, "type");
  const char *url = sb_json_str(confirmation, "return_url");
  if (!cJSON_IsObject(confirmation))
    return (struct yk_problem){"Missing required parameter", "confirmation"};
  if (!type || strcmp(type, "redirect") != 0)
    return (struct yk_problem){"The shop of the sandbox only knows redirect", "confirmation.type"};
  if (!url || strlen(url) > 2048 ||
      !(sb_has_prefix(url, "https://") || sb_has_prefix(url, "http://")))
    return (struct yk_problem){"Incorrect return_url", "confirmation.return_url"};
  return fine;
}

static struct yk_problem check_metadata(const cJSON *in)
{
  const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(in, "metadata");
  const cJSON *item = NULL;
  if (!metadata || cJSON_IsNull(metadata))
    return fine;
  if (!cJSON_IsObject(metadata) || cJSON_GetArraySize(metadata) > 16)
    return (struct yk_problem){"Metadata must be an object of at most 16 keys", "metadata"};
  cJSON_ArrayForEach(item, metadata)
  {
    if (!cJSON_IsString(item) || sb_utf8_chars(item->string) > 32 ||
        sb_utf8_chars(item->valuestring) > 512)
      return (struct yk_problem){"Metadata keys and values are texts of at most 32 and 512 "
                                 "characters",
                                 "metadata"};
  }
  return fine;
}

static bool too_long(const cJSON *in, const char *key, size_t max)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(in, key);
  return v && !cJSON_IsNull(v) && (!cJSON_IsString(v) || sb_utf8_chars(v->valuestring) > max);
}

/* Thousandths of a quantity given as a number or a text. */
static bool quantity_milli(const cJSON *item, int64_t *out)
{
  const cJSON *q = cJSON_GetObjectItemCaseSensitive(item, "quantity");
  double v = cJSON_IsNumber(q) ? q->valuedouble : NAN;
  if (cJSON_IsString(q)) {
    char *end = NULL;
    v = strtod(q->valuestring, &end);
    if (end == q->valuestring || *end)
      v = NAN;
  }
  if (isnan(v) || v <= 0 || v > 99999.999)
    return false;
  *out = llround(v * 1000);
  return true;
}

static bool customer_ok(const cJSON *receipt)
{
  const cJSON *customer = cJSON_GetObjectItemCaseSensitive(receipt, "customer");
  const char *email = sb_json_str(customer, "email");
  const char *phone = sb_json_str(customer, "phone");
  return (email && strchr(email, '@')) ||
         (phone && strlen(phone) >= 10 && strspn(phone, "0123456789") == strlen(phone));
}

struct yk_problem yk_check_receipt(const cJSON *receipt, int64_t total_minor)
{
  const cJSON *items = cJSON_GetObjectItemCaseSensitive(receipt, "items");
  const cJSON *item = NULL;
  int64_t sum_milli = 0;
  if (!customer_ok(receipt) || !cJSON_IsArray(items) || !items->child ||
      cJSON_GetArraySize(items) > 100)
    return bad_receipt;
  cJSON_ArrayForEach(item, items)
  {
    int64_t price = 0;
    int64_t milli = 0;
    const char *description = sb_json_str(item, "description");
    int64_t vat = sb_json_int(item, "vat_code", 0);
    if (!description || !*description || sb_utf8_chars(description) > 128 || vat < 1 || vat > 12 ||
        !quantity_milli(item, &milli) ||
        !yk_amount_parse(cJSON_GetObjectItemCaseSensitive(item, "amount"), &price))
      return bad_receipt;
    sum_milli += price * milli;
  }
  return sum_milli == total_minor * 1000 ? fine : bad_receipt;
}

struct yk_problem yk_check_payment(const cJSON *in, bool fiscal)
{
  int64_t minor = 0;
  struct yk_problem p = check_amount(in, &minor);
  const cJSON *capture = cJSON_GetObjectItemCaseSensitive(in, "capture");
  const cJSON *receipt = cJSON_GetObjectItemCaseSensitive(in, "receipt");
  if (!p.description && capture && !cJSON_IsBool(capture))
    p = (struct yk_problem){"Incorrect value", "capture"};
  if (!p.description)
    p = check_confirmation(in);
  if (!p.description && too_long(in, "description", 128))
    p = (struct yk_problem){"Description is longer than 128 characters", "description"};
  if (!p.description)
    p = check_metadata(in);
  if (!p.description && too_long(in, "merchant_customer_id", 200))
    p = (struct yk_problem){"Incorrect value", "merchant_customer_id"};
  if (!p.description && (receipt || fiscal))
    p = yk_check_receipt(receipt, minor);
  return p;
}
