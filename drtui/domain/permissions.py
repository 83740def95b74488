"""What a role may not do with other users, so that it is told before anything is asked or sent.

Facts: DeepRacer API facts, the table of operations, "Who", and behaviours 1 and 13. The deployment
has the last word: a role that is not known is refused nothing here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from drtui.domain.operations import OperationKind
from drtui.domain.problems import NotAllowedError
from drtui.domain.records import Role
from drtui.domain.wording import capitalised

READERS: Final = (
    "Reading the racers needs the role admin or race facilitator, and whoever is signed in has "
    "neither: sign in as somebody who has, or ask an admin for the role."
)
"""What somebody is told whom the deployment lets read neither list of profiles."""

ROLES_UNSEEN: Final = "their roles are not shown to race facilitators"
"""What there is to say of profiles that only a list of names has."""

_WHO: Final = {Role.FACILITATOR: "race facilitators", Role.RACER: "racers"}
_WHAT: Final[Mapping[OperationKind, str]] = {
    OperationKind.SET_QUOTAS: "set quotas",
    OperationKind.PAUSE: "pause anybody",
    OperationKind.RESUME: "resume anybody",
    OperationKind.UNDO: "undo changes to users",
    OperationKind.CHANGE_ALIAS: "change others' aliases",
    OperationKind.CHANGE_ROLE: "change roles",
    OperationKind.DELETE_MODELS: "delete others' models",
    OperationKind.DELETE_DOWNLOADED_MODELS: "delete others' models",
    OperationKind.DELETE_USERS: "delete users",
    OperationKind.ENABLE_MULTI_USER: "enable multi-user mode",
    OperationKind.DISABLE_MULTI_USER: "disable multi-user mode",
    OperationKind.CHANGE_SETTINGS: "change the deployment's settings",
    OperationKind.INVITE: "invite anybody",
    OperationKind.RESEND_INVITATIONS: "invite anybody again",
}
"""What needs an admin of the deployment; the sponsor's own AWS services know no such roles."""
_OF_STAFF: Final[Mapping[OperationKind, str]] = {
    OperationKind.DOWNLOAD_MODELS: "download others' models",
    OperationKind.SAVE_MODELS: "save others' models",
    OperationKind.CREATE_RACES: "create races",
    OperationKind.EDIT_RACES: "change races",
    OperationKind.DELETE_RACES: "delete races",
    OperationKind.APPLY_RACES: "create or change races",
    OperationKind.RUN_LIVE_RACE: "run live races",
}
"""What an admin or a race facilitator may do."""


def refusal(role: Role, kind: OperationKind) -> str:
    """Say why a role may not do something to users; empty when it may, or is not known."""
    who, what = _WHO.get(role), _WHAT.get(kind)
    if role is Role.RACER and kind in _OF_STAFF:
        return f"{who} may not {_OF_STAFF[kind]}, which needs an admin or a race facilitator"
    return f"{who} may not {what}, which needs an admin" if who and what else ""


def check(role: Role, kind: OperationKind) -> None:
    """Refuse what a role may not do.

    Raises:
        NotAllowedError: The role may not do it; the message is the sentence of `refusal`.
    """
    reason = refusal(role, kind)
    if reason:
        raise NotAllowedError(f"{capitalised(reason)}.")


def not_shown(role: Role, known_from: datetime | None) -> str:
    """Say what a role is not shown of the racers; empty when it is shown everything.

    A facilitator reads them by `GET /admin/profiles`, which has names alone.

    Args:
        role: Of whoever looks at them.
        known_from: When an admin last read quotas and hours; None when none ever did.
    """
    if role is not Role.FACILITATOR:
        return ""
    if known_from is None:
        return "Quotas and hours are not shown to race facilitators; an admin sees them."
    read = f"{known_from:%Y-%m-%d %H:%M} UTC"
    return f"Quotas and hours as of {read}: facilitators see no newer ones."
