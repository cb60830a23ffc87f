#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What qentctl prints on terminals of different widths, and into a pipe."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import unittest

from ctl import build_path

from harness import Shop

TITLE = "Месяц без ограничений для всей семьи и всех её устройств"


class Terminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = Shop()
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        cls.shop.ctl("migrate")
        cls.shop.ctl("plan", "add", "a-code-of-thirty-two-characters0", "--title-ru", TITLE, "--title-en", "日本" * 12,
                     "--price", "199RUB", "--period", "1m")
        cls.shop.add_node("de1", "m2")
        cls.shop.ctl("node", "add", "nl1", "--url", f"{cls.shop.sandbox.url}/marzban/m1", "--username", "admin",
                     stdin="wrong\n", check=False)

    def on_terminal(self, columns, *args, env=None):
        """Lines that a terminal of that width gets."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        child = subprocess.Popen([build_path("apps/qentctl/qentctl"), "--config", str(self.shop.config), *args],
                                 stdin=subprocess.DEVNULL, stdout=theirs, env={**self.shop.env, **(env or {})})
        os.close(theirs)
        out = self.rest(ours)
        self.assertEqual(child.wait(timeout=60), 0)
        return out.decode().splitlines()

    @staticmethod
    def rest(terminal):
        """All that is shown until the other end is closed."""
        shown = b""
        with os.fdopen(terminal, "rb", buffering=0) as source:
            while True:
                try:
                    got = source.read(65536)
                except OSError:
                    return shown
                if not got:
                    return shown
                shown += got

    @staticmethod
    def width(line):
        return sum(2 if letter in "日本" else 1 for letter in line)

    def asked_for_password(self, answer):
        """Exit code and what the terminal shows when that is typed as soon as the question is there."""
        ours, theirs = pty.openpty()
        child = subprocess.Popen([build_path("apps/qentctl/qentctl"), "--config", str(self.shop.config), "node", "edit",
                                  "de1", "--password-file", "-"], stdin=theirs, stdout=subprocess.DEVNULL,
                                 stderr=theirs, env=self.shop.env)
        shown = b""
        while b"Panel password: " not in shown:
            shown += os.read(ours, 1024)
        self.assertFalse(termios.tcgetattr(theirs)[3] & termios.ECHO, "nobody else reads along")
        os.write(ours, answer)
        code = child.wait(timeout=60)
        self.assertTrue(termios.tcgetattr(theirs)[3] & termios.ECHO, "the terminal is as it was")
        os.close(theirs)
        return code, (shown + self.rest(ours)).decode()

    def test_a_password_is_asked_for_in_silence(self):
        code, shown = self.asked_for_password(b"admin\n")
        self.assertEqual(code, 0, shown)
        self.assertNotIn("admin", shown)

    def test_no_password_is_no_password(self):
        code, shown = self.asked_for_password(b"\x04")
        self.assertEqual(code, 2, shown)
        self.assertIn("no password", shown)

    def test_rows_fit_and_only_prose_is_shortened(self):
        for columns in (160, 145, 134):
            lines = self.on_terminal(columns, "plan", "list")
            self.assertEqual(len(lines), 2, lines)
            self.assertLessEqual(max(map(self.width, lines)), columns)
            self.assertIn("a-code-of-thirty-two-characters0", lines[1])
            self.assertIn("199.00 RUB", lines[1])
            self.assertIn("…", lines[1])
            self.assertTrue(lines[1].split("  ")[1].startswith("Месяц без"), lines[1])

    def test_a_wide_terminal_shortens_nothing(self):
        self.assertIn(TITLE, self.on_terminal(250, "plan", "list")[1])

    def test_where_no_row_can_fit_rows_become_facts(self):
        lines = self.on_terminal(80, "plan", "list")
        self.assertIn(["TITLE", "(RU)", *TITLE.split()], [line.split() for line in lines])
        self.assertIn(["PRICES", "199.00", "RUB"], [line.split() for line in lines])

    def test_times_and_empty_columns_give_way_first(self):
        (header, good, bad) = self.on_terminal(116, "node", "stats")
        self.assertLessEqual(max(map(len, (header, good, bad))), 116)
        self.assertRegex(bad, r"\d\d:\d\d UTC  ")
        self.assertTrue(bad.endswith("…"), bad)

    def test_columns_of_the_environment_win(self):
        lines = self.on_terminal(250, "plan", "list", env={"COLUMNS": "140"})
        self.assertLessEqual(max(map(self.width, lines)), 140)
        self.assertIn(TITLE, self.on_terminal(250, "plan", "list", env={"COLUMNS": "many"})[1])

    def test_a_pipe_gets_everything(self):
        self.shop.env["COLUMNS"] = "80"
        self.addCleanup(self.shop.env.pop, "COLUMNS")
        self.assertIn(TITLE, self.shop.ctl("plan", "list").stdout)
        (_, stats) = self.shop.ctl_json("node", "stats")
        self.assertGreater(len(stats["last_error"]), 60)
        self.assertIn(stats["last_error"], self.shop.ctl("node", "stats").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
