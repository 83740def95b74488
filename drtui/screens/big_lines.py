"""What an audience reads of a race, in large type: the leaderboard, who runs, who is next.

Names come from outside and are cleaned; one that is hidden is never among the lines.
"""

from datetime import datetime, timedelta
from typing import Final

from textual.content import Content

from drtui.domain.leaderboards import LeaderboardRow, gap_text, lap_text
from drtui.domain.live_races import QueueItem
from drtui.domain.live_shows import NEXT, LiveShow
from drtui.domain.race_states import countdown, live_countdown, state_of, timing_text
from drtui.domain.text import clean, shown_alias
from drtui.screens.marshal_facts import OLD, elapsed_text, status_text
from drtui.screens.racer_facts import moment
from drtui.widgets.big_text import ROWS, big, is_big, wide
from drtui.widgets.cells import fit, text_width
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import age_text, local

HIDDEN: Final = "(hidden)"
"""What stands for an alias that no audience is shown."""

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_BESIDE: Final = 110  # cells from which on who runs and the queue stand beside the leaderboard
_SIDE: Final = 0.42  # of the width, for who runs and the queue
_GAP: Final = 3
_NAME: Final = 64
_LEAST_NAME: Final = 10  # cells; for less, the gap is left out
_HEAD, _FOOT = 2, 1  # lines
_OLD_BOARD: Final = timedelta(seconds=60)


def big_lines(show: LiveShow, now: datetime, width: int, height: int, leave: str) -> Lines:
    """Return the whole screen.

    Args:
        show: The race as last read.
        now: The moment.
        width: In cells.
        height: In lines; there are never more.
        leave: How one leaves, such as `esc leaves`.
    """
    room = max(1, height - _HEAD - _FOOT)
    if not show.is_live:
        body = _board(show, width, room)
    elif width >= _BESIDE:
        side = int(width * _SIDE)
        left = _board(show, width - side - _GAP, room)
        body = _beside(left, width - side, _side(show, now, side, room), room)
    else:
        stage = _stage(show, now, width)
        body = [*stage, *_board(show, width, max(0, room - len(stage)))]
    body = [*body[:room], *([Content("")] * (room - len(body)))]
    lines = [*_head(show, now, width), *body, _foot(show, now, width, leave)]
    return [line.truncate(width) for line in lines[:height]]


def shown_name(show: LiveShow, alias: str) -> str:
    """Return an alias as the audience reads it."""
    return HIDDEN if show.is_hidden(alias) else shown_alias(alias, _NAME)


def _head(show: LiveShow, now: datetime, width: int) -> Lines:
    clock = Content.styled(wide(f"{local(now):%H:%M:%S}"), "bold")
    words = status_text(show) if show.is_live else state_of(show.race.definition, now).value
    told = Content.styled(words, f"bold {_FOCUS}")
    name = clean(show.stored.race.definition.name, 80) or "Live race"
    room = width - clock.cell_length - told.cell_length - 2 * _GAP
    spaced = wide(name)
    shown = spaced if text_width(spaced) <= room else fit(name, room)
    left = Content.styled(shown, "bold") + Content(" " * _GAP) + told
    gap = " " * max(1, width - left.cell_length - clock.cell_length)
    return [left + Content(gap) + clock, Content("")]


def _foot(show: LiveShow, now: datetime, width: int, leave: str) -> Content:
    race = show.race
    if show.stored.gone_at is not None:
        coming = "this race is not there any more"
    else:
        coming = live_countdown(race, now) or countdown(race.definition, now)
    right, age = Content.styled(leave, _DIM), _age(show, now)
    room = max(0, width - right.cell_length - 2)
    left = Content.styled(f"{coming} · ", _DIM) + age
    if left.cell_length > room:  # how old it is goes before what is to come
        left = age.truncate(room, ellipsis=True)
    return left + Content(" " * max(1, width - left.cell_length - right.cell_length)) + right


def _age(show: LiveShow, now: datetime) -> Content:
    read_at = show.read_at
    if read_at is None:
        return Content.styled("not read yet", _PENDING)
    age = now - read_at
    text = f"as of {moment(read_at, now)} ({age_text(age)})"
    if age < (OLD if show.is_live else _OLD_BOARD):
        return Content.styled(text, _DIM)
    return Content.styled(f"! {text}, nothing newer could be read", _HAND)


# The leaderboard


def _board(show: LiveShow, width: int, height: int) -> Lines:
    """Return the leaderboard: as many places in large type as there is room for."""
    timing = timing_text(show.stored.race.definition.timing)
    lines: Lines = [
        Content.assemble(("LEADERBOARD", f"bold {_FOCUS}"), (f"  {timing} (s)", _DIM)),
    ]
    if not show.rows:
        return [*lines, Content(""), Content.styled(wide("nobody has a time yet"), _DIM)]
    tall, small = _split(len(show.rows), height - 1)
    lines += [line for row in show.rows[:tall] for line in _tall(show, row, width)]
    lines += [_small(show, row, width) for row in show.rows[tall : tall + small]]
    left = len(show.rows) - tall - small
    if left:
        lines.append(Content.styled(f"and {left:,} more", _DIM))
    return lines


