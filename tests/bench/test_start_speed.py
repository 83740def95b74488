"""The start of `drtui`, and what it takes while nobody does anything."""

import os
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyte
import pytest

from tests.bench.racers import alias, fill
from tests.bench.ratios import judged
from tests.bench.terminal import COLUMNS, LINES, Program, program

Judge = Callable[..., None]
ROUNDS: Final = 9
IDLE_SECONDS: Final = 5.0
IDLE_WINDOWS: Final = 8
_CORE_SHARE: Final = 0.005
_WAITING: Final = 0.0015  # of a core: a minimal app that waits, on a machine with nothing to do
_CONFIG: Final = """[accounts.finals]
api_url = "http://127.0.0.1:9/prod"
region = "us-east-1"
credentials = "aws"
"""
_AGE: Final = re.compile(r"\(\d+ (s|min)\)")
_NUMBER: Final = re.compile(r"\d+")
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n")
_FRAME_END: Final = b"\x1b[?2026l"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an account whose deployment does not answer, and 2,000 racers read before."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(_CONFIG)
    store = tmp_path / "state" / "accounts" / "finals.sqlite"
    store.parent.mkdir(parents=True)
    fill(store, 2_000)
    return tmp_path


def drtui(home: Path) -> Program:
    keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
    environment = {**os.environ, **keys, "DRTUI_HOME": str(home)}
    return Program([sys.executable, "-m", "drtui"], environment)


def test_the_start_of_drtui_against_a_minimal_app(home: Path, judge: Judge) -> None:
    frames, racers = [], []
    for _ in range(ROUNDS + 1):
        with program("minimal") as running:
            least = running.until("minimal app")[0] - running.began
        with drtui(home) as running:
            frames.append((running.until("drtui")[0] - running.began, least))
            racers.append((running.until(alias(0))[0] - running.began, least))
    judge(
        judged("start of drtui to its first frame, beside a minimal app", frames[1:], most=1.6),
        judged("start of drtui to the racers, beside a minimal app", racers[1:], most=3.0),
    )


def test_an_idle_console_takes_next_to_nothing(
    many: Path, judge: Judge, note: Callable[[str], None]
) -> None:
    written = b""
    shares, least = [], []
    with program("console", str(many)) as console, program("minimal") as minimal:
        before_idling = console.read_for(5.0)
        assert alias(0).encode() in before_idling
        for _ in range(IDLE_WINDOWS):
            before, before_least = console.processor_seconds(), minimal.processor_seconds()
            written += console.read_for(IDLE_SECONDS)
            used = console.processor_seconds() - before
            least.append((minimal.processor_seconds() - before_least) / IDLE_SECONDS)
            shares.append((used * min(1.0, _WAITING / least[-1]), IDLE_SECONDS))
    drawn, changed = drawn_and_changed(before_idling, written)
    seconds = IDLE_WINDOWS * IDLE_SECONDS
    note(
        f"An idle console wrote {len(written) / seconds:,.1f} bytes a second: {drawn} cells in "
        f"{seconds:.0f} seconds, of which {changed} changed. A minimal app took "
        f"{statistics.median(least):.2%} of a core beside it."
    )
    assert drawn <= changed, "cells were drawn that had not changed"
    judge(
        judged(
            "processor seconds of an idle console, beside those that pass",
            shares,
            most=_CORE_SHARE,
            unit="s",
        )
    )


def drawn_and_changed(before: bytes, written: bytes) -> tuple[int, int]:
    """How many cells the frames drew, and how many of them had to be.

    Those lie between the first and the last change; a number is drawn whole, and where the age's
    text gets longer, so is its line.
    """
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    stream.feed(before)
    drawn = changed = 0
    for frame in written.split(_FRAME_END):
        shown = list(screen.display)
        stream.feed(frame)
        drawn += len(_ESCAPES.sub("", frame.decode(errors="replace")))
        for old, new in zip(shown, screen.display, strict=True):
            places = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
            if places:
                moved = len(_AGE.sub("", old)) != len(_AGE.sub("", new))
                numbers = [one.span() for one in _NUMBER.finditer(new)]
                within = [span for span in numbers if any(span[0] <= at < span[1] for at in places)]
                first = min(places[0], *(first for first, _ in within), COLUMNS)
                after = max(places[-1] + 1, *(after for _, after in within), 0)
                changed += COLUMNS + len(numbers) if moved else after - first
    return drawn, changed
