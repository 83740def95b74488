"""A console that is ended from outside: a dropped session, a closed window, a signal.

It ends at once and with the exit code that a shell knows, gives the terminal back where there
still is one, and leaves a store in which everything is that was confirmed.
"""

import signal
import sqlite3
import termios
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.running import COMMAND, Drtui, changed, clean_environment
from tests.e2e.terminal import Terminal, terminal
from tests.support.emulator import RunningEmulator
from tests.support.waiting import eventually

HUNG_UP = 128 + signal.SIGHUP
GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[<u")


@pytest.fixture
def console(drtui: Drtui) -> Iterator[Terminal]:
    with terminal(COMMAND, drtui.environment, forks=drtui.forks) as opened:
        opened.ready()
        yield opened


def pause_someone(console: Terminal, emulator: RunningEmulator, profile_id: str) -> None:
    """Confirm a pause whose delivery takes longer than the console will last."""
    emulator.control("latency", ms=2_000)
    console.press(f"/{emulator.profiles()[profile_id]['emailAddress']}\r")
    console.see(" 1 of 105 shown")
    console.press("p")
    console.see("Pause sponsorship (1)", "will be paused")
    console.press("\r")
    console.see("confirmed, operation 1")


def assert_whole(drtui: Drtui, emulator: RunningEmulator) -> None:
    """The store is sound, and the change that was confirmed arrives."""
    (store,) = drtui.home.glob("state/**/*.sqlite")
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    before = emulator.profiles()
    emulator.control("latency", ms=0)
    drtui("sync")
    operation = drtui.last_operation()
    assert [item["state"] for item in operation["items"]] == ["done"]
    (item,) = operation["items"]
    after = emulator.profiles()
    assert after[item["profile_id"]]["maxTotalComputeMinutes"] == 0
    assert changed(before, after).keys() <= {item["profile_id"]}


def assert_no_mistake(drtui: Drtui) -> None:
    logs = "".join(path.read_text() for path in (drtui.home / "logs").iterdir())
    assert "Traceback" not in logs


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_gives_the_terminal_back_and_leaves_the_store_whole(
    console: Terminal,
    drtui: Drtui,
    emulator: RunningEmulator,
    ordinary: list[str],
    number: signal.Signals,
) -> None:
    pause_someone(console, emulator, ordinary[0])
    assert not is_cooked(console)
    before = len(console.written)
    console.process.kill(number)
    eventually(lambda: is_cooked(console))
    assert console.ended() == 128 + number
    last = console.written[before:]
    assert [each for each in GIVEN_BACK if each not in last] == []
    assert b"Traceback" not in last
    assert_no_mistake(drtui)
    assert_whole(drtui, emulator)


def test_a_terminal_that_goes_away_ends_the_console_as_a_hang_up(
    console: Terminal, drtui: Drtui, emulator: RunningEmulator, ordinary: list[str]
) -> None:
    pause_someone(console, emulator, ordinary[0])
    console.hang_up()
    assert console.process.ptyproc.wait() == HUNG_UP
    assert_no_mistake(drtui)
    assert_whole(drtui, emulator)


def test_a_terminal_that_stands_still_and_then_goes_away_ends_the_console_too(
    console: Terminal, drtui: Drtui
) -> None:
    # Nobody reads what is drawn any more, until nothing more can be written; then the end.
    for _ in range(60):
        console.press("5jk2jjjkkk?")
        console.press("\x1b")
    eventually(lambda: stands_still(console.process.pid))
    console.hang_up()
    assert console.process.ptyproc.wait() == HUNG_UP
    assert_no_mistake(drtui)


def test_without_a_signal_the_loss_is_noticed_as_well(drtui: Drtui, tmp_path: Path) -> None:
    # Only the session's leader is told by SIGHUP; here that is a shell that does not pass it on.
    code = tmp_path / "code"
    script = 'trap "" HUP; "$@"; echo $? > "$0"'
    with terminal(["sh", "-c", script, str(code), *COMMAND], drtui.environment) as console:
        console.ready()
        console.hang_up()
        eventually(lambda: code.exists() and code.read_text() == f"{HUNG_UP}\n")
    assert_no_mistake(drtui)


def test_a_demo_that_is_hung_up_ends_the_same_way(tmp_path: Path) -> None:
    with terminal([*COMMAND, "demo", "--racers", "8"], clean_environment(tmp_path)) as demo:
        demo.ready()
        demo.hang_up()
        assert demo.process.ptyproc.wait() == HUNG_UP


def is_cooked(console: Terminal) -> bool:
    """Whether the terminal's line discipline is what a shell needs: lines, and an echo."""
    flags = termios.tcgetattr(console.process.child_fd)[3]
    return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)


def stands_still(pid: int) -> bool:
    """Whether a process waits in its writing to the terminal: it neither runs nor reads."""
    return any(
        task.joinpath("comm").read_text() and "tty_write" in task.joinpath("stack").read_text()
        for task in Path(f"/proc/{pid}/task").iterdir()
    )
