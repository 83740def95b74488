"""A keyring in a file, for runs of `drtui` that follow each other on a host without one.

    environment |= keyring_environment(tmp_path / "keyring.json")

It is chosen by keyring's own variable, so that nothing of drtui knows of it.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

_FILE = "TEST_KEYRING_FILE"


def keyring_environment(file: Path) -> dict[str, str]:
    """The variables by which a subprocess keeps its secrets in a file."""
    return {
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        _FILE: str(file),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


class FileKeyring(KeyringBackend):
    """Entries as JSON, readable in tests."""

    priority: float = 5

    def get_password(self, service: str, username: str) -> str | None:
        with _entries() as (entries, _):
            return entries.get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        with _entries() as (entries, write):
            entries.setdefault(service, {})[username] = password
            write()

    def delete_password(self, service: str, username: str) -> None:
        with _entries() as (entries, write):
            if entries.get(service, {}).pop(username, None) is None:
                raise PasswordDeleteError
            write()


@contextmanager
def _entries() -> Iterator[tuple[dict[str, dict[str, str]], Callable[[], None]]]:
    """What is kept, and how to write it back, while nobody else does."""
    file = os.open(os.environ[_FILE], os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(file, "r+", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        text = opened.read()
        entries: dict[str, dict[str, str]] = json.loads(text) if text else {}

        def write() -> None:
            opened.seek(0)
            opened.truncate()
            json.dump(entries, opened)

        yield entries, write
