"""Getting ready for a day without network: what is there, how old it is, and what is missing.

What the engine reads is asked for here and read by whichever engine there is; what AWS itself tells
is read by whoever prepares, who has the sponsor's credentials.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drtui.commands.billing import alerts_now
from drtui.commands.billing_reading import read_alerts
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.models import read_all_now, sweep_progress_of
from drtui.commands.offline import has_looked
from drtui.commands.participants import list_pool
from drtui.commands.races import read_boards_now, read_list_now
from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
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
from drtui.store.model_sweeps import ALL_MODELS
from drtui.store.participants import pool_listed_at
from drtui.store.races import all_races, read_race_listing
from drtui.store.rankings import read_leaderboard
from drtui.store.settings import read_settings
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import read_sync_state
from drtui.store.users import user_keys

_NEVER: Final = "never read"


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a day without network needs.

    Attributes:
        name: What it is.
        as_of: When the part of it that is the oldest was read; None never.
        missing: Why it is not whole, or not as fresh as was asked for; empty when it is.
        what: How much there is, in words; can be empty.
    """

    name: str
    as_of: datetime | None
    missing: str = ""
    what: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it as `drtui prepare --json` shows it."""
        return {
            "part": self.name,
            "as_of": iso(self.as_of),
            "missing": self.missing,
            "what": self.what,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What engines were asked to read.

    Attributes:
        since: When, in seconds since the epoch.
        tried: Tells whether all of it was read since, or could not be.
    """

    since: float
    tried: Callable[[], bool]


def ask_for_lists(workspace: Workspace) -> Asked:
    """Ask for the racers, the settings, and the list of races.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    began = workspace.database.clock()
    ask_for_sweep(workspace)
    listed = read_list_now(workspace)
    return Asked(began, lambda: has_looked(workspace, began) and listed())


def ask_for_the_rest(workspace: Workspace, seconds: float) -> Asked:
    """Ask for what the lists lead to: models, leaderboards of open races, queues of live ones.

    Where the firewall counts the calls for models, one by racer, that takes its time.

    Args:
        workspace: The account's.
        seconds: For how long somebody is going to wait.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    began = workspace.database.clock()
    with workspace.database.read() as connection:
        races = _open_races(connection, began)
    boards = read_boards_now(workspace, races)
    read_all_now(workspace)
    declare_interest(workspace.database, ALL_MODELS, seconds)

    def tried() -> bool:
        with workspace.database.read() as connection:
            models = sweep_progress_of(workspace, connection)
        begun = models.since is not None and models.since.timestamp() >= began
        return boards() and ((begun and not models.under_way) or bool(models.trouble))

    return Asked(began, tried)


def read_from_aws(workspace: Workspace, services: SponsorServices) -> list[str]:
    """Read the user pool's users, the billing alerts and the month's costs.

    Returns:
        What could not be read, and why, one sentence each.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    readings: Sequence[tuple[str, Callable[[], object]]] = (
        ("the user pool", lambda: list_pool(workspace, services)),
        ("billing alerts", lambda: read_alerts(workspace, services)),
        ("costs", lambda: read_costs(workspace, services, now=now)),
    )
    problems: list[str] = []
    for name, read in readings:
        try:
            read()
        except (SponsorError, ProblemError) as error:
            problems.append(f"{name}: {clean(str(error), 500)}")
    return problems


def parts(
    workspace: Workspace, *, since: float | None = None, second_door: bool = False
) -> list[Part]:
    """Return what there is, how old it is, and what is missing.

    Args:
        workspace: The account's.
        since: What is older counts as missing; in seconds since the epoch, None is never.
        second_door: Whether what AWS itself tells is needed too.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        found = [
            *_of_racers(connection, since),
            _of_models(workspace, connection, since),
            *_of_races(workspace, connection, since),
        ]
        listed_at = pool_listed_at(connection)
    if second_door:
        costs, alerts = costs_now(workspace), alerts_now(workspace)
        found += [
            _part("User pool", listed_at, since),
            _part("Billing alerts", alerts.as_of, since),
            # Cost Explorer takes money for each answer, and keeps them for a day itself.
            _part("Costs", None if costs.actual is None else costs.actual.as_of, None),
        ]
    return found


def _of_racers(connection: Transaction, since: float | None) -> list[Part]:
    state, users = read_sync_state(connection), len(user_keys(connection))
    partly = "only names could be read" if swept_names_only(connection) else ""
    why = partly or state.halt_reason or state.trouble
    _, settings_at = read_settings(connection)
    racers = _part("Racers", state.swept_from, since, why, counted(users, "profile"))
    if partly and not racers.missing:
        racers = Part(racers.name, racers.as_of, partly, racers.what)
    return [racers, _part("Settings", settings_at, since, why)]


def _of_models(workspace: Workspace, connection: Transaction, since: float | None) -> Part:
    progress = sweep_progress_of(workspace, connection)
    what = f"of {counted(progress.racers, 'racer')}"
    if progress.under_way and progress.done < progress.racers:
        what = f"of {progress.done:,} of {counted(progress.racers, 'racer')}"
        return Part("Models", progress.oldest, progress.trouble or "still being read", what)
    if progress.oldest is None and progress.newest is not None:
        return Part("Models", progress.newest, "those of some racers were never read", what)
    return _part("Models", progress.oldest, since, progress.trouble, what)


def _of_races(workspace: Workspace, connection: Transaction, since: float | None) -> list[Part]:
    listing = read_race_listing(connection)
    races = _open_races(connection, workspace.database.clock())
    boards = [read_leaderboard(connection, one.race.race_id) for one in races]
    live = [one for one in races if one.race.definition.live]
    queues = [read_live(connection, one.race.race_id) for one in live]
    return [
        _part("Races", listing.read_at, since, listing.trouble, f"{len(races):,} open"),
        _all_of("Leaderboards", [(one.read_at, one.trouble) for one in boards], since),
        _all_of("Live races", [(one.read_at, one.trouble) for one in queues], since),
    ]


def _open_races(connection: Transaction, now: float) -> list[StoredRace]:
    at = datetime.fromtimestamp(now, UTC)
    return [
        one for one in all_races(connection) if state_of(one.race.definition, at) is RaceState.OPEN
    ]


def _all_of(name: str, read: Sequence[tuple[datetime | None, str]], since: float | None) -> Part:
    single = [_part(name, at, since, trouble) for at, trouble in read]
    missing = [one.missing for one in single if one.missing]
    known = [at for at, _ in read if at is not None]
    why = f"{len(missing):,} of {len(single):,}: {missing[0]}" if missing else ""
    return Part(name, min(known, default=None), why, f"{len(single):,}")


def _part(
    name: str, as_of: datetime | None, since: float | None, trouble: str = "", what: str = ""
) -> Part:
    if as_of is None:
        missing = trouble or _NEVER
    elif since is not None and as_of.timestamp() < since:
        missing = trouble or "not read this time"
    else:
        missing = ""
    return Part(name, as_of, clean(missing, 300), what)
