"""How reading everybody's models goes: rounds that can be resumed, and how far the present one is.

A round that reads racer by racer stores each listing; whoever was read since the round began is
done, whichever process read them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, or_, select, update

from drtui.domain.changes import RecordKind
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.models import LISTINGS, MODELS, MODELS_OF, SWEEP, THERE
from drtui.store.sqlite import upsert
from drtui.store.users import USERS, chunks, moment

FIRST: Final = "models-first:"
"""What the subject of a wish to read a racer's models before others begins with."""
ALL_MODELS: Final = f"{MODELS_OF}*"
"""The subject of an interest in everybody's models."""
NOW: Final = "models-now:"
"""How the subject of a wish to read everybody's models now begins."""
FILES: Final = "model-files:"
"""How the subject of a wish to add up the bucket's files begins."""


class Way(StrEnum):
    """How a round reads."""

    AT_ONCE = "at once"
    BY_RACER = "by racer"
    CHANGED = "changed"  # by racer, and only whose number of models has changed


@dataclass(frozen=True, slots=True)
class ModelSweep:
    """Where reading everybody's models stands; times are seconds since the epoch.

    Attributes:
        way: How the present or last round reads; None before the first.
        began_at: When it began.
        ended_at: When the last complete one ended.
        all_read_at: When all were last read in one call.
        trouble: Why reading failed the last time; empty when it did not.
        files_read_at: When the bucket's files were last added up.
        files_trouble: Why that failed the last time; empty when it did not.
    """

    way: Way | None
    began_at: float | None
    ended_at: float | None
    all_read_at: float | None
    trouble: str
    files_read_at: float | None
    files_trouble: str

    @property
    def under_way(self) -> bool:
        """Whether a round has begun that has not ended."""
        began, ended = self.began_at, self.ended_at
        return began is not None and (ended is None or ended < began)


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """How far a round is.

    Attributes:
        done: Racers that were read since it began.
        racers: All there are.
        oldest: When the one that was read longest ago was read; None where one never was.
        newest: When one was last read.
        unread: How many never were.
    """

    done: int
    racers: int
    oldest: datetime | None
    newest: datetime | None
    unread: int


def read_model_sweep(connection: Connection) -> ModelSweep:
    """Return where reading everybody's models stands."""
    row = connection.execute(select(SWEEP)).mappings().one()
    values = {name: row[name] for name in row if name not in ("id", "way")}
    return ModelSweep(Way(row["way"]) if row["way"] else None, **values)


def is_watched(connection: Connection, now: float) -> bool:
    """Whether somebody is interested in everybody's models."""
    return bool(live_interests(connection, ALL_MODELS, now) or live_interests(connection, NOW, now))


def asked_for_at(connection: Connection, now: float) -> float | None:
    """Return when somebody last asked to have everybody's models read; None when nobody does."""
    return max((one.asked_at for one in live_interests(connection, NOW, now)), default=None)


def begin_round(database: Database, way: Way) -> float:
    """Note that a round begins; return when, in seconds since the epoch."""
    now = database.clock()
    with database.write(RecordKind.MODEL) as connection:
        connection.execute(update(SWEEP).values(way=way.value, began_at=now))
        # What was read in the future was read before the clock was set back.
        for column in (LISTINGS.c.read_at, LISTINGS.c.tried_at):
            connection.execute(update(LISTINGS).where(column > now).values({column: now}))
    return now


def change_way(database: Database, way: Way) -> None:
    """Note that the present round goes on in another way."""
    with database.write() as connection:
        connection.execute(update(SWEEP).values(way=way.value))


def end_round(database: Database) -> None:
    """Note that the present round is complete."""
    now = database.clock()
    with database.write(RecordKind.MODEL) as connection:
        connection.execute(update(SWEEP).values(ended_at=now, trouble=""))


def write_sweep_trouble(database: Database, reason: str) -> None:
    """Note why reading everybody's models failed; empty when it did not."""
    with database.write() as connection:
        if connection.scalar(select(SWEEP.c.trouble)) != reason:
            connection.execute(update(SWEEP).values(trouble=reason))
            changed(connection, RecordKind.MODEL)


