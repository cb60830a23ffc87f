# SPDX-License-Identifier: MIT
"""qentctl on a shop that runs: plans, nodes, users, subscriptions, payments, repair, doctor."""
import json
import os
import subprocess
import unittest

from ctl import build_path

from harness import Shop, wait_for

ANNA = 1001


class ShopCase(unittest.TestCase):
    def setUp(self):
        self.shop = Shop()
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)
        self.sandbox = self.shop.sandbox
        self.shop.ctl("migrate")

    def fails(self, code, *args, **kwargs):
        done = self.shop.ctl(*args, check=False, **kwargs)
        self.assertEqual(done.returncode, code, f"{args}: {done.stdout}{done.stderr}")
        self.assertIn("qentctl: ", done.stderr)
        return done

    def sell(self):
        """Anna with a subscription, made by botd."""
        self.shop.stock()
        self.sandbox.person(ANNA, "Anna", "en")
        self.shop.start_botd()
        self.sandbox.say(ANNA, "/start")
        wait_for("the user", lambda: self.sandbox.messages(ANNA))
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        wait_for("the keys", lambda: self.shop.keys_messages(ANNA))
        return self.shop.ctl_json("user", "show", str(ANNA))["subscriptions"][0]["id"]


class Plans(ShopCase):
    def test_a_plan_is_added_listed_and_edited(self):
        self.shop.ctl("plan", "add", "year", "--title-en", "Year", "--period", "12m", "--price", "1990.50RUB",
                      "--price", "900XTR", "--traffic", "1.5TB", "--devices", "3", "--position", "2")
        (plan,) = self.shop.ctl_json("plan", "list")
        self.assertEqual(plan["prices"], [{"minor": 199050, "currency": "RUB"}, {"minor": 900, "currency": "XTR"}])
        self.assertEqual(plan["title_ru"], "Year")
        self.assertEqual(plan["traffic_limit_bytes"], 3 * 2**39)
        self.shop.ctl("plan", "edit", "year", "--hidden", "--title-ru", "Год")
        (plan,) = self.shop.ctl_json("plan", "list")
        self.assertTrue(plan["hidden"])
        self.assertEqual((plan["title_ru"], plan["title_en"], plan["device_limit"]), ("Год", "Year", 3))
        self.assertEqual(plan["position"], 2)
        self.shop.ctl("plan", "edit", "year", "--visible", "--traffic", "unlimited", "--position", "-1")
        (plan,) = self.shop.ctl_json("plan", "list")
        self.assertEqual((plan["hidden"], plan["traffic_limit_bytes"], plan["position"]), (False, 0, -1))
        table = self.shop.ctl("plan", "list").stdout
        self.assertIn("1990.50 RUB, 900 XTR", table)
        self.assertIn("unlimited", table)

    def test_a_price_that_nobody_can_pay_is_told(self):
        """RUR is mistyped: apid offers the plan to nobody."""
        add = ["plan", "add", "month", "--title-en", "Month", "--price"]
        self.assertIn("No payment provider takes", self.shop.ctl(*add, "199RUR").stderr)
        failed = [f["detail"] for f in json.loads(self.shop.ctl("--json", "doctor", check=False).stdout)
                  if f["check"] == "plans" and f["result"] == "FAIL"]
        self.assertTrue(any("currency" in detail for detail in failed), failed)
        mended = self.shop.ctl("plan", "edit", "month", "--price", "199RUB", "--price", "2USD")
        self.assertNotIn("No payment provider", mended.stderr)

    def test_wrong_plans_are_refused(self):
        self.fails(2, "plan", "add", "UPPER", "--title-en", "x", "--price", "1RUB")
        self.fails(2, "plan", "add", "x", "--title-en", "x")
        self.fails(3, "plan", "edit", "none", "--hidden")
        self.shop.ctl("plan", "add", "x", "--title-en", "x", "--price", "1RUB")
        self.fails(1, "plan", "add", "x", "--title-en", "x", "--price", "1RUB")

    def test_columns_line_up_with_wide_letters(self):
        for code, title in (("a", "日本"), ("b", "Месяц"), ("c", "Year")):
            self.shop.ctl("plan", "add", code, "--title-en", title, "--price", "1RUB")
        lines = self.shop.ctl("plan", "list").stdout.splitlines()
        self.assertEqual(lines[1].index("日本", 8) + 4 + 8, lines[1].index("30d") + 2)
        self.assertEqual(lines[2].index("30d"), lines[3].index("30d"))


