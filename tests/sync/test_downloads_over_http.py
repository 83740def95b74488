"""Downloads from an emulated deployment: what breaks off goes on, nothing passes unsound."""

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.partial_files import PartialFile
from drtui.commands.downloads import progress, safely_downloaded
from drtui.commands.inside import look_inside
from drtui.domain.manifests import MANIFEST_CSV, MANIFEST_JSON
from drtui.domain.model_names import file_name
from drtui.domain.models import ModelRow
from drtui.domain.operations import ItemState
from drtui.domain.planning import Outcome
from drtui.sync.couriers import archive_source
from tests.support.archives import archive
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually
from tests.sync.downloading import Event
from tests.sync.killing import killed_in_the_end

LARGE = 3_000_000


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=30, lag_ms=0, archive_bytes=LARGE, firewall="none") as running:
        yield running


@pytest.fixture
def event(emulator: RunningEmulator, tmp_path: Path) -> Iterator[Event]:
    emulator.control("clear")
    emulator.control("links", seconds=300)
    made = Event(emulator, tmp_path / "state" / "store.sqlite")
    yield made
    made.gateway.close()
    made.database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "models"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for longer than a test likes."""
    monkeypatch.setattr(archive_source, "_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(archive_source, "_BUILT_SECONDS", 0.1)


def name_of(model: ModelRow) -> str:
    return file_name(model.alias, model.name, model.profile_id, model.model_id)


def asked(emulator: RunningEmulator, what: str) -> list[dict[str, Any]]:
    """The calls whose path has this in it, the oldest first."""
    return [one for one in emulator.control("calls")["calls"] if what in one["path"]]


def links(emulator: RunningEmulator) -> int:
    return len(asked(emulator, "/getasset"))


def test_models_are_saved_under_their_names_with_a_manifest(event: Event, folder: Path) -> None:
    models = event.models(3)
    done = event.download(models, folder)
    assert [item.state for item in done] == [ItemState.DONE] * 3
    found = {path.name for path in folder.iterdir()}
    assert found == {*map(name_of, models), MANIFEST_JSON, MANIFEST_CSV}
    listed = json.loads((folder / MANIFEST_JSON).read_text())["models"]
    for one in listed:
        data = (folder / one["file"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert one["outcome"] == "downloaded"
    rows = list(csv.DictReader(io.StringIO((folder / MANIFEST_CSV).read_text())))
    assert {row["model_id"] for row in rows} == {one.model_id for one in models}
    keys = [(one.profile_id, one.model_id) for one in models]
    assert set(safely_downloaded(event.workspace, keys)) == set(keys)
    inside = list(look_inside(str(folder)))
    assert all(one.contents is not None and one.contents.action_space for one in inside)
    assert progress(event.workspace) == []


def test_what_is_there_with_its_checksum_is_so_already_and_what_differs_is_fetched_anew(
    event: Event, folder: Path
) -> None:
    models = event.models(2)
    event.download(models, folder)
    before = links(event.emulator)
    again = event.plan(models, folder)
    assert [row.outcome for row in again.rows] == [Outcome.ALREADY_SO] * 2
    path = folder / name_of(models[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    plan = event.plan(models, folder)
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE, Outcome.ALREADY_SO]
    assert "not the one that was downloaded" in plan.rows[0].reason
    event.submit(plan)
    event.run()
    assert path.read_bytes() == whole
    assert links(event.emulator) == before + 1


def test_a_link_that_expires_on_the_way_is_renewed_and_the_file_goes_on(
    event: Event, folder: Path
) -> None:
    (model,) = event.models(1)
    event.emulator.control("calls", clear=True)
    event.emulator.control("fail", how="truncated", path="/storage/*", times=1, keep=100_000)
    event.emulator.control(
        "fail",
        path="/storage/*",
        times=1,
        status=403,
        body="<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
    )
    (item,) = event.download([model], folder)
    assert item.state is ItemState.DONE
    parts = asked(event.emulator, "/storage/")
    assert [bool(call["range"]) for call in parts] == [False, True, True]
    assert links(event.emulator) == 2


def test_a_file_cut_short_again_and_again_goes_on_where_it_was(event: Event, folder: Path) -> None:
    (model,) = event.models(1)
    event.emulator.control("calls", clear=True)
    event.emulator.control("fail", how="truncated", path="/storage/*", times=4, keep=300_000)
    (item,) = event.download([model], folder)
    assert item.state is ItemState.DONE
    assert links(event.emulator) == 1
    assert (folder / name_of(model)).is_file()


def test_a_racer_deleted_meanwhile_is_told_and_the_others_go_on(event: Event, folder: Path) -> None:
    models = event.models(30)
    kept, gone = models[0], next(one for one in models if one.profile_id != models[0].profile_id)
    number = event.submit(event.plan([gone, kept], folder))
    event.emulator.control("delete", profile_id=gone.profile_id)
    event.run()
    first, second = event.items(number)
    assert (first.state, second.state) == (ItemState.FAILED, ItemState.DONE)
    assert first.reason == "is not there any more: the model, or its racer, was deleted"
    listed = json.loads((folder / MANIFEST_JSON).read_text())["models"]
    assert {one["outcome"] for one in listed} == {"downloaded", f"failed: {first.reason}"}


def test_what_is_not_packaged_or_not_ready_any_more_is_told(event: Event, folder: Path) -> None:
    never, training = event.models(2)
    ids = {"profile_id": never.profile_id, "model_id": never.model_id}
    event.emulator.control("packaging", **ids, packaged=False)
    number = event.submit(event.plan([never, training], folder))
    event.emulator.control(
        "model",
        profile_id=training.profile_id,
        model_id=training.model_id,
        status="EVALUATING",
    )
    event.run(lambda: event.settled(number))
    first, second = event.items(number)
    event.emulator.control(
        "model", profile_id=training.profile_id, model_id=training.model_id, status="READY"
    )
    # Nobody can do anything about it: it is left out, and needs no hand.
    assert first.state is ItemState.CANCELLED
    assert first.reason.startswith("left out: is READY, but the deployment has no archive of it")
    listed = json.loads((folder / MANIFEST_JSON).read_text())["models"]
    assert first.reason in {one["outcome"] for one in listed}
    assert second.state is ItemState.FAILED
    assert second.reason == "its status is evaluating by now, and not READY"


def test_an_archive_that_is_not_sound_never_gets_its_name(
    event: Event, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (model,) = event.models(1)
    bomb = archive({"zeros": b"\0" * (80 * 2**20)})

    def fetched(_: str, into: Path, **__: object) -> int:
        return into.write_bytes(bomb)

    monkeypatch.setattr(event.door.fetcher, "fetch", fetched)
    number = event.submit(event.plan([model], folder))
    event.run(lambda: event.settled(number))
    (item,) = event.items(number)
    assert item.state is ItemState.FAILED
    assert "the archive is not sound: It unpacks to more than 200 times its size" in item.reason
    assert not [path for path in folder.iterdir() if ".tar.gz" in path.name]


def test_a_folder_that_cannot_be_written_holds_everything_and_fails_nothing(
    event: Event, folder: Path
) -> None:
    models = event.models(2)
    number = event.submit(event.plan(models, folder))
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)
    before = links(event.emulator)
    event.run()
    assert event.states(number) == [ItemState.PENDING] * 2
    assert "leads to another folder" in event.items(number)[0].reason
    assert links(event.emulator) == before
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_told_and_the_part_stays(
    event: Event, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (model,) = event.models(1)
    written = 0

    add = PartialFile.add

    def full(self: PartialFile, data: bytes) -> None:
        nonlocal written
        if written > 500_000:
            self._fail(OSError(28, os.strerror(28)))
        written += len(data)
        add(self, data)

    monkeypatch.setattr(PartialFile, "add", full)
    number = event.submit(event.plan([model], folder))
    event.run()
    (item,) = event.items(number)
    assert item.state is ItemState.PENDING
    assert "full" in item.reason
    part = folder / f"{name_of(model)}.part"
    assert part.stat().st_size > 500_000
    monkeypatch.undo()
    with event.database.write() as connection:
        connection.exec_driver_sql("UPDATE operation_item SET due_at = 0")
    event.run()
    assert event.states(number) == [ItemState.DONE]


def test_downloads_are_paced_over_a_restart(
    emulator: RunningEmulator, tmp_path: Path, folder: Path
) -> None:
    event = Event(emulator, tmp_path / "store.sqlite", downloads=2)
    number = event.submit(event.plan(event.models(5), folder))
    for _ in range(2):
        event.run(lambda: event.states(number).count(ItemState.DONE) >= 2)
    assert event.states(number).count(ItemState.DONE) == 2
    assert event.door.budget.seconds() > 200
    event.database.close()


def test_an_engine_that_is_stopped_ends_soon_and_the_next_goes_on(
    event: Event, folder: Path
) -> None:
    (model,) = event.models(1)
    number = event.submit(event.plan([model], folder))
    event.emulator.control(
        "fail", how="slow", path="/storage/*", times=1, bytes_per_second=1_000_000
    )
    part = folder / f"{name_of(model)}.part"
    event.run(lambda: part.exists() and part.stat().st_size > 200_000)
    (item,) = event.items(number)
    assert item.state is ItemState.PENDING
    assert item.attempts == 0
    assert re.fullmatch(r"stopped at [\d.]+ [KM]B: goes on there", item.reason)
    event.run()
    assert event.states(number) == [ItemState.DONE]
    assert [bool(one["range"]) for one in asked(event.emulator, "/storage/")[-2:]] == [False, True]


def test_a_process_killed_in_the_middle_of_a_file_is_gone_on_from(
    event: Event, folder: Path
) -> None:
    models = event.models(2)
    number = event.submit(event.plan(models, folder))
    event.emulator.control(
        "fail", how="slow", path="/storage/*", times=1, bytes_per_second=1_000_000
    )
    part = folder / f"{name_of(models[0])}.part"
    with killed_in_the_end(event):
        eventually(lambda: part.exists() and part.stat().st_size > 200_000, 30)
        eventually(lambda: bool(progress(event.workspace)))
        (seen,) = progress(event.workspace)
        assert seen.total is not None
        assert 0 < seen.size <= seen.total
    had = part.stat().st_size
    event.emulator.control("clear")
    event.emulator.control("calls", clear=True)
    event.run()
    assert event.states(number) == [ItemState.DONE] * 2
    first, *_ = asked(event.emulator, "/storage/")
    assert first["range"] == f"bytes={had}-"
    assert not part.exists()
    keys = [(one.profile_id, one.model_id) for one in models]
    assert set(safely_downloaded(event.workspace, keys)) == set(keys)
