"""Models of a filled store: one of each kind that the Models screen has to show well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from drtui.domain.model_calls import ListedModel
from drtui.screens.models import Models
from drtui.store.database import Database
from drtui.store.models import write_all_models
from drtui.widgets.filter_bar import FilterInput, ShownCounts
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.message_line import MessageLine
from tests.support.driving import Console
from tests.support.stores import profile_id

ADA, GRACE, HOSTILE, LONG = (profile_id(number) for number in (1, 7, 11, 12))
_BEGAN: Final = datetime(2026, 5, 1, 8, tzinfo=UTC)
_MB: Final = 2**20


def model(
    number: int, owner: str, name: str, status: str = "READY", mb: float = 118
) -> ListedModel:
    return ListedModel(
        owner,
        f"model{number:010d}",
        name,
        status,
        _BEGAN + timedelta(hours=number),
        source="TRAINED",
        size=int(mb * _MB),
        training_status="COMPLETED" if status == "READY" else "IN_PROGRESS",
        track="reInvent2019_track",
    )


def special_models() -> list[ListedModel]:
    """One of each status, hostile and wide names, unknown values."""
    bare = ListedModel(profile_id(13), "model0000000011", "zero", "", None)
    imported = replace(model(6, GRACE, "imported", "ERROR", 0), source="IMPORTED", size=None)
    return [
        model(1, ADA, "apex-v1"),
        model(2, ADA, "apex-v2", "TRAINING"),
        model(3, ADA, "apex-v3", "QUEUED"),
        model(4, GRACE, "big", "EVALUATING", 5_210),
        model(5, GRACE, "waiting", "WAITING_FOR_CAPACITY"),
        replace(imported, trouble="the archive has no model"),
        model(7, GRACE, "going", "DELETING"),
        model(8, HOSTILE, "evil\x1b[2J\u202e[bold]name[/]", "HIBERNATING_ON_MARS"),
        model(9, LONG, "N" * 64, "STOPPING", 0.4),
        model(10, profile_id(8), "最速モデル🏎️", "READY"),
        bare,
    ]


def plain_models(count: int, first: int = 100) -> list[ListedModel]:
    """As many plain ones, of the plain racers in turns."""
    return [
        model(number, profile_id(100 + number % 40), f"lap-{number:05d}", mb=number % 300)
        for number in range(first, first + count)
    ]


def filled_models(database: Database, count: int = 30) -> None:
    """Write the special models and as many plain ones, as a listing of all would."""
    write_all_models(database, [*special_models(), *plain_models(count)], database.clock())


class ModelsConsole:
    """What tests look at on the Models screen of a running console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @property
    def screen(self) -> Models:
        stack = self.console.app._screen_stacks["models"]
        return next(one for one in stack if isinstance(one, Models))

    @property
    def table(self) -> MarkedTable[object]:
        return self.screen.query_one(MarkedTable)

    @property
    def filter(self) -> FilterInput:
        return self.screen.query_one(FilterInput)

    @property
    def counts(self) -> str:
        return self.screen.query_one(ShownCounts).render().plain.strip()

    @property
    def message(self) -> str:
        return self.screen.query_one(MessageLine).message[0]

    @property
    def names(self) -> list[str]:
        """The names of all that are shown, in order."""
        rows = self.screen.desk.models.models(self.table.keys)
        return [rows[key].name for key in self.table.keys if key in rows]


async def open_models(console: Console, *, filled: bool = True) -> ModelsConsole:
    """Go to the screen, and wait for its rows."""
    await console.press("3")
    models = ModelsConsole(console)
    await console.until(lambda: isinstance(console.app.screen, Models), "the Models screen")
    if filled:
        await console.until(lambda: bool(models.table.keys), "models")
    return models


@pytest.fixture
def models(database: Database) -> Database:
    filled_models(database)
    return database
