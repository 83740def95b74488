"""An invitation of the deployment's as an operation: told by its address, cancelled, not undone."""

from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.target import TargetDialog
from drtui.store.database import Database
from tests.support.operations import on_operations, opened, quota, row

TWINS = ("new@example.com", "other@example.com")


def invited(database: Database) -> None:
    """Two of one name, and one whose name is not known."""
    people = [Participant(one, "New One", None, 1) for one in TWINS]
    people.append(Participant("bare@example.com", "", None, 1))
    workspace = Workspace(database, "ada")
    submit(workspace, plan_invite(workspace, people))


async def test_who_is_invited_is_told_with_the_address(path: Path, database: Database) -> None:
    invited(database)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: "New One <" in console.text(), "the targets")
        assert all(row(console, f"New One <{email}>") for email in TWINS)
        assert row(console, "bare@example.com")
        assert "<bare" not in console.text()
        at = next(one for one in TWINS if "▌" in row(console, f"<{one}>"))
        await console.press("enter")
        await console.dialog(TargetDialog)
        assert f"New One <{at}>, operation 1" in console.prose()
        assert f"Invitation New One <{at}>" in console.prose()


@pytest.mark.parametrize("undone", [True, False])
async def test_cancelling_promises_an_undo_only_where_there_is_one(
    path: Path, database: Database, undone: bool
) -> None:
    if undone:
        quota(database, "racer-0010")
    else:
        invited(database)
    async with on_operations(path) as console:
        await console.press("x")
        await console.dialog(ConfirmDialog)
        told = "What is done stays as it is"
        assert f"{told}; undo puts it back." if undone else f"{told}." in console.prose()
        assert ("undo puts it back" in console.prose()) is undone
