"""`drtui demo` in a real terminal: what a person sees, presses and leaves behind."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.text import clean
from tests.e2e.running import COMMAND, clean_environment
from tests.e2e.terminal import Terminal
from tests.e2e.terminal import terminal as in_pty


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    environment = clean_environment(tmp_path)
    with in_pty([*COMMAND, "demo", "--racers", "50"], environment) as opened:
        yield opened


def test_a_demo_from_the_first_look_to_the_last(terminal: Terminal) -> None:
    terminal.wait_for(lambda text: "simulated" in text and "online" in text)
    terminal.wait_for(lambda text: "active" in text)

    # Filter, mark what is shown, and pause it.
    terminal.press("/")
    terminal.press("status:active")
    terminal.wait_for(lambda text: "status:active" in text and " of 5" in text)
    terminal.press("\r")
    terminal.press("a")
    terminal.wait_for(lambda text: "marked" in text and " 0 marked" not in text)
    terminal.press("p")
    plan = terminal.wait_for(lambda text: "Pause sponsorship (" in text)
    assert "will be paused" in plan
    terminal.press("\r")
    terminal.wait_for(lambda text: "confirmed, operation 1" in text)
    terminal.wait_for(lambda text: ": 0 active" in text)

    # It is undone, and the racers are back.
    terminal.press("u")
    terminal.wait_for(lambda text: "Undo" in text and "get back what they had" in text)
    terminal.press("\t\r")  # Enter alone leaves it as it is
    terminal.wait_for(lambda text: ": 0 active" not in text and "Undo" not in text)

    terminal.press("q")
    assert terminal.ended() == 0
    written = terminal.written
    assert b"\x1b[?1049l" in written, "the terminal was not given back"
    # A hostile alias would rename the window, or colour it.
    assert b"\x1b]0;renamed" not in written
    assert b"\x1b[31mred" not in written
    assert clean("\x1b[31mred") in written.decode(errors="replace")


def test_without_a_terminal_it_says_what_to_do_instead(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "--racers", "5"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean_environment(tmp_path),
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "Traceback" not in done.stderr
