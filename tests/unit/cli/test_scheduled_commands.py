"""`drtui users … --at` and `drtui operations scheduled`."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths
from drtui.domain.schedule_times import EXAMPLES
from drtui.domain.scheduling import NOT_SCHEDULED, ScheduleState
from drtui.store import scheduling
from drtui.store.database import Database, open_database
from drtui.store.late import hold_what_is_late
from drtui.store.operation_log import operations
from drtui.sync.lock import EngineLock
from tests.support.scheduling import found, scheduled_pause
from tests.support.stores import filled_store
from tests.unit.cli.conftest import Say

CONFIG = '[event]\nzone = "Asia/Kolkata"\n'


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    """The store of the only account, as it was read in May."""
    accounts.add(paths, Account("finals", "https://one.example/prod", "eu-west-1"))
    store = paths.store("finals")
    store.parent.mkdir(parents=True)
    opened = filled_store(store, racers=3, clock=lambda: datetime.now(UTC).timestamp())
    yield opened
    opened.close()


def me(database: Database) -> Workspace:
    from drtui.bootstrap import system_user

    return Workspace(database, system_user())


def count(database: Database) -> int:
    with database.read() as connection:
        return len(operations(connection))


def test_a_pause_is_scheduled_and_shown_with_its_zone(database: Database, said: Say) -> None:
    command = ["users", "pause", "--all", "--at", "tomorrow 18:00", "--zone", "Europe/Berlin"]
    assert run([*command, "--no-sync", "--yes"]) == exits.OK
    told = said()
    assert "A preview: this is what it would do now." in told
    assert "Scheduled as S1: Pause sponsorship for everybody, at " in told
    assert " 18:00 CE" in told
    assert "No drtui is up now." in told
    it = found(me(database), 1)
    assert it.when.zone_name == "Europe/Berlin"
    assert count(database) == 0


def test_a_dry_run_schedules_nothing(
    database: Database, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["users", "resume", "--filter", "status:paused", "--at", "tomorrow 09:00"]
    assert run([*command, "--dry-run", "--no-sync"]) == exits.OK
    assert "Nothing was scheduled for" in said()
    del capsys
    assert run(["operations", "scheduled", "list"]) == exits.OK


def test_the_events_zone_is_used_where_none_is_named(
    database: Database, paths: Paths, said: Say
) -> None:
    paths.config_file.write_text(paths.config_file.read_text() + CONFIG)
    command = ["users", "set-quota", "--hours", "+2", "--profile", "racer-0001"]
    name = "--profile"
    assert name in command
    assert run([*command[:-2], "--all", "--at", "tomorrow 18:00", "--no-sync", "-y"]) == exits.OK
    assert "18:00 IST" in said()
    it = found(me(database), 1)
    assert it.when.zone_name == "Asia/Kolkata"
    assert it.when.at.minute == 30


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--at", "six"], "“six” is no time: write 18:00, tomorrow 09:00 or YYYY-MM-DD 18:00."),
        (["--at", "2020-01-01 10:00"], "is over already"),
        (["--zone", "UTC"], "--zone goes with --at."),
        (["--at", "18:00", "--zone", "Mars/Base"], "There is no time zone “Mars/Base”"),
    ],
)
def test_what_cannot_be_meant_is_refused_first(
    database: Database, said: Say, options: list[str], says: str
) -> None:
    assert run(["users", "pause", "--all", *options, "--no-sync", "--yes"]) == exits.USAGE
    assert says in said()
    assert count(database) == 0


def test_a_zone_in_the_configuration_that_is_none_is_told(
    database: Database, paths: Paths, said: Say
) -> None:
    del database
    paths.config_file.write_text(paths.config_file.read_text() + '[event]\nzone = "Mars"\n')
    assert run(["users", "list", "--no-sync"]) == exits.PROBLEM
    assert "The setting event.zone cannot be used." in said()


def test_the_list_says_what_waits_and_what_became_of_it(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = database.clock() + 3_600
    scheduled_pause(me(database), ahead, zone="Europe/Berlin")
    assert run(["operations", "scheduled", "list", "--json"]) == exits.OK
    (row,) = json.loads(capsys.readouterr().out)
    assert row["state"] == "waiting"
    assert row["everybody"] is True
    assert row["at"].endswith("Z")
    assert row["zone"] == "Europe/Berlin"
    assert row["note"] == "no drtui is up"
    assert run(["operations", "list"]) == exits.OK
    told = " ".join(capsys.readouterr().err.split())
    assert "Scheduled S1: Pause sponsorship for everybody: waits until" in told
    assert "no drtui is up: asked about if still so then" in told
    assert run(["operations", "scheduled", "cancel", "1", "--yes"]) == exits.OK
    assert run(["operations", "scheduled", "cancel", "1", "--yes"]) == exits.USAGE
    assert "nothing to cancel" in capsys.readouterr().err
    assert run(["operations", "scheduled", "list", "--csv"]) == exits.OK
    assert "cancelled" in capsys.readouterr().out


def missed(paths: Paths, who: str = "") -> int:
    from drtui.bootstrap import system_user

    now = datetime.now(UTC)
    then = open_database(paths.store("finals"), (now - timedelta(hours=3)).timestamp)
    number = scheduled_pause(
        Workspace(then, who or system_user()), (now - timedelta(hours=2)).timestamp()
    )
    then.close()
    return number


def test_a_missed_one_is_told_by_every_list_and_dropped(
    database: Database, paths: Paths, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    number = missed(paths)
    assert run(["operations", "list"]) == exits.OK
    told = said()
    assert "S1 “Pause sponsorship” of " in told
    assert "was missed, and not run: run or drop it in “drtui operations scheduled”" in told
    it, now = found(me(database), number), datetime.now(UTC)
    assert (it.state, it.note) == (ScheduleState.WAITING, "")  # no engine has noted it
    assert run(["operations", "scheduled", "list", "--json"]) == exits.OK
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["state"], row["note"]) == ("missed", it.reason(now))
    assert row["note"] == "no drtui was up at its time"
    assert run(["operations", "scheduled", "drop", str(number), "--yes"]) == exits.OK
    assert found(me(database), number).state is ScheduleState.DROPPED


def test_a_missed_one_is_run_as_ones_own_once_it_is_confirmed(
    database: Database, paths: Paths, said: Say
) -> None:
    number = missed(paths, who="somebody")
    assert run(["operations", "scheduled", "drop", str(number), "--yes"]) == exits.USAGE
    assert "say whose it is, with “--of somebody”" in said()
    command = ["operations", "scheduled", "run", str(number), "--no-sync"]
    assert run([*command, "--dry-run"]) != exits.USAGE
    assert count(database) == 0
    assert run([*command, "--yes", "--no-wait"]) in (exits.OK, exits.UNSETTLED)
    assert "Queued as operation 1." in said()
    it = found(me(database), number)
    assert (it.state, it.operation_id) == (ScheduleState.RAN, 1)


def test_what_waits_is_not_run_before_its_time(database: Database, said: Say) -> None:
    number = scheduled_pause(me(database), database.clock() + 3_600)
    assert run(["operations", "scheduled", "run", str(number), "--yes"]) == exits.USAGE
    assert "S1 is not due before " in said()
    assert run(["operations", "scheduled", "run", "99", "--yes"]) == exits.USAGE
    assert "There is no scheduled operation 99" in said()


def test_going_offline_says_that_what_is_set_for_a_time_is_not_run(
    database: Database, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["offline", "on"]) == exits.OK
    assert "is set for" not in said()
    assert run(["offline", "off"]) == exits.OK
    for hours in (1, 2):
        scheduled_pause(me(database), database.clock() + hours * 3_600)
    assert run(["offline", "on"]) == exits.OK
    assert "2 operations are set, the first for" in said()
    lock = EngineLock(database.path)
    assert lock.try_acquire()
    capsys.readouterr()
    assert run(["operations", "list"]) == exits.OK
    assert "offline on purpose: asked about if still so then" in said()
    lock.release()


def test_the_help_of_a_set_time_names_no_day_that_is_over_some_day(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["users", "pause", "--help"]) == exits.OK
    assert f"Schedule it: {EXAMPLES}." in capsys.readouterr().out
    assert not any(len(one) == 4 and one.isdigit() for one in re.split(r"\W", EXAMPLES))


@pytest.mark.parametrize("number", ["1", "S1", "s1"])
def test_it_is_named_as_the_console_shows_it_too(
    database: Database, said: Say, number: str
) -> None:
    scheduled_pause(me(database), datetime.now(UTC).timestamp() + 3_600.0)
    assert run(["operations", "scheduled", "cancel", number, "--yes"]) == exits.OK
    assert found(me(database), 1).state is ScheduleState.CANCELLED


def test_what_is_no_number_is_a_usage_error(database: Database, said: Say) -> None:
    del database
    assert run(["operations", "scheduled", "cancel", "T1", "--yes"]) == exits.USAGE
    assert "write 7 or S7" in said()


@pytest.mark.parametrize(
    "command",
    [["setup", "settings", "--hours", "10"], ["setup", "disable"], ["users", "delete", "--all"]],
)
def test_what_cannot_be_scheduled_says_what_can(
    database: Database, said: Say, command: list[str]
) -> None:
    assert run([*command, "--at", "18:00"]) == exits.USAGE
    assert said().endswith(f"Error: {NOT_SCHEDULED}\n")
    assert count(database) == 0


def test_a_resume_is_scheduled_in_a_sentence(database: Database, said: Say) -> None:
    del database
    assert run(["users", "resume", "--all", "--at", "18:00", "--no-sync", "--yes"]) == exits.OK
    what = "Resume sponsorship for everybody, to what is remembered, else to the new-user defaults"
    assert f"Scheduled as S1: {what}, at " in said()


@pytest.mark.parametrize("how", ["cancel", "drop"])
def test_whose_it_is_and_whether_it_asks_is_looked_at_before_anything_is_asked(
    database: Database, paths: Paths, said: Say, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("it was asked")

    monkeypatch.setattr("drtui.cli.scheduled.ask", asked)
    number = missed(paths, who="somebody")
    assert run(["operations", "scheduled", how, str(number)]) == exits.USAGE
    assert "--of somebody" in said()
    assert found(me(database), number).state is ScheduleState.WAITING


def late(paths: Paths, database: Database) -> int:
    """One that was run, and of which nothing was sent for hours."""
    number = missed(paths)
    run_late(paths, database, number)
    return number


def run_late(paths: Paths, database: Database, number: int) -> None:
    mine = me(database)
    it = found(mine, number)
    then = open_database(paths.store("finals"), lambda: it.when.at.timestamp() + 1)
    with then.read() as connection:
        plan = scheduling.plan_again(connection, it, mine.rates)
    assert scheduling.run(then, it, plan, mine.author()) is not None
    then.close()
    assert hold_what_is_late(database) == [number]


def test_one_that_is_late_is_told_and_goes_on_once_that_is_confirmed(
    database: Database, paths: Paths, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    number = late(paths, database)
    assert run(["operations", "list"]) == exits.OK
    assert "go on with it, or cancel the rest in “drtui operations scheduled”" in said()
    assert run(["operations", "list", "--json"]) == exits.OK
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["waits_for"] == "late"
    assert run(["operations", "scheduled", "list", "--json"]) == exits.OK
    (row,) = json.loads(capsys.readouterr().out)
    assert row["state"] == "late"
    command = ["operations", "scheduled", "run", str(number)]
    assert run([*command, "--dry-run"]) == exits.OK
    assert found(me(database), number).state is ScheduleState.LATE
    assert run([*command, "--yes", "--no-wait"]) in (exits.OK, exits.UNSETTLED)
    assert found(me(database), number).state is ScheduleState.RAN
    assert count(database) == 1


def test_the_rest_of_one_that_is_late_is_dropped(
    database: Database, paths: Paths, said: Say
) -> None:
    number = late(paths, database)
    assert run(["operations", "scheduled", "drop", str(number), "--yes"]) == exits.OK
    assert f"the rest of scheduled operation {number} is not sent" in said()
    assert found(me(database), number).state is ScheduleState.RAN
    assert run(["operations", "list"]) == exits.OK
    told = said()
    assert "your word" not in told
    assert "ran as operation" not in told  # it is settled, and no news any more


@pytest.mark.parametrize("how", ["cancel", "drop"])
def test_one_that_is_late_by_the_time_of_the_answer_is_not_ended_by_it(
    database: Database, paths: Paths, said: Say, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    number = missed(paths)

    def asked(_: bool, question: str) -> None:
        assert "not sent" not in question
        run_late(paths, database, number)

    monkeypatch.setattr("drtui.cli.scheduled.ask", asked)
    assert run(["operations", "scheduled", how, str(number)]) == exits.PROBLEM
    told = said()
    assert "It came to another state meanwhile (" in told
    assert "is not run" not in told
    it = found(me(database), number)
    assert (it.state, it.unsent) == (ScheduleState.LATE, it.total)
