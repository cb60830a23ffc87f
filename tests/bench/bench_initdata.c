/* SPDX-License-Identifier: MIT */
/* bench_initdata: the whole initData check against two bare HMAC-SHA256 calls over the same text;
 * reads one initData from standard input, the bot's token is argument 1. Prints JSON; ns are
 * medians of rounds. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <qentvpn/initdata.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 31
#define CALLS 4000

static double now_ns(void)
{
  struct timespec t;

  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
  const double *x = a;
  const double *y = b;

  return (*x > *y) - (*x < *y);
}

static double check_ns(qent_initdata_verifier *verifier, const char *text, size_t len)
{
  int64_t now = (int64_t)time(NULL);
  double began = now_ns();

  for (int i = 0; i < CALLS; i++) {
    qent_initdata *data = NULL;
    if (qent_initdata_check(verifier, text, len, now, 0, &data) != QENT_INITDATA_OK) {
      (void)fprintf(stderr, "bench_initdata: the text is refused\n");
      exit(1);
    }
    qent_initdata_free(data);
  }
  return (now_ns() - began) / CALLS;
}

static double two_hmac_ns(const char *token, const char *text, size_t len)
{
  unsigned char key[EVP_MAX_MD_SIZE];
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned key_len = 0;
  unsigned digest_len = 0;
  double began = now_ns();

  for (int i = 0; i < CALLS; i++) {
    (void)HMAC(EVP_sha256(), "WebAppData", 10, (const unsigned char *)token, strlen(token), key,
               &key_len);
    (void)HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)text, len, digest,
               &digest_len);
  }
  return (now_ns() - began) / CALLS;
}

int main(int argc, char **argv)
{
  qent_initdata_verifier *verifier = NULL;
  double check[ROUNDS];
  double bare[ROUNDS];
  char text[4096];
  size_t len = fread(text, 1, sizeof text, stdin);

  while (len > 0 && text[len - 1] == '\n')
    len--;
  if (argc != 2 || qent_initdata_verifier_new(argv[1], &verifier, NULL) != QENT_OK) {
    (void)fprintf(stderr, "usage: bench_initdata TOKEN < initdata\n");
    return 2;
  }
  for (size_t i = 0; i < ROUNDS; i++) {
    check[i] = check_ns(verifier, text, len);
    bare[i] = two_hmac_ns(argv[1], text, len);
  }
  qsort(check, ROUNDS, sizeof check[0], compare);
  qsort(bare, ROUNDS, sizeof bare[0], compare);
  (void)printf("{\"check_ns\":%.0f,\"two_hmac_ns\":%.0f,\"ratio\":%.2f}\n", check[ROUNDS / 2],
               bare[ROUNDS / 2], check[ROUNDS / 2] / bare[ROUNDS / 2]);
  qent_initdata_verifier_free(verifier);
  return 0;
}
