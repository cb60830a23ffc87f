/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <string.h>

static const struct {
  const char *key;
  const char *en;
  const char *ru;
} texts[] = {
    {"until", "Valid until", "Действует до"},
    {"traffic", "Traffic", "Трафик"},
    {"of", "of", "из"},
    {"unlimited", "no limit", "без лимита"},
    {"gb", "GB", "ГБ"},
    {"days", "d. left", "дн. осталось"},
    {"ended", "ended", "закончилась"},
    {"add", "Add to an app", "Добавить в приложение"},
    {"add-hint",
     "Install an app, then tap “Add”. If nothing happens, open this page in your browser or copy "
     "the link into the app.",
     "Установите приложение и нажмите «Добавить». Если ничего не происходит, откройте страницу в "
     "браузере или "
     "скопируйте ссылку в приложение."},
    {"add-button", "Add", "Добавить"},
    {"install", "Install", "Установить"},
    {"ios", "iPhone, iPad", "iPhone, iPad"},
    {"conf", "AmneziaVPN and AmneziaWG", "AmneziaVPN и AmneziaWG"},
    {"conf-hint", "AmneziaVPN takes the key; AmneziaWG and WireGuard take the file.",
     "AmneziaVPN принимает ключ, AmneziaWG и WireGuard — файл."},
    {"open-amnezia", "Open", "Открыть"},
    {"file", "File .conf", "Файл .conf"},
    {"conf-qr", "QR code of the file", "QR-код файла"},
    {"copy-key", "Copy key", "Скопировать ключ"},
    {"link", "Your link", "Ваша ссылка"},
    {"link-hint",
     "One link for all devices; the app keeps the servers up to date. Show it to nobody.",
     "Одна ссылка для всех устройств: приложение само обновит серверы. Никому её не показывайте."},
    {"copy", "Copy", "Скопировать"},
    {"copied", "Copied", "Скопировано"},
    {"qr", "QR code of the link", "QR-код ссылки"},
    {"support", "Support", "Поддержка"},
    {"renew", "Renew and keys", "Продление и ключи"},
    {"opening", "The app should open now.", "Сейчас откроется приложение."},
    {"open-in", "Open in", "Открыть в"},
    {"open-hint", "Nothing happened? Press the button, or open this page in your browser.",
     "Ничего не произошло? Нажмите кнопку или откройте эту страницу в браузере."},
    {"other-apps", "Other apps", "Другие приложения"},
};

static const char *const states[][2] = {
    [QENT_SUBSCRIPTION_ACTIVE] = {"Active", "Активна"},
    [QENT_SUBSCRIPTION_EXPIRED] = {"Ended", "Закончилась"},
    [QENT_SUBSCRIPTION_EXHAUSTED] = {"Traffic used up", "Трафик закончился"},
    [QENT_SUBSCRIPTION_DISABLED] = {"Switched off", "Отключена"},
};

const char *apid_page_text(const apid_page *page, const char *key)
{
  bool russian = strcmp(qent_config_link_language(page->link), "ru") == 0;

  if (strcmp(key, "state") == 0)
    return states[qent_config_link_state(page->link)][russian];
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (strcmp(texts[i].key, key) == 0)
      return russian ? texts[i].ru : texts[i].en;
  }
  return "";
}
