# SPDX-License-Identifier: MIT
"""What the tests of apid share: a shop whose apid runs, and raw HTTP."""
import http.client
import json
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from harness import Reply, Shop  # noqa: E402

PROBLEM = "urn:qentvpn:problem:"


class ApidTest(unittest.TestCase):
    """One apid for the class. `settings` are added to the usual ones."""

    settings = {}
    with_botd = False

    @classmethod
    def setUpClass(cls):
        cls.shop = Shop(settings=cls.settings)
        cls.failures = None  # no test has come to its end
        cls.shop.__enter__()
        cls.addClassCleanup(lambda: cls.shop.__exit__(None if cls.failures == 0 else AssertionError, None, None))
        cls.shop.ctl("migrate")
        cls.shop.stock()
        cls.shop.start_apid()
        if cls.with_botd:
            cls.shop.start_botd()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).failures = (self.failures or 0) + len(result.failures) + len(result.errors) - before

    def problem(self, reply, status, slug, field=None):
        self.assertEqual(reply.status, status, reply)
        self.assertEqual(reply.headers["Content-Type"], "application/problem+json")
        body = reply.json
        self.assertEqual(body["type"], PROBLEM + slug)
        self.assertEqual(body["status"], status)
        self.assertEqual(body.get("field"), field)
        return body

    def send(self, method, path, headers=None, body=None, source="127.0.0.1"):
        """A request from an address of 127.0.0.0/8."""
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port, timeout=30, source_address=(source, 0))
        try:
            connection.request(method, path, body=body, headers=headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def connect(self, source="127.0.0.1"):
        return socket.create_connection(("127.0.0.1", self.shop.port), timeout=30, source_address=(source, 0))

    def raw(self, data):
        """Send bytes, return everything that comes back until the end."""
        with self.connect() as s:
            try:
                s.sendall(data)
            except OSError:
                pass
            return read_all(s)

    def post_json(self, path, body, user=1001, key="k", headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.shop.request("POST", f"/api/v1{path}", {
            "Authorization": self.shop.auth(user), "Content-Type": "application/json", "Idempotency-Key": key,
            **(headers or {})}, data)


def read_all(s):
    data = b""
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return data
            data += part
    except OSError:
        return data
