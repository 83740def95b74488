"""A terminal, a time zone and a store for every picture, and nothing that moves in it."""

from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from drtui.widgets.message_line import MessageLine
from tests.snapshots.looking import Look
from tests.support.console import database, path, styles, terminal

__all__ = ["database", "path", "styles", "terminal"]


@pytest.fixture(autouse=True)
def _lasting_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is said in sight, however long the pictures take."""
    monkeypatch.setattr(MessageLine, "hush", lambda _: None)


@pytest.fixture
def look(path: Path, snapshot: SnapshotAssertion, tmp_path: Path) -> Look:
    """Runs a console, and takes its pictures at the end."""
    return Look(path, snapshot.use_extension(SVGImageExtension), tmp_path)
