"""`drtui races`: what is read and told of races, from a store and without a network."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from drtui.cli import exits, run
from drtui.cli.races_live import next_text, place_text
from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.participants import keep
from drtui.commands.race_changes import as_planned, plan_edit
from drtui.commands.races import QUEUE_COLUMNS, RACE_COLUMNS, named_race
from drtui.commands.workspace import Workspace
from drtui.config import find_paths
from drtui.domain.event_settings import EventSettings
from drtui.domain.live_races import QueueStatus
from drtui.domain.participants import Participant
from drtui.domain.race_roster import RACE_ROSTER_COLUMNS
from drtui.store.database import Database
from drtui.store.live_races import write_live
from drtui.store.races import write_race
from tests.support.races import queue_item
from tests.support.stores import NOW, filled_store
from tests.unit.cli.test_running import ACCOUNT
from tests.unit.commands.race_scenes import CLOSED, FUTURE, LIVE, OPEN, race, with_races


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


def test_a_live_time_is_told_in_the_zone_before_it_is_moved(said: Said) -> None:
    live = ("live", "at", "Final")
    berlin = ("--zone", "Europe/Berlin", "--no-sync")
    rows = said(*live, "2040-05-02 15:30", *berlin, "--dry-run")
    assert "Live time: 2026-05-02 15:05:24 CEST → 2040-05-02 15:30 CEST" in said.err
    assert "Move the live time of Final" in said.err
    assert "The live time is after the closing" in said.err
    assert "live at 2040-05-02 13:30 UTC" in rows
    said(*live, "2026-05-01 10:00", *berlin, "--yes", code=exits.UNSETTLED)
    assert "The live time is past" in said.err
    said(*live, "2040-05-02 15:30", *berlin, "--yes", "--no-wait")
    assert "it waits for the network" in said.err
    said(*live, "+20m", *berlin, "--dry-run")
    assert "2040-05-02 15:30 CEST → 2040-05-02 15:50 CEST" in said.err


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
        ("live", "at", "Final", "soon", "--no-sync"),
        ("live", "at", "Final", "+soon", "--no-sync"),
        ("live", "at", "Final", "2027-03-28 02:30", "--zone", "Europe/Berlin", "--no-sync"),
        ("live", "at", "Saturday", "+20m", "--no-sync"),
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


def test_a_race_shows_the_link_that_its_invitation_bears(said: Said, database: Database) -> None:
    def link() -> str:
        lines = said("show", "Friday", "--no-sync").splitlines()
        return next(line for line in lines if line.startswith("Link")).split()[-1]

    assert link() == "unknown"
    write_event(Workspace(database, "ada"), EventSettings(console_address="https://cup.example"))
    assert link() == f"https://cup.example/races/{CLOSED}"
    assert link() in said("invite", "Friday", "--no-sync")
    assert "The race has closed" in said.err


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


def test_a_place_in_a_queue_is_one_that_there_is(said: Said, database: Database) -> None:
    waiting = [queue_item(1, "a0"), queue_item(2, "a1"), queue_item(3, "Zz", QueueStatus.COMPLETED)]
    write_live(database, LIVE, None, waiting, NOW)
    said("live", "move", "Final", "r1", "3", "--no-sync", code=exits.USAGE)
    assert "from 1 to 2" in said.err


def test_a_race_that_no_deployment_takes_is_refused_before_it_is_shown(said: Said) -> None:
    said("create", " ", "--submissions", "-1", "--no-sync", code=exits.USAGE)
    assert "The race needs a name." in said.err
    assert said.err.count("\n") == 1


def test_all_mistakes_of_a_new_race_are_told_at_once(said: Said) -> None:
    options = ("--track", "moon", "--opens", "2026-03-29 02:30", "--zone", "Europe/Berlin")
    said("create", " ", *options, "--submissions", "-1", "--no-sync", code=exits.USAGE)
    for wrong in ("“moon”", "does not exist", "The race needs a name.", "ubmissions per racer"):
        assert wrong in said.err
    assert said.err.count("\n") == 1


def test_a_race_that_is_refused_is_not_previewed_and_what_is_to_be_created_has_no_id(
    said: Said,
) -> None:
    past = ("--opens", "2020-01-01 09:00", "--closes", "2020-01-01 10:00")
    told = said("create", "Old", *past, "--no-sync", "--dry-run", code=exits.UNSETTLED)
    assert "race:new\tOld\tcannot" in told
    assert "1 cannot: The closing is past\n" in said.err
    assert "submissions per racer" not in said.err
    assert said("create", "Cup", "--no-sync", "--dry-run").startswith("race:new\tCup\tchange")
    assert "submissions per racer: " in said.err


def test_a_queue_is_told_in_the_words_of_the_console_and_as_csv(
    said: Said, database: Database
) -> None:
    failed = queue_item(3, "Zz", QueueStatus.FAILED)
    odd = queue_item(4, "Zy", "=PAUSED")
    write_live(database, LIVE, None, [queue_item(1, "a0"), failed, odd], NOW)
    lines = said("live", "queue", "Final", "--no-sync").splitlines()
    assert [line.split()[-3] for line in lines[1:]] == ["waits", "failed", "=PAUSED"]
    rows = list(csv.DictReader(io.StringIO(said("live", "queue", "Final", "--csv", "--no-sync"))))
    assert tuple(rows[0]) == QUEUE_COLUMNS
    told = {row["submission_id"]: (row["place"], row["status"]) for row in rows}
    assert told[failed.submission_id] == ("", "FAILED")
    assert told[odd.submission_id] == ("", "'=PAUSED")
    said("live", "queue", "Final", "--csv", "--json", "--no-sync", code=exits.USAGE)


def test_several_races_are_copied_and_keep_their_distance(said: Said) -> None:
    text = said("clone", "Friday", "Saturday", "--no-sync", "--dry-run", "--zone", "UTC")
    assert [line.split("\t")[1] for line in text.splitlines()] == [
        "Copy of Friday",
        "Copy of Saturday",
    ]
    opened = [line.split()[1] for line in said.err.splitlines() if line.startswith("opening: ")]
    days = [date.fromisoformat(one) for one in opened]
    assert (days[1] - days[0]).days in (1, 2)
    named = ("--name", "One", "--no-sync", "--dry-run")
    said("clone", "Friday", "Saturday", *named, code=exits.USAGE)


def test_what_changes_bears_the_words_of_the_preview(said: Said) -> None:
    said("edit", "Saturday", "--submissions", "9", "--no-sync", "--dry-run", code=exits.UNSETTLED)
    assert "submissions per racer: " in said.err
    assert "max_submissions" not in said.err


def test_an_edit_leaves_what_is_changed_while_it_is_confirmed(
    said: Said, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = race(9, "Monday", 24, 48, description="old")
    opens, closes = datetime(2040, 5, 1, tzinfo=UTC), datetime(2040, 5, 2, tzinfo=UTC)
    dated = replace(later.definition, opens_at=opens, closes_at=closes)
    write_race(database, replace(later, definition=dated), database.clock())
    bob = Workspace(database, "bob")

    def meanwhile(yes: bool, question: str) -> None:
        stored = named_race(bob, "Monday")
        was = as_planned(bob, stored)
        changed = replace(was, description="bob's", max_laps=4)
        submit(bob, plan_edit(bob, stored, was, changed))

    edit = ("edit", "Monday", "--yes", "--no-sync", "--no-wait", "--submissions")
    monkeypatch.setattr("drtui.cli.changes.confirm", meanwhile)
    said(*edit, "9")
    assert "submissions per racer: 5 → 9" in said.err
    assert "came in meanwhile" in said.err
    assert said.err.count("submissions per racer") == 1
    for shown in ("description", "most laps", "bob's"):
        assert shown not in said.err
    will_be = as_planned(bob, named_race(bob, "Monday"))
    assert (will_be.max_submissions, will_be.description, will_be.max_laps) == (9, "bob's", 4)


def test_what_became_of_a_queue_is_told() -> None:
    one, two = queue_item(1, "a0"), queue_item(2, "a1")
    ran = queue_item(3, "Zz", QueueStatus.COMPLETED)
    assert place_text([ran, one, two], two) == "r2 (model) is at place 2 of 2."
    assert next_text([ran, one, two]) == "2 wait; the next is r1 (model)."
    assert place_text([ran], ran) == next_text([ran]) == ""


def test_mistakes_of_a_race_file_change_nothing(said: Said, tmp_path: Path) -> None:
    file = tmp_path / "races.toml"
    good = 'name = "A"\ntrack = "reinvent_base"\nopens = "2030-05-10 09:00 UTC"\n'
    file.write_text(f'{good}closes = "2030-05-10 08:00 UTC"\nsubmissions = -2\n')
    said("apply", str(file), "--no-sync", "--dry-run", code=exits.USAGE)
    told = said.err.splitlines()
    assert [line.split(": ")[0] for line in told[:2]] == ["races.toml:4", "races.toml:5"]
    assert told[-1] == "2 mistakes. Nothing was changed."


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
