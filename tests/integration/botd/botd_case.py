# SPDX-License-Identifier: MIT
"""A botd with its sandbox for each test, without apid."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from harness import Shop, wait_for  # noqa: E402

ANNA = 1001
BORIS = 1002
ADMIN = 99


class BotdCase(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.shop = Shop(settings={"QENT_SUPPORT_URL": "https://t.me/help_me", **self.settings})
        self.shop.__enter__()
        self.addCleanup(self.leave)
        self.sandbox = self.shop.sandbox
        self.shop.ctl("migrate")
        self.shop.stock()
        self.sandbox.person(ANNA, "Anna", "en")
        self.sandbox.person(BORIS, "Борис", "ru")
        self.sandbox.person(ADMIN, "Admin", "en")

    def leave(self):
        result = self._outcome.result
        failed = any(test is self for test, _ in result.failures + result.errors)
        self.shop.__exit__(AssertionError if failed else None, None, None)

    # Steps ----------------------------------------------------------------------------------------

    def start(self):
        self.shop.start_botd()

    def meet(self, *users):
        """Each says /start and is answered."""
        for user in users or (ANNA,):
            self.ask(user, "/start")

    def ask(self, user, text, timeout=20):
        """What the bot answers to a text: its newest message."""
        before = len(self.sandbox.messages(user))
        self.sandbox.say(user, text)
        return self.wait_messages(user, before + 1, timeout)[-1]

    def kill(self):
        """Botd ends without warning, having noted that all it sent has arrived."""
        self.settled()
        self.shop.botd.kill()

    def wait_messages(self, user, count, timeout=20):
        wait_for(f"message {count} to {user}", lambda: len(self.sandbox.messages(user)) >= count, timeout)
        return self.sandbox.messages(user)

    def settled(self, timeout=30):
        """Wait until botd has nothing left to send."""
        wait_for("all notices to be sent", lambda: not self.notices("pending"), timeout, 0.1)

    def notices(self, state=None):
        query = ["--state", state] if state else []
        return self.shop.ctl_json("notice", "list", *query)

    def buttons(self, message):
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def state(self):
        return self.sandbox.control("GET", "/telegram/state")
