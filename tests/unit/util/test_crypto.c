/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/alloc.h"
#include "util/base64.h"
#include "util/digest.h"
#include "util/random.h"
#include "util/seal.h"
#include "util/secret.h"
#include "util/text.h"
#include "util/x25519.h"

#include <string.h>

static void is_hex(const uint8_t *digest, const char *hex)
{
  char text[2 * QENT__SHA256_BYTES + 1];
  qent__hex_encode(digest, QENT__SHA256_BYTES, text);
  assert_string_equal(text, hex);
}

/* FIPS 180-4 */
static void sha256_vectors(void **state)
{
  (void)state;
  uint8_t d[QENT__SHA256_BYTES];
  assert_int_equal(qent__sha256("abc", 3, d, NULL), QENT_OK);
  is_hex(d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_int_equal(qent__sha256(NULL, 0, d, NULL), QENT_OK);
  is_hex(d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, cases 1, 2, 3, 6 and an empty key */
static void hmac_vectors_of_the_rfc(void **state)
{
  (void)state;
  char k1[20];
  char k3[20];
  char k6[131];
  char d3[50];
  memset(k1, 0x0b, sizeof k1);
  memset(k3, 0xaa, sizeof k3);
  memset(k6, 0xaa, sizeof k6);
  memset(d3, 0xdd, sizeof d3);
  const char *d2 = "what do ya want for nothing?";
  const char *d6 = "Test Using Larger Than Block-Size Key - Hash Key First";
  const struct {
    const char *key;
    size_t key_len;
    const char *data;
    size_t len;
    const char *hex;
  } cases[] = {
      {k1, sizeof k1, "Hi There", 8,
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", 4, d2, strlen(d2),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {k3, sizeof k3, d3, sizeof d3,
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {k6, sizeof k6, d6, strlen(d6),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {NULL, 0, NULL, 0, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    uint8_t d[QENT__SHA256_BYTES];
    qent__hmac *h = NULL;
    assert_int_equal(
        qent__hmac_sha256(cases[i].key, cases[i].key_len, cases[i].data, cases[i].len, d, NULL),
        QENT_OK);
    is_hex(d, cases[i].hex);
    assert_int_equal(qent__hmac_new(cases[i].key, cases[i].key_len, &h, NULL), QENT_OK);
    for (int again = 0; again < 3; again++) {
      assert_int_equal(qent__hmac_run(h, "other", 5, d, NULL), QENT_OK);
      assert_int_equal(qent__hmac_run(h, cases[i].data, cases[i].len, d, NULL), QENT_OK);
      is_hex(d, cases[i].hex);
    }
    qent__hmac_free(h);
  }
  qent__hmac_free(NULL);
  qent__alloc_fail_after(0);
  qent__hmac *h = NULL;
  assert_int_equal(qent__hmac_new("k", 1, &h, NULL), QENT_ENOMEM);
  qent__alloc_fail_after(-1);
  assert_null(h);
}

static const uint8_t key_a[QENT__SEAL_KEY_BYTES] = {1};
static const uint8_t key_b[QENT__SEAL_KEY_BYTES] = {2};

static void sealed_text_opens_only_as_it_was(void **state)
{
  (void)state;
  qent_buf sealed;
  qent_buf plain;
  qent_error err;
  qent_buf_init(&sealed, 1000);
  qent_buf_init(&plain, 1000);
  assert_int_equal(qent__seal(key_a, "hunter2", 7, "node:7", 6, &sealed, &err), QENT_OK);
  assert_true(qent__is_sealed(sealed.data, sealed.len));
  assert_null(strstr(sealed.data, "hunter2"));
  assert_int_equal(qent__unseal(key_a, sealed.data, sealed.len, "node:7", 6, &plain, &err),
                   QENT_OK);
  assert_string_equal(plain.data, "hunter2");
  qent_buf_reset(&plain);
  assert_int_equal(qent__unseal(key_b, sealed.data, sealed.len, "node:7", 6, &plain, &err),
                   QENT_EAUTH);
  assert_string_equal(err.message, "sealed with another key");
  assert_int_equal(qent__unseal(key_a, sealed.data, sealed.len, "node:8", 6, &plain, &err),
                   QENT_EPROTO);
  assert_int_equal(qent__unseal(key_a, sealed.data, sealed.len, NULL, 0, &plain, &err),
                   QENT_EPROTO);
  /* Any change of any character, and any cut, is noticed. */
  for (size_t i = 0; i < sealed.len; i++) {
    char was = sealed.data[i];
    sealed.data[i] = was == 'A' ? 'B' : 'A';
    assert_int_not_equal(qent__unseal(key_a, sealed.data, sealed.len, "node:7", 6, &plain, NULL),
                         QENT_OK);
    sealed.data[i] = was;
    assert_int_equal(qent__unseal(key_a, sealed.data, i, "node:7", 6, &plain, NULL), QENT_EPROTO);
  }
  assert_int_equal(plain.len, 0);
  qent__buf_wipe(&plain);
  qent_buf_dispose(&sealed);
}

static void sealing_twice_differs_and_empty_text_works(void **state)
{
  (void)state;
  qent_buf a;
  qent_buf b;
  qent_buf plain;
  qent_buf_init(&a, 100);
  qent_buf_init(&b, 100);
  qent_buf_init(&plain, 100);
  assert_int_equal(qent__seal(key_a, "", 0, NULL, 0, &a, NULL), QENT_OK);
  assert_int_equal(qent__seal(key_a, "", 0, NULL, 0, &b, NULL), QENT_OK);
  assert_string_not_equal(a.data, b.data);
  assert_int_equal(qent__unseal(key_a, a.data, a.len, NULL, 0, &plain, NULL), QENT_OK);
  assert_int_equal(plain.len, 0);
  assert_false(qent__is_sealed("v2:xxxx", 7));
  assert_false(qent__is_sealed(NULL, 0));
  assert_int_equal(qent__unseal(key_a, "plain", 5, NULL, 0, &plain, NULL), QENT_EPROTO);
  assert_int_equal(qent__unseal(key_a, "v1:!!!!", 7, NULL, 0, &plain, NULL), QENT_EPROTO);
  assert_int_equal(qent__unseal(key_a, "v1:AAAA", 7, NULL, 0, &plain, NULL), QENT_EPROTO);
  assert_int_equal(qent__seal(key_a, "", SIZE_MAX, NULL, 0, &a, NULL), QENT_EINVAL);
  qent_buf_dispose(&a);
  qent_buf_dispose(&b);
  qent_buf_dispose(&plain);
}

/* NIST GCM test case 14 (256-bit zero key, zero nonce, one zero block), wrapped in our shape. */
static void gcm_vector_opens(void **state)
{
  (void)state;
  static const uint8_t zero[QENT__SEAL_KEY_BYTES];
  uint8_t packed[4 + 12 + 16 + 16] = {0};
  uint8_t id[QENT__SHA256_BYTES];
  qent_buf text;
  qent_buf plain;
  qent_buf_init(&text, 200);
  qent_buf_init(&plain, 200);
  assert_int_equal(qent__hmac_sha256(zero, 32, "qentvpn seal key id", 19, id, NULL), QENT_OK);
  memcpy(packed, id, 4);
  assert_true(qent__hex_decode("cea7403d4d606b6e074ec5d3baf39d18"
                               "d0d1c8a799996bf0265b98b5d48ab919",
                               64, packed + 16, 32));
  qent_buf_adds(&text, "v1:");
  qent__base64_encode(&text, packed, sizeof packed, QENT__BASE64_URL | QENT__BASE64_NOPAD);
  assert_int_equal(qent__unseal(zero, text.data, text.len, NULL, 0, &plain, NULL), QENT_OK);
  assert_int_equal(plain.len, 16);
  assert_memory_equal(plain.data, zero, 16);
  qent_buf_dispose(&text);
  qent_buf_dispose(&plain);
}

static void sealing_survives_lost_memory(void **state)
{
  (void)state;
  qent_status st = QENT_ENOMEM;
  for (long n = 0; st != QENT_OK; n++) {
    qent_buf sealed;
    qent_buf plain;
    qent_buf_init(&sealed, 1000);
    qent_buf_init(&plain, 1000);
    qent__alloc_fail_after(n);
    st = qent__seal(key_a, "hunter2", 7, NULL, 0, &sealed, NULL);
    if (st == QENT_OK)
      st = qent__unseal(key_a, sealed.data, sealed.len, NULL, 0, &plain, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || st == QENT_ENOMEM);
    assert_true(n < 50);
    qent_buf_dispose(&sealed);
    qent_buf_dispose(&plain);
  }
}

static void secrets_compare_and_print_safely(void **state)
{
  (void)state;
  qent__secret s = QENT__SECRET_INIT;
  qent_buf out;
  qent_buf_init(&out, 100);
  assert_false(qent__secret_is_set(&s));
  assert_string_equal(qent__secret_text(&s), "");
  assert_false(qent__secret_equal(&s, "", 0));
  qent__secret_print(&s, &out);
  assert_int_equal(qent__secret_set(&s, "pass", 4, NULL), QENT_OK);
  assert_true(qent__secret_is_set(&s));
  assert_true(qent__secret_equal(&s, "pass", 4));
  assert_false(qent__secret_equal(&s, "pas", 3));
  assert_false(qent__secret_equal(&s, "past", 4));
  assert_false(qent__secret_equal(&s, NULL, 4));
  qent__secret_print(&s, &out);
  assert_string_equal(out.data, "(not set)***");
  qent__alloc_fail_after(0);
  assert_int_equal(qent__secret_set(&s, "new", 3, NULL), QENT_ENOMEM);
  qent__alloc_fail_after(-1);
  assert_string_equal(qent__secret_text(&s), "pass");
  assert_int_equal(qent__secret_set(&s, NULL, 0, NULL), QENT_OK);
  assert_false(qent__secret_is_set(&s));
  qent__secret_dispose(&s);
  qent__secret_dispose(NULL);
  char data[4] = "abc";
  qent__wipe(data, sizeof data);
  assert_memory_equal(data, "\0\0\0\0", 4);
  qent__buf_wipe(&out);
  qent__buf_wipe(&out);
}

static void random_texts_have_their_shape(void **state)
{
  (void)state;
  char uuid[37];
  char other[37];
  assert_int_equal(qent__random_uuid(uuid, NULL), QENT_OK);
  assert_int_equal(qent__random_uuid(other, NULL), QENT_OK);
  assert_string_not_equal(uuid, other);
  assert_int_equal(strlen(uuid), 36);
  for (size_t i = 0; i < 36; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    assert_int_equal(uuid[i] == '-', dash);
  }
  assert_int_equal(uuid[14], '4');
  assert_non_null(strchr("89ab", uuid[19]));
  char token[301];
  assert_int_equal(qent__random_base62(token, 300, NULL), QENT_OK);
  assert_int_equal(strlen(token), 300);
  for (size_t i = 0; i < 300; i++)
    assert_true(qent__is_alnum(token[i]));
  assert_int_equal(qent__random_base32(token, 300, NULL), QENT_OK);
  assert_int_equal(strspn(token, "abcdefghijklmnopqrstuvwxyz234567"), 300);
  assert_int_equal(qent__random_base32(token, 0, NULL), QENT_OK);
  assert_string_equal(token, "");
}

static void random_numbers_stay_below_the_bound(void **state)
{
  (void)state;
  static const uint64_t bounds[] = {1, 2, 3, 1000, UINT64_MAX, (UINT64_C(1) << 63) + 1};
  uint64_t n = 9;
  assert_int_equal(qent__random_below(0, &n, NULL), QENT_OK);
  assert_int_equal(n, 0);
  for (size_t i = 0; i < COUNT(bounds); i++) {
    for (int again = 0; again < 50; again++) {
      assert_int_equal(qent__random_below(bounds[i], &n, NULL), QENT_OK);
      assert_true(n < bounds[i]);
    }
  }
}

/* Computed with Go's crypto/ecdh from the bytes 1, 2, ... 32. */
static void x25519_public_key_is_derived(void **state)
{
  char text[QENT__X25519_KEY_SIZE];

  (void)state;
  assert_int_equal(qent__x25519_public("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", text, NULL),
                   QENT_OK);
  assert_string_equal(text, "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9_AsrhtHHw");
  assert_int_equal(qent__x25519_public("AQID", text, NULL), QENT_EINVAL);
  assert_int_equal(qent__x25519_public("not a key", text, NULL), QENT_EINVAL);
  assert_int_equal(qent__x25519_public(NULL, text, NULL), QENT_EINVAL);
}

static void x25519_pairs_are_new_and_fit_together(void **state)
{
  char secret[2][QENT__X25519_KEY_SIZE];
  char known[2][QENT__X25519_KEY_SIZE];
  char again[QENT__X25519_KEY_SIZE];

  (void)state;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(qent__x25519_pair(secret[i], known[i], NULL), QENT_OK);
    assert_int_equal(strlen(secret[i]), QENT__X25519_KEY_SIZE - 1);
    assert_int_equal(qent__x25519_public(secret[i], again, NULL), QENT_OK);
    assert_string_equal(again, known[i]);
  }
  assert_string_not_equal(secret[0], secret[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sha256_vectors),
      cmocka_unit_test(hmac_vectors_of_the_rfc),
      cmocka_unit_test(sealed_text_opens_only_as_it_was),
      cmocka_unit_test(sealing_twice_differs_and_empty_text_works),
      cmocka_unit_test(gcm_vector_opens),
      cmocka_unit_test(sealing_survives_lost_memory),
      cmocka_unit_test(secrets_compare_and_print_safely),
      cmocka_unit_test(random_texts_have_their_shape),
      cmocka_unit_test(random_numbers_stay_below_the_bound),
      cmocka_unit_test(x25519_public_key_is_derived),
      cmocka_unit_test(x25519_pairs_are_new_and_fit_together),
  };
  return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
