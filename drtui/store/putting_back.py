"""What of users whose rows are damaged can be told from elsewhere in the store.

Their values are read anew from the account. What only drtui knows of them is put together: under
which number their past usage is kept, from an index; what is remembered for resuming, from the
operation log; labels from their own table; what earlier months add up to, from samples of usage.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from drtui.domain.operations import CLOSED, LOCAL_FIELDS, SETTLED_WELL, deletes_user
from drtui.domain.records import Role, Status
from drtui.domain.tags import Tag
from drtui.domain.usage import Usage, began_again
from drtui.store.past_damage import UNREADABLE

_NUMBERS: Final = (
    "SELECT id, profile_id FROM sponsored_user INDEXED BY sqlite_autoindex_sponsored_user_1"
)
_SETTLED: Final = (
    "SELECT target, id, before, after FROM operation_item WHERE state IN (?, ?) "
    "ORDER BY settled_at, id"
)
_TAGS: Final = "SELECT profile_id, key, value FROM tag ORDER BY 1, 2, 3"
_SAMPLES: Final = "SELECT at, minutes_used, models FROM usage_sample WHERE user_id = ? ORDER BY at"


class _Change(NamedTuple):
    """What an item did to a field of which only drtui knows; items are numbered as confirmed."""

    item: int
    before: Any
    after: Any


@dataclass(slots=True)
class _Known:
    """What is known of one user."""

    number: int | None = None
    local: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    minutes: int | None = None
    models: int | None = None
    read_at: float = 0.0
    carried_minutes: int = 0
    carried_models: int = 0


def put_back_users(old: sqlite3.Connection, new: sqlite3.Connection, now: float) -> int:
    """Write what is known of users whose rows could not be read; return how many.

    They count as gone until the account's list names them, which it does before anything is sent.

    Args:
        old: The damaged store.
        new: The one that is made of it, with what could be read of its other tables.
        now: Seconds since the epoch.
    """
    numbers = dict(new.execute("SELECT profile_id, id FROM sponsored_user").fetchall())
    there, taken = set(numbers), set(numbers.values())
    lost: dict[str, _Known] = {}

    def known(profile_id: str) -> _Known | None:
        return None if profile_id in there else lost.setdefault(profile_id, _Known())

    for number, profile_id in _readable(old, _NUMBERS):
        if isinstance(profile_id, str) and (one := known(profile_id)) and number not in taken:
            one.number = number
            taken.add(number)
    _remember(new, known)
    for profile_id, key, value in new.execute(_TAGS):
        if one := known(profile_id):
            one.tags.append(str(Tag(key, value)))
    for one in lost.values():
        _add_up(new, one)
    # Those whose number is known first: the others get what is free.
    for profile_id, one in sorted(lost.items(), key=lambda each: each[1].number is None):
        _write(new, profile_id, one, now)
    return len(lost)


def _readable(old: sqlite3.Connection, query: str) -> Iterator[Sequence[Any]]:
    """The rows of the damaged store up to where it cannot be read any more."""
    with suppress(*UNREADABLE):
        yield from old.execute(query)


def _remember(new: sqlite3.Connection, known: Callable[[str], _Known | None]) -> None:
    """Find what is remembered by what came about; also by a call that was answered otherwise."""
    changes: dict[str, dict[str, list[_Change]]] = {}
    for target, number, *texts in new.execute(_SETTLED, sorted(SETTLED_WELL)):
        before, after = map(json.loads, texts)
        if deletes_user(after):
            changes[target] = {}
        for name in LOCAL_FIELDS:
            if name in after:
                change = _Change(number, before.get(name), after[name])
                changes.setdefault(target, {}).setdefault(name, []).append(change)
    for target, by_name in changes.items():
        if one := known(target):
            one.local = {name: _end(each) for name, each in by_name.items()}


def _end(changes: list[_Change]) -> Any:
    """Return what a field came to, each change of which begins where another ended.

    So the end is what was come to more often than gone on from, and the beginning where there is
    no such: whatever was retried late, and however the clock was set back, by which they are told.
    """
    excess = Counter(each.after for each in changes)
    excess.subtract(each.before for each in changes)
    ends = [value for value, times in excess.items() if times > 0]
    if len(ends) > 1:  # something else came in between
        return changes[-1].after
    return ends[0] if ends else min(changes).before


def _add_up(new: sqlite3.Connection, one: _Known) -> None:
    """Find what a user had used, and what earlier months add up to."""
    before: Usage | None = None
    for at, minutes, models in new.execute(_SAMPLES, (one.number,)):
        sample = Usage(minutes, models, datetime.fromtimestamp(at, UTC))
        if before is not None and began_again(before, sample):
            one.carried_minutes += before.minutes_used or 0
            one.carried_models += before.models or 0
        before = sample
        one.minutes, one.models, one.read_at = minutes, models, at


def _write(new: sqlite3.Connection, profile_id: str, one: _Known, now: float) -> None:
    closed = one.local.get(CLOSED)
    row = {
        "id": one.number,
        "profile_id": profile_id,
        "alias": profile_id,
        "role": Role.UNKNOWN.value,
        "status": Status.UNKNOWN.value,
        "minutes_used": one.minutes,
        "models": one.models,
        "carried_minutes": one.carried_minutes,
        "carried_models": one.carried_models,
        **{name: one.local.get(name) for name in LOCAL_FIELDS},
        CLOSED: None if closed is None else bool(closed),
        "search_text": "",
        "tags": " ".join(sorted(one.tags)),
        "seen_sweep": 0,
        "missed_sweeps": 0,
        "gone_at": now,
        "as_of": one.read_at,
    }
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    new.execute(f"INSERT INTO sponsored_user ({names}) VALUES ({marks})", row)  # noqa: S608  # names of our schema
