"""Looking through the journal from the command line's side."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from drtui.commands import journal as commands
from drtui.commands.exporting import check_folder, export
from drtui.commands.leaderboards import hide, unhide
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.store.journal import JournalEntry

NOW = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "since"),
    [
        ("2026-05-01", datetime(2026, 4, 30, 22, tzinfo=UTC)),
        ("2026-05-01T18:00", datetime(2026, 5, 1, 16, tzinfo=UTC)),
        ("2026-05-01T18:00+04:00", datetime(2026, 5, 1, 14, tzinfo=UTC)),
        ("30m", NOW - timedelta(minutes=30)),
        (" 2h ", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
    ],
)
def test_since_is_a_time_by_the_events_clock_or_how_long_ago(typed: str, since: datetime) -> None:
    assert commands.read_since(typed, NOW, BERLIN) == since


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-13-01", "h", "-2h"])
def test_what_is_no_time_is_refused_with_what_would_be_one(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="2026-05-01T18:00"):
        commands.read_since(typed, NOW, BERLIN)


def test_what_changes_no_account_is_in_it_too(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hide(workspace, "rude")
    unhide(workspace, "rude")
    export(workspace, "finals", check_folder(str(tmp_path_factory.mktemp("at") / "out")))
    told = [(one.who, one.what) for one in commands.find(workspace)]
    assert told[:3] == [
        (workspace.who, "Export"),
        (workspace.who, "Show alias  rude"),
        (workspace.who, "Hide alias  rude"),
    ]


def test_a_line_is_one_line_without_what_a_terminal_obeys() -> None:
    entry = JournalEntry(NOW, "bo\x1b[2J", "Bo", "Pause\nsponsorship", "1 done", 7)
    text = commands.entry_text(entry)
    assert "\x1b" not in text
    assert "\n" not in text
    assert text.endswith("operation 7")
