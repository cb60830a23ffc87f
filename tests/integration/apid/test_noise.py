#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requests with random damage: whatever comes in, the daemon answers others. QENT_NOISE sets how many."""
import os
import random
import unittest

from base import ApidTest

COUNT = int(os.environ.get("QENT_NOISE", "400"))


class Noise(ApidTest):
    settings = {"QENT_RATE_LIMIT": "100000"}

    def seeds(self):
        auth = self.shop.auth(1001).encode()
        head = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        order = b'{"plan":"month","subscription":null,"new":false,"method":"yookassa","email":"a@example.com"}'
        hook = b'{"type":"notification","event":"payment.succeeded","object":{"id":"22e12f66-000f-5000-8000-18db351245c7"}}'
        json = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        yield b"GET /api/v1/me" + head + b"Authorization: " + auth + b"\r\n\r\n"
        yield b"GET /api/v1/subscriptions/1/traffic?days=30" + head + b"Authorization: " + auth + b"\r\n\r\n"
        yield b"GET /s/abcdefghijklmnopqrstuvwxyz?format=plain" + head + b"\r\n"
        yield b"POST /api/v1/orders" + head + b"Authorization: " + auth + b"\r\nIdempotency-Key: k\r\n" + json % (len(order), order)
        yield b"POST /webhooks/yookassa" + head + json % (len(hook), hook)
        yield b"POST /webhooks/yookassa" + head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n"

    def damage(self, rng, data):
        data = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            kind = rng.randrange(5)
            if kind == 0:
                data[at] = rng.randrange(256)
            elif kind == 1:
                del data[at:at + rng.randint(1, 20)]
            elif kind == 2:
                data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 20)))
            elif kind == 3:
                data[at:at] = data[at:at + 50] * rng.randint(1, 40)
            else:
                del data[at:]
            if not data:
                return b"\r\n"
        return bytes(data)

    def test_damaged_requests_do_no_harm(self):
        rng = random.Random(20261121)
        seeds = list(self.seeds())
        for i in range(COUNT):
            data = self.damage(rng, rng.choice(seeds))
            with self.subTest(i), self.connect(f"127.1.{i // 10 // 250}.{i // 10 % 250 + 1}") as s:
                s.settimeout(0.05)
                try:
                    s.sendall(data)
                    answer = s.recv(4096)
                except OSError:
                    answer = b""
                self.assertNotIn(b" 500 ", answer.split(b"\r\n")[0], data)
        self.assertTrue(self.shop.apid.running)
        self.assertEqual(self.shop.api("GET", "/me", 1001).status, 200)
        self.assertEqual(self.shop.apid.stop(), 0)


if __name__ == "__main__":
    unittest.main()
