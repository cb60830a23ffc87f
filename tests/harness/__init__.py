# SPDX-License-Identifier: MIT
"""Real processes for black-box tests: the sandbox, apid and botd on a database of their own.

    with Shop() as shop:
        shop.start()
        order = shop.api("POST", "/orders", user=1001, body={"plan": "month"}, key="k1").json

Programs come from QENT_BUILD_DIR (default: build/release). Only the standard library is used.
"""
from .process import Process, build_path, wait_for
from .sandbox import Sandbox
from .shop import Reply, Shop

__all__ = ["Process", "Reply", "Sandbox", "Shop", "build_path", "wait_for"]
