"""The records that the layers hand to each other: frozen, complete, free of any framework.

Absent is unknown and stays `None`; it is never turned into 0. Minutes and model counts are whole
numbers, `UNLIMITED` (-1) means no limit, as on the wire. Times are UTC datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

UNLIMITED: Final = -1


class Role(StrEnum):
    """What a profile may do, by its group in the deployment's user pool."""

    ADMIN = "admin"
    FACILITATOR = "facilitator"
    RACER = "racer"
    UNKNOWN = "unknown"


ROLE_OF_GROUP: Final = {
    "dr-admins": Role.ADMIN,
    "dr-race-facilitators": Role.FACILITATOR,
    "dr-racers": Role.RACER,
}


GROUP_OF_ROLE: Final = {role: group for group, role in ROLE_OF_GROUP.items()}


class Status(StrEnum):
    """The one status a sponsored user is listed under; see `sponsorship.status_of`."""

    ACTIVE = "active"
    INVITED = "invited"
    OVER_QUOTA = "over_quota"
    PAUSED = "paused"
    UNKNOWN = "unknown"  # of whom nothing but the name was read


@dataclass(frozen=True, slots=True)
class Limits:
    """The two limits of a profile.

    Attributes:
        minutes: Training and evaluation minutes a month; `UNLIMITED`; None is unknown.
        models: New models a month; `UNLIMITED`; None is unknown.
    """

    minutes: int | None = None
    models: int | None = None

    @property
    def paused(self) -> bool:
        """Both limits are 0: the deployment refuses every new model and every new job."""
        return self.minutes == 0 and self.models == 0


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile as the deployment answered it; only alias and id are sure.

    Attributes:
        role_name: The user-pool group as sent, such as `dr-racers`; it can be a group that this
            version does not know.
        by_name: Whether nothing but its name was ever read, as from a list that tells no more.
    """

    profile_id: str
    alias: str
    email: str | None = None
    role_name: str | None = None
    minutes_used: int | None = None
    minutes_queued: int | None = None
    minutes_limit: int | None = None
    models: int | None = None
    models_limit: int | None = None
    storage_bytes: int | None = None
    created_at: datetime | None = None
    by_name: bool = False

    @property
    def role(self) -> Role:
        """The role behind the group; a whole profile without a group is taken for a racer."""
        if self.role_name is None:
            return Role.UNKNOWN if self.by_name else Role.RACER
        return ROLE_OF_GROUP.get(self.role_name, Role.UNKNOWN)

    @property
    def limits(self) -> Limits:
        """Both limits as one value."""
        return Limits(self.minutes_limit, self.models_limit)


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One model that a racer has stored, as the deployment answered it; only the id is sure.

    Attributes:
        status: As sent, such as `READY`; it can be one that this version does not know, and is
            empty when it was left out.
    """

    model_id: str
    name: str
    status: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SponsoredUser:
    """One row of the racers' table, as the store knows it.

    Attributes:
        profile: The confirmed values, as last read from the account.
        status: Derived from the confirmed values.
        remembered: The limits that a pause replaced, None when nothing is remembered.
        carried_minutes: Minutes used in earlier months, which the deployment has zeroed since.
        carried_models: Models created in earlier months.
        tags: Labels given in drtui, sorted.
        pending: What operations on their way will make of the fields, by field name.
        as_of: When the confirmed values were read.
        trouble: `conflict` or `failed` where an operation on it needs a hand; empty where none
            does, and where nobody asked.
    """

    profile: Profile
    status: Status
    as_of: datetime
    remembered: Limits | None = None
    carried_minutes: int = 0
    carried_models: int = 0
    tags: tuple[str, ...] = ()
    pending: Mapping[str, int | str | None] = field(default_factory=dict)
    trouble: str = ""

    @property
    def minutes_in_total(self) -> int | None:
        """Minutes used this month and carried from earlier ones; None when unknown."""
        used = self.profile.minutes_used
        return (
            None
            if used is None and not self.carried_minutes
            else (self.carried_minutes + (used or 0))
        )


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The deployment's settings that drtui reads; None is unknown or not there.

    Attributes:
        instance_minutes: A limit for all together, which the deployment stores and does not
            enforce (DeepRacer API facts, "Settings").
        instance_models: The same for models.
    """

    new_user_minutes: int | None = None
    new_user_models: int | None = None
    registration: str | None = None
    instance_minutes: int | None = None
    instance_models: int | None = None

    @property
    def new_user_limits(self) -> Limits:
        """The limits a new participant starts with."""
        return Limits(self.new_user_minutes, self.new_user_models)
