"""What a marshal reads above the queue of a live race: how it stands, who runs, who is next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from textual.content import Content

from drtui.domain.leaderboards import lap_text, with_unit
from drtui.domain.live_races import QueueStatus
from drtui.domain.live_shows import NEXT, LiveShow, Running
from drtui.domain.live_times import MOVING
from drtui.domain.race_states import countdown, live_countdown, live_status_text, timing_text
from drtui.domain.text import clean
from drtui.domain.wording import capitalised
from drtui.screens.racer_facts import moment
from drtui.widgets.facts import Lines, labelled
from drtui.widgets.sync_status import age_text, local

OLD: Final = timedelta(seconds=20)
"""What is read every few seconds is said to be old from this age on."""

LAUNCH, AUTO, SUBMISSIONS, ALL, WINNER = "launch", "auto", "submissions", "all", "winner"
"""What of a race something is being done to, beside its submissions."""

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_LABEL: Final = 8
_NAME: Final = 40
_UNKNOWN: Final = "not known"
_LEAST_LEAD: Final = 12  # cells of what stands before the age


def title(show: LiveShow, now: datetime, width: int) -> Lines:
    """Return the race, how it stands, and the clock."""
    name = Content.styled(clean(show.stored.race.definition.name, 80) or "Live race", "bold")
    clock = Content(f"{local(now):%H:%M:%S %Z}")
    words = Content.styled(status_text(show), _FOCUS)
    room = width - clock.cell_length - words.cell_length - 5
    left = name.truncate(max(8, room), ellipsis=True) + Content("  ") + words
    gap = max(1, width - left.cell_length - clock.cell_length)
    return [(left + Content(" " * gap) + clock).truncate(width, ellipsis=True)]


def age_line(show: LiveShow, now: datetime, width: int) -> Lines:
    """Return when something begins or ends, and how old all of it is, which is cut last."""
    race = show.race
    parts = [Content(one) for one in (live_countdown(race, now),) if one]
    if MOVING in show.stored.pending:
        parts.append(Content.styled(MOVING, _PENDING))
    parts.append(Content(countdown(race.definition, now)))
    if show.stored.gone_at is not None:
        parts = [Content.styled("this race is not there any more", _HAND)]
    age = _age(show, now)
    room = width - age.cell_length - len(_SEPARATOR)
    lead = _SEPARATOR.join(parts).truncate(max(_LEAST_LEAD, room), ellipsis=True)
    return [_SEPARATOR.join([lead, age]).truncate(width, ellipsis=True)]


def standing(show: LiveShow, doing: Mapping[str, str], now: datetime, width: int) -> Lines:
    """Return who runs, who is next, the switches, and the numbers of the queue.

    Args:
        show: The race.
        doing: What is being done to `LAUNCH`, `AUTO`, `SUBMISSIONS`, `ALL` or `WINNER`.
        now: The moment.
        width: In cells.
    """
    pairs = []
    if show.winner or WINNER in doing:
        pairs.append(("Winner", _winner(show) + _doing(doing, WINNER)))
    running = show.running
    nothing = "no submission runs" if show.read_at is not None else _UNKNOWN
    now_runs = Content.styled(nothing, _DIM) if running is None else _runs(running, now)
    pairs.append(("Now", now_runs + _doing(doing, LAUNCH)))
    pairs.append(("Next", _next(show)))
    switches = [
        _switch("submissions", show.submissions_open, "open", "closed")
        + _doing(doing, SUBMISSIONS),
        _switch("auto-launch", show.auto_launch, "on", "off") + _doing(doing, AUTO),
    ]
    pairs.append(("Race", _SEPARATOR.join(switches)))
    pairs.append(("Queue", _counts(show) + _doing(doing, ALL)))
    lines = []
    for name, value in pairs:
        room = width - _LABEL
        lines += labelled([(name, value.truncate(max(2, room), ellipsis=True))], width, _LABEL)
    return lines


def status_text(show: LiveShow) -> str:
    """Return how a live race stands, in a word or two."""
    if show.over:
        return "completed"
    return live_status_text(show.live_status)


def ranking_title(show: LiveShow, width: int) -> Lines:
    """Return the leaderboard's heading: what it is ranked by."""
    timing = timing_text(show.stored.race.definition.timing)
    line = Content.assemble(("Leaderboard", f"bold {_FOCUS}"), (f"  {timing}", _DIM))
    return [line.truncate(width, ellipsis=True)]


