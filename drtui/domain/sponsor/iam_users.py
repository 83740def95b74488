"""IAM users for participants: the guide's way to the AWS console, which no deployment uses.

Only users that drtui made, which bear its tag, are ever changed or removed. Their names follow
from their emails alone, so that a repeat finds what it made before.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

GROUP: Final = "deepracer-participants"
PARTICIPANT_POLICY: Final = "AWSDeepRacerDefaultMultiUserAccess"
# Without it who has to choose a password at the first sign-in may not do so.
PASSWORD_POLICY: Final = "IAMUserChangePassword"
_LONGEST_STEM: Final = 40  # IAM takes 64; people type it
_NO_NAME: Final = "racer"
_UNSAFE: Final = re.compile(r"[^a-z0-9._+-]+")


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user.

    Attributes:
        email: As its tag says, in lower case; empty without one.
        event: As its tag says; empty without one.
        ours: Whether it bears drtui's tag.
        last_sign_in: UTC; None when the user never signed in with a password, or AWS does not say.
    """

    name: str
    email: str
    event: str
    ours: bool
    last_sign_in: datetime | None


class IamUsers(Protocol):
    """What drtui needs of IAM; every method may raise `SponsorError` and may be repeated.

    Each looks first and returns whether it changed anything. Those that take a user's name raise
    `EXISTS` and change nothing where the user does not bear drtui's tag, and `NOT_FOUND` where
    there is none.
    """

    def find(self, name: str) -> IamUser | None:
        """The user of this name, whoever made it."""

    def names_for(self, emails: Iterable[str]) -> dict[str, str]:
        """A name for each email, as `user_names` gives it beside the users that there are."""

    def members_of(self, group: str) -> Iterator[str]:
        """The names of a group's users, whoever made them; `NOT_FOUND` without the group."""

    def ensure_group(self, group: str = GROUP) -> bool:
        """Make the participants' group, with the policies that they need.

        A group that somebody else made is used as it is when it grants just these; else `EXISTS`,
        since neither may its members gain rights by drtui nor participants those of its members.
        """

    def ensure_user(self, name: str, *, email: str, event: str) -> bool:
        """Make a user; `EXISTS` when the name is that of another person or not drtui's."""

    def ensure_member(self, name: str, group: str = GROUP) -> bool:
        """Put one of drtui's users into a group."""

    def ensure_login(self, name: str, password: str) -> bool:
        """Let a user sign in to the console with a password that is to be changed.

        False leaves a password as it is that was set before: `renew_password` sets another.
        """

    def renew_password(self, name: str, password: str) -> None:
        """Set a password anew, to be changed, for somebody who was not told the one before."""

    def remove(self, name: str) -> bool:
        """Remove a user: the password, the memberships, then the user; False without one.

        What else somebody gave the user (access keys, policies) is left, and AWS refuses.
        """


def user_name(email: str, *, distinct: bool = False) -> str:
    """Return an IAM user's name for an email: its part before the @, in letters IAM takes.

    Args:
        email: Anything; its case does not matter.
        distinct: Whether to add what tells it from other emails with the same part.
    """
    local = email.strip().lower().rpartition("@")[0] or email.strip().lower()
    plain = unicodedata.normalize("NFKD", local)
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    stem = _UNSAFE.sub("-", ascii_only)[:_LONGEST_STEM].strip("-._+")
    if not distinct and stem:
        return stem
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()
    return f"{stem or _NO_NAME}-{digest[:8]}"


def user_names(emails: Iterable[str], taken: Mapping[str, str | None]) -> dict[str, str]:
    """Return a name for each email, by the email in lower case.

    The order of the emails does not matter, and a repeat with the names that were given before
    among those taken gives the same again.

    Args:
        emails: Those of one event; repeated ones count once.
        taken: Names that are in use, with the email of drtui's users and None for others'.
    """
    people = dict.fromkeys(email.strip().lower() for email in emails)
    owners = {name.lower(): email.lower() if email else None for name, email in taken.items()}
    stems = Counter(user_name(email) for email in people)
    names: dict[str, str] = {}
    for email in people:
        name = user_name(email)
        if name in owners:
            free = owners[name] == email
        else:
            free = stems[name] == 1 and user_name(email, distinct=True) not in owners
        names[email] = name if free else user_name(email, distinct=True)
    return names
