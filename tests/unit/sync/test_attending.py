"""Orders from the console: by standard input, a line each; secrets nowhere else."""

import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from drtui.domain.sites import Site
from drtui.store.database import open_database
from drtui.sync.assignment import (
    AnswerOrder,
    Assignment,
    Order,
    SignInOrder,
    SignOutOrder,
    Stop,
    Wake,
    order_line,
    read_assignment,
    read_order,
)
from drtui.sync.attending import attend
from drtui.sync.options import EngineOptions
from drtui.sync.running import Runner
from tests.support.deployments import FakeDeployment, racers
from tests.support.waiting import eventually

KEYS = ("AKIAEXAMPLE", "a secret", "a token")
PATIENCE = 30.0
WAKE, STOP = order_line(Wake()), order_line(Stop())


@pytest.mark.parametrize("keys", [None, KEYS])
@pytest.mark.parametrize("deliver_at_end", [True, False])
def test_an_assignment_is_read_as_it_was_written(
    keys: tuple[str, str, str] | None, deliver_at_end: bool
) -> None:
    written = Assignment(
        '/home/ada/ev"ent.sqlite', "https://example.com/prod", "eu-west-1", keys, deliver_at_end
    )
    assert read_assignment(io.StringIO(written.line() + WAKE)) == written


def test_an_assignment_carries_what_a_sign_in_needs() -> None:
    site = Site(
        *("https://example.com/prod", "eu-west-1_AbC", "client1", "eu-west-1:ab-cd", "eu-west-1"),
        website="https://races.example.com",
        version="v1.3.1",
    )
    written = Assignment(
        *("event.sqlite", "https://example.com/prod", "eu-west-1"),
        account="finals",
        user="ada@example.com",
        site=site,
    )
    read = read_assignment(io.StringIO(written.line()))
    assert read == written
    assert read.site == site


@pytest.mark.parametrize(
    "order",
    [
        Wake(),
        Stop(),
        SignInOrder("ada", 'a "secret"\n\u2028', keep_password=True),
        SignInOrder("ada", "a secret", keep_password=False),
        AnswerOrder("314159"),
        SignOutOrder(),
    ],
    ids=lambda order: type(order).__name__,
)
def test_an_order_is_a_line_that_is_read_as_it_was_written(order: Order) -> None:
    line = order_line(order)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert read_order(line) == order


@pytest.mark.parametrize("order", [SignInOrder("a", "a secret", True), AnswerOrder("a secret")])
def test_an_order_does_not_show_its_secrets(order: Order) -> None:
    assert "a secret" not in repr(order)


@pytest.mark.parametrize(
    "line",
    [
        *("", "\n", "a secret", "[]", "null", '"a secret"', '{"do": "dance"}', '{"do": []}'),
        '{"do": "sign-in", "user": "ada", "password": "a secret"}',
        '{"do": "sign-in", "user": "ada", "password": "a secret", "keep_password": 1}',
        '{"do": "answer", "reply": ["a secret"]}',
        '{"do": "answer", "reply": "a secret", "more": 1}',
        '{"do": "answer", "reply": "a secret',
    ],
)
def test_another_line_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(ValueError, match="the line is no order") as caught:
        read_order(line)
    assert caught.value.__context__ is None


def test_an_assignment_does_not_show_its_secrets() -> None:
    shown = repr(Assignment("store", "url", "region", KEYS))
    assert not any(key in shown for key in KEYS)


@pytest.mark.parametrize(
    "line", ["", "nonsense", "[]", "null", '{"store": "x"}', json.dumps({"keys": KEYS})]
)
def test_another_first_line_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(ValueError, match="is no assignment") as caught:
        read_assignment(io.StringIO(f"{line}\n"))
    assert caught.value.__context__ is None
    assert not any(key in str(caught.value) for key in KEYS)


@pytest.mark.parametrize("written", ["", '{"keys": null, "si'], ids=["nothing", "half"])
def test_a_console_that_ended_before_it_said_what_to_do_is_no_mistake(written: str) -> None:
    assert read_assignment(io.StringIO(written)) is None


class Attended:
    """A runner that attends, and the pen that writes its orders."""

    def __init__(self, path: Path, *, deliver_at_end: bool) -> None:
        self.deployment = FakeDeployment(racers(3))
        self.database = open_database(path)
        runner = Runner(self.database, lambda: self.deployment, EngineOptions())
        reading, writing = os.pipe()
        self.orders: IO[str] = os.fdopen(reading, encoding="utf-8")
        self.pen: IO[str] = os.fdopen(writing, "w", encoding="utf-8", buffering=1)
        self.stop = threading.Event()
        self.thread = threading.Thread(
            target=attend,
            args=(runner, self.orders, self.stop),
            kwargs={"deliver_at_end": deliver_at_end},
            daemon=True,
        )
        self.thread.start()
        eventually(lambda: self.deployment.called.get("list_profiles", 0) > 0, PATIENCE)

    def ended(self) -> bool:
        self.thread.join(PATIENCE)
        return not self.thread.is_alive()

    def close(self) -> None:
        self.stop.set()
        self.pen.close()
        assert self.ended()
        self.orders.close()
        self.database.close()


@pytest.fixture
def attended(tmp_path: Path) -> Iterator[Attended]:
    made = Attended(tmp_path / "store.sqlite", deliver_at_end=True)
    yield made
    made.close()


def test_it_ends_when_the_console_is_gone(attended: Attended) -> None:
    attended.pen.close()
    assert attended.ended()


def test_it_stops_when_it_is_told_to(attended: Attended) -> None:
    attended.pen.write(STOP)
    assert attended.ended()


def test_an_order_that_is_not_understood_is_passed_over(attended: Attended) -> None:
    attended.pen.write("dance\n" + WAKE)
    assert attended.thread.is_alive()
    attended.pen.write(STOP)
    assert attended.ended()


def test_it_ends_when_what_comes_cannot_be_read(attended: Attended) -> None:
    os.write(attended.pen.fileno(), b"\xff\xfe\n")
    assert attended.ended()


def test_a_demo_ends_without_delivering(tmp_path: Path) -> None:
    made = Attended(tmp_path / "store.sqlite", deliver_at_end=False)
    made.pen.close()
    assert made.ended()
    made.close()
