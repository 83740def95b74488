"""Operations: the list, and what is told of them on every screen."""

from pathlib import Path

import pytest

from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.screens.operation_page import OperationScreen
from drtui.store.admin_calls import claim_calls
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt, write_pace
from drtui.widgets.facts import Facts
from tests.support.driving import console_app, running
from tests.support.logs import SteppedClock
from tests.support.operations import (
    conflicting,
    on_operations,
    opened,
    pause,
    progress,
    quota,
    row,
    table,
)
from tests.support.screens import said
from tests.support.stores import NOW, delivered

# The list


async def test_the_newest_operation_comes_first_with_its_counts_and_state(
    path: Path, database: Database
) -> None:
    done = pause(database, "racer-0010")
    delivered(database, done)
    failed = quota(database, "racer-0011", who="bo")
    delivered(database, failed, first=3, state=ItemState.FAILED)
    delivered(database, failed)
    quota(database, "racer-0012", "7")
    async with on_operations(path, (130, 40)) as console:
        newest, middle, oldest = (
            " ".join(line.split())
            for line in console.lines()
            if "14:05" in line and "●" not in line
        )
        assert "3 14:05 ada" in newest
        assert newest.endswith("hours 7 10 0/10 0 0 delivering")
        assert "2 14:05 bo" in middle
        assert middle.endswith("+2 10 7 3 0 needs a hand")
        assert oldest.endswith("1 14:05 ada Pause sponsorship 10 10 0 0 done · undo u")


async def test_on_a_small_terminal_number_when_what_failed_and_state_stay(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=4)
    async with on_operations(path, (80, 24)) as console:
        heading = row(console, "What")
        assert heading.split() == ["#", "When", "What", "Done", "Failed", "Conflict", "State"]
        assert "hours +2" in row(console, "14:05  Set")
        assert "2 s left" in row(console, "14:05  Set")


@pytest.mark.parametrize(
    ("columns", "evening", "before"),
    [(120, "05-01 23:05  ", "04-30 13:05  "), (80, "23:05  ", "04-30  ")],
)
async def test_of_an_evening_that_passed_midnight_the_time_of_day_is_told(
    path: Path, database: Database, columns: int, evening: str, before: str
) -> None:
    for number, hours in ((quota(database, "racer-0010", "7"), 49), (pause(database, "0011"), 15)):
        with database.write() as connection:
            at = (database.clock() - hours * 3_600, number)
            connection.exec_driver_sql("UPDATE operation SET created_at = ? WHERE id = ?", at)
    async with on_operations(path, (columns, 24)) as console:
        assert evening in row(console, "Pause")
        assert before in row(console, "hours 7")


