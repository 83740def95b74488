"""Preparing for a day without network: the key, each part with its age, and how reading ends."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drtui.commands import offline, preparing
from drtui.commands.workspace import Workspace
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.base import CONFIRM
from drtui.screens.dialogs.prepare import PrepareDialog
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import Console, RecordingEngine, console_app, running


async def opened(console: Console) -> PrepareDialog:
    await console.press("V")
    dialog = await console.dialog(PrepareDialog)
    await console.until(lambda: "Racers" in console.text(), "the parts")
    return dialog


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once an engine, as it were, has read everything."""
    read = threading.Event()
    real = preparing.parts

    def parts(workspace: Workspace, **options: Any) -> list[preparing.Part]:
        found = real(workspace, **options)
        now = datetime.fromtimestamp(workspace.database.clock(), UTC)
        return [preparing.Part(one.name, now) for one in found] if read.is_set() else found

    monkeypatch.setattr(preparing, "parts", parts)
    monkeypatch.setattr(preparing.Preparing, "turn", lambda _: read.is_set())
    return read


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_each_part_is_shown_with_its_age_and_what_is_missing(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    del database
    async with running(console_app(path), size) as console:
        await opened(console)
        text = console.prose()
        assert "[ Read everything ]" in text
        for name in ("Racers", "Settings", "Models", "Races", "Leaderboards", "Live races"):
            assert name in text
        assert "56 profiles" in text
        assert "missing: " in text
        assert "No AWS profile is named" in text


async def test_reading_asks_the_engine_and_ends_with_a_word(
    path: Path, database: Database, everything: threading.Event
) -> None:
    engine = RecordingEngine()
    async with running(console_app(path, engine=engine)) as console:
        await opened(console)
        woken = engine.woken
        await console.press("enter")
        await console.until(lambda: "Reading …" in console.text())
        assert engine.woken > woken
        everything.set()
        await console.until(lambda: "Ready for a day without network." in console.text())
        await console.press("escape")
        await console.back()


async def test_left_while_it_reads_it_goes_on_and_says_so(
    path: Path, database: Database, everything: threading.Event
) -> None:
    async with running(console_app(path)) as console:
        await opened(console)
        await console.press("enter")
        await console.until(lambda: "Reading …" in console.text())
        await console.press("escape")
        await console.back()
        assert "still being read" in console.message
        everything.set()


async def test_what_aws_refuses_is_told_and_what_it_tells_is_a_part(
    path: Path, database: Database, everything: threading.Event
) -> None:
    app = console_app(path)

    def door() -> SponsorServices:
        raise ProblemError("the AWS profile is not there")

    app.context.open_sponsor = door
    async with running(app) as console:
        await opened(console)
        assert "Billing alerts" in console.text()
        everything.set()
        await console.press("enter")
        await console.until(lambda: "the AWS profile is not there" in console.prose())


async def test_offline_on_purpose_nothing_is_read(path: Path, database: Database) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await console.until(lambda: "offline on purpose" in console.text())
        await opened(console)
        await console.press("enter")
        assert "Nothing is read now" in console.prose()
        assert "Reading …" not in console.text()


async def test_an_account_that_does_not_answer_ends_it(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_AWAY_SECONDS", 0.0)
    write_connectivity(database, Connectivity.OFFLINE)
    async with running(console_app(path)) as console:
        dialog = await opened(console)
        await console.press("enter")
        await console.until(lambda: not dialog.query_one(f"#{CONFIRM}").disabled)
        assert "2 parts missing: models, races." in console.prose()
