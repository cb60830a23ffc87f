#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nodes of three kinds fail and come back under many subscriptions.

    failover.py [--subscriptions N] [--rounds N] [--seed S]

Each round a node fails in some way at some moment, and comes back. Meanwhile the config link of every
buyer stays the same and serves only what works; buyers whose keys were copied by hand, and no others,
are told once; policy decides what happens on the return; in some rounds botd is killed with signal 9,
in some two of it run. No account is lost or doubled. Afterwards: our own network lost, a panel that
refuses us, panels that answer badly, moves by hand.
"""
import argparse
import collections
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import wait_for  # noqa: E402
from harness.pool import APPS, FIRST_BUYER, NODES, Pool  # noqa: E402

FAILURES = (
    ("refuse", {}),
    ("html", {"status": 200}),
    ("html", {"status": 502}),
    ("garbage", {}),
    ("timeout", {"ms": 30000}),
)
QUICK = 4  # of the failures: one try takes as long as an answer
POLICIES = ("back", "leave", "keep")
PROBE_LIMIT_S = 15  # the longest wait for one answer
LEASE_S = 45  # so long a killed botd's claims are respected
SAMPLE = 60
SALES = 3  # while a panel answers badly


def step(text):
    print(f"  ok  {text}", flush=True)


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


class Round:
    def __init__(self, pool, rng, number, failure):
        self.pool = pool
        self.rng = rng
        self.kind, self.fields = failure
        self.policy = POLICIES[number % len(POLICIES)]
        self.crash = number % 2 == 1
        self.twice = number % 4 == 2
        self.before = pool.places()
        used = set().union(*self.before.values())
        self.node = rng.choice([node for node in NODES if node.name in used])
        self.moving = {sub for sub, names in self.before.items() if names == {self.node.name}}
        self.told = {user: len(texts) for user, texts in pool.told_of_move().items()}
        self.back = pool.told_of_return()
        self.repeats = 0

    def run(self):
        self.pool.restart_botd(QENT_NODE_RETURN=self.policy)
        if self.twice:
            self.pool.second.start()
        time.sleep(self.rng.uniform(0, 1.5))
        self.fail()
        self.check_links({self.node.name})
        self.check_messages()
        during = self.pool.places()
        self.revive(during)
        self.pool.second.stop()
        if self.policy == "keep":
            evacuate(self.pool, self.node)
            self.pool.ctl("node", "activate", self.node.name)
        if self.policy != "back":
            refill(self.pool, self.node)
        problems = self.pool.differences()
        expect(not problems, f"panels and ledger differ: {problems[:5]}")

    def fail(self):
        pool = self.pool
        began = time.monotonic()
        pool.sandbox.fault(kind=self.kind, count=-1, **self.node.fault, **self.fields)
        limit = 3 + (4 * PROBE_LIMIT_S if self.kind == "timeout" else 5)
        pool.wait_node(self.node.name, limit + 10, state="down")
        self.down_s = time.monotonic() - began
        if self.crash:
            time.sleep(self.rng.uniform(0, 0.6))
            pool.crash_botd(self.rng.uniform(0, 0.5))
        self.wait_links(began, 30 + len(self.moving) / 10 + (LEASE_S if self.crash else 0))

    def wait_links(self, began, limit):
        """Until the link of everybody who was on the node serves from another one."""
        waiting = [buyer for buyer in self.pool.buyers if buyer.sub in self.moving]
        self.first_s = None
        while waiting:
            still = []
            for buyer in waiting:
                served = self.pool.served_by(buyer)
                if not served or self.node.name in served:
                    still.append(buyer)
                elif self.first_s is None:
                    self.first_s = time.monotonic() - began
            waiting = still
            expect(not waiting or time.monotonic() - began < self.down_s + limit,
                   f"{len(waiting)} links still serve nothing that works, such as that of {waiting[:1]}")
            time.sleep(0.05)
        self.last_s = time.monotonic() - began

    def check_links(self, dead=frozenset()):
        """All links as lists of everything, some as each app sees them."""
        pool = self.pool
        places = pool.places()
        for buyer in pool.buyers:
            served = pool.served_by(buyer)
            expect(served == places[buyer.sub] - dead,
                   f"the link of {buyer} serves {served}, its accounts are on {places[buyer.sub]}")
        for buyer in self.rng.sample(pool.buyers, min(SAMPLE, len(pool.buyers))):
            expect(pool.link_of(buyer.user, buyer.sub) == buyer.link, f"the link of {buyer} has changed")
            for agent, fits in ({} if buyer.by_hand else APPS).items():
                served = pool.served_by(buyer, agent)
                fitting = (places[buyer.sub] - dead) & fits
                # One .conf holds one node.
                expect(served == fitting or (len(served) == 1 and served <= fitting),
                       f"the link of {buyer} serves {agent} {served}, {fitting} would fit")

    def check_messages(self):
        pool = self.pool
        pool.settle(30 + len(self.moving) / 8 + (2 * LEASE_S if self.crash else 0), but=self.node.name)
        told = pool.told_of_move()
        for buyer in pool.buyers:
            texts = told.get(buyer.user, [])[self.told.get(buyer.user, 0):]
            wanted = int(buyer.by_hand and buyer.sub in self.moving)
            expect((len(texts) > 0) == (wanted > 0), f"{buyer} got {len(texts)} messages about the move, not {wanted}")
            self.repeats += len(texts) - wanted
            for text in texts:
                expect(self.node.host not in text, f"{buyer} was sent keys of the node that is down")
                expect("://" in text.split("/s/")[-1], f"{buyer} was sent no keys: {text}")
        # Only a message whose answer was lost with botd may come again.
        expect(self.repeats == 0 or self.crash, f"{self.repeats} messages came twice")
        expect(self.repeats <= 8, f"{self.repeats} messages came twice")
        self.told = {user: len(texts) for user, texts in told.items()}

    def after_return(self, during):
        expected = dict(during)
        for sub in self.moving:
            if self.policy == "back":
                expected[sub] = self.before[sub]
            elif self.policy == "leave":
                expected[sub] = during[sub] - {self.node.name}
        return expected

    def revive(self, during):
        pool = self.pool
        expected = self.after_return(during)
        pool.sandbox.no_faults()
        pool.wait_node(self.node.name, 10 + 3 * PROBE_LIMIT_S, state="active")
        wait_for(f"everybody's place after the return ({self.policy})", lambda: pool.places() == expected,
                 60 + len(self.moving) / 5, 0.2)
        pool.settle(60 + len(self.moving) / 5)
        self.check_links()
        told = {user: len(texts) for user, texts in pool.told_of_move().items()}
        expect(told == self.told, "somebody was told on the return that they were moved")
        back = pool.told_of_return()
        wanted = [buyer.user for buyer in pool.buyers
                  if self.policy == "back" and buyer.by_hand and buyer.sub in self.moving]
        expect(back - self.back == collections.Counter(wanted), "whose twin went is told so once, and nobody else")


def evacuate(pool, node):
    here = sum(node.name in names for names in pool.places().values())
    summary = pool.ctl_json("node", "evacuate", node.name)
    expect(summary == {"node": node.name, "total": here, "moved": here, "waiting": 0, "failing": 0,
                       "without_room": 0, "not_active": 0, "first_error": None},
           f"{here} accounts were on {node.name}, the summary says {summary}")
    expect(not pool.accounts("--node", node.name), f"{node.name} is empty in the ledger")
    expect(not pool.sandbox.account_names(node.gateway, node.panel), f"{node.name} is empty")


def refill(pool, node):
    """So that the next rounds have somebody to move: a part of the fullest node's."""
    counts = collections.Counter(name for names in pool.places().values() for name in names)
    (fullest, most), = counts.most_common(1)
    count = min(most // 2, node.options.get("capacity", most) // 2)
    summary = pool.ctl_json("node", "move", fullest, node.name, "--count", str(count))
    expect((summary["total"], summary["moved"], summary["waiting"]) == (count, count, 0),
           f"{count} were to move from {fullest} to {node.name}, the summary says {summary}")
    pool.settle(30 + count / 8)


def run_rounds(pool, rng, count):
    failures = []
    first = rng.randrange(12)  # so that short runs come by everything, too
    for number in range(count):
        if not failures:
            failures = list(FAILURES[:QUICK] if count < len(FAILURES) else FAILURES)
            rng.shuffle(failures)
        this = Round(pool, rng, first + number, failures.pop())
        this.run()
        kind = f"{this.kind} {this.fields.get('status', '')}".strip()
        figures = ("nobody was on it alone" if not this.moving else
                   f"{len(this.moving)} moved; first link {this.first_s:.1f} s, last {this.last_s:.1f} s after it failed")
        step(f"round {number + 1}: {this.node.name} {kind}, {this.policy}"
             f"{', kill -9' if this.crash else ''}{', two botd' if this.twice else ''}: down after {this.down_s:.1f} s, "
             f"{figures}; repeated messages {this.repeats}")


def lose_network(pool):
    """Nobody is reached: it is us."""
    before = pool.places()
    alarms = len(pool.alarms("all_nodes_silent"))
    expect(alarms == 0, "nothing was lost yet")
    for node in NODES:
        pool.sandbox.fault(kind="refuse", count=-1, **node.fault)
    wait_for("the alarm", lambda: pool.alarms("all_nodes_silent"), 20, 0.1)
    time.sleep(3)
    states = {row["name"]: row["state"] for row in pool.ctl_json("node", "list")}
    expect(set(states.values()) == {"active"}, f"all nodes are silent, yet {states}")
    expect(pool.places() == before, "nobody was moved")
    expect(len(pool.alarms("all_nodes_silent")) == 1, "one alarm")
    expect(all(pool.served_by(buyer) == before[buyer.sub] for buyer in pool.buyers), "all links serve as before")
    pool.sandbox.no_faults()
    for node in NODES:
        pool.wait_node(node.name, failing_since=None)
    expect(pool.places() == before, "nobody was moved")
    step("all nodes silent: nobody is moved, one alarm")


def refuse_credentials(pool, node, right, wrong):
    """`right` and `wrong`: what the sandbox is told of the panel's credentials."""
    control = f"/{node.gateway}/{node.panel}"
    before = pool.places()
    pool.sandbox.control("POST", f"{control}/config", wrong)
    pool.sandbox.control("POST", f"{control}/{'revoke-sessions' if node.gateway == '3xui' else 'logout'}")
    pool.wait_node(node.name, refused=True)
    wait_for("the alarm", lambda: pool.alarms(f"panel_refused:{node.name}"), 20, 0.1)
    calls = pool.sandbox.calls(node.gateway, node.panel)
    renewed = next(sub for sub, names in before.items() if names == {node.name})
    pool.ctl("sub", "extend", str(renewed), "--days", "1")
    user = FIRST_BUYER - 100 - NODES.index(node)
    pool.admit([user])
    for _ in range(3):
        new = pool.grant(user)
    wait_for("the renewal to be served elsewhere", lambda: len(pool.places()[renewed] - {node.name}) == 1, 30, 0.1)
    time.sleep(3)
    expect(pool.sandbox.calls(node.gateway, node.panel) == calls, f"{node.name} refuses us and is left alone")
    now = pool.places()
    expect(node.name not in now.pop(new), "a new sale goes elsewhere")
    expect(len(now.pop(renewed) - {node.name}) == 1, "a renewal that the panel does not take is served elsewhere")
    expect(now == {sub: names for sub, names in before.items() if sub != renewed}, "the others stay where they are")
    expect(all(pool.served_by(buyer) >= before[buyer.sub] for buyer in pool.buyers), "their keys are served on")
    expect(pool.ctl("node", "probe", node.name, check=False).returncode != 0, "the credentials are still wrong")
    pool.sandbox.control("POST", f"{control}/config", right)
    pool.ctl("node", "probe", node.name)
    pool.wait_node(node.name, refused=False)
    wait_for("the end of standing in", lambda: before.items() <= pool.places().items(), 60, 0.2)
    pool.settle()
    expect(len(pool.alarms(f"panel_refused:{node.name}")) == 1, "one alarm")
    step(f"{node.name} refuses our credentials: no calls, one alarm, sales go elsewhere; a probe ends it")


OTHERS_DATA = {
    "marzban": {"match": "/api/user/",
                "body": '{"username":"somebody_else","status":"active","expire":1,"used_traffic":1,"data_limit":1,'
                        '"links":["vless://x@192.0.2.1:1#x"],"proxies":{},"inbounds":{}}'},
    "3xui": {"match": "/panel/api/clients/get/",
             "body": '{"success":true,"msg":"","obj":{"client":{"email":"somebody_else"},"inboundIds":[1]}}'},
}


def bad_answers(pool):
    """While a panel with work to do talks nonsense, sales on the others take no longer."""
    answers = (
        ("garbage", lambda node: {"kind": "garbage"}),
        ("10 MB", lambda node: {"kind": "huge", "bytes": 10 << 20}),
        ("another user's data", lambda node: {"kind": "status", "status": 200, **OTHERS_DATA[node.gateway]}),
        ("slow", lambda node: {"kind": "delay", "ms": 20000}),
    )
    for number, (name, fields) in enumerate(answers):
        counts = collections.Counter(name for names in pool.places().values() for name in names)
        node = max(NODES[:2], key=lambda node: counts[node.name])  # so that sales go to the others
        buyers = range(FIRST_BUYER - 200 + number * SALES, FIRST_BUYER - 200 + (number + 1) * SALES)
        pool.admit(buyers)
        pool.sandbox.fault(count=-1, **node.fault, **fields(node))
        answer_badly(pool, node, name, buyers)


def told_of(pool, node):
    """What the ledger and the log say of an account there."""
    def errors():
        return [row["last_error"] for row in pool.accounts("--pending", "--node", node.name) if row["last_error"]]
    said = wait_for("a failed account", errors, 40, 0.1)[0]
    expect(said.startswith(f"node {node.name}: ensure account "), f"node and operation are named: {said}")
    wait_for("the log to tell it as well", lambda: said.replace('"', r'\"') in pool.botd.log())
    return said


def answer_badly(pool, node, name, buyers):
    for sub in [sub for sub, names in pool.places().items() if node.name in names][:12]:
        pool.ctl("sub", "extend", str(sub), "--days", "1")
    began = time.monotonic()
    subs = [pool.grant(buyer) for buyer in buyers]
    elsewhere = {sub for sub in subs if node.name not in pool.places()[sub]}
    expect(elsewhere, "the fuller node does not get all sales")
    wait_for(f"sales elsewhere while {node.name} answers {name}",
             lambda: not {row["subscription_id"] for row in pool.pending()} & elsewhere, 8, 0.1)
    took = time.monotonic() - began
    said = "no error yet" if name == "slow" else told_of(pool, node)
    pool.sandbox.no_faults()
    pool.wait_node(node.name, state="active", failing_since=None)
    for row in pool.pending():
        pool.ctl("account", "retry", str(row["id"]), check=False)  # it may just be done
    pool.settle()
    expect(all(pool.keys_messages(buyer) for buyer in buyers), "everybody has keys in the end")
    step(f"{node.name} answers {name}: {len(elsewhere)} sales elsewhere confirmed after {took:.1f} s; {said!r}")


def move_by_hand(pool, rng):
    places = pool.places()
    counts = collections.Counter(name for names in places.values() for name in names)
    full = {node.name for node in NODES if counts[node.name] >= node.options.get("capacity", counts[node.name] + 1)}
    buyer, target = rng.choice([(buyer, node.name) for buyer in pool.buyers for node in NODES
                                if node.name not in places[buyer.sub] | full])
    old = places[buyer.sub]
    for name in sorted(full):
        other = next(buyer for buyer in pool.buyers if name not in places[buyer.sub])
        refused = pool.ctl("sub", "move", str(other.sub), name, check=False)
        expect("it is full" in refused.stderr, f"nobody moves to a full node: {refused.stderr}")

    def told():
        return sum("is now served from" in text for text in pool.sandbox.texts(buyer.user))
    before = told()
    pool.ctl("sub", "move", str(buyer.sub), target)
    pool.settle()
    expect(len(pool.places()[buyer.sub]) == len(old), "a move adds no node")
    expect(target in pool.served_by(buyer), "the link serves from where it was moved to")
    expect(told() == before + 1, "the buyer is told once")
    step("sub move: the link follows, the buyer is told once")
    node = next(node for node in NODES if node.name == target)
    evacuate(pool, node)
    pool.ctl("node", "activate", node.name)
    pool.settle()
    expect(all(pool.served_by(buyer) for buyer in pool.buyers), "all links serve")
    step("node evacuate: the summary is exact, the node is empty")


def agree(pool):
    drift = pool.ctl("reconcile", check=False)
    expect(drift.returncode == 0, f"qentctl reconcile: {drift.stdout[-2000:]}{drift.stderr}")
    expect(not pool.differences(), "panels and ledger agree")
    keys = collections.Counter(m["user_id"] for m in pool.sandbox.messages()
                               if "/s/" in (m.get("text") or "") and "moved" not in m["text"])
    step(f"qentctl reconcile finds nothing; {sum(keys.values())} messages with first keys")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--subscriptions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(10 ** 6)
    rng = random.Random(seed)
    print(f"{args.subscriptions} subscriptions, {args.rounds} rounds, seed {seed}", flush=True)
    with Pool() as pool:
        pool.start()
        began = time.monotonic()
        pool.populate(args.subscriptions)
        spread = collections.Counter(name for names in pool.places().values() for name in names)
        step(f"{args.subscriptions} subscriptions in {time.monotonic() - began:.0f} s: {dict(spread)}")
        run_rounds(pool, rng, args.rounds)
        pool.restart_botd(QENT_NODE_RETURN="back")
        lose_network(pool)
        refuse_credentials(pool, NODES[1], {"password": "admin"}, {"password": "other"})
        if args.rounds >= len(FAILURES):
            refuse_credentials(pool, NODES[2], {"password": "admin"}, {"password": "other"})
        bad_answers(pool)
        move_by_hand(pool, rng)
        agree(pool)
    print("every link went on, nothing was lost, nothing was told twice", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, TimeoutError, RuntimeError) as failure:
        print(f"FAIL  {failure}", flush=True)
        sys.exit(1)
