# SPDX-License-Identifier: MIT
"""A whole installation in a temporary folder, on SQLite and the sandbox."""
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import urllib.parse

from .process import Process, build_path, wait_for
from .sandbox import BOT_TOKEN, SHOP_ID, SHOP_KEY, Sandbox

MASTER_KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
ADMIN = 99
LOG_LINES = 25


def reserve_port(port=0):
    """A socket that holds a port for a daemon that listens with SO_REUSEADDR: as long as it is open the
    system gives the port to nobody else, also while the daemon is dead."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", port))
    return holder


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Shop:
    def __init__(self, settings=None, folder=None, port=0, sandbox_port=0):
        self.keep = folder is not None
        self.dir = pathlib.Path(folder or tempfile.mkdtemp(prefix="qent-test-"))
        self.holder = reserve_port(port)
        self.port = self.holder.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.sandbox = Sandbox(self.dir, sandbox_port)
        self.extra = settings or {}
        self.config = self.dir / "qentvpn.env"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("QENT_")}
        self.apid = self._daemon("apid")
        self.botd = self._daemon("botd")
        self.init_data = {}

    def _daemon(self, name):
        return Process(name, [build_path(f"apps/{name}/{name}"), "--config", str(self.config)], self.dir, self.env)

    # Life -----------------------------------------------------------------------------------------

    def __enter__(self):
        self.sandbox.start()
        self.write_settings()
        self.sandbox.webhooks(url=f"{self.url}/webhooks/yookassa")
        return self

    def __exit__(self, kind, value, trace):
        for process in (self.apid, self.botd):
            process.kill()
        self.sandbox.stop()
        self.holder.close()
        if kind is not None:
            self.tell_logs()
        if kind is None and not self.keep and not os.environ.get("QENT_KEEP"):
            shutil.rmtree(self.dir)
        else:
            print(f"logs are kept in {self.dir}")

    def tell_logs(self):
        """The ends of the daemons' logs: where only this output is kept, the folder will be gone."""
        for path in sorted(self.dir.glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()
            print(f"---- the last of {len(lines)} lines of {path.name}", *lines[-LOG_LINES:], sep="\n", flush=True)

    def settings(self):
        return {
            "QENT_DATABASE_URL": f"sqlite:///{self.dir}/qentvpn.db",
            "QENT_MASTER_KEY": MASTER_KEY,
            "QENT_BOT_TOKEN": BOT_TOKEN,
            "QENT_TELEGRAM_API_URL": f"{self.sandbox.url}/telegram",
            "QENT_MINIAPP_URL": f"{self.url}/app/",
            # The sandbox's chat page plays Telegram's web client.
            "QENT_MINIAPP_FRAME_ANCESTORS": f"https://web.telegram.org,{self.sandbox.url}",
            "QENT_PUBLIC_URL": self.url,
            "QENT_ADMIN_IDS": str(ADMIN),
            "QENT_LISTEN": f"127.0.0.1:{self.port}",
            "QENT_YOOKASSA_SHOP_ID": SHOP_ID,
            "QENT_YOOKASSA_SECRET_KEY": SHOP_KEY,
            "QENT_YOOKASSA_API_URL": f"{self.sandbox.url}/yookassa/v3",
            "QENT_YOOKASSA_CHECK_SOURCE": "no",
            "QENT_RECONCILE_HOUR": "-1",
            "QENT_LOG_LEVEL": "debug",
            **self.extra,
        }

    def write_settings(self):
        text = "".join(f"{key}={value}\n" for key, value in self.settings().items() if value is not None)
        self.config.touch(mode=0o600)
        self.config.write_text(text.replace("sqlite:////", "sqlite:///"))

    def start(self, stock=True):
        """Database, a plan, a node, and both daemons."""
        self.ctl("migrate")
        if stock:
            self.stock()
        self.start_apid()
        self.start_botd()
        return self

    def stock(self):
        self.ctl("plan", "add", "month", "--title-ru", "Месяц", "--title-en", "Month", "--period", "30d",
                 "--price", "199RUB", "--group", "eu")
        self.add_node("de1", "m1")

    def add_node(self, name, panel, title="Germany", country="DE", gateway="marzban", **options):
        """A sandbox panel as a node of the group eu; `options` are those of `qentctl node add`."""
        more = [text for key, value in options.items() for text in (f"--{key.replace('_', '-')}", str(value))]
        self.ctl("node", "add", name, "--gateway", gateway, "--url", f"{self.sandbox.url}/{gateway}/{panel}",
                 "--username", "admin", "--group", "eu", "--title", title, "--country", country, *more,
                 stdin="admin\n")

    def start_apid(self):
        self.apid.start()
        wait_for("apid to answer", lambda: self._ready() or self._died(self.apid))

    def start_botd(self):
        self.botd.start()

    def _ready(self):
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def _died(self, process):
        if not process.running:
            raise RuntimeError(f"{process.name} ended: {process.log()[-2000:]}")
        return False

    # Tools ----------------------------------------------------------------------------------------

    def ctl(self, *args, stdin=None, check=True):
        """qentctl; returns the finished process."""
        done = subprocess.run([build_path("apps/qentctl/qentctl"), "--config", str(self.config), "--yes", *args],
                              input=stdin, capture_output=True, text=True, env=self.env, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"qentctl {' '.join(args)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def ctl_json(self, *args):
        return json.loads(self.ctl("--json", *args).stdout)

    # HTTP -----------------------------------------------------------------------------------------

    def request(self, method, path, headers=None, body=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers)

    def auth(self, user):
        if user not in self.init_data:
            self.sandbox.person(user)
            self.init_data[user] = self.sandbox.init_data(user)
        return f"tma {self.init_data[user]}"

    def api(self, method, path, user, body=None, key=None, headers=None):
        """A call of the Mini App's API as `user`."""
        sent = {"Authorization": self.auth(user), **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        if key is not None:
            sent["Idempotency-Key"] = key
        return self.request(method, f"/api/v1{path}", sent, data)

    # The sale -------------------------------------------------------------------------------------

    def order(self, user, plan="month", **fields):
        """An order with its pay link; returns its id."""
        reply = self.api("POST", "/orders", user, {"plan": plan, **fields}, key=f"{user}-{plan}")
        if reply.status not in (200, 201, 202):
            raise RuntimeError(f"POST /orders: {reply}")
        return reply.json["id"]

    def buy(self, user, plan="month", **fields):
        """Order, pay, and wait for the keys in the chat; returns the order's id."""
        before = len(self.keys_messages(user))
        order_id = self.order(user, plan, **fields)
        wait_for("the payment at the provider", lambda: self.sandbox.payments(order_id))
        self.sandbox.pay(order_id)
        wait_for("the keys in the chat", lambda: len(self.keys_messages(user)) > before)
        return order_id

    def keys_messages(self, user):
        """Messages with the config link in their text."""
        return [m for m in self.sandbox.messages(user)
                if "/s/" in urllib.parse.unquote(m.get("text") or "") and m.get("method", "").lower() == "sendmessage"]

    def subscription(self, user):
        subs = self.api("GET", "/subscriptions", user).json
        items = subs["items"] if isinstance(subs, dict) and "items" in subs else subs.get("subscriptions", subs)
        return items[0] if items else None
