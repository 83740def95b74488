"""Writing what a sweep reads: all pages of profiles, and what changed in their usage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, or_, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.operations import (
    ALIAS,
    LIST_LAG_SECONDS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    ROLE_LAG_SECONDS,
    ROLE_NAME,
    ItemState,
    Values,
    deletes_user,
)
from drtui.domain.records import Profile
from drtui.domain.sponsorship import status_of
from drtui.domain.usage import Usage, began_again
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.facts import read_fact, write_fact
from drtui.store.mending import mend_times
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import ITEMS, USERS, moment, profile_of, search_text

# Pages shift while they are read, so being left out of one complete sweep proves nothing.
SWEEPS_UNTIL_GONE: Final = 2

# A sweep that began so soon after a write settled still shows what the write answered; of the
# fields that operations change, by field.
_LAGS: Final = {
    MINUTES_LIMIT: LIST_LAG_SECONDS,
    MODELS_LIMIT: LIST_LAG_SECONDS,
    ALIAS: LIST_LAG_SECONDS,
    ROLE_NAME: ROLE_LAG_SECONDS,
}
_NOT_IN_NAMES: Final = (
    *("role_name", "minutes_used", "minutes_queued", "minutes_limit"),
    *("models", "models_limit", "storage_bytes"),
)
_STATE: Final = table("sync_state")
_NAMES_ONLY: Final = "the last sweep read names only"
_SAMPLES: Final = table("usage_sample")
_KEPT: Final = frozenset({"id", "remembered_minutes", "remembered_models", "closed", "tags"})
_WRITTEN: Final = tuple(column.name for column in USERS.c if column.name not in _KEPT)
_OF_THE_READING: Final = frozenset({"seen_sweep", "missed_sweeps", "as_of"})
_SHOWN: Final = tuple(name for name in _WRITTEN if name not in _OF_THE_READING)


def begin_sweep(database: Database) -> tuple[int, float]:
    """Note that a sweep begins; return its number and when it began."""
    now = database.clock()
    with database.write(RecordKind.SYNC_STATE) as connection:
        mend_times(connection, now)
        number = connection.execute(
            update(_STATE)
            .values(sweep=_STATE.c.sweep + 1, sweep_started=now, sweep_pages=0)
            .returning(_STATE.c.sweep)
        ).scalar_one()
    return number, now


def write_page(
    database: Database,
    profiles: Sequence[Profile],
    sweep: int,
    began: float,
    *,
    names_only: bool = False,
) -> None:
    """Store one page of profiles; local columns and recent writes of our own stay.

    A page of a sweep that was given up and comes in after a later one began is dropped: what it
    says is older than what is there.

    Args:
        database: The open store.
        profiles: As the deployment listed them; the same one twice is harmless.
        sweep: The sweep's number.
        began: When the sweep began.
        names_only: Whether the list has nothing but ids, aliases and emails. Of everything else
            what was known stays, as old as it is.
    """
    now = database.clock()
    by_id = {profile.profile_id: profile for profile in profiles}
    with database.write() as connection:
        if not _latest(connection, sweep):
            return
        own = _recent_writes(connection, list(by_id), began)
        # One that was deleted does not come back, whatever a late list shows.
        listed = [
            _shielded(profile, own.get(profile.profile_id, []))
            for profile in by_id.values()
            if not any(deletes_user(write.after) for write in own.get(profile.profile_id, []))
        ]
        ids = [profile.profile_id for profile in listed]
        stored = {
            row["profile_id"]: row
            for row in connection.execute(
                select(USERS).where(USERS.c.profile_id.in_(ids))
            ).mappings()
        }
        row_of = _named_row if names_only else _row
        rows = [row_of(profile, stored.get(profile.profile_id), sweep, now) for profile in listed]
        upsert(connection, USERS, rows, key=["profile_id"], update=_WRITTEN)
        if not names_only:
            _sample(connection, rows, stored, now)
        connection.execute(update(_STATE).values(sweep_pages=_STATE.c.sweep_pages + 1))
        changed(connection, *_kinds_changed(connection, rows, stored))


def _kinds_changed(
    connection: Connection, rows: Sequence[Mapping[str, Any]], stored: Mapping[str, RowMapping]
) -> list[RecordKind]:
    """What a page says anew; when it was read is told once, by the complete sweep.

    A quiet event is swept time and again, and nobody has to draw that.
    """
    kinds = []
    if any(
        (old := stored.get(row["profile_id"])) is None
        or any(row[name] != old[name] for name in _SHOWN)
        for row in rows
    ):
        kinds.append(RecordKind.SPONSORED_USER)
    if connection.scalar(select(_STATE.c.swept_from)) is None:
        kinds.append(RecordKind.SYNC_STATE)  # the pages of the first sweep are told
    return kinds


def complete_sweep(
    database: Database, sweep: int, began: float, *, names_only: bool = False
) -> None:
    """Note that every page of a sweep was read; who was left out twice is gone.

    Args:
        database: The open store.
        sweep: The sweep's number.
        began: When it began.
        names_only: See `write_page`; nothing that an operation changes may be compared with it.
    """
    now = database.clock()
    with database.write(RecordKind.SPONSORED_USER, RecordKind.SYNC_STATE) as connection:
        if not _latest(connection, sweep):
            return
        there = USERS.c.gone_at.is_(None)
        connection.execute(
            update(USERS)
            .where(there, USERS.c.seen_sweep < sweep)
            .values(missed_sweeps=USERS.c.missed_sweeps + 1)
        )
        connection.execute(
            update(USERS)
            .where(there, USERS.c.missed_sweeps >= SWEEPS_UNTIL_GONE)
            .values(gone_at=now)
        )
        connection.execute(update(_STATE).values(swept_from=began, swept_at=now, trouble=""))
        write_fact(connection, _NAMES_ONLY, names_only, now)


def swept_names_only(connection: Connection) -> bool:
    """Return whether the last complete sweep read nothing but names."""
    return bool(read_fact(connection, _NAMES_ONLY)[0])


def usage_known_from(connection: Connection) -> datetime | None:
    """Return when quotas and usage were last read of anybody; None when they never were."""
    told = or_(*(USERS.c[name].is_not(None) for name in _NOT_IN_NAMES))
    return moment(connection.scalar(select(func.max(USERS.c.as_of)).where(told)))


def _latest(connection: Connection, sweep: int) -> bool:
    return connection.scalar(select(_STATE.c.sweep)) == sweep


@dataclass(frozen=True, slots=True)
class _Write:
    """What drtui itself wrote to a profile lately.

    Attributes:
        age: How long before the sweep began it settled, in seconds; below 0 when it settled
            afterwards, so that the list says nothing about it.
    """

    before: Values
    after: Values
    age: float


def _recent_writes(
    connection: Connection, profile_ids: Sequence[str], began: float
) -> dict[str, list[_Write]]:
    """What drtui itself wrote shortly before a sweep began and since then, by profile."""
    items = connection.execute(
        select(ITEMS.c.target, ITEMS.c.before, ITEMS.c.after, ITEMS.c.settled_at)
        .where(
            ITEMS.c.settled_at > began - max(_LAGS.values()),
            ITEMS.c.state == ItemState.DONE,
            ITEMS.c.target.in_(profile_ids),
        )
        .order_by(ITEMS.c.settled_at, ITEMS.c.id)
    )
    written: dict[str, list[_Write]] = {}
    for target, before, after, settled_at in items:
        written.setdefault(target, []).append(_Write(before, after, began - settled_at))
    return written


def _shielded(profile: Profile, writes: Sequence[_Write]) -> Profile:
    """Return the profile without values that a write of our own has replaced since.

    A list that was asked for after the write shows an older value only where it lags; any other
    value is somebody else's, and newer.
    """
    if not writes:
        return profile
    own_values: dict[str, Any] = {}
    for name, lag in _LAGS.items():
        listed = getattr(profile, name)
        own = [write for write in writes if name in write.after and write.age < lag]
        if any(write.age <= 0 or write.before.get(name) == listed for write in own):
            own_values[name] = own[-1].after[name]
    return replace(profile, **own_values)


def _row(profile: Profile, stored: RowMapping | None, sweep: int, now: float) -> dict[str, Any]:
    carried_minutes, carried_models, tags = _carried(profile, stored, now)
    used = profile.minutes_used
    return {
        "profile_id": profile.profile_id,
        "alias": profile.alias,
        "email": profile.email,
        "role_name": profile.role_name,
        "role": profile.role.value,
        "status": status_of(profile).value,
        "minutes_used": used,
        "minutes_queued": profile.minutes_queued,
        "minutes_limit": profile.minutes_limit,
        "models": profile.models,
        "models_limit": profile.models_limit,
        "storage_bytes": profile.storage_bytes,
        "created_at": None if profile.created_at is None else profile.created_at.timestamp(),
        "total_minutes": None
        if used is None and not carried_minutes
        else carried_minutes + (used or 0),
        "carried_minutes": carried_minutes,
        "carried_models": carried_models,
        "search_text": search_text(profile.alias, profile.email, tags),
        "tags": tags,
        "seen_sweep": sweep,
        "missed_sweeps": 0,
        "gone_at": None,
        "as_of": now,
    }


def _named_row(
    profile: Profile, stored: RowMapping | None, sweep: int, now: float
) -> dict[str, Any]:
    """Return the row of a user of whom the list tells the name alone."""
    if stored is None:
        return _row(replace(profile, by_name=True), None, sweep, now)
    known = profile_of(stored)
    told = any(getattr(known, name) is not None for name in _NOT_IN_NAMES)
    named = replace(
        known, alias=profile.alias, email=profile.email or known.email, by_name=not told
    )
    return {
        **{name: stored[name] for name in (*_WRITTEN, "tags")},
        "alias": named.alias,
        "email": named.email,
        "role": named.role.value,
        "status": status_of(named).value,
        "search_text": search_text(named.alias, named.email, stored["tags"]),
        "seen_sweep": sweep,
        "missed_sweeps": 0,
        "gone_at": None,
        "as_of": stored["as_of"] if told else now,
    }


def _carried(profile: Profile, stored: RowMapping | None, now: float) -> tuple[int, int, str]:
    """What earlier months add up to, and the tags that stay."""
    if stored is None:
        return 0, 0, ""
    read_before, read_now = moment(stored["as_of"]), moment(now)
    assert read_before is not None
    assert read_now is not None
    before = Usage(stored["minutes_used"], stored["models"], read_before)
    minutes, models = stored["carried_minutes"], stored["carried_models"]
    if began_again(before, Usage(profile.minutes_used, profile.models, read_now)):
        minutes += before.minutes_used or 0
        models += before.models or 0
    return minutes, models, stored["tags"]


def _sample(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    stored: Mapping[str, RowMapping],
    now: float,
) -> None:
    """Add a usage sample for each user whose usage is new or not what it was."""
    fields = ("minutes_used", "minutes_queued", "models", "storage_bytes")
    news = []
    for row in rows:
        old = stored.get(row["profile_id"])
        if old is None or any(row[name] != old[name] for name in fields):
            news.append(row)
    if not news:
        return
    ids = dict(
        connection.execute(
            select(USERS.c.profile_id, USERS.c.id).where(
                USERS.c.profile_id.in_([row["profile_id"] for row in news])
            )
        ).all()
    )
    connection.execute(
        _SAMPLES.insert(),
        [
            {"user_id": ids[row["profile_id"]], "at": now, **{name: row[name] for name in fields}}
            for row in news
        ],
    )
