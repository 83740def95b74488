"""The demo: what it leaves for others to reach its account by."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import drtui.console
from drtui.bootstrap import open_workspace
from drtui.commands.bulk import submit
from drtui.commands.model_imports import plan_import
from drtui.config import Paths, Settings
from drtui.demo import Demo, run_demo
from drtui.domain.operations import OPEN, Item, ItemState
from drtui.store.operation_log import items
from drtui.sync.assignment import Assignment
from drtui.sync.child import EngineChild
from tests.support.imports import model_folder
from tests.support.waiting import eventually


def test_while_a_demo_runs_its_state_says_where_its_account_takes_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    answers: list[dict[str, Any]] = []

    def run_console(*_: object, **__: object) -> int:
        (file,) = tmp_path.rglob("demo/control")
        assert file.stat().st_mode & 0o777 == 0o600
        body = json.dumps({"do": "status"}).encode()
        with urllib.request.urlopen(file.read_text(), data=body, timeout=30) as answer:
            answers.append(json.load(answer))
        return 0

    monkeypatch.setattr(drtui.console, "run_console", run_console)
    assert run_demo(Demo(3, 1, [], fresh=True), lambda _: None) == 0
    assert answers[0]["ok"] is True


def test_a_model_is_imported_in_a_demo_and_the_bucket_of_that_is_not_saved_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path / "home"))
    folder = model_folder(tmp_path / "fast")
    ended: list[Item] = []

    def run_console(
        name: str, assignment: Assignment, paths: Paths, settings: Settings, **_: object
    ) -> int:
        workspace = open_workspace(name, paths, settings)
        assert workspace.own_buckets == {"dremulator-uploads"}
        plan = plan_import(workspace, str(folder), "fast-1", uploads=workspace.uploads).plan
        number = submit(workspace, plan)
        assert number is not None
        engine = EngineChild(assignment, paths.log_file)
        engine.start()

        def settled() -> bool:
            with workspace.database.read() as connection:
                ended[:] = items(connection, number)
            return all(one.state not in OPEN for one in ended)

        try:
            eventually(settled, 60)
        finally:
            engine.stop()
            workspace.database.close()
        return 0

    monkeypatch.setattr(drtui.console, "run_console", run_console)
    options = ["--speed", "600", "--firewall", "none"]
    assert run_demo(Demo(3, 1, options, fresh=True), lambda _: None) == 0
    (item,) = ended
    assert item.state is ItemState.DONE
    assert "is READY, as model " in item.reason
