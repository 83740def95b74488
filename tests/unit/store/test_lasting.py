"""What the store knows of how long the sign-in is good for, and of the work that is left."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drtui.commands.lasting import sign_in_warning
from drtui.commands.scheduling import cancel
from drtui.commands.workspace import Workspace
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.store.database import Database
from drtui.store.lasting import read_kept, remaining_work, write_kept
from drtui.store.sign_in import write_sign_in
from drtui.store.sync_state import Connectivity, read_sync_state, write_connectivity, write_pace
from tests.support.logs import SteppedClock
from tests.support.operations import quota
from tests.support.scheduling import found, scheduled_pause
from tests.support.stores import NOW, delivered, filled_store


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = filled_store(tmp_path / "account.sqlite", racers=40, clock=clock)
    yield opened
    opened.close()


def signed_in(database: Database, *, password: bool = False) -> None:
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    write_kept(database, "ada", password=password, outlives=True)


def warned(database: Database) -> str:
    with database.read() as connection:
        return sign_in_warning(connection, database.clock())


def seconds_left(database: Database) -> float | None:
    with database.read() as connection:
        state = read_sync_state(connection)
        return remaining_work(connection, state, database.clock()).seconds


def test_when_a_sign_in_began_is_known_until_somebody_else_signs_in(database: Database) -> None:
    signed_in(database)
    with database.read() as connection:
        kept = read_kept(connection)
    assert kept is not None
    assert kept.ends_at == datetime.fromtimestamp(NOW, UTC) + timedelta(days=1)
    write_sign_in(database, SignInState.SIGNED_IN, "bo", Role.ADMIN)
    with database.read() as connection:
        assert read_kept(connection) is None
    write_sign_in(database, SignInState.NEEDED, "ada")
    with database.read() as connection:
        assert read_kept(connection) is None


def test_what_is_left_is_reckoned_by_the_pace_and_not_without_a_network(
    database: Database,
) -> None:
    assert seconds_left(database) == 0.0
    number = quota(database, "racer-0010")
    assert seconds_left(database) is None
    write_pace(database, 2.0, 110.0)
    assert seconds_left(database) == 5.0
    delivered(database, number, first=4)
    assert seconds_left(database) == 3.0
    write_connectivity(database, Connectivity.OFFLINE)
    assert seconds_left(database) is None


def test_a_warning_comes_when_the_end_is_near_and_goes_with_the_work(
    database: Database, clock: SteppedClock
) -> None:
    signed_in(database)
    number = quota(database, "racer-0010")
    assert warned(database) == ""
    clock.now += 23 * 3_600
    assert "10 changes still wait" in warned(database)
    delivered(database, number)
    assert warned(database) == ""


def test_no_warning_where_the_password_is_kept_or_nothing_is_known(
    database: Database, clock: SteppedClock
) -> None:
    quota(database, "racer-0010")
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    clock.now += 23 * 3_600
    assert warned(database) == ""
    clock.now = NOW
    signed_in(database, password=True)
    clock.now += 23 * 3_600
    assert warned(database) == ""


def test_an_operation_for_a_set_time_after_the_end_is_told(database: Database) -> None:
    signed_in(database)
    ada = Workspace(database, "ada")
    for hours, says in ((20, False), (30, True)):
        number = scheduled_pause(ada, NOW + hours * 3_600)
        assert ("begin only after that" in warned(database)) is says
    cancel(ada, found(ada, number))
    assert warned(database) == ""