def elapsed_text(running: Running, now: datetime) -> str:
    """Return for how long something has run: `1:12`; empty where it is not known."""
    if running.since is None:
        return ""
    seconds = max(0, int((now - running.since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _age(show: LiveShow, now: datetime) -> Content:
    read_at, trouble = show.read_at, clean(show.trouble, 80)
    if read_at is None:
        told = f"not read yet: {trouble}" if trouble else "not read yet"
        return Content.styled(told, _HAND if trouble else _DIM)
    age = now - read_at
    text = f"as of {moment(read_at, now)} ({age_text(age)})"
    if age < OLD and not trouble:
        return Content.styled(text, _DIM)
    why = f": {trouble}" if trouble else ""
    return Content.styled(f"! {text}{why}", _HAND)


def _winner(show: LiveShow) -> Content:
    if not show.winner:
        return Content("")
    return Content.styled(clean(show.winner, _NAME), "bold") + _if_hidden(show, show.winner)


def _runs(running: Running, now: datetime) -> Content:
    parts = [Content.styled(clean(running.alias, _NAME) or "somebody", f"bold {_FOCUS}")]
    if running.model:
        parts.append(Content(clean(running.model, _NAME)))
    if running.since is not None:
        told = f"{elapsed_text(running, now)} so far, since {local(running.since):%H:%M:%S}"
        parts.append(Content(told))
    if running.laps is not None:
        parts.append(Content(f"{running.laps} laps"))
    if running.best_lap is not None:
        parts.append(Content(f"best {with_unit(lap_text(running.best_lap))}"))
    return _SEPARATOR.join(parts)


def _next(show: LiveShow) -> Content:
    waiting = show.waiting[:NEXT]
    if not waiting:
        return Content.styled(_UNKNOWN if show.read_at is None else "nobody waits", _DIM)
    parts = []
    for number, item in enumerate(waiting, 1):
        name = Content.assemble((f"{number} ", _DIM), clean(item.participant, _NAME) or "?")
        parts.append(name + _if_hidden(show, item.participant))
    return _SEPARATOR.join(parts)


def _if_hidden(show: LiveShow, alias: str) -> Content:
    return Content.styled(" (hidden)", _PENDING) if show.is_hidden(alias) else Content("")


def _switch(name: str, value: bool | None, yes: str, no: str) -> Content:
    if value is None:
        return Content(f"{name} ?")
    word = Content.styled(yes, "bold") if value else Content(no)
    return Content(f"{name} ") + word


def _counts(show: LiveShow) -> Content:
    if show.live.read_at is None:
        return Content.styled("not read yet", _DIM)
    counts = (
        ("waits", "wait", QueueStatus.PENDING, ""),
        ("runs", "run", QueueStatus.IN_PROGRESS, _FOCUS),
        ("done", "done", QueueStatus.COMPLETED, ""),
        ("failed", "failed", QueueStatus.FAILED, _HAND),
    )
    parts = []
    for one, several, status, style in counts:
        number = show.count(status)
        if number or status is QueueStatus.PENDING:
            word = one if number == 1 else several
            parts.append(Content.styled(f"{number:,} {word}", style if number else ""))
    return _SEPARATOR.join(parts)


def _doing(doing: Mapping[str, str], what: str) -> Content:
    return Content.styled(f"  {doing[what]}", _PENDING) if what in doing else Content("")


def told(text: str, at: datetime, *, wrong: bool, width: int) -> Lines:
    """Return what came of the last thing that was done, with its time; two lines at the most."""
    whole = Content.assemble(
        (f"{local(at):%H:%M:%S} ", _DIM), (capitalised(text), _HAND if wrong else "")
    )
    lines = [one.rstrip() for one in whole.wrap(max(2, width))]
    return [*lines[:1], *(one.truncate(width, ellipsis=True) for one in lines[1:2])]
