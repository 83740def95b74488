"""An event's invitations on the screen: a second door, and a sending that went in part."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import pytest

from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.mailing import mailing_of, plan_send, read_text
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationKind, InvitationText
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.sponsor.caller import Caller, CallerKind
from drtui.domain.sponsor.mail import Identity, MailAccount, Verification
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.invitation import InvitationScreen
from drtui.store.database import Database
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.driving import Console, RecordingEngine, console_app, running

UNKNOWN: Final = Carried(ItemState.FAILED, "it may have been done: no answer", unknown=True)
OUTCOMES: Final = (
    Carried(ItemState.DONE, "sent as 0100-1"),
    UNKNOWN,
    Carried(ItemState.FAILED, "no such address"),
)
OPEN: Final = MailAccount(
    production=True, sending=True, daily_quota=50_000, sent=200, per_second=14.0
)
SENDERS: Final = (Identity("races@example.com", Verification.VERIFIED, sending=True),)
SMALL: Final = (80, 24)
SIZES: Final = [SMALL, (120, 40)]
KIND: Final = InvitationKind.DEPLOYMENT
EVENT: Final = EventSettings(
    "the Cup",
    "1 to 3 June",
    "Racing Club",
    "help@example.com",
    "https://races.example.com",
    "https://races.example.com/1",
    "races@example.com",
)
NAMES: Final = ("Ada", "Bo", "", "Dana", "Eve")
EMAILS: Final = ("ada", "bo", "cy", "dana", "eve")
SHORT: Final = InvitationText("Welcome to {event}", "Hello {name}, on {dates}")


def a_door(
    account: MailAccount = OPEN, identities: tuple[Identity, ...] = SENDERS
) -> Callable[[], SponsorServices]:
    """Open the sponsor's AWS account, as far as invitations ask it."""
    caller = Caller("123456789012", "arn:aws:iam::123456789012:user/ada", CallerKind.USER, "ada")
    services = SimpleNamespace(
        mail=SimpleNamespace(account=lambda: account, identities=lambda: identities),
        callers=SimpleNamespace(who_am_i=lambda: caller),
    )
    return lambda: cast("SponsorServices", services)


def sent_in_part(workspace: Workspace, kind: InvitationKind = InvitationKind.DEPLOYMENT) -> None:
    """Send the text to all but the last; one arrives, one perhaps, one fails, one is coming."""
    mailing = mailing_of(workspace, read_text(workspace, kind))
    people = participants_of(workspace)[: len(OUTCOMES) + 1]
    submit(workspace, plan_send(workspace, mailing, people, second_door=True))
    for carried in OUTCOMES:
        found = claim_errands(workspace.database, Service.MAIL, 1, 1)
        settle_errands(workspace.database, [Settled(item, 1, carried) for item in found])


async def on_invitation(
    console: Console,
    open_sponsor: Callable[[], SponsorServices] | None = None,
    emails: tuple[str, ...] = (),
) -> InvitationScreen:
    """Open the screen, and wait until it has read all that it shows."""
    console.app.context.open_sponsor = open_sponsor
    screen = InvitationScreen(console.app.context, emails)
    console.app.push_screen(screen)
    await console.until(lambda: "Participants " in console.text(), "the invitation")
    if open_sponsor is not None:
        await console.until(lambda: "may be sent is read" not in console.text(), "what SES says")
    return screen


@pytest.fixture
def workspace(database: Database) -> Workspace:
    """An event that was talked of, and who takes part."""
    found = Workspace(database, "ada")
    write_event(found, EVENT)
    people = zip(NAMES, EMAILS, strict=True)
    keep(found, [Participant(f"{email}@example.com", name, None, 0) for name, email in people])
    return found


@asynccontextmanager
async def shown(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    open_sponsor: Callable[[], SponsorServices] | None = None,
    emails: tuple[str, ...] = (),
    engine: RecordingEngine | None = None,
) -> AsyncIterator[Console]:
    """A console with the invitation in sight."""
    async with running(console_app(path, engine=engine), size) as console:
        await on_invitation(console, open_sponsor, emails)
        yield console


async def back(console: Console) -> InvitationScreen:
    return await console.dialog(InvitationScreen)
