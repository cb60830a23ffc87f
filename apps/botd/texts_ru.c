/* SPDX-License-Identifier: MIT */
#include "texts.h"

const char *const texts_ru[TEXT_COUNT] = {
    [TEXT_START] = "Здравствуйте, {name}! 👋\n\n"
                   "Здесь вы получите быстрый и приватный VPN. Выберите тариф, оплатите, и через "
                   "несколько секунд ключ придёт в этот чат.\n\n"
                   "Нажмите кнопку ниже, чтобы начать.",
    [TEXT_START_PAID] =
        "Спасибо! Как только банк подтвердит оплату, ключ придёт прямо сюда. Обычно "
        "это занимает несколько секунд.\n\n"
        "Посмотреть, что с подпиской, всегда можно командой /my.",
    [TEXT_START_PLAN] = "Здравствуйте, {name}! Вы выбрали тариф <b>{plan}</b>: {price}.\n\n"
                        "Нажмите кнопку ниже, чтобы оплатить; ключ придёт в этот чат.",
    [TEXT_START_BARE] = "Здравствуйте, {name}! 👋\n\n"
                        "Этот бот присылает ключи VPN и напоминает, когда доступ заканчивается.\n\n"
                        "/my: ваши подписки и ключи\n/help: как подключиться\n/lang: язык",
    [TEXT_MY_NONE] = "У вас пока нет подписки.",
    [TEXT_MY_HEAD] = "<b>Ваши подписки</b>",
    [TEXT_MY_ITEM] = "<b>{plan}</b> (№ {id}): {state}\nДо {date} ({relative})",
    [TEXT_MY_TRAFFIC] = "Трафик: {used} из {limit}",
    [TEXT_MY_TRAFFIC_UNLIMITED] = "Трафик: {used}, без ограничений",
    [TEXT_MY_DEVICES] = "Устройства: до {devices}",
    [TEXT_MY_NODES] = "Сервер: {nodes}",
    [TEXT_MY_LINK] = "Ссылка на подключение (нажмите, чтобы скопировать):\n<code>{link}</code>",
    [TEXT_MY_MORE] = "И ещё {count}: смотрите в приложении.",
    [TEXT_MY_KEYS_SOON] = "Ключи создаются и придут в этот чат.",
    [TEXT_STATE_ACTIVE] = "работает ✅",
    [TEXT_STATE_EXPIRED] = "закончилась",
    [TEXT_STATE_EXHAUSTED] = "трафик закончился",
    [TEXT_STATE_DISABLED] = "отключена поддержкой",
    [TEXT_HELP] =
        "<b>Как подключиться</b>\n\n"
        "1. Скопируйте ссылку на подключение: /my\n"
        "2. Добавьте её в приложение:\n\n"
        "<b>iPhone, iPad, Mac</b>: Happ или Streisand (App Store). Откройте приложение, нажмите "
        "«+», выберите «Из буфера обмена».\n"
        "<b>Android</b>: v2rayNG, Hiddify или Happ. Нажмите «+», затем «Импорт из буфера обмена».\n"
        "<b>Windows, Linux</b>: Hiddify. Нажмите «Новый профиль», затем «Добавить из буфера "
        "обмена».\n\n"
        "3. Обновите подписку в приложении и подключайтесь.\n\n"
        "Если перестало работать, сначала обновите подписку в приложении: та же ссылка даст свежий "
        "сервер.",
    [TEXT_HELP_SUPPORT] = "Не получилось? Напишите нам: {support}",
    [TEXT_LANG] = "Выберите язык:",
    [TEXT_LANG_SET] = "Готово. Говорю с вами по-русски.",
    [TEXT_UNKNOWN] = "Не понял вас. Всё есть в приложении; или наберите /my или /help.",
    [TEXT_UNKNOWN_BARE] = "Не понял вас. Попробуйте /my или /help.",
    [TEXT_KEYS] = "<b>Ваш VPN готов</b> 🎉\n"
                  "Тариф: {plan}\nРаботает до {date}\n\n"
                  "<b>Ссылка на подключение</b>, самый простой способ: все серверы в одной ссылке, "
                  "обновляется сама.\n<code>{link}</code>",
    [TEXT_KEYS_VLESS] = "<b>VLESS Reality</b> · {node}: начните с этого ключа.\n<code>{uri}</code>",
    [TEXT_KEYS_SHADOWSOCKS] =
        "<b>Shadowsocks</b> · {node}: запасной, если VLESS не подключается.\n<code>{uri}</code>",
    [TEXT_KEYS_OTHER] = "<b>{protocol}</b> · {node}\n<code>{uri}</code>",
    [TEXT_KEYS_CONF] = "<b>{protocol}</b> · {node}: файл <b>{filename}</b> в этом чате; откройте "
                       "его в приложении {protocol} или AmneziaVPN. AmneziaVPN понимает и этот "
                       "текст: нажмите «+» и вставьте его.\n<code>{uri}</code>",
    [TEXT_KEYS_CUT] = "Ещё ключей: {count}. Все они есть в ссылке на подключение.",
    [TEXT_KEYS_IMPORT] = "<b>Как подключиться</b>\n"
                         "iPhone и Mac: Happ или Streisand → «+» → Из буфера обмена\n"
                         "Android: v2rayNG, Hiddify или Happ → «+» → Импорт из буфера обмена\n"
                         "Windows, Linux: Hiddify → Новый профиль → Добавить из буфера обмена",
    [TEXT_KEYS_SUPPORT] = "Что-то не работает? {support}",
    [TEXT_KEYS_QR] = "Та же ссылка на подключение в виде QR-кода: отсканируйте её в VPN-приложении "
                     "на другом устройстве.",
    [TEXT_KEYS_FILE] = "<b>{protocol}</b> · {node}: ваш ключ файлом. Нажмите на него и откройте в "
                       "приложении {protocol} или AmneziaVPN либо сохраните и импортируйте там.",
    [TEXT_MOVED] = "Готово: тариф <b>{plan}</b> (№ {id}) теперь работает через сервер {node}.",
    [TEXT_MOVED_FAILOVER] =
        "Сервер тарифа <b>{plan}</b> (№ {id}) не отвечает, поэтому мы перенесли "
        "вас на {node}. Платить и заказывать ничего не нужно.",
    [TEXT_MOVED_BACK] =
        "Сервер {node} снова работает, и тариф <b>{plan}</b> (№ {id}) опять на нём. "
        "Ключи запасного сервера больше не действуют.",
    [TEXT_MOVED_LINK] = "Если в приложении добавлена ссылка на подключение, просто обновите в нём "
                        "подписку: ссылка прежняя.\n<code>{link}</code>",
    [TEXT_MOVED_KEYS] = "Если вы копировали отдельные ключи, вот те, что работают сейчас.",
    [TEXT_NODES_HEAD] = "<b>{plan}</b> (№ {id})\nСейчас сервер: {nodes}",
    [TEXT_NODES_CHOOSE] =
        "Выберите другой. Ссылка на подключение останется прежней, а старый сервер "
        "работает, пока не готов новый.",
    [TEXT_NODES_ALONE] = "Другого сервера для этого тарифа пока нет.",
    [TEXT_NODES_CUT] = "И ещё {count}: смотрите в приложении.",
    [TEXT_NODES_ITEM] = "{mark}{node} · {load}",
    [TEXT_LOAD_LOW] = "свободен",
    [TEXT_LOAD_MIDDLE] = "загружен наполовину",
    [TEXT_LOAD_HIGH] = "загружен",
    [TEXT_LOAD_UNKNOWN] = "доступен",
    [TEXT_LOAD_FULL] = "мест нет",
    [TEXT_LOAD_DOWN] = "сейчас не работает",
    [TEXT_MOVE_DONE] = "Переносим вас на {node}. Новые ключи вот-вот придут в этот чат; ссылка на "
                       "подключение прежняя, потом обновите подписку в приложении.",
    [TEXT_MOVE_THERE] =
        "Вы уже на сервере {node}. Если его ключей в этом чате ещё нет, они вот-вот "
        "придут.",
    [TEXT_MOVE_SOON] = "Вы только что сменили сервер. Сменить снова можно {relative}.",
    [TEXT_MOVE_FULL] = "{node} сейчас никого не принимает. Выберите, пожалуйста, другой сервер.",
    [TEXT_MOVE_DOWN] = "{node} сейчас не работает. Выберите, пожалуйста, другой сервер.",
    [TEXT_MOVE_GONE] = "Этого сервера больше нет. Выберите, пожалуйста, другой.",
    [TEXT_MOVE_INACTIVE] = "Подписка не действует, переносить нечего. Сначала продлите её.",
    [TEXT_PAYMENT_WAIT] = "Оплата получена, спасибо! Ключ создаётся чуть дольше обычного (заказ № "
                          "{order}). Ничего делать не нужно: он придёт сюда сам.",
    [TEXT_RENEWED] = "Оплата получена, спасибо! Тариф <b>{plan}</b> продлён до {date}.\n\n"
                     "Ключ и ссылка на подключение остались прежними.",
    [TEXT_REMIND_72H] = "Тариф <b>{plan}</b> закончится {relative}: {date}.",
    [TEXT_REMIND_24H] = "Тариф <b>{plan}</b> закончится совсем скоро, {relative}: {date}.",
    [TEXT_REMIND_RENEW] =
        "Продлите сейчас, и ничего не изменится: оставшееся время сохранится, ключ "
        "останется прежним.",
    [TEXT_EXPIRED] = "Срок тарифа <b>{plan}</b> закончился. Возвращайтесь в любой момент: после "
                     "оплаты снова заработает тот же ключ.",
    [TEXT_EXHAUSTED] = "Трафик по тарифу <b>{plan}</b> закончился. Чтобы продолжить, продлите "
                       "подписку; ключ останется прежним.",
    [TEXT_REFUNDED] = "Мы вернули {money} за заказ № {order}. Деньги обычно приходят в течение "
                      "нескольких дней, это зависит от банка.",
    [TEXT_ADMIN_FLAG] =
        "⚠️ <b>Платёж № {payment} ждёт решения</b>\n{reason}\n\n"
        "<code>qentctl payment show {payment}</code>\n"
        "<code>qentctl payment accept {payment}</code> или "
        "<code>reject {payment}</code>",
    [TEXT_ADMIN_NODE_DOWN] = "🔴 Узел <b>{node}</b> не отвечает.\n{error}\n\n"
                             "<code>qentctl node probe {node}</code>",
    [TEXT_ADMIN_NODE_UP] = "🟢 Узел <b>{node}</b> снова отвечает.",
    [TEXT_ADMIN_ALARM] = "⚠️ <b>{what}</b>",
    [TEXT_SERVERSTATS_HEAD] = "<b>Узлы</b>",
    [TEXT_SERVERSTATS_NONE] = "Узлов пока нет. Добавить: <code>qentctl node add</code>",
    [TEXT_SERVERSTATS_NODE] = "{mark} {flag}<b>{node}</b> ({state})\n"
                              "CPU {cpu} · RAM {used} из {total}\n"
                              "Активных {active} · онлайн {online} · аккаунтов {accounts}\n"
                              "Проверен: {checked}",
    [TEXT_SERVERSTATS_ERROR] = "Последняя ошибка: {error}",
    [TEXT_SERVERSTATS_CUT] = "И ещё {count}: <code>qentctl node list</code>",
    [TEXT_NODE_ACTIVE] = "работает",
    [TEXT_NODE_DRAINING] = "без новых",
    [TEXT_NODE_DISABLED] = "отключён",
    [TEXT_NODE_DOWN] = "не отвечает, началось {relative}",
    [TEXT_NODE_REFUSED] = "пароль не принят",
    [TEXT_NODE_EVACUATING] = "все переезжают",
    [TEXT_STATS] = "<b>Магазин</b>\n"
                   "Пользователи: {users} (+{users_day} за 24 ч)\n"
                   "Активные подписки: {active}, закончатся за 72 ч: {ending}\n"
                   "Оплаченные заказы: {orders_day} за 24 ч, {orders_month} за 30 дн.\n"
                   "Платежи под вопросом: {flagged}\n"
                   "Ждут: аккаунтов {accounts}, уведомлений {notices}",
    [TEXT_STATS_REVENUE] = "Выручка: {day} за 24 ч, {month} за 30 дн.",
    [TEXT_STATS_NO_REVENUE] = "Выручки пока нет",
    [TEXT_FIND_USAGE] = "Кого? <code>/find 12345</code> или <code>/find имя</code>",
    [TEXT_FIND_NONE] = "По запросу «{query}» никого нет.",
    [TEXT_FIND_USER] = "<b>{name}</b> {username}\nпользователь {id} · telegram "
                       "<code>{telegram}</code> · {language}{blocked}\nс {date}",
    [TEXT_FIND_SUB] = "· № {id} {plan}: {state}, до {date}",
    [TEXT_FIND_MORE] = "Есть ещё; уточните запрос.",
    [TEXT_TROUBLE] = "Извините, сейчас не получилось. Попробуйте ещё раз через минуту.",
    [TEXT_BUTTON_OPEN] = "Открыть приложение",
    [TEXT_BUTTON_RENEW] = "Продлить",
    [TEXT_BUTTON_BUY] = "Выбрать тариф",
    [TEXT_BUTTON_PAY] = "Оплатить",
    [TEXT_BUTTON_COPY] = "Скопировать ссылку",
    [TEXT_BUTTON_PAGE] = "Страница импорта",
    [TEXT_BUTTON_MY] = "Мои ключи",
    [TEXT_BUTTON_HELP] = "Как подключиться",
    [TEXT_BUTTON_NODES] = "Сменить сервер",
    [TEXT_BUTTON_NODES_OF] = "Сменить сервер № {id}",
    [TEXT_BUTTON_NODES_OTHER] = "Другие серверы",
    [TEXT_BUTTON_SUPPORT] = "Поддержка",
    [TEXT_MENU_BUTTON] = "VPN",
    [TEXT_COMMAND_START] = "Открыть магазин",
    [TEXT_COMMAND_MY] = "Мои подписки и ключи",
    [TEXT_COMMAND_HELP] = "Как подключиться",
    [TEXT_COMMAND_LANG] = "Язык",
    [TEXT_COMMAND_SERVERSTATS] = "Узлы: CPU, RAM, пользователи",
    [TEXT_COMMAND_STATS] = "Магазин вкратце",
    [TEXT_COMMAND_FIND] = "Найти пользователя",
    [TEXT_DATE] = "{day} {month} {year}, {time} МСК (UTC+3)",
    [TEXT_MONTHS] = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|"
                    "декабря",
    [TEXT_DAYS] = "день|дня|дней",
    [TEXT_HOURS] = "час|часа|часов",
    [TEXT_MINUTES] = "минуту|минуты|минут",
    [TEXT_IN_TIME] = "через {time}",
    [TEXT_AGO] = "{time} назад",
    [TEXT_NOW] = "только что",
    [TEXT_UNLIMITED] = "без ограничений",
    [TEXT_UNITS] = "Б|КБ|МБ|ГБ|ТБ",
};
