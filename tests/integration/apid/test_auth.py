#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may call, how often, and from where."""
import sqlite3
import time
import unittest

from base import ApidTest


class Auth(ApidTest):
    def me(self, authorization, source="127.0.0.1"):
        headers = {} if authorization is None else {"Authorization": authorization}
        return self.send("GET", "/api/v1/me", headers, source=source)

    def test_refusals_name_their_reason(self):
        good = self.shop.auth(1001)
        forged = good[:-1] + ("0" if good[-1] != "0" else "1")
        cases = [
            (None, "unauthorized"), ("", "unauthorized"), ("tma", "unauthorized"), ("tma ", "unauthorized"),
            ("Bearer x", "unauthorized"), (forged, "unauthorized"), (good + "&x=1", "unauthorized"),
            ("tma user=%7B%7D", "unauthorized"), ("tma " + "a" * 5000, "unauthorized"),
        ]
        for i, (value, slug) in enumerate(cases):
            with self.subTest(value and value[:30]):
                reply = self.me(value, source=f"127.0.1.{i + 1}")
                self.problem(reply, 401, slug)
                self.assertEqual(reply.headers["WWW-Authenticate"], "tma")

    def test_scheme_is_case_insensitive(self):
        self.assertEqual(self.me("TMA " + self.shop.auth(1001)[4:]).status, 200)

    def test_old_initdata_is_told_apart(self):
        self.shop.sandbox.person(1003)
        old = self.shop.sandbox.init_data(1003, auth_date=int(time.time()) - 90000)
        self.problem(self.me("tma " + old, source="127.0.2.1"), 401, "init-data-expired")

    def test_new_person_becomes_a_user_and_a_changed_name_is_stored(self):
        self.shop.sandbox.person(1004, name="Olga")
        first = self.me("tma " + self.shop.sandbox.init_data(1004)).json
        self.shop.sandbox.person(1004, name="Olya")
        second = self.me("tma " + self.shop.sandbox.init_data(1004)).json
        self.assertEqual((first["name"], second["name"]), ("Olga", "Olya"))
        self.assertEqual(first["id"], second["id"])

    def test_admin_has_the_role(self):
        self.assertEqual(self.shop.api("GET", "/me", 99).json["role"], "admin")
        self.assertEqual(self.shop.api("GET", "/me", 1001).json["role"], "user")

    def test_what_is_another_users_does_not_exist(self):
        order = self.shop.order(1005)
        self.problem(self.shop.api("GET", f"/orders/{order}", 1006), 404, "not-found")
        self.assertEqual(self.shop.api("GET", "/orders", 1006).json["orders"], [])


class UserLimit(ApidTest):
    settings = {"QENT_RATE_LIMIT": "30"}

    def test_31st_request_of_a_user_waits(self):
        for left in range(29, -1, -1):
            reply = self.shop.api("GET", "/me", 1001)
            self.assertEqual(reply.status, 200)
            self.assertEqual(reply.headers["RateLimit-Policy"], '"user";q=30;w=60')
            self.assertTrue(reply.headers["RateLimit"].startswith(f'"user";r={left};t='))
        reply = self.shop.api("GET", "/me", 1001)
        self.problem(reply, 429, "rate-limited")
        self.assertTrue(1 <= int(reply.headers["Retry-After"]) <= 60)
        self.assertEqual(self.shop.api("GET", "/me", 1002).status, 200, "others are not concerned")


class AddressLimit(ApidTest):
    def test_refused_calls_of_an_address_end_in_429_before_any_check(self):
        source = "127.0.0.66"
        for _ in range(20):
            self.assertEqual(self.send("GET", "/api/v1/me", source=source).status, 401)
        reply = self.send("GET", "/api/v1/me", {"Authorization": self.shop.auth(1001)}, source=source)
        self.problem(reply, 429, "rate-limited")
        self.assertTrue(1 <= int(reply.headers["Retry-After"]) <= 60)
        self.assertEqual(self.shop.api("GET", "/me", 1001).status, 200, "other addresses are not concerned")

    def test_guessing_config_links_is_slowed_down(self):
        codes = [self.send("GET", f"/s/guess{i}", source="127.0.0.67").status for i in range(130)]
        self.assertEqual(set(codes[:120]), {404})
        self.assertEqual(set(codes[121:]), {429})

    def test_our_own_faults_count_against_nobody(self):
        """VPN apps ask again and again while the database is away; they must be served when it is back."""
        def fetch():
            return self.send("GET", f"/s/{'a' * 40}", source="127.0.0.69").status

        def rename(old, new):
            with sqlite3.connect(self.shop.dir / "qentvpn.db", timeout=10) as db:
                db.execute(f"ALTER TABLE {old} RENAME TO {new}")
            db.close()
        for _ in range(20):  # every thread has opened the database
            self.assertEqual(fetch(), 404)
        rename("subscriptions", "hidden")
        codes = {fetch() for _ in range(130)}
        rename("hidden", "subscriptions")
        self.assertLessEqual(codes, {500, 503})
        self.assertEqual(fetch(), 404)

    def test_forwarded_header_of_a_stranger_is_not_believed(self):
        codes = [self.send("GET", "/api/v1/me", {"X-Forwarded-For": f"203.0.113.{i}"}, source="127.0.0.68").status
                 for i in range(22)]
        self.assertEqual(codes[-1], 429)


class BehindProxy(ApidTest):
    settings = {"QENT_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"}

    def codes(self, forwarded):
        return [self.send("GET", "/api/v1/me", {"X-Forwarded-For": forwarded(i)}).status for i in range(22)]

    def test_clients_are_told_apart(self):
        self.assertNotIn(429, self.codes(lambda i: f"198.51.100.{i}"))

    def test_only_the_right_end_counts(self):
        """What a client wrote itself stands on the left of what our proxy added."""
        codes = self.codes(lambda i: f"198.51.100.{i}, 203.0.113.7, 10.0.0.1")
        self.assertEqual(codes[-1], 429)

    def test_nonsense_is_counted_for_the_last_known_hop(self):
        codes = self.codes(lambda i: f"nonsense{i}, 203.0.113.8")
        self.assertEqual(codes[-1], 429)


if __name__ == "__main__":
    unittest.main()
