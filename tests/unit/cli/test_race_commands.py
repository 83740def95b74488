"""`drtui races`: what is read and told of races, from a store and without a network."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.cli import exits, run
from drtui.commands.event import write_event
from drtui.commands.participants import keep
from drtui.commands.races import RACE_COLUMNS
from drtui.commands.workspace import Workspace
from drtui.config import find_paths
from drtui.domain.event_settings import EventSettings
from drtui.domain.participants import Participant
from drtui.domain.race_roster import RACE_ROSTER_COLUMNS
from drtui.store.database import Database
from tests.support.stores import filled_store
from tests.unit.cli.test_running import ACCOUNT
from tests.unit.commands.race_scenes import CLOSED, FUTURE, OPEN, with_races


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one account, which answers nothing."""
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(ACCOUNT)
    return tmp_path


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    """The account's store, with races."""
    path = find_paths().store("event")
    path.parent.mkdir(mode=0o700, parents=True)
    opened = filled_store(path)
    with_races(Workspace(opened, "ada"))
    yield opened
    opened.close()


class Said:
    """What a command said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, code: int = exits.OK) -> str:
        """Run `drtui races` without reading the account; return stdout."""
        ended = run(["races", *arguments])
        self.out, self.err = self._capsys.readouterr()
        assert ended == code, self.err
        assert "\x1b" not in self.out + self.err
        assert "\u202e" not in self.out + self.err
        return self.out


@pytest.fixture
def said(database: Database, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(capsys)


def test_a_template_needs_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    assert run(["races", "templates", "weekly-series", "--zone", "UTC"]) == exits.OK
    assert "[[race]]" in capsys.readouterr().out


def test_the_list_tells_states_and_times_with_their_zone(said: Said) -> None:
    lines = said("list", "--no-sync", "--zone", "Europe/Berlin").splitlines()
    assert lines[0].split()[:2] == ["Race", "State"]
    assert "CEST" in lines[1]
    assert "4 races" in said.err
    assert "by the guide" in said.err
    rows = list(csv.reader(io.StringIO(said("list", "--csv", "--no-sync"))))
    assert tuple(rows[0]) == RACE_COLUMNS
    assert all(not cell.startswith("=") for row in rows for cell in row)
    told = json.loads(said("list", "--json", "--no-sync", "-f", "live:yes"))
    assert [one["name"] for one in told] == ["Final"]


def test_what_cannot_be_meant_is_a_sentence(said: Said) -> None:
    for arguments in (
        ("list", "--zone", "Nowhere/Land"),
        ("list", "--sort", "speed"),
        ("list", "--json", "--csv"),
        ("show", "Monday", "--no-sync"),
        ("standings", "day", "--no-sync"),
        ("standings", "Friday", "--best-of", "2", "--no-sync"),
        ("standings", "Friday", "--points", "1 2 3", "--no-sync"),
        ("invite", "Friday", "--mail", "--no-sync"),
        ("invite", "Friday", "--again", "--no-sync"),
        ("hide", " "),
    ):
        said(*arguments, code=exits.USAGE)
        assert said.out == ""
        assert said.err.count("\n") == 1, said.err


def test_a_race_is_shown_with_its_leaders_and_everything_it_is(said: Said) -> None:
    text = said("show", "Friday", "--no-sync", "--zone", "UTC")
    assert "2026-04-30 12:05:24 UTC" in text
    assert "5 racers, as of 2026-05-02 12:05:24 UTC" in text
    assert "1  9.100  ada-l" in text
    assert json.loads(said("show", FUTURE, "--json", "--no-sync"))["on_leaderboard"] is None
    assert "Queue" in said("show", "Final", "--no-sync")


def test_a_leaderboard_marks_doubt_and_what_is_hidden(said: Said, tmp_path: Path) -> None:
    said("hide", "B0LT")
    text = said("leaderboard", "Friday", "--no-sync")
    assert "ada-l@example.com" in text
    assert "one of 2 racers" in text
    assert [line.split()[-1] for line in text.splitlines() if "b0lt" in line] == ["hidden"]
    page = tmp_path / "page.html"
    assert said("leaderboard", "Friday", "--html", str(page), "--no-sync") == ""
    assert "b0lt" not in page.read_text()
    said("unhide", "b0lt")
    assert "“b0lt” is shown" in said.err
    said("leaderboard", "Friday", "--html", str(page), "--no-sync", code=exits.USAGE)


def test_history_is_of_all_or_of_one_racer(said: Said) -> None:
    assert len(said("history", CLOSED, "--no-sync").splitlines()) == 6
    told = json.loads(said("history", CLOSED, "--racer", "B0LT", "--json", "--no-sync"))
    assert [(one["alias"], one["rank"]) for one in told] == [("b0lt", 2)]


def test_standings_and_results_of_a_series(said: Said, tmp_path: Path) -> None:
    text = said("standings", CLOSED, OPEN, "--no-sync", "--points", "10 5", "--best-of", "1")
    assert text.splitlines()[1].split()[:6] == [
        "1",
        "ada-l",
        "10",
        "10",
        "(5)",
        "ada-l@example.com",
    ]
    assert "by points of the best 1 of 2 races" in said.err
    told = json.loads(said("standings", CLOSED, OPEN, "--by", "total-time", "--json", "--no-sync"))
    assert told["standings"][0]["time_ms"] == 18_300
    folder, table = tmp_path / "out", tmp_path / "table.csv"
    said("results", CLOSED, OPEN, "--folder", str(folder), "--csv", str(table), "--no-sync")
    assert said.out == ""
    assert (folder / "results.html").exists()
    assert table.read_text().splitlines()[0].startswith("place,alias,team,result")
    assert "by best lap" in (said("results", CLOSED, "--no-sync") and said.err)


def test_the_roster_is_filtered_and_names_aliases_of_nobody(said: Said) -> None:
    rows = list(csv.reader(io.StringIO(said("roster", CLOSED, "--csv", "--no-sync"))))
    assert tuple(rows[0]) == RACE_ROSTER_COLUMNS
    assert "of nobody here: nobody-here" in said.err
    perhaps = said("roster", CLOSED, "--state", "perhaps-entered", "--no-sync").splitlines()
    assert [line.split()[0] for line in perhaps[1:]] == ["RacerAlias", "RacerAlias"]


def test_an_invitation_is_printed_or_saved_with_the_event_and_the_link(
    said: Said, database: Database, tmp_path: Path
) -> None:
    event = EventSettings(
        "the Cup", contact="help@example.com", console_address="https://cup.example"
    )
    write_event(Workspace(database, "ada"), event)
    text = said("invite", "Saturday", "--note", "Bring tea.", "--zone", "UTC", "--no-sync")
    assert text.startswith("Race “Saturday” on re:Invent 2018\n\nHello,\n")
    assert f"https://cup.example/races/{OPEN}\n" in text
    assert "Bring tea." in text
    file = tmp_path / "invitation.txt"
    assert said("invite", FUTURE, "--save", str(file), "--no-sync") == ""
    assert "{braces} <b>bold</b>" in file.read_text()


def test_mail_needs_the_second_door_and_says_whom_it_leaves_out(
    said: Said, database: Database
) -> None:
    keep(Workspace(database, "ada"), [Participant("ada-l@example.com", "Ada", None, 0)])
    asked = ("invite", CLOSED, "--mail", "--state", "entered", "--no-sync", "--dry-run")
    said(*asked, code=exits.USAGE)
    assert "left out: 2" in said.err
    assert "AWS profile" in said.err
