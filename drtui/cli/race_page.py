"""How `drtui races show` prints a race."""

from datetime import datetime, tzinfo
from typing import Final

from drtui.cli.tables import print_page
from drtui.commands.races import StoredRacePage
from drtui.domain.leaderboards import lap_text
from drtui.domain.race_fields import preview
from drtui.domain.race_states import RaceState, countdown, live_countdown, live_text, state_of
from drtui.domain.race_times import time_text
from drtui.domain.races import Definition
from drtui.domain.text import iso
from drtui.domain.wording import capitalised, counted

Pairs = list[tuple[str, str]]
_LEADING: Final = 3


def print_race(page: StoredRacePage, now: datetime, zone: tzinfo, link: str) -> None:
    """Print everything that is known of a race, but for the whole of its leaderboard.

    Args:
        page: What is known.
        now: The present.
        zone: In which times are told.
        link: Where the race is on the web; empty is unknown.
    """
    stored = page.stored
    race = stored.race.definition
    racers = stored.race.participants
    print_page(
        [
            ("Race id", stored.race.race_id),
            ("State", stage_text(race, now)),
            *((capitalised(label), text) for label, text in preview(race, zone)),
            ("Participants", "unknown" if racers is None else f"{racers:,}"),
            *_live(page, now, zone),
            *_leaders(page, zone),
            ("Link", link or "unknown"),
            ("Pending", stored.pending or "nothing"),
            ("Gone", iso(stored.gone_at) or "no"),
            ("As of", time_text(stored.as_of.replace(microsecond=0), zone)),
        ]
    )


def stage_text(race: Definition, now: datetime) -> str:
    """Say where a race stands: `opens in 3 d`, `open, closes in 2 h`, `closed 5 d ago`."""
    is_open = state_of(race, now) is RaceState.OPEN
    return f"open, {countdown(race, now)}" if is_open else countdown(race, now)


def _live(page: StoredRacePage, now: datetime, zone: tzinfo) -> Pairs:
    if not page.stored.race.definition.live:
        return []
    race, queue, state = page.stored.race, page.live.queue, page.live.state
    told = ", ".join(filter(None, (live_text(race), live_countdown(race, now))))
    age = _age(page.live.read_at, zone)
    pairs = [
        ("Live", told),
        ("Queue", f"{counted(len(queue), 'submission')}, {age}"),
        ("Winner", (state.winner if state is not None else "") or "not declared"),
    ]
    return [*pairs, *([("", page.live.trouble)] if page.live.trouble else [])]


def _leaders(page: StoredRacePage, zone: tzinfo) -> Pairs:
    board = page.board
    if board.read_at is None:
        return [("Leaderboard", board.trouble or "never read")]
    known = f"{counted(len(board.rankings), 'racer')}, {_age(board.read_at, zone)}"
    leaders = sorted(board.rankings, key=lambda one: one.rank)[:_LEADING]
    return [
        ("Leaderboard", known),
        *(("", f"{one.rank}  {lap_text(one.score)}  {one.alias}") for one in leaders),
        *([("", board.trouble)] if board.trouble else []),
    ]


def _age(at: datetime | None, zone: tzinfo) -> str:
    return "never read" if at is None else f"as of {time_text(at, zone)}"
