# SPDX-License-Identifier: MIT
"""Keys and other notices reach the chat: once, in order, whatever Telegram answers."""
import unittest

from botd_case import ADMIN, ANNA, BORIS, BotdCase, wait_for


class Delivery(BotdCase):
    def setUp(self):
        super().setUp()
        self.start()
        self.meet(ANNA)

    def grant(self, user=ANNA):
        self.shop.ctl("sub", "grant", str(user), "month")

    def sent(self, user, method):
        return [m for m in self.sandbox.messages(user) if m["method"].lower() == method]

    def keys(self, user=ANNA):
        return [m for m in self.sent(user, "sendmessage") if "VPN is ready" in m["text"]]

    def test_keys_come_with_the_config_link_then_the_picture(self):
        self.grant()
        messages = self.wait_messages(ANNA, 3)
        self.assertIn("VPN is ready", messages[1]["text"])
        self.assertIn("vless://", messages[1]["text"])
        self.assertIn("VLESS Reality", messages[1]["text"])
        self.assertIn("ss://", messages[1]["text"])
        self.assertEqual(self.buttons(messages[1])[0]["copy_text"]["text"].split("/s/")[0], self.shop.url)
        self.assertEqual(messages[2]["method"].lower(), "sendphoto")
        self.settled()
        self.assertEqual(len(self.sandbox.messages(ANNA)), 3)

    def test_a_message_that_telegram_limits_waits_and_comes_once(self):
        self.sandbox.fault("telegram", "429", match="sendMessage", retry_after=1, count=2)
        self.grant()
        self.wait_messages(ANNA, 3)
        self.settled()
        self.assertEqual(len(self.keys()), 1)

    def test_a_failing_telegram_delays_and_does_not_repeat(self):
        self.sandbox.fault("telegram", "status", match="sendMessage", status=502, count=2)
        self.grant()
        self.wait_messages(ANNA, 3, timeout=60)
        self.settled(60)
        self.assertEqual(len(self.keys()), 1)

    def test_an_answer_that_is_lost_is_the_only_thing_that_repeats(self):
        self.sandbox.fault("telegram", "cut", match="sendMessage", count=1)
        self.grant()
        self.wait_messages(ANNA, 4, timeout=60)
        self.settled(60)
        self.assertEqual(len(self.keys()), 2)
        self.assertIn("may repeat", self.shop.botd.log())

    def test_a_refused_text_goes_without_markup_and_the_admins_are_told(self):
        self.meet(ADMIN)
        self.sandbox.fault("telegram", "status", match="sendMessage", status=400, count=1)
        self.grant()
        self.wait_messages(ANNA, 3)
        self.settled()
        (keys,) = self.keys()
        self.assertEqual(self.buttons(keys), [])
        self.assertIn("message_refused", self.sandbox.texts(ADMIN)[-1])

    def test_a_blocked_bot_gives_up_until_the_user_is_back(self):
        self.sandbox.control("POST", "/telegram/block", {"user_id": ANNA, "blocked": True})
        wait_for("the block to be known", lambda: not self.shop.ctl_json("user", "find", str(ANNA))[0]["reachable"])
        self.grant()
        wait_for("the account", lambda: self.sandbox.panel_users())
        self.meet(BORIS)
        self.assertEqual(len(self.keys()), 0)
        self.sandbox.control("POST", "/telegram/block", {"user_id": ANNA, "blocked": False})
        wait_for("the keys", lambda: len(self.keys()) == 1)

    def test_forbidden_spares_the_others_and_the_keys_wait_for_the_user(self):
        self.meet(BORIS)
        self.sandbox.fault("telegram", "status", match="sendMessage", status=403, count=1)
        self.grant()
        wait_for("the user to be marked", lambda: not self.shop.ctl_json("user", "find", str(ANNA))[0]["reachable"])
        self.assertIn("нет подписки", self.ask(BORIS, "/my")["text"])
        self.assertEqual(len(self.keys()), 0)
        self.sandbox.say(ANNA, "/help")
        wait_for("the keys", lambda: len(self.keys()) == 1)

    def test_a_sale_is_delivered_after_kill(self):
        self.kill()
        self.grant()
        self.sandbox.say(ANNA, "/my")
        self.start()
        self.wait_messages(ANNA, 4)
        self.settled()
        self.assertEqual(len(self.keys()), 1)
        self.assertEqual(len(self.sandbox.messages(ANNA)), 4)

    def test_rotation_sends_new_keys(self):
        self.grant()
        self.wait_messages(ANNA, 3)
        sub = self.shop.ctl_json("user", "show", str(ANNA))["subscriptions"][0]["id"]
        old = self.buttons(self.keys()[0])[0]["copy_text"]["text"]
        self.shop.ctl("sub", "rotate", str(sub), check=False)
        wait_for("the new keys", lambda: len(self.keys()) == 2)
        self.assertNotEqual(self.buttons(self.keys()[1])[0]["copy_text"]["text"], old)


if __name__ == "__main__":
    unittest.main(verbosity=2)
