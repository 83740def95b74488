"""What is saved of a damaged store beyond its operations."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from drtui.domain.actions import Action
from drtui.domain.model_calls import ListedModel
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause, Resume
from drtui.domain.records import StoredModel
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import Tag
from drtui.store.database import Database, open_database
from drtui.store.delivery import recover
from drtui.store.history import usage_readings
from drtui.store.known_models import known_models
from drtui.store.model_sweeps import read_model_sweep
from drtui.store.models import write_all_models, write_models
from drtui.store.participants import pool_listed_at, write_pool_users
from drtui.store.races import read_race_listing
from drtui.store.salvage import salvage
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import read_sync_state
from drtui.store.tagging import TagGroup, change_tags
from drtui.store.users import rows_by_profile
from tests.support.deployments import racer_id, racers
from tests.support.logs import ADA, Log
from tests.torture.damage import as_one_file, has_pages, pages_of, spoil

COUNT: Final = 60
KEPT: Final = (
    *("id", "remembered_minutes", "remembered_models", "tags", "search_text"),
    *("carried_minutes", "carried_models", "total_minutes", "gone_at", "status"),
)
pytestmark = pytest.mark.skipif(not has_pages(), reason="this SQLite has no dbstat")


def an_event(path: Path) -> Log:
    """Racers who have used something in two months, with labels, all of them paused."""
    log = Log(path, racers(COUNT))
    change_tags(log.database, [TagGroup(log.keys(range(9)), frozenset({Tag("team", "red")}))], ADA)
    for used in (90, 30):
        log.account = {
            one: replace(profile, minutes_used=used) for one, profile in log.account.items()
        }
        log.clock.step(60)
        log.sweep()
    log.submit(Pause(), *range(COUNT))
    while log.deliver():
        pass
    log.sweep()
    return log


def kept(database: Database, numbers: Collection[int] = range(COUNT)) -> dict[str, dict[str, Any]]:
    with database.read() as connection:
        rows = rows_by_profile(connection, [racer_id(number) for number in numbers])
        return {one: {name: row[name] for name in KEPT} for one, row in rows.items()}


def damage_and_salvage(log: Log, path: Path, *names: str) -> None:
    log.database.close()
    as_one_file(path)
    spoil(path, pages_of(path, *names))
    salvage(path, log.clock, ADA)


def mended(log: Log, path: Path, *names: str) -> Log:
    """Damage all leaves of some tables or indexes, mend the store, and read the account."""
    damage_and_salvage(log, path, *names)
    again = Log(path, list(log.account.values()), log.clock)
    again.clock.step(60)
    return again


def test_what_only_drtui_knows_of_users_is_told_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    before = kept(log.database)
    assert {one["carried_minutes"] for one in before.values()} == {90}
    assert {one["remembered_minutes"] for one in before.values()} == {300}
    assert sum(one["tags"] == "team:red" for one in before.values()) == 9
    with log.database.read() as connection:
        samples = usage_readings(connection, before[racer_id(1)]["id"])
    again = mended(log, path, "sponsored_user")
    assert kept(again.database) == before
    with again.database.read() as connection:
        assert usage_readings(connection, before[racer_id(1)]["id"])[: len(samples)] == samples


def test_without_their_numbers_what_is_remembered_and_labels_are_found(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    again = mended(log, path, "sponsored_user", "sqlite_autoindex_sponsored_user_1")
    found = kept(again.database)
    assert {one["remembered_minutes"] for one in found.values()} == {300}
    assert sum(one["tags"] == "team:red" for one in found.values()) == 9


def remembered(log: Log, path: Path) -> set[int | None]:
    """What is remembered of them after their rows were damaged, and the store was mended."""
    before = {one["remembered_minutes"] for one in kept(log.database).values()}
    again = mended(log, path, "sponsored_user")
    after = {one["remembered_minutes"] for one in kept(again.database).values()}
    assert after == before
    return after


def test_what_was_so_already_when_it_was_to_be_sent_is_remembered_too(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = Log(path, racers(COUNT))
    pause = log.submit(Pause(), *range(COUNT))
    for number in range(COUNT):
        log.somebody_sets(number, 0, 0)
    log.clock.step(60)
    log.sweep()
    assert log.deliver() == []
    assert set(log.states(pause)) == {ItemState.ALREADY_SO}
    assert remembered(log, path) == {300}


@pytest.mark.parametrize("paused", [True, False], ids=["paused", "resumed"])
def test_what_is_remembered_does_not_depend_on_the_clock(tmp_path: Path, paused: bool) -> None:
    path = tmp_path / "store.sqlite"
    log = Log(path, racers(COUNT))
    actions: list[Action] = [Resume(), Pause()] if paused else [Pause(), Resume()]
    if paused:
        log.submit(Pause(), *range(COUNT))
        log.deliver()
    for action in actions:
        log.submit(action, *range(COUNT))
        log.deliver()
        log.clock.step(-3_600)  # while an engine is at work
    log.clock.step(5_400)
    recover(log.database)
    assert remembered(log, path) == ({300} if paused else {None})


def test_what_is_remembered_is_what_was_retried_last(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = Log(path, racers(COUNT))
    everybody = range(COUNT)
    first = log.submit(Pause(), *everybody)
    for item in log.claim():
        log.settle(item, ItemState.FAILED)
    since: tuple[Action, ...] = (Pause(), Resume())
    for action in since:
        log.submit(action, *everybody)
        log.deliver()
        log.clock.step(60)
    assert log.retry(first) == COUNT
    log.deliver()
    assert remembered(log, path) == {300}


def test_nothing_is_sent_before_users_who_could_not_be_read_are_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    with log.database.read() as connection:
        assert read_sync_state(connection).swept_at is not None
    damage_and_salvage(log, path, "sponsored_user")
    database = open_database(path, log.clock)
    with database.read() as connection:
        state = read_sync_state(connection)
    database.close()
    # By either an engine tells whether there is a copy, and how old it is.
    assert (state.swept_from, state.swept_at) == (None, None)


@pytest.mark.parametrize("at_once", [False, True])
def test_of_whom_models_are_lost_they_are_not_taken_to_be_known(
    tmp_path: Path, at_once: bool
) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    ids = [racer_id(number) for number in range(COUNT)]
    if at_once:
        models = [ListedModel(one, f"m{one}", "Corner", "READY") for one in ids]
        write_all_models(log.database, models, log.clock())
    else:
        for one in ids:
            models_of_one = [StoredModel(f"m{one}", "Corner", "READY", None)]
            write_models(log.database, one, models_of_one, log.clock())
    with log.database.read() as connection:
        assert len(known_models(connection, ids)) == COUNT
    damage_and_salvage(log, path, "model")
    database = open_database(path, log.clock)
    with database.read() as connection:
        assert known_models(connection, ids) == {}
    database.close()


def test_of_a_user_pool_that_is_lost_it_is_not_said_that_it_was_listed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    people = [
        PoolUser(f"user-{one}", f"{one}@example.org", PoolStatus.CONFIRMED, enabled=True)
        for one in range(9)
    ]
    write_pool_users(log.database, people)
    with log.database.read() as connection:
        assert pool_listed_at(connection) is not None
    damage_and_salvage(log, path, "pool_user")
    database = open_database(path, log.clock)
    with database.read() as connection:
        assert pool_listed_at(connection) is None
    database.close()


@pytest.mark.parametrize("name", ["race", "model", "race_listing", "model_sweep", "sign_in"])
def test_what_has_one_row_in_every_store_has_it_after_mending(tmp_path: Path, name: str) -> None:
    path = tmp_path / "store.sqlite"
    damage_and_salvage(an_event(path), path, name)
    database = open_database(path)
    with database.read() as connection:
        assert read_race_listing(connection).read_at is None
        assert read_model_sweep(connection).ended_at is None
        read_sync_state(connection)
        read_sign_in(connection)
    database.close()


def test_each_mending_leaves_a_copy_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = an_event(path)
    mended(log, path, "sponsored_user").database.close()
    first = salvage(path, log.clock, ADA).aside
    second = salvage(path, log.clock, ADA).aside  # in the same second
    assert first != second
    assert first.exists()
