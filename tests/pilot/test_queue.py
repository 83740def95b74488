"""The queue before it is sent: reviewed in its order, moved, edited, cancelled, and delivered."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from drtui.commands import help_desk, offline, queueing, selection
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ALIAS, ItemState
from drtui.domain.records import Role
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.reach import ReachDialog
from drtui.screens.dialogs.role import RoleDialog
from drtui.screens.operation_page import OperationScreen
from drtui.screens.queue import QueueScreen
from drtui.store.database import Database
from tests.support.driving import Console, console_app, running
from tests.support.operations import done_to, on_operations, pause, quota, read, table
from tests.support.screens import said
from tests.support.stores import items_of, plain_profiles, special_profiles, submitted, swept


def order(database: Database) -> list[int]:
    return [one.operation_id for one in queueing.queue(Workspace(database, "ada"))]


def hours(database: Database, number: int) -> set[object]:
    return {item.after.get("minutes_limit") for item in items_of(database, number)}


def models_of(database: Database, number: int) -> set[object]:
    return {item.after.get("models_limit") for item in items_of(database, number)}


async def reviewed(console: Console) -> QueueScreen:
    await console.press("o")
    screen = await console.dialog(QueueScreen)
    await console.until(lambda: bool(table(console).keys), "the queue")
    return screen


async def test_the_queue_is_shown_in_the_order_of_delivery(path: Path, database: Database) -> None:
    first, second = quota(database, "racer-00100"), quota(database, "racer-00101")
    async with on_operations(path) as console:
        assert list(table(console).keys)[:2] == [second, first]
        await reviewed(console)
        for size in ((80, 24), (120, 40)):
            await console.resize(size)
            assert list(table(console).keys) == [first, second], size
            assert "In the order of delivery" in console.prose(), size
        await console.press("enter")
        await console.dialog(OperationScreen)
        await console.press("escape", "escape")
        assert list(table(console).keys)[:2] == [second, first]


async def test_the_line_of_keys_names_those_of_the_queue(path: Path, database: Database) -> None:
    quota(database, "racer-00100")
    async with on_operations(path, (60, 24)) as console:
        for width in (60, 80, 120):
            await console.resize((width, 24))
            assert " t retry" in console.lines()[-1], width
            await reviewed(console)
            keys = console.lines()[-1]
            for one in ("e edit", "[ earlier", "] later", "x cancel"):
                assert one in keys, width
            for one in ("retry", "settle", "set aside"):
                assert one not in keys, width
            await console.press("escape")


async def test_brackets_move_the_one_under_the_cursor(path: Path, database: Database) -> None:
    first, second = quota(database, "racer-0010", "9"), quota(database, "racer-00100", "+2")
    assert hours(database, second) == {660}
    async with on_operations(path) as console:
        await reviewed(console)
        await console.press("right_square_bracket")
        await console.until(lambda: order(database) == [second, first])
        assert "is number 2 of 2 in the queue; 1 target planned anew" in said(console)
        await console.until(lambda: list(table(console).keys) == [second, first])
        await console.press("right_square_bracket")
        assert "is the last of the queue" in said(console)
        await console.press("left_square_bracket")
        await console.until(lambda: order(database) == [first, second])
    assert hours(database, second) == {660}
    assert [what for what, _ in done_to(database, first)].count("Move") == 2


async def test_other_quotas_are_typed_shown_and_taken(path: Path, database: Database) -> None:
    number = quota(database, "racer-00100")
    async with on_operations(path) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        dialog.query(Input).first().value = "20"
        await console.press("enter")
        await console.dialog(ConfirmDialog)
        assert "1 will change" in console.prose()
        await console.press("enter")
        await console.until(lambda: hours(database, number) == {1200})
        assert "1 planned anew" in said(console)


async def test_quotas_that_become_less_than_now_are_told_when_they_are_edited(
    path: Path, database: Database
) -> None:
    quota(database, "racer-0010", "9")
    async with on_operations(path) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        dialog.query(Input).first().value = "3"
        await console.press("enter")
        await console.dialog(ConfirmDialog)
        told = "10 get fewer hours than now; 5 of them have used that many already"
        assert f"Note: {told} and can no longer train." in console.prose()


async def test_the_form_begins_with_what_is_asked_for_and_what_is_left_stays(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-00100", "9")
    async with on_operations(path) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        typed, models = dialog.query(Input)
        assert (typed.value, models.value) == ("9", "")
        models.value = "4"
        await console.press("enter")
        await console.dialog(ConfirmDialog)
        assert "hours 9 models 4" in console.prose()
        await console.press("enter")
        await console.until(lambda: {4} == models_of(database, number))
    assert hours(database, number) == {540}


async def test_what_is_only_remembered_in_another_order_is_told_when_it_is_moved(
    path: Path, database: Database
) -> None:
    paused = pause(database, "racer-00100")
    number = quota(database, "racer-00101", "7")
    more = quota(database, "racer-00100", "+2")
    async with on_operations(path) as console:
        await reviewed(console)
        await console.press("j", "j", "left_square_bracket")
        await console.until(lambda: "is number 2 of 3 in the queue." in said(console), "the place")
        assert order(database) == [paused, more, number]
        await console.until(lambda: list(table(console).keys) == [paused, more, number], "the rows")
        await console.press("left_square_bracket")
        await console.until(lambda: "planned anew" in said(console), "the other place")
        assert order(database)[0] == more
        await console.until(lambda: table(console).keys[0] == more, "the rows")
        await console.press("right_square_bracket")
        behind = "there is nothing to send of it: it is done with what is before it."
        await console.until(lambda: behind in said(console), behind)
        assert order(database) == [paused, more, number]


async def test_a_queued_alias_and_role_are_edited_by_their_own_forms(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-00100")
    submitted(database, help_desk.plan_change_role(workspace, whom, Role.ADMIN))
    alias = submitted(database, help_desk.plan_change_alias(workspace, whom, "first"))
    async with on_operations(path) as console:
        await console.press("e")
        await console.dialog(AliasDialog)
        assert "first" in console.text()
        await console.press("ctrl+u")
        await console.write("second")
        await console.press("enter")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(
            lambda: [item.after[ALIAS] for item in items_of(database, alias)] == ["second"]
        )
        await console.press("j", "e")
        await console.dialog(RoleDialog)
        await console.press("escape")
        await console.until(lambda: not isinstance(console.app.screen, RoleDialog))


async def test_what_has_no_value_says_so_and_is_cancelled(path: Path, database: Database) -> None:
    number = pause(database, "racer-00100")
    async with on_operations(path) as console:
        await console.press("e")
        assert "only new quotas, an alias or a role can be edited" in said(console)
        await console.press("x")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(lambda: read(database, number).count(ItemState.CANCELLED) == 1)
    assert order(database) == []


async def test_one_target_is_taken_out_on_the_operations_page(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    async with on_operations(path) as console:
        await reviewed(console)
        await console.press("enter")
        await console.dialog(OperationScreen)
        await console.until(lambda: bool(table(console).keys), "the targets")
        await console.press("x")
        await console.dialog(ReachDialog)
        await console.press("enter")
        await console.until(lambda: read(database, number).count(ItemState.CANCELLED) == 1)
    assert read(database, number).count(ItemState.PENDING) == 9
    assert order(database) == [number]


async def test_deliver_shows_the_order_and_the_conflicts_with_theirs_and_ours(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "ada"))
    number = quota(database, "racer-0010", "9")
    async with running(console_app(path)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.dialog(DeliverDialog)
        profiles = plain_profiles(40)
        theirs = [replace(profiles[0], minutes_limit=60), *profiles[1:]]
        swept(database, [*special_profiles(), *theirs])
        await console.until(lambda: "would conflict" in console.text())
        text = console.prose()
        assert "9 would be sent as planned" in text
        assert "1 would conflict or fail" in text
        assert f"operation {number}, ada: Set usage quotas" in text
        assert "planned on hours 5, now hours 1, wanted" in text
        await console.press("escape")
        await console.back()
    assert read(database, number).count(ItemState.PENDING) == 10
