"""What the dialogs of participants' access ask for, and are told."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from drtui.commands.access import Removal


class Where(Enum):
    """Where new passwords go."""

    HERE = "shown once"
    CSV = "new CSV file"
    INVITATIONS = "invitations, new file"


IN_SIGHT: Final = 10
"""How many passwords are shown at once; the style sheet says so too."""


def first_where(number: int) -> Where:
    """Return where so many passwords go unless the admin says otherwise.

    Those that nobody sees all of at once would be made anew, were they shown and closed too soon.
    """
    return Where.HERE if number <= IN_SIGHT else Where.CSV


@dataclass(frozen=True, slots=True)
class PasswordTexts:
    """What was asked for.

    Attributes:
        anew: Whether those who were chosen get one in place of the one they know; else all who
            have none yet.
        path: Of the new file, as it was typed.
    """

    anew: bool = False
    where: Where = Where.HERE
    path: str = ""


@dataclass(frozen=True, slots=True)
class RemovalChoice:
    """One thing that can be removed.

    Attributes:
        number: How many it would concern.
        refusal: Why it cannot be; empty when it can.
        known: For how many of them drtui knows that there is something; None where that is all.
    """

    removal: Removal
    number: int
    refusal: str = ""
    known: int | None = None
