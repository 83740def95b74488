"""The console's side of the engine: what is said reaches a process, by its standard input alone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.sync import child
from drtui.sync.assignment import Assignment
from drtui.sync.child import EngineChild
from tests.support.waiting import eventually

PASSWORD = "Correct-horse-7"


class Listener:
    """Engines that write down what they hear, and their console's hand."""

    def __init__(self, folder: Path) -> None:
        self.heard = folder / "heard"
        self.heard.touch()
        self.script = folder / "engine"
        self.log = folder / "log"
        self.engine = EngineChild(Assignment("store", "url", "region"), self.log)

    def does(self, body: str) -> None:
        """What the next process does."""
        self.script.write_text(f"#!/bin/sh\n{body}\n")
        self.script.chmod(0o700)

    def lines(self) -> list[dict[str, Any]]:
        whole = self.heard.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def orders(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if "do" in line]


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    made = Listener(tmp_path)
    made.does(f'exec cat >> "{made.heard}"')
    monkeypatch.setattr(child, "_RESTART_SECONDS", 0.05)
    monkeypatch.setattr("drtui.sync.child.sys.executable", str(made.script))
    yield made
    made.engine.stop()
    process = made.engine._process
    if process is not None:
        process.wait(10)


@pytest.mark.parametrize(
    ("say", "heard"),
    [
        (lambda it: it.wake(), {"do": "wake"}),
        (
            lambda it: it.sign_in("ada", PASSWORD, keep_password=True),
            {"do": "sign-in", "user": "ada", "password": PASSWORD, "keep_password": True},
        ),
        (lambda it: it.answer("314159"), {"do": "answer", "reply": "314159"}),
        (lambda it: it.sign_out(), {"do": "sign-out"}),
    ],
)
def test_what_is_said_is_heard_after_the_assignment(
    listener: Listener, say: Callable[[EngineChild], None], heard: dict[str, Any]
) -> None:
    listener.engine.start()
    eventually(lambda: len(listener.lines()) == 1)
    say(listener.engine)
    eventually(lambda: listener.orders() == [heard])
    assert listener.lines()[0]["store"] == "store"


def test_a_sign_in_before_there_is_a_process_is_not_lost(listener: Listener) -> None:
    listener.engine.sign_in("ada", "wrong", keep_password=False)
    listener.engine.sign_in("ada", PASSWORD, keep_password=False)
    listener.engine.answer("314159")
    listener.engine.start()
    eventually(lambda: bool(listener.orders()))
    listener.engine.wake()
    eventually(lambda: len(listener.orders()) == 2)
    assert [order["do"] for order in listener.orders()] == ["sign-in", "wake"]
    assert listener.orders()[0]["password"] == PASSWORD


def test_a_sign_in_is_said_once(listener: Listener) -> None:
    listener.engine.sign_in("ada", PASSWORD, keep_password=False)
    listener.engine.start()
    eventually(lambda: bool(listener.orders()))
    process = listener.engine._process
    assert process is not None
    process.kill()
    eventually(lambda: listener.engine._process is not process)
    listener.engine.wake()
    eventually(lambda: listener.orders()[-1] == {"do": "wake"})
    assert len(listener.orders()) == 2


def test_no_secret_is_in_the_arguments_the_environment_or_the_log(listener: Listener) -> None:
    listener.engine.start()
    eventually(lambda: len(listener.lines()) == 1)
    listener.engine.sign_in("ada", PASSWORD, keep_password=False)
    eventually(lambda: bool(listener.orders()))
    process = listener.engine._process
    assert process is not None
    for name in ("cmdline", "environ"):
        assert PASSWORD.encode() not in Path(f"/proc/{process.pid}/{name}").read_bytes()
    assert PASSWORD not in listener.log.read_text()
