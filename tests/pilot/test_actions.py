"""The bulk actions: from a key to an operation in the store."""

from pathlib import Path

import pytest

from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.records import AccountSettings
from drtui.screens.dialogs.base import Choice
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import RecordingEngine, console_app, filtered, running
from tests.support.screens import last_made, none_made
from tests.support.stores import delivered, filled_store, items_of, submitted


async def test_quotas_are_set_for_all_marked_in_one_operation(
    path: Path, database: Database
) -> None:
    engine = RecordingEngine()
    async with running(console_app(path, engine=engine)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        assert "10 marked users." in console.text()
        assert "now: 5 (10)" in console.text()
        await console.write("+2")
        await console.press("tab", "7", "enter")
        await console.dialog(PlanDialog)
        assert "10 of 10 marked users will get new quotas." in console.text()
        assert "Set usage quotas (10)" in console.text()
        assert none_made(database)
        await console.press("enter")
        await console.back()
        kind, items = last_made(database)
        assert kind is OperationKind.SET_QUOTAS
        assert {(item.after["minutes_limit"], item.after["models_limit"]) for item in items} == {
            (420, 7)
        }
        assert len(items) == 10
        assert console.table.marked_count == 0
        assert engine.woken == 1
        assert "10 confirmed" in console.message


async def test_a_value_that_is_no_quota_is_told_beside_its_field_and_not_confirmed(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        await console.press("enter")
        assert console.app.screen is dialog
        await console.press("plus", "x", "enter")
        assert console.app.screen is dialog
        field = next(line for line in console.lines() if "Maximum training hours" in line)
        assert "is not a quota" in field
        confirm = dialog.query(Choice).last()
        assert confirm.disabled
        await console.press("escape")
        await console.back()
        assert none_made(database)


async def test_pausing_says_what_it_does_not_stop_and_names_the_count(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-0010 or carlos")
        await console.press("a", "p")
        await console.dialog(PlanDialog)
        text = console.prose()
        assert "10 of 11 marked users will be paused." in text
        assert "1 already so" in text
        assert "a submission runs an evaluation, which is billed" in text
        assert "[ Pause sponsorship (10) ]" in text
        await console.press("escape")
        await console.back()
        assert none_made(database)
        assert console.table.marked_count == 11


async def test_the_plan_is_shown_row_by_row(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await filtered(console, "racer-0010 or carlos")
        await console.press("a", "p")
        plan = await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)
        text = console.text()
        assert "10 change · 1 already so" in text
        row = next(line for line in console.lines() if "racer-00103" in line)
        assert "hours 5 → 0 · models 3 → 0" in row
        await console.press("escape")
        assert console.app.screen is plan


async def test_what_the_changes_leave_of_their_column_is_the_reasons(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-0010 or carlos or fay")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.press("tab", "7", "enter")
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)
        assert "race facilitator" in console.text()
        assert "remembered models nothing → 7" in console.text()


async def test_the_racer_under_the_cursor_is_meant_when_nobody_is_marked(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
        kind, items = last_made(database)
        assert kind is OperationKind.PAUSE
        assert [item.label for item in items] == ["racer-00107"]


async def test_a_facilitator_is_left_out_when_marked_and_meant_under_the_cursor(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await filtered(console, "fay")
        await console.press("p")
        await console.dialog(PlanDialog)
        assert "1 of 1 user will be paused." in console.text()
        await console.press("escape")
        await console.back()
        await console.press("space", "p")
        await console.dialog(PlanDialog)
        assert "0 of 1 marked user will be paused." in console.text()
        assert "[ Close ]" in console.text()


async def test_oneself_is_never_meant(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "ada.admin or fay")
        await console.press("a", "p")
        await console.dialog(PlanDialog)
        assert "yourself" in console.text()
        await console.press("enter")
        await console.back()
        assert none_made(database)


async def test_marks_that_the_filter_hides_are_acted_on_and_named(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "escape")
        await filtered(console, "racer-00105")
        await console.press("p")
        await console.dialog(PlanDialog)
        assert "9 of them hidden by the filter: " in console.text()
        await console.press("enter")
        await console.back()
        assert len(last_made(database)[1]) == 10


async def test_a_plan_that_another_operation_overtook_is_shown_again(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "bo")
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("p")
        first = await console.dialog(PlanDialog)
        everybody = selection.select_by_name(workspace, ["racer-00107"])
        submitted(database, quotas.plan_set_quotas(workspace, everybody, "9", None), who="bo")
        await console.press("enter")
        await console.until(
            lambda: isinstance(console.app.screen, PlanDialog) and console.app.screen is not first
        )
        assert "look at the plan again" in console.prose()
        await console.press("enter")
        await console.back()
        _, (item,) = last_made(database)
        assert item.before["minutes_limit"] == 540


async def test_offline_the_plan_says_when_it_will_be_delivered(
    path: Path, database: Database
) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    async with running(console_app(path)) as console:
        await console.press("p")
        await console.dialog(PlanDialog)
        assert "delivered when the network returns" in console.text()


async def test_resuming_gives_back_what_was_remembered(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    delivered(database, submitted(database, sponsorship.plan_pause(workspace, whom)))
    async with running(console_app(path)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "P")
        await console.dialog(PlanDialog)
        assert "Resume sponsorship (10)" in console.text()
        await console.press("enter")
        await console.back()
        kind, items = last_made(database)
        assert kind is OperationKind.RESUME
        assert {(item.after["minutes_limit"], item.after["models_limit"]) for item in items} == {
            (300, 3)
        }


@pytest.mark.parametrize("answered", [True, False])
async def test_resuming_asks_where_nothing_is_known(path: Path, answered: bool) -> None:
    database = filled_store(path, settings=AccountSettings())
    async with running(console_app(path)) as console:
        await filtered(console, "carlos")
        await console.press("P")
        dialog = await console.dialog(QuotaDialog)
        assert "nothing is remembered" in console.text()
        if answered:
            await console.press("plus", "5")
            assert dialog.query(Choice).last().disabled
            await console.press("backspace", "backspace", "5", "tab", "3", "enter")
        else:
            await console.press("tab", "tab", "enter")
        await console.dialog(PlanDialog)
        if answered:
            await console.press("enter")
            await console.back()
            _, (item,) = last_made(database)
            assert (item.after["minutes_limit"], item.after["models_limit"]) == (300, 3)
        else:
            assert "0 of 1 user will be resumed." in console.text()
    database.close()


async def test_undo_restores_ones_own_last_operation_and_cancels_what_is_not_sent(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    number = submitted(database, sponsorship.plan_pause(workspace, whom))
    delivered(database, number, first=4)
    async with running(console_app(path)) as console:
        await console.press("space", "u")
        await console.dialog(PlanDialog)
        text = console.text()
        assert "4 of 4 users will get back what they had." in text
        assert "6 not sent yet will be cancelled." in text
        assert "[ Undo (10) ]" in text
        await console.press("tab", "enter")
        await console.back()
        kind, items = last_made(database)
        assert kind is OperationKind.UNDO
        assert [item.after["minutes_limit"] for item in items] == [300] * 4
        states = [item.state for item in items_of(database, number)]
        assert states.count(ItemState.CANCELLED) == 6
        assert console.table.marked_count == 1  # undo is not about the marked ones


async def test_undo_of_what_was_not_sent_at_all_only_cancels(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    number = submitted(database, sponsorship.plan_pause(workspace, whom))
    async with running(console_app(path)) as console:
        await console.press("u")
        await console.dialog(PlanDialog)
        assert "what they had" not in console.text()
        await console.press("right", "enter")
        await console.back()
        assert {item.state for item in items_of(database, number)} == {ItemState.CANCELLED}


async def test_somebody_elses_operation_is_not_undone(path: Path, database: Database) -> None:
    workspace = Workspace(database, "bo")
    whom = selection.select_by_filter(workspace, "racer-0010")
    submitted(database, sponsorship.plan_pause(workspace, whom), who="bo")
    async with running(console_app(path)) as console:
        await console.press("u")
        await console.until(lambda: "no operation of yours" in console.message)
        assert console.app.screen is console.usage


async def test_what_cannot_be_done_now_says_why(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await console.press("u")
        assert console.message == "Not now: nothing is done yet."
        await filtered(console, "nobody-at-all")
        await console.press("p")
        assert console.message == "Not now: there is nobody to do it to."
        assert none_made(database)
