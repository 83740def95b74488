"""What is done to an operation from the list and from its page."""

from dataclasses import replace
from pathlib import Path

import pytest

from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.operations import ItemState
from drtui.domain.records import Profile
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.reach import ReachDialog
from drtui.screens.dialogs.settle import SettleDialog
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operations import Operations
from drtui.store.database import Database
from drtui.store.interventions import cancel, retry
from drtui.widgets.facts import Facts
from tests.support.driving import Console, RecordingEngine
from tests.support.operations import (
    conflicting,
    done_to,
    on_operations,
    opened,
    progress,
    quota,
    read,
    row,
)
from tests.support.screens import said
from tests.support.stores import (
    delivered,
    items_of,
    plain_profiles,
    special_profiles,
    swept,
)


async def test_what_failed_is_tried_again_once_confirmed(path: Path, database: Database) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=3, state=ItemState.FAILED)
    engine = RecordingEngine()
    async with on_operations(path, engine=engine) as console:
        await console.press("t")
        await console.dialog(ConfirmDialog)
        assert "3 targets that failed are sent again." in console.prose()
        assert "3: refused by the deployment" in console.prose()
        assert read(database, number).count(ItemState.FAILED) == 3
        await console.press("enter")
        await console.until(lambda: "3 are tried again" in said(console))
        assert read(database, number).count(ItemState.PENDING) == 10
        assert engine.woken == 1
        assert done_to(database, number)[-1] == ("Retry", "3 tried again")


async def test_a_retry_says_first_what_a_later_operation_has_changed_since(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, state=ItemState.FAILED)
    later = quota(database, "racer-00100", "9")
    delivered(database, later)
    async with on_operations(path, (80, 24)) as console:
        await console.press("j", "t")
        await console.dialog(ConfirmDialog)
        note = (
            f"1 of them was changed since by operation {later}: tried again, it becomes a conflict"
        )
        assert note in console.prose()
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-00100")))
        await console.press("t")
        await console.dialog(ReachDialog)
        assert note in console.prose()
        await console.press("escape", "down", "t")
        await console.dialog(ReachDialog)
        assert "changed since" not in console.prose()


async def test_the_dialog_for_a_conflict_says_which_operation_of_ours_it_is_with(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-00100")
    delivered(database, number, state=ItemState.FAILED)
    later = quota(database, "racer-00100", "9")
    delivered(database, later)
    retry(database, number, Author("ada", ""))
    delivered(database, number)
    async with on_operations(path, (80, 24)) as console:
        await console.press("j", "c")
        await console.dialog(SettleDialog)
        assert f"not there any more: changed since by operation {later}." in console.prose()


async def test_the_dialog_for_conflicts_tells_those_of_one_alias_apart(
    path: Path, database: Database
) -> None:
    def named(limit: int) -> list[Profile]:
        twins = [replace(one, alias="ada_racer") for one in plain_profiles(40)[:2]]
        return [replace(one, minutes_limit=limit) for one in twins] + plain_profiles(40)[2:]

    swept(database, [*special_profiles(), *named(300)])
    number = quota(database, "ada_racer")
    swept(database, [*special_profiles(), *named(540)])
    delivered(database, number)
    async with on_operations(path, (80, 24)) as console:
        await console.press("c")
        await console.dialog(SettleDialog)
        for twin in plain_profiles(2):
            assert row(console, f"ada_racer ({twin.email})")


async def test_what_is_pending_is_cancelled_once_confirmed(path: Path, database: Database) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=4)
    async with on_operations(path, (80, 24)) as console:
        await console.press("x")
        await console.dialog(ConfirmDialog)
        assert "6 targets are still on the way" in console.prose()
        assert "[ Leave it ]" in console.prose()
        assert "esc leave it" in console.prose()
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        assert read(database, number).count(ItemState.PENDING) == 6
        await console.press("x")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(lambda: "6 cancelled" in said(console))
        assert read(database, number).count(ItemState.CANCELLED) == 6


@pytest.mark.parametrize("key", ["t", "o"])
async def test_all_conflicts_are_settled_from_the_list(
    path: Path, database: Database, key: str
) -> None:
    number = conflicting(database)
    assert read(database, number).count(ItemState.CONFLICT) == 2
    async with on_operations(path, (80, 24)) as console:
        await console.press("c")
        await console.dialog(SettleDialog)
        assert "Settle 2 conflicts of operation 1" in console.prose()
        assert "racer-00100 hours 5 7 9" in console.prose()
        assert "Ours replaces theirs." in console.prose()
        await console.press(key)
        after = {"t": ItemState.CANCELLED, "o": ItemState.PENDING}[key]
        await console.until(lambda: read(database, number).count(after) == 2)
        await console.until(lambda: "2 targets, operation 1" in said(console))
        assert done_to(database, number)[-1][0] == "Settle"


