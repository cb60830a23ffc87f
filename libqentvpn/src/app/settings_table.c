/* SPDX-License-Identifier: MIT */
/* The table of settings. Everything else about settings is made from it. */
#include "app/settings_private.h"
#include "app/settings_rules.h"

#include "util/text.h"

#include <string.h>

#define TEXT(key, def, help, rule)                                                                 \
  {                                                                                                \
    {key, QENT_SETTING_TEXT, def, false, false, 0, 0, NULL, NULL, help}, rule                      \
  }
#define SECRET(key, required, help, rule)                                                          \
  {                                                                                                \
    {key, QENT_SETTING_TEXT, NULL, required, true, 0, 0, NULL, NULL, help}, rule                   \
  }
#define URL(key, def, required, help)                                                              \
  {                                                                                                \
    {key, QENT_SETTING_URL, def, required, false, 0, 0, NULL, NULL, help}, qent__rule_base_url     \
  }
#define INT(key, def, min, max, unit, help)                                                        \
  {                                                                                                \
    {key, QENT_SETTING_INT, def, false, false, min, max, unit, NULL, help}, NULL                   \
  }
#define LIST(key, help, rule)                                                                      \
  {                                                                                                \
    {key, QENT_SETTING_LIST, NULL, false, false, 0, 0, NULL, NULL, help}, rule                     \
  }
#define ENUM(key, def, choices, help)                                                              \
  {                                                                                                \
    {key, QENT_SETTING_ENUM, def, false, false, 0, 0, NULL, choices, help}, NULL                   \
  }

