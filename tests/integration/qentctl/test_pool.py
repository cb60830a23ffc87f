#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qentctl over several nodes: what they are, changing them, moving people, traffic."""
import json
import os
import pty
import signal
import sqlite3
import subprocess
import time
import unittest

from ctl import build_path

from harness import Shop, wait_for

DAY = 86400


class PoolCase(unittest.TestCase):
    def setUp(self):
        self.shop = Shop()
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)
        self.sandbox = self.shop.sandbox
        self.shop.ctl("migrate")
        self.shop.stock()

    def fails(self, code, *args, **kwargs):
        done = self.shop.ctl(*args, check=False, **kwargs)
        self.assertEqual(done.returncode, code, f"{args}: {done.stdout}{done.stderr}")
        self.assertIn("qentctl: ", done.stderr)
        return done

    def add(self, name, panel, *args):
        self.shop.ctl("node", "add", name, "--url", f"{self.sandbox.url}/marzban/{panel}", "--username", "admin",
                      "--group", "eu", *args, stdin="admin\n")

    def node(self, name):
        return self.shop.ctl_json("node", "show", name)

    def people(self, count):
        """So many buyers with keys; returns their subscriptions."""
        self.shop.start_botd()
        users = range(3001, 3001 + count)
        for user in users:
            self.sandbox.person(user)
            self.sandbox.say(user, "/start")
        wait_for("the users", lambda: all(self.sandbox.messages(user) for user in users), 30)
        for user in users:
            self.shop.ctl("sub", "grant", str(user), "month")
        wait_for("the keys", lambda: not self.shop.ctl_json("account", "list", "--pending"), 30, 0.2)
        return [self.shop.ctl_json("user", "show", str(user))["subscriptions"][0]["id"] for user in users]

    def database(self, sql, *values):
        with sqlite3.connect(self.shop.dir / "qentvpn.db", timeout=10) as db:
            rows = db.execute(sql, values).fetchall()
        db.close()
        return rows

    def spawn(self, *args, stderr=subprocess.PIPE):
        return subprocess.Popen([build_path("apps/qentctl/qentctl"), "--config", str(self.shop.config), *args],
                                stdout=subprocess.PIPE, stderr=stderr, env=self.shop.env, text=True)


