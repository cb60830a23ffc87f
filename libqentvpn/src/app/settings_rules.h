/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SETTINGS_RULES_H
#define QENT_APP_SETTINGS_RULES_H
#include "app/settings_private.h"

/* Rules of single rows; see qent__setting_rule. */
bool qent__rule_database(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_master_key(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_bot_token(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_base_url(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_telegram_id(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_listen(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_network(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_origin(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_shop_id(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_shop_key(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_email(const char *value, size_t len, qent__setting_fault *fault);
bool qent__rule_shop_name(const char *value, size_t len, qent__setting_fault *fault);

/* Length of "scheme://host[:port]" at the start of a checked URL. */
size_t qent__origin_len(const char *url);

#endif
