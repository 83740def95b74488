"""Everybody's models in a table: how it reads, filters, sorts and counts them, with labels."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download, plan_save_to_bucket
from drtui.commands.model_changes import plan_delete_all, plan_stop
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.filters import FilterError, parse
from drtui.domain.model_filter_fields import MODEL_FIELDS, MODELS
from drtui.domain.models import Stage
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import Tag
from drtui.store import model_table, models
from drtui.store.database import Database
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_table import MODEL_SORT_FIELDS, model_keys, model_totals
from drtui.store.model_tagging import change_model_tags, count_model_tags
from drtui.store.models import write_all_models
from drtui.store.tagging import TagGroup, change_tags
from drtui.store.users import user_keys
from tests.support.logs import SteppedClock
from tests.unit.store.models_known import (
    ADA,
    ALL,
    FAST,
    GB,
    LOST,
    NOW,
    ODD,
    SLOW,
    clock,
    database,
    found,
    row_of,
)

__all__ = ["clock", "database"]


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


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("field", ["name", "created_at", "size_bytes"])
def test_large_orders_are_read_from_an_index(
    database: Database, field: str, *, reverse: bool
) -> None:
    asked: list[str] = []
    with database.read() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        model_keys(connection, None, field, reverse=reverse)
        raw.set_trace_callback(None)
        plans = [
            str(step[3])
            for query in asked
            if query.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")
        ]
    assert any("INDEX ix_model_" in step for step in plans)
    assert not [step for step in plans if "TEMP B-TREE" in step]


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
