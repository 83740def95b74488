"""What is done on the Participants screen, each from its question to its operation or result."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import fold
from drtui.domain.wording import counted, noun
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.mail_limit import MailLimitDialog
from drtui.screens.dialogs.participant import ParticipantDialog
from drtui.screens.dialogs.participant_list import ParticipantListDialog
from drtui.screens.dialogs.review import Review, ReviewDialog
from drtui.screens.messages import OpenRacer
from drtui.screens.subject import Subject
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.domain.roster import RosterRow
    from drtui.screens.base import ConsoleScreen

_NO_PROFILE: Final = "None of them has a profile: they cannot have signed in."


async def _invite(actions: Actions, subject: Subject) -> bool:
    desk = actions.desk.participants

    def propose() -> Proposal:
        people = desk.kept_among(subject.emails)
        hidden = subject.emails[len(subject.emails) - subject.hidden_emails :]
        kept = {fold(one.email) for one in people}
        among = replace(subject, hidden=sum(fold(one) in kept for one in hidden))
        plan = desk.invite(people)
        notes = desk.how_sent(plan, new=True)
        if missing := len(subject.emails) - len(people):
            notes.append(f"{missing:,} on no list {noun(missing, 'is', 'are')} left out.")
        return actions.proposal(plan, "Invite", among, *notes)

    return await actions.decide(propose)


async def _resend(actions: Actions, subject: Subject) -> bool:
    desk = actions.desk.participants

    def propose() -> Proposal:
        among = _of_profiles(subject)
        plan = desk.resend(actions.selection(among))
        return actions.proposal(plan, "Send again", among, *desk.how_sent(plan, new=False))

    return await actions.decide(propose)


async def _reset_passwords(actions: Actions, subject: Subject) -> bool:
    desk = actions.desk.participants

    def propose() -> Proposal:
        among = _of_profiles(subject)
        plan = desk.reset_passwords(actions.selection(among))
        return actions.proposal(
            plan, "Reset passwords", among, "The user pool mails each a code to choose another."
        )

    return await actions.decide(propose)


def _of_profiles(subject: Subject) -> Subject:
    """Return those of a subject who have a profile.

    Raises:
        InvalidInputError: Nobody has.
    """
    if not subject.keys:
        raise InvalidInputError(_NO_PROFILE)
    return replace(subject, hidden=subject.hidden_keys)


INVITING: Final[Mapping[str, Flow]] = {
    "invite": _invite,
    "resend": _resend,
    "reset_passwords": _reset_passwords,
}
"""The ways of the actions that become operations, by name."""


async def read_list(screen: "ConsoleScreen") -> Sequence[int]:
    """Read a list and keep it; return the keys of its rows, none where it was left."""
    desk = screen.desk.participants
    found = await ask(screen, ParticipantListDialog(desk.read_list))
    if found is None:
        return ()
    kept, keys = await asyncio.to_thread(desk.keep, found.found.participants)
    told = [f"{kept.new:,} new", f"{kept.changed:,} changed"]
    if kept.tagged:
        told.append(f"{counted(kept.tagged, 'profile')} got a team's label")
    screen.say(f"List kept: {', '.join(told)}; {len(keys):,} marked. i invites them.")
    return keys


async def set_mail_limit(screen: "ConsoleScreen") -> None:
    """Say how many invitations the deployment may send in 24 hours."""
    desk = screen.desk.participants
    now = await asyncio.to_thread(desk.mail_limit)
    typed = await ask(screen, MailLimitDialog(now, desk.usual_mail, desk.check_mail_limit))
    if typed is not None:
        await asyncio.to_thread(desk.set_mail_limit, typed)
        screen.context.wake()  # what waited for the limit may go now
        screen.say(f"Mails in 24 hours: {await asyncio.to_thread(desk.mail_limit)}.")


async def forget(screen: "ConsoleScreen", emails: Sequence[str]) -> bool:
    """Take participants off the list; return whether it was done."""
    desk = screen.desk.participants
    plan = await asyncio.to_thread(desk.plan_forget, emails)
    number = len(plan.participants)
    review = Review(
        title="Take off the list",
        told=plan.lines(),
        missed=plan.under_way,
        why="They stay",
        confirm=f"Take off ({number:,})" if number else "",
    )
    if not await ask(screen, ReviewDialog(review)):
        return False
    gone = await asyncio.to_thread(desk.forget, plan)
    screen.say(f"{counted(gone, 'participant')} taken off the list.")
    return True


async def show_participant(screen: "ConsoleScreen", row: "RosterRow") -> None:
    """Show everything of a participant, and from there the racer's page where it is asked for."""
    page = await asyncio.to_thread(screen.desk.participants.participant, row)
    if await ask(screen, ParticipantDialog(page, screen.desk.now())) and row.user_key is not None:
        screen.app.post_message(OpenRacer(row.user_key))
