#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A whole sale through the real daemons: start, order, pay, key, reminder, expiry, renewal.

Run by ctest and by `scripts/demo --headless`. Each step says what it saw; the first that differs from
what a buyer or an operator would expect ends the run with exit code 1.
"""
import base64
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Shop, wait_for  # noqa: E402

BUYER = 1001
DAY = 86400


def step(text):
    print(f"  ok  {text}", flush=True)


def expect(condition, text):
    if not condition:
        raise AssertionError(text)
    step(text)


def buttons(message):
    markup = message.get("reply_markup") or {}
    return [button for row in markup.get("inline_keyboard", []) for button in row]


def start(shop):
    shop.sandbox.person(BUYER, "Anna", "en")
    shop.sandbox.say(BUYER, "/start")
    welcome = wait_for("the welcome", lambda: shop.sandbox.messages(BUYER))[0]
    expect(any("web_app" in button for button in buttons(welcome)),
           "/start is answered with a button that opens the Mini App")


def buy(shop):
    plans = shop.api("GET", "/plans", BUYER).json
    expect("month" in str(plans), "the Mini App's API offers the plan")
    order_id = shop.order(BUYER)
    again = shop.order(BUYER)
    expect(order_id == again, "a second tap finds the same order")
    order = wait_for("the pay link",
                     lambda: (o := shop.api("GET", f"/orders/{order_id}", BUYER).json)["pay_url"] and o)
    expect(order["pay_url"].startswith(shop.sandbox.url), "the order has a pay link")
    began = time.monotonic()
    shop.sandbox.pay(order_id)
    keys = wait_for("the keys", lambda: shop.keys_messages(BUYER))[0]
    step(f"paid; the keys came to the chat after {time.monotonic() - began:.2f} s")
    expect("vless://" in keys["text"] and "ss://" in keys["text"],
           "the message has a VLESS link and a Shadowsocks link")
    wait_for("the QR picture", lambda: [m for m in shop.sandbox.messages(BUYER) if m.get("photo_url")])
    step("the QR picture came as well")
    expect(shop.api("GET", f"/orders/{order_id}", BUYER).json["status"] == "paid", "the order is paid")


def config_link(shop, sub):
    return shop.api("GET", f"/subscriptions/{sub['id']}/keys", BUYER).json["config_link"]


def check_access(shop):
    users = shop.sandbox.panel_users()
    expect(len(users) == 1, "the panel has exactly one account")
    sub = shop.subscription(BUYER)
    expect(abs(users[0]["expire"] - (time.time() + 30 * DAY)) < 60, "it ends in 30 days")
    expect(sub["expires_at"] == users[0]["expire"], "panel and ledger agree about the end")
    path = urllib.parse.urlparse(config_link(shop, sub)).path
    link = shop.get(path)
    lines = base64.b64decode(link.body).decode().split()
    expect(len(lines) == 2 and lines[0].startswith("vless://"), "the config link serves both keys")
    expect("expire=" in link.headers["subscription-userinfo"], "its header tells traffic and expiry")
    return sub, config_link(shop, sub)


def messages_with(shop, *words):
    return [t for t in shop.sandbox.texts(BUYER) if all(w.lower() in t.lower() for w in words)]


def remind_and_expire(shop, sub):
    before = len(shop.sandbox.messages(BUYER))
    shop.ctl("sub", "extend", str(sub["id"]), "--until", iso(time.time() + 24 * 3600 + 2))
    wait_for("the reminder", lambda: len(shop.sandbox.messages(BUYER)) > before)
    step("a day before the end a reminder comes")
    before = len(shop.sandbox.messages(BUYER))
    shop.ctl("sub", "extend", str(sub["id"]), "--until", iso(time.time() + 5))
    wait_for("the news of the end", lambda: len(shop.sandbox.messages(BUYER)) > before)
    wait_for("the closed account", lambda: shop.sandbox.panel_users()[0]["status"] in ("disabled", "expired"))
    step("at the end the buyer is told and the account is closed")
    status = shop.api("GET", f"/subscriptions/{sub['id']}", BUYER).json["status"]
    expect(status == "expired", "the subscription is expired")


def iso(unix_s):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_s))


def renew(shop, sub, link):
    order_id = shop.order(BUYER, subscription=sub["id"])
    wait_for("the payment", lambda: shop.sandbox.payments(order_id))
    shop.sandbox.pay(order_id)
    wait_for("the open account",
             lambda: (u := shop.sandbox.panel_users()[0])["status"] == "active"
             and u["expire"] > time.time() + 29 * DAY)
    wait_for("the news of the renewal", lambda: messages_with(shop, "extended until"))
    expect(len(shop.sandbox.panel_users()) == 1, "the renewal opened the same account again")
    expect(config_link(shop, sub) == link, "the config link stayed the same")


def ask(shop):
    before = len(shop.sandbox.messages(BUYER))
    shop.sandbox.say(BUYER, "/my")
    wait_for("the answer to /my", lambda: len(shop.sandbox.messages(BUYER)) > before)
    expect("/s/" in shop.sandbox.texts(BUYER)[-1], "/my shows the config link")


def agree(shop):
    drift = shop.ctl("reconcile", "--dry-run")
    expect(drift.returncode == 0, "qentctl reconcile finds no difference between ledger and panel")
    settled = [p for p in shop.sandbox.payments() if p["status"] == "succeeded"]
    expect(len(settled) == 2, "two payments were taken, for two periods")


def main():
    with Shop() as shop:
        shop.start()
        start(shop)
        buy(shop)
        sub, link = check_access(shop)
        remind_and_expire(shop, sub)
        renew(shop, sub, link)
        ask(shop)
        agree(shop)
        expect(shop.apid.stop() == 0 and shop.botd.stop() == 0, "both daemons stop cleanly")
    print("the sale is whole", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, TimeoutError, RuntimeError) as failure:
        print(f"FAIL  {failure}", flush=True)
        sys.exit(1)
