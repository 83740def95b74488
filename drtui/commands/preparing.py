"""Getting ready for a day without network: what is there, how old it is, and what is missing.

What the engine reads is asked for here and read by whichever engine there is; what AWS itself tells
is read by whoever prepares, who has the sponsor's credentials.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drtui.commands.billing import alerts_now
from drtui.commands.billing_reading import read_alerts
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.models import (
    STOPPED,
    SweepProgress,
    read_all_now,
    sweep_progress,
    sweep_progress_of,
)
from drtui.commands.participants import list_pool
from drtui.commands.prerequisites import check, last_checked
from drtui.commands.races import watch_race, watch_races
from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
from drtui.domain.durations import rounded_up_text
from drtui.domain.problems import ProblemError
from drtui.domain.race_records import StoredRace
from drtui.domain.race_states import RaceState, state_of
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.store.database import Transaction
from drtui.store.interests import declare_interest
from drtui.store.live_races import read_live
from drtui.store.model_sweeps import ALL_MODELS, read_model_sweep
from drtui.store.participants import pool_listed_at
from drtui.store.races import all_races, read_race_listing
from drtui.store.rankings import read_leaderboard
from drtui.store.settings import read_settings
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.users import user_keys

FRESH_SECONDS: Final = 60.0
"""What was read so shortly before is not read again."""

_ASKED_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 10.0  # another engine may have taken over, which was not asked
_AWAY_SECONDS: Final = 6.0  # for so long an account that cannot be read is given a chance
_STUCK_SECONDS: Final = 20.0  # for so long a part that cannot be
_NEVER: Final = "never read"


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a day without network needs.

    Attributes:
        name: What it is.
        as_of: When the part of it that is the oldest was read; None never.
        missing: Why it is not whole, or not as fresh as was asked for; empty when it is.
        what: How much there is, in words; can be empty.
        failed: Whether it is missing since reading it has failed.
    """

    name: str
    as_of: datetime | None
    missing: str = ""
    what: str = ""
    failed: bool = False

    def as_json(self) -> dict[str, object]:
        """Return it as `drtui prepare --json` shows it."""
        return {
            "part": self.name,
            "as_of": iso(self.as_of),
            "missing": self.missing,
            "what": self.what,
        }


def verdict(parts: Sequence[Part]) -> str:
    """Say whether everything is there for a day without network, in a sentence."""
    missing = [one.name.lower() for one in parts if one.missing]
    if not missing:
        return "Ready for a day without network."
    return f"{counted(len(missing), 'part')} missing: {', '.join(missing)}."


