"""Planning an import: its files are read once, however often it is planned."""

from pathlib import Path

import pytest

from drtui.commands import model_imports
from drtui.commands.model_imports import plan_import
from drtui.commands.workspace import Workspace
from drtui.store.database import open_database
from tests.support.imports import model_folder


def test_a_plan_made_anew_reads_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(tmp_path / "store.sqlite")
    workspace = Workspace(database, "ada")
    folder = str(model_folder(tmp_path / "fast"))
    first = plan_import(workspace, folder, "fast")
    monkeypatch.setattr(model_imports, "find_import", lambda _: pytest.fail("it was read"))
    again = plan_import(workspace, folder, "fast", files=first.files)
    assert again.files is first.files
    assert again.lines == first.lines
    assert [row.outcome for row in again.plan.rows] == [row.outcome for row in first.plan.rows]
    database.close()
