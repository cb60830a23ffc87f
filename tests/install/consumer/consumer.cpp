/* SPDX-License-Identifier: MIT */
/* The outside program in C++17: the handles fit into std::unique_ptr. argv[1] is a folder. */
#include <qentvpn/qentvpn.h>

#include <iostream>
#include <memory>
#include <string>

template <auto release> struct Release {
  template <typename T> void operator()(T *object) const
  {
    release(object);
  }
};
using Settings = std::unique_ptr<qent_settings, Release<qent_settings_free>>;
using Context = std::unique_ptr<qent_ctx, Release<qent_ctx_free>>;
using Session = std::unique_ptr<qent_session, Release<qent_session_close>>;
using Verifier = std::unique_ptr<qent_initdata_verifier, Release<qent_initdata_verifier_free>>;
using InitData = std::unique_ptr<qent_initdata, Release<qent_initdata_free>>;

static const std::string bot_token = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
static const std::string init_data =
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22"
    "Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22"
    "language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash="
    "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";

static bool init_data_is_good(qent_error *err)
{
  qent_initdata_verifier *made = nullptr;
  if (qent_initdata_verifier_new(bot_token.c_str(), &made, err) != QENT_OK)
    return false;
  Verifier verifier(made);
  qent_initdata *checked = nullptr;
  if (qent_initdata_check(verifier.get(), init_data.data(), init_data.size(), 1662771708, 86400,
                          &checked) != QENT_INITDATA_OK)
    return false;
  InitData data(checked);
  return qent_initdata_user_id(data.get()) == 279058397;
}

static bool context_is_good(const std::string &folder, qent_error *err)
{
  const std::string text =
      "QENT_DATABASE_URL=sqlite://" + folder + "/consumer.db\n" +
      "QENT_MASTER_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
  qent_settings *parsed = nullptr;
  if (qent_settings_parse(text.data(), text.size(), nullptr, nullptr, &parsed, err) != QENT_OK)
    return false;
  Settings settings(parsed);
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  options.settings = settings.get();
  qent_ctx *made = nullptr;
  if (qent_ctx_new(&options, &made, err) != QENT_OK)
    return false;
  Context ctx(made);
  if (qent_ctx_migrate(ctx.get(), nullptr, nullptr, err) != QENT_OK)
    return false;
  qent_session *opened = nullptr;
  if (qent_session_open(ctx.get(), &opened, err) != QENT_OK)
    return false;
  Session session(opened);
  return qent_session_ctx(session.get()) == ctx.get();
}

int main(int argc, char **argv)
{
  qent_error err = QENT_ERROR_INIT;
  if (argc != 2)
    return 2;
  if (!init_data_is_good(&err) || !context_is_good(argv[1], &err)) {
    std::cerr << qent_status_name(err.status) << ": " << err.message << std::endl;
    return 1;
  }
  std::cout << "qentvpn " << qent_version() << std::endl;
  return 0;
}
