"""Operations for a set time in the console: set in a plan, listed before and after, answered."""

from pathlib import Path

import pytest

from drtui.commands.workspace import Workspace
from drtui.domain.records import Role
from drtui.domain.scheduling import SIGNED_OUT, ScheduleState
from drtui.screens.dialogs.base import Choice
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.schedule import ScheduledDialog, ScheduleDialog
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operations import Operations
from drtui.store import scheduling as store
from drtui.store.database import Database
from drtui.store.operation_log import operations
from tests.support.driving import Console, console_app, running
from tests.support.logs import ADA
from tests.support.operations import on_operations, row
from tests.support.scheduling import HOUR, found, missed, scheduled_pause
from tests.support.screens import said, trouble
from tests.support.stores import NOW, profile_id


def workspace(database: Database, who: str = "ada") -> Workspace:
    return Workspace(database, who)


def count_operations(database: Database) -> int:
    with database.read() as connection:
        return len(operations(connection))


async def marked(console: Console, filter_text: str) -> None:
    if filter_text:
        await console.press("slash")
        await console.write(filter_text)
        await console.press("enter")
    await console.press("a")


async def to_schedule(console: Console, *keys: str) -> None:
    await console.press(*keys)
    await console.dialog(PlanDialog)
    await console.press("t")
    await console.dialog(ScheduleDialog)


