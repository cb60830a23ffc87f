#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The config link: each app's form, the headers, the pages, and what a stranger sees."""
import base64
import contextlib
import hashlib
import html
import json
import pathlib
import re
import sqlite3
import unittest
import urllib.parse

import yaml
from base import ApidTest

BUYER = 2101
DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "links"
BROWSER = {"User-Agent": "Mozilla/5.0 (Linux; Android 14)", "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
APPS = {
    "Happ/3.1": "list", "v2rayNG/1.9.1": "list", "HiddifyNext/2.5 (android) like ClashMeta v2ray sing-box": "list",
    "Streisand": "list", "Shadowrocket/2070": "list", "curl/8": "list", "": "list",
    "ClashMetaForAndroid/2.11": "clash", "clash-verge/v2.0": "clash", "FlClash/v0.8": "clash", "Stash/2.4": "clash",
    "mihomo/1.19": "clash", "SFA/1.12.4 (sing-box 1.12.4)": "sing-box", "SFI/1.12": "sing-box",
    "sing-box 1.12.0": "sing-box", "Karing/1.0": "sing-box", "AmneziaVPN/4.8": "awg"}
DAY = 86400


def kind(reply):
    text = reply.body.decode()
    if reply.headers["Content-Type"] == "application/json":
        return "sing-box" if json.loads(text)["outbounds"] else ""
    if reply.headers["Content-Type"].startswith("text/yaml"):
        return "clash" if yaml.safe_load(text)["proxies"] else ""
    if reply.headers["Content-Type"].startswith("text/html"):
        return "page"
    return "awg" if text.startswith("[Interface]") else "list" if base64.b64decode(text, validate=True) else ""


def words(reply, name):
    value = reply.headers[name]
    assert value.startswith("base64:") and value.isascii()
    return base64.b64decode(value[7:], validate=True).decode()


class Link(ApidTest):
    with_botd = True
    settings = {"QENT_RATE_LIMIT": "1000", "QENT_SHOP_NAME": "Лиса <b>&VPN", "QENT_SUPPORT_URL": "https://t.me/help",
                "QENT_LINK_UPDATE_HOURS": "7"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.sandbox.person(BUYER)
        cls.shop.sandbox.say(BUYER, "/start")
        cls.shop.buy(BUYER)
        cls.sub = cls.shop.subscription(BUYER)
        conf = base64.urlsafe_b64encode((DATA / "awg.conf").read_bytes()).decode().rstrip("=")
        cls.awg = f"awg://{conf}#Germany%20%C2%B7%20AmneziaWG\n"
        cls.database("UPDATE accounts SET links = links || ?", cls.awg)

    @classmethod
    def database(cls, sql, *values):
        """A change behind the daemons' backs; returns the rows."""
        with contextlib.closing(sqlite3.connect(cls.shop.dir / "qentvpn.db", timeout=30)) as db, db:
            return db.execute(sql, values).fetchall()

    def setUp(self):
        self.keys = self.shop.api("GET", f"/subscriptions/{self.sub['id']}/keys", BUYER).json
        self.path = urllib.parse.urlsplit(self.keys["config_link"]).path

    def set_subscription(self, column, value):
        old, = self.database(f"SELECT {column} FROM subscriptions WHERE id = ?", self.sub["id"])[0]
        change = f"UPDATE subscriptions SET {column} = ? WHERE id = ?"
        self.database(change, value, self.sub["id"])
        self.addCleanup(self.database, change, old, self.sub["id"])

    def plain(self):
        return self.shop.get(self.path + "?format=plain").body.decode()

    # Forms ----------------------------------------------------------------------------------------

    def test_each_app_gets_its_form(self):
        for agent, form in APPS.items():
            for accept in ("*/*", "text/html"):
                if accept == "text/html" and form == "list" and agent in ("", "curl/8"):
                    continue
                with self.subTest(agent=agent, accept=accept):
                    reply = self.shop.get(self.path, {"User-Agent": agent, "Accept": accept})
                    self.assertEqual((reply.status, kind(reply)), (200, form))
                    self.assertEqual(reply.headers["Cache-Control"], "no-store")

    def test_a_browser_gets_a_page_and_a_chosen_format_wins(self):
        self.assertEqual(kind(self.shop.get(self.path, BROWSER)), "page")
        for form, expected in (("base64", "list"), ("clash", "clash"), ("sing-box", "sing-box"), ("awg", "awg")):
            self.assertEqual(kind(self.shop.get(f"{self.path}?format={form}", BROWSER)), expected)
        self.problem(self.shop.get(self.path + "?format=xml"), 400, "bad-request", "format")

    def test_lists_leave_the_file_out_and_keys_give_it(self):
        self.assertIn("#Germany%20%C2%B7%20VLESS\n", self.plain())
        self.assertNotIn("awg://", self.plain())
        links = {link["protocol"]: link for link in self.keys["links"]}
        self.assertEqual(list(links), ["vless", "shadowsocks", "amneziawg"])
        self.assertTrue(links["amneziawg"]["uri"].startswith("vpn://"))
        self.assertEqual(links["amneziawg"]["conf"], (DATA / "awg.conf").read_text())
        self.assertEqual(links["amneziawg"]["filename"], "de1.conf")
        self.assertNotIn("conf", links["vless"])

    def test_the_file_is_named_after_its_node(self):
        for node in ("de1", "gone", "%22"):
            reply = self.shop.get(f"{self.path}?format=awg&node={node}")
            self.assertEqual(reply.body, (DATA / "awg.conf").read_bytes())
            self.assertEqual(reply.headers["content-disposition"], 'attachment; filename="de1.conf"')

    def test_an_app_for_lists_is_told_where_a_lone_file_works(self):
        links, = self.database("SELECT links FROM accounts")[0]
        self.addCleanup(self.database, "UPDATE accounts SET links = ?", links)
        self.database("UPDATE accounts SET links = ?", self.awg)
        self.assertIn("@0.0.0.0:1?", self.plain())
        self.assertIn("AmneziaVPN", urllib.parse.unquote(self.plain()))
        self.assertEqual(kind(self.shop.get(self.path + "?format=awg")), "awg")

    def test_only_an_app_that_got_its_keys_is_noted(self):
        def noted():
            return self.database("SELECT link_read_at FROM subscriptions WHERE id = ?", self.sub["id"])[0][0]

        self.set_subscription("link_read_at", 0)
        self.assertEqual(self.send("HEAD", self.path).status, 200)
        self.shop.get(self.path, BROWSER)
        self.assertEqual(noted(), 0)
        self.shop.get(self.path)
        self.assertGreater(noted(), 0)

    # Headers --------------------------------------------------------------------------------------

    def test_headers(self):
        reply = self.shop.get(self.path)
        self.assertRegex(reply.headers["subscription-userinfo"], rf"; expire={self.sub['expires_at']}$")
        self.assertEqual(words(reply, "profile-title"), self.settings["QENT_SHOP_NAME"])
        self.assertEqual(reply.headers["profile-update-interval"], "7")
        self.assertEqual(reply.headers["support-url"], "https://t.me/help")
        self.assertEqual(reply.headers["profile-web-page-url"], f"{self.shop.url}/app/")
        self.assertEqual(reply.headers["content-disposition"], 'attachment; filename="bVPN"')
        self.assertNotIn("announce", reply.headers)

    def test_the_near_end_is_announced(self):
        self.set_subscription("expires_at", self.now() + 2 * DAY + 60)
        self.assertIn(" 2 ", words(self.shop.get(self.path), "announce"))
        self.assertIn("vless://", self.plain())

    def now(self):
        return self.shop.api("GET", "/me", BUYER).json["now"]

    def test_an_ended_subscription_says_so_in_every_form(self):
        self.set_subscription("expires_at", 1700000000)
        text = "Подписка закончилась" if self.language() == "ru" else "Subscription has ended"
        entries = {
            "plain": lambda body: urllib.parse.unquote(body.decode()),
            "base64": lambda body: urllib.parse.unquote(base64.b64decode(body).decode()),
            "clash": lambda body: yaml.safe_load(body)["proxies"][0]["name"],
            "sing-box": lambda body: json.loads(body)["outbounds"][2]["tag"],
            "awg": lambda body: body.decode()}
        for form, read in entries.items():
            reply = self.shop.get(f"{self.path}?format={form}")
            self.assertEqual(reply.status, 200)
            self.assertIn(text, read(reply.body), form)
            self.assertIn(text, words(reply, "announce"))
        self.assertTrue(self.shop.get(self.path + "?format=vpn").body.startswith(b"vpn://"))
        page = self.shop.get(self.path, BROWSER).body.decode()
        self.assertIn(text, page)
        self.assertNotIn("happ://", page, "there is nothing to add")

    def language(self):
        return self.shop.api("GET", "/me", BUYER).json["language"]

    # Pages ----------------------------------------------------------------------------------------

    def page(self, path, headers=None):
        reply = self.shop.get(path, headers or BROWSER)
        self.assertEqual((reply.status, kind(reply)), (200, "page"))
        text = reply.body.decode()
        policy = reply.headers["Content-Security-Policy"]
        for tag in ("style", "script"):
            (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            self.assertIn(f"{tag}-src 'sha256-{digest}'", policy)
        for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
            self.assertIn(part, policy)
        self.assertEqual(reply.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(reply.headers["X-Frame-Options"], "DENY")
        self.assertEqual(reply.headers["Cache-Control"], "no-store")
        return text

    def test_the_page_loads_nothing_and_escapes_the_shop(self):
        text = self.page(self.path)
        for source in re.findall(r'\bsrc="([^"]*)"', text):
            self.assertTrue(source.startswith("data:image/png;base64,"))
        self.assertNotRegex(text, r"<link|@import|url\(|<script [^>]*src|\son\w+=")
        self.assertNotIn(self.settings["QENT_SHOP_NAME"], text)
        self.assertIn(html.escape(self.settings["QENT_SHOP_NAME"]), text)

    def test_the_page_offers_each_platform_its_apps(self):
        text = self.page(self.path)
        self.assertIn('id="android" checked', text)
        url, name = self.keys["config_link"], urllib.parse.quote(self.settings["QENT_SHOP_NAME"], safe="")
        encoded = urllib.parse.quote(url, safe="")
        for link in (f"happ://add/{url}", f"v2raytun://import/{url}", f"hiddify://import/{url}#{name}",
                     f"v2rayng://install-sub?url={encoded}#{name}", f"streisand://import/{url}#{name}",
                     f"sing-box://import-remote-profile?url={encoded}#{name}",
                     f"clash://install-config?url={encoded}&amp;name={name}"):
            self.assertIn(f'href="{link}"', text)
        self.assertIn(f'href="{url}?format=awg&amp;node=de1"', text)
        self.assertIn('href="vpn://', text)
        self.assertEqual(text.count('<img class="qr"'), 2, "of the link and of the file")
        ios = {**BROWSER, "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"}
        self.assertIn('id="ios" checked', self.page(self.path, ios))

    def test_the_page_speaks_the_users_language(self):
        old = self.language()
        self.addCleanup(self.shop.api, "PATCH", "/me", BUYER, {"language": old})
        for language, word in (("ru", "Ваша ссылка"), ("en", "Your link")):
            self.shop.api("PATCH", "/me", BUYER, {"language": language})
            text = self.page(self.path)
            self.assertIn(f'<html lang="{language}">', text)
            self.assertIn(word, text)

    def test_the_opening_page_knows_its_apps_only(self):
        text = self.page(f"{self.path}/open?app=happ")
        self.assertIn(f'href="happ://add/{self.keys["config_link"]}"', text)
        self.assertIn('id="open" href="vpn://', self.page(f"{self.path}/open?app=amneziavpn"))
        for query in ("", "?app=", "?app=javascript:alert(1)", "?app=https://evil.example"):
            self.problem(self.shop.get(f"{self.path}/open{query}"), 400, "bad-request", "app")

    # Strangers ------------------------------------------------------------------------------------

    def test_unknown_revoked_and_absurd_tokens_are_the_same(self):
        self.shop.api("POST", f"/subscriptions/{self.sub['id']}/rotate", BUYER)
        nothing = self.shop.get("/nothing")
        answers = [self.shop.get(path, headers)
                   for path in (self.path, "/s/unknown", "/s/" + "a" * 128, self.path + "/open?app=happ",
                                self.path + "?format=xml", "/s/unknown/open?app=evil")
                   for headers in (None, BROWSER)]
        for reply in answers:
            self.problem(reply, 404, "not-found")
            self.assertEqual(reply.body, nothing.body)
            self.assertEqual({k: v for k, v in reply.headers.items() if k != "Date"},
                             {k: v for k, v in nothing.headers.items() if k != "Date"})

    def test_guessing_is_slowed_down_and_a_buyer_is_not(self):
        for _ in range(130):
            self.assertEqual(self.send("GET", self.path, source="127.0.0.9").status, 200)
        replies = [self.send("GET", f"/s/guess{i}", source="127.0.0.8") for i in range(130)]
        self.assertEqual({reply.status for reply in replies}, {404, 429})
        self.assertIn("Retry-After", replies[-1].headers)

    def test_the_token_stays_out_of_the_log(self):
        self.shop.get(self.path, BROWSER)
        self.shop.get(f"{self.path}/open?app=happ")
        log = self.shop.apid.log()
        self.assertIn("/s/{token}/open", log)
        self.assertNotIn(self.path.split("/")[-1], log)


if __name__ == "__main__":
    unittest.main()
