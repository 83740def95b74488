"""Keys that come in one packet go where they were meant, in a real terminal."""

from pathlib import Path

from drtui.store.database import Database
from tests.pilot.test_terminal import LEFT, started


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