async def test_nothing_done_yet_says_how_to_begin(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await console.press("5")
        await console.until(lambda: "Nothing was done yet" in console.text())
        assert "2 leads to the racers" in console.text()
        await console.press("t")
        assert said(console).startswith("Not now: ")


async def test_an_operation_that_waits_is_not_called_delivering(
    path: Path, database: Database
) -> None:
    quota(database, "racer-0010")
    async with on_operations(path) as console:
        assert "delivering" in row(console, "hours +2")
        write_connectivity(database, Connectivity.OFFLINE)
        await console.until(lambda: row(console, "hours +2").rstrip().endswith("  offline"))
        assert "waiting: offline, 0 of 10 done" in progress(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again.")
        await console.until(lambda: row(console, "hours +2").rstrip().endswith("  sign-in"))


async def test_behind_a_conflict_an_operation_waits(path: Path, database: Database) -> None:
    conflicting(database, conflicts=10)
    quota(database, "racer-0010", "11")
    async with on_operations(path, (200, 40)) as console:
        assert "queued behind operation 1" in row(console, "hours 11")
        await console.resize((160, 40))
        assert "queued behind 1" in row(console, "hours 11")
        await console.resize((80, 24))
        assert row(console, "hours 11").rstrip().endswith(" behind 1")
        await console.resize((160, 40))
        assert "needs a hand" in row(console, "hours +2")
        assert "waiting behind a conflict: 0 of 10 done" in progress(console)
        await opened(console)
        await console.until(lambda: "queued behind the conflict in operation 1" in console.text())


async def test_the_cursor_stays_on_its_operation_when_another_comes_in(
    path: Path, database: Database
) -> None:
    first, second = quota(database, "racer-0010"), quota(database, "racer-0011")
    async with on_operations(path) as console:
        await console.press("down")
        third = quota(database, "racer-0012")
        await console.until(lambda: list(table(console).keys) == [third, second, first])
        assert table(console).cursor_key == first


async def test_a_newer_operation_is_seen_above_the_cursor_which_stays_on_its_own(
    path: Path, database: Database
) -> None:
    numbers = [quota(database, "racer-0010") for _ in range(30)]
    async with on_operations(path) as console:
        newer = quota(database, "racer-0011")
        await console.until(lambda: newer in table(console).visible_keys)
        assert table(console).cursor_key == numbers[-1]
        await console.press("enter")
        await console.until(lambda: "Operation 30  Set" in console.text())


async def test_what_was_so_already_is_told_apart_from_what_is_delivered(
    path: Path, database: Database
) -> None:
    delivered(database, pause(database, "racer-00100 or racer-00101"))
    number = pause(database, "racer-0010")
    async with on_operations(path, (200, 40)) as console:
        await console.until(lambda: "delivering: 0 of 8 done" in progress(console))
        assert "2 already so" in progress(console)
        delivered(database, number)
        await console.until(lambda: "Pause sponsorship" not in progress(console))
        line = " ".join(row(console, " 2  14:05").split())
        assert line.endswith("Pause sponsorship 8 8 0 0 done · 2 already so · undo u")
        await opened(console)
        await console.until(lambda: "8 of 8 done · 0 failed · 2 already so" in console.text())


async def test_thousands_of_operations_are_read_as_they_are_looked_at(
    path: Path, database: Database
) -> None:
    quota(database, "racer-00101")
    with database.write() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
            "INSERT INTO operation (id, kind, what, who, account_user, created_at, params) "
            "SELECT i, 'pause', 'Pause ' || i, 'bo', '', 1777723000.0, '{}' FROM n"
        )
    async with on_operations(path) as console:
        assert len(table(console).keys) == 3_000
        assert "Pause 3000" in console.text()
        await console.press("G")
        assert table(console).cursor_key == 1
        assert "hours +2" in console.text()


async def test_the_list_tells_what_the_pacer_lets_through(path: Path, database: Database) -> None:
    quota(database, "racer-0010")
    async with on_operations(path) as console:
        assert "changes" not in console.text()
        write_pace(database, 40.0, 110.0)
        await console.until(lambda: bool(row(console, "changes 40 of 110/s")))
        assert claim_calls(database, 12, 90, HELD_SECONDS)
        await console.until(
            lambda: (
                row(console, "changes 40").strip()
                == "changes 40 of 110/s · /admin/ calls 78 of 90 per 5 min free"
            )
        )
    async with on_operations(path, (80, 24)) as console:
        await console.until(lambda: bool(row(console, "/admin/ calls 78 of 90 per 5 min free")))


async def test_the_pacers_line_is_drawn_again_only_when_it_reads_otherwise(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota(database, "racer-0010")
    clock = SteppedClock(NOW)
    assert claim_calls(database, 90, 90, HELD_SECONDS)
    clock.step(HELD_SECONDS - 50)
    async with running(console_app(path, clock=clock)) as console:
        await console.press("5")
        await console.until(lambda: bool(row(console, "next slot in 50 s")))
        (line,) = console.app.screen.query(Facts)
        drawn: list[object] = []
        refresh = line.refresh

        def counting(**how: bool) -> Facts:
            drawn.append(how)
            return refresh(**how)

        monkeypatch.setattr(line, "refresh", counting)
        clock.step(9)
        line.renew()
        assert not drawn
        clock.step(1)
        line.renew()
        assert drawn == [{}]
        await console.until(lambda: bool(row(console, "next slot in 40 s")))
        clock.step(40)
        line.renew()
        await console.until(lambda: not row(console, "next slot"))


async def test_how_many_targets_wait_is_told_at_80_columns(path: Path, database: Database) -> None:
    some = quota(database, "racer-0010")
    delivered(database, some, first=4)
    async with on_operations(path, (80, 24)) as console:
        assert "Changes" not in row(console, "What")
        assert " 4/10 " in row(console, "hours +2")
        assert "? help" in console.lines()[-1]
        await console.press("enter")
        await console.dialog(OperationScreen)
        keys = console.lines()[-1]
        assert "x cancel" in keys
        assert "? help" in keys


# What is on its way, on every screen


async def test_the_rate_and_the_time_left_are_told_on_other_screens_too(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=5)
    async with running(console_app(path)) as console:
        await console.until(lambda: "5 of 10 done · 5.0/s · 1 s left" in console.text())
        assert "5 Operations" in progress(console)


async def test_the_rate_falls_with_time_and_goes_when_nothing_moves(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=5)
    now = [NOW + 1]
    async with running(console_app(path, clock=lambda: now[0])) as console:
        await console.until(lambda: "5.0/s · 1 s left" in progress(console))
        now[0] += 4
        await console.until(lambda: "1.0/s · 5 s left" in progress(console))
        now[0] += 8
        await console.until(lambda: "/s" not in progress(console))
        assert "5 of 10 done" in progress(console)
        assert "left" not in progress(console)


async def test_nothing_is_read_again_and_again_while_nothing_is_delivered(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota(database, "racer-0010")
    async with running(console_app(path)) as console:
        asked: list[None] = []
        monkeypatch.setattr(console.app._glances, "ask", asked.append)
        console.app._tick()
        assert asked == []


async def test_what_needs_a_hand_stays_in_sight_when_newer_operations_are_done(
    path: Path, database: Database
) -> None:
    for text in ("racer-0010", "racer-0011"):
        delivered(database, quota(database, text), first=2, state=ItemState.FAILED)
        delivered(database, 1)
        delivered(database, 2)
    delivered(database, quota(database, "racer-0012"))
    async with running(console_app(path)) as console:
        await console.until(lambda: "2 operations need a hand" in progress(console))
        assert progress(console).endswith("5 Operations")


async def test_the_time_left_takes_the_pace_where_that_is_slower(
    path: Path, database: Database
) -> None:
    delivered(database, quota(database, "racer-0010"), first=5)
    write_pace(database, 0.5, 110.0)
    async with on_operations(path) as console:
        await console.until(lambda: "5.0/s · 10 s left" in progress(console))
        assert "10 s left" in row(console, "hours +2")
        await opened(console)
        await console.until(lambda: "0 failed · 5.0/s · 10 s left" in console.text())
