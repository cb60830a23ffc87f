#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Start, end, and clients that never finish."""
import json
import os
import socket
import sqlite3
import subprocess
import threading
import unittest

from base import ApidTest
from harness import Shop, wait_for
from harness.process import build_path


def run(shop, *args):
    return subprocess.run([build_path("apps/apid/apid"), "--config", str(shop.config), *args], capture_output=True,
                          text=True, env=shop.env, timeout=30)


class Start(unittest.TestCase):
    def test_every_problem_of_the_settings_is_told_at_once(self):
        with Shop(settings={"QENT_LISTEN": "nowhere", "QENT_RATE_LIMIT": "0", "QENT_NONSENSE": "1"}) as shop:
            for arguments in ((), ("--check-config",)):
                done = run(shop, *arguments)
                self.assertEqual(done.returncode, 2)
                for key in ("QENT_LISTEN", "QENT_RATE_LIMIT", "QENT_NONSENSE"):
                    self.assertRegex(done.stderr, rf"qentvpn\.env:\d+: {key}: ")

    def test_a_problem_names_the_file_that_the_environment_names(self):
        with Shop(settings={"QENT_RATE_LIMIT": "0"}) as shop:
            env = {**shop.env, "QENT_SETTINGS_FILE": str(shop.config)}
            done = subprocess.run([build_path("apps/apid/apid")], capture_output=True, text=True, env=env, timeout=30, cwd="/")
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, rf"{shop.config}:\d+: QENT_RATE_LIMIT: ")

    def test_check_config_help_and_version(self):
        with Shop() as shop:
            self.assertEqual(run(shop, "--check-config").returncode, 0)
            self.assertIn("QENT_TRUSTED_PROXIES", run(shop, "--help").stdout)
            self.assertRegex(run(shop, "--version").stdout, r"^apid \d+\.\d+\.\d+\n$")
            self.assertEqual(run(shop, "--nonsense").returncode, 2)

    def test_no_database_is_refused(self):
        with Shop() as shop:
            done = run(shop)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot start", done.stderr)
            self.assertFalse((shop.dir / "qentvpn.db").exists())

    def test_newer_database_is_refused_and_not_touched(self):
        with Shop() as shop:
            shop.ctl("migrate")
            with sqlite3.connect(shop.dir / "qentvpn.db") as db:
                db.execute("PRAGMA user_version = 999")
            db.close()
            before = (shop.dir / "qentvpn.db").read_bytes()
            done = run(shop)
            self.assertEqual(done.returncode, 1)
            self.assertIn("999", done.stderr)
            self.assertEqual((shop.dir / "qentvpn.db").read_bytes(), before)

    def test_taken_port_is_told(self):
        with Shop() as shop, socket.create_server(("127.0.0.1", shop.port)):
            shop.ctl("migrate")
            done = run(shop)
            self.assertEqual(done.returncode, 1)
            self.assertIn("QENT_LISTEN", done.stderr)

    def test_two_never_share_a_port(self):
        """The system would deal the connections out to both, also to one on another database."""
        with Shop() as shop:
            shop.ctl("migrate")
            shop.start_apid()
            done = run(shop)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("is it in use?", done.stderr)

    def test_stops_cleanly_however_its_threads_are_scheduled(self):
        with Shop() as shop:
            shop.ctl("migrate")
            # gcc's sanitizer wants to be the first library that is loaded.
            shop.apid.env = {**shop.env, "LD_PRELOAD": build_path("tests/integration/apid/late_removal.so"),
                             "ASAN_OPTIONS": "verify_asan_link_order=0"}
            shop.start_apid()
            self.assertEqual(shop.apid.stop(), 0, shop.apid.log())

    def test_systemd_is_told(self):
        with Shop() as shop:
            shop.ctl("migrate")
            path = str(shop.dir / "notify")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.bind(path)
                notify.settimeout(10)
                shop.apid.env = {**shop.env, "NOTIFY_SOCKET": path}
                shop.apid.start()
                self.assertEqual(notify.recv(100), b"READY=1\n")
                self.assertEqual(shop.apid.stop(), 0, shop.apid.log())
                self.assertEqual(notify.recv(100), b"STOPPING=1\n")


    def test_without_its_database_it_says_so_as_a_problem(self):
        with Shop() as shop:
            shop.ctl("migrate")
            path = str(shop.dir / "notify")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.bind(path)
                notify.settimeout(10)
                shop.apid.env = {**shop.env, "NOTIFY_SOCKET": path}
                shop.apid.start()
                self.assertEqual(notify.recv(100), b"READY=1\n")
                (shop.dir / "qentvpn.db").rename(shop.dir / "elsewhere.db")
                reply = shop.get("/api/v1/openapi.yaml")
                self.assertEqual((reply.status, reply.headers["Content-Type"]), (503, "application/problem+json"))
                self.assertEqual(reply.json["type"], "urn:qentvpn:problem:not-ready")
                self.assertEqual(reply.headers["Retry-After"], "5")
                shop.apid.stop()


