# SPDX-License-Identifier: MIT
"""qent-sandbox and its control API (tests/sandbox/README.md)."""
import json
import subprocess
import urllib.error
import urllib.request

from .process import Process, build_path

BOT_TOKEN = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SHOP_ID = "100500"
SHOP_KEY = "test_sandboxSecretKey0123456789abcdefghijklmn"


class Sandbox:
    def __init__(self, log_dir, port=0):
        argv = [build_path("tests/sandbox/qent-sandbox"), "--port", str(port), "--bot-token", BOT_TOKEN,
                "--shop-id", SHOP_ID, "--shop-key", SHOP_KEY]
        self.process = Process("sandbox", argv, log_dir, stdout=subprocess.PIPE)
        self.url = None

    def start(self):
        self.process.start()
        line = self.process.child.stdout.readline().decode()
        if not line.startswith("listening "):
            raise RuntimeError(f"the sandbox did not start: {line!r} {self.process.log()}")
        self.url = line.split()[1]
        return self

    def stop(self):
        self.process.stop()
        if self.process.child:
            self.process.child.stdout.close()

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/control{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.loads(reply.read() or b"null")
        except urllib.error.HTTPError as failure:
            raise RuntimeError(f"{method} {path}: {failure.code} {failure.read().decode()}") from failure

    # Telegram -------------------------------------------------------------------------------------

    def person(self, user_id, name="Anna", language="en"):
        self.control("POST", "/telegram/users",
                     {"id": user_id, "first_name": name, "language_code": language})

    def say(self, user_id, text):
        self.control("POST", "/telegram/send", {"user_id": user_id, "text": text})

    def messages(self, user_id=None):
        """What the bot sent, oldest first."""
        query = "" if user_id is None else f"?user_id={user_id}"
        reply = self.control("GET", f"/telegram/messages{query}")
        return reply["messages"] if isinstance(reply, dict) else reply

    def texts(self, user_id):
        return [m.get("text") or m.get("caption") or "" for m in self.messages(user_id)]

    def init_data(self, user_id, **fields):
        return self.control("POST", "/telegram/init-data", {"user_id": user_id, **fields})["init_data"]

    # YooKassa -------------------------------------------------------------------------------------

    def pay(self, order_id, result="succeeded", webhook=True, **fields):
        return self.control("POST", "/yookassa/pay",
                            {"order_id": str(order_id), "result": result, "webhook": webhook, **fields})

    def payments(self, order_id=None):
        query = "" if order_id is None else f"?order_id={order_id}"
        return self.control("GET", f"/yookassa/payments{query}")["payments"]

    def webhooks(self, **settings):
        self.control("POST", "/yookassa/webhooks", settings)

    # Panels ---------------------------------------------------------------------------------------

    def panel_users(self, panel="m1"):
        return self.control("GET", f"/marzban/{panel}/users")["users"]

    def account_names(self, gateway, panel):
        """The names of all accounts on a panel, each as often as it is there."""
        if gateway == "marzban":
            return [user["username"] for user in self.panel_users(panel)]
        if gateway == "3xui":
            clients = self.control("GET", f"/3xui/{panel}/users")["users"]
            # One client stands in every inbound that serves it.
            first = min((entry["inbound"] for entry in clients), default=None)
            return [entry["client"]["email"] for entry in clients if entry["inbound"] == first]
        return [client["name"] for client in self.control("GET", f"/{gateway}/{panel}/clients")["clients"]]

    def calls(self, target, panel="", path=""):
        """How many calls of its API a stand-in has got so far; `path`: a part of theirs."""
        return sum(row["count"] for row in self.control("GET", "/stats")["requests"]
                   if row["target"] == target and row["panel"] == panel and path in row["path"])

    # Faults ---------------------------------------------------------------------------------------

    def fault(self, target, kind, **fields):
        return self.control("POST", "/faults", {"target": target, "kind": kind, **fields})["id"]

    def no_faults(self):
        self.control("DELETE", "/faults")
