"""Leaderboards as last read, and how the places on them have changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, select

from drtui.domain.changes import RecordKind
from drtui.domain.race_records import PositionChange, StoredLeaderboard
from drtui.domain.races import Ranking
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.races import RACES, outdated
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import moment

RANKINGS: Final = table("ranking")
BOARDS: Final = table("ranking_listing")
_CHANGES: Final = table("ranking_change")
_LINK: Final = "video_url"  # never stored
_MOMENT: Final = "submitted_at"
_KEPT: Final = [field.name for field in fields(Ranking) if field.name != _LINK]
_Place = tuple[int | None, int | None]
_FOLLOWED: Final = 100
"""Places whose every change goes into the history: a new leader moves all who are behind."""


def write_rankings(
    database: Database,
    race_id: str,
    rankings: Iterable[Ranking],
    began: float,
    *,
    quiet: bool = False,
) -> None:
    """Write a whole leaderboard, and what has changed of its places since the last one.

    Of an alias that occurs more than once the best place is followed. Behind the 100th place, only
    a score that changes is a change, and who comes or goes.

    Args:
        database: The open store.
        race_id: Whose.
        rankings: All of them, from the leader on; links to videos are not kept.
        began: When they were asked for, in seconds since the epoch; a later reading stays.
        quiet: Whether nobody looks at it: unless it has changed, only its age does, and no record
            counts as changed.
    """
    rows = [_row(race_id, line, one) for line, one in enumerate(rankings)]
    with database.write() as connection:
        now = database.clock()
        read_at, trouble = _last_reading(connection, race_id)
        if outdated(began, read_at, now):
            return
        stored = [dict(row) for row in _stored(connection, race_id)]
        if rows != stored:
            if news := _news(race_id, _places(stored), _places(rows), now):
                connection.execute(insert(_CHANGES), news)
            connection.execute(delete(RANKINGS).where(RANKINGS.c.race_id == race_id))
            if rows:
                connection.execute(insert(RANKINGS), rows)
        told = {"read_at": now, "tried_at": now, "trouble": "", "count": len(rows)}
        _write_board(connection, race_id, {**told, **_listed(connection, race_id)})
        if rows != stored or read_at is None or trouble or not quiet:
            changed(connection, RecordKind.RACE)


def confirm_rankings(database: Database, race_id: str, began: float) -> None:
    """Note that a leaderboard seems to be as it was when it was last read.

    Args:
        database: The open store.
        race_id: Whose.
        began: When it was looked at, in seconds since the epoch; a later reading stays.
    """
    with database.write() as connection:
        now = database.clock()
        if not outdated(began, _last_reading(connection, race_id)[0], now):
            _write_board(connection, race_id, {"read_at": now, "tried_at": now, "trouble": ""})


def write_rankings_trouble(database: Database, race_id: str, reason: str) -> None:
    """Note why a leaderboard could not be read; what was read before stays."""
    with database.write(RecordKind.RACE) as connection:
        _write_board(connection, race_id, {"tried_at": database.clock(), "trouble": reason})


def read_leaderboard(connection: Connection, race_id: str) -> StoredLeaderboard:
    """Return a race's leaderboard as last read."""
    found = select(BOARDS).where(BOARDS.c.race_id == race_id)
    board = connection.execute(found).mappings().first()
    if board is None:
        return StoredLeaderboard()
    rankings = tuple(_ranking(row) for row in _stored(connection, race_id))
    return StoredLeaderboard(rankings, moment(board["read_at"]), board["trouble"])


def first_places(connection: Connection, race_id: str, now: float) -> tuple[Ranking, ...] | None:
    """Return the first places of an open race of which the list tells nothing new.

    Args:
        connection: In a transaction.
        race_id: Whose.
        now: Seconds since the epoch.

    Returns:
        At most 100, as last read; None where more than the first is worth reading.
    """
    quiet = (
        select(RACES.c.race_id)
        .join(BOARDS, BOARDS.c.race_id == RACES.c.race_id)
        .where(
            RACES.c.race_id == race_id,
            RACES.c.closes_at > now,
            BOARDS.c.read_at.is_not(None),
            BOARDS.c.trouble == "",
            RACES.c.live_status == BOARDS.c.live_status,
            RACES.c.participants.is_not_distinct_from(BOARDS.c.participants),
        )
    )
    if connection.scalar(quiet) is None:
        return None
    return tuple(_ranking(row) for row in _stored(connection, race_id, _FOLLOWED))


def position_changes(connection: Connection, race_id: str) -> list[PositionChange]:
    """Return how the places on a leaderboard have changed since it was first read, oldest first."""
    rows = connection.execute(
        select(_CHANGES).where(_CHANGES.c.race_id == race_id).order_by(_CHANGES.c.at, _CHANGES.c.id)
    ).mappings()
    return [
        PositionChange(
            row["alias"], row["rank"], row["score"], datetime.fromtimestamp(row["at"], UTC)
        )
        for row in rows
    ]


