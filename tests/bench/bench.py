#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure what later work is held to; prints a table and writes JSON to --json FILE.

    QENT_BUILD_DIR=build/release tests/bench/bench.py [--users 1000000] [--rounds 5] [--seconds 4] [--realtime]

Each figure that depends on the machine is a ratio against a reference measured in the same run.
"""
import argparse
import hashlib
import hmac
import json
import os
import pathlib
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Shop, build_path, wait_for  # noqa: E402
from harness.sandbox import BOT_TOKEN  # noqa: E402
from harness.shop import reserve_port  # noqa: E402

from moves import bench_moves  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
FIRST_ID = 10_000_000
CALLERS = 4000
CONNECTIONS = 64
PRIORITY = []  # put before each measured command


def sign(user_id):
    user = json.dumps({"id": user_id, "first_name": "User", "last_name": "", "username": "", "language_code": "en"},
                      separators=(",", ":"))
    fields = {"query_id": "AAHdF6IQAAAAAN0XohDhrOrc", "user": user, "auth_date": str(int(time.time())),
              "signature": "A" * 86}
    text = "\n".join(f"{k}={v}" for k, v in sorted(fields.items()))
    key = hmac.new(b"WebAppData", BOT_TOKEN.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return urllib.parse.urlencode(fields)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(url, callers, seconds, server):
    """One run; `server` is the process whose CPU time is counted."""
    before = cpu_seconds(server)
    done = subprocess.run([*PRIORITY, "wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "me.lua"), url, "--", str(callers)],
                          capture_output=True, text=True, check=True)
    result = json.loads(done.stdout.strip().splitlines()[-1])
    result["rate"] = result["requests"] / (result["us"] / 1e6)
    result["cpu_us"] = (cpu_seconds(server) - before) * 1e6 / result["requests"]
    return result


def bench_me(users, rounds, seconds):
    with Shop(settings={"QENT_RATE_LIMIT": "100000", "QENT_LOG_LEVEL": "warn"}) as shop:
        shop.ctl("migrate")
        shop.stock()
        subprocess.run([build_path("tests/bench/bench_mkdb"), str(shop.dir / "qentvpn.db"), str(users)], check=True)
        step = max(1, users // CALLERS)
        callers = shop.dir / "callers"
        callers.write_text("".join(sign(FIRST_ID + 1 + i * step) + "\n" for i in range(min(CALLERS, users))))
        shop.apid.argv = [*PRIORITY, *shop.apid.argv]
        shop.start_apid()
        size = len(shop.get("/api/v1/me", {"Authorization": "tma " + sign(FIRST_ID + 1)}).body)
        holder = reserve_port()
        port = holder.getsockname()[1]
        constant = subprocess.Popen([*PRIORITY, build_path("tests/bench/bench_constant"), str(port), str(size)], stdin=subprocess.PIPE)
        try:
            wait_for("the constant", lambda: answers(port))
            result = rounds_of(shop, f"http://127.0.0.1:{port}", constant.pid, callers, rounds, seconds)
            return {"users": users, "bytes": size, **result, "due": bench_due(shop.dir / "qentvpn.db")}
        finally:
            constant.stdin.close()
            constant.wait()
            holder.close()


def answers(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def rounds_of(shop, constant_url, constant_pid, callers, rounds, seconds):
    apid = shop.apid.child.pid
    wrk(shop.url, callers, 1, apid)
    pairs = [(wrk(shop.url, callers, seconds, apid), wrk(constant_url, callers, seconds, constant_pid))
             for _ in range(rounds)]
    refused = sum(me["non2xx"] for me, _ in pairs)
    if refused:
        raise RuntimeError(f"{refused} answers were not 200")
    return {"ratio": statistics.median(me["rate"] / c["rate"] for me, c in pairs),
            "me_per_s": statistics.median(me["rate"] for me, _ in pairs),
            "constant_per_s": statistics.median(c["rate"] for _, c in pairs),
            "me_cpu_us": statistics.median(me["cpu_us"] for me, _ in pairs),
            "constant_cpu_us": statistics.median(c["cpu_us"] for _, c in pairs),
            "me_p50_us": statistics.median(me["p50_us"] for me, _ in pairs),
            "me_p99_us": statistics.median(me["p99_us"] for me, _ in pairs)}


def bench_due(path):
    """Rows that are due among all, by the index that the store's query uses, and by a scan."""
    due = "SELECT id FROM subscriptions {} WHERE next_event_at > 0 AND next_event_at <= ? ORDER BY next_event_at, id LIMIT 2500"
    with sqlite3.connect(path) as db:
        at = db.execute("SELECT min(next_event_at) FROM subscriptions WHERE next_event_at > 0").fetchone()[0] + 6500
        plan = " ".join(row[3] for row in db.execute("EXPLAIN QUERY PLAN " + due.format(""), (at,)))
        if "COVERING INDEX subscriptions_due" not in plan:
            raise RuntimeError(f"no index: {plan}")
        figures = {}
        for name, hint in (("index_ms", ""), ("scan_ms", "NOT INDEXED")):
            times = []
            for _ in range(5):
                began = time.perf_counter()
                figures["rows"] = len(db.execute(due.format(hint), (at,)).fetchall())
                times.append((time.perf_counter() - began) * 1000)
            figures[name] = statistics.median(times)
    db.close()
    return figures


