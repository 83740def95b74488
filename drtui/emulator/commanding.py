"""What the commands of control share."""

from enum import StrEnum
from typing import Any, TypeVar

from drtui.emulator.deployment import Deployment
from drtui.emulator.records import ROLES, Group, Profile

Reply = dict[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)


class CommandError(ValueError):
    """A command cannot be done; the message is one sentence for whoever asked."""


def one_of(choices: type[Choice], value: str, field: str) -> Choice:
    """The choice that a field names."""
    try:
        return choices(value)
    except ValueError:
        problem = f"`{field}` is one of {', '.join(choices)}."
        raise CommandError(problem) from None


def group_of(role: str) -> Group:
    """The group of a role, by the name of either."""
    if role in list(Group):
        return Group(role)
    if role not in ROLES:
        problem = f"`role` is one of {', '.join(ROLES)}."
        raise CommandError(problem)
    return ROLES[role]


def profile_of(deployment: Deployment, profile_id: str) -> Profile:
    """The profile with this id."""
    profile = deployment.account.profiles.get(profile_id)
    if profile is None:
        problem = f"There is no profile {profile_id!r}."
        raise CommandError(problem)
    return profile
