"""The export: what is in it, that it is the same each time, and that nothing is written over."""

import csv
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.exported_tables import TABLES
from drtui.commands.exporting import ABOUT, Export, check_folder, export
from drtui.commands.preparing import parts
from drtui.commands.workspace import Workspace
from drtui.domain.model_calls import ListedModel
from drtui.domain.problems import InvalidInputError, LocalFileError, ProblemError
from drtui.domain.races import ListedRace
from drtui.domain.scheduling import Whom
from drtui.store.database import open_database
from drtui.store.models import write_all_models
from drtui.store.races import forget_race, write_race_list
from drtui.store.rankings import write_rankings
from tests.support.operations import quota
from tests.support.scheduling import scheduled_pause
from tests.support.stores import (
    NOW,
    filled_store,
    plain_profiles,
    profile_id,
    special_profiles,
    swept,
)
from tests.unit.commands.race_scenes import CLOSED, NASTY, ranking, some_races

_NAMES = {ABOUT, *(f"{one.name}.{ending}" for one in TABLES for ending in ("csv", "json"))}
_FORMULA = ("=", "+", "-", "@", "|", "%")


@pytest.fixture
def rich(workspace: Workspace) -> Workspace:
    """A store with something in every table."""
    database = workspace.database
    quota(database, "racer-0010")
    three = Whom(profiles=tuple(profile_id(one) for one in range(3)))
    scheduled_pause(Workspace(database, ""), NOW + 3_600, three)
    write_race_list(database, some_races(), NOW - 100)
    write_rankings(database, CLOSED, [ranking(1, "ada-l"), ranking(2, "=b0lt")], NOW - 90)
    write_all_models(
        database,
        [ListedModel(profile_id(1), "model0000000001", "=SUM(A1)", "READY", None)],
        NOW - 80,
    )
    return workspace


