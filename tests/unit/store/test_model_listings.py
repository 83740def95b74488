"""Listings of models and of their bucket: what they write, leave alone and take away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from drtui.domain.model_calls import ListedModel
from drtui.domain.models import BUCKET_ONLY
from drtui.domain.records import StoredModel
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.database import Database
from drtui.store.model_sizes import write_files
from drtui.store.model_sweeps import read_model_sweep
from drtui.store.model_table import model_even_gone, model_totals
from drtui.store.models import (
    forget_model,
    forget_models,
    read_models,
    write_all_models,
    write_model_status,
    write_models,
)
from tests.support.logs import SteppedClock
from tests.unit.store.models_known import (
    ADA,
    ALL,
    BO,
    FAST,
    GB,
    NOW,
    ODD,
    SLOW,
    clock,
    counted,
    database,
    found,
    row_of,
)

__all__ = ["clock", "database"]


# Listings


def test_a_listing_that_brings_nothing_new_moves_no_counter_and_writes_no_row(
    database: Database, clock: SteppedClock
) -> None:
    before = row_of(database, FAST)
    clock.step(60)
    assert counted(database, lambda: write_all_models(database, ALL, clock())) == frozenset()
    own = [StoredModel(one.model_id, one.name, one.status, one.created_at) for one in (FAST, SLOW)]
    write_models(database, ADA.profile_id, own, clock())  # the first of this racer is news
    clock.step(60)
    quiet = counted(database, lambda: write_models(database, ADA.profile_id, own, database.clock()))
    assert quiet == frozenset()
    after = row_of(database, FAST)
    assert replace(after, as_of=None) == replace(before, as_of=None)
    assert after.as_of == NOW + timedelta(seconds=120)


def test_a_key_stays_for_as_long_as_the_store_does(database: Database, clock: SteppedClock) -> None:
    key = row_of(database, SLOW).key
    clock.step(60)
    write_all_models(database, (FAST, ODD), clock())
    assert found(database) == "Fß"
    with database.read() as connection:
        gone = model_even_gone(connection, key)
    assert gone is not None
    assert gone[1] == clock()
    clock.step(60)
    write_all_models(database, ALL, clock())
    assert row_of(database, SLOW).key == key


def test_a_racers_listing_takes_only_that_racers_away_and_keeps_what_it_does_not_tell(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    write_models(
        database, ADA.profile_id, [StoredModel(FAST.model_id, "Faster", "STOPPING")], clock()
    )
    assert found(database) == "Fnß"
    row = row_of(database, FAST)
    assert (row.name, row.status, row.size, row.track) == (
        "Faster",
        "STOPPING",
        2 * GB,
        "reInvent2019",
    )


def test_what_was_written_since_a_listing_began_does_not_flip_back(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    began = clock()
    clock.step(5)
    with database.write() as connection:
        write_model_status(connection, ADA.profile_id, SLOW.model_id, "STOPPING", clock())
        forget_model(connection, ADA.profile_id, FAST.model_id, clock())
        forget_models(connection, [BO.profile_id], clock())
    clock.step(5)
    write_all_models(database, ALL, began)
    assert found(database) == "ns"
    assert row_of(database, SLOW).status == "STOPPING"
    clock.step(5)
    write_models(database, ADA.profile_id, [FAST, SLOW], began)
    assert found(database) == "ns"
    clock.step(5)
    write_all_models(database, ALL, clock())
    assert found(database) == "Fnsß"
    assert row_of(database, SLOW).status == "TRAINING"


def test_a_racers_listing_that_ended_since_goes_before_one_of_all(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    began = clock()
    clock.step(5)
    write_models(database, ADA.profile_id, [SLOW], clock())
    clock.step(5)
    write_all_models(database, [FAST], began)
    assert found(database) == "s"


def test_the_racers_page_has_the_age_of_a_listing_of_all(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    write_all_models(database, ALL, clock())
    with database.read() as connection:
        listing = read_models(connection, ADA.profile_id)
    assert [one.name for one in listing.models] == ["Fast-v2", "slow"]
    assert listing.as_of == NOW + timedelta(seconds=60)


# The bucket


def files(model: ListedModel, size: int, count: int = 3) -> StoredFiles:
    return StoredFiles(model.profile_id, model.model_id, size, count, NOW)


def test_the_bucket_tells_sizes_and_what_no_listing_knows(
    database: Database, clock: SteppedClock
) -> None:
    new = ListedModel(BO.profile_id, "model0000000009", "", "")
    clock.step(60)
    assert write_files(database, [files(SLOW, 5 * GB), files(new, GB, 2)], clock()) == 2
    assert row_of(database, SLOW).size == 5 * GB
    row = row_of(database, new)
    assert (row.listed, row.status_text, row.files) == (False, BUCKET_ONLY, 2)
    assert found(database, "status:bucket-only") == "?"
    assert found(database, "status:unknown") == ""
    with database.read() as connection:
        assert model_totals(connection).by_status[BUCKET_ONLY] == 1
        assert [one.name for one in read_models(connection, BO.profile_id).models] == ["ßtrange"]
    clock.step(60)
    write_models(database, BO.profile_id, [StoredModel(new.model_id, "newest", "READY")], clock())
    assert row_of(database, new).key == row.key
    assert (row_of(database, new).listed, row_of(database, new).size) == (True, GB)


def test_what_is_only_in_the_bucket_goes_with_its_files(
    database: Database, clock: SteppedClock
) -> None:
    new = ListedModel(BO.profile_id, "model0000000009", "", "")
    write_files(database, [files(new, GB), files(SLOW, GB)], clock())
    clock.step(60)
    write_all_models(database, ALL, clock())
    assert "?" in found(database)  # no listing knew it before, so that none misses it
    clock.step(60)
    write_files(database, [], clock())
    assert "?" not in found(database)
    assert (row_of(database, SLOW).size, row_of(database, SLOW).files) == (0, 0)


def test_a_bucket_that_brings_nothing_new_moves_no_counter(
    database: Database, clock: SteppedClock
) -> None:
    write_files(database, [files(SLOW, GB)], clock())
    clock.step(60)
    again = counted(database, lambda: write_files(database, [files(SLOW, GB)], clock()))
    assert again == frozenset()


def test_a_bucket_that_was_not_read_to_its_end_takes_nothing_away(
    database: Database, clock: SteppedClock
) -> None:
    write_files(database, [files(SLOW, GB), files(FAST, GB)], clock())

    def cut() -> Iterator[StoredFiles]:
        yield files(FAST, 7 * GB)
        raise SponsorError(SponsorFailure.UNAVAILABLE, "cut")

    with pytest.raises(SponsorError):
        write_files(database, cut(), clock())
    assert row_of(database, SLOW).size == GB
    with database.read() as connection:
        assert read_model_sweep(connection).files_read_at == clock()


def test_what_was_deleted_while_the_bucket_was_read_stays_gone(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    began = clock()

    def read() -> Iterator[StoredFiles]:
        clock.step(60)
        with database.write() as connection:
            forget_models(connection, [ADA.profile_id], clock())
        yield files(FAST, 7 * GB)
        yield files(SLOW, 7 * GB)

    write_files(database, read(), began)
    assert found(database) == "nß"


def test_what_was_listed_while_the_bucket_was_read_stays_listed(
    database: Database, clock: SteppedClock
) -> None:
    seen, unseen, forgotten = (
        ListedModel(BO.profile_id, f"model000000000{number}", name, "READY")
        for number, name in ((7, "seen"), (8, "unseen"), (9, "forgotten"))
    )
    write_files(database, [files(seen, GB), files(forgotten, GB)], clock())
    clock.step(60)
    began = clock()

    def read() -> Iterator[StoredFiles]:
        clock.step(60)
        listed = [
            StoredModel(one.model_id, one.name, one.status) for one in (seen, unseen, forgotten)
        ]
        write_models(database, BO.profile_id, listed, clock())
        yield files(seen, 2 * GB)
        yield files(unseen, 3 * GB)

    write_files(database, read(), began)
    rows = [row_of(database, one) for one in (seen, unseen, forgotten)]
    assert [row.listed for row in rows] == [True, True, True]
    assert [row.size for row in rows] == [2 * GB, 3 * GB, GB]


def test_files_that_a_deletion_left_behind_are_shown_by_the_next_reading_of_the_bucket(
    database: Database, clock: SteppedClock
) -> None:
    clock.step(60)
    with database.write() as connection:
        forget_model(connection, FAST.profile_id, FAST.model_id, clock())
    clock.step(60)
    write_files(database, [files(FAST, GB)], clock())
    row = row_of(database, FAST)
    assert (row.listed, row.status_text, row.size) == (False, BUCKET_ONLY, GB)
