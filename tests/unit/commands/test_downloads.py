"""Planning downloads: what can be saved, where to, when it is done, and who may."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.commands.bulk import submit
from drtui.commands.downloads import (
    finish_lines,
    plan_download,
    plan_save_to_bucket,
    safely_downloaded,
)
from drtui.commands.inside import duplicates, look_inside
from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import MOST
from drtui.domain.archives import read_archive
from drtui.domain.download_errands import Wanted, saved_entry
from drtui.domain.manifests import MANIFEST_JSON
from drtui.domain.model_names import file_name
from drtui.domain.models import ModelRow
from drtui.domain.operations import OperationKind
from drtui.domain.permissions import refusal
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.domain.records import Role
from drtui.model_folders import ModelFolder
from drtui.store.downloading import claim_download
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.store.users import moment
from tests.support.archives import archive, model
from tests.support.stores import NOW, filled_store


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    database = filled_store(tmp_path / "state" / "store.sqlite")
    yield Workspace(database, "ada")
    database.close()


def saved(folder: Path, one: ModelRow, data: bytes) -> Path:
    """A model as a download leaves it."""
    name = file_name(one.alias, one.name, one.profile_id, one.model_id)
    at = moment(NOW)
    assert at is not None
    wanted = Wanted(one.profile_id, one.model_id, one.alias, one.email or "", one.name, name)
    target = ModelFolder(folder)
    target.prepare()
    target.file(name).write_bytes(data)
    entry = saved_entry(wanted, read_archive([data]), at)
    target.write({**target.entries(), entry.key: entry})
    return target.file(name)


def test_a_plan_says_what_is_saved_what_is_there_and_what_cannot_be(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path.resolve() / "models"
    saved(folder, model(1), archive())
    several = [
        model(0),
        model(1, alias="renamed"),
        model(2, status="TRAINING"),
        model(3, status="ERROR"),
        model(4, status="NEW_ONE"),
        replace(model(5), listed=False),
    ]
    plan = plan_download(workspace, several, str(folder))
    assert [row.outcome for row in plan.rows] == [
        Outcome.CHANGE,
        Outcome.ALREADY_SO,
        *[Outcome.CANNOT] * 4,
    ]
    assert plan.rows[2].reason == "it is training, so there is no archive yet"
    assert plan.kind is OperationKind.DOWNLOAD_MODELS
    assert "1 model will be downloaded" in summary_lines(plan)
    assert submit(workspace, plan) is not None


def test_only_what_is_whole_on_this_machine_counts_as_safe(
    workspace: Workspace, tmp_path: Path
) -> None:
    at = moment(NOW)
    assert at is not None
    keys, paths = [], []
    for number in range(3):
        one, data = model(number), archive({"x": bytes([number])})
        path = saved(tmp_path.resolve() / "models", one, data)
        found = read_archive([data])
        keep_model_file(
            workspace.database,
            ModelFile(
                *(one.profile_id, one.model_id, one.alias, "", one.name, str(path)),
                found.size,
                found.sha256,
                at,
            ),
        )
        keys.append((one.profile_id, one.model_id))
        paths.append(path)
    assert set(safely_downloaded(workspace, keys)) == set(keys)
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[::-1])
    assert set(safely_downloaded(workspace, keys)) == {keys[2]}


@pytest.mark.parametrize(
    "typed", ["", " ", "a\0b", "a\nb", "~nobody-has-this-name/x", "/no/such/folder/x"]
)
def test_a_folder_that_cannot_be_is_told_before_anything_happens(
    workspace: Workspace, typed: str
) -> None:
    with pytest.raises(InvalidInputError):
        plan_download(workspace, [model()], typed)


def test_a_disk_without_room_is_told_before_a_download_is_confirmed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_download(workspace, [model()], str(tmp_path / "models"))
    assert finish_lines(workspace, plan)[-1].endswith("are free there.")

    def full(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=0)

    monkeypatch.setattr("shutil.disk_usage", full)
    assert finish_lines(workspace, plan)[-1].startswith("No room is free there")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes none")
def test_a_folder_that_cannot_be_made_where_its_parent_is_says_so() -> None:
    with pytest.raises(LocalFileError, match="cannot be made"):
        ModelFolder(Path("/proc/drtui-models")).prepare()


def test_a_file_and_a_foreign_manifest_are_told(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(InvalidInputError, match="is a file"):
        plan_download(workspace, [model()], str(file))
    (tmp_path / MANIFEST_JSON).write_text("[]")
    with pytest.raises(InvalidInputError, match=r"none of drtui's"):
        plan_download(workspace, [model()], str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_only_be_read_is_told(workspace: Workspace, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InvalidInputError, match="may not be written"):
        plan_download(workspace, [model()], str(tmp_path / "models"))
    tmp_path.chmod(0o700)


def test_the_finish_is_told_from_pace_and_what_was_begun(
    workspace: Workspace, tmp_path: Path
) -> None:
    plan = plan_download(workspace, [model(n) for n in range(41)], str(tmp_path / "models"))
    assert "the last begins about 2026-05-02 12:10 UTC" in finish_lines(workspace, plan)[0]
    few = plan_download(workspace, [model()], str(tmp_path / "models"))
    assert "without a pause" in finish_lines(workspace, few)[0]
    for _ in range(40):
        assert claim_download(workspace.database, 40)
    assert not claim_download(workspace.database, 40)
    assert "12:10 UTC" in finish_lines(workspace, few)[0]
    assert "an alarm" in finish_lines(workspace, few, per_window=50)[1]
    assert workspace.admin_calls == MOST


@pytest.mark.parametrize(
    "address",
    ["x", "s3://", "s3://AB", "s3://b..b/x", "s3://bucket/a//b", "s3://bucket/../x", "http://a/b"],
)
def test_an_address_that_is_none_is_told(workspace: Workspace, address: str) -> None:
    with pytest.raises(InvalidInputError, match=r"s3://bucket/prefix, where .* 3 to 63|A prefix"):
        plan_save_to_bucket(workspace, [model()], address, second_door=True)


def test_the_deployments_own_bucket_is_never_written_to(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="own bucket"):
        plan_save_to_bucket(
            workspace, [model()], "s3://theirs/x", second_door=True, own_buckets={"theirs"}
        )
    with pytest.raises(InvalidInputError, match="AWS profile"):
        plan_save_to_bucket(workspace, [model()], "s3://ours/x", second_door=False)
    plan = plan_save_to_bucket(workspace, [model()], "s3://ours/x/", second_door=True)
    assert plan.params == {"bucket": "ours", "prefix": "x/"}


def test_facilitators_may_download_and_racers_may_not() -> None:
    kind = OperationKind.DOWNLOAD_MODELS
    assert refusal(Role.FACILITATOR, kind) == ""
    assert refusal(Role.RACER, kind).startswith("racers may not download others' models")


def test_identical_models_and_what_is_inside_are_told(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    saved(folder, model(0), archive())
    saved(folder, model(1, alias="bob"), archive(mtime=5))
    bad = saved(folder, model(2), archive({"x": b"1"}))
    bad.write_bytes(b"no archive")
    assert [[one.alias for one in group] for group in duplicates(str(folder))] == [["ada", "bob"]]
    found = list(look_inside(str(folder)))
    assert sorted(one.contents is None for one in found) == [False, False, True]
    (inside,) = look_inside(str(bad))
    assert inside.trouble == "It is no gzip data, or was damaged on its way."
    assert inside.entry is not None
