"""The roster: how far each participant has come, from the invitation to the first model. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from drtui.domain.operations import SETTLED_WELL, Item, ItemState
from drtui.domain.sponsor.user_pool import PoolStatus
from drtui.domain.text import clean, fold, iso


class Trait(StrEnum):
    """What a row of the roster can be looked for by.

    The first five exclude each other: how far the invitation has come.
    """

    NOT_INVITED = "not-invited"
    UNDER_WAY = "invitation-under-way"
    INVITATION_FAILED = "invitation-failed"
    INVITED = "invited"
    SIGNED_IN = "signed-in"
    NO_PROFILE = "no-profile"
    DEFAULT_ALIAS = "default-alias"
    DUPLICATE_ALIAS = "duplicate-alias"
    NO_MODEL = "no-model"
    CLOSED = "sign-in-closed"
    NOT_LISTED = "not-listed"


STANDINGS: Final = tuple(Trait)[: list(Trait).index(Trait.SIGNED_IN) + 1]
"""How far an invitation can have come."""

_KEY_BYTES: Final = 7  # a row's key is below 2**56: two addresses never meet
_NEVER: Final = frozenset({PoolStatus.FORCE_CHANGE_PASSWORD, PoolStatus.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One participant, or a racer whom no list names; the texts are safe to show.

    Attributes:
        key: The row's, whatever becomes of the participant: see `row_key`.
        user_key: The user's in the store; None while there is no profile.
        email: Empty for a profile without one.
        name: As a list says; empty when it is not known.
        team: The label; empty for none.
        profile_id: Empty while there is no profile.
        alias: Empty while there is no profile.
        models: Created in all months that are known; None is unknown.
        traits: One of `STANDINGS`, and whatever else is true.
        as_of: When what the standing is told by was read, or came about; None when nothing was.
        profile_as_of: When the profile was read; None while there is none.
        reason: Why the invitation stands as it does; empty when there is nothing to say.
    """

    key: int
    user_key: int | None
    email: str
    name: str
    team: str
    profile_id: str
    alias: str
    models: int | None
    traits: frozenset[Trait]
    as_of: datetime | None
    profile_as_of: datetime | None = None
    reason: str = ""

    @property
    def standing(self) -> Trait:
        """How far the invitation has come."""
        return next(one for one in STANDINGS if one in self.traits)

    @property
    def is_listed(self) -> bool:
        """Whether a list names them."""
        return Trait.NOT_LISTED not in self.traits

    def as_json(self) -> dict[str, object]:
        """Return it for JSON and CSV; an unknown number or time is null."""
        return {
            "email": clean(self.email),
            "name": clean(self.name),
            "team": clean(self.team),
            "profile_id": clean(self.profile_id),
            "alias": clean(self.alias),
            "standing": self.standing.value,
            "default_alias": Trait.DEFAULT_ALIAS in self.traits,
            "duplicate_alias": Trait.DUPLICATE_ALIAS in self.traits,
            "no_model": Trait.NO_MODEL in self.traits,
            "sign_in_closed": Trait.CLOSED in self.traits,
            "listed": self.is_listed,
            "models": self.models,
            "as_of": iso(self.as_of),
            "profile_as_of": iso(self.profile_as_of),
            "reason": clean(self.reason),
        }


COLUMNS: Final = (
    *("email", "name", "team", "profile_id", "alias", "standing", "default_alias"),
    *("duplicate_alias", "no_model", "sign_in_closed", "listed", "models", "as_of"),
    *("profile_as_of", "reason"),
)
"""The columns of the roster as a CSV, which are the keys of `RosterRow.as_json`."""


def with_traits(rows: Iterable[RosterRow], wanted: Collection[Trait]) -> list[RosterRow]:
    """Return the rows that have all of some traits; without any trait, all rows."""
    return [row for row in rows if row.traits.issuperset(wanted)]


def row_key(email: str, user_key: int | None, *, first: bool = True) -> int:
    """Return the key of a row: of its address, which stays when a profile comes or goes.

    Without an address, and for the second and later users with one, it is the user's, below 0.

    Args:
        email: Empty for a profile without one.
        user_key: The user's in the store; None without a profile.
        first: Whether it is the only row with this address, or the first.
    """
    if user_key is not None and not (email and first):
        return -user_key
    return int.from_bytes(blake2b(fold(email).encode(), digest_size=_KEY_BYTES).digest())


def last_sent(invitations: Sequence[Item]) -> Item | None:
    """Return the last of some errands about an invitation that was, or is to be, carried out.

    One that was found to be already so when it was planned tells nothing of its own: the errand
    that it was planned beside may have failed since.
    """
    sent = [one for one in invitations if one.state is not ItemState.ALREADY_SO or one.attempts]
    return sent[-1] if sent else None


def stands_since(invitations: Sequence[Item], gone_at: datetime | None) -> datetime | None:
    """Return when somebody was invited last, None where nobody knows that they are.

    Args:
        invitations: The errands about them.
        gone_at: When the profile that they had was found to be gone; None where it never was.
    """
    done = [
        one.settled_at
        for one in invitations
        if one.state in SETTLED_WELL and one.attempts and one.settled_at is not None
    ]
    last = max(done, default=None)
    return None if last is None or (gone_at is not None and gone_at >= last) else last


def has_signed_in(status: PoolStatus | None, *, never_by_profile: bool | None) -> bool | None:
    """Say whether somebody has signed in; None when nothing tells.

    The pool knows it; where it was not listed, or does not say, the profile's first alias tells
    that nobody has (DeepRacer API facts, the second door, and behaviour 5).

    Args:
        status: What the user pool says; None when it says nothing of them.
        never_by_profile: `sponsorship.never_signed_in`; None without a profile.
    """
    if status in _NEVER:
        return False
    if status is not None and status is not PoolStatus.UNKNOWN:
        return True
    return None if never_by_profile is None else not never_by_profile