async def test_one_conflict_is_settled_on_the_page_and_the_dialog_leads_to_all(
    path: Path, database: Database
) -> None:
    number = conflicting(database)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: "hours 5 → 7, theirs 9" in row(console, "racer-00100"))
        await console.press("c")
        dialog = await console.dialog(SettleDialog)
        assert "Settle the conflict of operation 1" in console.prose()
        assert "racer-00101" not in dialog.query_one(Facts).render().plain
        await console.press("a")
        await console.until(
            lambda: (
                isinstance(console.app.screen, SettleDialog) and console.app.screen is not dialog
            )
        )
        await console.until(lambda: "[ Keep theirs (2) ]" in console.prose())
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, OperationScreen))
        await console.press("c")
        await console.dialog(SettleDialog)
        await console.press("tab", "enter")
        await console.until(lambda: read(database, number).count(ItemState.CONFLICT) == 1)
        states = {item.label: item.state for item in items_of(database, number)}
        assert states["racer-00100"] is ItemState.CANCELLED
        assert states["racer-00101"] is ItemState.CONFLICT


@pytest.mark.parametrize(
    ("key", "verb", "after"),
    [
        ("t", "Retry", ItemState.PENDING),
        ("z", "Set aside", ItemState.CANCELLED),
        ("x", "Cancel", ItemState.CANCELLED),
    ],
)
async def test_on_the_page_keys_are_for_the_target_under_the_cursor_and_a_leads_to_all(
    path: Path, database: Database, key: str, verb: str, after: ItemState
) -> None:
    number = quota(database, "racer-0010")
    state = ItemState.PENDING if verb == "Cancel" else ItemState.FAILED
    if state is ItemState.FAILED:
        delivered(database, number, state=ItemState.FAILED)
    async with on_operations(path, (80, 24)) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-00100")))
        await console.press("m")
        await console.dialog(MenuDialog)
        told_whom = f"Under the cursor: racer-00100, {state.value}."
        # The cursor's sign stands beside the menu, between the lines of what it tells.
        assert told_whom in console.prose().replace("▌ ", "")
        assert f"{verb} racer-00100" in console.prose()
        await console.press("escape", key)
        await console.dialog(ReachDialog)
        assert f"{verb}: racer-00100, operation 1" in console.prose()
        assert "What is being sent now" not in console.prose()
        assert "a all 10 of the operation" in console.prose()
        button = "Cancel it" if verb == "Cancel" else verb
        assert f"[ {button} (1) ]" in console.text()
        await console.press("enter")
        await console.until(lambda: read(database, number).count(after) == 1)
        await console.press("down", key)
        await console.dialog(ReachDialog)
        await console.press("a")
        await console.dialog(ConfirmDialog)
        assert f"[ {button} (9) ]" in console.text()
        assert read(database, number).count(after) == 1
        await console.press("enter")
        await console.until(lambda: read(database, number).count(after) == 10)


async def test_on_the_page_a_target_with_nothing_to_do_means_all_that_have(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=8)
    delivered(database, number, state=ItemState.FAILED)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-00100")))
        await console.press("m")
        await console.dialog(MenuDialog)
        assert "Retry 2 targets that failed" in console.prose()
        await console.press("t")
        await console.dialog(ConfirmDialog)
        assert "Retry: operation 1" in console.prose()
        assert "2 targets that failed are sent again." in console.prose()


def _screen(console: Console) -> Operations:
    screen = console.app.screen
    assert isinstance(screen, Operations)
    return screen


async def test_what_nobody_will_mend_is_set_aside_from_the_list(
    path: Path, database: Database
) -> None:
    number = conflicting(database)
    async with on_operations(path, (80, 24)) as console:
        assert "2 in conflict" in progress(console)
        await console.press("z")
        await console.dialog(ConfirmDialog)
        assert "2 targets that need a hand are accepted as the account has it." in console.prose()
        assert "2: changed by somebody else meanwhile" in console.prose()
        assert read(database, number).count(ItemState.CONFLICT) == 2
        await console.press("enter")
        await console.until(lambda: read(database, number).count(ItemState.CANCELLED) == 2)
        await console.until(lambda: "0 that failed, 2 in conflict, operation 1" in said(console))
        assert done_to(database, number)[-1][0] == "Set aside"
        await console.until(lambda: bool(_screen(console).refusal("set_aside")))
        await console.press("z")
        assert said(console) == "Not now: nothing of it needs a hand."


