"""An export that is killed: what is there tells whether it is whole, and the next one tidies up."""

import fcntl
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from drtui.commands.exporting import ABOUT, check_folder, export
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError


class KilledError(BaseException):
    """The process ends here."""


def told(folder: Path) -> list[str]:
    """Return the files that the export in a folder tells of."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return [one["name"] for one in about["files"]]


def killed_after(monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    """Let so many files take their place, and no more; nor is anything tidied up."""
    left = iter(range(files))
    replace = Path.replace

    def cut_short(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KilledError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut_short)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)


@pytest.mark.parametrize("files", [0, 1, 7, 18])
@pytest.mark.parametrize("again", [False, True])
def test_what_tells_of_the_files_is_there_only_where_all_of_them_are(
    workspace: Workspace, tmp_path: Path, files: int, again: bool
) -> None:
    folder = tmp_path / "out"
    if again:
        export(workspace, "finals", folder)
    with pytest.MonkeyPatch.context() as patch:
        killed_after(patch, files)
        with pytest.raises(KilledError):
            export(workspace, "finals", folder, replace=again)
    assert not (folder / ABOUT).exists()
    place = check_folder(str(folder), replace=True)
    done = export(workspace, "finals", place, replace=True)
    assert sorted(told(folder)) == sorted(one.name for one in done.files)
    assert {one.name for one in folder.iterdir()} == {ABOUT, *told(folder)}


def test_what_a_killed_one_left_goes_and_where_another_works_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    left, busy = tmp_path / ".drtui-export-left", tmp_path / ".drtui-export-busy"
    for each in (left, busy):
        each.mkdir()
        (each / "racers.csv").touch()
    handle = os.open(busy, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    export(workspace, "finals", tmp_path, replace=True)
    os.close(handle)
    assert not left.exists()
    assert (busy / "racers.csv").exists()


def test_a_link_of_that_name_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").touch()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / ".drtui-export-x").symlink_to(mine)
    export(workspace, "finals", folder)
    assert (mine / "thesis.tex").exists()


def test_one_that_the_journal_cannot_be_told_of_is_whole_and_says_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    with workspace.database.write() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON journal "
                "BEGIN SELECT RAISE(ABORT, 'no more lines'); END"
            )
        )
    done = export(workspace, "finals", tmp_path / "out")
    assert done.text.startswith("Exported to ")
    assert "The journal does not tell of it: The store " in done.text
    assert "no more lines" in done.text
    assert len(told(done.folder)) == len(done.files)
    with pytest.raises(InvalidInputError, match="already"):
        check_folder(str(done.folder))
