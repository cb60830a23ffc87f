/* SPDX-License-Identifier: MIT */
#include "doctor.h"
#include "parse.h"

#include <qentvpn/ext/http.h>
#include <qentvpn/telegram.h>
#include <qentvpn/work.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SKEW_WARN_S 5
#define SKEW_FAIL_S 60
#define TIMEOUT_MS 10000

static const char *setting(const doctor *d, const char *key)
{
  const char *value = qent_settings_get(d->c->settings, key);
  return value && *value ? value : NULL;
}

static const char *network_remedy(qent_status st)
{
  switch ((int)st) {
  case QENT_EAUTH:
    return "The credentials are refused: copy them again.";
  case QENT_ETIMEOUT:
  case QENT_EUPSTREAM:
    return "Does this machine reach it? Look at the address, DNS and the firewall.";
  default:
    return "Is the address right?";
  }
}

/* GET; the caller disposes of the reply. */
static qent_status get(const char *url, qent_http_response *reply, qent_error *err)
{
  qent_http *http = NULL;
  qent_http_request request = QENT_HTTP_REQUEST_INIT;
  request.url = url;
  request.timeout_ms = TIMEOUT_MS;
  qent_status st = qent_http_new(NULL, &http, err);
  if (st == QENT_OK)
    st = qent_http_send(http, &request, reply, err);
  qent_http_free(http);
  return st;
}

static void check_clock(doctor *d, const char *url)
{
  qent_http_response reply = QENT_HTTP_RESPONSE_INIT;
  int64_t theirs = 0;
  const int64_t before = (int64_t)time(NULL);
  const qent_status st = get(url, &reply, NULL);
  const int64_t after = (int64_t)time(NULL);
  const char *date = st == QENT_OK ? qent_http_response_header(&reply, "Date", 0) : NULL;
  if (!date || !parse_http_date(date, &theirs)) {
    doctor_say(d, DOCTOR_WARN, "clock", "Check with `timedatectl` that the clock is synchronised.",
               "the Bot API gave no time to compare with");
  } else {
    const int64_t skew = theirs < before      ? before - theirs
                         : theirs > after + 1 ? theirs - after - 1
                                              : 0;
    doctor_say(d,
               skew > SKEW_FAIL_S   ? DOCTOR_FAIL
               : skew > SKEW_WARN_S ? DOCTOR_WARN
                                    : DOCTOR_OK,
               "clock",
               skew > SKEW_WARN_S ? "Synchronise the clock: timedatectl set-ntp true" : NULL,
               "%lld s away from the Bot API's", (long long)skew);
  }
  qent_http_response_dispose(&reply);
}

void doctor_check_telegram(doctor *d)
{
  qent_bot *bot = NULL;
  int64_t id = 0;
  char username[64] = "";
  qent_error *err = &d->c->err;
  const char *url = setting(d, "QENT_TELEGRAM_API_URL");
  qent_status st = qent_bot_new(d->c->ctx, &bot, err);
  if (st == QENT_OK)
    st = qent_bot_get_me(bot, &id, username, sizeof username, err);
  if (st == QENT_OK)
    doctor_say(d, DOCTOR_OK, "telegram", NULL, "the token is of @%s (%lld)", username,
               (long long)id);
  else
    doctor_say(d, DOCTOR_FAIL, "telegram",
               st == QENT_EAUTH ? "Copy QENT_BOT_TOKEN again from @BotFather." : network_remedy(st),
               "%s", err->message);
  qent_bot_free(bot);
  if (url && st != QENT_EUPSTREAM && st != QENT_ETIMEOUT)
    check_clock(d, url);
}

static bool is_loopback(const char *url)
{
  return strncmp(url, "http://", 7) == 0;
}

static void check_url(doctor *d, const char *check, const char *url, const char *remedy)
{
  qent_http_response reply = QENT_HTTP_RESPONSE_INIT;
  const qent_status st = get(url, &reply, &d->c->err);
  if (st != QENT_OK)
    doctor_say(d, DOCTOR_FAIL, check, remedy, "%s: %s", url, d->c->err.message);
  else if (reply.status >= 400)
    doctor_say(d, DOCTOR_FAIL, check, remedy, "%s answers %d", url, (int)reply.status);
  else
    doctor_say(d, DOCTOR_OK, check, NULL, "%s answers %d", url, (int)reply.status);
  qent_http_response_dispose(&reply);
}

static void check_webhook_port(doctor *d, const char *url)
{
  const char *mode = setting(d, "QENT_TELEGRAM_MODE");
  if (mode && strcmp(mode, "webhook") == 0 && is_loopback(url))
    doctor_say(d, DOCTOR_FAIL, "webhook",
               "Give QENT_PUBLIC_URL a public https address, or set QENT_TELEGRAM_MODE=polling.",
               "Telegram sends webhooks to https only");
}

/* apid speaks plain HTTP: an https address has a proxy behind it. */
static void check_proxy(doctor *d, const char *url)
{
  if (!is_loopback(url) && !setting(d, "QENT_TRUSTED_PROXIES"))
    doctor_say(d, DOCTOR_WARN, "proxy",
               "Set QENT_TRUSTED_PROXIES to its address: 127.0.0.1 when it is on this machine.",
               "apid takes everybody for the proxy: it refuses YooKassa's notifications, and one "
               "stranger's wrong calls shut all buyers out");
}

void doctor_check_urls(doctor *d)
{
  char health[1024];
  const char *miniapp = setting(d, "QENT_MINIAPP_URL");
  const char *base = setting(d, "QENT_PUBLIC_URL");
  if (miniapp && is_loopback(miniapp))
    doctor_say(d, DOCTOR_WARN, "miniapp", "Buyers need a public https address.",
               "QENT_MINIAPP_URL is this machine: good for a sandbox only");
  if (miniapp)
    check_url(d, "miniapp", miniapp, "Is the Mini App deployed there, and the proxy set up?");
  if (!base)
    return;
  if (is_loopback(base))
    doctor_say(d, DOCTOR_WARN, "public url", "Buyers need a public https address.",
               "QENT_PUBLIC_URL is this machine: good for a sandbox only");
  check_webhook_port(d, base);
  check_proxy(d, base);
  size_t len = strlen(base);
  while (len > 0 && base[len - 1] == '/')
    --len;
  snprintf(health, sizeof health, "%.*s/healthz", (int)len, base);
  check_url(d, "public url", health, "Does apid run, and does the proxy pass /healthz on to it?");
}

void doctor_check_payments(doctor *d)
{
  const char *name = NULL;
  int ready = 0;
  for (size_t i = 0; (name = qent_ctx_payment_provider_name(d->c->ctx, i)) != NULL; ++i) {
    char detail[256] = "";
    const qent_status st =
        qent_payment_provider_check(d->c->session, name, detail, sizeof detail, &d->c->err);
    if (st == QENT_EUNSUPPORTED)
      continue;
    ++ready;
    if (st == QENT_OK)
      doctor_say(d, DOCTOR_OK, "payments", NULL, "%s: %s", name, detail);
    else
      doctor_say(d, DOCTOR_FAIL, "payments", network_remedy(st), "%s: %s", name, d->c->err.message);
  }
  if (ready == 0)
    doctor_say(d, DOCTOR_FAIL, "payments",
               "Set QENT_YOOKASSA_SHOP_ID and QENT_YOOKASSA_SECRET_KEY.",
               "no payment provider is set up: nothing can be sold");
}
