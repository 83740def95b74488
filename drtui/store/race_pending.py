"""What operations on their way will do to races, and the races that they will create."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from drtui.domain.errands import Service, subject_of
from drtui.domain.live_times import MOVING
from drtui.domain.operations import ON_THE_WAY, Item
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_errands import (
    RACE_ID,
    CreateRace,
    DeleteRace,
    EditRace,
    MoveLive,
    RaceChange,
    live_change,
    race_change,
)
from drtui.domain.race_merging import merged
from drtui.domain.races import Definition
from drtui.store.operation_log import item_of
from drtui.store.users import ITEMS, is_open

_WORDS: Final[dict[type[RaceChange], str]] = {
    EditRace: "to be changed",
    DeleteRace: "to be deleted",
    MoveLive: MOVING,
}
CREATING: Final = "to be created"
"""What is pending of a race that is not there yet."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A race that an operation will create.

    Attributes:
        item_id: Of the operation's item.
        race_id: Of the race, where it was created and is not settled yet; else empty.
    """

    item_id: int
    operation_id: int
    definition: Definition
    race_id: str


def pending_of_races(connection: Connection) -> dict[str, str]:
    """Return what is on its way for each race, by its id, in the order in which it was asked."""
    found: dict[str, list[str]] = {}
    for item in _items(connection, (Service.RACES, Service.LIVE)):
        race_id, words = _pending(item)
        if words:
            found.setdefault(race_id, []).append(words)
    return {race_id: ", ".join(dict.fromkeys(words)) for race_id, words in found.items()}


def creations(connection: Connection) -> list[Creation]:
    """Return the races that are to be created, in the order in which that was asked."""
    found = []
    for item in _items(connection, (Service.RACES,)):
        try:
            change = race_change(item)
        except InvalidInputError:
            continue
        if isinstance(change, CreateRace):
            found.append(
                Creation(item.item_id, item.operation_id, change.definition, change.race_id)
            )
    return found


def created_by_others(connection: Connection, item_id: int) -> frozenset[str]:
    """Return the ids of the races that other errands than this one are known to have created."""
    race_id = ITEMS.c.before[RACE_ID].as_string()
    found = select(race_id).where(
        ITEMS.c.service == Service.RACES, ITEMS.c.id != item_id, race_id.is_not(None)
    )
    return frozenset(connection.scalars(found)) - {""}


def edits_coming(
    connection: Connection, race_id: str | None = None
) -> dict[str, list[EditRace | MoveLive]]:
    """Return the edits on their way by the race's id, in the order in which they were asked.

    Args:
        connection: In a transaction.
        race_id: Of the one race that is asked about; None is all.
    """
    of_one = () if race_id is None else (ITEMS.c.target == f"{Service.RACES}:{race_id}",)
    found: dict[str, list[EditRace | MoveLive]] = {}
    for item in _items(connection, (Service.RACES,), *of_one):
        try:
            change = race_change(item)
        except InvalidInputError:
            continue
        if isinstance(change, EditRace | MoveLive):
            found.setdefault(change.race_id, []).append(change)
    return found


def edited(definition: Definition, edits: Iterable[EditRace | MoveLive]) -> Definition:
    """Return what a race will be once its edits have arrived; see `edits_coming`."""
    for change in edits:
        if isinstance(change, EditRace):
            definition = merged(change.was, change.definition, definition)
        else:
            definition = replace(definition, live_at=change.live_at)
    return definition


def _pending(item: Item) -> tuple[str, str]:
    """The race that an errand is about, and what it does; empty where it is about none yet."""
    race_id = subject_of(item).partition("/")[0]
    try:
        if item.service == Service.LIVE:
            return race_id, live_change(item).deed.value
        change = race_change(item)
    except InvalidInputError:
        return race_id, ""
    if isinstance(change, CreateRace):
        return change.race_id, CREATING if change.race_id else ""
    return race_id, _WORDS[type(change)]


def _items(
    connection: Connection, services: tuple[Service, ...], *which: ColumnElement[bool]
) -> list[Item]:
    rows = connection.execute(
        select(ITEMS)
        .where(
            is_open(),
            ITEMS.c.service.in_(services),
            ITEMS.c.state.in_(sorted(ON_THE_WAY)),
            *which,
        )
        .order_by(ITEMS.c.rank, ITEMS.c.id)
    )
    return [item_of(row) for row in rows.mappings()]
