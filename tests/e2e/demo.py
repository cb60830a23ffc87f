#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The demo's shop: sandbox, apid and botd on SQLite, until Ctrl-C. Started by scripts/demo."""
import pathlib
import shutil
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Shop  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUYER = 1001
ADMIN = 99

PLANS = [
    # code, Russian title, English title, period, price
    ("month", "Месяц", "One month", "1m", "199RUB"),
    ("quarter", "Три месяца", "Three months", "3m", "499RUB"),
    ("year", "Год", "One year", "12m", "1690RUB"),
]


def stock(shop):
    for code, title_ru, title_en, period, price in PLANS:
        shop.ctl("plan", "add", code, "--title-ru", title_ru, "--title-en", title_en,
                 "--period", period, "--price", price, "--group", "eu")
    shop.add_node("de1", "m1")
    shop.add_node("nl1", "m2", "Netherlands", "NL")
    shop.sandbox.person(BUYER, "Anna", "en")
    shop.sandbox.person(ADMIN, "Admin", "ru")


def tell(shop):
    sandbox = shop.sandbox.url
    print(f"""
The shop is open.

  chat of a buyer    {sandbox}/chat?user={BUYER}      send /start, buy, get your keys
  chat of the admin  {sandbox}/chat?user={ADMIN}        try /serverstats and /stats
  admin CLI          {ROOT}/build/release/apps/qentctl/qentctl --config {shop.config} node list
  API                {shop.url}/api/v1/openapi.yaml
  logs               {shop.dir}

Telegram, YooKassa and the Marzban panel are stand-ins on this machine; no money, nothing leaves it.
Ctrl-C ends it.
""", flush=True)


def main():
    folder = ROOT / "build" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    settings = {"QENT_LOG_LEVEL": "info"}
    if (ROOT / "apps" / "miniapp" / "out" / "index.html").exists():
        settings["QENT_MINIAPP_DIR"] = str(ROOT / "apps" / "miniapp" / "out")
    with Shop(settings, folder=folder, port=18081, sandbox_port=18080) as shop:
        shop.ctl("migrate")
        stock(shop)
        shop.start(stock=False)
        tell(shop)
        ended.wait()
        print("closing", flush=True)
        shop.botd.stop()
        shop.apid.stop()


if __name__ == "__main__":
    main()
