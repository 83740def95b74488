"""A home of its own, a keyring in memory, and what was said."""

from collections.abc import Callable
from pathlib import Path

import keyring
import pytest

from drtui.config import Paths, find_paths
from tests.unit.test_keeping import MemoryKeyring

Say = Callable[[], str]


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    return find_paths({"DRTUI_HOME": str(tmp_path)})


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    """What was said on stderr since the last time."""
    return lambda: capsys.readouterr().err
