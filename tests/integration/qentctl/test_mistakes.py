#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a tired operator types wrong, and what qentctl says to that."""
import json
import subprocess
import unittest

from ctl import build_path, ctl

from harness import Shop, wait_for

ANNA = 1001


class Mistakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = Shop(settings={"QENT_NODE_DOWN_S": "1", "QENT_NODE_DOWN_PROBES": "1"})
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        cls.url = cls.shop.sandbox.url
        cls.shop.start()
        cls.shop.sandbox.person(ANNA)
        cls.shop.sandbox.say(ANNA, "/start")
        wait_for("the user", lambda: cls.shop.sandbox.messages(ANNA))
        cls.shop.buy(ANNA)
        cls.payment = str(cls.shop.ctl_json("payment", "list")[0]["id"])

    def ctl(self, *args, stdin=""):
        """qentctl without --yes and without a terminal."""
        return subprocess.run([build_path("apps/qentctl/qentctl"), "--config", str(self.shop.config), *args],
                              input=stdin, capture_output=True, text=True, env=self.shop.env, timeout=60)

    def refused(self, code, words, *args, **kwargs):
        done = self.ctl(*args, **kwargs)
        self.assertEqual(done.returncode, code, f"{args}: {done.stdout}{done.stderr}")
        self.assertEqual(done.stdout, "", args)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, done.stderr, args)
        self.assertRegex(done.stderr, r"qentctl: [a-z ]+: .+\n  .+\n", args)
        return done.stderr


