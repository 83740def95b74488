"""Keys typed before a list has its first rows are for these rows."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events

from drtui.screens.races import Races
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.races_table import RacesConsole, filled_races, open_races

PATIENCE = 30.0


async def test_keys_behind_the_one_that_opens_a_list_wait_until_it_was_read(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_races(database)
    asked, go_on = threading.Event(), threading.Event()
    read = Races._read

    def slowly(screen: Races, view: Any) -> Any:
        asked.set()
        assert go_on.wait(PATIENCE)
        return read(screen, view)

    monkeypatch.setattr(Races, "_read", slowly)
    async with running(console_app(path)) as console:
        for key, character in (("4", "4"), ("j", "j"), ("j", "j"), ("space", " ")):
            console.app.post_message(events.Key(key, character))
        assert await asyncio.to_thread(asked.wait, PATIENCE)
        go_on.set()
        races = RacesConsole(console)
        await console.until(lambda: "1 marked" in races.counts, "a mark")
        assert races.table.cursor == 3  # a mark goes on to the next row


async def test_the_cursor_goes_down_as_far_as_was_asked_before_there_were_rows(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        races = await open_races(console, filled=False)
        await console.press("j", "j", "j", "k")
        assert not races.table.keys
        filled_races(database)
        await console.until(lambda: bool(races.table.keys), "races")
        assert races.table.cursor == 2
        await console.press("k")
        assert races.table.cursor == 1
