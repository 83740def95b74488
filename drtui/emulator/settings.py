"""The deployment's settings: one document, read and written by dotted keys."""

import copy
import time
from typing import Any

from drtui.emulator.errors import modelled_failure, not_found, rule_broken

_QUOTAS: dict[str, tuple[str, str]] = {
    "global": ("globalComputeMinutesLimit", "globalModelCountLimit"),
    "newUser": ("newUserComputeMinutesLimit", "newUserModelCountLimit"),
}
_REGISTRATIONS = ("invite-only", "self-service")


class Settings:
    """The settings document and the deployment that follows each change of it.

    Values are kept as they came: a number put as a string comes back as a string
    (DeepRacer API facts, behaviour 8), and one of the seeded values is a string.
    """

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "usageQuotas": {
                "global": {"globalComputeMinutesLimit": -1, "globalModelCountLimit": -1},
                "newUser": {"newUserComputeMinutesLimit": 300, "newUserModelCountLimit": "15"},
            },
            "registration": {"type": "invite-only"},
        }
        self.deploy_seconds = 0.0
        """How long each change is being deployed, in real seconds."""
        self._deployed_at = 0.0

    def get(self, key: str) -> Any:
        """The value under a dotted key.

        Raises:
            ApiError: 404, there is nothing under this key.
        """
        value: Any = self.document
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                message = "Failed to retrieve global setting for provided key."
                raise not_found(message)
            value = value[part]
        return value

    def put(self, key: str, value: Any) -> None:
        """Put a leaf or a whole object.

        Raises:
            ApiError: 400 for what may not be put, 500 while another change is deployed.
        """
        parts = key.split(".")
        if not _may_put(parts, value):
            message = "Invalid request structure"
            raise rule_broken(message)
        if time.monotonic() < self._deployed_at:
            message = "Failed to update setting"
            raise modelled_failure(message)
        holder = self.document
        for part in parts[:-1]:
            holder = holder[part]
        holder[parts[-1]] = copy.deepcopy(value)
        self.deploying(self.deploy_seconds)

    def deploying(self, seconds: float) -> None:
        """A change is being deployed for so many real seconds from now."""
        self._deployed_at = time.monotonic() + seconds

    def new_user_limits(self) -> tuple[int, int]:
        """The limits a new profile starts with: minutes, models."""
        limits = self.document["usageQuotas"]["newUser"]
        minutes, models = (limits[leaf] for leaf in _QUOTAS["newUser"])
        return int(float(minutes)), int(float(models))


def _may_put(parts: list[str], value: Any) -> bool:
    match parts:
        case ["registration"]:
            return _complete(value, ("type",)) and value["type"] in _REGISTRATIONS
        case ["registration", "type"]:
            return value in _REGISTRATIONS if isinstance(value, str) else False
        case ["usageQuotas"]:
            return _complete(value, tuple(_QUOTAS)) and all(
                _quotas(value[part], leaves) for part, leaves in _QUOTAS.items()
            )
        case ["usageQuotas", part] if part in _QUOTAS:
            return _quotas(value, _QUOTAS[part])
        case ["usageQuotas", part, leaf] if leaf in _QUOTAS.get(part, ()):
            return _whole_number(value)
        case _:
            return False


def _complete(value: Any, members: tuple[str, ...]) -> bool:
    return isinstance(value, dict) and set(value) == set(members)


def _quotas(value: Any, leaves: tuple[str, str]) -> bool:
    return _complete(value, leaves) and all(_whole_number(value[leaf]) for leaf in leaves)


def _whole_number(value: Any) -> bool:
    """Whether this is a whole number from -1 on, or a string that reads as one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return number.is_integer() and number >= -1
