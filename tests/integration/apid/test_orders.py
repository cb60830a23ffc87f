#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From a tap to a pay link."""
import concurrent.futures
import unittest

from base import ApidTest


class Orders(ApidTest):
    settings = {"QENT_RATE_LIMIT": "1000"}

    def tearDown(self):
        self.shop.sandbox.no_faults()

    def test_second_tap_is_the_same_order_and_one_payment(self):
        first = self.post_json("/orders", {"plan": "month"}, user=1101, key="a")
        second = self.post_json("/orders", {"plan": "month"}, user=1101, key="a")
        third = self.post_json("/orders", {"plan": "month"}, user=1101, key="b")
        self.assertEqual([r.status for r in (first, second, third)], [201, 200, 200])
        self.assertEqual(len({(r.json["id"], r.json["pay_url"]) for r in (first, second, third)}), 1)
        self.assertEqual(len(self.shop.sandbox.payments(first.json["id"])), 1)

    def test_taps_at_once_are_one_order_and_one_payment(self):
        auth = self.shop.auth(1102)
        self.assertTrue(auth)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda i: self.post_json("/orders", {"plan": "month"}, user=1102, key=f"k{i}"), range(8)))
        self.assertTrue({r.status for r in replies} <= {200, 201, 202}, replies)
        ids = {r.json["id"] for r in replies}
        self.assertEqual(len(ids), 1)
        self.assertEqual(len(self.shop.sandbox.payments(ids.pop())), 1)

    def test_slow_provider_gives_202_within_five_seconds_and_holds_nobody_else(self):
        self.shop.sandbox.fault("yookassa", "timeout", ms=20000, match="POST /payments", count=-1)
        buyers = [user for user in range(1200, 1220) if self.shop.auth(user)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            waiting = [pool.submit(self.post_json, "/orders", {"plan": "month"}, user) for user in buyers]
            others = [self.shop.api("GET", "/me", 1001) for _ in range(20)]
            self.assertFalse(any(w.done() for w in waiting), "the others were answered first")
            replies = [w.result() for w in waiting]
        self.assertEqual({r.status for r in others}, {200})
        self.assertEqual({r.status for r in replies}, {202}, replies)
        self.assertEqual({r.json["status"] for r in replies}, {"preparing"})

    def test_provider_that_fails_gives_202(self):
        for kind in ("status", "garbage", "refuse"):
            self.shop.sandbox.fault("yookassa", kind, match="POST /payments", count=-1)
            reply = self.post_json("/orders", {"plan": "month"}, user=1301)
            self.assertEqual((reply.status, reply.json["pay_url"]), (202, None), kind)
            self.shop.sandbox.no_faults()

    def test_buyer_who_goes_away_while_waiting_harms_nobody(self):
        self.shop.sandbox.fault("yookassa", "delay", ms=1000, match="POST /payments", count=-1)
        auth = self.shop.auth(1401)
        body = b'{"plan":"month"}'
        for _ in range(3):
            with self.connect() as s:
                s.sendall(b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n"
                          + f"Authorization: {auth}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        self.shop.sandbox.no_faults()
        reply = self.post_json("/orders", {"plan": "month"}, user=1401)
        self.assertIn(reply.status, (200, 201, 202))
        self.assertTrue(self.shop.apid.running)


if __name__ == "__main__":
    unittest.main()
