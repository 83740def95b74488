"""Why something cannot be done with an invitation now; and which key helps."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from drtui.domain.invitation_templates import InvitationField, fields_text
from drtui.screens.invitation_words import NO_TRAINING_TIME

if TYPE_CHECKING:
    from drtui.screens.invitation_desk import InvitationPage

_FIRST_TEXT: Final = "it is the text that drtui begins with"
_NOBODY: Final = "nobody is kept: esc to Setup, p, and l there reads a list"
_HANDED_OVER: Final = "the text has {password}: K on Participants hands them over"
_NO_ACCOUNT: Final = "the AWS account is not known: r asks again"
_NO_SENDER: Final = "no sender is said of the event; E: say it"


def refusal(page: "InvitationPage", action: str, *, no_door: str) -> str:
    """Say why an action cannot be done now, the first reason there is; empty when it can.

    Args:
        page: As read.
        action: The screen's name of it.
        no_door: Why the sponsor's own AWS account sends nothing; empty where it does.
    """
    if action == "edit":
        return ""
    if action == "reset":
        return "" if page.edited else _FIRST_TEXT
    return next(_reasons(page, action, no_door=no_door), "")


def _reasons(page: "InvitationPage", action: str, *, no_door: str) -> Iterator[str]:
    if not page.people:
        yield _NOBODY
    if action == "sendings":
        return
    if action == "send" and no_door:
        yield no_door
    if page.problem:
        yield "the text cannot be read: e edits it"
    if page.asks(InvitationField.PASSWORD):
        yield _HANDED_OVER
    if page.unsaid:
        yield f"not said of the event: {fields_text(page.unsaid)}; E: say it"
    if InvitationField.TRAINING_TIME in page.of_event:
        yield NO_TRAINING_TIME
    if InvitationField.ACCOUNT_ID in page.of_event:
        yield _NO_ACCOUNT
    if action == "copy" and page.shown_lacks:
        yield f"no {fields_text(page.shown_lacks)} is known of this participant"
    if action != "copy" and page.incomplete == len(page.people):
        yield f"nobody's {fields_text(page.lacking)} is known"
    if action == "send" and not page.event.sender:
        yield _NO_SENDER
