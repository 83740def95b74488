"""Signals that end a command in order: whenever they come, and however closely, it ends."""

import signal
import subprocess
import sys
import time

ROUNDS = 60
SECONDS = 60.0

WAITS = f"""
import signal
from drtui.cli.context import stopping

for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
print("begins", flush=True)
for _ in range({ROUNDS}):
    with stopping() as stop:
        while not stop.is_set():
            stop.wait(0.0001)
        for _ in range(10_000):
            stop.wait(0.0001)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)  # the interpreter takes its handlers away
print("ends", flush=True)
"""

LAST = """
import os, signal
from drtui.cli.context import stopping

with stopping() as stop:
    os.kill(os.getpid(), signal.SIGTERM)
assert stop.is_set()
"""

IGNORED = """
import os, signal
from drtui.cli.context import stopping

signal.signal(signal.SIGHUP, signal.SIG_IGN)
with stopping() as stop:
    os.kill(os.getpid(), signal.SIGHUP)
    assert not stop.wait(0.2)
    os.kill(os.getpid(), signal.SIGTERM)
    assert stop.wait(30)
assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
"""


def test_a_command_ends_by_signals_whenever_they_come() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, text=True) as told:
        assert told.stdout is not None
        assert told.stdout.readline() == "begins\n"
        deadline = time.monotonic() + SECONDS
        try:
            while told.poll() is None:
                for number in (signal.SIGHUP, signal.SIGTERM):
                    told.send_signal(number)
                assert time.monotonic() < deadline, "it waits for ever"
        finally:
            told.kill()
        assert (told.stdout.read(), told.returncode) == ("ends\n", 0)


def test_a_signal_that_comes_last_is_told_too() -> None:
    subprocess.run([sys.executable, "-c", LAST], timeout=SECONDS, check=True)


def test_what_was_ignored_from_the_beginning_stays_so() -> None:
    subprocess.run([sys.executable, "-c", IGNORED], timeout=SECONDS, check=True)
