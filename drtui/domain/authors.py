"""Who does something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """Who does something.

    Attributes:
        who: The system user.
        account_user: The alias that is signed in to the account; empty when not known.
    """

    who: str
    account_user: str = ""
