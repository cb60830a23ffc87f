#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What comes from YooKassa and Telegram."""
import json
import unittest

from base import ApidTest
from harness import wait_for

JSON = {"Content-Type": "application/json"}


def notification(payment_id="22e12f66-000f-5000-8000-18db351245c7", event="payment.succeeded"):
    return json.dumps({"type": "notification", "event": event, "object": {"id": payment_id, "payment_id": payment_id}})


class Yookassa(ApidTest):
    def post(self, body):
        return self.shop.request("POST", "/webhooks/yookassa", JSON, body)

    def test_unknown_payment_is_taken_quietly(self):
        """Anything but 200 would be repeated for a day."""
        self.assertEqual(self.post(notification()).status, 200)

    def test_other_events_are_taken(self):
        for event in ("payment.canceled", "payment.waiting_for_capture", "refund.succeeded"):
            self.assertEqual(self.post(notification(event=event)).status, 200, event)

    def test_nonsense_is_400(self):
        for body in ("", "{", "[]", "{}", '{"object":{}}', notification("../../me"), notification("x" * 500), "[" * 5000):
            self.assertEqual(self.post(body).status, 400, body[:30])


class YookassaWall(ApidTest):
    settings = {"QENT_YOOKASSA_CHECK_SOURCE": "yes", "QENT_TRUSTED_PROXIES": "127.0.0.1"}

    def post(self, forwarded=None, source="127.0.0.1"):
        headers = {**JSON, **({"X-Forwarded-For": forwarded} if forwarded else {})}
        return self.send("POST", "/webhooks/yookassa", headers, notification(), source)

    def test_known_sources_pass(self):
        for address in ("185.71.76.1", "185.71.77.30", "77.75.153.100", "77.75.156.11", "2a02:5180::1"):
            self.assertEqual(self.post(address).status, 200, address)

    def test_others_are_refused(self):
        for address in (None, "8.8.8.8", "185.71.76.32", "77.75.156.12", "185.71.76.1, 8.8.8.8"):
            self.problem(self.post(address), 403, "forbidden")

    def test_forged_header_of_a_stranger_is_refused(self):
        self.problem(self.post("185.71.76.1", source="127.0.0.2"), 403, "forbidden")


class Telegram(ApidTest):
    UPDATE = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "/start"}}

    def post(self, body, secret):
        headers = {**JSON, **({"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {})}
        return self.shop.request("POST", "/webhooks/telegram", headers, body)

    def test_secret_is_required(self):
        for secret in (None, "", "x", "a" * 64):
            self.problem(self.post(json.dumps(self.UPDATE), secret), 403, "forbidden")

    def test_large_body_is_refused(self):
        self.problem(self.post(b"x" * 300_000, "x"), 413, "body-too-large")


class TelegramThroughTheSandbox(ApidTest):
    """botd sets the webhook with the right secret; the sandbox then delivers to apid."""

    settings = {"QENT_TELEGRAM_MODE": "webhook"}
    with_botd = True

    def test_update_comes_in_and_is_answered(self):
        self.shop.sandbox.person(3001)
        wait_for("the webhook", lambda: "/webhooks/telegram" in json.dumps(self.shop.sandbox.control("GET", "/telegram/state")))
        self.shop.sandbox.say(3001, "/start")
        wait_for("the greeting", lambda: self.shop.sandbox.texts(3001))


if __name__ == "__main__":
    unittest.main()
