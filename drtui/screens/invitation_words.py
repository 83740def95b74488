"""How invitations and the sending of them are spoken of on the screen and in its dialogs."""

import re
from typing import Final

from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.mail_errands import Sending

KINDS: Final = {
    InvitationKind.DEPLOYMENT: "the deployment's own users",
    InvitationKind.SINGLE_SIGN_ON: "single sign-on",
    InvitationKind.IAM: "IAM credentials",
}
"""In the order in which they follow each other on the screen."""

SIGNS: Final = {
    Sending.DOUBTFUL: "?",
    Sending.FAILED: "✗",
    Sending.COMING: "→",
    Sending.SENT: "✓",
    Sending.ANOTHER: "○",
    Sending.NOT_SENT: "○",
}
"""What stands before how a sending stands."""

PLACEHOLDER: Final = re.compile(r"✗\{[a-z_]+\}✗")
"""What stands in a preview for what is missing."""

WITH_PASSWORDS: Final = (
    "{password} is known only while passwords are handed over: K on Participants, or “drtui access "
    "passwords --invitations FILE”, writes these invitations"
)

NO_TRAINING_TIME: Final = "{training_time} is not known: R reads what new users get"


def placeholder(name: InvitationField) -> str:
    """Return what stands in a preview for a field of which nothing is known."""
    return f"✗{{{name}}}✗"