def _split(number: int, height: int) -> tuple[int, int]:
    """Return how many places are in large type, and how many in lines of their own."""
    if number * ROWS <= height:
        return number, 0
    tall = max(0, min(number, (height - 1) // ROWS))
    rest = height - tall * ROWS
    small = min(number - tall, rest)
    if tall + small < number:
        small = max(0, rest - 1)
    return tall, small


def _tall(show: LiveShow, row: LeaderboardRow, width: int) -> Lines:
    rank, time = big(f"{row.ranking.rank}"), big(lap_text(row.ranking.score))
    first = row.ranking.rank == 1
    style = f"bold {_FOCUS}" if first else ""
    start, end = max(6, len(rank[0]) + 2), len(time[0])
    room = max(1, width - start - end - 2)
    name = _name(show, row.ranking.alias, room)
    gap = Content.styled(fit(gap_text(row.gap), room), _DIM)
    middle = (Content(""), name, gap)
    lines = []
    for number in range(ROWS):
        between = middle[number].truncate(room, ellipsis=True)
        blanks = " " * (room - between.cell_length + 2)
        head = Content.styled(f"{rank[number]:<{start}}", style)
        lines.append(head + between + Content(blanks) + Content.styled(time[number], style))
    return lines


def _small(show: LiveShow, row: LeaderboardRow, width: int) -> Content:
    rank = f"{row.ranking.rank:>3}   "
    end = lap_text(row.ranking.score)
    gap = gap_text(row.gap)
    if width - len(rank) - len(end) - 12 >= _LEAST_NAME:
        end = f"{gap:>10}  {end:>8}"
    room = max(1, width - len(rank) - len(end) - 2)
    name = _name(show, row.ranking.alias, room)
    return Content(rank) + name + Content(" " * (room - name.cell_length + 2) + end)


def _name(show: LiveShow, alias: str, room: int) -> Content:
    """Return a name with room between its letters where there is any, else as it is."""
    name, style = shown_name(show, alias), _DIM if show.is_hidden(alias) else "bold"
    spaced = wide(name)
    return Content.styled(spaced if text_width(spaced) <= room else fit(name, room), style)


# Who runs, who is next, and the queue


def _stage(show: LiveShow, now: datetime, width: int) -> Lines:
    """Return who runs and who is next, in a few lines above the leaderboard."""
    lines = _star(show, now, width)
    if not show.over:
        parts = [f"{number} {shown_name(show, one.participant)}" for number, one in _coming(show)]
        text = "   ".join(parts) or "nobody waits"
        lines.append(Content.assemble(("NEXT  ", f"bold {_FOCUS}"), fit(text, width - 6)))
    return [*lines, Content("")]


def _side(show: LiveShow, now: datetime, width: int, height: int) -> Lines:
    """Return who runs, who is next, and the queue, beside the leaderboard."""
    lines = [*_star(show, now, width), Content("")]
    if show.over:
        return lines
    waiting = show.waiting
    lines.append(Content.styled("NEXT", f"bold {_FOCUS}"))
    for number, one in _coming(show):
        lines += [Content(f"{number:>3}   ") + _name(show, one.participant, width - 6), Content("")]
    if not waiting:
        return [*lines, Content.styled(wide("nobody waits"), _DIM)]
    rest = waiting[NEXT:]
    if rest and height - len(lines) > 2:
        lines.append(Content.styled("THEN", f"bold {_FOCUS}"))
        room = height - len(lines)
        shown = rest if len(rest) <= room else rest[: room - 1]
        for place, one in enumerate(shown, NEXT + 1):
            name = fit(shown_name(show, one.participant), width - 6)
            lines.append(Content(f"{place:>3}   {name}"))
        if len(shown) < len(rest):
            lines.append(Content.styled(f"and {len(rest) - len(shown):,} more", _DIM))
    return lines


def _coming(show: LiveShow) -> list[tuple[int, QueueItem]]:
    return list(enumerate(show.waiting[:NEXT], 1))


def _star(show: LiveShow, now: datetime, width: int) -> Lines:
    """Return the winner, or who runs, in large type where there is one for the name."""
    if show.winner:
        return _large("WINNER", shown_name(show, show.winner), "", width)
    running = show.running
    if running is None:
        takes = {True: "submissions are open", False: "submissions are closed", None: ""}
        told = takes[show.submissions_open]
        return _large("NOW", "", told, width)
    hidden = show.is_hidden(running.alias)
    model = "" if hidden else clean(running.model, _NAME)
    laps = "" if running.laps is None else f"{running.laps} laps"
    beside = " · ".join(filter(None, (model, elapsed_text(running, now), laps)))
    return _large("NOW", shown_name(show, running.alias), beside, width)


def _large(label: str, name: str, beside: str, width: int) -> Lines:
    """Return a label with what stands beside it, and a name below it, always of four lines."""
    head = Content.assemble((label, f"bold {_FOCUS}"), (f"   {beside}" if beside else "", ""))
    head = head.truncate(width, ellipsis=True)
    if name == HIDDEN or not name:
        told = wide(HIDDEN) if name else wide("nobody runs")
        return [head, Content(""), Content.styled(fit(told, width), _DIM), Content("")]
    if is_big(name) and len(big(name)[0]) <= width:
        return [head, *(Content.styled(line, "bold") for line in big(name))]
    spaced = wide(name)
    line = spaced if text_width(spaced) <= width else fit(name, width)
    return [head, Content(""), Content.styled(line, "bold"), Content("")]


def _beside(left: Lines, at: int, right: Lines, height: int) -> Lines:
    """Return two columns of lines, the second from a cell on."""
    lines = []
    for number in range(min(height, max(len(left), len(right)))):
        one = left[number] if number < len(left) else Content("")
        other = right[number] if number < len(right) else Content("")
        blanks = " " * max(0, at - one.cell_length)
        lines.append(one + Content(blanks) + other)
    return lines
