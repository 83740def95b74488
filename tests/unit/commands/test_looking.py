"""The look before delivering: for how long the account is read, and what is said when it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.commands.offline import LOOK_SECONDS, Look
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.problems import PlanOutdatedError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.database import Database
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.sync_state import (
    Connectivity,
    read_sync_state,
    write_connectivity,
    write_halt,
    write_trouble,
)
from tests.support.deployments import racers
from tests.support.logs import Log

HOURS_9 = SetQuotas(QuotaChange(540), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Offline on purpose."""
    opened = Log(tmp_path / "store.sqlite", racers(4))
    offline.go_offline(opened.workspace)
    yield opened
    opened.database.close()


@pytest.fixture
def look(log: Log) -> Look:
    begun = Look(log.workspace, log.clock)
    begun.begin()
    return begun


def reads(database: Database) -> bool:
    purpose = offline.on_purpose(Workspace(database, "ada"))
    return purpose is not None and purpose.reads(database.clock())


def test_a_reading_that_makes_progress_is_never_cut_short(log: Log, look: Look) -> None:
    number, began = begin_sweep(log.database)
    for profile in log.account.values():
        log.clock.step(LOOK_SECONDS / 2)
        write_page(log.database, [profile], number, began)
        seen = look.turn()
        assert (seen.was_read, seen.trouble, seen.given_up) == (False, "", False)
        assert reads(log.database)
    complete_sweep(log.database, number, began)
    assert look.turn().was_read


def test_where_nothing_comes_of_it_the_account_is_not_read_for_ever(log: Log, look: Look) -> None:
    begin_sweep(log.database)
    for _ in range(4):
        log.clock.step(LOOK_SECONDS / 3)
        look.turn()
    assert not reads(log.database)
    assert look.turn().given_up
    assert "Nothing was read" in look.turn().trouble
    look.begin()
    assert not look.turn().given_up
    assert reads(log.database)


def test_it_is_told_why_the_account_cannot_be_read(log: Log, look: Look) -> None:
    assert look.turn().trouble == ""
    write_trouble(log.database, "The network is gone.")
    write_connectivity(log.database, Connectivity.OFFLINE)
    assert look.turn().trouble == "The network is gone."
    write_halt(log.database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
    assert look.turn().trouble == "Nobody is signed in."


def test_what_was_in_the_way_before_the_look_is_not_told_of_it(log: Log) -> None:
    write_trouble(log.database, "The network is gone.")
    write_connectivity(log.database, Connectivity.OFFLINE)
    look = Look(log.workspace, log.clock)
    look.begin()
    assert look.turn().trouble == ""
    with log.database.read() as connection:
        assert read_sync_state(connection).connectivity is Connectivity.UNKNOWN


def test_what_was_confirmed_after_it_was_shown_is_not_sent_unseen(log: Log) -> None:
    log.submit(HOURS_9, 0)
    seen = offline.forecast(log.workspace)
    log.submit(HOURS_9, 1)
    with pytest.raises(PlanOutdatedError):
        offline.go_online(log.workspace, seen)
    assert offline.on_purpose(log.workspace) is not None
    assert offline.go_online(log.workspace, offline.forecast(log.workspace))
    assert offline.on_purpose(log.workspace) is None


def test_what_was_edited_after_it_was_shown_is_shown_again(log: Log) -> None:
    operation = log.submit(HOURS_9, 0, 1)
    seen = offline.forecast(log.workspace)
    log.cancel(operation, 1)
    with pytest.raises(PlanOutdatedError):
        offline.go_online(log.workspace, seen)


def test_another_admins_look_that_ends_does_not_end_this_one(log: Log, look: Look) -> None:
    other = Look(Workspace(log.database, "ada"), log.clock)
    other.begin()
    other.end()
    assert not reads(log.database)
    seen = look.turn()
    assert (seen.trouble, seen.given_up) == ("", False)
    assert reads(log.database)
    log.clock.step(LOOK_SECONDS + 1)  # but for no longer than it was allowed
    assert look.turn().given_up
    assert not reads(log.database)
