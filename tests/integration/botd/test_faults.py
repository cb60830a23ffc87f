# SPDX-License-Identifier: MIT
"""Long polling and the work loops survive what the network does."""
import unittest

from botd_case import ADMIN, ANNA, BORIS, BotdCase, wait_for


class Faults(BotdCase):
    def check_poll_survives(self, kind, **fields):
        self.start()
        self.meet(ANNA)
        self.sandbox.fault("telegram", kind, match="getUpdates", **fields)
        for text in ("/help", "/my", "/lang"):
            self.sandbox.say(ANNA, text)
        self.wait_messages(ANNA, 4, timeout=60)
        self.settled()
        self.assertEqual(len(self.sandbox.messages(ANNA)), 4)

    def test_poll_survives_a_conflict(self):
        self.check_poll_survives("status", status=409, count=2)

    def test_poll_survives_a_limit(self):
        self.check_poll_survives("429", retry_after=1, count=2)

    def test_poll_survives_errors(self):
        self.check_poll_survives("status", status=500, count=3)

    def test_poll_survives_a_proxys_page(self):
        self.check_poll_survives("html", count=2)

    def test_poll_survives_garbage(self):
        self.check_poll_survives("garbage", count=2)

    def test_poll_survives_resets(self):
        self.check_poll_survives("refuse", count=2)

    def test_poll_loses_nothing_when_the_answer_is_cut(self):
        self.check_poll_survives("cut", count=2)

    def test_a_refused_token_alarms_the_admins_once(self):
        self.start()
        self.meet(ADMIN)
        self.sandbox.fault("telegram", "status", match="getUpdates", status=401, count=1)
        self.sandbox.say(ADMIN, "/help")
        wait_for("the alarm", lambda: any("bot_token_refused" in t for t in self.sandbox.texts(ADMIN)))
        self.assertEqual(sum("bot_token_refused" in t for t in self.sandbox.texts(ADMIN)), 1)

    def test_telegram_down_at_the_start_does_not_stop_the_work(self):
        self.start()
        self.meet(ANNA)
        self.shop.botd.stop()
        self.sandbox.fault("telegram", "refuse", count=-1)
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        self.start()
        wait_for("the account", lambda: self.sandbox.panel_users())
        self.sandbox.no_faults()
        self.wait_messages(ANNA, 3, timeout=60)
        wait_for("the menu button", lambda: self.state()["menu_buttons"], timeout=30)

    def test_a_sale_does_not_wait_behind_a_panel_that_hangs(self):
        self.shop.add_node("nl1", "m2", "Netherlands", "NL")
        self.start()
        self.meet(ANNA, BORIS)
        self.settled()
        self.sandbox.fault("marzban", "timeout", panel="m1", match="POST /api/user$", ms=60000, count=-1)
        before = self.sandbox.calls("marzban", "m1")
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        wait_for("the call that hangs", lambda: self.sandbox.calls("marzban", "m1") > before)
        self.shop.ctl("sub", "grant", str(BORIS), "month")
        wait_for("Boris's account", lambda: self.sandbox.panel_users("m2"))
        [waiting] = self.shop.ctl_json("account", "list", "--node", "de1")
        self.assertEqual(waiting["attempts"], 0)  # the first call still hangs

    def test_updates_of_a_stopped_bot_are_answered_once_later(self):
        self.start()
        self.meet(ANNA)
        self.kill()
        self.sandbox.say(ANNA, "/help")
        self.start()
        self.wait_messages(ANNA, 2)
        self.kill()
        self.start()
        self.ask(ANNA, "/my")
        self.assertEqual(len(self.sandbox.messages(ANNA)), 3)

    def test_stop_does_not_wait_for_the_long_poll(self):
        self.start()
        self.meet(ANNA)
        self.assertEqual(self.shop.botd.stop(timeout=15), 0)

    def test_stop_does_not_wait_for_a_silent_telegram(self):
        self.start()
        self.meet(ANNA)
        self.sandbox.fault("telegram", "timeout", match="sendMessage", ms=20000, count=-1)
        self.sandbox.say(ANNA, "/help")
        wait_for("the send", lambda: any(n["attempts"] for n in self.notices("pending")))
        self.assertEqual(self.shop.botd.stop(timeout=15), 0)

    def test_a_missing_database_is_told_at_the_start(self):
        (self.shop.dir / "qentvpn.db").unlink()
        self.start()
        wait_for("the end", lambda: not self.shop.botd.running)
        self.assertEqual(self.shop.botd.child.returncode, 1)
        self.assertIn("database", self.shop.botd.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
