# SPDX-License-Identifier: MIT
"""qentctl without a network: setting up, settings, initData, completion, usage."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

from ctl import ROOT, build_path, commands, ctl


class Folder(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="qent-ctl-"))
        self.addCleanup(shutil.rmtree, self.dir)

    def mode(self, name):
        return stat.S_IMODE((self.dir / name).stat().st_mode)

    def fill(self, **values):
        """Settings that are complete."""
        values = {"QENT_BOT_TOKEN": "1:" + "A" * 35, "QENT_MINIAPP_URL": "https://example.com/app",
                  "QENT_PUBLIC_URL": "https://example.com", **values}
        path = self.dir / "qentvpn.env"
        lines = [line for line in path.read_text().splitlines() if line.split("=")[0] not in values]
        path.write_text("\n".join(lines + [f"{k}={v}" for k, v in values.items()]) + "\n")

    def make(self):
        self.assertEqual(ctl("init", "--dir", self.dir).returncode, 0)
        self.fill()


class Init(Folder):
    def test_init_makes_private_files(self):
        done = ctl("init", cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(self.mode("qentvpn.env"), 0o600)
        self.assertEqual(self.mode("qentvpn.db"), 0o600)
        self.assertIn(str(self.dir / "qentvpn.env"), done.out)

    def test_every_setting_is_explained(self):
        self.make()
        text = (self.dir / "qentvpn.env").read_text()
        for row in json.loads(ctl("--json", "config", "dump", cwd=self.dir).out):
            self.assertIn(row["key"] + "=", text)
            self.assertIn(row["help"], text)

    def test_each_init_makes_another_key_and_no_output_shows_it(self):
        keys = set()
        for name in ("a", "b"):
            (self.dir / name).mkdir()
            done = ctl("init", "--dir", name, cwd=self.dir)
            text = (self.dir / name / "qentvpn.env").read_text()
            key = [line for line in text.splitlines() if line.startswith("QENT_MASTER_KEY=")][0].split("=")[1]
            self.assertRegex(key, "^[0-9a-f]{64}$")
            self.assertNotIn(key, done.out + done.err)
            keys.add(key)
        self.assertEqual(len(keys), 2)

    def test_whoever_is_in_another_folder_is_told_so(self):
        for command in (["node", "list"], ["doctor"]):
            done = ctl(*command, cwd=self.dir)
            self.assertIn("no qentvpn.env in this folder", done.out + done.err)
        done = ctl("--config", self.dir / "other.env", "node", "list", cwd=self.dir)
        self.assertNotIn("in this folder", done.err)

    def test_init_never_overwrites(self):
        ctl("init", cwd=self.dir)
        before = (self.dir / "qentvpn.env").read_bytes()
        done = ctl("init", cwd=self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn("qentctl: conflict:", done.err)
        self.assertEqual((self.dir / "qentvpn.env").read_bytes(), before)
        (self.dir / "qentvpn.env").unlink()
        self.assertEqual(ctl("init", cwd=self.dir).returncode, 1)
        self.assertFalse((self.dir / "qentvpn.env").exists())

    def test_init_says_what_is_wrong_with_the_folder(self):
        done = ctl("init", "--dir", "nowhere", cwd=self.dir)
        self.assertEqual(done.returncode, 3)
        self.assertIn("nowhere", done.err)

    def test_odd_folder_names_work(self):
        for name in ("with blank", "кот", "a'b", 'a"b $x'):
            (self.dir / name).mkdir()
            done = ctl("init", "--dir", name, cwd=self.dir)
            self.assertEqual(done.returncode, 0, f"{name}: {done.err}")
            self.assertTrue((self.dir / name / "qentvpn.db").exists(), name)

    def test_a_folder_that_no_database_can_be_in_is_refused(self):
        (self.dir / "a#b").mkdir()
        self.assertEqual(ctl("init", "--dir", "a#b", cwd=self.dir).returncode, 2)
        self.assertEqual(list((self.dir / "a#b").iterdir()), [])

    def test_migrate_is_harmless_when_up_to_date(self):
        self.make()
        self.assertIn("up to date", ctl("migrate", cwd=self.dir).out)


class Settings(Folder):
    def test_all_problems_are_told_in_one_run(self):
        ctl("init", cwd=self.dir)
        with open(self.dir / "qentvpn.env", "a") as out:
            out.write("QENT_WORKERS=many\nQENT_NONSENSE=1\n")
        done = ctl("plan", "list", cwd=self.dir)
        self.assertEqual(done.returncode, 2)
        for word in ("QENT_BOT_TOKEN", "QENT_MINIAPP_URL", "QENT_WORKERS", "QENT_NONSENSE"):
            self.assertRegex(done.err, rf"line \d+: {word}: ")

    def test_dump_hides_secrets(self):
        self.make()
        done = ctl("config", "dump", cwd=self.dir)
        self.assertRegex(done.out, r"QENT_BOT_TOKEN +\*\*\*")
        self.assertRegex(done.out, r"QENT_MASTER_KEY +\*\*\*")
        self.assertNotIn("A" * 35, done.out)

    def test_a_named_file_must_exist(self):
        done = ctl("--config", "none.env", "plan", "list", cwd=self.dir)
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.env", done.err)

    def test_a_settings_file_that_others_read_is_told_without_a_gap(self):
        self.make()
        (self.dir / "qentvpn.env").chmod(0o644)
        done = ctl("plan", "list", cwd=self.dir)
        self.assertIn("qentctl: settings: the settings file is open", done.err)

    def test_a_lost_database_is_made_by_the_command_that_is_told(self):
        self.make()
        (self.dir / "qentvpn.db").unlink()
        done = ctl("plan", "list", cwd=self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn("qentctl migrate", done.err.splitlines()[0])
        self.assertEqual(ctl("migrate", cwd=self.dir).returncode, 0)
        self.assertEqual(ctl("plan", "list", cwd=self.dir).returncode, 0)

    def test_a_database_that_is_held_by_another_is_tried_later(self):
        self.make()
        with contextlib.closing(sqlite3.connect(self.dir / "qentvpn.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            done = ctl("plan", "add", "x", "--title-en", "X", "--price", "1RUB", cwd=self.dir)
        self.assertEqual(done.returncode, 4)
        self.assertIn("Try again in a moment", done.err)

    def test_a_database_that_is_none_is_not_touched(self):
        self.make()
        (self.dir / "qentvpn.db").write_bytes(b"not a database" * 1000)
        done = ctl("migrate", cwd=self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn("qentctl: store:", done.err)
        self.assertEqual((self.dir / "qentvpn.db").read_bytes(), b"not a database" * 1000)


class InitData(unittest.TestCase):
    vectors = json.loads((ROOT / "tests/data/initdata-vectors.json").read_text())["vectors"]

    def check(self, vector):
        args = ["initdata", "verify", "--now", vector["now"], "--max-age", vector["max_age"]]
        env = {}
        if vector["mode"] == "ed25519":
            args += ["--public-key", vector["pubkey_hex"], "--bot-id", vector["bot_id"]]
        else:
            env["QENT_BOT_TOKEN"] = vector["bot_token"]
        done = ctl(*args, env=env, stdin=vector["init_data"])
        allowed = [vector["expect"], *(vector.get("alt") or [])]
        self.assertIn(done.out.split()[0] if done.out else done.err, allowed)
        if done.out.startswith("ok"):
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.out, f"ok user_id={vector.get('user_id') or 0}\n")
        else:
            self.assertEqual(done.returncode, 1)

    def test_all_vectors(self):
        self.assertGreater(len(self.vectors), 90)
        for vector in self.vectors:
            with self.subTest(vector["name"]):
                self.check(vector)

    def test_the_token_can_come_from_the_environment_alone(self):
        done = ctl("initdata", "verify", env={"QENT_BOT_TOKEN": "1:" + "A" * 35}, stdin="hash=x\n")
        self.assertEqual((done.returncode, done.out), (1, "bad_signature\n"))

    def test_without_a_token_it_says_so(self):
        done = ctl("initdata", "verify", cwd=tempfile.gettempdir(), stdin="hash=x")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("QENT_BOT_TOKEN", done.err)

    def test_telegrams_keys_are_known_by_name(self):
        for name in ("production", "test"):
            done = ctl("initdata", "verify", "--public-key", name, "--bot-id", "1", stdin="auth_date=1&hash=x")
            self.assertEqual((done.returncode, done.out), (1, "missing_signature\n"))

    def test_odd_options_are_usage_errors(self):
        for extra in (["--now", "x"], ["--max-age", "-1"], ["--public-key", "00"], ["--public-key", "test"],
                      ["--public-key", "zz" * 32, "--bot-id", "1"]):
            self.assertEqual(ctl("initdata", "verify", *extra, stdin="x").returncode, 2, extra)


class Usage(unittest.TestCase):
    def test_wrong_words_are_usage_errors_with_a_pointer(self):
        for args in ([], ["plan"], ["plan", "paint"], ["fly"], ["plan", "add"], ["plan", "list", "extra"],
                     ["plan", "list", "--bogus"], ["plan", "add", "x", "--period"], ["--bogus"],
                     ["plan", "list", "--json=1"], ["plan", "add", "x", "--group", "a", "--group", "b"],
                     ["user", "show", "abc"], ["sub", "extend", "1"], ["-x", "plan", "list"],
                     ["sub", "extend", "1", "--until", "2026-02-30"], ["plan", "add", "x", "--period", "30"],
                     ["plan", "add", "x", "--price", "free"], ["payment", "list", "--state", "odd"],
                     ["completion", "fish"], ["order", "list"], ["help", "fly"]):
            done = ctl(*args)
            self.assertEqual(done.returncode, 2, f"{args}: {done.out}{done.err}")
            self.assertIn("qentctl: usage: ", done.err, args)
            self.assertIn("qentctl help", done.err, args)

    def test_every_command_explains_itself(self):
        self.assertGreater(len(commands()), 35)
        for name in commands():
            done = ctl(*name.split(), "--help")
            self.assertEqual(done.returncode, 0, name)
            self.assertIn(f"Usage: qentctl {name}", done.out)

    def test_help_fits_a_terminal(self):
        for name in ["", *commands()]:
            for line in ctl("help", *name.split()).out.splitlines():
                self.assertLessEqual(len(line), 80, f"{name}: {line}")
                self.assertEqual(line, line.rstrip(), name)

    def test_every_command_is_in_the_manual(self):
        manual = (ROOT / "docs/man/qentctl.1").read_text().replace("\\-", "-")
        for name in commands():
            self.assertIn(name, manual)

    def test_what_the_documents_name_exists(self):
        known, options = set(commands()), {}
        documents = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")]
        for path in documents:
            for noun, verb, rest in re.findall(r"qentctl(?: --\S+)* ([a-z]+)(?: ([a-z-]+))?([^`\n#]*)", path.read_text()):
                name = f"{noun} {verb}" if f"{noun} {verb}" in known else noun
                if name not in known:
                    self.assertIn(noun, {command.split()[0] for command in known}, path)
                    self.assertEqual(verb, "", f"{path}: qentctl {noun} {verb}")
                    continue
                if name not in options:
                    options[name] = ctl("help", *name.split()).out + ctl("help").out
                for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", rest):
                    self.assertIn(f"  {option} ", options[name] + " ", f"{path}: qentctl {name}")

    def test_version(self):
        self.assertRegex(ctl("--version").out, r"^qentctl \d+\.\d+\.\d+\n$")
        self.assertIn("version", json.loads(ctl("version", "--json").out))

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([build_path("apps/qentctl/qentctl"), "help"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)


class Completion(unittest.TestCase):
    folder = ROOT / "apps/qentctl/completion"

    def test_the_installed_files_are_current(self):
        self.assertEqual((self.folder / "qentctl.bash").read_text(), ctl("completion", "bash").out)
        self.assertEqual((self.folder / "_qentctl").read_text(), ctl("completion", "zsh").out)

    def complete(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _qentctl; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", self.folder / "qentctl.bash", "qentctl", *words],
                              capture_output=True, text=True, check=True)
        return done.stdout.split()

    def test_bash_completes_nouns_verbs_and_options(self):
        self.assertEqual(self.complete("pl"), ["plan"])
        self.assertEqual(self.complete("plan", "a"), ["add"])
        self.assertEqual(self.complete("--config", "x", "plan", "a"), ["add"])
        self.assertIn("--dry-run", self.complete("reconcile", "--d"))
        self.assertIn("--json", self.complete("plan", "list", "--"))
        self.assertEqual(self.complete("completion", ""), ["bash", "zsh"])

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh_takes_the_file(self):
        subprocess.run(["zsh", "-n", self.folder / "_qentctl"], check=True)


if __name__ == "__main__":
    os.umask(0o022)
    unittest.main(verbosity=1)