class Nodes(PoolCase):
    def test_list_and_show_tell_where_what_and_how_full(self):
        self.add("nl1", "m2", "--country", "NL", "--capacity", "200", "--title", "Amsterdam", "--parallel", "4")
        node = self.node("nl1")
        self.assertEqual((node["country"], node["group"], node["capacity"], node["parallel"], node["state"]),
                         ("NL", "eu", 200, 4, "active"))
        self.assertIsNone(node["failing_since"])
        self.assertIsInstance(node["load_percent"], int)
        listed = {n["name"]: n for n in self.shop.ctl_json("node", "list")}
        self.assertEqual(listed["nl1"], node)
        self.assertIsNone(self.bare()["country"])
        table = self.shop.ctl("node", "list").stdout
        for word in ("COUNTRY", "GROUP", "STATE", "LOAD", "NL", "eu", "active"):
            self.assertIn(word, table)
        self.assertIn("Amsterdam", self.shop.ctl("node", "show", "nl1").stdout)
        self.fails(3, "node", "show", "none")

    def bare(self):
        self.add("fi1", "m3")
        return self.node("fi1")

    def test_edit_changes_only_what_is_given(self):
        self.add("nl1", "m2", "--country", "NL", "--weight", "7", "--options", '{"inbounds":{"vless":["VLESS TCP REALITY"]}}')
        before = self.node("nl1")
        self.assertIn("is changed", self.shop.ctl("node", "edit", "nl1", "--capacity", "5").stdout)
        self.assertEqual(self.node("nl1"), {**before, "capacity": 5})
        options = dict(self.database("SELECT name, options FROM nodes"))
        self.assertEqual(json.loads(options["nl1"]), {"inbounds": {"vless": ["VLESS TCP REALITY"]}})
        self.shop.ctl("node", "edit", "nl1", "--country", "", "--title", "Holland", "--weight", "9")
        after = self.node("nl1")
        self.assertEqual((after["country"], after["title"], after["weight"], after["capacity"]), (None, "Holland", 9, 5))
        self.assertEqual(self.shop.ctl("node", "probe", "nl1").returncode, 0, "the credentials stayed")
        self.fails(2, "node", "edit", "nl1")
        self.fails(2, "node", "edit", "nl1", "--country", "Nowhere")
        self.fails(2, "node", "edit", "nl1", "--parallel", "65")
        self.fails(3, "node", "edit", "none", "--weight", "1")
        self.fails(1, "node", "edit", "nl1", "--url", f"{self.sandbox.url}/marzban/m1")
        self.assertEqual(self.node("nl1"), after)

    def test_what_an_edit_replaces_as_a_whole_is_shown(self):
        options = {"inbounds": {"vless": ["VLESS TCP REALITY"]}}
        pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        self.add("nl1", "m2", "--options", json.dumps(options), "--pinned-key", pin)
        node = self.node("nl1")
        self.assertEqual((node["options"], node["pinned_key"], node["ca_file"]), (options, pin, None))
        self.assertEqual(self.node("de1")["options"], {})
        shown = self.shop.ctl("node", "show", "nl1").stdout
        self.assertIn(json.dumps(options), shown)
        self.assertIn(pin, shown)

    def test_new_credentials_are_tried_and_end_the_refusal(self):
        self.fails(1, "node", "edit", "de1", "--password-file", "-", stdin="wrong\n")
        self.assertTrue(self.node("de1")["refused"])
        self.assertIn("refused credentials", self.shop.ctl("node", "list").stdout)
        done = self.shop.ctl("node", "edit", "de1", "--password-file", "-", stdin="admin\n")
        self.assertIn("its panel answers", done.stdout)
        self.assertFalse(self.node("de1")["refused"])

    def test_a_node_with_accounts_keeps_its_group(self):
        self.people(1)
        self.fails(1, "node", "edit", "de1", "--group", "asia")
        self.assertEqual(self.node("de1")["group"], "eu")

    def test_a_plan_names_its_replicas(self):
        self.shop.ctl("plan", "edit", "month", "--replicas", "3")
        (plan,) = self.shop.ctl_json("plan", "list")
        self.assertEqual(plan["replicas"], 3)
        self.shop.ctl("plan", "edit", "month", "--hidden")
        self.assertEqual(self.shop.ctl_json("plan", "list")[0]["replicas"], 3)
        self.fails(2, "plan", "edit", "month", "--replicas", "9")


