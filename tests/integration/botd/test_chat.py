# SPDX-License-Identifier: MIT
"""What the bot answers, and to whom."""
import unittest

from botd_case import ADMIN, ANNA, BORIS, BotdCase, wait_for


class Chat(BotdCase):
    def setUp(self):
        super().setUp()
        self.start()

    def test_the_bot_introduces_itself_to_telegram(self):
        wait_for("the menu button", lambda: self.state()["menu_buttons"])
        state = self.state()
        self.assertEqual(state["menu_buttons"][""]["web_app"]["url"], self.shop.settings()["QENT_MINIAPP_URL"])
        russian = {c["command"]: c["description"] for c in state["commands"]["all_private_chats|0|ru"]}
        self.assertEqual(list(russian), ["start", "my", "help", "lang"])
        self.assertIn("ключи", russian["my"])
        wait_for("the admin's commands", lambda: f"chat|{ADMIN}|ru" in self.state()["commands"])
        admin = [c["command"] for c in self.state()["commands"][f"chat|{ADMIN}|"]]
        self.assertIn("serverstats", admin)

    def test_start_greets_in_the_persons_language_and_opens_the_mini_app(self):
        english = self.ask(ANNA, "/start")
        self.assertIn("Hello, Anna!", english["text"])
        self.assertIn("web_app", self.buttons(english)[0])
        russian = self.ask(BORIS, "/start")
        self.assertIn("Здравствуйте, Борис!", russian["text"])

    def test_start_takes_deep_links(self):
        self.assertIn("Thank you", self.ask(ANNA, "/start paid")["text"])
        plan = self.ask(ANNA, "/start plan_month")
        self.assertIn("Month", plan["text"])
        self.assertIn("199 ₽", plan["text"])
        self.assertIn("tgWebAppStartParam=buy&plan=month", self.buttons(plan)[0]["web_app"]["url"])
        self.assertIn("Hello", self.ask(ANNA, "/start plan_none")["text"])

    def test_other_words_get_a_hint_with_the_mini_app(self):
        reply = self.ask(ANNA, "how much is it?")
        self.assertIn("/help", reply["text"])
        self.assertIn("web_app", self.buttons(reply)[0])

    def test_help_names_apps_and_support(self):
        reply = self.ask(ANNA, "/help")
        self.assertIn("v2rayNG", reply["text"])
        self.assertIn("https://t.me/help_me", reply["text"])

    def test_language_is_chosen_by_a_button_and_stays(self):
        self.ask(ANNA, "/lang")
        before = len(self.sandbox.messages(ANNA))
        self.sandbox.control("POST", "/telegram/callback", {"user_id": ANNA, "data": "lang:ru"})
        self.assertIn("по-русски", self.wait_messages(ANNA, before + 1)[-1]["text"])
        wait_for("the button to stop spinning", lambda: not self.state()["open_callbacks"])
        self.assertIn("подписки", self.ask(ANNA, "/my")["text"])

    def test_admin_commands_are_for_admins(self):
        hint = self.ask(ANNA, "hello")["text"]
        for command in ("/serverstats", "/stats", "/find Anna"):
            self.assertEqual(self.ask(ANNA, command)["text"], hint)
        self.assertIn("Users: ", self.ask(ADMIN, "/stats")["text"])
        nodes = self.ask(ADMIN, "/serverstats")["text"]
        self.assertIn("de1", nodes)
        self.assertRegex(nodes, r"CPU \d+ % · RAM .+ of .+")
        found = self.ask(ADMIN, "/find Anna")["text"]
        self.assertIn(str(ANNA), found)

    def test_my_shows_the_subscription_after_a_grant(self):
        self.assertIn("no subscription", self.ask(ANNA, "/my")["text"])
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        self.wait_messages(ANNA, 3)
        self.settled()
        reply = self.ask(ANNA, "/my")
        self.assertIn("active", reply["text"])
        self.assertIn("/s/", reply["text"])
        self.assertIn("copy_text", self.buttons(reply)[0])


class WithoutTrouble(BotdCase):
    def test_odd_updates_do_not_block_the_queue(self):
        for fields in ({}, {"message": None}, {"message": {"chat": {"id": 1}}}, {"edited_message": {"text": "x"}},
                       {"callback_query": {"id": 5}}, {"poll": {"id": "1"}}):
            self.sandbox.control("POST", "/telegram/update", fields)
        self.start()
        self.assertIn("Hello", self.ask(ANNA, "/start")["text"])

    def test_hostile_names_arrive_as_text(self):
        self.sandbox.person(ANNA, "<b>Anna</b> & </code>\"", "en")
        self.start()
        self.assertIn("<b>Anna</b> & </code>", self.ask(ANNA, "/start")["text"])


class Webhook(BotdCase):
    settings = {"QENT_TELEGRAM_MODE": "webhook"}

    def test_webhook_mode_sets_the_webhook(self):
        self.start()
        wait_for("the webhook", lambda: self.state()["webhook"])
        self.assertEqual(self.state()["webhook"], f"{self.shop.url}/webhooks/telegram")


if __name__ == "__main__":
    unittest.main(verbosity=2)
