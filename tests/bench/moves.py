# SPDX-License-Identifier: MIT
"""How fast a node is emptied, beside what the panel's latency allows."""
import pathlib
import sqlite3
import subprocess
import time

from harness import Shop, build_path, wait_for

LATENCY_MS = 20
PARALLEL = 8


def fill_node(path, accounts):
    """Confirmed accounts for all subscriptions of bench_mkdb, on the node de1."""
    subprocess.run([build_path("tests/bench/bench_mkdb"), path, str(accounts)], check=True)
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO accounts (subscription_id, node_id, account_key, uuid, password, standing, placed_at,"
            " wanted_present, wanted_enabled, wanted_expires_at, wanted_traffic_limit_bytes, wanted_device_limit,"
            " wanted_keys_rev, wanted_rev, applied_rev, applied_keys_rev, links, panel_used_bytes, attempts,"
            " next_attempt_at, lease_until)"
            " SELECT s.id, n.id, 'q' || s.id || '_bench', '11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa',"
            " 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=', 0, 0, 1, 1, s.expires_at, 0, 3, 1, 1, 1, 1,"
            " 'vless://bench', 0, 0, 0, 0 FROM subscriptions s, nodes n WHERE n.name = 'de1'")
        db.execute("UPDATE nodes SET account_count = ? WHERE name = 'de1'", (accounts,))
        # Everybody has had keys, and apps that fetch the link.
        for kind, key in ((2, "keys"), (3, "keys_qr")):
            db.execute("INSERT INTO notices (notice_key, user_id, kind, priority, data, state, held, not_before,"
                       " lease_until, attempts, created_at, sent_at)"
                       " SELECT ? || ':' || id || ':1', user_id, ?, 0, '{}', 1, 0, 0, 0, 1, 0, 1 FROM subscriptions",
                       (key, kind))
        db.execute("UPDATE subscriptions SET link_read_at = unixepoch()")
    db.close()


def arrived(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        row = db.execute("SELECT count(*) FROM accounts a JOIN nodes n ON n.id = a.node_id"
                         " WHERE n.name = 'nl1' AND a.applied_rev > 0").fetchone()
    db.close()
    return row[0]


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def bench_moves(accounts):
    """Ratio of the rate at which accounts are confirmed on the new node to PARALLEL / LATENCY_MS,
    between the first and the last tenth of them."""
    settings = {"QENT_WORKERS": str(3 * PARALLEL), "QENT_LOG_LEVEL": "warn"}
    with Shop(settings=settings) as shop:
        shop.ctl("migrate")
        shop.stock()
        path = str(shop.dir / "qentvpn.db")
        fill_node(path, accounts)
        shop.add_node("nl1", "m2", "Netherlands", "NL")
        shop.sandbox.control("POST", "/latency", {"target": "marzban", "base_latency_ms": LATENCY_MS})
        shop.start_botd()
        shop.ctl("node", "evacuate", "de1", "--no-wait")
        marks = []
        for share in (0.1, 0.9):
            wait_for(f"{share:.0%} of the accounts", lambda: arrived(path) >= share * accounts, timeout=600,
                     pause=0.5)
            marks.append((time.monotonic(), arrived(path), resident_mb(shop.botd.child.pid)))
        (began, first, before), (ended, last, after) = marks
        rate = (last - first) / (ended - began)
        return {"accounts": accounts, "ratio": rate / (PARALLEL * 1000 / LATENCY_MS), "per_s": rate,
                "resident_mb": [before, after]}
