"""Keys that come in while what was confirmed is being written wait for it."""

import threading
from pathlib import Path

import pytest

from drtui.domain.planning import Plan
from drtui.screens import key_gate
from drtui.screens.base import ConsoleScreen
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.planner import Planner
from drtui.store import sqlite
from drtui.store.database import Database
from tests.support.driving import console_app, running


async def test_the_next_key_leaves_nobody_untold_of_what_a_busy_store_was_given(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit, begun, go_on = Planner.submit, threading.Event(), threading.Event()
    said: list[str] = []
    say = ConsoleScreen.say

    def noted(screen: ConsoleScreen, message: str, *, wrong: bool = False) -> None:
        said.append(message)
        say(screen, message, wrong=wrong)

    def slow(planner: Planner, plan: Plan) -> int | None:
        begun.set()
        assert go_on.wait(60)
        return submit(planner, plan)

    monkeypatch.setattr(Planner, "submit", slow)
    monkeypatch.setattr(ConsoleScreen, "say", noted)
    monkeypatch.setattr(key_gate.KeyGate.hold, "__defaults__", (0.0,))
    async with running(console_app(path)) as console:
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(begun.is_set)
        await console.pilot.press("p")  # which waits for nothing
        go_on.set()
        await console.until(lambda: bool(said))
    assert said[0] == "Pause sponsorship: 1 confirmed, operation 1."


def test_they_wait_for_longer_than_it_waits_for_the_store() -> None:
    assert key_gate.ANSWERED_SECONDS > sqlite.BUSY_SECONDS
