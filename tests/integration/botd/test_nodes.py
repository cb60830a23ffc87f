# SPDX-License-Identifier: MIT
"""Several nodes in the chat: seeing them, choosing another one, being moved."""
import unittest

from botd_case import ADMIN, ANNA, BORIS, BotdCase, wait_for


class NodesCase(BotdCase):
    def setUp(self):
        super().setUp()
        self.add("nl1", "m2", "Amsterdam", "NL")
        self.start()
        self.meet(ANNA, BORIS)

    def add(self, name, panel, title, country):
        self.shop.ctl("node", "add", name, "--url", f"{self.sandbox.url}/marzban/{panel}", "--username", "admin",
                      "--group", "eu", "--title", title, "--country", country, stdin="admin\n")

    def subscribe(self, user):
        """A subscription on de1; returns its id."""
        self.shop.ctl("node", "drain", "nl1")
        self.shop.ctl("sub", "grant", str(user), "month")
        wait_for("the keys", lambda: self.shop.keys_messages(user))
        self.settled()
        self.shop.ctl("node", "activate", "nl1")
        return self.shop.ctl_json("user", "show", str(user))["subscriptions"][0]["id"]

    def press(self, user, data, force=False):
        """What the bot answers to a button; with `force` to one that no message has."""
        messages = self.sandbox.messages(user)
        pressed = {"message_id": messages[-1]["message_id"], "force": True} if force else {}
        self.sandbox.control("POST", "/telegram/callback", {"user_id": user, "data": data, **pressed})
        return self.wait_messages(user, len(messages) + 1)[len(messages)]

    def labels(self, message):
        return {button.get("callback_data"): button["text"] for button in self.buttons(message)}

    def serving(self, sub):
        return [n["name"] for n in self.shop.ctl_json("sub", "nodes", str(sub)) if n["current"]]

    def told(self, user, words):
        return [text for text in self.sandbox.texts(user) if words in text]


class Choice(NodesCase):
    def test_a_buyer_changes_the_node_by_buttons(self):
        sub = self.subscribe(ANNA)
        link = self.shop.ctl_json("sub", "show", str(sub))["config_link"]
        my = self.ask(ANNA, "/my")
        self.assertIn("Server: 🇩🇪 Germany", my["text"])
        self.assertEqual(self.labels(my)[f"nodes:{sub}"], "Change server")
        nodes = self.press(ANNA, f"nodes:{sub}")
        self.assertIn("Server now: 🇩🇪 Germany", nodes["text"])
        self.assertRegex(self.labels(nodes)[f"move:{sub}:nl1"], "^🇳🇱 Amsterdam · ")
        self.assertIn("Moving you to 🇳🇱 Amsterdam", self.press(ANNA, f"move:{sub}:nl1")["text"])
        wait_for("the new keys", lambda: self.told(ANNA, "is now served from 🇳🇱 Amsterdam"))
        moved = self.told(ANNA, "is now served from")
        self.assertEqual(len(moved), 1)
        self.assertIn("vless://", moved[0])
        self.assertIn(link, moved[0])
        self.assertEqual(self.serving(sub), ["nl1"])
        self.assertIn("Server: 🇳🇱 Amsterdam", self.ask(ANNA, "/my")["text"])
        wait_for("the button to stop spinning", lambda: not self.state()["open_callbacks"])

    def test_a_second_move_waits_and_a_repeat_of_the_first_does_not(self):
        sub = self.subscribe(ANNA)
        self.press(ANNA, f"move:{sub}:nl1", force=True)
        wait_for("the new keys", lambda: self.told(ANNA, "is now served from"))
        self.settled()
        self.assertIn("serves you already", self.press(ANNA, f"move:{sub}:nl1", force=True)["text"])
        early = self.press(ANNA, f"move:{sub}:de1", force=True)
        self.assertRegex(early["text"], r"You can change it again in \d minutes")
        self.assertIn(f"nodes:{sub}", self.labels(early))
        self.settled()
        self.assertEqual(len(self.told(ANNA, "is now served from")), 1)
        self.assertEqual(self.serving(sub), ["nl1"])

    def test_a_node_that_takes_nobody_says_so(self):
        sub = self.subscribe(BORIS)
        self.press(BORIS, f"nodes:{sub}", force=True)
        self.shop.ctl("node", "edit", "nl1", "--capacity", "1")
        other = self.subscribe(ANNA)
        self.press(ANNA, f"move:{other}:nl1", force=True)
        wait_for("the only place to be taken", lambda: self.serving(other) == ["nl1"])
        self.assertIn("никого не принимает", self.press(BORIS, f"move:{sub}:nl1")["text"])
        self.assertIn("мест нет", self.labels(self.press(BORIS, f"nodes:{sub}", force=True))[f"move:{sub}:nl1"])
        self.assertIn("больше нет", self.press(BORIS, f"move:{sub}:none", force=True)["text"])
        self.assertEqual(self.serving(sub), ["de1"])

    def test_only_ones_own_subscription_moves(self):
        sub = self.subscribe(ANNA)
        hint = self.ask(BORIS, "hello")["text"]
        self.assertEqual(self.press(BORIS, f"nodes:{sub}", force=True)["text"], hint)
        self.assertEqual(self.press(BORIS, f"move:{sub}:nl1", force=True)["text"], hint)
        self.assertEqual(self.serving(sub), ["de1"])


class Failover(NodesCase):
    settings = {"QENT_NODE_DOWN_PROBES": "1", "QENT_NODE_DOWN_S": "1", "QENT_NODE_UP_PROBES": "1"}

    def test_buyers_of_a_dead_node_get_one_notice_with_the_new_keys(self):
        sub = self.subscribe(BORIS)
        self.meet(ADMIN)
        self.sandbox.fault("marzban", "status", status=502, panel="m1", count=-1)
        wait_for("the node to be found down", self.probe, 30, 1)
        wait_for("the notice", lambda: self.told(BORIS, "не отвечает"), 30)
        self.settled()
        (notice,) = self.told(BORIS, "не отвечает")
        self.assertIn("🇳🇱 Amsterdam", notice)
        self.assertIn("ссылка прежняя", notice)
        self.assertIn("vless://", notice)
        self.assertEqual(self.serving(sub).count("nl1"), 1)
        stats = self.ask(ADMIN, "/serverstats")["text"]
        self.assertIn("🔴 🇩🇪 de1 (down", stats)
        self.assertIn("🟢 🇳🇱 nl1 (active)", stats)

    def probe(self):
        self.shop.ctl("node", "probe", "de1", check=False)
        return self.shop.ctl_json("node", "show", "de1")["state"] == "down"


if __name__ == "__main__":
    unittest.main(verbosity=2)
