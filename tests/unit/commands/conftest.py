"""A workspace on a filled store, with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.workspace import Workspace
from tests.support.stores import filled_store


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """What `ada`, an admin, works on."""
    database = filled_store(tmp_path / "account.sqlite", racers=12)
    yield Workspace(database, "ada")
    database.close()
