"""Imports into an emulated deployment: once, whatever breaks off, and followed to the end."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.bulk import submit
from drtui.commands.downloads import progress
from drtui.commands.model_imports import plan_import
from drtui.domain.import_errands import wanted_import
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.store.sync_state import read_sync_state
from drtui.sync.couriers import imports
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.imports import files, model_archive, model_folder
from tests.support.waiting import eventually
from tests.sync.killing import killed_in_the_end
from tests.sync.model_changing import Changing


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(
        racers=3, lag_ms=0, firewall="none", deployment="1.3.1", frozen=False
    ) as running:
        yield running


@pytest.fixture
def event(
    emulator: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Changing]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", emulator.ready["s3"])
    monkeypatch.setattr(imports, "_FOLLOW_SECONDS", 0.1)
    monkeypatch.setattr(imports, "_HALTED_SECONDS", 0.1)
    monkeypatch.setattr(imports, "LATE_REQUEST_SECONDS", 0.5)
    emulator.control("clear")
    emulator.control("imports", seconds=1, fail=[])
    made = Changing(emulator, tmp_path / "state" / "store.sqlite")
    emulator.control("calls", clear=True)
    yield made
    made.gateway.close()
    made.database.close()


def named(event: Changing, name: str) -> list[dict[str, Any]]:
    """The admin's models of a name."""
    people = event.emulator.control("snapshot", models=True)["profiles"]
    return [one for one in people[event.me]["models"] if one["name"] == name]


def asked(event: Changing) -> int:
    calls = event.emulator.control("calls", method="POST")["calls"]
    return sum("importmodel" in one["path"] for one in calls)


def imported(event: Changing, path: Path, name: str) -> Item:
    (item,) = event.carried(plan_import(event.workspace, str(path), name, "From home").plan)
    return item


@pytest.mark.parametrize("packed", [False, True])
def test_a_model_is_imported_and_followed_until_it_is_ready(
    event: Changing, tmp_path: Path, packed: bool
) -> None:
    name = f"brought-{packed}"
    path = (
        model_archive(tmp_path / "fast.tar.gz", root="fast/")
        if packed
        else model_folder(tmp_path / "fast")
    )
    item = imported(event, path, name)
    (model,) = named(event, name)
    assert (item.state, model["status"]) == (ItemState.DONE, "READY")
    assert item.reason == f"is READY, as model {model['modelId']}"
    assert event.row(model["modelId"]).status == "READY"
    assert asked(event) == 1
    assert progress(event.workspace) == []


def test_an_error_of_the_import_is_told_and_a_retry_begins_anew(
    event: Changing, tmp_path: Path
) -> None:
    event.emulator.control("imports", seconds=1, fail=["The model was edited."])
    item = imported(event, model_folder(tmp_path / "fast"), "edited")
    assert (item.state, item.reason) == (ItemState.FAILED, "The model was edited.")
    assert wanted_import(item).model_id == ""


