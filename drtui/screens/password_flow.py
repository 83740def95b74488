"""Passwords of IAM users from the question to the hand-over; at once, and by no operation."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.wording import counted
from drtui.screens.access_texts import PasswordTexts, first_where
from drtui.screens.actions import Actions
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.passwords import MakingDialog, PasswordsDialog
from drtui.screens.dialogs.passwords_shown import PasswordsShownDialog
from drtui.screens.dialogs.review import Review, ReviewDialog
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drtui.commands.handing_over import Handed
    from drtui.domain.sponsor.services import OpenSponsor

_NOBODY: Final = (
    "Nobody is without a password, and none of the chosen has an IAM user: I makes IAM users."
)
_WITHOUT: Final = "Without a password"


async def give_passwords(open_sponsor: "OpenSponsor", actions: Actions, subject: Subject) -> bool:
    """Make passwords and hand them over; nothing is submitted, so that it returns False.

    Raises:
        InvalidInputError: There is nobody to make one for.
    """
    access = actions.desk.access
    without = await asyncio.to_thread(access.without_password)
    chosen = await asyncio.to_thread(access.with_user, subject.emails)
    if not without and not chosen:
        raise InvalidInputError(_NOBODY)
    where = first_where(len(without) or len(chosen))
    texts, complaint = PasswordTexts(anew=not without, where=where), ""
    while True:
        dialog = PasswordsDialog(len(without), len(chosen), texts, complaint)
        answer = await actions.ask(dialog)
        if answer is None:
            return False
        texts, complaint = answer, ""
        emails = chosen if texts.anew else without
        try:
            await asyncio.to_thread(access.check_path, texts)
        except ProblemError as problem:
            complaint = str(problem)
            continue
        if texts.anew and not await actions.ask(_sure(len(emails))):
            continue
        make = partial(_make, open_sponsor, actions, emails, texts)
        made = await actions.ask(MakingDialog(len(emails), make))
        if isinstance(made, str):
            complaint = made
            continue
        if made is not None:
            await _tell(actions, made)
        return False


def _sure(number: int) -> ConfirmDialog:
    title = f"Make {counted(number, 'password')} anew?"
    told = "The password each of them has now is good for nothing from then on."
    return ConfirmDialog(title, [told], f"Make anew ({number:,})")


def _make(
    open_sponsor: "OpenSponsor",
    actions: Actions,
    emails: "Sequence[str]",
    texts: PasswordTexts,
    go_on: "Callable[[int], bool]",
) -> "Handed":
    hand_over = actions.desk.access.hand_over
    return hand_over(open_sponsor(), emails, texts, anew=texts.anew, go_on=go_on)


async def _tell(actions: Actions, handed: "Handed") -> None:
    """Show what was made, or say where it was written; then who got none."""
    given, refused = handed.made.given, handed.made.refused
    number = counted(len(given), "password")
    without = f" {len(refused):,} got none." if refused else ""
    if given and not handed.file:
        access = actions.desk.access
        dialog = PasswordsShownDialog(given, refused, handed.problem, access.save_passwords)
        if await actions.ask(dialog):
            await asyncio.to_thread(access.handed_over, given)
            actions.say(f"Handed over: {number}, kept nowhere.{without}")
        return
    told = f"{number} written to {handed.file}." if given else "No password was made."
    if refused:
        missed = [f"{email}: {why}" for email, why in refused.items()]
        await actions.ask(ReviewDialog(Review("Passwords", [told], missed, _WITHOUT)))
    actions.say(f"{told}{without}", wrong=not given)
