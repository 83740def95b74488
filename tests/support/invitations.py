"""An event's invitations on the screen: a second door, and a sending that went in part."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Final, cast

from drtui.commands.bulk import submit
from drtui.commands.mailing import mailing_of, plan_send, read_text
from drtui.commands.participants import participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.operations import ItemState
from drtui.domain.sponsor.caller import Caller, CallerKind
from drtui.domain.sponsor.mail import Identity, MailAccount, Verification
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.invitation import InvitationScreen
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.driving import Console

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