def written(workspace: Workspace, folder: Path, **options: Any) -> Export:
    place = check_folder(str(folder), replace=options.get("replace", False))
    return export(workspace, "finals", place, **options)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def cells(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> Mapping[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_every_table_is_there_as_csv_and_as_json_with_the_same_rows(
    rich: Workspace, tmp_path: Path
) -> None:
    done = written(rich, tmp_path / "out")
    assert set(contents(done.folder)) == _NAMES
    for table in TABLES:
        of_json, of_csv = rows(done.folder, table.name), cells(done.folder, table.name)
        assert len(of_json) == len(of_csv) > 0, table.name
        for line in of_json:
            assert tuple(line) == table.columns
        assert tuple(of_csv[0]) == table.columns
    assert "28 users" in done.text
    assert "2 lines of the journal" in done.text


def test_a_racer_is_told_whole(rich: Workspace, tmp_path: Path) -> None:
    found = rows(written(rich, tmp_path / "out").folder, "racers")
    ada = next(one for one in found if one["alias"] == "ada-l")
    assert ada["email"] == "ada-l@example.com"
    assert (ada["minutes_used"], ada["minutes_limit"], ada["models_limit"]) == (276, 300, -1)
    unknown = next(one for one in found if one["alias"] == "unknown-one")
    assert unknown["minutes_used"] is None


def test_operations_come_with_their_targets_and_the_journal(
    rich: Workspace, tmp_path: Path
) -> None:
    folder = written(rich, tmp_path / "out").folder
    (operation,) = rows(folder, "operations")
    targets = rows(folder, "operation-targets")
    assert operation["targets"] == len(targets) == 10
    assert {one["operation"] for one in targets} == {operation["operation"]}
    assert targets[0]["after"] != targets[0]["before"]
    line, _ = rows(folder, "journal")
    assert (line["who"], line["operation"]) == ("ada", operation["operation"])


def test_what_was_set_for_a_time_is_told_with_for_whom_and_when(
    rich: Workspace, tmp_path: Path
) -> None:
    (it,) = rows(written(rich, tmp_path / "out").folder, "scheduled-operations")
    assert (it["number"], it["kind"], it["state"]) == (1, "pause", "waiting")
    assert (it["at"], it["whom"]) == ("2026-05-02T13:05:24Z", "3 racers")
    assert it["profiles"].split() == [profile_id(one) for one in range(3)]
    assert (it["operation"], it["settled_at"]) == (None, None)


def test_who_was_deleted_and_a_race_that_is_gone_stay_with_when(
    rich: Workspace, tmp_path: Path
) -> None:
    swept(rich.database, special_profiles())
    swept(rich.database, special_profiles())
    forget_race(rich.database, CLOSED)
    folder = written(rich, tmp_path / "out").folder
    plain = [one for one in rows(folder, "racers") if one["alias"].startswith("racer-")]
    assert len(plain) == 12
    assert all(one["gone_at"] for one in plain)
    gone = {one["race_id"]: one["gone_at"] for one in rows(folder, "races")}
    assert gone[CLOSED] is not None
    assert {one["race_id"] for one in rows(folder, "rankings")} == {CLOSED}


def test_no_cell_is_a_formula_and_no_text_moves_a_cursor(rich: Workspace, tmp_path: Path) -> None:
    folder = written(rich, tmp_path / "out").folder
    for table in TABLES:
        for line in cells(folder, table.name):
            for cell in line.values():
                number = cell.lstrip("-").replace(".", "", 1).isdigit()
                assert number or not cell.lstrip().startswith(_FORMULA), cell
    assert any(one["name"] == NASTY for one in rows(folder, "races"))
    for data in contents(folder).values():
        assert b"\x1b" not in data
        assert "\u202e".encode() not in data


def test_the_same_store_gives_the_same_bytes_whatever_the_time(
    rich: Workspace, tmp_path: Path
) -> None:
    first = written(rich, tmp_path / "one")
    rich.database.close()
    later = open_database(rich.database.path, lambda: NOW + 86_400)
    second = written(Workspace(later, "bo"), tmp_path / "two")
    later.close()
    assert contents(first.folder) == contents(second.folder)


def test_the_files_say_what_they_are_and_are_only_their_owners(
    rich: Workspace, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        folder = written(rich, tmp_path / "out").folder
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    assert about["account"] == "finals"
    assert about["as_of"]["racers"] == "2026-05-02T12:05:12Z"
    assert about["as_of_is"] == "when what is the oldest of it was read"
    prepared = {one.name.lower(): one.as_json()["as_of"] for one in parts(rich)}
    assert about["as_of"] == {name: prepared[name] for name in about["as_of"]}
    for file in about["files"]:
        data = (folder / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert {file["name"] for file in about["files"]} == _NAMES - {ABOUT}


def test_an_empty_store_is_exported_too(tmp_path: Path) -> None:
    database = open_database(tmp_path / "new.sqlite", lambda: NOW)
    done = written(Workspace(database, "ada"), tmp_path / "out")
    database.close()
    assert rows(done.folder, "racers") == []
    assert "nothing was known yet" in done.text
    assert "Nothing was read" in done.age_text


# What is there already


def test_an_export_is_replaced_only_where_that_is_said(rich: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    before = contents(written(rich, folder).folder)
    folder.joinpath("notes.txt").write_text("mine", encoding="utf-8")
    quota(rich.database, "ada-l")
    with pytest.raises(InvalidInputError, match=r"already: .*drtui export --replace"):
        check_folder(str(folder))
    with pytest.raises(InvalidInputError, match="already"):
        export(rich, "finals", folder)
    assert contents(folder) == {**before, "notes.txt": b"mine"}
    written(rich, folder, replace=True)
    assert len(rows(folder, "operations")) == 2
    assert folder.joinpath("notes.txt").read_text(encoding="utf-8") == "mine"


def test_other_files_are_left_alone_and_a_link_is_not_followed(
    rich: Workspace, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "precious.csv"
    folder.mkdir()
    elsewhere.write_text("precious", encoding="utf-8")
    folder.joinpath("racers.csv").symlink_to(elsewhere)
    with pytest.raises(InvalidInputError, match=r"racers\.csv"):
        check_folder(str(folder))
    written(rich, folder, replace=True)
    assert elsewhere.read_text(encoding="utf-8") == "precious"
    assert not folder.joinpath("racers.csv").is_symlink()


@pytest.mark.parametrize("typed", ["", "  ", "a\0b", "no/such/folder/there", "/proc/self/status"])
def test_what_is_no_folder_for_it_is_refused(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError):
        check_folder(typed)


# What fails


def test_one_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    database = filled_store(tmp_path / "account.sqlite", racers=600)
    told = []

    def stop(name: str, number: int) -> None:
        told.append((name, number))
        raise ProblemError("enough")

    with pytest.raises(ProblemError, match="enough"):
        written(Workspace(database, "ada"), tmp_path / "out", progress=stop)
    database.close()
    assert told == [("racers", 500)]
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_told_and_an_earlier_export_stays(
    rich: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    before = contents(written(rich, folder).folder)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(LocalFileError, match="no room"):
        written(rich, folder, replace=True)
    assert contents(folder) == before


def test_it_is_of_one_moment(rich: Workspace, tmp_path: Path) -> None:
    """What is written to the store meanwhile is not in it, in no table."""

    class Meddler:
        """Writes to the store once the first table is being read."""

        done = False

        def __call__(self, _name: str, _number: int) -> None:
            if not self.done:
                self.done = True
                quota(rich.database, "ada-l")

    swept(rich.database, [*special_profiles(), *plain_profiles(600)])
    meddler = Meddler()
    folder = written(rich, tmp_path / "out", progress=meddler).folder
    assert meddler.done
    assert len(rows(folder, "operations")) == 1
    assert len(rows(folder, "journal")) == 2
    shutil.rmtree(folder)
    assert len(rows(written(rich, folder).folder, "operations")) == 2


def test_the_order_of_races_does_not_depend_on_what_is_open(
    rich: Workspace, tmp_path: Path
) -> None:
    found = rows(written(rich, tmp_path / "out").folder, "races")
    expected: list[ListedRace] = some_races()
    assert [one["race_id"] for one in found] == [one.race_id for one in expected]
    assert "state" not in found[0]