class Nodes(Mistakes):
    def add(self, name, gateway, panel, *args):
        return ("node", "add", name, "--gateway", gateway, "--url", f"{self.url}/{gateway}/{panel}", *args)

    def test_a_panel_without_admins_by_name_needs_no_user_name(self):
        done = self.ctl(*self.add("se1", "amneziawg", "a1"), stdin="admin\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ctl("node", "edit", "se1", "--password-file", "-", stdin="admin\n").returncode, 0)
        self.assertEqual(self.ctl("node", "probe", "se1").returncode, 0)
        self.shop.ctl("node", "remove", "se1")

    def test_other_panels_need_one_before_the_password_is_read(self):
        for gateway, panel in (("marzban", "m2"), ("3xui", "x1"), ("wgeasy", "e1")):
            self.refused(2, [gateway, "--username NAME"], *self.add("n1", gateway, panel), stdin="admin\n")
        self.refused(2, "username", "node", "edit", "de1", "--username", "")

    def test_an_unknown_kind_of_panel_is_told_with_the_known_ones(self):
        self.refused(2, ["marzban", "3xui", "amneziawg", "wgeasy"], *self.add("n1", "marzbahn", "m2"), stdin="admin\n")

    def test_a_password_that_cannot_be_read_is_told_with_its_file(self):
        named = self.add("n1", "marzban", "m2", "--username", "admin")
        self.refused(2, ["/nowhere/password", "No such file"], *named, "--password-file", "/nowhere/password")
        self.refused(2, ["/dev/null", "first line"], *named, "--password-file", "/dev/null")
        self.refused(2, "--password-file", *named)
        self.refused(2, "No such file", "node", "edit", "de1", "--password-file", "/nowhere/password")

    def test_a_certificate_is_named_so_that_the_daemons_find_it(self):
        named = self.add("n1", "marzban", "m2", "--username", "admin")
        self.refused(2, "whole path", *named, "--ca-file", "panel.pem", stdin="admin\n")
        self.refused(2, "No such file", *named, "--ca-file", "/nowhere/panel.pem", stdin="admin\n")
        self.refused(2, "No such file", "node", "edit", "de1", "--ca-file", "/nowhere/panel.pem")

    def test_wrong_credentials_are_mended_by_the_command_that_is_told(self):
        done = self.ctl(*self.add("fi1", "marzban", "m3", "--username", "admin"), stdin="wrong\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("qentctl node edit fi1 --password-file", done.stderr)
        self.assertEqual(self.ctl("node", "edit", "fi1", "--password-file", "-", stdin="admin\n").returncode, 0)
        self.shop.ctl("node", "remove", "fi1")

    def test_nobody_is_asked_about_a_node_that_is_not_there(self):
        for verb in ("disable", "remove", "evacuate"):
            self.assertNotIn("nobody to ask", self.refused(3, "qentctl node list", "node", verb, "none"))
        self.refused(3, "qentctl node list", "node", "evacuate", "de1", "--to", "none")
        self.assertIn("1 account", self.ctl("node", "disable", "de1").stderr)

    def test_a_node_that_answers_again_but_counts_as_down_is_explained(self):
        self.shop.ctl(*self.add("nl1", "marzban", "m2", "--username", "admin"), stdin="admin\n")
        self.shop.sandbox.fault("marzban", "refuse", panel="m2", count=-1)
        probe = ("node", "probe", "nl1")
        wait_for("the node to be down", lambda: self.ctl(*probe).returncode and
                 self.shop.ctl_json("node", "show", "nl1")["state"] == "down", 30, 0.2)
        self.shop.sandbox.no_faults()
        done = self.ctl(*probe)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("until 2 probes in a row are good", done.stdout)
        self.shop.ctl("node", "remove", "nl1")


class Plans(Mistakes):
    def test_titles_are_told_by_the_option_that_was_given(self):
        self.refused(2, "--title-en", "plan", "add", "x", "--title-en", "", "--price", "1RUB")
        self.refused(2, "--title-ru", "plan", "edit", "month", "--title-ru", "")

    def test_a_plan_that_no_node_serves_is_told(self):
        done = self.ctl("plan", "add", "lost", "--title-en", "Lost", "--price", "1RUB", "--group", "ue")
        self.assertEqual(done.returncode, 0)
        self.assertIn("No node of group ue works", done.stderr)
        self.assertEqual(self.ctl("plan", "edit", "lost", "--group", "eu").stderr, "")
        self.assertEqual(self.ctl("plan", "edit", "lost", "--group", "ue", "--hidden").stderr, "")

    def test_what_contradicts_itself_or_says_nothing_is_refused(self):
        self.refused(2, "contradict", "plan", "edit", "month", "--hidden", "--visible")
        self.refused(2, "what to change", "plan", "edit", "month")


class People(Mistakes):
    def test_orders_are_found_by_either_id_and_a_stranger_is_no_empty_list(self):
        user = self.shop.ctl_json("user", "show", str(ANNA))["user"]["id"]
        orders = self.shop.ctl_json("order", "list", "--user", str(user))
        self.assertEqual(len(orders), 1)
        self.assertEqual(self.shop.ctl_json("order", "list", "--user", str(ANNA)), orders)
        self.refused(3, "qentctl user find", "order", "list", "--user", "777")

    def test_the_word_that_is_wrong_is_named(self):
        self.refused(2, "USER must be", "sub", "grant", "anna", "month")
        self.refused(2, "WHO is longer", "user", "find", "a" * 5000)

    def test_nobody_is_asked_about_a_subscription_that_is_not_there(self):
        for verb in ("disable", "rotate"):
            self.assertNotIn("nobody to ask", self.refused(3, "qentctl user show", "sub", verb, "999"))

    def test_a_mistyped_filter_is_no_empty_list(self):
        self.refused(3, "no such node", "account", "list", "--node", "none")
        self.refused(3, "no such subscription", "account", "list", "--sub", "999")

    def test_what_goes_is_named_in_the_question(self):
        asked = self.refused(2, "--yes", "account", "remove-orphan", "de1", "old_phone", "old_tv")
        self.assertIn("old_phone, old_tv on the panel of de1", asked)


class Money(Mistakes):
    def test_only_what_can_be_done_is_asked_about(self):
        for verb in ("accept", "reject"):
            said = self.refused(1, ["succeeded, not flagged", "--flagged"], "payment", verb, self.payment)
            self.assertNotIn("nobody to ask", said)
        for verb in ("accept", "reject", "refund"):
            self.refused(3, "qentctl payment list", "payment", verb, "999")
        self.assertIn(f"payment {self.payment} (199.00 RUB)", self.ctl("payment", "refund", self.payment).stderr)

    def test_giving_back_twice_gives_back_once(self):
        self.shop.sandbox.person(1002)
        self.shop.sandbox.say(1002, "/start")
        wait_for("the user", lambda: self.shop.sandbox.messages(1002))
        self.shop.buy(1002)
        payment = str(self.shop.ctl_json("payment", "list")[0]["id"])
        self.assertIn("199.00 RUB", self.shop.ctl("payment", "refund", payment).stdout)
        self.assertIn("refunded already", self.ctl("payment", "refund", payment).stdout)
        self.refused(1, "refunded, not flagged", "payment", "accept", payment)

    def test_filters_that_contradict_each_other_are_refused(self):
        self.refused(2, "--flagged", "payment", "list", "--flagged", "--state", "pending")


class Hostile(Mistakes):
    def test_words_full_of_tricks_do_no_harm(self):
        for word in ("'; DROP TABLE nodes; --", "%s%n%x", "../../etc/passwd", "\x1b[2J", "a\nb", "-1", "NaN", "٣", "日本"):
            for args in (["node", "show", word], ["node", "evacuate", word], ["import", word], ["sub", "show", word],
                         ["plan", "edit", word, "--hidden"], ["payment", "show", word], ["account", "list", "--node", word],
                         ["stats", "traffic", "--node", word]):
                done = self.ctl("--", *args) if word.startswith("-") else self.ctl(*args)
                self.assertIn(done.returncode, (2, 3), f"{args}: {done.stdout}{done.stderr}")
        self.assertEqual(len(self.shop.ctl_json("node", "list")), 1)

    def test_json_is_json_also_when_there_is_nothing(self):
        for args in (["user", "find", "nobody"], ["account", "list", "--pending"], ["payment", "list", "--flagged"],
                     ["notice", "list", "--state", "undeliverable"], ["stats", "traffic", "--sub", "1"]):
            self.assertEqual(json.loads(self.ctl("--json", *args).stdout), [], args)


class Help(unittest.TestCase):
    def test_help_and_version_are_found_beside_other_options(self):
        for args in (["--json", "--help"], ["--config", "/nowhere", "-h"], ["-h", "--json"]):
            self.assertIn("Usage: qentctl COMMAND", ctl(*args).out, args)
        self.assertIn("Usage: qentctl plan add", ctl("--help", "plan", "add").out)
        self.assertIn("version", json.loads(ctl("--json", "--version").out))

    def test_help_about_nothing_points_to_help(self):
        self.assertIn("`qentctl help`", ctl("help", "fly").err)


del Mistakes  # what the classes share is no test by itself

if __name__ == "__main__":
    unittest.main(verbosity=1)