class Stop(ApidTest):
    def setUp(self):
        if not self.shop.apid.running:
            self.shop.start_apid()

    def test_suspended_request_is_finished_and_new_ones_are_refused(self):
        auth = self.shop.auth(1001)
        self.assertTrue(auth)
        self.shop.sandbox.fault("yookassa", "delay", ms=3000, match="POST /payments", count=1)
        replies = []
        buyer = threading.Thread(target=lambda: replies.append(self.post_json("/orders", {"plan": "month"})))
        kept = self.connect()
        kept.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(b" 200 ", kept.recv(4096))
        buyer.start()
        wait_for("the provider to be asked", lambda: "/payments" in str(self.shop.sandbox.control("GET", "/stats")))
        codes = []
        stopper = threading.Thread(target=lambda: codes.append(self.shop.apid.stop()))
        stopper.start()
        wait_for("the port to close", lambda: not self._can_connect())
        kept.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(b" 503 ", kept.recv(4096))
        kept.close()
        buyer.join()
        stopper.join()
        self.assertEqual(replies[0].status, 201, replies)
        self.assertEqual(codes, [0])

    def _can_connect(self):
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def test_idle_daemon_stops_at_once(self):
        self.assertEqual(self.shop.apid.stop(timeout=9), 0, "requests get 10 s; none is there")


class SlowClients(ApidTest):
    def drip(self, data, closed):
        sent = 0
        with self.connect() as s:
            s.settimeout(1)
            for byte in data:
                try:
                    sent += 1
                    s.sendall(bytes([byte]))
                    if s.recv(1) == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            closed.append(sent)

    def test_those_who_drip_are_cut_off_and_others_are_served(self):
        header = b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 200
        body = b"POST /webhooks/yookassa HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
        closed = []
        drippers = [threading.Thread(target=self.drip, args=(header, closed)) for _ in range(4)]
        idle = self.connect()
        idle.sendall(body)
        for dripper in drippers:
            dripper.start()
        while idle.recv(65536):
            pass
        idle.close()
        self.assertEqual(self.shop.get("/healthz").status, 200)
        for dripper in drippers:
            dripper.join()
        self.assertEqual(len(closed), 4)
        self.assertLess(max(closed), len(header), "cut off before the end")
        self.assertTrue(self.shop.apid.running)

    def test_two_hundred_half_open_connections_do_not_stop_the_service(self):
        held = [self.connect() for _ in range(200)]
        for s in held:
            s.sendall(b"GET /healthz HTTP/1.1\r\n")
        self.assertEqual(self.shop.get("/healthz").status, 200)
        for s in held:
            s.close()


class Log(ApidTest):
    settings = {"QENT_LOG_FORMAT": "json", "QENT_LOG_LEVEL": "debug"}

    def test_each_line_is_json_without_secrets(self):
        self.shop.api("GET", "/me", 1001)
        self.send("GET", "/s/verysecrettoken1234567890")
        wait_for("the line", lambda: "/s/{token}" in self.shop.apid.log())
        lines = [json.loads(line) for line in self.shop.apid.log().splitlines()]
        for line in lines:
            self.assertLessEqual({"time", "level", "module", "msg"}, line.keys())
        answered = [line for line in lines if line["msg"] == "answered"]
        self.assertIn({"method": "GET", "route": "/api/v1/me", "status": 200},
                      [{k: line[k] for k in ("method", "route", "status")} for line in answered])
        self.assertNotIn("verysecrettoken", self.shop.apid.log())
        self.assertNotIn("hash=", self.shop.apid.log())


class Files(ApidTest):
    def test_connections_leave_no_descriptors_behind(self):
        def count():
            return len(os.listdir(f"/proc/{self.shop.apid.child.pid}/fd"))

        for _ in range(20):
            self.shop.api("GET", "/me", 1001)
        before = count()
        for _ in range(100):
            self.shop.get("/healthz")
        wait_for("closed connections", lambda: count() <= before + 2)


if __name__ == "__main__":
    unittest.main()
