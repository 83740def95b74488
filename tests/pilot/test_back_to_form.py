"""Leaving a plan leads back to the form that it was made from, with what was typed."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from drtui.domain.operations import OperationKind
from drtui.domain.records import AccountSettings
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.base import Choice
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.role import RoleDialog
from drtui.store.database import Database
from tests.support.driving import console_app, filtered, running
from tests.support.screens import last_made, none_made, values
from tests.support.stores import filled_store


@pytest.mark.parametrize("leave", ["escape", "its button"])
async def test_the_quotas_typed_are_still_there_and_the_form_is_left_next(
    path: Path, database: Database, leave: str
) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await console.press("tab", "7", "enter")
        await console.dialog(PlanDialog)
        assert "[ Back ]" in console.text()
        assert "esc back" in console.prose()
        await console.press(*(["escape"] if leave == "escape" else ["left", "enter"]))
        dialog = await console.dialog(QuotaDialog)
        assert values(console) == ["+2", "7"]
        assert not dialog.query(Choice).last().disabled
        await console.press("escape")
        await console.back()
        assert none_made(database)
        assert console.table.marked_count == 10


async def test_what_is_corrected_on_the_way_back_is_what_is_planned(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("e")
        await console.dialog(QuotaDialog)
        await console.press("tab", "7", "enter")
        await console.dialog(PlanDialog)
        await console.press("escape")
        dialog = await console.dialog(QuotaDialog)
        assert dialog.focused is dialog.query(Input).last()
        assert values(console) == ["5", "7"]  # the present limit on hours, which was not touched
        await console.press("9", "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
        (item,) = last_made(database)[1]
        assert item.after == {"models_limit": 9}


async def test_a_plan_that_changes_nothing_leads_back_too(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "unknown-one")
        await console.press("e")
        await console.dialog(QuotaDialog)
        await console.press("plus", "1", "enter")
        await console.dialog(PlanDialog)
        assert "[ Back ]" in console.text()
        await console.press("enter")
        await console.dialog(QuotaDialog)
        assert values(console)[0] == "+1"
        assert none_made(database)


async def test_the_limits_that_resuming_lacks_are_still_there(path: Path) -> None:
    database = filled_store(path, settings=AccountSettings())
    async with running(console_app(path)) as console:
        await filtered(console, "carlos")
        await console.press("P")
        await console.dialog(QuotaDialog)
        await console.press("5", "tab", "3", "enter")
        await console.dialog(PlanDialog)
        await console.press("escape")
        await console.dialog(QuotaDialog)
        assert values(console) == ["5", "3"]
        await console.press("escape")
        await console.back()
        assert none_made(database)
    database.close()


async def test_the_alias_typed_is_still_there(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("N")
        await console.dialog(AliasDialog)
        await console.write("moderated-1")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("escape")
        dialog = await console.dialog(AliasDialog)
        assert values(console) == ["moderated-1"]
        assert not dialog.query(Choice).last().disabled
        await console.press("2", "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
        kind, (item,) = last_made(database)
        assert kind is OperationKind.CHANGE_ALIAS
        assert item.after == {"alias": "moderated-12"}


async def test_the_role_chosen_is_under_the_cursor(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("o")
        await console.dialog(RoleDialog)
        await console.press("f")
        await console.dialog(PlanDialog)
        await console.press("escape")
        dialog = await console.dialog(RoleDialog)
        options = dialog.query_one(OptionList)
        assert options.highlighted == 1
        await console.press("escape")
        await console.back()
        assert none_made(database)


async def test_a_plan_without_a_form_is_cancelled(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00107")
        await console.press("p")
        await console.dialog(PlanDialog)
        assert "[ Cancel ]" in console.text()
        await console.press("escape")
        await console.back()
        assert none_made(database)
