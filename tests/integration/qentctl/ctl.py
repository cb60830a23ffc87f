# SPDX-License-Identifier: MIT
"""Runs qentctl as an operator would."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from harness import build_path  # noqa: E402


def ctl(*args, env=None, cwd="/", stdin=""):
    """The finished process; the environment holds nothing but `env`."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([build_path("apps/qentctl/qentctl"), *map(str, args)], input=data, capture_output=True,
                          cwd=cwd, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(env or {})}, timeout=60)
    done.out = done.stdout.decode()
    done.err = done.stderr.decode()
    return done


def commands():
    """Every command as help names it: ["plan list", ...]."""
    lines = ctl("help").out.split("Commands:\n", 1)[1].split("\nOptions of every command", 1)[0].splitlines()
    names = []
    for line in lines:
        words = line[2:24].split()
        if words:
            names.append(" ".join(w for w in words if w.islower()))
    return names
