"""What `drtui mend` says was saved: in words that an admin knows, and without promises."""

import sys
from pathlib import Path

import pytest
import typer

from drtui.cli import exits, mending
from drtui.config import Paths
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import Pause
from drtui.store import past_damage, salvage
from drtui.store.lost_operations import PutTogether
from drtui.store.salvage import Salvaged
from tests.support.deployments import racers
from tests.support.logs import Log
from tests.torture.damage import as_one_file, has_pages, pages_of, spoil
from tests.unit.cli.conftest import Say

ACCOUNT = (
    '[accounts.event]\napi_url = "http://127.0.0.1:9/prod"\nregion = "us-east-1"\n'
    'credentials = "aws"\n'
)


def told(capsys: pytest.CaptureFixture[str], partly: dict[str, int]) -> str:
    mending._tell(
        Salvaged(
            aside=Path("store.damaged.sqlite"),
            operations=2,
            items=7,
            undelivered=1,
            conflicts=2,
            missing={},
            partly=partly,
            put_together=PutTogether((), 0),
            offline=False,
        )
    )
    return capsys.readouterr().err


def test_what_was_not_wholly_read_is_named_as_an_admin_knows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(capsys, {"sponsored_user": 206, "usage_sample": 726, "race": 0, "interest": 1})
    assert "the racers (206 saved)" in said
    assert "what was used over time (726 saved)" in said
    assert "the races (0 saved)" in said
    assert "_" not in said
    assert "Only drtui knew what was used over time: what could not be read of it is gone." in said


def test_what_the_account_knows_is_not_said_to_be_gone(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, {"sponsored_user": 206})
    assert "gone" not in said
    assert "it reads anew what the account knows" in said


def test_a_conflict_is_not_said_to_be_on_its_way(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, {})
    wanted = "2 operations with 7 targets, 1 of them still to be delivered, and 2 in conflict."
    assert wanted in said


@pytest.fixture
def damaged(paths: Paths) -> Path:
    """An account's store with sixty targets of an operation, and no racer that can be read."""
    paths.config.mkdir(exist_ok=True)
    (paths.config / "config.toml").write_text(ACCOUNT)
    store = paths.store("event")
    store.parent.mkdir(mode=0o700, parents=True)
    log = Log(store, racers(300))
    log.submit(Pause(), *range(60))
    log.database.close()
    as_one_file(store)
    spoil(store, pages_of(store, "sponsored_user"))
    return store


NEEDS_PAGES = pytest.mark.skipif(not has_pages(), reason="this SQLite has no dbstat")


@NEEDS_PAGES
@pytest.mark.usefixtures("damaged")
def test_what_sqlite_says_is_called_so(said: Say) -> None:
    with pytest.raises(typer.Exit):
        mending.mend(yes=True)
    told = [line for line in said().splitlines() if "SQLite" in line]
    assert len(told) == mending._SHOWN
    assert all(line.startswith("  SQLite's check: Page ") for line in told)


@NEEDS_PAGES
def test_what_drtui_says_is_not_called_sqlite_s(
    damaged: Path, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salvage, "marked", lambda _: damaged.with_name("kept.sqlite"))
    with pytest.raises((typer.Exit, StoreProblemError)):
        mending.mend(yes=True)
    assert "  its mending was cut short; all of it is in" in said()
    assert "SQLite's check" not in said()


@NEEDS_PAGES
@pytest.mark.usefixtures("damaged")
@pytest.mark.parametrize("terminal", [True, False])
def test_how_far_it_is_is_told_on_a_terminal_and_nowhere_else(
    said: Say, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr(past_damage, "_TOLD_EACH", 25)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with pytest.raises(typer.Exit) as ended:
        mending.mend(yes=True)
    assert ended.value.exit_code == exits.OK
    *over, told = said().split("\r\x1b[K")
    assert "Saved: 1 operation with 60 targets" in told
    assert "\x1b" not in told
    assert "\r" not in told
    shown = [line for line in over if line and "\n" not in line]
    if not terminal:
        assert over == []
        return
    assert shown[:2] == ["looking at all of the store", "setting a copy aside"]
    assert [line for line in shown if "the targets of operations" in line] == [
        f"saving the targets of operations: {rows} rows" for rows in (0, 25, 50)
    ]
    assert shown[-1] == "putting together what was saved"
