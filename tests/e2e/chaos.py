#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 of apid and botd at random moments during many sales, then restart and drain.

    chaos.py [--sales N] [--seed S]

Afterwards each paid order has exactly one settled payment, one account on the panel with the right
end, and its keys delivered. A message that is sent twice because its answer was lost is the only
repeat allowed; it is counted and told.
"""
import argparse
import collections
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Shop, wait_for  # noqa: E402

FIRST_BUYER = 5000
DAY = 86400


class Killer(threading.Thread):
    """Kills and restarts the daemons until it is told to stop."""

    def __init__(self, shop, rng):
        super().__init__(daemon=True)
        self.shop = shop
        self.rng = rng
        self.done = threading.Event()
        self.kills = collections.Counter()

    def run(self):
        while not self.done.wait(self.rng.uniform(0.1, 0.7)):
            process = self.rng.choice([self.shop.apid, self.shop.botd, self.shop.botd])
            process.kill()
            self.kills[process.name] += 1
            self.done.wait(self.rng.uniform(0.0, 0.2))
            process.start()


def patiently(action, timeout=60):
    """Repeat a call as a phone on a bad network would; apid may be dead at the moment."""
    end = time.monotonic() + timeout
    while True:
        try:
            return action()
        except (OSError, RuntimeError, KeyError, ValueError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def sell(shop, user, rng, paid):
    time.sleep(rng.uniform(0, 1))
    shop.sandbox.person(user)
    shop.sandbox.say(user, "/start")
    order_id = patiently(lambda: shop.order(user))
    wait_for(f"payment of order {order_id}", lambda: shop.sandbox.payments(order_id), 90)
    shop.sandbox.pay(order_id, webhook=rng.random() > 0.2)
    paid[user] = order_id


def sell_all(shop, count, rng, paid):
    users = list(range(FIRST_BUYER, FIRST_BUYER + count))
    lock = threading.Lock()

    def seller():
        while True:
            with lock:
                if not users:
                    return
                user = users.pop()
            sell(shop, user, rng, paid)

    sellers = [threading.Thread(target=seller) for _ in range(6)]
    for thread in sellers:
        thread.start()
    for thread in sellers:
        thread.join()


def drain(shop, count):
    """Both daemons run undisturbed until every buyer has the keys and nothing is pending."""
    def missing():
        return count - len({m["user_id"] for m in all_keys(shop)})
    wait_for("the keys of all buyers", lambda: missing() == 0, 240, 0.5)
    wait_for("an empty outbox and no pending account",
             lambda: (s := shop.ctl_json("stats")["counts"])["notices_pending"] == 0 and s["accounts_pending"] == 0,
             240, 0.5)


def all_keys(shop):
    return [m for m in shop.sandbox.messages()
            if "/s/" in (m.get("text") or "") and m["method"].lower() == "sendmessage"]


def check(shop, paid):
    problems = []
    settled = collections.Counter()
    for payment in shop.ctl_json("payment", "list", "--limit", "1000"):
        if payment["state"] == "succeeded":
            settled[payment["order_id"]] += 1
        elif payment["state"] == "flagged":
            problems.append(f"payment {payment['id']} is flagged: {payment.get('reason')}")
    accounts = shop.sandbox.panel_users()
    if len(accounts) != len(paid):
        problems.append(f"{len(paid)} sales made {len(accounts)} accounts")
    now = time.time()
    for account in accounts:
        if account["status"] != "active" or not 29 * DAY < account["expire"] - now <= 30 * DAY:
            problems.append(f"account {account['username']} is {account['status']} until {account['expire']}")
    for user, order_id in paid.items():
        if settled[order_id] != 1:
            problems.append(f"order {order_id} of {user} has {settled[order_id]} settled payments")
    charges = collections.Counter(p["metadata"]["order_id"] for p in shop.sandbox.payments()
                                  if p["status"] == "succeeded")
    problems += [f"order {o} was charged {n} times" for o, n in charges.items() if n != 1]
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sales", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(10 ** 6)
    rng = random.Random(seed)
    print(f"{args.sales} sales, seed {seed}", flush=True)
    with Shop({"QENT_RATE_LIMIT": "1000"}) as shop:
        for target, pause_ms in (("telegram", 20), ("yookassa", 30), ("marzban", 50)):
            shop.sandbox.control("POST", "/latency", {"target": target, "base_latency_ms": pause_ms})
        shop.start()
        killer = Killer(shop, rng)
        killer.start()
        paid = {}
        sell_all(shop, args.sales, rng, paid)
        killer.done.set()
        killer.join()
        for process in (shop.apid, shop.botd):
            if not process.running:
                process.start()
        drain(shop, len(paid))
        problems = check(shop, paid)
        repeats = len(all_keys(shop)) - len(paid)
        print(f"kills: {dict(killer.kills)}; sales: {len(paid)}; repeated key messages: {repeats}", flush=True)
        if len(paid) != args.sales:
            problems.append(f"only {len(paid)} of {args.sales} sales were made")
        for problem in problems:
            print(f"FAIL  {problem}", flush=True)
        if problems:
            raise SystemExit(1)
    print("nothing was lost, nothing was given twice", flush=True)


if __name__ == "__main__":
    main()
