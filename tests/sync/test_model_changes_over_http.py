"""Stopping and deleting models of an emulated deployment: what is told was seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.bulk import submit
from drtui.commands.model_changes import (
    deletion_lines,
    deletion_of,
    plan_delete_all,
    plan_delete_downloaded,
    plan_delete_own,
    plan_stop,
)
from drtui.domain.models import ModelRow
from drtui.domain.operations import ItemState
from drtui.domain.planning import Outcome
from drtui.sync.couriers import model_deletions, model_stops
from tests.support.emulator import RunningEmulator, running_emulator
from tests.sync.model_changing import Changing


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=30, lag_ms=0, firewall="none", deployment="1.3.1") as running:
        yield running


@pytest.fixture
def event(emulator: RunningEmulator, tmp_path: Path) -> Iterator[Changing]:
    emulator.control("clear")
    emulator.control("deletions", failing=[], failing_share=0)
    made = Changing(emulator, tmp_path / "state" / "store.sqlite")
    yield made
    made.gateway.close()
    made.database.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for longer than a test likes."""
    monkeypatch.setattr(model_stops, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(model_stops, "_INITIALISING_SECONDS", 0.1)
    monkeypatch.setattr(model_deletions, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(model_deletions, "_DOWNLOAD_SECONDS", 0.1)


def calls(event: Changing, method: str, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = event.emulator.control("calls", method=method)["calls"]
    return [one for one in found if path in one["path"]]


def some_racer(event: Changing, least: int = 2, *, ready: bool = True) -> tuple[str, list[Any]]:
    """A racer with some models, all of them READY with an archive."""
    people = event.emulator.control("snapshot", models=True)["profiles"]
    for profile_id, row in people.items():
        models = row["models"]
        fine = all(one["status"] == "READY" for one in models) == ready
        if (
            profile_id != event.me
            and len(models) >= least
            and fine
            and row["roleName"] == "dr-racers"
        ):
            for one in models:
                event.emulator.control(
                    "packaging", profile_id=profile_id, model_id=one["modelId"], packaged=True
                )
            event.read(profile_id)
            return profile_id, models
    raise AssertionError("no such racer")


def rows_of(event: Changing, profile_id: str, models: list[Any]) -> list[ModelRow]:
    return [
        ModelRow(0, profile_id, one["modelId"], one["name"], one["status"], alias="x")
        for one in models
    ]


def test_an_own_training_is_stopped_and_seen_to_stop(event: Changing) -> None:
    model = event.own("fresh")
    event.emulator.control(
        "model", profile_id=event.me, model_id=model.model_id, status="EVALUATING"
    )
    plan = plan_stop(event.workspace, [event.own("fresh")], second_door=False)
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE]
    event.emulator.control("model", profile_id=event.me, model_id=model.model_id, status="STOPPING")
    (item,) = event.carried(plan)
    assert (item.state, item.reason) == (ItemState.ALREADY_SO, "is being stopped")
    assert event.row(model.model_id).status == "STOPPING"
    event.emulator.control("model", profile_id=event.me, model_id=model.model_id, status="READY")


def test_a_stop_that_takes_too_long_is_read_back_before_anything_is_told(event: Changing) -> None:
    event.emulator.control("stops", seconds=0.2)
    model = event.own("stuck")
    assert model.status == "QUEUED"
    (item,) = event.carried(plan_stop(event.workspace, [model], second_door=False))
    assert item.state is ItemState.FAILED
    assert "is queued still" in item.reason
    asked = calls(event, "PATCH", model.model_id)
    reads = calls(event, "GET", f"/models/{model.model_id}")
    assert len(asked) == 3
    assert len(reads) >= 2 * len(asked)


def test_a_stop_whose_answer_is_lost_is_done_when_it_is_seen(event: Changing) -> None:
    model = event.own("in-training")
    event.emulator.control("fail", how="reset_after", method="PATCH", path="/models/*", times=1)
    (item,) = event.carried(plan_stop(event.workspace, [model], second_door=False))
    assert item.state is ItemState.DONE
    assert len(calls(event, "PATCH", model.model_id)) == 1


def test_what_initialises_is_not_stopped(event: Changing) -> None:
    model = event.own("warming-up")
    (row,) = plan_stop(event.workspace, [model], second_door=True).rows
    assert row.outcome is Outcome.CANNOT
    assert row.reason.startswith("it is initialising")


def test_others_need_the_second_door_and_are_told_what_to_do(event: Changing) -> None:
    profile_id, models = some_racer(event)
    (row, *_) = rows_of(event, profile_id, models)
    training = ModelRow(0, profile_id, row.model_id, row.name, "TRAINING")
    (closed,) = plan_stop(event.workspace, [training], second_door=False).rows
    assert closed.outcome is Outcome.CANNOT
    assert "--aws-profile" in closed.reason
    (opened,) = plan_stop(event.workspace, [training], second_door=True).rows
    assert opened.outcome is Outcome.CHANGE
    assert opened.target.profile_id == f"stop:{profile_id}/{row.model_id}"


def test_an_own_model_is_deleted_and_seen_to_be_gone(event: Changing) -> None:
    model = event.own("spun-off")
    plan = plan_delete_own(event.workspace, [model, event.own("stuck")])
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE, Outcome.CANNOT]
    assert deletion_of(event.workspace, plan).number == 1
    (item,) = event.carried(plan)
    assert item.state is ItemState.DONE
    assert event.own_status(model.model_id) == ""
    with pytest.raises(ValueError, match="unpack"):
        event.row(model.model_id)


def test_an_own_model_that_does_not_go_is_told(event: Changing) -> None:
    model = event.own("edited-import")
    event.emulator.control("deletions", failing=[model.model_id])
    (item,) = event.carried(plan_delete_own(event.workspace, [model]))
    assert item.state is ItemState.FAILED
    assert event.own_status(model.model_id) == "ERROR"


def test_a_deletion_says_what_it_comes_to(event: Changing) -> None:
    profile_id, models = some_racer(event)
    plan = plan_delete_all(event.workspace, event.selection(profile_id))
    first, *_ = deletion_lines(event.workspace, plan)
    assert first.startswith(f"{len(models)} models of 1 racer will be deleted, as of ")
    assert deletion_of(event.workspace, plan).number == len(models)


def test_only_what_was_safely_downloaded_is_deleted(event: Changing, tmp_path: Path) -> None:
    profile_id, models = some_racer(event)
    folder = tmp_path.resolve() / "models"
    selection = event.selection(profile_id)
    (row,) = plan_delete_downloaded(event.workspace, selection).rows
    assert row.outcome is Outcome.CANNOT
    assert row.reason == f"{len(models)} of its {len(models)} models are not safely downloaded"
    event.download(rows_of(event, profile_id, models), folder)
    plan = plan_delete_downloaded(event.workspace, selection)
    assert [one.outcome for one in plan.rows] == [Outcome.CHANGE]
    archive = next(path for path in folder.iterdir() if path.name.endswith(".tar.gz"))
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (item,) = event.carried(plan)
    assert item.state is ItemState.FAILED
    assert item.reason.startswith(f"nothing was deleted: 1 of {len(models)} models not safely")
    assert len(event.gateway.models_of(profile_id)) == len(models)
    archive.write_bytes(whole)
    (item,) = event.carried(plan_delete_downloaded(event.workspace, selection))
    assert item.state is ItemState.DONE
    assert event.gateway.models_of(profile_id) == ()


def test_a_deletion_submitted_with_its_downloads_waits_for_them(
    event: Changing, tmp_path: Path
) -> None:
    profile_id, models = some_racer(event)
    folder = tmp_path.resolve() / "models"
    downloads = event.submit(event.plan(rows_of(event, profile_id, models), folder))
    plan = plan_delete_downloaded(event.workspace, event.selection(profile_id))
    assert plan.rows[0].reason == f"waits for {len(models)} downloads"
    number = submit(event.workspace, plan)
    assert number is not None
    event.run(lambda: event.settled(number))
    assert set(event.states(downloads)) == {ItemState.DONE}
    assert event.states(number) == [ItemState.DONE]
    assert event.gateway.models_of(profile_id) == ()


def test_a_model_made_after_the_plan_keeps_all_of_its_racer(
    event: Changing, tmp_path: Path
) -> None:
    profile_id, models = some_racer(event)
    folder = tmp_path.resolve() / "models"
    event.download(rows_of(event, profile_id, models), folder)
    plan = plan_delete_downloaded(event.workspace, event.selection(profile_id))
    ids = {"profile_id": profile_id, "model_id": models[0]["modelId"]}
    event.emulator.control("model", **ids, status="EVALUATING")
    (item,) = event.carried(plan)
    event.emulator.control("model", **ids, status="READY")
    assert item.state is ItemState.FAILED
    assert len(event.gateway.models_of(profile_id)) == len(models)


def test_what_a_deletion_leaves_is_told_by_name(event: Changing, tmp_path: Path) -> None:
    profile_id, models = some_racer(event)
    event.download(rows_of(event, profile_id, models), tmp_path.resolve() / "models")
    event.emulator.control("deletions", failing=[models[0]["modelId"]])
    plan = plan_delete_downloaded(event.workspace, event.selection(profile_id))
    (item,) = event.carried(plan)
    assert item.state is ItemState.FAILED
    assert item.reason.startswith("1 model left after 3 deletions: ")