def next_board(
    connection: Connection, now: float, *, again_seconds: float, settle_seconds: float
) -> str | None:
    """Return the race whose leaderboard is to be read next without anybody asking; None is none.

    Never read; when the number of participants, or what is said of the live race, has changed; of
    an open race, when it is old; of a closed one, when it was read before the last evaluations had
    ended. One whose reading failed waits as long as an old one.

    Args:
        connection: In a transaction.
        now: Seconds since the epoch.
        again_seconds: After which one of an open race is old.
        settle_seconds: For which evaluations may still run once a race has closed.
    """
    opens, closes, read = RACES.c.opens_at, RACES.c.closes_at, BOARDS.c.read_at
    never = read.is_(None)
    since = now - again_seconds
    resting = and_(BOARDS.c.trouble != "", BOARDS.c.tried_at > since, BOARDS.c.tried_at <= now)
    moved = and_(
        RACES.c.participants.is_not(None),
        RACES.c.participants != func.coalesce(BOARDS.c.participants, -1),
    )
    went_on = RACES.c.live_status != BOARDS.c.live_status
    old = and_(closes > now, (read <= since) | (read > now))  # the clock may have been set back
    final = closes + settle_seconds
    last = and_(closes <= now, (read < closes) | and_(read < final, final <= now))
    found = (
        select(RACES.c.race_id)
        .join(BOARDS, BOARDS.c.race_id == RACES.c.race_id, isouter=True)
        .where(
            RACES.c.gone_at.is_(None),
            opens <= now,
            func.coalesce(RACES.c.participants, 1) > 0,
            never | moved | went_on | old | last,
            BOARDS.c.race_id.is_(None) | ~resting,
        )
        .order_by(closes <= now, never.desc(), read, closes.desc())
        .limit(1)
    )
    return connection.scalar(found)


def _row(race_id: str, line: int, ranking: Ranking) -> dict[str, Any]:
    values = {name: getattr(ranking, name) for name in _KEPT}
    at = ranking.submitted_at
    values[_MOMENT] = None if at is None else at.timestamp()
    return {"race_id": race_id, "line": line, **values}


def _ranking(row: RowMapping) -> Ranking:
    values = {name: row[name] for name in _KEPT}
    return Ranking(**values | {_MOMENT: moment(row[_MOMENT])})


def _last_reading(connection: Connection, race_id: str) -> tuple[float | None, str]:
    """When a leaderboard was last read, and what went wrong since."""
    found = select(BOARDS.c.read_at, BOARDS.c.trouble).where(BOARDS.c.race_id == race_id)
    row = connection.execute(found).first()
    return (None, "") if row is None else (row.read_at, row.trouble)


def _news(
    race_id: str, before: Mapping[str, _Place], after: Mapping[str, _Place], now: float
) -> list[dict[str, Any]]:
    """What goes into the history."""
    none: _Place = (None, None)
    news: list[dict[str, Any]] = []
    for alias in dict.fromkeys([*before, *after]):
        (old, was), (rank, score) = before.get(alias, none), after.get(alias, none)
        came_or_went = (old is None) != (rank is None)
        near = any(one is not None and one <= _FOLLOWED for one in (old, rank))
        if came_or_went or was != score or (near and old != rank):
            at = {"rank": rank, "score": score, "at": now}
            news.append({"race_id": race_id, "alias": alias, **at})
    return news


def _stored(connection: Connection, race_id: str, most: int | None = None) -> Sequence[RowMapping]:
    found = select(RANKINGS).where(RANKINGS.c.race_id == race_id).order_by(RANKINGS.c.line)
    found = found.limit(most)
    return connection.execute(found).mappings().all()


def _places(rows: Sequence[RowMapping] | Sequence[Mapping[str, Any]]) -> dict[str, _Place]:
    """Each alias's first place and score."""
    places: dict[str, _Place] = {}
    for row in rows:
        places.setdefault(row["alias"], (row["rank"], row["score"]))
    return places


def _listed(connection: Connection, race_id: str) -> dict[str, Any]:
    """What the list of races says now, by which it is known later that something has happened."""
    found = select(RACES.c.participants, RACES.c.live_status).where(RACES.c.race_id == race_id)
    row = connection.execute(found).mappings().first()
    return {"participants": None, "live_status": ""} if row is None else dict(row)


def _write_board(connection: Connection, race_id: str, values: Mapping[str, Any]) -> None:
    row = {
        "race_id": race_id,
        "read_at": None,
        "trouble": "",
        "count": 0,
        "live_status": "",
        **values,
    }
    upsert(connection, BOARDS, [row], key=["race_id"], update=list(values))
