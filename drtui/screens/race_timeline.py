"""Who had the first places of a race, and when: a line for each place, over time.

A letter stands where somebody came to a place, so that it reads alike in any colour.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from string import ascii_lowercase
from typing import Final

from textual.content import Content

from drtui.domain.race_records import PositionChange
from drtui.domain.race_times import in_zone, zone_at
from drtui.domain.text import shown_alias
from drtui.widgets.cells import fit
from drtui.widgets.facts import Lines, wrapped

PLACES: Final = 5
"""So many places are drawn."""
_DIM: Final = "$foreground-muted"
_HEAD: Final = 4  # cells of a place's number
_NAME: Final = 16  # cells of who has it now
_LEAST: Final = 16  # cells of time that say anything
_GOES_ON: Final = "─"
_OTHERS: Final = "*"  # whoever comes after the letters
_Holders = tuple[str, ...]
"""Who has the first places, the leader first; empty where nobody does."""


def timeline(
    changes: Sequence[PositionChange], until: datetime | None, zone: tzinfo, width: int
) -> Lines:
    """Return the first places over time; nothing where none changed hands, or there is no room.

    Args:
        changes: Of all places, the oldest first.
        until: When the leaderboard was last read.
        zone: In which the times are told.
        width: Of the lines, in cells.
    """
    room = width - _HEAD - _NAME
    held = list(_held(changes))
    changed = len({holders for _, holders in held}) > 1
    if room < _LEAST or not changed:
        return []
    first, last = held[0][0], max(held[-1][0], until or held[-1][0])
    columns = _columns(held, first, last, room)
    letters: dict[str, str] = {}
    for alias in (one for column in columns for one in column if one):
        letters.setdefault(
            alias, ascii_lowercase[len(letters)] if len(letters) < len(ascii_lowercase) else _OTHERS
        )
    lines = [Content.styled(_caption(first, last, zone), _DIM).truncate(width, ellipsis=True)]
    now = columns[-1]
    for place in range(PLACES):
        if any(column[place] for column in columns):
            drawn = _line([column[place] for column in columns], letters)
            who = f"{letters[now[place]]} {shown_alias(now[place])}" if now[place] else ""
            lines.append(
                Content.assemble(f"{place + 1:>2}  ", (drawn, _DIM), f"  {fit(who, _NAME - 2)}")
            )
    if former := [alias for alias in letters if alias not in now]:
        told = " · ".join(f"{letters[alias]} {shown_alias(alias, 20)}" for alias in former)
        lines += wrapped(Content.styled(f"before: {told}", _DIM), width)
    return [*lines, Content("")]


def _held(changes: Sequence[PositionChange]) -> Iterator[tuple[datetime, _Holders]]:
    """Who has the first places from each moment on at which something changed."""
    ranks: dict[str, int] = {}
    ordered = sorted(changes, key=lambda one: one.at)
    for number, change in enumerate(ordered):
        ranks.pop(change.alias, None)
        if change.rank is not None:
            ranks[change.alias] = change.rank
        if number + 1 == len(ordered) or ordered[number + 1].at != change.at:
            by_rank = {rank: alias for alias, rank in ranks.items() if rank <= PLACES}
            yield change.at, tuple(by_rank.get(place, "") for place in range(1, PLACES + 1))


def _columns(
    held: Sequence[tuple[datetime, _Holders]], first: datetime, last: datetime, room: int
) -> list[_Holders]:
    """Who has the first places at the end of each of so many equal spans of time."""
    span = (last - first).total_seconds() or 1.0
    columns: list[_Holders] = []
    at = 0
    for column in range(room):
        end = (column + 1) / room * span
        while at + 1 < len(held) and (held[at + 1][0] - first).total_seconds() <= end:
            at += 1
        columns.append(held[at][1])
    return columns


def _line(holders: Sequence[str], letters: dict[str, str]) -> str:
    before = ("", *holders)
    return "".join(
        " " if not who else letters[who] if who != was else _GOES_ON
        for was, who in zip(before, holders, strict=False)
    )


def _caption(first: datetime, last: datetime, zone: tzinfo) -> str:
    begins, ends = in_zone(first, zone), in_zone(last, zone)
    return f"{begins:%m-%d %H:%M} to {ends:%m-%d %H:%M} {zone_at(last, zone)}"
