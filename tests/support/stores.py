"""A filled store for tests: racers as a sweep of a deployment leaves them.

    database = filled_store(tmp_path / "account.db", racers=200)
    operation = submitted(database, plan)            # as another console would
    delivered(database, operation, first=120)        # as the engine would

The clock stands still at `NOW` unless another is given. The first racers are hand-made: wide and
hostile aliases, unknown and unlimited values, an admin; the rest are plain and numbered.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count as numbers
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from drtui.domain.authors import Author
from drtui.domain.operations import Item, ItemState
from drtui.domain.planning import Plan
from drtui.domain.records import UNLIMITED, AccountSettings, Profile
from drtui.store import operation_log
from drtui.store.database import Database, open_database
from drtui.store.delivery import exchange
from drtui.store.settings import write_settings
from drtui.store.settlement import Settlement
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.sync_state import Connectivity, write_caller, write_connectivity

NOW: Final = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC).timestamp()
SWEPT: Final = NOW - 12
ME: Final = "admin0000000001"
DEFAULTS: Final = AccountSettings(300, 3, "invite-only")
_PAGE: Final = 100
_EVERYTHING: Final = 1_000_000
_GB: Final = 2**30
_JOINED: Final = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)


def frozen_clock() -> float:
    """The moment at which tests look at the store."""
    return NOW


def profile_id(number: int) -> str:
    """The id of the racer of that number."""
    return f"racer{number:010d}"


def _racer(
    number: int,
    alias: str,
    minutes: tuple[int | None, int | None],
    models: tuple[int | None, int | None],
    gb: float | None,
    *,
    queued: int | None = 0,
    email: str | None = "",
) -> Profile:
    return Profile(
        profile_id=profile_id(number),
        alias=alias,
        email=f"{alias.lower()}@example.com" if email == "" else email,
        role_name="dr-racers",
        minutes_used=minutes[0],
        minutes_queued=queued,
        minutes_limit=minutes[1],
        models=models[0],
        models_limit=models[1],
        storage_bytes=None if gb is None else int(gb * _GB),
        created_at=_JOINED + timedelta(hours=number),
    )


def special_profiles() -> list[Profile]:
    """One of each kind that a screen has to show well."""
    first = "RacerAlias"
    racers = [
        _racer(1, "ada-l", (276, 300), (3, UNLIMITED), 1.2, queued=30),
        _racer(2, "b0lt", (300, 300), (2, 3), 0.8),
        _racer(3, "carlos_v", (186, 0), (1, 0), 0.4),
        _racer(4, "dmx", (288, 300), (4, UNLIMITED), 2.0, email="dana.mertens@example.com"),
        _racer(5, first, (0, 300), (0, 3), 0, email="eve@example.com"),
        _racer(6, first, (0, 300), (0, 3), 0, email="finn.okonkwo-lindqvist@students.example.edu"),
        _racer(7, "grace", (75_276, UNLIMITED), (128, UNLIMITED), 412.4, queued=600),
        _racer(8, "車手一号", (120, 300), (2, 3), 0.6, email="hana@example.com"),
        _racer(9, "🏎️speedy🔥", (45, 300), (1, 3), 0.1, email="ivan@example.com"),
        _racer(10, "[bold red]jo[/]", (30, 300), (1, 3), 0.1, email="jo@example.com"),
        _racer(11, "evil\x1b[2J\u202eparty", (15, 300), (1, 3), 0.1, email="k@example.com"),
        _racer(12, "L" * 64, (60, 90), (1, 3), 0.1, email="long@example.com"),
        _racer(13, "unknown-one", (None, None), (None, None), None, queued=None, email=None),
        _racer(14, "zero-hours", (12, 0), (1, 3), 0.1),
    ]
    facilitator = Profile("facil0000000001", "fay", "fay@example.com", "dr-race-facilitators")
    admin = Profile(ME, "ada.admin", "ada@example.com", "dr-admins", 0, 0, UNLIMITED, 0, UNLIMITED)
    return [*racers, facilitator, admin]


def plain_profiles(count: int, first: int = 100) -> list[Profile]:
    """As many plain racers, each with some use of a limit of five hours and three models."""
    return [
        _racer(
            number,
            f"racer-{number:05d}",
            ((number * 37) % 290, 300),
            (number % 4, 3),
            (number % 25) / 10,
            queued=(number % 9 == 0) * 20,
        )
        for number in range(first, first + count)
    ]


def swept(database: Database, profiles: list[Profile]) -> None:
    """Write profiles as a complete sweep would, 100 a page."""
    sweep, began = begin_sweep(database)
    for start in range(0, len(profiles), _PAGE):
        write_page(database, profiles[start : start + _PAGE], sweep, began)
    complete_sweep(database, sweep, began)


def filled_store(
    path: Path,
    racers: int = 40,
    clock: Callable[[], float] = frozen_clock,
    settings: AccountSettings = DEFAULTS,
) -> Database:
    """Open a store with the special racers, as many plain ones, settings, and a connection.

    What there is at the path already stays, as it would with one more sweep.
    """
    if path.exists():
        _fill(path, racers, settings)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_filled(racers, settings))
    return open_database(path, clock)


@cache
def _filled(racers: int, settings: AccountSettings) -> bytes:
    """What is in the file of a new store that was filled: the same for every test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "account.db"
        _fill(path, racers, settings)
        assert [each.name for each in path.parent.iterdir()] == [path.name]
        return path.read_bytes()


def _fill(path: Path, racers: int, settings: AccountSettings) -> None:
    with closing(open_database(path, lambda: SWEPT)) as database:
        swept(database, special_profiles() + plain_profiles(racers))
        write_settings(database, settings)
        write_connectivity(database, Connectivity.ONLINE)
        write_caller(database, ME, "ada.admin")


def submitted(database: Database, plan: Plan, who: str = "ada") -> int:
    """Submit a plan as somebody would."""
    return operation_log.submit(database, plan, Author(who, "ada.admin"))


_claims = numbers(1)


def delivered(
    database: Database,
    operation: int,
    first: int | None = None,
    state: ItemState = ItemState.DONE,
    reason: str = "refused by the deployment",
) -> None:
    """Settle an operation's items as the engine would; only as many as `first` says.

    Items of earlier operations stay as they are.
    """
    claim = next(_claims)
    claimed = exchange(database, [], _EVERYTHING, claim)
    own = [item for item in claimed if item.operation_id == operation][:first]
    done = state is ItemState.DONE
    exchange(
        database,
        [
            Settlement(
                item,
                state if item in own else ItemState.PENDING,
                claim=claim,
                reason=reason if item in own and not done else "",
                confirmed=item.after if item in own and done else None,
                counted=item in own,
            )
            for item in claimed
        ],
        0,
        claim,
    )


def items_of(database: Database, operation: int) -> list[Item]:
    """The items of an operation, in order."""
    with database.read() as connection:
        return operation_log.items(connection, operation)
