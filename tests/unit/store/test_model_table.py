"""Everybody's models: what a listing writes and leaves alone, and how the table reads them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download, plan_save_to_bucket
from drtui.commands.model_changes import plan_delete_all, plan_stop
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.filters import FilterError, parse
from drtui.domain.model_calls import ListedModel
from drtui.domain.model_filter_fields import MODEL_FIELDS, MODELS
from drtui.domain.models import BUCKET_ONLY, ModelRow, Stage
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Profile, StoredModel
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.domain.tags import Tag
from drtui.store import model_table, models
from drtui.store.database import Database, open_database
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_sizes import write_files
from drtui.store.model_sweeps import read_model_sweep
from drtui.store.model_table import (
    MODEL_SORT_FIELDS,
    model_even_gone,
    model_keys,
    model_totals,
    models_by_key,
)
from drtui.store.model_tagging import change_model_tags, count_model_tags
from drtui.store.models import (
    forget_model,
    forget_models,
    read_models,
    write_all_models,
    write_model_status,
    write_models,
)
from drtui.store.tagging import TagGroup, change_tags
from drtui.store.users import user_keys
from drtui.store.watching import ChangeWatch
from tests.support.logs import BEGINNING, SteppedClock
from tests.support.stores import swept

GB = 2**30
NOW = datetime.fromtimestamp(BEGINNING, UTC)
ADA = Profile("ada000000000001", "Ada", "ada@example.com", "dr-racers")
BO = Profile("bo0000000000001", "Bo", None, "dr-racers")
FAST = ListedModel(
    ADA.profile_id,
    "model0000000001",
    "Fast-v2",
    "READY",
    datetime(2026, 5, 2, tzinfo=UTC),
    source="IMPORTED",
    size=2 * GB,
    training_status="COMPLETED",
    track="reInvent2019",
)
SLOW = ListedModel(
    ADA.profile_id, "model0000000002", "slow", "TRAINING", datetime(2026, 4, 2, tzinfo=UTC)
)
ODD = ListedModel(BO.profile_id, "model0000000003", "ßtrange", "HIBERNATING", size=GB)
LOST = ListedModel("gone00000000001", "model0000000004", "nobody's", "ERROR", trouble="no files")
ALL = (FAST, SLOW, ODD, LOST)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    swept(opened, [ADA, BO])
    write_all_models(opened, ALL, clock())
    yield opened
    opened.close()


def found(database: Database, text: str = "", sort: str = "name", reverse: bool = False) -> str:
    """The first letters of the models that a filter matches, in order."""
    condition = model_condition(parse(text, MODELS))
    with database.read() as connection:
        keys = model_keys(connection, condition, sort, reverse=reverse)
        rows = models_by_key(connection, keys)
    assert list(rows) == keys
    return "".join(row.name[:1] or "?" for row in rows.values())


def row_of(database: Database, model: ListedModel) -> ModelRow:
    with database.read() as connection:
        rows = models_by_key(connection, model_keys(connection))
    return next(row for row in rows.values() if row.model_id == model.model_id)


def counted(database: Database, action: object) -> frozenset[RecordKind]:
    watch = ChangeWatch(database.path)
    assert callable(action)
    action()
    changed = watch.changed()
    watch.close()
    return changed


# The table


def test_a_row_has_its_racer_and_all_that_was_told(database: Database) -> None:
    row = row_of(database, FAST)
    assert (row.alias, row.email, row.racer_key) == ("Ada", "ada@example.com", 1)
    assert (row.size, row.track, row.training_status) == (2 * GB, "reInvent2019", "COMPLETED")
    assert (row.status_text, row.stage, row.as_of) == ("ready", Stage.READY, NOW)
    lost = row_of(database, LOST)
    assert (lost.alias, lost.racer_key, lost.trouble) == ("", None, "no files")
    assert row_of(database, ODD).stage is Stage.UNKNOWN


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "Fnsß"),
        ("fast", "F"),
        ("ada", "Fs"),
        ("example.com slow", "s"),
        ("SSTR", "ß"),
        ("racer:ada", "Fs"),
        ("racer:@example", "Fs"),
        ("alias:bo", "ß"),
        ("alias=b", ""),
        ("email:unknown", "nß"),
        ("not email:unknown", "Fs"),
        ("name:V2", "F"),
        ("name=slow", "s"),
        ("status:ready", "F"),
        ("status:running", "s"),
        ("status:ended", "n"),
        ("status:hibernating", "ß"),
        ("not status:ready", "nsß"),
        ("created>2026-04", "F"),
        ("created:2026-04", "s"),
        ("created:unknown", "nß"),
        ("not created>2026-04", "nsß"),
        ("size>1", "F"),
        ("size>=1", "Fß"),
        ("size:unknown", "ns"),
        ("source:import", "F"),
        ("track:invent", "F"),
        ("track:unknown", "nsß"),
        ("training:completed", "F"),
        ("training:unknown", "nsß"),
        ("id:model0000000003", "ß"),
        ("id:ada000000000001", "Fs"),
        ("downloaded:yes", ""),
        ("downloaded:no pending:no", "Fnsß"),
        ("team:red", ""),
        ("status:bucket-only", ""),
        ("fast or (racer:bo size>0.5)", "Fß"),
    ],
)
def test_the_filter_of_models(database: Database, text: str, names: str) -> None:
    assert found(database, text) == names


@pytest.mark.parametrize("field", MODEL_FIELDS.values(), ids=list(MODEL_FIELDS))
def test_every_example_can_be_searched_for_and_every_word_too(
    database: Database, field: object
) -> None:
    from drtui.domain.filter_fields import Field

    assert isinstance(field, Field)
    for text in (field.example, *(f"{field.name}:{word}" for word in field.words)):
        both = found(database, text) + found(database, f"not {text}")
        assert sorted(both) == sorted("Fnsß"), text


def test_the_languages_do_not_mix() -> None:
    with pytest.raises(FilterError, match="is no field"):
        parse("hours>4", MODELS)
    with pytest.raises(FilterError, match="is no field"):
        parse("created>2026-05-01")
    with pytest.raises(FilterError, match="size>1"):
        parse(">4", MODELS)


@pytest.mark.parametrize("field", MODEL_SORT_FIELDS)
def test_every_order_has_every_model_once_and_unknown_ones_last(
    database: Database, field: str
) -> None:
    for reverse in (False, True):
        names = found(database, "", field, reverse)
        assert sorted(names) == sorted("Fnsß")
        if field in ("created_at", "size_bytes"):
            assert set(names[2:]) == set({"created_at": "nß", "size_bytes": "ns"}[field])
        if field == "alias":
            assert names == ("ßFsn" if reverse else "Fsßn")


def test_an_order_that_is_not_known_is_refused(database: Database) -> None:
    with pytest.raises(InvalidInputError, match="name, status"):
        found(database, "", "nonsense")


def test_what_models_come_to(database: Database) -> None:
    with database.read() as connection:
        totals = model_totals(connection)
        ready = model_totals(connection, model_condition(parse("status:ready", MODELS)))
    assert totals.by_status == {"ERROR": 1, "HIBERNATING": 1, "READY": 1, "TRAINING": 1}
    assert (totals.count, totals.size, totals.unsized) == (4, 3 * GB, 2)
    assert totals.count_in(Stage.RUNNING) == 1
    assert (ready.count, ready.size, ready.unsized) == (1, 2 * GB, 0)


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


# Labels


def test_labels_of_racers_and_of_models_are_found_both(database: Database) -> None:
    author = Author("ada", "ada")
    with database.read() as connection:
        (ada,) = [key for key in user_keys(connection) if key == 1]
    change_tags(database, [TagGroup([ada], frozenset({Tag("team", "red")}))], author)
    keys = [row_of(database, one).key for one in (ODD, SLOW)]
    assert change_model_tags(database, keys, {Tag("tag", "best")}, set(), author) == 2
    assert found(database, "team:red") == "Fs"
    assert found(database, "tag:best") == "sß"
    assert found(database, "best") == "sß"
    assert found(database, "red best") == "s"
    assert row_of(database, SLOW).tags == ("best",)
    assert row_of(database, SLOW).racer_tags == ("team:red",)
    change_model_tags(database, keys[:1], set(), {Tag("tag", "best")}, author)
    assert found(database, "tag:best") == "s"
    with database.read() as connection:
        assert count_model_tags(connection) == {Tag("tag", "best"): 1}


def test_labels_outlast_listings(database: Database, clock: SteppedClock) -> None:
    change_model_tags(
        database, [row_of(database, ODD).key], {Tag("team", "blue")}, set(), Author("ada", "")
    )
    clock.step(60)
    write_all_models(database, [replace(ODD, name="renamed")], clock())
    assert found(database, "team:blue renamed") == "r"
    assert found(database, "blue") == "r"


def test_labels_that_are_put_on_during_a_listing_are_found(
    database: Database, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = models._news

    def compared(*args: Any) -> list[dict[str, Any]]:
        news = compare(*args)
        key = row_of(database, FAST).key
        change_model_tags(database, [key], {Tag("event", "berlin")}, set(), Author("ada", ""))
        return news

    clock.step(60)
    monkeypatch.setattr(models, "_news", compared)
    write_all_models(database, [replace(one, name=f"{one.name}!") for one in ALL], clock())
    assert row_of(database, FAST).tags == ("event:berlin",)
    assert found(database, "berlin") == "F"


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


# What is on its way


def test_what_is_on_its_way_is_told_in_a_word(database: Database, tmp_path: Path) -> None:
    workspace = Workspace(database, "ada")
    fast, slow = (row_of(database, one) for one in (FAST, SLOW))
    submit(workspace, plan_download(workspace, [fast], str(tmp_path)))
    submit(workspace, plan_save_to_bucket(workspace, [fast], "s3://archive", second_door=True))
    submit(workspace, plan_stop(workspace, [slow], second_door=True))
    texts = [row_of(database, one).pending for one in (FAST, SLOW, ODD)]
    assert texts == ["downloaded, saved to the bucket", "stopped", ""]
    assert (fast.pending, slow.pending) == ("", "")


def test_the_deletion_of_a_racers_models_is_on_its_way_for_each(database: Database) -> None:
    workspace = Workspace(database, "ada")
    selection = select_by_name(workspace, [ADA.profile_id])
    submit(workspace, plan_delete_all(workspace, selection))
    assert [row_of(database, one).pending for one in (FAST, SLOW, ODD)] == [
        "deleted",
        "deleted",
        "",
    ]


@pytest.mark.parametrize("at_most", [0, 10_000])
def test_many_rows_tell_the_same(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_most: int
) -> None:
    workspace = Workspace(database, "ada")
    submit(workspace, plan_download(workspace, [row_of(database, FAST)], str(tmp_path)))
    monkeypatch.setattr(model_table, "_LOOKED_UP", at_most)
    assert row_of(database, FAST).pending == "downloaded"
    assert row_of(database, SLOW).pending == ""
