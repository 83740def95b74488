"""Fixtures for tests of the console: a terminal, a time zone and a store.

What is `autouse` here is so in the folder whose conftest imports it.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from drtui.store.database import Database
from tests.support.cheap_stores import pay_once
from tests.support.drawing import draw_later, end_drawn
from tests.support.idle import wait_by_looking
from tests.support.sparing import spare
from tests.support.stores import filled_store
from tests.support.stylesheets import parse_once


@pytest.fixture(autouse=True, scope="session")
def styles() -> Iterator[None]:
    """Styles and stores paid once, frames drawn for who looks, no wait for nothing."""
    with pytest.MonkeyPatch.context() as patched:
        wait_by_looking(patched)
        pay_once(patched)
        spare(patched)
        patched.setattr(Stylesheet, "_parse_rules", parse_once)
        patched.setattr(Screen, "_compositor_refresh", draw_later)
        patched.setattr(App, "_shutdown", end_drawn)
        yield


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal with all colours, in central Europe.

    The zone is spelt out, so that no table of zones is needed.
    """
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the account's store is."""
    return tmp_path / "account.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """The store, filled, as another process sees it."""
    opened = filled_store(path)
    yield opened
    opened.close()