async def test_a_plan_is_left_for_a_set_time_and_nothing_is_done_yet(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await marked(console, "racer-0010")
        await to_schedule(console, "p")
        assert "Schedule: Pause sponsorship" in console.text()
        await console.write("18:00 UTC")
        assert "2026-05-02 20:00 CEST, in 5 h 54 min" in console.text()
        await console.press("enter")
        await console.back()
        assert "Scheduled as S1 for 20:00 CEST: Pause sponsorship for whoever matches" in (
            console.message
        )
    it = found(workspace(database), 1)
    assert it.whom.filter_text == "racer-0010"
    assert it.when.at.timestamp() == NOW - (5 * 60 + 24) + 6 * HOUR
    assert count_operations(database) == 0


async def test_the_marked_can_be_meant_whatever_they_are_like_then(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await marked(console, "racer-0010")
        await to_schedule(console, "p")
        await console.write("tomorrow 09:00")
        await console.press("tab", "right", "enter")
        await console.back()
    whom = found(workspace(database), 1).whom
    assert whom.filter_text == ""
    assert len(whom.profiles) == 10


async def test_everybody_is_whoever_is_there_then(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await marked(console, "")
        await to_schedule(console, "p")
        assert "[whoever is there then]" in console.text()
        await console.write("18:00")
        await console.press("enter")
        await console.back()
    assert found(workspace(database), 1).whom.everybody


async def test_one_under_the_cursor_is_meant_by_name(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer-00100")
        await console.press("enter")
        await to_schedule(console, "p")
        assert "For racer-00100." in console.text()
        await console.write("18:00")
        await console.press("enter")
        await console.back()
    whom = found(workspace(database), 1).whom
    assert whom.profiles == (profile_id(100),)
    assert whom.named == {profile_id(100)}


async def test_new_quotas_can_be_scheduled_and_a_time_that_is_none_is_told(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await marked(console, "racer-0010")
        await console.press("e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await to_schedule(console, "enter")
        await console.write("six")
        await console.press("enter")
        assert "“six” is no time" in console.prose()
        await console.press(*["backspace"] * 3)
        await console.write("2026-05-02 10:00 UTC")
        await console.press("enter")
        assert "over already" in console.prose()
        await console.press("escape")
        await console.dialog(PlanDialog)
        await console.press("t")
        await console.dialog(ScheduleDialog)
        await console.write("18:00")
        await console.press("enter")
        await console.back()
    assert found(workspace(database), 1).params == {"minutes": "+120"}


async def test_who_leaves_the_set_time_does_not_do_it_now_by_the_next_enter(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await marked(console, "racer-0010")
        await to_schedule(console, "p")
        await console.write("17:20")
        await console.press("tab", "tab", "tab", "enter")  # on Cancel
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
    assert count_operations(database) == 0
    assert found_none(database)


async def test_other_plans_have_no_set_time(path: Path, database: Database) -> None:
    assert found_none(database)
    async with running(console_app(path)) as console:
        await marked(console, "racer-0010")
        await console.press("d")
        await console.press("t")
        assert not isinstance(console.app.screen, ScheduleDialog)


def found_none(database: Database) -> bool:
    with database.read() as connection:
        return not store.scheduled(connection)


async def test_it_is_listed_until_it_runs_and_cancelled_with_x(
    path: Path, database: Database
) -> None:
    number = scheduled_pause(workspace(database), NOW - 24 + 2 * HOUR, zone="Europe/Berlin")
    async with on_operations(path) as console:
        assert "at 16:05 CEST" in row(console, "S1  ")
        assert "Pause · everybody" in row(console, "S1  ")
        assert "waits until 16:05 CEST, in 1 h 59 min" in console.text()
        await console.press("t")
        assert "it was not run yet" in said(console)
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "esc close" in console.prose()
        await console.press("escape", "x")
        await console.dialog(ConfirmDialog)
        assert "esc leave it" in console.prose()
        assert "Pause sponsorship for everybody" in console.prose()
        await console.press("enter")
        await console.until(lambda: "S1 will not be run" in said(console))
        await console.until(lambda: "cancelled" in row(console, "S1  "))
    assert found(workspace(database), number).state is ScheduleState.CANCELLED


async def test_after_it_ran_it_is_listed_with_what_it_became(
    path: Path, database: Database
) -> None:
    number = scheduled_pause(workspace(database), NOW + 1)
    it = found(workspace(database), number)
    with database.read() as connection:
        plan = store.plan_again(connection, it, workspace(database).rates)
    database.clock = lambda: NOW + 1
    ran = store.run(database, it, plan, ADA, note="planned on the copy of 12:00 UTC")
    assert ran is not None
    async with on_operations(path) as console:
        assert f"ran as {ran.operation_id}" in row(console, "S1  ")
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "planned on the copy of 12:00 UTC" in console.prose()
        await console.press("escape", "j", "enter")
        await console.dialog(OperationScreen)


async def test_a_missed_one_is_told_everywhere_and_run_once_it_is_confirmed(
    path: Path, database: Database
) -> None:
    number = missed(path)
    async with running(console_app(path)) as console:
        await console.until(lambda: "was missed, and not run" in trouble(console))
        assert "run or drop it in 5 Operations" in trouble(console)
        await console.press("5")
        await console.until(lambda: "missed" in row(console, "S1  "))
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "no drtui was up" in console.prose()
        assert count_operations(database) == 0
        await console.press("right", "right", "enter")
        await console.dialog(PlanDialog)
        assert "will be paused" in console.prose()
        await console.press("right", "enter")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        await console.until(lambda: "ran as 1" in row(console, "S1  "))
        await console.until(lambda: not trouble(console))
    assert found(workspace(database), number).operation_id == 1


async def test_a_missed_one_is_dropped(path: Path, database: Database) -> None:
    number = missed(path)
    async with on_operations(path, (80, 24)) as console:
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        await console.press("right", "enter")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(lambda: "dropped" in row(console, "S1  "))
    assert found(workspace(database), number).state is ScheduleState.DROPPED
    assert count_operations(database) == 0


async def test_anothers_is_cancelled_only_after_a_careful_question(
    path: Path, database: Database
) -> None:
    number = scheduled_pause(workspace(database, "bo"), NOW + HOUR)
    async with on_operations(path) as console:
        await console.press("x")
        await console.dialog(ConfirmDialog)
        assert "It is bo's, not yours" in console.prose()
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        assert found(workspace(database), number).state is ScheduleState.WAITING
        await console.press("x")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await console.until(lambda: "cancelled" in row(console, "S1  "))
        assert "S1: Pause sponsorship for everybody: cancelled by ada" in console.prose()
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "State cancelled by ada" in console.prose()
        assert "Note" not in console.prose()


@pytest.mark.parametrize("late", [False, True])
async def test_the_button_that_ends_one_is_not_named_as_what_leaves_other_dialogs(
    path: Path, database: Database, late: bool
) -> None:
    if late:
        missed(path)
    else:
        scheduled_pause(workspace(database), NOW + HOUR)
    async with on_operations(path, (80, 24)) as console:
        await console.press("x")
        dialog = await console.dialog(ConfirmDialog)
        said = [one.label for one in dialog.query(Choice)]
        assert said == ["Leave it", "Drop it" if late else "Cancel it"]


@pytest.mark.parametrize("role", [Role.FACILITATOR])
async def test_what_was_refused_says_why(path: Path, database: Database, role: Role) -> None:
    number = scheduled_pause(workspace(database), NOW + HOUR)
    it = found(workspace(database), number)
    why = f"{role.value} may not"
    assert store.settle(database, it, ScheduleState.REFUSED, f"refused: {why}", note=why)
    async with on_operations(path) as console:
        assert "refused" in row(console, "S1  ")
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert why in console.prose()


@pytest.mark.parametrize(("columns", "shown"), [(180, "16:05 CEST: offline"), (80, "! 16:05 CEST")])
async def test_what_will_not_be_run_while_offline_says_so_beforehand(
    path: Path, database: Database, columns: int, shown: str
) -> None:
    scheduled_pause(workspace(database), NOW - 24 + 2 * HOUR, zone="Europe/Berlin")
    async with on_operations(path, (columns, 24)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        assert "“Pause sponsorship” is set for 16:05 CEST" in console.prose()
        assert "not run, and asked about once it is 10 minutes late" in console.prose()
        await console.press("enter")
        await console.until(lambda: shown in row(console, "S1  "))
        assert "offline on purpose: asked about if still so then" in console.prose()
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "offline on purpose: asked about if still so then" in console.prose()


async def test_one_that_was_missed_says_why(path: Path, database: Database) -> None:
    number = missed(path)
    store.hold_up(database, [found(workspace(database), number)], SIGNED_OUT)
    store.mark_missed(database)
    async with on_operations(path) as console:
        await console.press("enter")
        await console.dialog(ScheduledDialog)
        assert "Nothing was done: nobody signed in at its time." in console.prose()


async def test_the_actions_of_a_scheduled_row_say_which_it_is(
    path: Path, database: Database
) -> None:
    number = scheduled_pause(workspace(database), NOW + HOUR)
    async with running(console_app(path)) as console:
        await console.press("5")
        await console.until(lambda: f"S{number} " in console.text())
        await console.press("m")
        await console.until(lambda: f"S{number}, under the cursor." in console.text())
