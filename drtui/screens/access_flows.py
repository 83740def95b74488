"""What is done for participants' access, each from its question to its operation or its result."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.commands.access import Removal
from drtui.domain.planning import Plan
from drtui.domain.text import fold
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.access import IdentityCenterDialog
from drtui.screens.dialogs.removal import RemovalDialog
from drtui.screens.password_flow import give_passwords
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor

_IAM, _CENTER, _OFF, _OPEN = (
    "Make IAM users",
    "Give access by Identity Center",
    "Close sign-ins",
    "Open sign-ins",
)
_NOTHING_LOST: Final = "They keep alias, profile and models, and o lets them in again."


def access_flows(open_sponsor: "OpenSponsor | None", no_door: str) -> Mapping[str, Flow]:
    """Return the ways of the actions, by name.

    Args:
        open_sponsor: Opens the second door; None where the account names no AWS profile.
        no_door: Why there is none; empty where there is.
    """
    flows: dict[str, Flow] = {
        "give_iam_users": _give_iam_users,
        "give_identity_center": _give_identity_center,
        "off_board": _off_board,
        "open_sign_ins": _open_sign_ins,
        "remove_access": partial(_remove, no_door),
    }
    if open_sponsor is not None:
        flows["give_passwords"] = partial(give_passwords, open_sponsor)
    return flows


async def _give_iam_users(actions: Actions, subject: Subject) -> bool:
    access = actions.desk.access

    def propose() -> Proposal:
        plan = access.iam_users(subject.emails)
        told = _unlisted(actions, subject)
        return actions.proposal(plan, _IAM, _by_email(plan, subject), access.not_used, *told)

    if not await actions.decide(propose):
        return False
    waiting = len(await asyncio.to_thread(partial(access.without_password, coming=True)))
    if waiting:
        have = "participant has" if waiting == 1 else "participants have"
        actions.say(f"Confirmed. {waiting:,} {have} no password: K hands them out, once made.")
    return True


async def _give_identity_center(actions: Actions, subject: Subject) -> bool:
    access = actions.desk.access
    address = await asyncio.to_thread(access.sign_in_address)
    hours = access.session_hours

    def propose() -> Proposal:
        plan = access.identity_center(subject.emails, hours)
        told = _unlisted(actions, subject)
        return actions.proposal(plan, _CENTER, _by_email(plan, subject), access.not_used, *told)

    while True:
        dialog = IdentityCenterDialog(str(subject), hours, address, [access.not_used])
        answer = await actions.ask(dialog)
        if answer is None:
            return False
        hours = answer
        if await actions.decide(propose, back=True):
            return True


def _by_email(plan: Plan, subject: Subject) -> Subject:
    """Return a subject for a plan by its emails, of which those that no list names have no row."""
    planned = {fold(row.target.profile_id.partition(":")[2]) for row in plan.rows}
    hidden = subject.emails[len(subject.emails) - subject.hidden_emails :]
    return replace(subject, hidden=sum(fold(email) in planned for email in hidden))


def _by_profile(subject: Subject) -> Subject:
    """Return a subject for a plan by its keys."""
    return replace(subject, hidden=subject.hidden_keys)


def _unlisted(actions: Actions, subject: Subject) -> list[str]:
    """Say how many are left out since no list names them."""
    number = actions.desk.access.not_listed(subject.emails)
    if not number:
        return []
    are = "is" if number == 1 else "are"
    return [f"{number:,} of the chosen {are} on no list, and left out: l reads a list."]


async def _off_board(actions: Actions, subject: Subject) -> bool:
    access = actions.desk.access
    plan = partial(access.offboarding, actions.selection(subject))
    notes = [_NOTHING_LOST, access.own_provider]
    return await actions.decide(partial(_of_sign_ins, actions, subject, plan, _OFF, notes))


async def _open_sign_ins(actions: Actions, subject: Subject) -> bool:
    plan = partial(actions.desk.access.open_sign_ins, actions.selection(subject))
    return await actions.decide(partial(_of_sign_ins, actions, subject, plan, _OPEN, []))


def _of_sign_ins(
    actions: Actions, subject: Subject, plan: Callable[[], Plan], action: str, notes: list[str]
) -> Proposal:
    without = len(subject.emails) - len(subject.keys)
    have = "has" if without == 1 else "have"
    told = [f"{without:,} of the chosen {have} no profile, and no sign-in."] if without > 0 else []
    return actions.proposal(plan(), action, _by_profile(subject), *told, *notes)


async def _remove(no_door: str, actions: Actions, subject: Subject) -> bool:
    access = actions.desk.access
    selection = actions.selection(subject)

    def propose(removal: Removal) -> Proposal:
        plan = access.removal(removal, subject.emails, selection)
        of_profiles = removal is Removal.PROFILES
        whose = _by_profile(subject) if of_profiles else _by_email(plan, subject)
        proposal = actions.proposal(plan, plan.what, whose, access.consequences(removal))
        return proposal.with_typed(access.to_be_typed(plan))

    while True:
        choices = await asyncio.to_thread(access.removals, subject.emails, selection, no_door)
        removal = await actions.ask(RemovalDialog(str(subject), choices))
        if removal is None:
            return False
        if await actions.decide(partial(propose, removal), back=True):
            return True
