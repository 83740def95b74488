"""What the console shows of the account beyond the table is of one moment, and read once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from drtui.commands.offline import go_offline
from drtui.commands.workspace import Workspace
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.screens import glancing
from drtui.screens.views import Glance
from drtui.store.database import Database
from drtui.store.offline import allow_reading
from drtui.store.sign_in import write_sign_in
from drtui.store.sweeps import begin_sweep
from tests.support.stores import NOW, filled_store


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """What `ada` looks at."""
    database = filled_store(tmp_path / "account.sqlite", racers=3)
    yield Workspace(database, "ada")
    database.close()


def test_all_of_a_glance_is_read_in_one_transaction(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sign_in(workspace.database, SignInState.SIGNED_IN, "fay", Role.FACILITATOR)
    read, times = Database.read, list[int]()

    @contextmanager
    def counted(self: Database) -> Iterator[Connection]:
        times.append(1)
        with read(self) as connection:
            yield connection

    monkeypatch.setattr(Database, "read", counted)
    seen = glancing.glance(workspace, datetime.fromtimestamp(NOW, UTC))
    assert len(times) == 1
    assert seen.users == seen.summary.profiles > 3
    assert seen.role is Role.FACILITATOR
    assert seen.unseen


def test_a_list_half_read_is_not_told_as_being_read_while_offline_on_purpose(
    workspace: Workspace,
) -> None:
    begin_sweep(workspace.database)
    assert seen_now(workspace).sync.pages is not None
    go_offline(workspace)
    assert seen_now(workspace).sync.pages is None
    allow_reading(workspace.database, 60)  # for a look before delivering
    assert seen_now(workspace).sync.pages is not None


def seen_now(workspace: Workspace) -> Glance:
    return glancing.glance(workspace, datetime.fromtimestamp(NOW, UTC))
