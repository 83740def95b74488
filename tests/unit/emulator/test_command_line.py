"""The command line hands its options on, to the emulator and through the demo."""

from pathlib import Path
from typing import Any

import pytest
import typer

from drtui import console, demo
from drtui.cli import emulated
from drtui.demo import Demo
from drtui.emulator import server
from drtui.emulator.options import EmulatorOptions


def test_release_and_firewall_reach_the_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[EmulatorOptions] = []
    monkeypatch.setattr(server, "run", ran.append)
    emulated.emulator(deployment="1.3.1", firewall="bots", archive_bytes=5000, state=Path("state"))
    assert ran == [
        EmulatorOptions(
            deployment="1.3.1", firewall="bots", archive_bytes=5000, state=Path("state")
        )
    ]


def test_release_and_firewall_reach_the_demos_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Demo] = []

    def run_demo(asked: Demo, _tell: Any) -> int:
        ran.append(asked)
        return 0

    monkeypatch.setattr(console, "require_terminal", lambda: None)
    monkeypatch.setattr(demo, "run_demo", run_demo)
    with pytest.raises(typer.Exit):
        emulated.demo(deployment="1.3.1", firewall="none", archive_bytes=5000)
    options = ran[0].options
    assert options[options.index("--deployment") + 1] == "1.3.1"
    assert options[options.index("--firewall") + 1] == "none"
    assert options[options.index("--archive-bytes") + 1] == "5000"
