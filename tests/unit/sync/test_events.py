"""Waiting for events: a signal in the middle of it keeps nobody for ever."""

import subprocess
import sys

SECONDS = 60.0

SIGNALLED = """
import signal, time
from drtui.sync.events import Events, Wake, next_event

def handler(*_):
    until = time.monotonic() + 0.05  # longer than is left to wait
    while time.monotonic() < until:
        pass

signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
events = Events()
assert next_event(events, 0.02) is None
events.put(Wake())
assert next_event(events, 0.02) == Wake()
"""


def test_a_signal_whose_handler_takes_longer_than_the_wait_ends_it() -> None:
    subprocess.run([sys.executable, "-c", SIGNALLED], timeout=SECONDS, check=True)
