#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Mini App in Debian's Chromium against the real apid, botd and the sandbox.

    run.py [--separate] [--speed] [name...]
        --separate   the pages come from a server of their own instead of apid
        --speed      report times on a slow phone instead
        name...      only scenarios whose names contain one of the words

Needs apps/miniapp/build.sh to have run, and /usr/bin/chromium. Screenshots go to build/screenshots.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from harness import Shop  # noqa: E402
from pages import serve  # noqa: E402

OUT = ROOT / "apps" / "miniapp" / "out"
CHROMIUM = os.environ.get("QENT_CHROMIUM", "/usr/bin/chromium")
# build.sh takes a Node.js of its own where the system's is too old.
for folder in (ROOT / "apps/miniapp/toolchain/node_modules").glob("node-linux-*/bin"):
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def stock(shop):
    shop.ctl("plan", "add", "month", "--title-ru", "Месяц", "--title-en", "One month", "--period", "1m",
             "--price", "199RUB", "--devices", "3", "--group", "eu")
    shop.ctl("plan", "add", "year", "--title-ru", "Год", "--title-en", "One year", "--period", "12m",
             "--price", "1490RUB", "--group", "eu")
    shop.add_node("de1", "m1")
    shop.add_node("nl1", "m2", "Netherlands", "NL")
    shop.ctl("plan", "add", "router", "--title-ru", "Роутер", "--title-en", "Router", "--period", "1m",
             "--price", "299RUB", "--group", "awg")
    shop.ctl("node", "add", "se1", "--gateway", "amneziawg", "--url", f"{shop.sandbox.url}/amneziawg/a1",
             "--username", "admin", "--group", "awg", "--title", "Sweden", "--country", "SE", stdin="admin\n")


def separate(shop):
    """A copy of the pages that may call apid's origin, on a server of its own; returns its address."""
    copy = shop.dir / "pages"
    shutil.copytree(OUT, copy)
    subprocess.run(["node", str(ROOT / "apps/miniapp/scripts/csp.mjs"), str(copy), "--connect", shop.url], check=True)
    return serve(copy, f"{shop.url}/api/v1")


def main():
    if not (OUT / "csp.json").exists():
        sys.exit("apps/miniapp/out is missing: run apps/miniapp/build.sh first")
    if not os.access(CHROMIUM, os.X_OK):
        sys.exit(f"{CHROMIUM} is missing: apt-get install chromium")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--separate", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    # A second move is to be too soon, however slow the machine is.
    with Shop({"QENT_MOVE_PAUSE_S": "86400"}) as shop:
        if args.separate:
            address = separate(shop)
            shop.extra |= {"QENT_MINIAPP_URL": f"{address}/app/"}
        else:
            address = shop.url
            shop.extra |= {"QENT_MINIAPP_DIR": str(OUT)}
        shop.write_settings()
        shop.ctl("migrate")
        stock(shop)
        shop.start_apid()
        shop.start_botd()
        environment = os.environ | {
            "QENT_E2E_APP": f"{address}/app/",
            "QENT_E2E_SANDBOX": shop.sandbox.url,
            "QENT_E2E_SHOTS": str(ROOT / "build" / "screenshots"),
            "QENT_E2E_CHROMIUM": CHROMIUM,
            "QENT_E2E_OUT": str(OUT),
        }
        script = pathlib.Path(__file__).with_name("speed.mjs" if args.speed else "scenarios.mjs")
        code = subprocess.run(["node", str(script), *args.names], env=environment, timeout=2400).returncode
        if code:
            shop.tell_logs()
    sys.exit(code)


if __name__ == "__main__":
    main()
