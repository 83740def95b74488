"""Stores that cost little, and those that have gone through every migration."""

from collections.abc import Iterator

import pytest

from tests.support import cheap_stores


@pytest.fixture(autouse=True, scope="session")
def _cheap_stores() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        cheap_stores.pay_once(patched)
        yield


@pytest.fixture
def migrated_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the migrations do to an empty file be done by them."""
    cheap_stores.migrate_anew(monkeypatch)
