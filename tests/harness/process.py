# SPDX-License-Identifier: MIT
"""Child processes and waiting."""
import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Everything here is on loopback, not behind the proxy that the environment may name.
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]


def build_path(relative):
    """A file of the build; QENT_BUILD_DIR says which build."""
    base = pathlib.Path(os.environ.get("QENT_BUILD_DIR", ROOT / "build" / "release"))
    return str(base / relative)


def wait_for(what, condition, timeout=15.0, pause=0.02):
    """Poll `condition` until it is true and return its value; say what was missing when it is not."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(pause)


class Process:
    """A program whose standard error goes to a log file."""

    def __init__(self, name, argv, log_dir, env=None, stdout=None):
        self.name = name
        self.argv = argv
        self.env = env
        self.stdout = stdout
        self.log_path = pathlib.Path(log_dir) / f"{name}.log"
        self.child = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=self.stdout or log, stderr=log, env=self.env
            )
        return self

    @property
    def running(self):
        return self.child is not None and self.child.poll() is None

    def kill(self):
        """As a power cut would."""
        if self.running:
            self.child.send_signal(signal.SIGKILL)
        if self.child:
            self.child.wait()

    def stop(self, timeout=15):
        """As systemd would; returns the exit code."""
        if self.running:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise TimeoutError(f"{self.name} did not stop within {timeout} s; see {self.log_path}")
        return self.child.returncode if self.child else None

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
