"""The texts with which invitations begin: one for each way in which participants get access."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class InvitationKind(StrEnum):
    """How the invited participants sign in."""

    SINGLE_SIGN_ON = "single-sign-on"
    IAM = "iam"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True)
class InvitationText:
    """The two templates of an invitation, as they are edited."""

    subject: str
    body: str


_SUBJECT: Final = "Your invitation to {event}"
_OPENING: Final = """\
Hello {name},

You are invited to {event}, {dates}. You will train a model in the cloud that drives a car around \
a virtual track, and race it against the models of the others. No experience is needed, and the \
training is paid for by {organizer}.
"""
_CLOSING: Final = """
You have {training_time} of training for the event. Trainings and evaluations count by how long \
they run, so stop one that goes nowhere.

The races:
{race_links}

If anything does not work, ask {contact}.

See you on the track!
{organizer}
"""
_PLAYER_ACCOUNT: Final = """\
AWS DeepRacer then asks for an AWS player account, which keeps your racer name, your profile and \
your models. If you have none, create one there with this email address, {email}, and confirm it \
with the code that is sent to you; otherwise sign in with the one you have.
"""

DEFAULT_TEXTS: Final[Mapping[InvitationKind, InvitationText]] = {
    InvitationKind.SINGLE_SIGN_ON: InvitationText(
        _SUBJECT,
        f"""\
{_OPENING}
How to begin:

1. Open {{console_address}} and sign in as you do at work: {{organizer}} has given your user access.
2. Choose AWS DeepRacer if you are asked for an account or an application.
3. {_PLAYER_ACCOUNT}\
4. Choose a racer name. It is what the others see in the races.
{_CLOSING}""",
    ),
    InvitationKind.IAM: InvitationText(
        _SUBJECT,
        f"""\
{_OPENING}
How to begin:

1. Open {{console_address}} and sign in as an IAM user:

   Account ID: {{account_id}}
   User name: {{user_name}}
   Password: {{password}}

2. You are asked for a new password at once, since this one is good for the first sign-in only. \
Do not pass it on.
3. {_PLAYER_ACCOUNT}\
4. Choose a racer name. It is what the others see in the races.
{_CLOSING}""",
    ),
    InvitationKind.DEPLOYMENT: InvitationText(
        _SUBJECT,
        f"""\
{_OPENING}
How to begin:

1. A second message brings you a temporary password. It is sent by the system to {{email}}; look \
into the spam folder if it is not there within an hour.
2. Open {{console_address}} and sign in with {{email}} and that password.
3. At this first sign-in choose a password of your own, before the temporary one expires. Only \
then does your profile exist, and you can be entered in races.
4. Choose a racer name. It is what the others see in the races.
{_CLOSING}""",
    ),
}
"""The text that each kind begins with; the admin edits a copy that belongs to the event."""
