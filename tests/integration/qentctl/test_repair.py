# SPDX-License-Identifier: MIT
"""Comparing, mending and adopting: qentctl reconcile, import and account remove-orphan."""
import json
import sqlite3
import time
import unittest
import urllib.parse
import urllib.request

import ctl  # noqa: F401  (finds the harness)

from harness import Shop, wait_for
from harness.shop import ADMIN

ANNA = 1001
DAY = 86400


class RepairCase(unittest.TestCase):
    def setUp(self):
        self.shop = Shop()
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)
        self.sandbox = self.shop.sandbox
        self.shop.ctl("migrate")
        self.shop.stock()

    def lines(self, *args, code=0):
        """The lines of JSON and the summary."""
        done = self.shop.ctl("--json", *args, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[:-1], lines[-1]

    def sell(self):
        """Anna with a subscription, made by botd, which is stopped then."""
        self.sandbox.person(ANNA, "Anna", "en")
        self.shop.start_botd()
        self.sandbox.say(ANNA, "/start")
        wait_for("the user", lambda: self.sandbox.messages(ANNA))
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        wait_for("the keys", lambda: self.shop.keys_messages(ANNA))
        wait_for("rest", lambda: not self.shop.ctl_json("account", "list", "--pending"))
        self.shop.botd.stop()

    def mend(self):
        self.shop.start_botd()
        wait_for("the repair", lambda: not self.shop.ctl_json("account", "list", "--pending"))
        self.shop.botd.stop()

    def panel_user(self, name, **fields):
        """A user that somebody made on the panel by hand."""
        login = urllib.parse.urlencode({"username": "admin", "password": "admin"}).encode()
        token = self.panel_call("/admin/token", login)["access_token"]
        inbounds = {protocol: [inbound["tag"] for inbound in found]
                    for protocol, found in self.panel_call("/inbounds", token=token).items()}
        body = {"username": name, "proxies": {protocol: {} for protocol in inbounds}, "inbounds": inbounds, **fields}
        self.panel_call("/user", json.dumps(body).encode(), token)

    def panel_call(self, path, body=None, token=""):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} if token else {}
        request = urllib.request.Request(f"{self.sandbox.url}/marzban/m1/api{path}", body, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())


class Reconcile(RepairCase):
    def test_nothing_differs_in_a_healthy_shop(self):
        self.sell()
        done = self.shop.ctl("reconcile")
        self.assertIn("Provider, ledger and panels agree.", done.stdout)
        differences, summary = self.lines("reconcile")
        self.assertEqual((differences, summary["differences"]), ([], 0))

    def test_a_lost_account_is_told_and_mended_only_when_asked(self):
        self.sell()
        (account,) = self.shop.ctl_json("account", "list")
        self.sandbox.control("DELETE", f"/marzban/m1/users?username={account['key']}")
        for args in ([], ["--dry-run"]):
            (drift,), summary = self.lines("reconcile", *args, code=1)
            self.assertEqual((drift["drift"], drift["where"], drift["account_id"], drift["queued"]),
                             ("missing", "de1", account["id"], False))
            self.assertEqual((summary["summary"]["missing"], summary["queued"]), (1, 0))
        self.assertEqual(self.shop.ctl_json("account", "list", "--pending"), [])
        table = self.shop.ctl("reconcile", check=False)
        self.assertEqual(table.returncode, 1)
        self.assertRegex(table.stdout, r"de1 +gone from the panel")
        self.assertIn("In short: 1 gone from the panel.", table.stdout)
        self.assertIn("reconcile --fix", table.stdout)

        fixed = self.shop.ctl("reconcile", "--fix", check=False)
        self.assertEqual(fixed.returncode, 1)
        self.assertIn("Queued repairs: 1.", fixed.stdout)
        self.assertEqual(len(self.shop.ctl_json("account", "list", "--pending")), 1)
        self.mend()
        self.lines("reconcile")
        self.assertEqual(len(self.sandbox.panel_users()), 1)

    def test_a_payment_that_nobody_told_us_of_is_found(self):
        self.sandbox.person(ANNA, "Anna", "en")
        self.shop.start_apid()
        order = self.shop.order(ANNA)
        wait_for("the payment", lambda: self.sandbox.payments(order))
        self.sandbox.control("POST", "/clock", {"advance": -600})
        self.sandbox.pay(order, webhook=False)
        self.lines("reconcile", "--days", "0")
        (drift,), _ = self.lines("reconcile", code=1)
        self.assertEqual((drift["drift"], drift["where"]), ("paid_unsettled", "yookassa"))
        (drift,), summary = self.lines("reconcile", "--fix", code=1)
        self.assertEqual(summary["queued"], 1)
        self.shop.start_botd()
        wait_for("the order to be paid",
                 lambda: self.shop.ctl_json("order", "show", str(order))["order"]["state"] == "paid")
        wait_for("rest", lambda: not self.shop.ctl_json("account", "list", "--pending"))
        self.lines("reconcile")

    def test_a_silent_panel_means_try_later(self):
        self.sell()
        self.sandbox.fault("marzban", "status", panel="m1", status=503, count=-1)
        done = self.shop.ctl("reconcile", check=False)
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"de1 +not compared")

    def test_a_disabled_node_is_named_and_no_drift(self):
        self.shop.ctl("node", "disable", "de1")
        (line,), summary = self.lines("reconcile")
        self.assertEqual((line["drift"], summary["differences"]), ("not_compared", 0))

    def test_wrong_usage(self):
        self.assertEqual(self.shop.ctl("reconcile", "--fix", "--dry-run", check=False).returncode, 2)
        self.assertEqual(self.shop.ctl("reconcile", "--days", "400", check=False).returncode, 2)


