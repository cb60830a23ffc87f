#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which node serves a subscription, moving to another one, and traffic node by node."""
import sqlite3
import time
import unittest

from base import ApidTest
from harness import wait_for

ANNA = 1501
BORIS = 1502
DAY = 86400


class NodesTest(ApidTest):
    with_botd = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, panel, title, country in (("nl1", "m2", "Amsterdam", "NL"), ("fi1", "m3", "Helsinki", "FI")):
            cls.shop.ctl("node", "add", name, "--url", f"{cls.shop.sandbox.url}/marzban/{panel}", "--username", "admin",
                         "--group", "eu", "--title", title, "--country", country, stdin="admin\n")
        cls.shop.ctl("node", "edit", "de1", "--country", "DE", "--weight", "1000")

    def subscribe(self, user):
        """A new user with a subscription that a node serves; returns its id."""
        self.shop.sandbox.person(user)
        self.shop.sandbox.say(user, "/start")
        wait_for("the greeting", lambda: self.shop.sandbox.texts(user))
        self.shop.buy(user)
        return self.shop.subscription(user)["id"]

    def nodes(self, sub, user):
        return {n["name"]: n for n in self.shop.api("GET", f"/subscriptions/{sub}/node", user).json["nodes"]}

    def current(self, sub, user):
        return [name for name, node in self.nodes(sub, user).items() if node["current"]]

    def move(self, sub, user, node):
        return self.shop.api("POST", f"/subscriptions/{sub}/node", user, {"node": node})

    def database(self, sql, *values):
        with sqlite3.connect(self.shop.dir / "qentvpn.db", timeout=10) as db:
            rows = db.execute(sql, values).fetchall()
        db.close()
        return rows


class Moving(NodesTest):
    settings = {"QENT_RATE_LIMIT": "1000", "QENT_MOVE_PAUSE_S": "300"}

    def test_a_buyer_moves_once_and_then_waits(self):
        sub = self.subscribe(ANNA)
        nodes = self.nodes(sub, ANNA)
        self.assertEqual(list(nodes), ["nl1", "de1", "fi1"], "by title")
        here = self.current(sub, ANNA)[0]
        there = next(name for name in nodes if name != here)
        self.assertTrue(nodes[there]["available"])
        self.assertFalse(nodes[here]["available"])
        moved = self.move(sub, ANNA, there)
        self.assertEqual(moved.status, 200, moved)
        self.assertEqual(self.current(sub, ANNA), [there])
        self.assertEqual([n["title"] for n in moved.json["nodes"]], [nodes[there]["title"]])
        self.assertEqual([n["country"] for n in moved.json["nodes"]], [nodes[there]["country"]])
        again = self.move(sub, ANNA, there)
        self.assertEqual(again.status, 200, "who is there already need not wait")
        early = self.move(sub, ANNA, here)
        self.problem(early, 409, "too-soon")
        self.assertGreater(int(early.headers["Retry-After"]), 200)
        self.assertLessEqual(int(early.headers["Retry-After"]), 300)
        self.problem(self.move(sub, ANNA, None), 409, "too-soon")

    def test_the_keys_follow_and_the_config_link_stays(self):
        sub = self.subscribe(1503)
        before = self.shop.api("GET", f"/subscriptions/{sub}/keys", 1503).json
        here = self.current(sub, 1503)[0]
        there = next(name for name in self.nodes(sub, 1503) if name != here)
        self.assertEqual(self.move(sub, 1503, there).status, 200)
        title = self.nodes(sub, 1503)[there]["title"]
        wait_for("the keys of the new node", lambda: {link["node"] for link in self.shop.api(
            "GET", f"/subscriptions/{sub}/keys", 1503).json["links"]} == {title})
        after = self.shop.api("GET", f"/subscriptions/{sub}/keys", 1503).json
        self.assertEqual(after["config_link"], before["config_link"])

    def test_what_is_not_ones_own_is_not_there(self):
        sub = self.subscribe(1504)
        self.shop.auth(BORIS)
        for path in ("node", "traffic"):
            self.problem(self.shop.api("GET", f"/subscriptions/{sub}/{path}", BORIS), 404, "not-found")
        self.problem(self.move(sub, BORIS, "nl1"), 404, "not-found")
        self.problem(self.move(999999, BORIS, None), 404, "not-found")

    def test_a_node_must_be_named_or_null(self):
        sub = self.subscribe(1505)
        here = self.current(sub, 1505)
        path = f"/subscriptions/{sub}/node"
        for body in ({}, {"node": ""}, {"node": 1}, {"node": "x" * 33}, {"node": "none"}, {"nod": "nl1"}, {"Node": "nl1"}):
            self.problem(self.shop.api("POST", path, 1505, body), 422, "invalid-field", "node")
        self.problem(self.shop.api("POST", path, 1505, []), 400, "invalid-json")
        self.assertEqual(self.current(sub, 1505), here)

    def test_traffic_tells_days_and_their_nodes(self):
        sub = self.subscribe(1506)
        today = int(time.time()) // DAY * DAY
        ids = dict(self.database("SELECT name, id FROM nodes"))
        for day, node, count in ((today - DAY, ids["de1"], 100), (today, ids["de1"], 7), (today, ids["nl1"], 5),
                                 (today, 0, 3), (today - 40 * DAY, ids["de1"], 1)):
            self.database("INSERT INTO traffic_days (subscription_id, day_start, node_id, bytes) VALUES (?, ?, ?, ?)",
                          sub, day, node, count)
        reply = self.shop.api("GET", f"/subscriptions/{sub}/traffic", 1506).json
        days = reply["days"]
        self.assertEqual([(d["day_start"], d["bytes"]) for d in days], [(today - DAY, 100), (today, 15)])
        self.assertEqual(sorted((n["country"] or "", n["bytes"]) for n in days[1]["nodes"]), [("", 3), ("DE", 7), ("NL", 5)])
        gone = [n for n in days[1]["nodes"] if n["title"] is None]
        self.assertEqual([n["bytes"] for n in gone], [3])


