"""How the Invitation screen and its dialogs look."""

from typing import Final

from drtui.commands.event import write_event
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.participants import Participant
from drtui.domain.tags import Tag
from drtui.screens.dialogs.invitation_fields import FieldsDialog
from drtui.screens.dialogs.invitation_text import InvitationTextDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.save_invitations import SaveInvitationsDialog
from drtui.screens.dialogs.send_invitations import SendInvitationsDialog
from drtui.screens.dialogs.sendings import SendingsScreen
from drtui.store.database import Database
from tests.snapshots.looking import EVERY, Look, both
from tests.support.driving import Console
from tests.support.invitations import a_door, on_invitation, sent_in_part

Size = tuple[int, int]
EVENT: Final = EventSettings(
    "DeepRacer Finals 2026",
    "2 and 3 May 2026",
    "Ada Lovelace",
    "help@example.com",
    "https://d1234abcd.cloudfront.net",
    "https://d1234abcd.cloudfront.net/races/1\nhttps://d1234abcd.cloudfront.net/races/2",
    "races@example.com",
)
PEOPLE: Final = (
    Participant("ada@example.com", "Ada Lovelace", Tag("team", "red"), 0),
    Participant("bo@example.com", "Bo", None, 0),
    Participant("cy@example.com", "", Tag("team", "blue"), 0),
    Participant("dana@example.com", "Dana", None, 0),
    Participant("eve@example.com", "Eve", None, 0),
)


def prepared(database: Database, event: EventSettings = EVENT) -> Workspace:
    """An event that was talked of, and its participants."""
    workspace = Workspace(database, "ada")
    write_event(workspace, event)
    keep(workspace, PEOPLE)
    return workspace


async def shown(console: Console, *, door: bool = True) -> None:
    """Go to the invitation, and wait until what AWS says is there."""
    await on_invitation(console, a_door() if door else None)


async def test_the_invitation(look: Look, database: Database) -> None:
    sent_in_part(prepared(database))
    async with look(colours=EVERY) as console:
        await shown(console)


@both
async def test_the_preview_with_something_missing(
    look: Look, database: Database, size: Size
) -> None:
    prepared(database, EventSettings("DeepRacer Finals 2026"))
    async with look(size=size) as console:
        await shown(console, door=False)
        await console.press("right_square_bracket")


async def test_the_text_with_passwords(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await shown(console)
        await console.press("n", "n")
        await console.until(lambda: "123456789012" in console.text(), "the AWS account")


@both
async def test_the_html(look: Look, database: Database, size: Size) -> None:
    prepared(database)
    async with look(size=size) as console:
        await shown(console)
        await console.press("h")


async def test_nobody(look: Look, database: Database) -> None:
    write_event(Workspace(database, "ada"), EVENT)
    async with look() as console:
        await shown(console, door=False)


async def test_editing(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await shown(console)
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.write("For ")
        await console.press("left_curly_bracket", *"evnt", "right_curly_bracket")


async def test_the_fields(look: Look, database: Database) -> None:
    prepared(database)
    async with look(colours=EVERY) as console:
        await shown(console)
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.press("f2")
        await console.dialog(FieldsDialog)


async def test_saving(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await shown(console)
        await console.press("o")
        await console.dialog(SaveInvitationsDialog)
        await console.press("enter")


async def test_whom_to_send_it_again(look: Look, database: Database) -> None:
    sent_in_part(prepared(database))
    async with look() as console:
        await shown(console)
        await console.press("M")
        await console.dialog(SendInvitationsDialog)
        await console.press("up", "up", "space")


async def test_the_plan_to_send(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await shown(console)
        await console.press("M")
        await console.dialog(PlanDialog)


async def test_who_was_sent_it(look: Look, database: Database) -> None:
    sent_in_part(prepared(database))
    async with look() as console:
        await shown(console)
        await console.press("d")
        await console.dialog(SendingsScreen)
