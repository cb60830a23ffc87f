/* SPDX-License-Identifier: MIT */
#include "texts.h"

const char *const texts_en[TEXT_COUNT] = {
    [TEXT_START] = "Hello, {name}! 👋\n\n"
                   "Here you get fast and private VPN access. Pick a plan, pay, and the key is in "
                   "this chat a few seconds later.\n\n"
                   "Tap the button below to begin.",
    [TEXT_START_PAID] = "Thank you! As soon as the bank confirms the payment, your key comes right "
                        "here. That usually takes a few seconds.\n\n"
                        "You can always see the status with /my.",
    [TEXT_START_PLAN] = "Hello, {name}! You chose the plan <b>{plan}</b>: {price}.\n\n"
                        "Tap the button below to pay; the key comes to this chat.",
    [TEXT_START_BARE] = "Hello, {name}! 👋\n\n"
                        "This bot sends your VPN keys and reminds you before access ends.\n\n"
                        "/my: your subscriptions and keys\n/help: how to connect\n/lang: language",
    [TEXT_MY_NONE] = "You have no subscription yet.",
    [TEXT_MY_HEAD] = "<b>Your subscriptions</b>",
    [TEXT_MY_ITEM] = "<b>{plan}</b> (№ {id}): {state}\nUntil {date} ({relative})",
    [TEXT_MY_TRAFFIC] = "Traffic: {used} of {limit}",
    [TEXT_MY_TRAFFIC_UNLIMITED] = "Traffic: {used}, unlimited",
    [TEXT_MY_DEVICES] = "Devices: up to {devices}",
    [TEXT_MY_NODES] = "Server: {nodes}",
    [TEXT_MY_LINK] = "Config link (tap to copy):\n<code>{link}</code>",
    [TEXT_MY_MORE] = "And {count} more: see the app.",
    [TEXT_MY_KEYS_SOON] = "The keys are being made and will come to this chat.",
    [TEXT_STATE_ACTIVE] = "active ✅",
    [TEXT_STATE_EXPIRED] = "ended",
    [TEXT_STATE_EXHAUSTED] = "traffic used up",
    [TEXT_STATE_DISABLED] = "switched off by support",
    [TEXT_HELP] =
        "<b>How to connect</b>\n\n"
        "1. Copy your config link: /my\n"
        "2. Add it to an app:\n\n"
        "<b>iPhone, iPad, Mac</b>: Happ or Streisand (App Store). Open the app, tap “+”, choose "
        "“From clipboard”.\n"
        "<b>Android</b>: v2rayNG, Hiddify or Happ. Tap “+”, then “Import from clipboard”.\n"
        "<b>Windows, Linux</b>: Hiddify. Tap “New profile”, then “Add from clipboard”.\n\n"
        "3. Update the subscription in the app and connect.\n\n"
        "If it stops working, update the subscription in the app first: the same link brings a "
        "fresh server.",
    [TEXT_HELP_SUPPORT] = "Did not work? Write to us: {support}",
    [TEXT_LANG] = "Choose your language:",
    [TEXT_LANG_SET] = "Done. I will speak English to you.",
    [TEXT_UNKNOWN] = "I did not understand that. Everything is in the app; or use /my and /help.",
    [TEXT_UNKNOWN_BARE] = "I did not understand that. Try /my or /help.",
    [TEXT_KEYS] = "<b>Your VPN is ready</b> 🎉\n"
                  "Plan: {plan}\nActive until {date}\n\n"
                  "<b>Config link</b>, the easiest way: one link with all servers, it updates "
                  "itself.\n<code>{link}</code>",
    [TEXT_KEYS_VLESS] = "<b>VLESS Reality</b> · {node}: take this one first.\n<code>{uri}</code>",
    [TEXT_KEYS_SHADOWSOCKS] =
        "<b>Shadowsocks</b> · {node}: reserve, when VLESS does not connect.\n<code>{uri}</code>",
    [TEXT_KEYS_OTHER] = "<b>{protocol}</b> · {node}\n<code>{uri}</code>",
    [TEXT_KEYS_CONF] = "<b>{protocol}</b> · {node}: the file <b>{filename}</b> in this chat; open "
                       "it with the {protocol} or AmneziaVPN app. AmneziaVPN also takes this "
                       "text: tap “+” and paste it.\n<code>{uri}</code>",
    [TEXT_KEYS_CUT] = "There are {count} more keys; the config link holds all of them.",
    [TEXT_KEYS_IMPORT] = "<b>How to connect</b>\n"
                         "iPhone and Mac: Happ or Streisand → “+” → From clipboard\n"
                         "Android: v2rayNG, Hiddify or Happ → “+” → Import from clipboard\n"
                         "Windows, Linux: Hiddify → New profile → Add from clipboard",
    [TEXT_KEYS_SUPPORT] = "Something does not work? {support}",
    [TEXT_KEYS_QR] = "The same config link as a QR code: scan it with the VPN app of another "
                     "device.",
    [TEXT_KEYS_FILE] = "<b>{protocol}</b> · {node}: your key as a file. Tap it and open it with "
                       "the {protocol} or AmneziaVPN app, or save it and import it there.",
    [TEXT_MOVED] = "Done: <b>{plan}</b> (№ {id}) is now served from {node}.",
    [TEXT_MOVED_FAILOVER] =
        "The server of <b>{plan}</b> (№ {id}) does not answer, so we moved you to "
        "{node}. You need not pay or order anything.",
    [TEXT_MOVED_BACK] =
        "{node} works again and serves <b>{plan}</b> (№ {id}) as before. The keys of "
        "the server that stood in for it have ended.",
    [TEXT_MOVED_LINK] = "If your app uses the config link, just update the subscription in it: the "
                        "link stays the same.\n<code>{link}</code>",
    [TEXT_MOVED_KEYS] = "If you copied single keys, here are those that work now.",
    [TEXT_NODES_HEAD] = "<b>{plan}</b> (№ {id})\nServer now: {nodes}",
    [TEXT_NODES_CHOOSE] = "Choose another one. The config link stays the same, and the old server "
                          "works until the new one is ready.",
    [TEXT_NODES_ALONE] = "There is no other server for this plan yet.",
    [TEXT_NODES_CUT] = "And {count} more: see the app.",
    [TEXT_NODES_ITEM] = "{mark}{node} · {load}",
    [TEXT_LOAD_LOW] = "free",
    [TEXT_LOAD_MIDDLE] = "half full",
    [TEXT_LOAD_HIGH] = "busy",
    [TEXT_LOAD_UNKNOWN] = "available",
    [TEXT_LOAD_FULL] = "no room",
    [TEXT_LOAD_DOWN] = "does not work now",
    [TEXT_MOVE_DONE] =
        "Moving you to {node}. The new keys come to this chat in a moment; the config "
        "link stays the same, update the subscription in the app then.",
    [TEXT_MOVE_THERE] =
        "{node} serves you already. If its keys are not in this chat yet, they come in "
        "a moment.",
    [TEXT_MOVE_SOON] = "You have just changed the server. You can change it again {relative}.",
    [TEXT_MOVE_FULL] = "{node} takes nobody new now. Please choose another server.",
    [TEXT_MOVE_DOWN] = "{node} does not work now. Please choose another server.",
    [TEXT_MOVE_GONE] = "That server is no longer there. Please choose another one.",
    [TEXT_MOVE_INACTIVE] = "The subscription is not active, so there is nothing to move. Renew it "
                           "first.",
    [TEXT_PAYMENT_WAIT] = "Payment received, thank you! Making the key takes a little longer than "
                          "usual (order № {order}). You need not do anything: it comes here by "
                          "itself.",
    [TEXT_RENEWED] = "Payment received, thank you! <b>{plan}</b> is extended until {date}.\n\n"
                     "The key and the config link stay the same.",
    [TEXT_REMIND_72H] = "<b>{plan}</b> ends {relative}, on {date}.",
    [TEXT_REMIND_24H] = "<b>{plan}</b> ends very soon: {relative}, on {date}.",
    [TEXT_REMIND_RENEW] = "Renew now and nothing changes: the rest of the time is kept, the key "
                          "stays the same.",
    [TEXT_EXPIRED] =
        "<b>{plan}</b> has ended. Come back any time: after payment the same key works "
        "again.",
    [TEXT_EXHAUSTED] = "The traffic of <b>{plan}</b> is used up. To go on, renew the subscription; "
                       "the key stays the same.",
    [TEXT_REFUNDED] = "We have returned {money} for order № {order}. The money usually arrives "
                      "within a few days, depending on your bank.",
    [TEXT_ADMIN_FLAG] = "⚠️ <b>Payment № {payment} needs a decision</b>\n{reason}\n\n"
                        "<code>qentctl payment show {payment}</code>\n"
                        "<code>qentctl payment accept {payment}</code> or "
                        "<code>reject {payment}</code>",
    [TEXT_ADMIN_NODE_DOWN] = "🔴 Node <b>{node}</b> does not answer.\n{error}\n\n"
                             "<code>qentctl node probe {node}</code>",
    [TEXT_ADMIN_NODE_UP] = "🟢 Node <b>{node}</b> answers again.",
    [TEXT_ADMIN_ALARM] = "⚠️ <b>{what}</b>",
    [TEXT_SERVERSTATS_HEAD] = "<b>Nodes</b>",
    [TEXT_SERVERSTATS_NONE] = "No nodes yet. Add one: <code>qentctl node add</code>",
    [TEXT_SERVERSTATS_NODE] = "{mark} {flag}<b>{node}</b> ({state})\n"
                              "CPU {cpu} · RAM {used} of {total}\n"
                              "Active users {active} · online {online} · accounts {accounts}\n"
                              "Checked {checked}",
    [TEXT_SERVERSTATS_ERROR] = "Last error: {error}",
    [TEXT_SERVERSTATS_CUT] = "And {count} more: <code>qentctl node list</code>",
    [TEXT_NODE_ACTIVE] = "active",
    [TEXT_NODE_DRAINING] = "draining",
    [TEXT_NODE_DISABLED] = "disabled",
    [TEXT_NODE_DOWN] = "down, began {relative}",
    [TEXT_NODE_REFUSED] = "credentials refused",
    [TEXT_NODE_EVACUATING] = "being evacuated",
    [TEXT_STATS] = "<b>The shop</b>\n"
                   "Users: {users} (+{users_day} in 24 h)\n"
                   "Active subscriptions: {active}, ending within 72 h: {ending}\n"
                   "Paid orders: {orders_day} in 24 h, {orders_month} in 30 d\n"
                   "Flagged payments: {flagged}\n"
                   "Accounts waiting: {accounts} · notices waiting: {notices}",
    [TEXT_STATS_REVENUE] = "Revenue: {day} in 24 h, {month} in 30 d",
    [TEXT_STATS_NO_REVENUE] = "Revenue: none yet",
    [TEXT_FIND_USAGE] = "Whom? <code>/find 12345</code> or <code>/find name</code>",
    [TEXT_FIND_NONE] = "Nobody found for “{query}”.",
    [TEXT_FIND_USER] = "<b>{name}</b> {username}\nuser {id} · telegram <code>{telegram}</code> · "
                       "{language}{blocked}\nsince {date}",
    [TEXT_FIND_SUB] = "· № {id} {plan}: {state}, until {date}",
    [TEXT_FIND_MORE] = "There are more; narrow the search.",
    [TEXT_TROUBLE] = "Sorry, that did not work just now. Please try again in a minute.",
    [TEXT_BUTTON_OPEN] = "Open the app",
    [TEXT_BUTTON_RENEW] = "Renew",
    [TEXT_BUTTON_BUY] = "Choose a plan",
    [TEXT_BUTTON_PAY] = "Pay",
    [TEXT_BUTTON_COPY] = "Copy config link",
    [TEXT_BUTTON_PAGE] = "Import page",
    [TEXT_BUTTON_MY] = "My keys",
    [TEXT_BUTTON_HELP] = "How to connect",
    [TEXT_BUTTON_NODES] = "Change server",
    [TEXT_BUTTON_NODES_OF] = "Change server of № {id}",
    [TEXT_BUTTON_NODES_OTHER] = "Other servers",
    [TEXT_BUTTON_SUPPORT] = "Support",
    [TEXT_MENU_BUTTON] = "VPN",
    [TEXT_COMMAND_START] = "Open the shop",
    [TEXT_COMMAND_MY] = "My subscriptions and keys",
    [TEXT_COMMAND_HELP] = "How to connect",
    [TEXT_COMMAND_LANG] = "Language",
    [TEXT_COMMAND_SERVERSTATS] = "Nodes: CPU, RAM, users",
    [TEXT_COMMAND_STATS] = "The shop at a glance",
    [TEXT_COMMAND_FIND] = "Find a user",
    [TEXT_DATE] = "{month} {day}, {year}, {time} (UTC)",
    [TEXT_MONTHS] = "January|February|March|April|May|June|July|August|September|October|November|"
                    "December",
    [TEXT_DAYS] = "day|days|days",
    [TEXT_HOURS] = "hour|hours|hours",
    [TEXT_MINUTES] = "minute|minutes|minutes",
    [TEXT_IN_TIME] = "in {time}",
    [TEXT_AGO] = "{time} ago",
    [TEXT_NOW] = "just now",
    [TEXT_UNLIMITED] = "unlimited",
    [TEXT_UNITS] = "B|KB|MB|GB|TB",
};
