"""A workspace on a filled store, with a clock that stands still, and what a doctor looks at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.doctor.surroundings import Keyring, Surroundings
from drtui.commands.workspace import Workspace
from drtui.config import Paths
from tests.support.stores import filled_store
from tests.unit.commands.examined import SCREEN, TERM


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """What `ada`, an admin, works on."""
    database = filled_store(tmp_path / "account.sqlite", racers=12)
    yield Workspace(database, "ada")
    database.close()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Folders that are not there yet."""
    return Paths(tmp_path / "config", tmp_path / "state", tmp_path / "logs")


@pytest.fixture
def around(paths: Paths, tmp_path: Path) -> Surroundings:
    """A machine on which all is well."""
    root = tmp_path / "root"
    root.mkdir()
    return Surroundings(TERM, paths, SCREEN, "ada", Keyring("SecretService"), root)
