"""The races of the deployment, as last listed or read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.live_documents import without_links
from drtui.domain.operations import LIST_LAG_SECONDS
from drtui.domain.race_documents import definition_in, definition_text
from drtui.domain.race_records import RaceListing, StoredRace
from drtui.domain.race_table import race_text
from drtui.domain.races import ListedRace
from drtui.domain.text import fold
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.race_pending import pending_of_races
from drtui.store.sqlite import one_of, upsert
from drtui.store.tables import table
from drtui.store.users import moment

RACES_INTEREST: Final = "races:"
"""The subject of an interest in the list of races."""
RACE_INTEREST: Final = "race:"
"""What the subject of an interest in one race begins with; its id follows."""
RACES: Final = table("race")
LISTING: Final = table("race_listing")
THERE: Final = RACES.c.gone_at.is_(None)


def write_race_list(
    database: Database, races: Iterable[ListedRace], began: float, *, whole: bool = True
) -> None:
    """Write a listing of all races; those that it does not have are gone.

    It says nothing of what was read or written since it was asked for, nor of what drtui itself
    wrote a moment before.

    Args:
        database: The open store.
        races: As listed: all there are.
        began: When it was asked for, in seconds since the epoch.
        whole: Whether all of it could be read; else nobody knows which are gone.
    """
    listed = {race.race_id: race for race in races}
    with database.write(RecordKind.RACE) as connection:
        now = database.clock()
        read_at = connection.scalar(select(LISTING.c.read_at))
        if outdated(began, read_at, now):
            return
        stored = _stored(connection)
        older = {race_id: row for race_id, row in stored.items() if not _is_newer(row, began, now)}
        rows = [
            _values(race, stored.get(race_id), began, now) | {"as_of": now, "written_at": None}
            for race_id, race in listed.items()
            if race_id in older or race_id not in stored
        ]
        _write_rows(connection, rows)
        gone = [race_id for race_id in older if whole and race_id not in listed]
        connection.execute(
            update(RACES).where(one_of(RACES.c.race_id, gone), THERE).values(gone_at=now, as_of=now)
        )
        connection.execute(update(LISTING).values(read_at=now, tried_at=now, trouble=""))


def write_race(database: Database, race: ListedRace, began: float) -> None:
    """Write what was read of one race alone, or what a change of it answered.

    Args:
        database: The open store.
        race: As told; what is not told of it stays as it was.
        began: When it was asked for, in seconds since the epoch: it says nothing of what was
            written since.
    """
    with database.write() as connection:
        now = database.clock()
        stored = _stored(connection, race.race_id).get(race.race_id)
        if stored is not None and outdated(began, stored["as_of"], now):
            return
        row = _values(race, stored, began, now) | {"as_of": now, "written_at": now}
        _write_rows(connection, [row])
        changed(connection, RecordKind.RACE)


def forget_race(database: Database, race_id: str) -> None:
    """Note that a race is not there any more; a list that lags behind does not bring it back."""
    with database.write(RecordKind.RACE) as connection:
        now = database.clock()
        connection.execute(
            update(RACES)
            .where(RACES.c.race_id == race_id, THERE)
            .values(gone_at=now, as_of=now, written_at=now)
        )


def write_races_trouble(database: Database, reason: str) -> None:
    """Note why the list of races could not be read; what was read before stays."""
    with database.write(RecordKind.RACE) as connection:
        connection.execute(update(LISTING).values(tried_at=database.clock(), trouble=reason))


def read_race_listing(connection: Connection) -> RaceListing:
    """Return how reading the list of races goes."""
    row = connection.execute(select(LISTING)).mappings().one()
    return RaceListing(moment(row["read_at"]), moment(row["tried_at"]), row["trouble"])


def read_race(connection: Connection, race_id: str) -> StoredRace | None:
    """Return a race that is there; None where there is none of that id."""
    found = select(RACES).where(RACES.c.race_id == race_id, THERE)
    return next(iter(_races(connection, connection.execute(found).mappings().all())), None)


def race_even_gone(connection: Connection, race_id: str) -> StoredRace | None:
    """Return a race, there or gone; None where it never was."""
    found = select(RACES).where(RACES.c.race_id == race_id)
    return next(iter(_races(connection, connection.execute(found).mappings().all())), None)


def all_races(connection: Connection) -> list[StoredRace]:
    """Return the races that are there, by when they close."""
    found = select(RACES).where(THERE).order_by(RACES.c.closes_at, RACES.c.key)
    return _races(connection, connection.execute(found).mappings().all())


def races_even_gone(connection: Connection) -> list[StoredRace]:
    """Return all races, there or gone, in the order in which they came to be known."""
    found = select(RACES).order_by(RACES.c.key)
    return _races(connection, connection.execute(found).mappings().all())


def races_by_key(connection: Connection, keys: Sequence[int]) -> list[StoredRace]:
    """Return the races with these keys; those that are not there are left out."""
    found = select(RACES).where(one_of(RACES.c.key, keys), THERE)
    return _races(connection, connection.execute(found).mappings().all())


def find_races(connection: Connection, words: str) -> list[StoredRace]:
    """Return the races that words name, by when they close.

    By id to the letter; else by the whole name, in whatever case; else by a part of the name.
    """
    races = all_races(connection)
    folded = fold(words.strip())
    by_id = [one for one in races if one.race.race_id == words.strip()]
    by_name = [one for one in races if fold(one.race.definition.name.strip()) == folded]
    parts = [one for one in races if folded and folded in fold(one.race.definition.name)]
    return by_id or by_name or parts


def race_of(row: RowMapping) -> ListedRace:
    """Return a stored race as a record."""
    definition = definition_in(row["definition"])
    assert definition is not None, "it was written by `definition_text`"
    return ListedRace(
        race_id=row["race_id"],
        definition=definition,
        participants=row["participants"],
        live_status=row["live_status"],
        auto_launch=row["auto_launch"],
        submissions_open=row["submissions_open"],
        document=json.loads(row["document"]),
    )


def _races(connection: Connection, rows: Sequence[RowMapping]) -> list[StoredRace]:
    pending = pending_of_races(connection) if rows else {}
    return [
        StoredRace(
            key=row["key"],
            race=race_of(row),
            as_of=datetime.fromtimestamp(row["as_of"], UTC),
            pending=pending.get(row["race_id"], ""),
            gone_at=moment(row["gone_at"]),
        )
        for row in rows
    ]


def _stored(connection: Connection, race_id: str | None = None) -> dict[str, RowMapping]:
    """The rows to compare with, those that are gone too: one that comes back keeps its key."""
    statement = select(RACES)
    if race_id is not None:
        statement = statement.where(RACES.c.race_id == race_id)
    return {row["race_id"]: row for row in connection.execute(statement).mappings()}


def outdated(began: float, stamp: float | None, now: float) -> bool:
    """Whether what was asked for then is older than what is there.

    A stamp from the future is of before the clock was set back, and says nothing.

    Args:
        began: When it was asked for, in seconds since the epoch.
        stamp: When what is there was read or written; None where it never was.
        now: By the same clock.
    """
    return stamp is not None and began < stamp <= now


def _is_newer(row: RowMapping, began: float, now: float) -> bool:
    """Whether a row tells more than a list that was asked for then."""
    written: float | None = row["written_at"]
    lagging = written is not None and began < written + LIST_LAG_SECONDS and written <= now
    return lagging or outdated(began, row["as_of"], now)


def _values(race: ListedRace, old: RowMapping | None, began: float, now: float) -> dict[str, Any]:
    """What is told of a race; what is not stays as it was."""
    definition = race.definition
    participants = race.participants
    if participants is None and old is not None:
        participants = old["participants"]
    return {
        "race_id": race.race_id,
        "name": definition.name,
        "race_type": definition.race_type,
        "track": definition.track,
        "timing": definition.timing,
        "opens_at": definition.opens_at.timestamp(),
        "closes_at": definition.closes_at.timestamp(),
        "max_submissions": definition.max_submissions,
        "live": definition.live,
        "live_at": None if definition.live_at is None else definition.live_at.timestamp(),
        "participants": participants,
        "definition": definition_text(definition),
        "document": json.dumps(without_links(race.document), default=str, separators=(",", ":")),
        "search_text": race_text(definition),
        "gone_at": None,
        **_live_values(race, old, began, now),
    }


def _live_values(
    race: ListedRace, old: RowMapping | None, began: float, now: float
) -> Mapping[str, Any]:
    """What is told of a live race; a reading of the live race itself may have told it since."""
    told: dict[str, Any] = {
        "live_status": race.live_status or None,
        "auto_launch": race.auto_launch,
        "submissions_open": race.submissions_open,
    }
    before = {"live_status": ""} | dict.fromkeys(("auto_launch", "submissions_open"))
    if old is not None and race.definition.live:
        before = {name: old[name] for name in told}
        if outdated(began, old["live_as_of"], now):
            told = dict.fromkeys(told)
    return {name: before[name] if value is None else value for name, value in told.items()}


def _write_rows(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        names = [name for name in rows[0] if name != "race_id"]
        upsert(connection, RACES, rows, key=["race_id"], update=names)