def bench_initdata():
    done = subprocess.run([build_path("tests/bench/bench_initdata"), BOT_TOKEN], input=sign(1001), capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


def bench_latency(buyers):
    """Webhook to the message with the keys, the panel answering in 50 ms."""
    times = []
    with Shop() as shop:
        shop.start()
        shop.sandbox.control("POST", "/latency", {"target": "marzban", "base_latency_ms": 50})
        for user in range(7000, 7000 + buyers):
            shop.sandbox.person(user)
            shop.sandbox.say(user, "/start")
            wait_for("the greeting", lambda: shop.sandbox.texts(user))
            order = shop.order(user)
            wait_for("the payment", lambda: shop.sandbox.payments(order))
            began = time.time()
            shop.sandbox.pay(order)
            wait_for("the keys", lambda: shop.keys_messages(user))
            times.append(shop.keys_messages(user)[0]["time_ms"] - began * 1000)
    return {"median_ms": statistics.median(times), "worst_ms": max(times), "sales": buyers}


def start_and_look(shop, daemon):
    path = str(shop.dir / f"notify-{daemon.name}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(path)
        notify.settimeout(10)
        daemon.env = {**shop.env, "NOTIFY_SOCKET": path}
        began = time.monotonic()
        daemon.start()
        notify.recv(100)
        cold_ms = (time.monotonic() - began) * 1000
        time.sleep(2)
        status = pathlib.Path(f"/proc/{daemon.child.pid}/status").read_text()
        resident_kb = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        daemon.stop()
        os.unlink(path)
    return cold_ms, resident_kb / 1024


def bench_daemons(rounds):
    result = {}
    with Shop(settings={"QENT_LOG_LEVEL": "info"}) as shop:
        shop.ctl("migrate")
        shop.stock()
        for daemon in (shop.apid, shop.botd):
            seen = [start_and_look(shop, daemon) for _ in range(rounds)]
            result[daemon.name] = {"cold_ms": statistics.median(s[0] for s in seen),
                                   "resident_mb": statistics.median(s[1] for s in seen)}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--accounts", type=int, default=10_000, help="to move")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", choices=["initdata", "me", "latency", "daemons", "moves"])
    parser.add_argument("--json")
    parser.add_argument("--realtime", action="store_true",
                        help="measure /me above everything else on this machine (chrt, needs root)")
    args = parser.parse_args()
    if args.realtime:
        PRIORITY.extend(["chrt", "-f", "1"])
    runs = {"initdata": bench_initdata, "me": lambda: bench_me(args.users, args.rounds, args.seconds),
            "latency": lambda: bench_latency(4 * args.rounds), "daemons": lambda: bench_daemons(args.rounds),
            "moves": lambda: bench_moves(args.accounts)}
    results = {}
    for name, run in runs.items():
        if args.only in (None, name):
            results[name] = run()
            print(name, json.dumps(results[name]), flush=True)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
