"""What is done on the Invitation screen, each from its question to its result or its operation."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drtui.domain.planning import Outcome
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.invitation_text import InvitationTextDialog
from drtui.screens.dialogs.save_invitations import SaveInvitationsDialog
from drtui.screens.dialogs.send_invitations import Repeats
from drtui.screens.dialogs.sendings import SendingsScreen
from drtui.screens.invitation_words import KINDS
from drtui.screens.repeated_sending import send_with_repeats, sending_notes
from drtui.screens.subject import Subject
from drtui.screens.tools import ask, copy_and_show

if TYPE_CHECKING:
    from drtui.commands.mail_progress import MailTerms
    from drtui.commands.mailing import Preview
    from drtui.screens.base import ConsoleScreen
    from drtui.screens.invitation_desk import Asked, InvitationPage

_SEND: Final = "Send invitations"
_LARGEST: Final = 100_000  # characters; terminals take no more into their clipboards


@dataclass(frozen=True, slots=True)
class Participants(Subject):
    """Those whom an invitation is for."""

    def __str__(self) -> str:
        """Say how many."""
        return f"{counted(len(self.emails), 'participant')}."


def participants(emails: tuple[str, ...]) -> Subject:
    """Return participants as the subject of an action."""
    return Participants((), frozenset(), marked=False, hidden=0, emails=emails, what="participant")


def send_flow(asked: "Asked", terms: "MailTerms | None", *, second_door: bool) -> Flow:
    """Return the way of a sending.

    Args:
        asked: What is sent, and to whom.
        terms: What SES lets be sent; None is not known.
        second_door: Whether the account names the sponsor's AWS profile.
    """

    async def flow(actions: Actions, subject: Subject) -> bool:
        page = await asyncio.to_thread(actions.desk.invitation.page, asked)

        def propose(repeats: Repeats) -> Proposal:
            desk = actions.desk.invitation
            plan = desk.send(
                asked,
                terms,
                again=repeats.again,
                doubtful=repeats.doubtful,
                second_door=second_door,
            )
            notes = _notes(actions, page, terms, plan.count(Outcome.CHANGE))
            return actions.proposal(plan, _SEND, subject, *notes)

        return await send_with_repeats(actions, page.sendings, propose, listed="d lists them")

    return flow


def _notes(
    actions: Actions, page: "InvitationPage", terms: "MailTerms | None", count: int
) -> list[str]:
    """Say who sends what, and when the last one goes."""
    notes = [
        f"From {clean(page.event.sender)}: the text for {KINDS[page.kind]}, as plain text and HTML."
    ]
    return notes + sending_notes(actions, page.event.sender, terms, count)


async def edit_text(screen: "ConsoleScreen", page: "InvitationPage") -> None:
    """Edit the text; kept for the event, so that nothing is sent."""
    wanted = await ask(screen, InvitationTextDialog(KINDS[page.kind], page.text))
    if wanted is not None:
        await asyncio.to_thread(screen.desk.invitation.keep, page.kind, wanted)
        screen.say(f"Saved: the text for {KINDS[page.kind]}.")


async def reset_text(screen: "ConsoleScreen", page: "InvitationPage") -> None:
    """Go back to the text that drtui begins with, once that was confirmed."""
    dialog = ConfirmDialog(
        "Go back to the first text?",
        [
            f"The text for {KINDS[page.kind]} was edited for this event. What was edited is lost; "
            "what was sent stays sent.",
        ],
        confirm="Go back to the first text",
    )
    if await ask(screen, dialog):
        await asyncio.to_thread(screen.desk.invitation.reset, page.kind)
        screen.say(f"The text for {KINDS[page.kind]} is the one that drtui begins with.")


async def copy_one(screen: "ConsoleScreen", page: "InvitationPage", *, html: bool) -> None:
    """Copy what the participant in sight gets, as it is shown."""
    assert page.participant is not None, "refused where there is nobody"
    assert page.shown is not None, "refused where the text cannot be read"
    email = page.participant.email
    if html:
        await copy_and_show(screen, page.shown.html, f"the HTML for {clean(email)}")
    else:
        text = screen.desk.invitation.as_text({email: page.shown})
        await copy_and_show(screen, text, f"the invitation of {clean(email)}")


async def copy_all(screen: "ConsoleScreen", page: "InvitationPage") -> None:
    """Copy all invitations, as plain text below each other."""
    preview = await asyncio.to_thread(screen.desk.invitation.invitations, page.asked)
    found = preview.invitations
    if not found:  # since the page was read
        screen.say("There is no invitation to copy.", wrong=True)
        return
    text = screen.desk.invitation.as_text(found)
    if len(text) > _LARGEST:
        screen.say(
            f"{len(found):,} invitations are too long for a clipboard: o saves them.", wrong=True
        )
        return
    await copy_and_show(screen, text, f"{counted(len(found), 'invitation')}{_left_out(preview)}")


def _left_out(preview: "Preview") -> str:
    missing = len(preview.lacking)
    return f"; {missing:,} left out, of whom something is missing" if missing else ""


async def save(screen: "ConsoleScreen", page: "InvitationPage") -> None:
    """Save all invitations to a file, or to a folder."""
    count = len(page.people) - page.incomplete

    def keep(path: str) -> int:
        return screen.desk.invitation.save(path, page.asked)

    saved = await ask(screen, SaveInvitationsDialog(count, page.incomplete, keep))
    if saved is not None:
        screen.say(f"Saved: {counted(saved.count, 'invitation')}, to {clean(saved.path)}.")


async def show_sendings(screen: "ConsoleScreen", page: "InvitationPage") -> None:
    """Show who was sent the text, row by row."""
    await ask(screen, SendingsScreen(page.sendings, screen.desk.now()))