static const qent__setting_row rows[] = {
    TEXT("QENT_DATABASE_URL", "sqlite:///var/lib/qentvpn/qentvpn.db",
         "Database: sqlite:///absolute/path, sqlite:relative.db or sqlite::memory:",
         qent__rule_database),
    SECRET("QENT_MASTER_KEY", true,
           "Encrypts the panels' passwords: 64 hexadecimal digits; losing it loses them",
           qent__rule_master_key),
    SECRET("QENT_BOT_TOKEN", true, "The bot's token from @BotFather", qent__rule_bot_token),
    URL("QENT_TELEGRAM_API_URL", "https://api.telegram.org", false,
        "Where the Bot API is; change it for an own Bot API server"),
    ENUM("QENT_TELEGRAM_MODE", "polling", "polling webhook",
         "How updates come: botd asks for them, or Telegram sends them to apid"),
    URL("QENT_MINIAPP_URL", NULL, true, "Where the Mini App's page is"),
    TEXT("QENT_MINIAPP_DIR", NULL,
         "Folder with the built Mini App, which apid then serves below /app/", NULL),
    {{"QENT_MINIAPP_FRAME_ANCESTORS", QENT_SETTING_LIST, "https://web.telegram.org", false, false,
      0, 0, NULL, NULL,
      "Origins whose pages may show the Mini App in a frame: Telegram's web client"},
     qent__rule_origin},
    URL("QENT_PUBLIC_URL", NULL, true,
        "Where buyers and webhooks reach apid; config links begin with it"),
    LIST("QENT_ADMIN_IDS", "Telegram ids of the admins", qent__rule_telegram_id),
    TEXT(
        "QENT_LISTEN", "127.0.0.1:8080",
        "Address and port of apid: 127.0.0.1:8080, [::1]:8080, 0.0.0.0:80; port 0 takes a free one",
        qent__rule_listen),
    LIST("QENT_TRUSTED_PROXIES",
         "Addresses or networks of reverse proxies whose X-Forwarded-For is believed",
         qent__rule_network),
    LIST("QENT_CORS_ORIGINS",
         "Origins whose pages may call the API; without it the origin of QENT_MINIAPP_URL",
         qent__rule_origin),
    TEXT("QENT_YOOKASSA_SHOP_ID", NULL, "YooKassa: shopId, digits", qent__rule_shop_id),
    SECRET("QENT_YOOKASSA_SECRET_KEY", false,
           "YooKassa: secret key; test_... takes test payments only", qent__rule_shop_key),
    URL("QENT_YOOKASSA_API_URL", "https://api.yookassa.ru/v3", false, "Where YooKassa's API is"),
    {{"QENT_YOOKASSA_CHECK_SOURCE", QENT_SETTING_BOOL, "yes", false, false, 0, 0, NULL, NULL,
      "Refuse YooKassa's webhooks that come from other addresses than YooKassa's"},
     NULL},
    INT("QENT_RECEIPT_VAT_CODE", "0", 0, 12, NULL,
        "54-FZ receipts: YooKassa's vat_code 1..12; 0 sends none"),
    TEXT("QENT_RECEIPT_EMAIL", NULL, "Where receipts go when the buyer gave no address",
         qent__rule_email),
    TEXT("QENT_SHOP_NAME", "QentVPN",
         "Name of the shop in texts and in VPN apps; at most 25 characters", qent__rule_shop_name),
    {{"QENT_SUPPORT_URL", QENT_SETTING_URL, NULL, false, false, 0, 0, NULL, NULL,
      "Where buyers get help, such as https://t.me/your_support"},
     NULL},
    INT("QENT_LINK_UPDATE_HOURS", "3", 1, 168, "h",
        "How often VPN apps fetch the config link again, and so find another node"),
    INT("QENT_INITDATA_MAX_AGE_S", "86400", 60, 2592000, "s",
        "How old a Mini App's initData may be"),
    INT("QENT_ORDER_LIFETIME_S", "3600", 60, 604800, "s",
        "How long an unpaid order stays open; money that comes later still counts"),
    INT("QENT_NODE_DOWN_PROBES", "3", 1, 20, "probes",
        "So many failed probes in a row, over QENT_NODE_DOWN_S, and a node counts as down"),
    INT("QENT_NODE_DOWN_S", "60", 1, 3600, "s",
        "A node counts as down after failing at least this long"),
    INT("QENT_NODE_UP_PROBES", "2", 1, 20, "probes",
        "So many good probes in a row and a node counts as up again"),
    ENUM("QENT_NODE_RETURN", "keep", "keep back leave",
         "When a node is up again its buyers keep the twin as well, go back, or leave it for good"),
    INT("QENT_MOVE_PAUSE_S", "300", 0, 86400, "s", "Pause between a buyer's moves to other nodes"),
    INT("QENT_KEEP_EXPIRED_DAYS", "30", 0, 3650, "days",
        "So long after its end a subscription's accounts stay on the panels, for a renewal to find "
        "the same keys; 0: for good"),
    INT("QENT_WORKERS", "4", 1, 32, NULL, "Threads of botd that talk to panels"),
    INT("QENT_RECONCILE_HOUR", "4", -1, 23, "h",
        "Hour of the day, UTC, of the nightly comparison with panels and payments; -1: never"),
    INT("QENT_RATE_LIMIT", "30", 1, 100000, "requests/60 s", "API requests of one user"),
    ENUM("QENT_LOG_LEVEL", "info", "error warn notice info debug", "How much is logged"),
    ENUM("QENT_LOG_FORMAT", "logfmt", "logfmt json", "Form of log lines"),
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])
_Static_assert(ROW_COUNT <= QENT__SETTINGS_MAX, "qent_settings has room for every row");

const qent__setting_row *qent__setting_row_at(size_t index)
{
  return index < ROW_COUNT ? &rows[index] : NULL;
}

const qent_setting *qent_setting_at(size_t index)
{
  return index < ROW_COUNT ? &rows[index].setting : NULL;
}

int qent__setting_index(const char *key, size_t len)
{
  for (size_t i = 0; i < ROW_COUNT; i++) {
    if (qent__memeq(key, len, rows[i].setting.key))
      return (int)i;
  }
  return -1;
}
