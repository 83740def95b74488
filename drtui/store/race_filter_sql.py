"""From a filter's expression to SQL over the races; see `filter_logic`."""

from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_, true

from drtui.domain.filter_conditions import (
    Amount,
    Choice,
    Condition,
    DateMatch,
    IdMatch,
    TextMatch,
    Unknown,
)
from drtui.domain.filter_fields import YES
from drtui.domain.filters import Expression, Word
from drtui.domain.race_filter_fields import NO
from drtui.domain.race_states import RaceState
from drtui.domain.text import fold
from drtui.domain.tracks import TRACKS
from drtui.store.filter_logic import COMPARE, bindable, combined, in_period

_TIMES: Final = {"opens": "opens_at", "closes": "closes_at"}


def race_condition(expression: Expression, races: FromClause, now: float) -> ColumnElement[bool]:
    """Return the condition on races that a filter's expression stands for.

    Args:
        expression: From `filters.parse` in the language of races.
        races: What has their columns; see `race_table.race_keys`.
        now: Seconds since the epoch.
    """
    return combined(expression, partial(_condition, races.c, now))


def _condition(races: Any, now: float, condition: Word | Condition) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    match condition:
        case Word():
            found = races.search_text.contains(fold(condition.text), autoescape=True)
        case TextMatch():
            found = _text(races, condition)
        case IdMatch():
            found = races.race_id == condition.profile_id
        case Choice():
            found = _choice(races, now, condition)
        case Amount():
            count, bound = races.participants, bindable(condition.number)
            found = and_(count.is_not(None), COMPARE[condition.operator](count, bound))
        case DateMatch():
            found = in_period(races[_TIMES[condition.field]], condition)
        case Unknown():
            found = races.participants.is_(None)
        case _:
            raise TypeError(f"no condition of a filter of races: {condition!r}")
    return found


def _text(races: Any, match: TextMatch) -> ColumnElement[bool]:
    column = races[match.field]
    if match.whole:
        found = func.lower(column) == func.lower(match.text)
    else:
        found = column.icontains(match.text, autoescape=True)
    if match.field != "track":
        return found
    return or_(found, races.track.in_(_tracks(fold(match.text), whole=match.whole)))


def _tracks(text: str, *, whole: bool) -> list[str]:
    """The ids of the tracks that people call so."""
    names = {one.track_id: fold(one.name) for one in TRACKS}
    return [
        track_id for track_id, name in names.items() if (name == text if whole else text in name)
    ]


def _choice(races: Any, now: float, choice: Choice) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    match choice.field:
        case "state":
            found = _state(races, now, choice.value)
        case "pending":
            found = (races.pending != "").is_(choice.value == YES)
        case "live" if choice.value in (YES, NO):
            found = races.live.is_(choice.value == YES)
        case "live":
            found = and_(races.live.is_(true()), _told(races.live_status, choice.value))
        case _:
            found = _told(races.race_type, choice.value)
    return found


def _told(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return func.replace(func.lower(column), "_", "-") == word.lower().replace("_", "-")


def _state(races: Any, now: float, word: str) -> ColumnElement[bool]:
    """As `race_states.state_of` says it."""
    state = case(
        (races.opens_at > now, RaceState.FUTURE.value),
        (races.closes_at >= now, RaceState.OPEN.value),
        else_=RaceState.CLOSED.value,
    )
    return state == word