class Moving(PoolCase):
    def on_panels(self):
        return [len(self.sandbox.panel_users(panel)) for panel in ("m1", "m2", "m3")]

    def test_evacuate_moves_everybody_and_says_how_many(self):
        self.people(12)
        self.add("nl1", "m2")
        self.add("fi1", "m3")
        self.assertEqual(self.on_panels(), [12, 0, 0])
        done = self.shop.ctl("node", "evacuate", "de1")
        self.assertIn("Moved 12 of 12 accounts away from de1.", done.stdout)
        here, *there = self.on_panels()
        self.assertEqual((here, sum(there)), (0, 12))
        self.assertGreater(min(there), 3, "spread over both")
        node = self.node("de1")
        self.assertEqual((node["state"], node["evacuating"], node["accounts"]), ("draining", True, 0))
        again = self.shop.ctl_json("node", "evacuate", "de1")
        self.assertEqual((again["total"], again["moved"], again["waiting"], again["first_error"]), (0, 0, 0, None))
        self.shop.ctl("node", "activate", "de1")
        self.assertFalse(self.node("de1")["evacuating"])

    def test_some_move_to_where_one_says(self):
        self.people(6)
        self.add("nl1", "m2")
        self.add("fi1", "m3")
        moved = self.shop.ctl_json("node", "move", "de1", "fi1", "--count", "2")
        self.assertEqual((moved["total"], moved["moved"], moved["waiting"]), (2, 2, 0))
        self.assertEqual(self.on_panels(), [4, 0, 2])
        self.assertEqual(self.node("de1")["state"], "active")
        self.shop.ctl("node", "evacuate", "de1", "--to", "nl1")
        self.assertEqual(self.on_panels(), [0, 4, 2])
        self.assertEqual(self.node("de1")["state"], "draining")
        self.fails(2, "node", "move", "nl1", "nl1")
        for wrong, *names in (("none", "nl1", "none"), ("nowhere", "nowhere", "nl1")):
            self.assertIn(f"no such node: {wrong}", self.fails(3, "node", "move", *names).stderr)
        self.fails(2, "node", "move", "nl1", "fi1", "--count", "0")

    def test_nowhere_to_go_moves_nobody(self):
        self.people(1)
        self.assertIn("no other node", self.fails(1, "node", "evacuate", "de1").stderr)
        self.assertEqual((self.node("de1")["state"], self.on_panels()[0]), ("active", 1))

    def test_an_evacuation_that_is_refused_changes_nothing(self):
        self.people(1)
        self.add("nl1", "m2")
        self.shop.ctl("node", "drain", "nl1")
        for code, target in ((1, "nl1"), (2, "de1"), (3, "none")):
            self.fails(code, "node", "evacuate", "de1", "--to", target)
            self.assertEqual(self.node("de1")["state"], "active", f"to {target}")

    def test_those_without_room_stay_and_are_counted(self):
        self.people(3)
        self.add("nl1", "m2", "--capacity", "2")
        done = self.shop.ctl("--json", "node", "evacuate", "de1", check=False)
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["moved"], told["without_room"], told["waiting"]), (4, 2, 1, 0))
        self.assertIn("1 stay because no other node", self.shop.ctl("node", "evacuate", "de1", check=False).stdout)
        self.shop.ctl("node", "edit", "nl1", "--capacity", "0")
        self.assertEqual(self.shop.ctl_json("node", "evacuate", "de1")["moved"], 1)
        self.assertEqual(self.on_panels(), [0, 3, 0])

    def test_who_fails_is_told_with_the_reason(self):
        self.people(2)
        self.add("nl1", "m2")
        self.sandbox.fault("marzban", "status", status=500, panel="m2", match="POST /api/user$", count=-1)
        told = self.shop.ctl_json("node", "evacuate", "de1", "--no-wait")
        self.assertEqual(told, {"node": "de1", "total": 2})

        def tried():
            self.database("UPDATE accounts SET next_attempt_at = 0 WHERE attempts < 3")
            pending = self.shop.ctl_json("account", "list", "--pending", "--node", "nl1")
            return len(pending) == 2 and all(account["attempts"] >= 3 for account in pending)
        wait_for("three attempts", tried, 60, 0.3)
        done = self.shop.ctl("--json", "node", "evacuate", "de1", "--patience", "1", check=False)
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["moved"], told["waiting"], told["failing"]), (4, 0, 2, 2))
        self.assertEqual(told["first_error"]["node"], "nl1")
        self.assertIn("500", told["first_error"]["error"])
        text = self.shop.ctl("node", "evacuate", "de1", "--patience", "1", check=False).stdout
        self.assertIn("2 fail; the first is account", text)
        self.assertIn("qentctl node probe nl1", text)
        self.assertEqual(self.on_panels()[0], 2, "nobody left before the new one confirmed")

    def test_without_botd_the_waiting_ends_by_itself(self):
        self.people(2)
        self.add("nl1", "m2")
        self.shop.botd.stop()
        done = self.shop.ctl("node", "evacuate", "de1", "--patience", "1", check=False)
        self.assertEqual(done.returncode, 4)
        self.assertIn("Moved 0 of 2", done.stdout)
        self.assertIn("Does botd run?", done.stdout)
        self.assertIn("0 of 2", done.stderr, "progress goes to standard error")

    def test_an_interrupt_leaves_the_work_running(self):
        self.people(2)
        self.add("nl1", "m2")
        self.shop.botd.stop()
        child = self.spawn("node", "evacuate", "de1")
        self.assertIn("0 of 2", child.stderr.readline())
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 4, out + err)
        self.assertIn("the work goes on in botd", err)
        self.assertIn("Moved 0 of 2", out)
        self.shop.start_botd()
        self.shop.ctl("node", "evacuate", "de1")
        self.assertEqual(self.on_panels(), [0, 2, 0])

    def test_a_terminal_gets_one_line_drawn_anew(self):
        self.people(2)
        self.add("nl1", "m2")
        self.shop.botd.stop()
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        child = self.spawn("node", "evacuate", "de1", "--patience", "1", stderr=theirs)
        os.close(theirs)
        child.communicate(timeout=30)
        drawn = os.read(ours, 65536).decode()
        self.assertGreater(drawn.count("\r["), 2)
        self.assertEqual(drawn.count("\n"), 1)

    def test_one_subscription_moves_to_where_an_admin_says(self):
        (sub,) = self.people(1)
        self.add("nl1", "m2", "--country", "NL")
        self.add("fi1", "m3")
        nodes = {n["name"]: n for n in self.shop.ctl_json("sub", "nodes", str(sub))}
        self.assertEqual(sorted(nodes), ["de1", "fi1", "nl1"])
        self.assertEqual((nodes["de1"]["current"], nodes["nl1"]["available"], nodes["nl1"]["country"]), (True, True, "NL"))
        self.shop.ctl("sub", "move", str(sub), "nl1")
        wait_for("the move", lambda: self.on_panels() == [0, 1, 0])
        self.assertIn("on nl1 already", self.shop.ctl("sub", "move", str(sub), "nl1").stdout)
        self.shop.ctl("sub", "move", str(sub))
        wait_for("the next move, without a pause", lambda: self.on_panels()[1] == 0)
        self.fails(3, "sub", "move", str(sub), "none")
        self.fails(3, "sub", "nodes", "999")


