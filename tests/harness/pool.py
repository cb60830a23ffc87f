# SPDX-License-Identifier: MIT
"""A shop with three nodes of three kinds, and buyers who fetch the link or copied their keys."""
import base64
import collections
import dataclasses
import http.client
import time
import urllib.parse

from .process import Process, build_path, wait_for
from .shop import ADMIN, Shop

FIRST_BUYER = 5000
NOTICE = "@0.0.0.0:1"  # the entry that says why there is nothing to connect to


@dataclasses.dataclass(frozen=True)
class Node:
    name: str
    gateway: str
    panel: str
    title: str
    country: str
    host: str  # in the links of its accounts
    options: dict

    @property
    def fault(self):
        return {"target": self.gateway, "panel": self.panel}


NODES = (
    Node("de1", "marzban", "m1", "Germany", "DE", "203.0.113.10", {}),
    Node("nl1", "3xui", "x1", "Netherlands", "NL", "203.0.113.11",
         {"options": '{"public_host":"203.0.113.11"}'}),
    Node("fi1", "amneziawg", "a1", "Finland", "FI", "203.0.113.20", {"capacity": 240}),
)
# Which nodes' keys an app of that name understands.
APPS = {
    "Happ/3.8.1": {"de1", "nl1"},
    "v2rayNG/1.10.2": {"de1", "nl1"},
    "SFA/1.11.4 (Build 500)": {"de1", "nl1"},
    "clash-verge/v2.3.1": {"de1", "nl1", "fi1"},
    "AmneziaVPN/4.8.7": {"fi1"},
}


@dataclasses.dataclass
class Buyer:
    user: int
    sub: int
    link: str
    by_hand: bool  # copied single keys: no app of theirs ever fetched the link

    @property
    def path(self):
        return urllib.parse.urlparse(self.link).path


class Pool(Shop):
    def __init__(self, settings=None):
        super().__init__({"QENT_RATE_LIMIT": "100000", "QENT_NODE_DOWN_PROBES": "3", "QENT_NODE_DOWN_S": "3",
                          "QENT_NODE_UP_PROBES": "2", "QENT_RECONCILE_HOUR": "-1", **(settings or {})})
        self.buyers = []
        self.second = Process("botd2", [build_path("apps/botd/botd"), "--config", str(self.config)], self.dir, self.env)
        self.connection = None

    def __exit__(self, kind, value, trace):
        self.second.kill()
        super().__exit__(kind, value, trace)

    def stock(self):
        self.ctl("plan", "add", "month", "--title-ru", "Месяц", "--title-en", "Month", "--period", "30d",
                 "--price", "199RUB", "--group", "eu")
        for node in NODES:
            self.add_node(node.name, node.panel, node.title, node.country, node.gateway, **node.options)

    # Buyers ---------------------------------------------------------------------------------------

    def admit(self, users):
        """People whom the bot may write to."""
        for user in users:
            self.sandbox.person(user)
            self.sandbox.say(user, "/start")

        def met():
            return set(users) <= {m["user_id"] for m in self.sandbox.messages()}
        wait_for("the bot's answers", met, 20 + len(users) / 10, 0.2)

    def grant(self, user):
        return self.ctl_json("sub", "grant", str(user), "month")["id"]

    def populate(self, count):
        """Subscriptions for `count` buyers, every third of whom copies the keys by hand."""
        users = range(FIRST_BUYER, FIRST_BUYER + count)
        self.admit([ADMIN, *users])
        subs = [self.grant(user) for user in users]
        self.settle(60 + count / 8)
        for user, sub in zip(users, subs):
            self.buyers.append(Buyer(user, sub, self.link_of(user, sub), user % 3 == 0))
        for buyer in self.buyers:
            if not buyer.by_hand:
                self.fetch(buyer, agent="Happ/3.8.1")

    def link_of(self, user, sub):
        return self.api("GET", f"/subscriptions/{sub}/keys", user).json["config_link"]

    def fetch(self, buyer, agent=None):
        """What an app is served, or, without leaving a trace, every key there is."""
        path, headers = buyer.path, {"User-Agent": agent or "curl/8"}
        if agent is None:
            path += "?format=clash"
        for last_try in (False, True):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                self.connection.request("GET", path, headers=headers)
                reply = self.connection.getresponse()
                text = reply.read().decode()
                break
            except (OSError, http.client.HTTPException):
                self.connection = None
                if last_try:
                    raise
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status} {text[:200]}")
        # Of the apps here those that read a list read it in base64.
        return base64.b64decode(text).decode() if agent and agent[0] in "Hv" else text

    def served_by(self, buyer, agent=None):
        """Names of the nodes whose entries the config link holds."""
        text = self.fetch(buyer, agent)
        return {node.name for node in NODES if node.host in text}

    def node(self, name):
        return next(row for row in self.ctl_json("node", "list") if row["name"] == name)

    def served_by_sub(self, user, sub):
        return self.served_by(Buyer(user, sub, self.link_of(user, sub), True))

    # Nodes ----------------------------------------------------------------------------------------

    def wait_node(self, name, timeout=90, **facts):
        def so():
            row = self.node(name)
            return all(row[key] == value for key, value in facts.items()) and row
        return wait_for(f"node {name} with {facts}", so, timeout, 0.1)

    def places(self):
        """{subscription: names of the nodes with an account that is wanted}."""
        places = collections.defaultdict(set)
        for row in self.accounts():
            if row["wanted"] != "removed":
                places[row["subscription_id"]].add(row["node"])
        return dict(places)

    def accounts(self, *filters):
        return self.ctl_json("account", "list", "--limit", "100000", *filters)

    def pending(self, but=None):
        return [row for row in self.accounts("--pending") if row["node"] != but]

    def settle(self, timeout=60, but=None):
        """Wait until all is confirmed and told; `but` names a node that cannot confirm."""
        wait_for("confirmed accounts", lambda: not self.pending(but), timeout, 0.2)
        wait_for("an empty outbox", lambda: self.ctl_json("stats")["counts"]["notices_pending"] == 0, timeout, 0.2)

    def differences(self):
        """What the panels hold beside what the ledger says: lost, foreign and doubled accounts."""
        rows = self.accounts()
        found = []
        for node in NODES:
            ours = collections.Counter(row["key"] for row in rows if row["node"] == node.name)
            there = collections.Counter(self.sandbox.account_names(node.gateway, node.panel))
            found += [f"{key} is missing on {node.name}" for key in ours - there]
            found += [f"{key} is too many on {node.name}" for key in there - ours]
        return found

    # Messages -------------------------------------------------------------------------------------

    def told_of_move(self):
        """{user: texts of the messages about a failover}."""
        told = collections.defaultdict(list)
        for message in self.sandbox.messages():
            if "so we moved you to" in (message.get("text") or ""):
                told[message["user_id"]].append(message["text"])
        return dict(told)

    def told_of_return(self):
        """{user: how many messages say that a node is back and the twin is gone}."""
        return collections.Counter(message["user_id"] for message in self.sandbox.messages()
                                   if "works again and serves" in (message.get("text") or ""))

    def alarms(self, *words):
        return [text for text in self.sandbox.texts(ADMIN) if all(word in text for word in words)]

    # botd -----------------------------------------------------------------------------------------

    def restart_botd(self, **settings):
        self.botd.stop()
        self.extra.update(settings)
        self.write_settings()
        self.botd.start()

    def crash_botd(self, pause_s):
        self.botd.kill()
        time.sleep(pause_s)
        self.botd.start()