class Preparing:
    """What engines read, being read anew; one of this process or of another does it.

    Args:
        workspace: The account's.
        seconds: For how long to wait at the most.
        files: Whether the files of models are to be added up too, which the second door tells.
        clock: Monotonic, in seconds.

    Attributes:
        since: What is older counts as missing; in seconds since the epoch.
    """

    def __init__(
        self,
        workspace: Workspace,
        seconds: float,
        *,
        files: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.since = workspace.database.clock() - FRESH_SECONDS
        self._workspace = workspace
        self._files = files
        self._clock = clock
        self._late_at = clock() + seconds
        self._ask_at = float("-inf")
        self._asked: set[str] = set()
        self._away_since: float | None = None
        self._moved: dict[str, tuple[Part, float]] = {}  # by part: as it is, and since when
        self._models_asked = False

    def turn(self) -> bool:
        """Ask for what is missing; return whether all of it is there, or is not to be had now.

        To be called a few times a second.

        Raises:
            StoreProblemError: The store cannot be read or written.
        """
        now = self._clock()
        with self._workspace.database.read() as connection:
            state = read_sync_state(connection)
            found = _of_engine(self._workspace, connection, self.since)
        missing = [one for one in found if one.missing]
        if now >= self._late_at or self._is_away(state, now):
            return True
        if not [one for one in missing if not self._is_stuck(one, now)]:
            return True
        names = {one.name for one in missing}
        if now >= self._ask_at or names - self._asked:  # the list tells of leaderboards
            self._ask_at = now + _AGAIN_SECONDS
            self._ask(names, state)
        self._asked = names
        return False

    def too_long(self) -> str:
        """Say what will not be read in time, and how long it takes; empty where all will be."""
        progress, now = sweep_progress(self._workspace), self._workspace.database.clock()
        needed = seconds_left(progress, now)
        if needed <= self._late_at - self._clock():
            return ""
        return (
            f"Not all models will be read in that time: they take {rounded_up_text(needed)} more. "
            "What was read until then is kept, and the next time goes on from there."
        )

    def _is_away(self, state: SyncState, now: float) -> bool:
        away = state.halt is not None or state.connectivity is Connectivity.OFFLINE
        if not away:
            self._away_since = None
        elif self._away_since is None:
            self._away_since = now
        return self._away_since is not None and now - self._away_since >= _AWAY_SECONDS

    def _is_stuck(self, part: Part, now: float) -> bool:
        """Whether a part could not be read for a while, and nothing of it gets on."""
        before, since = self._moved.get(part.name, (None, now))
        if part != before:
            self._moved[part.name] = (part, now)
            return False
        return part.failed and now - since >= _STUCK_SECONDS

    def _ask(self, missing: set[str], state: SyncState) -> None:
        workspace = self._workspace
        if missing & {_RACERS, _SETTINGS} and not state.sweeping:
            ask_for_sweep(workspace)
        if missing & {_RACES, _BOARDS, _LIVE}:
            watch_races(workspace, _ASKED_SECONDS)
        at = workspace.database.clock()
        with workspace.database.read() as connection:
            races = [
                one
                for one in _with_boards(connection, at)
                if _board(connection, one, self.since).missing
                or (_is_open(one, at) and _queue(connection, one, self.since).missing)
            ]
        for one in races:
            live = one.race.definition.live
            watch_race(workspace, one.race.race_id, _ASKED_SECONDS, live=live)
        if _MODELS in missing:
            if not self._models_asked:
                read_all_now(workspace, files=self._files)
                self._models_asked = True
            declare_interest(workspace.database, ALL_MODELS, _ASKED_SECONDS)


def read_from_aws(workspace: Workspace, services: SponsorServices) -> list[str]:
    """Read the user pool's users, the billing alerts, the month's costs, and run the checklist.

    Returns:
        What could not be read, and why, one sentence each.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    readings: list[tuple[str, Callable[[], object]]] = [
        ("billing alerts", lambda: read_alerts(workspace, services)),
        ("costs", lambda: read_costs(workspace, services, now=now)),
        ("the checklist", lambda: check(workspace, services)),
    ]
    if services.user_pool is not None:
        readings.insert(0, ("the user pool", lambda: list_pool(workspace, services)))
    problems: list[str] = []
    for name, read in readings:
        try:
            read()
        except (SponsorError, ProblemError) as error:
            problems.append(f"{name}: {clean(str(error), 500)}")
    return problems


def parts(
    workspace: Workspace,
    *,
    since: float | None = None,
    second_door: bool = False,
    pool: bool = True,
) -> list[Part]:
    """Return what there is, how old it is, and what is missing.

    Args:
        workspace: The account's.
        since: What is older counts as missing; in seconds since the epoch, None is never.
        second_door: Whether what AWS itself tells is needed too.
        pool: Whether the deployment's user pool is known, where it is.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        found = _of_engine(workspace, connection, since)
        listed_at = pool_listed_at(connection)
    if second_door:
        costs, alerts = costs_now(workspace), alerts_now(workspace)
        found += [
            *([_part("User pool", listed_at, since)] if pool else []),
            _part("Billing alerts", alerts.as_of, since),
            # Cost Explorer takes money for each answer, and keeps them for a day itself.
            _part("Costs", None if costs.actual is None else costs.actual.as_of, None),
            _part("Checklist", last_checked(workspace)[1], since),
        ]
    return found


def ages(workspace: Workspace, connection: Transaction) -> dict[str, datetime | None]:
    """Return when the racers, the models and the races were read: the oldest of each.

    The same as `parts` says; None is never.
    """
    return {
        "racers": read_sync_state(connection).swept_from,
        "models": _of_models(workspace, connection, None).as_of,
        "races": read_race_listing(connection).read_at,
    }


_RACERS: Final = "Racers"
_SETTINGS: Final = "Settings"
_MODELS: Final = "Models"
_RACES: Final = "Races"
_BOARDS: Final = "Leaderboards"
_LIVE: Final = "Live races"


def _of_engine(workspace: Workspace, connection: Transaction, since: float | None) -> list[Part]:
    return [
        *_of_racers(connection, since),
        _of_models(workspace, connection, since),
        *_of_races(connection, since, workspace.database.clock()),
    ]


def _of_racers(connection: Transaction, since: float | None) -> list[Part]:
    state, users = read_sync_state(connection), len(user_keys(connection))
    partly = "only names could be read" if swept_names_only(connection) else ""
    why = partly or state.halt_reason or state.trouble
    _, settings_at = read_settings(connection)
    racers = _part(_RACERS, state.swept_from, since, why, counted(users, "profile"))
    if partly and not racers.missing:
        racers = Part(racers.name, racers.as_of, partly, racers.what, failed=True)
    return [racers, _part(_SETTINGS, settings_at, since, why)]


def _of_models(workspace: Workspace, connection: Transaction, since: float | None) -> Part:
    progress = sweep_progress_of(workspace, connection)
    ended = read_model_sweep(connection).ended_at
    what = f"of {counted(progress.racers, 'racer')}"
    trouble, now = clean(progress.trouble, 300), workspace.database.clock()
    if progress.under_way and progress.done < progress.racers:
        # A round that reads them again takes nothing away of what is known.
        if progress.oldest and (since is None or progress.oldest.timestamp() >= since):
            again = "" if progress.stopped else "; reading again"
            return Part(_MODELS, progress.oldest, what=f"{what}{again}")
        what = f"of {progress.done:,} of {counted(progress.racers, 'racer')}"
        going = f"still being read{_time_left(progress, now)}"
        told = trouble or (STOPPED if progress.stopped else going)
        as_of = progress.oldest or progress.newest
        return Part(_MODELS, as_of, told, what, failed=bool(trouble))
    if progress.oldest is None and progress.newest is not None:
        told = trouble or "those of some racers were never read"
        return Part(_MODELS, progress.newest, told, what, failed=bool(trouble))
    if since is not None and ended is not None and ended >= since:
        since = None  # a round racer by racer takes its time, and may have begun before
    return _part(_MODELS, progress.oldest, since, progress.trouble, what)


def _time_left(progress: SweepProgress, now: float) -> str:
    """Return how fast models are read racer by racer, and for how long; empty where not known."""
    left, racers = seconds_left(progress, now), progress.racers - progress.done
    if not left:
        return ""
    return f": about {max(1, round(60 * racers / left)):,} a minute, {rounded_up_text(left)} left"


def seconds_left(progress: SweepProgress, now: float) -> float:
    """Return how long reading everybody's models still takes; 0 where that is not known."""
    end = progress.expected_end
    return 0.0 if end is None else max(0.0, end.timestamp() - now)


def _of_races(connection: Transaction, since: float | None, now: float) -> list[Part]:
    listing = read_race_listing(connection)
    races = _with_boards(connection, now)
    is_open = [one for one in races if _is_open(one, now)]
    live = [one for one in is_open if one.race.definition.live]
    return [
        _part(_RACES, listing.read_at, since, listing.trouble, f"{len(is_open):,} open"),
        _all_of(_BOARDS, [_board(connection, one, since) for one in races]),
        _all_of(_LIVE, [_queue(connection, one, since) for one in live]),
    ]


def _state(stored: StoredRace, now: float) -> RaceState:
    return state_of(stored.race.definition, datetime.fromtimestamp(now, UTC))


def _is_open(stored: StoredRace, now: float) -> bool:
    return _state(stored, now) is RaceState.OPEN


def _with_boards(connection: Transaction, now: float) -> list[StoredRace]:
    """The races that have a leaderboard to be read: those that are there and have opened."""
    return [
        one
        for one in all_races(connection)
        if one.gone_at is None and _state(one, now) is not RaceState.FUTURE
    ]


def _board(connection: Transaction, stored: StoredRace, since: float | None) -> Part:
    board = read_leaderboard(connection, stored.race.race_id)
    if board.read_at is not None and board.read_at >= stored.race.definition.closes_at:
        return Part(_BOARDS, None)  # it does not change any more, and has no age
    return _part(_BOARDS, board.read_at, since, board.trouble)


def _queue(connection: Transaction, stored: StoredRace, since: float | None) -> Part:
    if not stored.race.definition.live:
        return Part(_LIVE, None)
    live = read_live(connection, stored.race.race_id)
    return _part(_LIVE, live.read_at, since, live.trouble)


def _all_of(name: str, found: Sequence[Part]) -> Part:
    missing = [one for one in found if one.missing]
    known = [one.as_of for one in found if one.as_of is not None]
    why = f"{len(missing):,} of {len(found):,}: {missing[0].missing}" if missing else ""
    failed = bool(missing) and all(one.failed for one in missing)
    return Part(name, min(known, default=None), why, f"{len(found):,}", failed)


def _part(
    name: str, as_of: datetime | None, since: float | None, trouble: str = "", what: str = ""
) -> Part:
    if as_of is None:
        missing = trouble or _NEVER
    elif since is not None and as_of.timestamp() < since:
        missing = trouble or "not read this time"
    else:
        missing = ""
    return Part(name, as_of, clean(missing, 300), what, failed=bool(missing and trouble))
