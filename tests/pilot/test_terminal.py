"""The console in a real terminal: what it leaves behind, and what reaches it."""

import signal
from pathlib import Path

import pexpect
import pytest

from drtui.store.database import Database
from tests.support.spawned import LEFT, started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_console_and_leaves_the_terminal_as_it_was(
    path: Path, database: Database, number: signal.Signals
) -> None:
    del database
    console = started(path)
    console.kill(number)
    console.expect_exact(LEFT)
    console.expect(pexpect.EOF)
    console.close()
    assert console.exitstatus == 128 + number


def test_hostile_text_never_reaches_the_terminal_as_control_bytes(
    path: Path, database: Database
) -> None:
    del database
    console = started(path)
    drawn = (console.before or "") + str(console.after)
    console.send("q")
    console.expect_exact(LEFT)
    drawn += console.before or ""
    console.expect(pexpect.EOF)
    assert "evil" in drawn
    assert "\x1b[2Jparty" not in drawn
    assert "\x1b[2J" not in drawn.split("evil", 1)[1][:40]
    assert "\u202e" not in drawn
