"""What is removed after the event: a choice of its own, before there is a plan."""

from collections.abc import Mapping, Sequence
from typing import Final

from drtui.commands.access import Removal
from drtui.domain.wording import counted
from drtui.screens.access_texts import RemovalChoice
from drtui.screens.dialogs.ways import WaysDialog, WayShown

_NAMES: Final[Mapping[Removal, str]] = {
    Removal.MEMBERSHIPS: "Memberships of Identity Center",
    Removal.IAM_USERS: "IAM users",
    Removal.PROFILES: "Profiles",
}
_WHAT: Final[Mapping[Removal, str]] = {
    Removal.MEMBERSHIPS: "They leave the participants' group; their users stay.",
    Removal.IAM_USERS: "Those that drtui made are deleted, with their passwords.",
    Removal.PROFILES: "Deleted with all models; it cannot be undone.",
}


class RemovalDialog(WaysDialog[Removal]):
    """Chooses what is removed.

    Args:
        subject: Whom it is for.
        choices: What can be removed, and what cannot.
    """

    TITLE_TEXT = "Remove"
    TOLD = (
        "O closes sign-ins and loses nothing; what is removed here is gone. ↓ goes to a choice; "
        "its plan comes first, and its number is typed to confirm it."
    )

    def __init__(self, subject: str, choices: Sequence[RemovalChoice]) -> None:
        ways = {
            one.removal: WayShown(
                _NAMES[one.removal], _number(one), _WHAT[one.removal], one.refusal
            )
            for one in choices
        }
        super().__init__(subject, ways)


def _number(one: RemovalChoice) -> str:
    if one.known is None:
        return f"{one.number:,}"
    looked = counted(one.number, "participant")
    return f"{one.known:,} made from here, of {looked} to be looked up"
