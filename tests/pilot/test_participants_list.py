"""The list of participants: read, previewed, kept, and what is taken off it."""

from pathlib import Path

from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participants import participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.operations import OperationKind
from drtui.screens.dialogs.participant_list import ParticipantListDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.traits import TraitsDialog
from drtui.store.database import Database
from drtui.store.participants import mark_told
from drtui.widgets.paste_area import PasteArea
from drtui.widgets.plain_input import PlainInput
from tests.support.participants import (
    back,
    kept,
    marked,
    on_participants,
    people,
    search,
    shown,
)
from tests.support.screens import made, said

LIST = "email,name,team\nada-l@example.com,Ada,red\nnew@example.com,Nell,blue\nnew2@example.com,,\n"


async def test_a_list_is_previewed_kept_and_marked_so_that_the_next_key_invites(
    path: Path, database: Database
) -> None:
    async with on_participants(path) as console:
        await console.press("space", "l")
        dialog = await console.dialog(ParticipantListDialog)
        dialog.query_one(PasteArea).text = f"{LIST}nonsense\nNEW@example.com\n"
        await console.press("tab", "enter")
        await console.dialog(ReviewDialog)
        prose = console.prose()
        assert "3 participants: 2 new, 1 with a profile already, 0 kept before" in prose
        assert "2 rows left out." in prose
        assert "line 5: nonsense: " in prose
        assert "line 6: NEW@example.com: the same address as in line 3" in prose
        assert "ada-l@example.com · Ada · red · has a profile" in prose
        await console.press("enter")
        await back(console)
        assert said(console) == (
            "List kept: 3 new, 0 changed, 1 profile got a team's label; 3 marked. i invites them."
        )
        assert marked(console) == {"ada-l@example.com", "new@example.com", "new2@example.com"}
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "[ Invite (2) ]" in console.prose()
        await console.press("enter")
        await back(console)
        assert not marked(console)
    assert [one.kind for one in made(database)] == [OperationKind.INVITE]


async def test_a_list_comes_from_a_file_and_leaving_it_keeps_nothing(
    path: Path, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(LIST, encoding="utf-16")
    async with on_participants(path) as console:
        await console.press("l")
        dialog = await console.dialog(ParticipantListDialog)
        await console.press("enter")  # a blank line into the area
        await console.press("tab", "enter")
        assert "Paste a list, or type the path of a file." in console.prose()
        dialog.query_one(PlainInput).value = str(file)
        await console.press("enter")
        await console.dialog(ReviewDialog)
        assert "Keep (3)" in console.prose()
        await console.press("escape", "escape")
        await back(console)
    assert participants_of(Workspace(database, "ada")) == ()


async def test_a_file_of_excel_is_read_with_its_accents_and_that_is_told(
    path: Path, database: Database, tmp_path: Path
) -> None:
    del database
    file = tmp_path / "people.csv"
    file.write_bytes("email,name\nj@example.org,José\n".encode("cp1252"))
    async with on_participants(path) as console:
        await console.press("l")
        dialog = await console.dialog(ParticipantListDialog)
        dialog.query_one(PlainInput).value = str(file)
        await console.press("tab", "enter")
        await console.dialog(ReviewDialog)
        told = console.prose()
    assert "read as Windows-1252, check the names" in told
    assert "José" in told


async def test_taking_off_the_list_tells_what_is_forgotten_and_changes_no_access(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    kept(database, "new@example.com", "told@example.com", "coming@example.com")
    mark_told(database, ["told@example.com"], workspace.author())
    submit(workspace, plan_invite(workspace, people("coming@example.com")))
    async with on_participants(path) as console:
        await search(console, "not-listed")
        await console.press("d")
        assert (
            said(console) == "Not now: not on the list: mark those you mean (space, a marks all)."
        )
        await console.press("escape", "f")
        await console.dialog(TraitsDialog)
        await console.press("down", "down", "down", "down", "down", "space", "enter")
        await back(console)
        assert len(shown(console)) == 3
        await console.press("a", "d")
        await console.dialog(ReviewDialog)
        prose = console.prose()
        assert "2 participants are taken off the list. Nobody's access is changed" in prose
        assert "Of 1 it is forgotten that the password" in prose
        assert "1 stays: an invitation is on its way" in prose
        await console.press("enter")
        await back(console)
        await console.until(lambda: len(shown(console)) == 1, "the list without them")
        assert said(console) == "2 participants taken off the list."
    assert [one.email for one in participants_of(workspace)] == ["coming@example.com"]
    assert len(made(database)) == 1
