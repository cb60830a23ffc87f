/* SPDX-License-Identifier: MIT */
#ifndef BOTD_TEXTS_H
#define BOTD_TEXTS_H

/* What the bot says, by key and language, and the small formats that go into it. A text is HTML for
 * Telegram with `{name}` where a value goes; values are escaped when they are put in. */

#include <qentvpn/ext/buf.h>
#include <qentvpn/money.h>

/* Each key is in texts_ru.c and texts_en.c; a test compares them. */
typedef enum text_key {
  TEXT_START,
  TEXT_START_PAID,
  TEXT_START_PLAN,
  TEXT_START_BARE,
  TEXT_MY_NONE,
  TEXT_MY_HEAD,
  TEXT_MY_ITEM,
  TEXT_MY_TRAFFIC,
  TEXT_MY_TRAFFIC_UNLIMITED,
  TEXT_MY_DEVICES,
  TEXT_MY_NODES,
  TEXT_MY_LINK,
  TEXT_MY_MORE,
  TEXT_MY_KEYS_SOON,
  TEXT_STATE_ACTIVE,
  TEXT_STATE_EXPIRED,
  TEXT_STATE_EXHAUSTED,
  TEXT_STATE_DISABLED,
  TEXT_HELP,
  TEXT_HELP_SUPPORT,
  TEXT_LANG,
  TEXT_LANG_SET,
  TEXT_UNKNOWN,
  TEXT_UNKNOWN_BARE,
  TEXT_KEYS,
  TEXT_KEYS_VLESS,
  TEXT_KEYS_SHADOWSOCKS,
  TEXT_KEYS_OTHER,
  TEXT_KEYS_CONF,
  TEXT_KEYS_CUT,
  TEXT_KEYS_IMPORT,
  TEXT_KEYS_SUPPORT,
  TEXT_KEYS_QR,
  TEXT_KEYS_FILE,
  TEXT_MOVED,
  TEXT_MOVED_FAILOVER,
  TEXT_MOVED_BACK,
  TEXT_MOVED_LINK,
  TEXT_MOVED_KEYS,
  TEXT_NODES_HEAD,
  TEXT_NODES_CHOOSE,
  TEXT_NODES_ALONE,
  TEXT_NODES_CUT,
  TEXT_NODES_ITEM,
  TEXT_LOAD_LOW,
  TEXT_LOAD_MIDDLE,
  TEXT_LOAD_HIGH,
  TEXT_LOAD_UNKNOWN,
  TEXT_LOAD_FULL,
  TEXT_LOAD_DOWN,
  TEXT_MOVE_DONE,
  TEXT_MOVE_THERE,
  TEXT_MOVE_SOON,
  TEXT_MOVE_FULL,
  TEXT_MOVE_DOWN,
  TEXT_MOVE_GONE,
  TEXT_MOVE_INACTIVE,
  TEXT_PAYMENT_WAIT,
  TEXT_RENEWED,
  TEXT_REMIND_72H,
  TEXT_REMIND_24H,
  TEXT_REMIND_RENEW,
  TEXT_EXPIRED,
  TEXT_EXHAUSTED,
  TEXT_REFUNDED,
  TEXT_ADMIN_FLAG,
  TEXT_ADMIN_NODE_DOWN,
  TEXT_ADMIN_NODE_UP,
  TEXT_ADMIN_ALARM,
  TEXT_SERVERSTATS_HEAD,
  TEXT_SERVERSTATS_NONE,
  TEXT_SERVERSTATS_NODE,
  TEXT_SERVERSTATS_ERROR,
  TEXT_SERVERSTATS_CUT,
  TEXT_NODE_ACTIVE,
  TEXT_NODE_DRAINING,
  TEXT_NODE_DISABLED,
  TEXT_NODE_DOWN,
  TEXT_NODE_REFUSED,
  TEXT_NODE_EVACUATING,
  TEXT_STATS,
  TEXT_STATS_REVENUE,
  TEXT_STATS_NO_REVENUE,
  TEXT_FIND_USAGE,
  TEXT_FIND_NONE,
  TEXT_FIND_USER,
  TEXT_FIND_SUB,
  TEXT_FIND_MORE,
  TEXT_TROUBLE,
  TEXT_BUTTON_OPEN,
  TEXT_BUTTON_RENEW,
  TEXT_BUTTON_BUY,
  TEXT_BUTTON_PAY,
  TEXT_BUTTON_COPY,
  TEXT_BUTTON_PAGE,
  TEXT_BUTTON_MY,
  TEXT_BUTTON_HELP,
  TEXT_BUTTON_NODES,
  TEXT_BUTTON_NODES_OF,
  TEXT_BUTTON_NODES_OTHER,
  TEXT_BUTTON_SUPPORT,
  TEXT_MENU_BUTTON,
  TEXT_COMMAND_START,
  TEXT_COMMAND_MY,
  TEXT_COMMAND_HELP,
  TEXT_COMMAND_LANG,
  TEXT_COMMAND_SERVERSTATS,
  TEXT_COMMAND_STATS,
  TEXT_COMMAND_FIND,
  TEXT_DATE,
  TEXT_MONTHS,
  TEXT_DAYS,
  TEXT_HOURS,
  TEXT_MINUTES,
  TEXT_IN_TIME,
  TEXT_AGO,
  TEXT_NOW,
  TEXT_UNLIMITED,
  TEXT_UNITS,
  TEXT_COUNT
} text_key;

extern const char *const texts_ru[TEXT_COUNT];
extern const char *const texts_en[TEXT_COUNT];

/* The text in a language; English unless "ru". Static, never NULL. */
const char *text_get(const char *language, text_key key);

/* One value of a template. */
typedef struct text_value {
  const char *name;
  const char *value; /* NULL: "" */
  bool html;         /* put in as it is */
} text_value;

/* Longest value put into a text, in characters; what is longer is cut with "…". */
#define TEXT_VALUE_MAX 200

/* Append the text with its values. Values lose control and direction characters and bad UTF-8, are
 * cut to TEXT_VALUE_MAX unless they are `html`, and are escaped. An unknown name is left empty. */
void text_fill(qent_buf *out, const char *language, text_key key, const text_value *values,
               size_t count);

/* The same into a label that holds no markup, such as a button's: values go in as they are. */
void text_label(char *out, size_t size, const char *language, text_key key,
                const text_value *values, size_t count);

/* Append `value` for HTML: cleaned, cut to `max_chars`, escaped. */
void text_add_clean(qent_buf *out, const char *value, size_t max_chars);

/* Which of the forms "one|few|many" of a text goes with `n`: 0, 1 or 2. */
int text_plural(const char *language, int64_t n);

/* "3 дня", "1 hour": number and the right form of TEXT_DAYS, TEXT_HOURS or TEXT_MINUTES. */
void text_count(char *out, size_t size, const char *language, text_key forms, int64_t n);

/* A moment for people: Moscow time for Russian, else UTC; the offset is named. */
void text_date(char *out, size_t size, const char *language, int64_t at);

/* "через 3 дня", "2 hours ago". */
void text_relative(char *out, size_t size, const char *language, int64_t at, int64_t now);

/* "199 ₽", "4,50 €", "150 ⭐", "10.00 USD". */
void text_money(char *out, size_t size, const char *language, const qent_money *money);

/* "12,3 ГБ"; steps of 1024, as the panels count. */
void text_bytes(char *out, size_t size, const char *language, int64_t bytes);

/* Length as Telegram counts it, before tags are taken off: never less than what it counts. */
size_t text_utf16_units(const char *text);

#endif