def write_totals(database: Database, totals: Mapping[str, int | None]) -> None:
    """Note how many models each profile has, as the list of profiles says.

    Who has none, and of whom none is known, needs no reading.
    """
    now = database.clock()
    with database.write() as connection:
        known = {row["profile_id"]: row for row in connection.execute(select(LISTINGS)).mappings()}
        listed = select(MODELS.c.profile_id).where(THERE, MODELS.c.listed.is_(True)).distinct()
        with_models = set(connection.scalars(listed))
        rows: list[dict[str, Any]] = []
        for profile_id, total in totals.items():
            old = known.get(profile_id)
            row: dict[str, Any] = {"profile_id": profile_id, "total": total, "trouble": ""}
            row |= {"read_at": None, "tried_at": 0.0, "listed": None}
            if old is not None:
                row |= {name: old[name] for name in ("read_at", "tried_at", "trouble", "listed")}
            if total == 0 and profile_id not in with_models:
                row |= {"read_at": now, "tried_at": now, "trouble": "", "listed": 0}
            rows.append(row)
        upsert(
            connection,
            LISTINGS,
            rows,
            key=["profile_id"],
            update=["read_at", "tried_at", "trouble", "listed", "total"],
        )


def next_racer(
    connection: Connection, began: float, first: Collection[str], *, only_changed: bool
) -> str | None:
    """Return whose models to read next in a round; None when nobody is left.

    Args:
        connection: In a transaction.
        began: When the round began.
        first: Profiles whose models somebody looks at: these come first, then those of whom there
            are more or fewer models than were listed, then who was read longest ago.
        only_changed: Whether the others are not read at all.
    """
    differs = _differs()
    statement = (
        select(USERS.c.profile_id)
        .select_from(_racers())
        .where(_there(), _left(began))
        .order_by(
            case((USERS.c.profile_id.in_(sorted(first)), 0), (differs, 1), else_=2),
            func.coalesce(LISTINGS.c.read_at, 0.0),
            USERS.c.id,
        )
        .limit(1)
    )
    if only_changed:
        statement = statement.where(differs)
    return connection.scalar(statement)


def sweep_counts(connection: Connection, sweep: ModelSweep) -> SweepCounts:
    """Return how far the present round is, and how old what is known is."""
    began, all_read_at = sweep.began_at or 0.0, sweep.all_read_at
    read_at = func.max(func.coalesce(LISTINGS.c.read_at, 0.0), all_read_at or 0.0)
    row = connection.execute(
        select(
            func.count(),
            func.sum(case((_left(began), 0), else_=1)),
            func.min(read_at),
            func.max(read_at),
            func.sum(case((read_at == 0.0, 1), else_=0)),
        )
        .select_from(_racers())
        .where(_there())
    ).one()
    racers, done, oldest, newest, unread = row
    if all_read_at is not None and all_read_at >= began:
        done = racers
    times = moment(oldest or None), moment(newest or None)
    return SweepCounts(done or 0, racers, *times, unread or 0)


def never_read(connection: Connection, racers: Sequence[int]) -> list[str]:
    """Return the profiles of those racers whose models were never read.

    Args:
        connection: In a transaction.
        racers: Their keys.
    """
    if connection.scalar(select(SWEEP.c.all_read_at)) is not None:
        return []
    unread = select(USERS.c.profile_id).select_from(_racers())
    unread = unread.where(_there(), LISTINGS.c.read_at.is_(None)).order_by(USERS.c.id)
    found: list[str] = []
    for chunk in chunks(racers):
        found += connection.scalars(unread.where(USERS.c.id.in_(chunk)))
    return found


def tried_since(connection: Connection, at: float) -> list[float]:
    """Return when calls for a racer's models were made since then; about, for a forecast."""
    none_to_read = func.coalesce(LISTINGS.c.total, -1) == 0
    found = select(LISTINGS.c.tried_at).where(LISTINGS.c.tried_at > at, not_(none_to_read))
    return list(connection.scalars(found))


def first_wanted(connection: Connection, now: float) -> list[str]:
    """Return the profiles whose models are to be read before others."""
    return [one.subject.removeprefix(FIRST) for one in live_interests(connection, FIRST, now)]


def _racers() -> Any:
    return USERS.outerjoin(LISTINGS, LISTINGS.c.profile_id == USERS.c.profile_id)


def _there() -> ColumnElement[bool]:
    return USERS.c.gone_at.is_(None)


def _left(began: float) -> ColumnElement[bool]:
    """Not tried in this round: who cannot be read is not tried for ever."""
    return or_(LISTINGS.c.tried_at.is_(None), LISTINGS.c.tried_at < began)


def _differs() -> ColumnElement[bool]:
    """Never read, or of whom the list of profiles tells another number of models."""
    never = or_(LISTINGS.c.profile_id.is_(None), LISTINGS.c.read_at.is_(None))
    other = and_(LISTINGS.c.total.is_not(None), LISTINGS.c.total != LISTINGS.c.listed)
    return or_(never, func.coalesce(other, False))
