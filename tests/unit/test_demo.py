"""The demo: what it leaves for others to reach its account by."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import drtui.console
from drtui.demo import Demo, run_demo


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