class Night(RepairCase):
    def test_the_admins_hear_of_a_bad_night_once(self):
        self.shop.extra["QENT_RECONCILE_HOUR"] = "4"
        self.shop.write_settings()
        self.sandbox.person(ADMIN, "Olga", "en")
        self.sandbox.say(ADMIN, "/start")
        self.sell()
        (account,) = self.shop.ctl_json("account", "list")
        self.sandbox.control("DELETE", f"/marzban/m1/users?username={account['key']}")
        for _ in range(2):
            self.a_day_passes()
            self.shop.start_botd()
            wait_for("the alarm", self.alarms)
            self.shop.botd.stop()
        (alarm,) = self.alarms()
        self.assertIn("1 missing", alarm)
        self.assertIn(account["key"], alarm)
        self.assertEqual(self.shop.ctl_json("account", "list", "--pending"), [])

    def a_day_passes(self):
        """For the nightly run only."""
        with sqlite3.connect(self.shop.dir / "qentvpn.db") as db:
            changed = db.execute("UPDATE counters SET value = value - 86400 WHERE name = 'reconcile_nightly'")
            self.assertEqual(changed.rowcount, 1)

    def alarms(self):
        return [text for text in self.sandbox.texts(ADMIN) if "reconcile" in text]


class Orphans(RepairCase):
    def test_only_named_strangers_are_removed(self):
        self.sell()
        self.panel_user("stranger")
        self.panel_user("guest")
        differences, _ = self.lines("reconcile", "--fix", code=1)
        self.assertEqual({d["key"] for d in differences}, {"stranger", "guest"})
        self.assertEqual({d["drift"] for d in differences}, {"orphan"})
        (account,) = self.shop.ctl_json("account", "list")
        done = self.shop.ctl("account", "remove-orphan", "de1", account["key"], check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("subscription", done.stderr)
        self.assertEqual(self.shop.ctl("account", "remove-orphan", "de1", "nobody", check=False).returncode, 3)
        self.assertEqual(self.shop.ctl("account", "remove-orphan", "de1", check=False).returncode, 2)
        done = self.shop.ctl("account", "remove-orphan", "de1", "two words", check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("at the panel itself", done.stderr)
        self.shop.ctl("account", "remove-orphan", "de1", "stranger")
        self.assertEqual({u["username"] for u in self.sandbox.panel_users()}, {"guest", account["key"]})


class Import(RepairCase):
    def fill(self):
        later = int(time.time()) + 40 * DAY
        self.panel_user("1001", expire=later, data_limit=100 * 2**30)
        self.panel_user("tg_100200300", expire=later)
        self.panel_user("ivan", expire=later)
        self.panel_user("masha", expire=later)
        self.panel_user("forever_55", expire=0)
        return later

    def test_a_panel_is_adopted_without_a_change_to_it(self):
        later = self.fill()
        before = self.sandbox.panel_users()
        (self.shop.dir / "map.csv").write_text("# account,telegram_id\nivan, 100200301\n\nforever_55,55\r\n")
        args = ["import", "de1", "--map", str(self.shop.dir / "map.csv")]
        items, summary = self.lines(*args)
        verdicts = {i["account"]: i["verdict"] for i in items}
        self.assertEqual(self.shop.ctl(*args, "--until", "2020-01-01", check=False).returncode, 2)
        self.assertEqual(verdicts, {"1001": "skip", "tg_100200300": "adopt", "ivan": "adopt", "masha": "skip",
                                    "forever_55": "skip"})
        self.assertFalse(summary["applied"])
        self.assertEqual(self.shop.ctl_json("account", "list"), [])
        self.assertIn("--until DATE", self.shop.ctl(*args).stdout)
        self.assertNotIn("--until DATE", self.shop.ctl(*args, "--until", "2099-12-31").stdout)

        _, summary = self.lines(*args, "--apply", "--until", "2099-12-31")
        self.assertEqual(summary["summary"], {"adopt": 3, "skip": 2, "ours": 0})
        self.assertEqual(self.sandbox.panel_users(), before)
        (drift, other), _ = self.lines("reconcile", code=1)
        self.assertEqual({drift["drift"], other["drift"]}, {"orphan"})

        user = self.shop.ctl_json("user", "show", "100200300")
        (sub,) = user["subscriptions"]
        shown = self.shop.ctl_json("sub", "show", str(sub["id"]))
        self.assertEqual(shown["subscription"]["expires_at"], later)
        self.assertEqual({link["protocol"] for link in shown["links"]}, {"vless", "shadowsocks"})
        again, summary = self.lines(*args, "--apply", "--until", "2099-12-31")
        self.assertEqual(summary["summary"], {"adopt": 0, "skip": 2, "ours": 3})
        self.assertIn("Ours already: 3.", self.shop.ctl(*args).stdout)

        self.shop.start_botd()
        self.shop.ctl("sub", "disable", str(sub["id"]))
        wait_for("the panel to follow", lambda: [u["status"] for u in self.sandbox.panel_users()
                                                 if u["username"] == "tg_100200300"] == ["disabled"])

    def test_what_cannot_be_done_is_said(self):
        bad = self.shop.dir / "bad.csv"
        for text, line in (("ivan\n", 1), ("a,5\nb,x\n", 2), ("a,5\n\na,6\n", 3)):
            bad.write_text(text)
            done = self.shop.ctl("import", "de1", "--map", str(bad), check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"line {line}", done.stderr)
        self.assertEqual(self.shop.ctl("import", "xx1", check=False).returncode, 3)
        self.assertEqual(self.shop.ctl("import", "de1", "--plan", "none", check=False).returncode, 3)
        self.shop.ctl("plan", "add", "other", "--title-en", "Other", "--price", "1RUB", "--group", "us")
        self.assertEqual(self.shop.ctl("import", "de1", "--plan", "other", check=False).returncode, 2)
        self.shop.ctl("plan", "add", "year", "--title-en", "Year", "--price", "1RUB", "--group", "eu")
        self.assertEqual(self.shop.ctl("import", "de1", check=False).returncode, 2)
        self.assertEqual(self.shop.ctl("import", "de1", "--plan", "year").returncode, 0)


class Kinds(RepairCase):
    """Every kind of panel: what it cannot keep is no difference, and its accounts can be adopted."""

    PANELS = {"m1": ("marzban", "admin"), "x1": ("3xui", "admin"), "x2": ("3xui", "admin"),
              "a1": ("amneziawg", "admin"), "w1": ("wgeasy", "admin-password")}

    def setUp(self):
        super().setUp()
        self.shop.ctl("node", "remove", "de1")
        self.shop.ctl("plan", "add", "gb", "--title-en", "GB", "--price", "1RUB", "--traffic", "10GB", "--group", "eu")
        self.sandbox.control("POST", "/3xui/x2/config", {"generation": "A"})
        for name, (kind, password) in self.PANELS.items():
            more = ["--options", '{"public_host":"vpn.test"}'] if kind == "3xui" else []
            self.shop.ctl("node", "add", name, "--gateway", kind, "--url", f"{self.sandbox.url}/{kind}/{name}",
                          "--username", "admin", "--group", "eu", *more, stdin=f"{password}\n")

    def sell_everywhere(self):
        """A subscription on each panel, without and with a limit in turn."""
        for number, name in enumerate(self.PANELS):
            user = 2000 + number
            for other in self.PANELS:
                self.shop.ctl("node", "activate" if other == name else "drain", other)
            self.sandbox.person(user, name, "en")
            self.sandbox.say(user, "/start")
            wait_for("the user", lambda: self.sandbox.messages(user))
            self.shop.ctl("sub", "grant", str(user), "gb" if number % 2 else "month")
            wait_for("the keys", lambda: self.shop.keys_messages(user))

    def rest(self):
        wait_for("rest", lambda: not self.shop.ctl_json("account", "list", "--pending"))

    def test_nothing_differs_on_any_kind_of_panel(self):
        self.shop.start_botd()
        self.sell_everywhere()
        self.rest()
        self.lines("reconcile")
        accounts = self.shop.ctl_json("account", "list")
        self.assertEqual({a["node"] for a in accounts}, set(self.PANELS))
        for change in (["disable"], ["enable"], ["extend", "--until", "2099-03-03 12:34"]):
            for account in accounts:
                self.shop.ctl("sub", change[0], str(account["subscription_id"]), *change[1:])
            self.rest()
            self.lines("reconcile")
        self.shop.botd.stop()
        self.adopt_anew(accounts)

    def adopt_anew(self, accounts):
        """As if another program had made them."""
        with sqlite3.connect(self.shop.dir / "qentvpn.db") as db:
            db.execute("DELETE FROM accounts")
            db.execute("UPDATE nodes SET account_count = 0")
            db.execute("UPDATE subscriptions SET disabled = 1")
        names = self.shop.dir / "map.csv"
        names.write_text("".join(f"{a['key']},{900000 + i}\n" for i, a in enumerate(accounts)))
        for name in self.PANELS:
            _, summary = self.lines("import", name, "--plan", "month", "--map", str(names), "--apply",
                                    "--until", "2099-03-03")
            self.assertEqual(summary["summary"], {"adopt": 1, "skip": 0, "ours": 0}, name)
        self.lines("reconcile")


if __name__ == "__main__":
    unittest.main(verbosity=1)
