"""Inviting to a race: the text, what is added, whom it goes to, and sending it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from drtui.commands.bulk import submit
from drtui.commands.event import read_event, write_event
from drtui.commands.mailing import plan_send
from drtui.commands.participants import keep
from drtui.commands.race_invitations import invitation_to, race_mailing, read_note, recipients
from drtui.commands.race_roster import race_roster
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import OperationKind
from drtui.domain.participants import Participant
from drtui.domain.race_times import SYSTEM_ZONE
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.dialogs.race_note import RaceNoteDialog
from drtui.screens.dialogs.send_invitations import SendInvitationsDialog
from drtui.screens.dialogs.sendings import SendingsScreen
from drtui.screens.race_roster import RaceRosterScreen
from drtui.store.database import Database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.widgets.size_guard import GuardedScreen
from tests.support.driving import Console, console_app, running
from tests.support.invitations import OUTCOMES, a_door
from tests.support.races_table import FINAL, filled_races, open_races
from tests.support.screens import made

SMALL: Final = (80, 24)
SITE: Final = "https://races.example.com"


@pytest.fixture
def races(database: Database) -> Workspace:
    filled_races(database)
    workspace = Workspace(database, "ada")
    write_event(
        workspace, EventSettings("the Cup", console_address=SITE, sender="races@example.com")
    )
    emails = race_roster(workspace, FINAL).emails[:5]
    keep(workspace, [Participant(email, "", None, 0) for email in emails])
    return workspace


@asynccontextmanager
async def asked(
    path: Path, size: tuple[int, int] = SMALL, *, door: bool = True
) -> AsyncIterator[Console]:
    """A console with the invitation to the Grand final in sight."""
    async with running(console_app(path), size) as console:
        console.app.context.open_sponsor = a_door() if door else None
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("i")
        await console.dialog(RaceInvitationDialog)
        yield console


async def choose(console: Console, label: str) -> None:
    """Press the button of the dialog that says so."""
    for _ in range(8):
        if f"[ {label} ]" == str(console.app.focused and console.app.focused.render()):
            break
        await console.press("tab")
    await console.press("enter")


def sent_in_part(workspace: Workspace) -> None:
    """Send it to four; one arrives, one perhaps, one fails, one is coming."""
    invitation = invitation_to(workspace, FINAL, zone=SYSTEM_ZONE)
    people = recipients(workspace, race_roster(workspace, FINAL).emails).participants[:4]
    mailing = race_mailing(workspace, invitation)
    submit(workspace, plan_send(workspace, mailing, people, second_door=True))
    for carried in OUTCOMES:
        found = claim_errands(workspace.database, Service.MAIL, 1, 1)
        settle_errands(workspace.database, [Settled(item, 1, carried) for item in found])


async def test_it_links_to_the_race_and_tells_when_with_the_zone(
    path: Path, races: Workspace
) -> None:
    del races
    async with asked(path, (120, 50)) as console:
        assert f"{SITE}/races/{FINAL}" in console.text()
        assert f"{SITE}/races/{FINAL}/live" in console.text()
        assert "UTC" in console.text()
        assert "The rules:" in console.text()
        assert "no link" not in console.text()


async def test_without_a_link_it_says_so_and_the_events_form_gives_one(
    path: Path, races: Workspace
) -> None:
    write_event(races, EventSettings("the Cup"))
    async with asked(path) as console:
        assert "It has no link: the address of the site is not known." in console.prose()
        await choose(console, "Event")
        await console.dialog(EventDialog)
        await console.press(*["tab"] * 4, *SITE, "enter")
        await console.dialog(RaceInvitationDialog)
        await console.until(lambda: "It has no link" not in console.prose())
    assert read_event(races).console_address == SITE


async def test_what_is_added_is_kept_and_shown(path: Path, races: Workspace) -> None:
    async with asked(path, (120, 50)) as console:
        await choose(console, "Add")
        await console.dialog(RaceNoteDialog)
        await console.press(*"Bring [tea]", "enter", *"Now", "ctrl+s")
        await console.dialog(RaceInvitationDialog)
        await console.until(lambda: "Bring [tea]" in console.text())
        await choose(console, "Add")
        await console.dialog(RaceNoteDialog)
        assert "Bring [tea]" in console.text()
        await console.press("escape")
        await console.dialog(RaceInvitationDialog)
    assert read_note(races, FINAL) == "Bring [tea]\nNow"


async def test_it_is_sent_to_each_once_and_says_who_is_left_out(
    path: Path, races: Workspace
) -> None:
    async with asked(path) as console:
        await choose(console, "Send")
        await console.dialog(PlanDialog)
        assert "5 invitations will be sent by email" in console.prose()
        assert "From races@example.com." in console.prose()
        assert "no kept participant" in console.prose()
        assert "SES takes 14 a second" in console.prose()
        await console.press("escape")
        await console.dialog(RaceInvitationDialog)  # leaving a plan leads back to the text
        await choose(console, "Send")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: bool(made(races.database)), "the operation")
    assert [one.kind for one in made(races.database)] == [OperationKind.SEND_MAIL]


async def test_what_is_doubtful_or_sent_goes_again_only_when_that_is_said(
    path: Path, races: Workspace
) -> None:
    sent_in_part(races)
    async with asked(path) as console:
        await choose(console, "Sent")
        await console.dialog(SendingsScreen)
        first = next(line for line in console.lines() if "@example.com" in line)
        assert "outcome doubtful" in first
        await console.press("escape")
        await console.dialog(RaceInvitationDialog)
        await console.press("tab", "enter")  # the focus is where it was left
        await console.dialog(SendInvitationsDialog)
        await console.press("enter")
        await console.dialog(PlanDialog)
        # To whom it failed, and to the last.
        assert "2 invitations will be sent by email" in console.prose()
        await console.press("escape")
        await console.dialog(SendInvitationsDialog)
        await console.press("up", "up", "up", "space", "down", "space", "enter")
        await console.dialog(PlanDialog)
        assert "4 invitations will be sent by email" in console.prose()


async def test_nobody_is_asked_of_whom_nobody_is_kept(path: Path, database: Database) -> None:
    filled_races(database)
    workspace = Workspace(database, "ada")
    write_event(workspace, EventSettings(sender="races@example.com"))
    async with asked(path) as console:
        await choose(console, "Send")
        await console.until(lambda: "None of these racers is a kept participant" in console.prose())
        await console.dialog(RaceInvitationDialog)


async def test_the_demo_says_why_nothing_is_sent(path: Path, races: Workspace) -> None:
    del races
    async with asked(path, door=False) as console:
        assert "It cannot be sent from here" in console.prose()
        buttons = {str(one.render()): one.disabled for one in console.app.screen.query("Choice")}
        assert buttons["[ Send ]"]
        assert buttons["[ Sent ]"]
        assert not buttons["[ Event ]"]


async def test_a_roster_invites_those_who_are_marked(path: Path, races: Workspace) -> None:
    del races
    async with asked(path, (120, 40)) as console:
        await console.press("escape")
        await console.press("enter", "p")
        screen = await console.dialog(RaceRosterScreen)
        await console.until(lambda: "[all" in console.text(), "the roster")
        await console.press("space", "space", "i")
        await console.dialog(RaceInvitationDialog)
        assert "2 marked racers" in console.prose()
        await choose(console, "Send")
        await console.until(lambda: console.app.screen is not screen)
        await console.dialog(PlanDialog)
        assert "2 invitations will be sent by email" in console.prose()


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_every_button_is_in_sight(
    path: Path, races: Workspace, size: tuple[int, int]
) -> None:
    del races
    async with asked(path, size) as console:
        line = next(one for one in console.lines() if "[ Close ]" in one)
        for label in ("Copy", "Save", "Add", "Event", "Sent", "Send"):
            assert f"[ {label} ]" in line
        assert isinstance(console.app.screen, GuardedScreen)
