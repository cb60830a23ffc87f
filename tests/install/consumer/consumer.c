/* SPDX-License-Identifier: MIT */
/* An outside program: sees installed headers only. argv[1] is a folder for its database. */
#include <qentvpn/qentvpn.h>

#include <stdio.h>
#include <string.h>

static const char bot_token[] = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
static const char init_data[] =
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22"
    "Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22"
    "language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash="
    "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";

static int check_init_data(qent_error *err)
{
  qent_initdata_verifier *verifier = NULL;
  if (qent_initdata_verifier_new(bot_token, &verifier, err) != QENT_OK)
    return 1;
  qent_initdata *data = NULL;
  qent_initdata_result result =
      qent_initdata_check(verifier, init_data, strlen(init_data), 1662771708, 86400, &data);
  int failed = result != QENT_INITDATA_OK || qent_initdata_user_id(data) != 279058397;
  qent_initdata_free(data);
  qent_initdata_verifier_free(verifier);
  return failed;
}

static int build_context(const char *folder, qent_error *err)
{
  char text[600];
  int len =
      snprintf(text, sizeof text,
               "QENT_DATABASE_URL=sqlite://%s/consumer.db\n"
               "QENT_MASTER_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
               folder);
  qent_settings *settings = NULL;
  if (qent_settings_parse(text, (size_t)len, NULL, NULL, &settings, err) != QENT_OK)
    return 1;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  options.settings = settings;
  qent_ctx *ctx = NULL;
  qent_session *session = NULL;
  int failed = qent_ctx_new(&options, &ctx, err) != QENT_OK ||
               qent_ctx_migrate(ctx, NULL, NULL, err) != QENT_OK ||
               qent_session_open(ctx, &session, err) != QENT_OK;
  qent_session_close(session);
  qent_ctx_free(ctx);
  qent_settings_free(settings);
  return failed;
}

int main(int argc, char **argv)
{
  qent_error err = QENT_ERROR_INIT;
  if (argc != 2)
    return 2;
  if (check_init_data(&err)) {
    fprintf(stderr, "initData: %s\n", err.message);
    return 1;
  }
  if (build_context(argv[1], &err)) {
    fprintf(stderr, "context: %s: %s\n", qent_status_name(err.status), err.message);
    return 1;
  }
  printf("qentvpn %s\n", qent_version());
  return 0;
}
