#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Mini App's pages from QENT_MINIAPP_DIR: headers, forms, and folders that are no build of it."""
import gzip
import json
import pathlib
import subprocess
import tempfile
import unittest

from base import ApidTest
from harness import Shop
from harness.process import build_path

DIRECTIVES = "default-src 'none'; script-src 'self' 'sha256-AAAA='"
CHAT = "http://127.0.0.1:18080"
PAGE = b"<!doctype html><title>x</title>" + b"<p>much the same</p>" * 100
SCRIPT = b"console.log('a script');" * 100


def build(folder, policy=None):
    """What apps/miniapp/build.sh leaves, in small."""
    root = pathlib.Path(folder)
    chunks = root / "_next" / "static" / "chunks"
    chunks.mkdir(parents=True)
    (root / "index.html").write_bytes(PAGE)
    (root / "404.html").write_bytes(PAGE)
    (root / "config.json").write_text('{"api": "/api/v1"}')
    (root / "csp.json").write_text(json.dumps({"directives": DIRECTIVES}) if policy is None else policy)
    (root / ".hidden.html").write_bytes(PAGE)
    (root / "lonely.br").write_bytes(b"no neighbour")
    (chunks / "ab12.js").write_bytes(SCRIPT)
    (chunks / "ab12.js.br").write_bytes(b"stands for brotli")


class Site(ApidTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="qent-site-")
        cls.addClassCleanup(folder.cleanup)
        build(folder.name)
        cls.settings = {"QENT_MINIAPP_DIR": folder.name,
                        "QENT_MINIAPP_FRAME_ANCESTORS": f"https://web.telegram.org, {CHAT}"}
        super().setUpClass()

    def test_pages_carry_their_policy(self):
        for path, status in (("/app/", 200), ("/app/index.html", 200), ("/app/nothing/", 404)):
            reply = self.shop.get(path)
            self.assertEqual(reply.status, status)
            self.assertEqual(reply.headers["Content-Security-Policy"],
                             f"{DIRECTIVES}; frame-ancestors 'self' https://web.telegram.org {CHAT}")
            self.assertEqual(reply.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
            self.assertIsNone(reply.headers["X-Frame-Options"])

    def test_only_pages_carry_it(self):
        for path in ("/app/config.json", "/app/_next/static/chunks/ab12.js", "/api/v1/openapi.yaml"):
            self.assertIsNone(self.shop.get(path).headers["Content-Security-Policy"])

    def test_hashed_names_may_be_kept_for_ever_and_no_others(self):
        script = self.shop.get("/app/_next/static/chunks/ab12.js")
        self.assertEqual(script.headers["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertEqual(script.headers["Content-Type"], "text/javascript; charset=utf-8")
        for path in ("/app/", "/app/config.json"):
            self.assertEqual(self.shop.get(path).headers["Cache-Control"], "no-cache")

    def test_the_form_is_one_that_the_client_takes(self):
        path = "/app/_next/static/chunks/ab12.js"
        for accepted, coding in ((None, None), ("gzip", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip"),
                                 ("br;q=0.000, gzip;q=0.5", "gzip"), ("BR", "br"), ("brr, xgzip", None), (";;,q=", None)):
            reply = self.shop.get(path, {} if accepted is None else {"Accept-Encoding": accepted})
            self.assertEqual(reply.headers["Content-Encoding"], coding, accepted)
            self.assertEqual(reply.headers["Vary"], "Accept-Encoding")
            body = gzip.decompress(reply.body) if coding == "gzip" else reply.body
            self.assertEqual(body, b"stands for brotli" if coding == "br" else SCRIPT)

    def test_compressed_forms_are_no_files_of_their_own(self):
        self.assertEqual(self.shop.get("/app/_next/static/chunks/ab12.js.br").status, 404)
        self.assertEqual(self.shop.get("/app/lonely.br").status, 200)
        self.assertEqual(self.shop.get("/app/.hidden.html").status, 404)

    def test_what_is_known_is_not_sent_again(self):
        first = self.shop.get("/app/")
        again = self.shop.get("/app/", {"If-None-Match": first.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))

    def test_paths_do_not_lead_out(self):
        for path in ("/app/../qentvpn.env", "/app/%2e%2e/qentvpn.env", "/app//etc/passwd"):
            self.assertEqual(self.shop.get(path).status, 404)

    def test_the_folder_has_a_slash(self):
        reply = self.shop.get("/app")
        self.assertEqual((reply.status, reply.headers["Location"]), (308, "/app/"))


class NoBuild(unittest.TestCase):
    def start(self, fill):
        with tempfile.TemporaryDirectory(prefix="qent-site-") as folder:
            fill(folder)
            with Shop(settings={"QENT_MINIAPP_DIR": folder}) as shop:
                shop.ctl("migrate")
                done = subprocess.run([build_path("apps/apid/apid"), "--config", str(shop.config)], timeout=30,
                                      capture_output=True, text=True, env=shop.env)
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def test_pages_without_a_policy_are_not_served(self):
        for policy in ("", "[]", "{", '{"directives": 5}', '{"directives": ""}', '{"directives": "a\\r\\nX: y"}',
                       json.dumps({"directives": "x" * 9000})):
            self.assertIn("csp.json says no policy", self.start(lambda folder, text=policy: build(folder, text)))

    def test_a_missing_policy_is_told(self):
        def without(folder):
            build(folder)
            (pathlib.Path(folder) / "csp.json").unlink()
        self.assertIn("csp.json is missing", self.start(without))

    def test_an_empty_folder_is_told(self):
        self.assertIn("there is no index.html", self.start(lambda folder: None))


if __name__ == "__main__":
    unittest.main()
