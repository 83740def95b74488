"""Keys that come in one packet go where they were meant, in a real terminal."""

import os
import sys
from pathlib import Path

from drtui.store.database import Database
from tests.e2e.terminal import Terminal
from tests.pilot.test_terminal import LEFT, PROGRAM, started


def test_a_filter_typed_in_one_packet_is_a_filter_and_opens_no_dialog(
    path: Path, database: Database
) -> None:
    del database
    console = started(path)
    console.send("/spee")
    console.expect("1 of 56")
    drawn = console.before or ""
    console.send("\r")
    console.send("q")
    console.expect_exact(LEFT)
    drawn += console.before or ""
    assert "speedy" in drawn
    assert "Maximum training hours" not in drawn
    assert "Pause sponsorship" not in drawn


def test_what_is_pasted_behind_the_key_that_opens_the_filter_goes_into_it(
    path: Path, database: Database
) -> None:
    del database
    console = started(path)
    console.send("/\x1b[200~speedy\x1b[201~")
    console.expect("1 of 56")
    console.send("\r")
    console.send("q")
    console.expect_exact(LEFT)


def test_enter_pressed_twice_leaves_one_dialog_and_not_the_next(
    path: Path, database: Database
) -> None:
    del database
    console = Terminal([sys.executable, "-c", PROGRAM, str(path)], os.environ)
    console.see("racer-00100")
    console.press("e")
    console.see("Maximum training hours")
    console.press("71\r\r")
    console.see("details, row by row")
    console.process.close(force=True)
