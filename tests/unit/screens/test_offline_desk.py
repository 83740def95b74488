"""What the console says before it goes offline on purpose, and while it is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from drtui.commands.offline import Look
from drtui.commands.preparing import Part
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.screens import offline_flow
from drtui.screens.offline_flow import OfflineDesk
from drtui.store.offline import OnPurpose
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.logs import SteppedClock
from tests.support.stores import NOW, SWEPT, filled_store

AT = datetime.fromtimestamp(NOW, UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    database = filled_store(tmp_path / "account.sqlite", racers=3)
    yield Workspace(database, "ada")
    database.close()


def kept(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, *found: Part) -> str:
    def parts(_: Workspace, *, second_door: bool) -> Sequence[Part]:
        assert second_door
        return found

    monkeypatch.setattr(offline_flow, "parts", parts)
    return OfflineDesk(workspace).kept(second_door=True)


def test_what_is_there_is_told_with_the_age_of_its_oldest_part(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    racers = Part("Racers", AT - timedelta(hours=2))
    settled = Part("Leaderboards", None)  # of races that are over: it has no age
    checklist = Part("Checklist", AT - timedelta(days=3))
    told = kept(monkeypatch, workspace, racers, settled, checklist)
    assert told == "Each part is there, the oldest read 3 d ago."
    models = replace(checklist, name="Models", missing="still being read")
    assert kept(monkeypatch, workspace, racers, models) == "1 part missing: models."


def test_what_aws_itself_tells_is_missing_too_where_it_is_there_to_be_read(
    workspace: Workspace,
) -> None:
    desk = OfflineDesk(workspace)
    assert desk.kept(second_door=False) == "2 parts missing: models, races."
    assert desk.kept(second_door=True).startswith("6 parts missing: models, races, user pool, ")


def test_what_was_read_has_its_age_where_the_account_could_not_be_read(
    workspace: Workspace,
) -> None:
    database = workspace.database
    desk = OfflineDesk(workspace)
    desk.go_offline()
    desk.begin_look()
    write_connectivity(database, Connectivity.OFFLINE)
    with database.write(RecordKind.SYNC_STATE) as connection:
        connection.exec_driver_sql("UPDATE sync_state SET reads_until = 1")
    why, _, known, *_ = desk.look().lines
    assert why == "The account could not be read. It does not answer. No more is tried."
    read = datetime.fromtimestamp(SWEPT, UTC).astimezone()
    assert known == f"By what was read at {read:%Y-%m-%d %H:%M %Z}, 12 s ago:"


@pytest.mark.parametrize(
    ("ago", "since"),
    [(timedelta(minutes=5), "14:00"), (timedelta(days=1), "2026-05-01 14:05")],
)
def test_since_when_is_told_with_its_date_where_it_is_another_day(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, ago: timedelta, since: str
) -> None:
    zone = timedelta(hours=2)
    monkeypatch.setattr("drtui.widgets.sync_status.local", lambda at: at + zone)
    told = OfflineDesk(workspace).told_purpose(OnPurpose(AT - ago, "bo"))
    assert told == f"Offline on purpose since {since}, by bo."


def test_how_long_the_account_is_being_read_is_told_where_it_takes_long(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr("drtui.commands.offline.Look", partial(Look, clock=clock))
    desk = OfflineDesk(workspace)
    desk.go_offline()
    desk.begin_look()
    clock.step(4)
    assert desk.look().lines == ["Reading the account; nothing is sent …"]
    clock.step(36)
    assert desk.look().lines == ["Reading the account; nothing is sent … (40 s)"]
    with workspace.database.write(RecordKind.SYNC_STATE) as connection:
        connection.exec_driver_sql("UPDATE sync_state SET sweep_started = 1, sweep_pages = 2")
    assert desk.look().lines == ["Reading the account; nothing is sent … (2 pages, 40 s)"]