class Traffic(PoolCase):
    def test_traffic_is_exact_for_scripts_and_readable_for_people(self):
        (sub,) = self.people(1)
        self.add("nl1", "m2", "--country", "NL", "--title", "Amsterdam")
        today = int(time.time()) // DAY * DAY
        ids = dict(self.database("SELECT name, id FROM nodes"))
        for day, node, count in ((today - DAY, ids["nl1"], 2**30), (today, ids["nl1"], 5), (today, 0, 3)):
            self.database("INSERT INTO traffic_days (subscription_id, day_start, node_id, bytes) VALUES (?, ?, ?, ?)",
                          sub, day, node, count)
        for hour, count in ((today - DAY, 1), (today - DAY + 3600, 2), (today, 2**31 + 4), (today - 40 * DAY, 8)):
            self.database("INSERT INTO traffic_hours (node_id, hour_start, bytes) VALUES (?, ?, ?)", ids["nl1"], hour, count)
        days = self.shop.ctl_json("stats", "traffic", "--node", "nl1")
        self.assertEqual([(d["start"], d["bytes"]) for d in days], [(today - DAY, 3), (today, 2**31 + 4)])
        hours = self.shop.ctl_json("stats", "traffic", "--node", "nl1", "--hours", "--days", "2")
        self.assertEqual([h["bytes"] for h in hours], [1, 2, 2**31 + 4])
        self.assertEqual(len(self.shop.ctl_json("stats", "traffic", "--node", "nl1", "--days", "1")), 1)
        rows = self.shop.ctl_json("stats", "traffic", "--sub", str(sub))
        self.assertEqual({(r["start"], r["node"], r["bytes"]) for r in rows},
                         {(today - DAY, "Amsterdam", 2**30), (today, "Amsterdam", 5), (today, None, 3)})
        nodes = {n["node"]: n["bytes"] for n in self.shop.ctl_json("stats", "traffic")}
        self.assertEqual(nodes["nl1"], 2**31 + 7)
        table = self.shop.ctl("stats", "traffic", "--node", "nl1").stdout
        self.assertIn("2.0 GB", table)
        self.assertIn("Together: 2.0 GB", table)
        self.assertIn("users", self.shop.ctl("--json", "stats").stdout, "the glance is still there")
        self.fails(2, "stats", "traffic", "--node", "nl1", "--sub", "1")
        self.fails(2, "stats", "traffic", "--hours")
        self.fails(2, "stats", "traffic", "--days", "367")
        self.fails(3, "stats", "traffic", "--node", "none")
        self.fails(3, "stats", "traffic", "--sub", "999")


if __name__ == "__main__":
    unittest.main(verbosity=2)
