"""One command line from its arguments to its exit code, in this process."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.cli import exits, run
from drtui.commands import quotas, selection
from drtui.commands.event import read_event, write_event
from drtui.commands.workspace import Workspace
from drtui.config import find_paths
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState
from drtui.store.database import Database
from tests.support.stores import delivered, filled_store, items_of, profile_id, submitted

ACCOUNT = (
    '[accounts.event]\napi_url = "http://127.0.0.1:9/prod"\nregion = "us-east-1"\n'
    'credentials = "aws"\n'
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one account, which answers nothing."""
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(ACCOUNT)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["users", "resume", "--all", "--to", "x"], "“x” is not one of remembered, defaults."),
        (["operations", "settle", "1", "--keep", "it's"], "“it's” is not one of theirs, ours."),
        (["operations", "show", "first"], "“first” is no whole number."),
        (["emulator", "--speed", "fast"], "“fast” is no number."),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_in_our_words(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == exits.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: drtui ")
    assert err.rstrip().endswith(sentence)
    assert "Value error" not in err


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    """The account's store, with an operation that failed for all its ten targets."""
    path = find_paths().store("event")
    path.parent.mkdir(mode=0o700, parents=True)
    opened = filled_store(path)
    workspace = Workspace(opened, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    number = submitted(opened, quotas.plan_set_quotas(workspace, whom, "+2", None))
    delivered(opened, number, state=ItemState.FAILED)
    yield opened
    opened.close()


def states(database: Database) -> Counter[ItemState]:
    return Counter(item.state for item in items_of(database, 1))


def test_what_needs_a_hand_is_set_aside(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(["operations", "set-aside", "1", "--of", "ada", "--profile", profile_id(100), "--yes"])
        == exits.OK
    )
    assert "Set aside: 1 that failed, 0 in conflict." in capsys.readouterr().err
    assert states(database) == {ItemState.CANCELLED: 1, ItemState.FAILED: 9}
    assert run(["operations", "set-aside", "1", "--of", "ada", "--yes"]) == exits.OK
    assert "Set aside: 9 that failed, 0 in conflict." in capsys.readouterr().err
    assert states(database) == {ItemState.CANCELLED: 10}
    assert run(["operations", "set-aside", "1", "--of", "ada"]) == exits.OK
    assert "Nothing of it needs a hand." in capsys.readouterr().err
    assert run(["operations", "set-aside", "7", "--of", "ada", "--yes"]) == exits.USAGE


def test_nothing_is_set_aside_that_was_not_confirmed(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["operations", "set-aside", "1", "--of", "ada"]) == exits.USAGE
    assert "confirm with --yes" in capsys.readouterr().err
    assert states(database) == {ItemState.FAILED: 10}


def test_what_somebody_else_says_of_the_event_meanwhile_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(workspace: Workspace) -> EventSettings:
        found = read_event(workspace)
        write_event(workspace, replace(found, sender="race@example.com"), found)
        return found

    monkeypatch.setattr("drtui.cli.setup.read_event", read)
    assert run(["setup", "event", "--name", "Finals"]) == exits.OK
    kept = read_event(Workspace(database, "ada"))
    assert kept == EventSettings(name="Finals", sender="race@example.com")
