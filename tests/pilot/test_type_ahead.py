"""Keys that come in one packet go where they were meant, most of it in a real terminal."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from textual import events

from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.store.database import Database
from tests.e2e.terminal import Terminal
from tests.support.driving import console_app, running
from tests.support.spawned import LEFT, PROGRAM, started


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
    console.close()


async def test_a_key_that_is_slow_to_come_back_is_not_for_the_next_dialog(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database

    async def on_key(self: QuotaDialog, event: events.Key) -> None:
        del self, event
        await asyncio.sleep(0.05)

    monkeypatch.setattr(QuotaDialog, "on_key", on_key, raising=False)
    async with running(console_app(path)) as console:
        await console.press("e")
        await console.dialog(QuotaDialog)
        for key, character in (("7", "7"), ("1", "1"), ("enter", "\r"), ("enter", "\r")):
            console.app.post_message(events.Key(key, character))
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)


def test_what_is_typed_behind_a_choice_in_the_palette_ends_nothing(
    path: Path, database: Database
) -> None:
    del database
    console = Terminal([sys.executable, "-c", PROGRAM, str(path)], os.environ)
    console.see("racer-00100")
    for _ in range(5):  # the palette is on its way out when the letter arrives
        console.press(":")
        console.see("Search for commands")
        console.press("\ra")
        console.see("under the cursor")
        console.press("\x1b")
        console.wait_for(lambda text: "under the cursor" not in text)
    console.close()


def test_enter_in_the_palette_chooses_what_was_typed_before_it(
    path: Path, database: Database
) -> None:
    del database
    console = Terminal([sys.executable, "-c", PROGRAM, str(path)], os.environ)
    console.see("racer-00100")
    console.press(":doctor\r")
    console.see("look again")
    console.close()
