"""Sweeps: what they write, what they leave alone, and who is gone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from drtui.domain.operations import LIST_LAG_SECONDS, ItemState
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Profile, Status
from drtui.store.summing import totals
from drtui.store.sweeps import (
    begin_sweep,
    complete_sweep,
    write_page,
)
from drtui.store.sync_state import read_sync_state
from drtui.store.users import rows_by_profile, user_keys
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def count(log: Log) -> int:
    with log.database.read() as connection:
        return len(user_keys(connection))


def samples(log: Log) -> list[tuple[int | None, ...]]:
    with log.database.read() as connection:
        rows = connection.execute(
            text("SELECT user_id, minutes_used, models FROM usage_sample ORDER BY id")
        )
        return [tuple(row) for row in rows]


def uses(log: Log, racer: int, minutes: int | None, models: int | None = 1) -> None:
    profile = log.account[racer_id(racer)]
    log.account[racer_id(racer)] = replace(profile, minutes_used=minutes, models=models)


# What is written


def test_what_the_deployment_says_replaces_what_was_known(log: Log) -> None:
    log.account[racer_id(0)] = replace(
        log.account[racer_id(0)], alias="new-name", email=None, minutes_limit=None
    )
    log.sweep()
    profile = log.user().profile
    assert (profile.alias, profile.email, profile.minutes_limit) == ("new-name", None, None)


def test_what_only_drtui_knows_stays(log: Log) -> None:
    log.submit(Pause(), 0)
    log.deliver()
    key = log.keys([0])
    log.clock.step(60)
    log.sweep()
    assert log.keys([0]) == key
    assert log.user().remembered == Limits(300, 3)


def test_the_status_follows(log: Log) -> None:
    assert log.user().status is Status.ACTIVE
    log.somebody_sets(0, 0, 0)
    log.sweep()
    assert log.user().status is Status.PAUSED


def test_the_same_profile_twice_is_harmless(log: Log) -> None:
    number, began = begin_sweep(log.database)
    profiles = list(log.account.values())
    write_page(log.database, [*profiles, *profiles], number, began)
    write_page(log.database, profiles[:2], number, began)
    complete_sweep(log.database, number, began)
    assert count(log) == 5
    assert len(samples(log)) == 5


def test_every_value_says_how_old_it_is(log: Log) -> None:
    log.clock.step(100)
    log.sweep()
    assert log.user().as_of.timestamp() == log.clock()
    with log.database.read() as connection:
        state = read_sync_state(connection)
    assert state.swept_from is not None
    assert state.swept_from.timestamp() == log.clock()


# Our own writes


def test_a_value_just_written_does_not_flip_back_while_the_list_lags(log: Log) -> None:
    old = dict(log.account)
    log.submit(hours(9), 0)
    log.deliver()
    log.account = old  # the list lags
    log.clock.step(1)
    log.sweep()
    assert log.limits() == Limits(540, 3)


def test_each_of_several_values_just_written_counts(log: Log) -> None:
    old = dict(log.account)
    log.submit(hours(9), 0)
    log.deliver()
    between = dict(log.account)
    log.submit(hours(7), 0)
    log.deliver()
    for late in (between, old):
        log.account = late
        log.clock.step(1)
        log.sweep()
        assert log.limits() == Limits(420, 3)


def test_only_what_was_written_is_kept(log: Log) -> None:
    log.submit(hours(9), 0)
    log.deliver()
    log.somebody_sets(0, 300, models=8)  # the hours lag, the models are somebody else's
    log.clock.step(1)
    log.sweep()
    assert log.limits() == Limits(540, 8)


def test_what_somebody_else_wrote_after_us_is_seen_at_once(log: Log) -> None:
    log.submit(hours(9), 0)
    log.deliver()
    log.somebody_sets(0, 77)
    log.clock.step(1)
    log.sweep()
    assert log.limits() == Limits(77, 3)


def test_after_a_while_the_list_is_believed_whatever_it_says(log: Log) -> None:
    old = dict(log.account)
    log.submit(hours(9), 0)
    log.deliver()
    log.account = old
    log.clock.step(LIST_LAG_SECONDS + 1)
    log.sweep()
    assert log.limits() == Limits(300, 3)


@pytest.mark.parametrize("listed", [300, 77])
def test_a_sweep_that_began_before_a_write_settled_never_overwrites_it(
    log: Log, listed: int
) -> None:
    number, began = begin_sweep(log.database)
    log.somebody_sets(0, listed)
    pages = list(log.account.values())
    log.submit(hours(9), 0)
    log.clock.step(5)
    log.deliver()
    log.clock.step(600)
    write_page(log.database, pages, number, began)
    complete_sweep(log.database, number, began)
    assert log.limits() == Limits(540, 3)


def test_what_failed_is_not_taken_for_written(log: Log) -> None:
    log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.somebody_sets(0, 77)
    log.sweep()
    assert log.limits() == Limits(77, 3)


# Who is gone


def test_a_sweep_that_was_cut_short_removes_nobody(log: Log) -> None:
    for _ in range(5):
        number, began = begin_sweep(log.database)
        write_page(log.database, list(log.account.values())[:2], number, began)
    assert count(log) == 5


def test_who_is_absent_from_two_complete_sweeps_is_gone(log: Log) -> None:
    del log.account[racer_id(0)]
    log.sweep()
    assert count(log) == 5
    log.sweep()
    assert count(log) == 4


def test_who_was_only_missed_once_is_not_nearly_gone(log: Log) -> None:
    profile = log.account.pop(racer_id(0))
    log.sweep()
    log.account[racer_id(0)] = profile
    log.sweep()
    del log.account[racer_id(0)]
    log.sweep()
    assert count(log) == 5


def test_who_comes_back_is_there_again_with_what_was_remembered(log: Log) -> None:
    log.submit(Pause(), 0)
    log.deliver()
    log.clock.step(60)
    profile = log.account.pop(racer_id(0))
    log.sweep()
    log.sweep()
    log.account[racer_id(0)] = profile
    log.sweep()
    assert count(log) == 5
    assert log.user().remembered == Limits(300, 3)


def test_the_hours_of_who_is_gone_still_count(log: Log) -> None:
    with log.database.read() as connection:
        before = totals(connection)
    del log.account[racer_id(0)]
    log.sweep()
    log.sweep()
    with log.database.read() as connection:
        now = totals(connection)
    assert now.minutes_in_total == before.minutes_in_total == 50
    assert now.minutes_used == 40
    assert sum(now.racers.values()) == 4


# Sweeps that were overtaken


def test_a_sweep_that_another_has_replaced_writes_nothing(log: Log) -> None:
    old, old_began = begin_sweep(log.database)
    old_page = list(log.account.values())
    log.clock.step(5)
    log.somebody_sets(0, 77)
    log.sweep()
    write_page(log.database, old_page, old, old_began)
    complete_sweep(log.database, old, old_began)
    assert log.limits() == Limits(77, 3)
    with log.database.read() as connection:
        state = read_sync_state(connection)
    assert state.swept_from is not None
    assert state.swept_from.timestamp() == log.clock()


def test_a_sweep_under_way_is_seen(log: Log) -> None:
    log.clock.step(1)
    number, began = begin_sweep(log.database)
    with log.database.read() as connection:
        assert read_sync_state(connection).sweeping
    write_page(log.database, [], number, began)
    complete_sweep(log.database, number, began)
    with log.database.read() as connection:
        state = read_sync_state(connection)
    assert (state.sweeping, state.sweep_pages) == (False, 1)


# Usage over time


def test_samples_are_taken_only_of_what_changed(log: Log) -> None:
    assert len(samples(log)) == 5
    log.sweep()
    assert len(samples(log)) == 5
    uses(log, 2, 60)
    log.sweep()
    key = log.keys([2])[0]
    assert samples(log)[5:] == [(key, 60, 1)]


def test_a_new_limit_is_no_usage(log: Log) -> None:
    log.somebody_sets(0, 77)
    log.sweep()
    assert len(samples(log)) == 5


def test_hours_of_earlier_months_go_on_counting(log: Log) -> None:
    uses(log, 0, 100, models=4)
    log.sweep()
    uses(log, 0, 5, models=0)
    log.sweep()
    user = log.user()
    assert (user.carried_minutes, user.carried_models, user.minutes_in_total) == (100, 4, 105)
    uses(log, 0, 25, models=1)
    log.sweep()
    assert log.user().minutes_in_total == 125
    uses(log, 0, 0, models=0)
    log.sweep()
    assert log.user().minutes_in_total == 125


def test_a_month_that_began_while_nobody_looked_is_noticed(log: Log) -> None:
    uses(log, 0, 100)
    log.clock.now = datetime(2026, 5, 20, tzinfo=UTC).timestamp()
    log.sweep()
    uses(log, 0, 130)  # of the new month: it was zeroed, and it grew beyond
    log.clock.now = datetime(2026, 6, 9, tzinfo=UTC).timestamp()
    log.sweep()
    assert log.user().minutes_in_total == 230


def test_unknown_usage_stays_unknown(log: Log) -> None:
    uses(log, 0, None)
    log.sweep()
    assert log.user().minutes_in_total is None
    with log.database.read() as connection:
        assert totals(connection).unknown_usage == 1


def test_search_finds_folded_names(log: Log) -> None:
    log.account["grosseracer0001"] = Profile("grosseracer0001", "STRASSE-Ä", "İ@EXAMPLE.COM")
    log.sweep()
    with log.database.read() as connection:
        row = rows_by_profile(connection, ["grosseracer0001"])["grosseracer0001"]
    assert row["search_text"].startswith("strasse-ä\n")


def test_the_list_of_two_thousand_is_read_in_pages(tmp_path: Path) -> None:
    log = Log(tmp_path / "many.sqlite", racers(2000))
    number, began = begin_sweep(log.database)
    profiles = list(log.account.values())
    for start in range(0, 2000, 100):
        write_page(log.database, profiles[start : start + 100], number, began)
    complete_sweep(log.database, number, began)
    assert count(log) == 2000
    log.database.close()
