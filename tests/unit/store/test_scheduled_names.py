"""What a scheduled operation says of the one racer it is for; and several that are asked about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands import scheduling
from drtui.commands.selection import select_by_name
from drtui.domain.scheduling import GRACE, missed_line
from drtui.store import scheduling as store
from drtui.store.tables import table
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log
from tests.support.scheduling import found, scheduled_pause

HOUR = 3_600.0


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "store.sqlite", racers(3))
    yield made
    made.database.close()


def pause(log: Log, *names: str) -> int:
    whom = scheduling.whom_of(log.workspace, select_by_name(log.workspace, names))
    return scheduled_pause(log.workspace, log.clock.now + HOUR, whom)


def rename(log: Log, alias: str) -> None:
    log.account[racer_id(1)] = replace(log.account[racer_id(1)], alias=alias)
    log.clock.step(60)
    log.sweep()


def test_one_is_called_by_the_present_name_and_several_are_counted(log: Log) -> None:
    one, two = pause(log, "racer-1"), pause(log, "racer-0", "racer-1")
    titles = [found(log.workspace, number).title() for number in (one, two)]
    assert titles == ["Pause sponsorship for racer-1", "Pause sponsorship for 2 racers"]
    rename(log, "Ayla")
    assert found(log.workspace, one).title() == "Pause sponsorship for Ayla"
    rename(log, " ")
    address = log.account[racer_id(1)].email
    assert found(log.workspace, one).title() == f"Pause sponsorship for {address}"


def test_who_is_gone_is_named_all_the_same(log: Log) -> None:
    number = pause(log, "racer-1")
    del log.account[racer_id(1)]
    for _ in range(2):  # one that is missing once may have been passed over
        log.clock.step(60)
        log.sweep()
    assert found(log.workspace, number).whom.text() == "racer-1"


def test_the_journal_names_the_one_as_it_was_called_then(log: Log) -> None:
    pause(log, "racer-1")
    rename(log, "Ayla")
    with log.database.read() as connection:
        (line,) = connection.execute(table("journal").select()).mappings()
    assert line["result"].startswith("scheduled for racer-1, ")


def test_those_that_are_asked_about_are_named(log: Log) -> None:
    for count in range(1, 6):
        log.clock.step(1)  # the same is not scheduled twice for one time
        pause(log, "racer-1")
        now = datetime.fromtimestamp(log.clock.now + HOUR + GRACE.total_seconds() + 1, UTC)
        with log.database.read() as connection:
            told = missed_line(store.scheduled(connection), now)
        named = {1: "S1 “", 2: "(S1 and S2)", 3: "(S1, S2 and S3)", 4: "(S1, S2, S3 and S4)"}
        assert named.get(count, "(S1, S2, S3 and 2 more)") in told
