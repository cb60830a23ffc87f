#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad input of every kind gets a 4xx that says what is wrong, and the daemon goes on."""
import unittest

from base import ApidTest


class Input(ApidTest):
    settings = {"QENT_RATE_LIMIT": "1000", "QENT_CORS_ORIGINS": "https://app.example.com"}

    def tearDown(self):
        self.assertEqual(self.shop.get("/healthz").status, 200)
        self.assertTrue(self.shop.apid.running)

    def test_bodies_that_are_no_json_object(self):
        for body in (b"", b"{", b"[]", b"3", b"null", b'{"plan":"month"} x', b'{"plan":"\xff"}', b'{"plan":"\xed\xa0\x80"}',
                     b'{"plan":"\xc0\x80"}', b'{"plan":"a\x00b"}', b"[" * 40000, b'{"a":' * 5000 + b"1" + b"}" * 5000):
            with self.subTest(body[:20]):
                self.problem(self.post_json("/orders", body), 400, "invalid-json")

    def test_wrong_types_name_the_field(self):
        cases = {"plan": [None, 3, "", "x" * 33, {}, []], "subscription": ["1", 0, -1, 1.5, 1e300, True],
                 "new": ["yes", 1], "method": [5, ""], "email": [1, "x" * 255]}
        for field, values in cases.items():
            for value in values:
                with self.subTest(f"{field}={value!r:.20}"):
                    reply = self.post_json("/orders", {"plan": "month", field: value})
                    self.problem(reply, 422, "invalid-field", field)

    def test_unknown_things_name_the_field(self):
        self.problem(self.post_json("/orders", {"plan": "none"}), 422, "invalid-field", "plan")
        self.problem(self.post_json("/orders", {"plan": "month", "subscription": 77}), 422, "invalid-field", "subscription")
        self.problem(self.post_json("/orders", {"plan": "month", "method": "cash"}), 422, "method-unavailable", "method")

    def test_unknown_fields_are_ignored(self):
        self.assertIn(self.post_json("/orders", {"plan": "month", "colour": "red"}).status, (200, 201))

    def test_idempotency_key_is_required(self):
        for key in ("", "x" * 65, "a b"):
            with self.subTest(key[:5]):
                self.problem(self.post_json("/orders", {"plan": "month"}, key=key), 400, "bad-request", "Idempotency-Key")

    def test_media_type(self):
        for value in ("text/plain", "application/x-www-form-urlencoded", ""):
            reply = self.post_json("/orders", {"plan": "month"}, headers={"Content-Type": value})
            self.problem(reply, 415, "unsupported-media-type")
        reply = self.post_json("/orders", {"plan": "month"}, headers={"Content-Type": "Application/JSON; charset=utf-8"})
        self.assertIn(reply.status, (200, 201))

    def test_ten_megabytes(self):
        self.problem(self.post_json("/orders", b"x" * 10_000_000), 413, "body-too-large")
        self.problem(self.post_json("/orders", b"x" * 65537), 413, "body-too-large")
        reply = self.shop.request("POST", "/webhooks/yookassa", {"Content-Type": "application/json"}, b"x" * 10_000_000)
        self.problem(reply, 413, "body-too-large")

    def test_hundred_megabytes_are_refused_before_they_are_sent(self):
        answer = self.raw(b"POST /webhooks/yookassa HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                          b"Content-Length: 100000000\r\n\r\n")
        self.assertIn(b" 413 ", answer.split(b"\r\n")[0])

    def test_chunked_body_is_limited_too(self):
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        answer = self.raw(b"POST /webhooks/yookassa HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                          b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 4 + b"0\r\n\r\n")
        self.assertIn(b" 413 ", answer.split(b"\r\n")[0])

    def test_body_where_none_is_taken(self):
        reply = self.shop.request("GET", "/healthz", body=b"x")
        self.problem(reply, 413, "body-too-large")

    def test_header_flood(self):
        for headers in ({f"X-{i}": "y" * 200 for i in range(95)}, {"X-Long": "y" * 20000}):
            self.problem(self.shop.get("/healthz", headers), 431, "headers-too-large")
        answer = self.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"y" * 1_000_000 + b"\r\n\r\n")
        self.assertNotIn(b" 200 ", answer[:20])

    def test_long_paths(self):
        self.problem(self.shop.get("/api/v1/" + "a" * 4000), 414, "uri-too-long")
        answer = self.raw(b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertNotIn(b" 200 ", answer[:20])

    def test_garbage_instead_of_http(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 1000):
            with self.subTest(data[:10]):
                with self.connect() as s:
                    s.sendall(data)
                    s.settimeout(0.2)
                    try:
                        self.assertNotIn(b" 200 ", s.recv(100))
                    except OSError:
                        pass

    def test_paths_that_do_not_exist(self):
        for path in ("/", "/api", "/api/v1", "/api/v1/", "/api/v1/me/", "/api/v1/orders/0", "/api/v1/orders/-1", "/api/v1/orders/01",
                     "/api/v1/orders/1e3", "/api/v1/orders/99999999999999999999", "/s/", "/s/a/b", "/s/../healthz", "/s/%61",
                     "/healthz%00", "//healthz", "/api/v1/%6de"):
            with self.subTest(path):
                self.problem(self.send("GET", path, source="127.0.3.1"), 404, "not-found")

    def test_unknown_config_link_is_as_any_404(self):
        token = self.send("GET", "/s/" + "a" * 40, source="127.0.3.2")
        path = self.send("GET", "/nothing", source="127.0.3.2")
        self.assertEqual(token.body, path.body)
        self.assertEqual([k for k in token.headers if k != "Date"], [k for k in path.headers if k != "Date"])

    def test_methods(self):
        reply = self.shop.request("DELETE", "/api/v1/me")
        self.problem(reply, 405, "method-not-allowed")
        self.assertEqual(reply.headers["Allow"], "GET, HEAD, PATCH, OPTIONS")
        self.assertEqual(self.shop.request("POST", "/healthz").headers["Allow"], "GET, HEAD, OPTIONS")
        head = self.shop.request("HEAD", "/healthz")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["Content-Length"], "15")
        options = self.shop.request("OPTIONS", "/api/v1/me")
        self.assertEqual((options.status, options.headers["Allow"]), (204, "GET, HEAD, PATCH, OPTIONS"))

    def test_cors_is_for_the_configured_origin_only(self):
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        good = self.shop.request("OPTIONS", "/api/v1/orders", {"Origin": "https://app.example.com", **ask})
        self.assertEqual(good.status, 204)
        self.assertEqual(good.headers["Access-Control-Allow-Origin"], "https://app.example.com")
        self.assertIn("POST", good.headers["Access-Control-Allow-Methods"])
        self.assertIn("Idempotency-Key", good.headers["Access-Control-Allow-Headers"])
        for origin in ("https://evil.example.com", "https://app.example.com.evil.com", "null", "http://app.example.com"):
            bad = self.shop.request("OPTIONS", "/api/v1/orders", {"Origin": origin, **ask})
            self.assertIsNone(bad.headers["Access-Control-Allow-Origin"], origin)
        got = self.shop.api("GET", "/me", 1001, headers={"Origin": "https://app.example.com"})
        self.assertEqual(got.headers["Access-Control-Allow-Origin"], "https://app.example.com")
        self.assertEqual(got.headers["Vary"], "Origin")

    def test_security_headers(self):
        for reply in (self.shop.api("GET", "/me", 1001), self.shop.get("/nothing")):
            self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(reply.headers["Cache-Control"], "no-store")

    def test_query_numbers(self):
        for days in ("0", "367", "-1", "x", "1.5", "99999999999999999999999"):
            reply = self.shop.api("GET", f"/subscriptions/1/traffic?days={days}", 1001)
            self.problem(reply, 400, "bad-request", "days")

    def test_no_secret_reaches_the_log(self):
        self.shop.api("GET", "/me", 1001)
        log = self.shop.apid.log()
        for secret in (self.shop.auth(1001).split("hash=")[1][:20], "test_sandboxSecretKey"):
            self.assertNotIn(secret, log)


if __name__ == "__main__":
    unittest.main()