class Nodes(ShopCase):
    def add(self, name, *args, stdin="admin\n", panel="m1", check=True):
        return self.shop.ctl("node", "add", name, "--url", f"{self.sandbox.url}/marzban/{panel}", "--username",
                             "admin", *args, stdin=stdin, check=check)

    def test_a_node_is_probed_when_it_is_added(self):
        done = self.add("de1")
        self.assertIn("its panel answers", done.stdout)
        self.assertIn("CPU", done.stdout)
        (node,) = self.shop.ctl_json("node", "stats")
        self.assertTrue(node["reachable"])
        self.assertGreater(node["memory_total_bytes"], 0)

    def test_the_password_comes_from_a_file_too(self):
        secret = self.shop.dir / "password"
        secret.write_text("admin\n")
        self.add("de1", "--password-file", str(secret), stdin=None)
        self.assertEqual(self.shop.ctl("node", "probe", "de1").returncode, 0)

    def test_a_wrong_password_is_told_with_what_to_do(self):
        done = self.add("de1", stdin="wrong\n", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unauthorized", done.stderr)
        self.assertIn("is stored", done.stderr)
        self.assertNotIn("wrong", done.stderr.replace("wrong password", ""))

    def test_no_password_or_a_wrong_address_adds_nothing(self):
        self.assertEqual(self.add("de1", stdin="", check=False).returncode, 2)
        self.fails(2, "node", "add", "de1", "--url", "http://example.com", "--username", "a", stdin="x\n")
        self.assertEqual(self.shop.ctl_json("node", "list"), [])

    def test_a_panel_that_is_away_means_try_later(self):
        self.fails(4, "node", "add", "de1", "--url", "http://127.0.0.1:9", "--username", "a", stdin="x\n")
        self.fails(4, "node", "probe", "de1")

    def test_states_and_removal(self):
        self.add("de1")
        for verb, state in (("drain", "draining"), ("disable", "disabled"), ("activate", "active")):
            self.shop.ctl("node", verb, "de1")
            self.assertEqual(self.shop.ctl_json("node", "list")[0]["state"], state)
        self.fails(3, "node", "drain", "none")
        self.shop.ctl("node", "remove", "de1")
        self.assertEqual(self.shop.ctl_json("node", "list"), [])
        self.fails(3, "node", "remove", "de1")

    def test_the_password_is_not_readable_anywhere(self):
        self.add("de1", stdin="S3cretPanelPassword\n", check=False)
        self.assertNotIn(b"S3cretPanelPassword", (self.shop.dir / "qentvpn.db").read_bytes())
        self.assertNotIn("S3cretPanelPassword", self.shop.ctl("node", "list", "--json").stdout)


class Subscriptions(ShopCase):
    def show(self, sub):
        return self.shop.ctl_json("sub", "show", str(sub))

    def test_grant_show_extend_disable_rotate(self):
        sub = self.sell()
        shown = self.show(sub)
        self.assertEqual(shown["subscription"]["state"], "active")
        self.assertTrue(shown["config_link"].startswith(f"{self.shop.url}/s/"))
        self.assertTrue(shown["accounts"][0]["applied"])
        self.assertEqual({link["protocol"] for link in shown["links"]}, {"vless", "shadowsocks"})

        before = shown["subscription"]["expires_at"]
        self.shop.ctl("sub", "extend", str(sub), "--days", "10")
        self.assertEqual(self.show(sub)["subscription"]["expires_at"], before + 10 * 86400)
        for _ in range(2):
            self.shop.ctl("sub", "extend", str(sub), "--until", "2099-12-31")
            self.assertEqual(self.show(sub)["subscription"]["expires_at"], 4102444799)
        wait_for("the panel to follow", lambda: self.sandbox.panel_users()[0]["expire"] == 4102444799)

        self.shop.ctl("sub", "disable", str(sub))
        self.assertEqual(self.show(sub)["subscription"]["state"], "disabled")
        wait_for("the panel to follow", lambda: self.sandbox.panel_users()[0]["status"] == "disabled")
        self.shop.ctl("sub", "enable", str(sub))
        wait_for("the panel to follow", lambda: self.sandbox.panel_users()[0]["status"] == "active")

        self.shop.ctl("sub", "rotate", str(sub))
        self.assertNotEqual(self.show(sub)["config_link"], shown["config_link"])
        self.fails(4, "sub", "rotate", str(sub))
        self.fails(3, "sub", "show", "999")
        self.fails(3, "sub", "grant", str(ANNA), "none")
        self.fails(3, "sub", "grant", "777", "month")
        self.fails(1, "node", "remove", "de1")

    def test_destructive_commands_ask(self):
        sub = self.sell()
        for args in (["sub", "disable", str(sub)], ["sub", "rotate", str(sub)], ["node", "remove", "de1"],
                     ["sub", "extend", str(sub), "--until", "2020-01-01"]):
            done = subprocess.run([build_path("apps/qentctl/qentctl"), "--config", str(self.shop.config), *args],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.shop.env)
            self.assertEqual(done.returncode, 2, args)
            self.assertIn("--yes", done.stderr)
        self.assertEqual(self.show(sub)["subscription"]["state"], "active")

    def test_users_are_found_by_name_and_id(self):
        self.sell()
        (user,) = self.shop.ctl_json("user", "find", "ann")
        self.assertEqual(user["telegram_id"], ANNA)
        self.assertEqual(self.shop.ctl_json("user", "show", str(user["id"]))["user"], user)
        self.assertIn("Subscriptions", self.shop.ctl("user", "show", str(ANNA)).stdout)
        self.assertEqual(self.shop.ctl("user", "find", "nobody", check=False).returncode, 3)

    def test_accounts_and_notices(self):
        sub = self.sell()
        (account,) = self.shop.ctl_json("account", "list", "--sub", str(sub))
        self.assertEqual(self.shop.ctl_json("account", "list", "--pending"), [])
        kinds = [n["kind"] for n in self.shop.ctl_json("notice", "list")]
        self.assertIn("keys", kinds)
        wait_for("the QR", lambda: not self.shop.ctl_json("notice", "list", "--state", "pending"))
        sent = self.shop.ctl_json("notice", "list", "--state", "sent")[0]["id"]
        self.fails(1, "notice", "retry", str(sent))

    def test_stats_count(self):
        self.sell()
        counts = self.shop.ctl_json("stats")["counts"]
        self.assertEqual((counts["users"], counts["subscriptions_active"]), (1, 1))
        self.assertIn("Active subscriptions", self.shop.ctl("stats").stdout)


class Payments(ShopCase):
    def test_missing_things_are_told(self):
        self.assertEqual(self.shop.ctl_json("payment", "list", "--flagged"), [])
        self.assertIn("Nothing waits", self.shop.ctl("payment", "list", "--flagged").stdout)
        for verb in ("show", "recheck", "refund", "accept", "reject"):
            self.fails(3, "payment", verb, "1")
        self.fails(3, "order", "show", "1")
        self.fails(3, "order", "list", "--user", "1")


class Doctor(ShopCase):
    def results(self):
        done = self.shop.ctl("--json", "doctor", check=False)
        return done.returncode, json.loads(done.stdout)

    def test_an_empty_shop_is_told_what_is_missing(self):
        code, findings = self.results()
        self.assertEqual(code, 1)
        failed = {f["check"] for f in findings if f["result"] == "FAIL"}
        self.assertLessEqual({"nodes", "plans", "public url"}, failed)
        self.assertTrue(all(f["remedy"] for f in findings if f["result"] != "OK"))
        fine = {f["check"] for f in findings if f["result"] == "OK"}
        self.assertLessEqual({"settings", "files", "database", "telegram", "payments", "clock"}, fine)

    @unittest.skipUnless(os.path.exists(build_path("apps/apid/apid")), "no apid in this build")
    def test_a_shop_that_is_ready_passes(self):
        self.shop.extra["QENT_MINIAPP_URL"] = f"{self.shop.url}/healthz"
        self.shop.write_settings()
        self.shop.stock()
        self.shop.start_apid()
        done = self.shop.ctl("doctor", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("Ready to sell, with the warnings above.", done.stdout)

    def test_a_refused_token_and_a_readable_database_are_told(self):
        (self.shop.dir / "qentvpn.db").chmod(0o644)
        self.sandbox.fault("telegram", "status", match="getMe", status=401, count=1)
        _, findings = self.results()
        self.assertIn("@BotFather", [f["remedy"] for f in findings if f["check"] == "telegram"][0])
        self.assertIn("WARN", [f["result"] for f in findings if f["check"] == "files"])

    def test_each_nodes_panel_is_probed(self):
        self.shop.stock()
        self.sandbox.fault("marzban", "refuse", panel="m1", count=-1)
        _, findings = self.results()
        self.assertEqual([f["result"] for f in findings if f["check"] == "nodes"], ["FAIL"])

    def test_a_node_that_was_disabled_on_purpose_is_nothing_to_repair(self):
        self.shop.stock()
        self.shop.add_node("nl1", "m2")
        self.shop.ctl("node", "disable", "nl1")
        self.sandbox.fault("marzban", "refuse", panel="m2", count=-1)
        _, findings = self.results()
        told = {f["detail"]: f["result"] for f in findings if f["check"] == "nodes"}
        self.assertEqual(told, {"de1 answers": "OK", "nl1 is disabled and was not asked": "WARN"})

    def test_what_is_wrong_with_a_node_comes_with_what_mends_that(self):
        self.shop.stock()
        self.shop.ctl("node", "edit", "de1", "--options", '{"nonsense":1}', check=False)
        _, findings = self.results()
        (told,) = [f for f in findings if f["check"] == "nodes"]
        self.assertEqual(told["detail"].count("de1"), 1)
        self.assertIn("qentctl node edit", told["remedy"])
        self.assertNotIn("Does its panel run", told["remedy"])

    def test_a_proxy_that_is_not_named_is_told(self):
        """apid takes everybody for the proxy then: webhooks are refused, and one stranger stops all buyers."""
        def told():
            self.shop.write_settings()
            return [f["result"] for f in self.results()[1] if f["check"] == "proxy"]
        self.assertEqual(told(), [], "the sandbox has none")
        self.shop.extra["QENT_PUBLIC_URL"] = "https://127.0.0.1:1"
        self.assertEqual(told(), ["WARN"])
        self.shop.extra["QENT_TRUSTED_PROXIES"] = "127.0.0.1"
        self.assertEqual(told(), [])

    def test_problems_of_the_settings_come_with_their_line(self):
        with open(self.shop.config, "a") as out:
            out.write("QENT_WORKERS=0\n")
        done = self.shop.ctl("doctor", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"FAIL +settings +line \d+: QENT_WORKERS")


if __name__ == "__main__":
    unittest.main(verbosity=1)
