"""A store of sixty operations, the first one delivered, to be damaged; and kills at its mending."""

import sqlite3
from contextlib import closing
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.workspace import Workspace
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.database import open_database
from tests.support.deployments import racers
from tests.support.logs import Log
from tests.torture.damage import as_one_file, has_pages

NEEDS_PAGES = pytest.mark.skipif(not has_pages(), reason="this SQLite has no dbstat")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, bytes]:
    """A store that is closed, and what is in its file."""
    path = tmp_path_factory.mktemp("sixty") / "store.sqlite"
    log = Log(path, racers(60))
    log.submit(Pause(), 0)
    while log.deliver():
        pass
    for number in range(1, 60):
        log.submit(Pause(), number)
    log.database.close()
    as_one_file(path)
    return log, path.read_bytes()


@pytest.fixture
def log(path: Path, sixty: tuple[Log, bytes]) -> Log:
    """Sixty operations with one target each, the first one delivered."""
    made, content = sixty
    path.touch(0o600)
    path.write_bytes(content)
    log = copy(made)
    log.clock = copy(made.clock)
    log.account = dict(made.account)
    return log


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(query).fetchall()


class KilledError(BaseException):
    """Stands for SIGKILL."""


def killed(*_: object) -> None:
    raise KilledError


def leave_a_log(log: Log, path: Path) -> Path:
    """Leave a store as a killed process does: the newest operation is only in its log."""
    beside = path.with_name(f"{path.name}-wal")
    database = open_database(path, log.clock)
    log.workspace = Workspace(database, "ada")
    log.submit(SetQuotas(QuotaChange(60), None), 5)
    kept = path.read_bytes(), beside.read_bytes()
    database.close()
    path.write_bytes(kept[0])
    beside.write_bytes(kept[1])
    return beside


def replace_but(name: str, instead: Any) -> Any:
    replace = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if self.name == name:
            instead()
        return replace(self, target)

    return replaced