def test_a_deployment_that_lists_no_models_of_all_does_not_say_why(
    event: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> bool:
        return False

    monkeypatch.setattr("drtui.couriers._has", none)
    event.emulator.control("imports", seconds=1, fail=["The model was edited."])
    item = imported(event, model_folder(tmp_path / "fast"), "untold")
    assert item.state is ItemState.FAILED
    assert item.reason == "the deployment could not import it, and does not say why"
    assert not event.emulator.control("calls", method="GET", path="/admin/models")["calls"]


def test_one_who_may_not_list_all_models_is_told_as_much_as_is_known(
    event: Changing, tmp_path: Path
) -> None:
    event.emulator.control("fail", path="/admin/models", status=403, times=None)
    event.emulator.control("imports", seconds=1, fail=["The model was edited."])
    item = imported(event, model_folder(tmp_path / "fast"), "not-allowed")
    assert (item.state, item.reason.endswith("does not say why")) == (ItemState.FAILED, True)
    with event.database.read() as connection:
        assert read_sync_state(connection).halt is None


def test_a_lost_answer_imports_nothing_twice(event: Changing, tmp_path: Path) -> None:
    event.emulator.control("fail", how="reset_after", method="POST", path="/importmodel", times=1)
    item = imported(event, model_folder(tmp_path / "fast"), "once")
    assert item.state is ItemState.DONE
    assert (len(named(event, "once")), asked(event)) == (1, 1)


def test_a_call_that_never_arrived_is_made_again_once_it_cannot_come_late(
    event: Changing, tmp_path: Path
) -> None:
    event.emulator.control("fail", how="reset", method="POST", path="/importmodel", times=1)
    item = imported(event, model_folder(tmp_path / "fast"), "again")
    assert item.state is ItemState.DONE
    assert (len(named(event, "again")), asked(event)) == (1, 2)


def test_a_model_of_the_same_name_from_before_is_not_taken_for_the_import(
    event: Changing, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "fast")
    imported(event, folder, "twin")
    event.emulator.control("fail", how="reset", method="POST", path="/importmodel", times=1)
    plan = plan_import(event.workspace, str(folder), "twin")
    assert plan.plan.rows[0].reason == "1 model of yours called so already"
    (item,) = event.carried(plan.plan)
    assert item.state is ItemState.DONE
    assert len(named(event, "twin")) == 2


def test_a_bucket_that_refuses_halts_nothing(event: Changing, tmp_path: Path) -> None:
    event.emulator.control(
        "fail",
        path="/s3/*",
        times=None,
        status=403,
        body="<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    )
    item = imported(event, model_folder(tmp_path / "fast"), "denied")
    assert item.state is ItemState.FAILED
    assert "may put no files into" in item.reason
    with event.database.read() as connection:
        assert read_sync_state(connection).halt is None
    assert asked(event) == 0


def test_an_upload_that_breaks_off_is_made_again(event: Changing, tmp_path: Path) -> None:
    event.emulator.control("fail", how="reset", path="/s3/*", skip=3, times=2)
    item = imported(event, model_folder(tmp_path / "fast"), "broken-off")
    assert item.state is ItemState.DONE
    assert (len(named(event, "broken-off")), asked(event)) == (1, 1)


def test_what_changed_since_it_was_confirmed_is_not_imported(
    event: Changing, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "fast")
    plan = plan_import(event.workspace, str(folder), "changed").plan
    os.utime(folder / "reward_function.py", ns=(1, 1))
    (item,) = event.carried(plan)
    assert item.state is ItemState.FAILED
    assert "not those that were confirmed" in item.reason
    assert asked(event) == 0


def test_a_refusal_is_told_before_anything_is_sent(event: Changing, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "fast", files(hyperparameters__json=b"{}"))
    with pytest.raises(InvalidInputError, match="says nothing of batch_size"):
        plan_import(event.workspace, str(folder), "bad")
    with pytest.raises(InvalidInputError, match="upload bucket"):
        plan_import(event.workspace, str(folder), "bad", uploads=False)


def reached(event: Changing, where: str) -> bool:
    """Whether a call whose path begins so was answered, or is being answered."""
    calls = event.emulator.control("calls")["calls"]
    return any(where.rstrip("*") in one["path"] for one in calls)


@pytest.mark.parametrize("moment", ["upload", "import", "follow"])
def test_a_kill_at_any_step_imports_it_once(event: Changing, tmp_path: Path, moment: str) -> None:
    name = f"killed-{moment}"
    plan = plan_import(event.workspace, str(model_folder(tmp_path / "fast")), name).plan
    number = submit(event.workspace, plan)
    assert number is not None
    where = {"upload": "/s3/*", "import": "/importmodel", "follow": "/models/*"}[moment]
    event.emulator.control("fail", how="slow", path=where, times=1, bytes_per_second=1)
    event.emulator.control("calls", clear=True)
    with killed_in_the_end(event):
        eventually(lambda: reached(event, where), 60)
    event.emulator.control("clear")
    event.run(lambda: event.settled(number))
    assert event.states(number) == [ItemState.DONE]
    assert len(named(event, name)) == 1
