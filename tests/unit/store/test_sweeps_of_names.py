"""A sweep that reads nothing but names: what it says is new, what it does not say stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from drtui.domain.help_desk_actions import ChangeAlias
from drtui.domain.operations import Hold
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Profile, Role, Status
from drtui.store.operation_log import operations
from drtui.store.sweeps import (
    begin_sweep,
    complete_sweep,
    swept_names_only,
    usage_known_from,
    write_page,
)
from drtui.store.sync_state import read_sync_state
from drtui.store.users import user_keys
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(3))
    yield opened
    opened.database.close()


def sweep_names(log: Log) -> None:
    names = [Profile(one.profile_id, one.alias, one.email) for one in log.account.values()]
    number, began = begin_sweep(log.database)
    write_page(log.database, names, number, began, names_only=True)
    complete_sweep(log.database, number, began, names_only=True)


def samples(log: Log) -> int:
    with log.database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM usage_sample")).scalar_one())


def names_only(log: Log) -> bool:
    with log.database.read() as connection:
        return swept_names_only(connection)


def known_from(log: Log) -> datetime | None:
    with log.database.read() as connection:
        return usage_known_from(connection)


def rename(log: Log, number: int, alias: str) -> None:
    profile = log.account[racer_id(number)]
    log.account[profile.profile_id] = replace(profile, alias=alias)


def test_what_an_admin_read_before_stays_and_stays_as_old_as_it_is(log: Log) -> None:
    before = log.user(0)
    taken = samples(log)
    rename(log, 0, "new-name")
    log.clock.step(600)
    sweep_names(log)
    assert known_from(log) == before.as_of
    after = log.user(0)
    assert after.profile == replace(before.profile, alias="new-name")
    assert after.as_of == before.as_of
    assert samples(log) == taken
    with log.database.read() as connection:
        assert list(user_keys(connection)) == list(log.keys(range(3)))
        read = read_sync_state(connection).swept_from
    assert read is not None
    assert read.timestamp() == log.clock()


def test_a_racer_of_whom_names_alone_were_ever_read_is_as_old_as_the_last_list(log: Log) -> None:
    (new,) = [one for one in racers(4) if one.profile_id == racer_id(3)]
    log.account[new.profile_id] = new
    sweep_names(log)
    log.clock.step(600)
    sweep_names(log)
    found = log.user(3)
    assert found.profile == Profile(new.profile_id, new.alias, new.email, by_name=True)
    assert (found.profile.role, found.status) == (Role.UNKNOWN, Status.UNKNOWN)
    assert found.as_of.timestamp() == log.clock()
    assert found.minutes_in_total is None


def test_an_email_that_the_list_leaves_out_is_not_forgotten(log: Log) -> None:
    email = log.user(0).profile.email
    log.account[racer_id(0)] = replace(log.account[racer_id(0)], email=None)
    sweep_names(log)
    assert log.user(0).profile.email == email


def test_a_paused_racer_stays_paused_and_remembered(log: Log) -> None:
    log.submit(Pause(), 0)
    log.deliver()
    log.clock.step(600)
    sweep_names(log)
    assert log.user(0).status is Status.PAUSED
    assert log.user(0).remembered is not None


def test_an_alias_of_our_own_does_not_flip_back(log: Log) -> None:
    log.submit(ChangeAlias("mine"), 0)
    before = log.account[racer_id(0)].alias
    log.deliver()
    log.clock.step(1)
    rename(log, 0, before)  # as a list shows it that lags
    sweep_names(log)
    assert log.user(0).profile.alias == "mine"


def test_who_is_left_out_twice_is_gone(log: Log) -> None:
    del log.account[racer_id(2)]
    sweep_names(log)
    sweep_names(log)
    with log.database.read() as connection:
        assert len(list(user_keys(connection))) == 2


def test_hours_of_a_month_that_ended_meanwhile_are_carried_by_the_next_full_sweep(
    log: Log,
) -> None:
    log.clock.step(40 * 86_400)
    sweep_names(log)
    log.sweep()
    assert log.user(0).carried_minutes == 10


def test_what_waits_is_held_by_the_role_until_everything_was_read_again(log: Log) -> None:
    log.submit(SetQuotas(QuotaChange(60), None), 0)

    def hold() -> Hold | None:
        with log.database.read() as connection:
            return operations(connection)[0].hold

    assert (names_only(log), hold()) == (False, None)
    sweep_names(log)
    assert (names_only(log), hold()) == (True, Hold.ROLE)
    log.sweep()
    assert (names_only(log), hold()) == (False, None)
