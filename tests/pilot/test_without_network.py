"""Offline on purpose: every screen is there with its age, and nothing at all is called."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.problems import ProblemError
from drtui.screens.base import ConsoleScreen
from drtui.screens.billing import BillingScreen
from drtui.screens.dialogs.base import Dialog
from drtui.screens.invitation import InvitationScreen
from drtui.screens.model import ModelScreen
from drtui.screens.operation_page import OperationScreen
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.race import RaceScreen
from drtui.screens.race_roster import RaceRosterScreen
from drtui.screens.racer import RacerScreen
from drtui.screens.standings import StandingsScreen
from drtui.store.database import Database
from drtui.store.operation_log import open_count
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.sync.engine import Engine
from drtui.widgets.message_line import MessageLine
from tests.support.deployments import FakeDeployment, racers
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.models_table import filled_models
from tests.support.operations import quota
from tests.support.races_table import filled_races
from tests.sync.worlds import PATIENCE, UNPACED

PAGES: list[tuple[str, str, type[ConsoleScreen]]] = [
    ("1", "p", ParticipantsScreen),
    ("1", "t", InvitationScreen),
    ("1", "b", BillingScreen),
    ("2", "enter", RacerScreen),
    ("3", "enter", ModelScreen),
    ("4", "enter", RaceScreen),
    ("4", "t", StandingsScreen),
    ("5", "enter", OperationScreen),
]
READING_KEYS: dict[str | type[ConsoleScreen], list[str]] = {
    "1": ["c", "R"],
    "2": ["R"],
    "3": ["R"],
    "4": ["R"],
    "5": ["R"],
    BillingScreen: ["c", "a", "R"],
    ParticipantsScreen: ["c", "R"],
    InvitationScreen: ["r"],
}


class Outside:
    """All that could be called: the deployment by an engine at work, and AWS by the screens."""

    def __init__(self, database: Database) -> None:
        self.deployment = FakeDeployment(racers(3))
        self.opened = 0
        self._stop = threading.Event()
        engine = Engine(database, self.deployment, UNPACED)
        self._thread = threading.Thread(
            target=lambda: engine.watch(self._stop, finish=threading.Event()), daemon=True
        )

    def door(self) -> NoReturn:
        self.opened += 1
        raise ProblemError("the second door was opened")

    @property
    def called(self) -> int:
        return self.opened + sum(self.deployment.called.values())

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(PATIENCE)


@pytest.fixture
def outside(database: Database) -> Iterator[Outside]:
    filled_models(database)
    filled_races(database)
    quota(database, "racer-0010")
    made = Outside(database)
    yield made
    made.end()


def there(console: Console) -> ConsoleScreen:
    screen = console.app.screen
    assert isinstance(screen, ConsoleScreen), type(screen)
    return screen


def check(console: Console) -> None:
    """The screen says that it is offline on purpose, and how old what it shows is."""
    text = console.text()
    assert "offline on purpose" in text, text
    assert "as of" in text, text
    assert "went wrong" not in text


async def read_by_keys(console: Console, keys: list[str]) -> None:
    for key in keys:
        before = console.app.screen
        await console.press(key)
        if isinstance(console.app.screen, Dialog):
            await console.press("escape")
        assert console.app.screen is before
        check(console)


async def test_every_screen_is_there_with_its_age_and_nothing_is_called(
    path: Path, database: Database, outside: Outside
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    outside.begin()
    app = console_app(path, engine=RecordingEngine())
    app.context.open_sponsor = outside.door
    async with running(app) as console:
        await console.until(lambda: "offline on purpose" in console.text())
        for place in "12345":
            await console.press(place)
            check(console)
            await read_by_keys(console, READING_KEYS[place])
        for place, key, page in PAGES:
            await console.press(place)
            if place == "4":
                await console.press("g", "space")
            await console.press(key)
            await console.dialog(page)
            check(console)
            await read_by_keys(console, READING_KEYS.get(page, ["r"]))
            if page is RaceScreen:
                await console.press("p")
                await console.dialog(RaceRosterScreen)
                check(console)
                await console.press("escape")
            while console.app.console_screen is not None and len(console.app.screen_stack) > 1:
                await console.press("escape")
        assert outside.called == 0


async def test_signing_in_is_refused_in_one_sentence(path: Path, database: Database) -> None:
    engine = RecordingEngine()
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path, engine=engine)) as console:
        await console.until(lambda: "offline on purpose" in console.text())
        await console.press("W")
        assert "Not now: offline on purpose: F goes online, and delivers." in console.prose()
        assert engine.orders == []


async def test_an_action_is_planned_and_waits_for_whoever_delivers(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await console.until(lambda: "offline on purpose" in console.text())
        await console.press("p")
        await console.until(lambda: "this waits until somebody delivers" in console.prose())
        await console.press("enter")
        await console.until(lambda: "confirmed, operation 1" in console.message)
        with database.read() as connection:
            assert open_count(connection, ON_THE_WAY) == 1


@pytest.mark.parametrize(("place", "key"), [("1", "b"), ("1", "p")])
async def test_without_a_network_nothing_is_tried_by_itself(
    path: Path, database: Database, outside: Outside, place: str, key: str
) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    app = console_app(path)
    app.context.open_sponsor = outside.door
    async with running(app) as console:
        await console.until(lambda: "offline since" in console.text())
        await console.press(place, key)
        await console.until(lambda: len(console.app.screen_stack) > 1)
        assert outside.opened == 0
        assert not there(console).query_one(MessageLine).message[1]
