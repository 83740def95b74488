"""Everything that is exported, row by row, in an order that the store alone decides.

Each function reads in the transaction it is given, a part at a time, so that an account of
100,000 racers needs no more memory than one of a hundred.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, Select, select

from drtui.domain.models import ModelRow
from drtui.domain.operations import Item, Operation
from drtui.domain.race_records import PositionChange, StoredRace
from drtui.domain.races import Ranking
from drtui.domain.records import SponsoredUser
from drtui.store.journal import EXPORT, JournalEntry, entry_of
from drtui.store.model_table import models_by_key
from drtui.store.models import MODELS, THERE
from drtui.store.operation_log import item_of, operations_by_number
from drtui.store.races import races_even_gone
from drtui.store.rankings import position_changes, read_leaderboard
from drtui.store.tables import table
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, USERS, moment, pending_values, user_of

_SAMPLES: Final = table("usage_sample")
_JOURNAL: Final = table("journal")
_PART: Final = 500  # rows that are held at once


@dataclass(frozen=True, slots=True)
class UsageSample:
    """What a sweep found changed in a profile's usage; None is unknown."""

    profile_id: str
    alias: str
    at: datetime
    minutes_used: int | None
    minutes_queued: int | None
    models: int | None
    storage_bytes: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a race's leaderboard as last read.

    Attributes:
        line: Its place in the list as sent, from 0: ranks and aliases may occur twice.
        read_at: When the leaderboard was read.
    """

    race: StoredRace
    line: int
    ranking: Ranking
    read_at: datetime | None


def racers(connection: Connection) -> Iterator[tuple[SponsoredUser, datetime | None]]:
    """Yield every user with when it was taken for deleted, None while it is there."""
    for part in _parts(connection, select(USERS).order_by(USERS.c.id)):
        pending = pending_values(connection, [row["profile_id"] for row in part])
        for row in part:
            yield user_of(row, pending.get(row["profile_id"], {})), moment(row["gone_at"])


def usage_samples(connection: Connection) -> Iterator[UsageSample]:
    """Yield the history of usage, the oldest first."""
    statement = (
        select(_SAMPLES, USERS.c.profile_id, USERS.c.alias)
        .join(USERS, USERS.c.id == _SAMPLES.c.user_id)
        .order_by(_SAMPLES.c.id)
    )
    for part in _parts(connection, statement):
        for row in part:
            yield UsageSample(
                profile_id=row["profile_id"],
                alias=row["alias"],
                at=datetime.fromtimestamp(row["at"], UTC),
                minutes_used=row["minutes_used"],
                minutes_queued=row["minutes_queued"],
                models=row["models"],
                storage_bytes=row["storage_bytes"],
            )


def operations(connection: Connection) -> Iterator[Operation]:
    """Yield the operations with their counts, the oldest first."""
    statement = select(OPERATIONS.c.id).order_by(OPERATIONS.c.id)
    for part in _parts(connection, statement):
        numbers = [row["id"] for row in part]
        found = operations_by_number(connection, numbers)
        yield from (found[number] for number in numbers)


def items(connection: Connection) -> Iterator[Item]:
    """Yield the targets of all operations, the oldest operation first, as they were planned."""
    statement = select(ITEMS).order_by(ITEMS.c.operation_id, ITEMS.c.id)
    for part in _parts(connection, statement):
        yield from map(item_of, part)


def journal_entries(connection: Connection) -> Iterator[JournalEntry]:
    """Yield the journal, the oldest line first, but for what it tells of exports."""
    statement = select(_JOURNAL).where(_JOURNAL.c.what != EXPORT).order_by(_JOURNAL.c.id)
    for part in _parts(connection, statement):
        yield from map(entry_of, part)


def models(connection: Connection) -> Iterator[ModelRow]:
    """Yield the models that are there, in the order in which they came to be known."""
    statement = select(MODELS.c.key).where(THERE).order_by(MODELS.c.key)
    for part in _parts(connection, statement):
        yield from models_by_key(connection, [row["key"] for row in part]).values()


def races(connection: Connection) -> Iterator[StoredRace]:
    """Yield the races, there or gone, in the order in which they came to be known."""
    yield from races_even_gone(connection)


def places(connection: Connection) -> Iterator[Place]:
    """Yield the leaderboards of all races, race by race."""
    for race in races_even_gone(connection):
        board = read_leaderboard(connection, race.race.race_id)
        for line, ranking in enumerate(board.rankings):
            yield Place(race, line, ranking, board.read_at)


def place_changes(connection: Connection) -> Iterator[tuple[StoredRace, PositionChange]]:
    """Yield how the places on the leaderboards have changed, race by race, the oldest first."""
    for race in races_even_gone(connection):
        for change in position_changes(connection, race.race.race_id):
            yield race, change


def _parts(
    connection: Connection, statement: Select[*tuple[object, ...]]
) -> Iterator[Sequence[RowMapping]]:
    streamed = statement.execution_options(yield_per=_PART)
    yield from connection.execute(streamed).mappings().partitions()
