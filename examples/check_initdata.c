/* SPDX-License-Identifier: MIT */
/* Who is it that opened the Mini App? Reads the initData string from standard input and the bot's
 * token from the environment:
 *
 *     QENT_BOT_TOKEN=123:ABC ./check_initdata < initdata.txt
 */
#include <qentvpn/qentvpn.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_AGE_S 86400

int main(void)
{
  char text[8192];
  size_t len = fread(text, 1, sizeof text, stdin);
  const char *token = getenv("QENT_BOT_TOKEN");
  qent_error err = QENT_ERROR_INIT;
  qent_initdata_verifier *verifier = NULL;
  qent_initdata *data = NULL;
  qent_initdata_result result;

  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
    len--;
  if (qent_initdata_verifier_new(token ? token : "", &verifier, &err) != QENT_OK) {
    fprintf(stderr, "check_initdata: %s\n", err.message);
    return 2;
  }
  result = qent_initdata_check(verifier, text, len, (int64_t)time(NULL), MAX_AGE_S, &data);
  if (result == QENT_INITDATA_OK)
    printf("%s is user %" PRId64 "\n", qent_initdata_first_name(data), qent_initdata_user_id(data));
  else
    printf("refused: %s\n", qent_initdata_result_name(result));
  qent_initdata_free(data);
  qent_initdata_verifier_free(verifier);
  return result == QENT_INITDATA_OK ? 0 : 1;
}