async def test_a_refusal_goes_when_the_cursor_comes_to_an_operation_it_is_not_true_of(
    path: Path, database: Database
) -> None:
    delivered(database, quota(database, "racer-0010"), state=ItemState.FAILED)
    delivered(database, quota(database, "racer-0011"))
    async with on_operations(path) as console:
        await console.press("t")
        assert said(console) == "Not now: nothing of it has failed."
        await console.press("down")
        assert said(console) == ""


async def test_enter_settles_nothing_before_an_answer_was_chosen(
    path: Path, database: Database
) -> None:
    number = conflicting(database)
    async with on_operations(path) as console:
        await console.press("c")
        await console.dialog(SettleDialog)
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        assert read(database, number).count(ItemState.CONFLICT) == 2


async def test_u_undoes_the_operation_under_the_cursor_and_no_other(
    path: Path, database: Database
) -> None:
    older = quota(database, "racer-0010")
    delivered(database, older)
    delivered(database, quota(database, "racer-0011"))
    async with on_operations(path) as console:
        await console.press("down", "u")
        await console.dialog(PlanDialog)
        assert "Undo 1: Set usage quotas" in console.prose()
        await console.press("right", "enter")
        await console.until(lambda: "undoing (3)" in row(console, " 1  14:05"))
        assert read(database, 3).undoes == older
        await console.press("u")
        assert "is being undone by operation 3: wait for its end" in said(console)
        delivered(database, 3)
        await console.until(lambda: "undone by 3" in row(console, " 1  14:05"))
        await console.press("u")
        assert "has been undone already, by operation 3" in said(console)


async def test_what_was_undone_in_part_is_undone_for_the_rest(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number)
    workspace = Workspace(database, "ada")
    undo = submit_undo(workspace, plan_undo(workspace, number))
    assert undo == 2
    delivered(database, undo, first=6)
    cancel(database, undo, workspace.author())
    async with on_operations(path) as console:
        await console.until(lambda: "partly undone" in row(console, " 1  14:05"))
        await console.press("down", "u")
        await console.dialog(PlanDialog)
        assert "4 of 10 users will get back what they had" in console.prose()
        assert "6 already so" in console.prose()
        await console.press("right", "enter")
        await console.until(lambda: "undoing (3)" in row(console, " 1  14:05"))
        delivered(database, 3)
        await console.until(lambda: "undone by 3" in row(console, " 1  14:05"))


async def test_somebody_elses_operation_is_cancelled_by_who_names_them_and_enter_alone_leaves_it(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010", who="bo")
    async with on_operations(path) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        text = console.prose()
        assert "Operation 1, bo's: Set usage quotas hours +2." in text
        assert "not now: nothing of it has failed" in text
        await console.press("escape")
        await console.press("x")
        await console.dialog(ConfirmDialog)
        assert "Cancel bo's: operation 1" in console.prose()
        assert (
            "Operation 1 is bo's, not yours; the journal will say that it was." in console.prose()
        )
        await console.press("enter")
        assert read(database, number).count(ItemState.PENDING) == 10
        await console.press("x")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await console.until(lambda: "10 cancelled" in said(console))
        assert read(database, number).count(ItemState.CANCELLED) == 10
        assert done_to(database, number)[-2] == (
            "Cancel",
            "10 cancelled, 0 in doubt (bo's operation)",
        )


async def test_somebody_elses_operation_under_the_cursor_is_undone_with_their_name_on_the_button(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010", who="bo")
    delivered(database, number)
    async with on_operations(path) as console:
        assert "undo" not in row(console, " 1  14:05")
        await console.press("u")
        await console.dialog(PlanDialog)
        assert "Operation 1 is bo's, not yours" in console.prose()
        assert "Undo bo's (10)" in console.prose()
        await console.press("right", "enter")
        await console.until(lambda: "undoing (2)" in row(console, " 1  14:05"))
        assert read(database, 2).undoes == number
        assert done_to(database, 2)[0][0] == "Undo 1 of bo: Set usage quotas  hours +2"


async def test_an_undo_that_was_made_elsewhere_shows_at_once(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number)
    workspace = Workspace(database, "ada")
    async with on_operations(path) as console:
        submit_undo(workspace, plan_undo(workspace, number))
        await console.until(lambda: "undoing (2)" in row(console, " 1  14:05"))
