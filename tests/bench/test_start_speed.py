"""The start of `drtui`, and what it takes while nobody does anything."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.bench.racers import alias, fill
from tests.bench.ratios import Ratio, judged
from tests.bench.terminal import Program, program

Judge = Callable[[Ratio], None]
ROUNDS: Final = 9
IDLE_SECONDS: Final = 20.0
_CORE_SHARE: Final = 0.005
_CONFIG: Final = """[accounts.finals]
api_url = "http://127.0.0.1:9/prod"
region = "us-east-1"
credentials = "aws"
"""
_PLACE: Final = re.compile(rb"\x1b\[(\d+);(\d+)H")


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
    judge(judged("start of drtui to its first frame", frames[1:], most=1.6))
    judge(judged("start of drtui to the racers", racers[1:], most=3.0))