class Refused(NodesTest):
    settings = {"QENT_RATE_LIMIT": "1000", "QENT_MOVE_PAUSE_S": "0"}

    def test_full_draining_and_unpaid_are_conflicts(self):
        sub = self.subscribe(ANNA)
        other = self.subscribe(BORIS)
        here = self.current(sub, ANNA)[0]
        full = next(name for name in self.nodes(sub, ANNA) if name != here)
        self.move(other, BORIS, full)
        self.shop.ctl("node", "edit", full, "--capacity", "1")
        self.assertFalse(self.nodes(sub, ANNA)[full]["available"])
        self.problem(self.move(sub, ANNA, full), 409, "conflict")
        self.shop.ctl("node", "edit", full, "--capacity", "0")
        self.shop.ctl("node", "drain", full)
        self.assertNotIn(full, self.nodes(sub, ANNA), "one that takes nobody is not offered")
        self.assertIn(full, self.nodes(other, BORIS), "but told to whom it serves")
        self.problem(self.move(sub, ANNA, full), 409, "conflict")
        self.shop.ctl("node", "activate", full)
        self.shop.ctl("sub", "extend", str(sub), "--until", "2026-01-01")
        self.problem(self.move(sub, ANNA, full), 409, "conflict")

    def test_null_is_the_best_other_one(self):
        sub = self.subscribe(1507)
        here = self.current(sub, 1507)
        moved = self.move(sub, 1507, None)
        self.assertEqual(moved.status, 200, moved)
        self.assertNotEqual(self.current(sub, 1507), here)

    def test_replicas_are_told_and_all_nodes_named(self):
        self.shop.ctl("plan", "add", "two", "--title-en", "Two", "--price", "300RUB", "--group", "eu", "--replicas", "2")
        plans = {p["code"]: p for p in self.shop.api("GET", "/plans", 1508).json["plans"]}
        self.assertEqual((plans["month"]["replicas"], plans["two"]["replicas"]), (1, 2))
        self.shop.sandbox.say(1508, "/start")
        wait_for("the greeting", lambda: self.shop.sandbox.texts(1508))
        self.shop.buy(1508, plan="two")
        sub = self.shop.subscription(1508)
        self.assertEqual(sub["replicas"], 2)
        self.assertEqual(len(sub["nodes"]), 2)
        self.assertEqual(sub, self.shop.api("GET", f"/subscriptions/{sub['id']}", 1508).json)


if __name__ == "__main__":
    unittest.main()
