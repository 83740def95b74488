"""Sending a message to participants, of whom some were sent it, or may have been."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from drtui.domain.mail_errands import Sending
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.send_invitations import Repeats, SendInvitationsDialog

if TYPE_CHECKING:
    from drtui.commands.mail_progress import MailTerms, SendingTo

_NOT_READ: Final = "What SES lets be sent is not known now, so neither is when the last one goes."


async def send_with_repeats(
    actions: Actions,
    sendings: "Sequence[SendingTo]",
    propose: Callable[[Repeats], Proposal],
    *,
    listed: str,
    back: bool = False,
) -> bool:
    """Ask who gets it again where there is a choice, then plan and submit.

    Args:
        actions: What asks, and submits.
        sendings: Where the sending to each stands.
        propose: Plans; called in a thread.
        listed: What lists those in doubt, such as `d lists them`.
        back: Whether leaving the plan leads back to something that the caller shows again.

    Returns:
        Whether something was submitted.
    """
    counts = Counter(one.state for one in sendings)
    doubtful = [one.participant.email for one in sendings if one.state is Sending.DOUBTFUL]
    new = counts[Sending.NOT_SENT] + counts[Sending.ANOTHER] + counts[Sending.FAILED]
    repeats = Repeats()
    choice = bool(doubtful or counts[Sending.SENT])
    while True:
        if choice:
            dialog = SendInvitationsDialog(new, doubtful, counts[Sending.SENT], repeats, listed)
            answer = await actions.ask(dialog)
            if answer is None:
                return False
            repeats = answer

        def proposed(repeats: Repeats = repeats) -> Proposal:
            return propose(repeats)

        if await actions.decide(proposed, back=choice or back):
            return True
        if not choice:
            return False


def sending_notes(
    actions: Actions, sender: str, terms: "MailTerms | None", count: int
) -> list[str]:
    """Say when the last of so many messages goes, as far as it is known; nothing of none."""
    if not count:
        return []
    if terms is None or terms.problem:
        why = "" if terms is None else f" {clean(terms.problem, 600)}"
        return [f"{_NOT_READ}{why}"]
    if wrong := terms.sender_problem(sender):
        return [f"It waits until SES sends from there: {wrong}"]
    return actions.desk.invitation.finish(count, terms.account)
