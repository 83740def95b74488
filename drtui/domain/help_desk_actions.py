"""What the help desk does to one target: change alias, change role, delete models, delete user."""

from dataclasses import dataclass
from typing import ClassVar, Final

from drtui.domain.actions import Change, TargetState, change_of
from drtui.domain.operations import ALIAS, DELETED, ROLE_NAME, STORED_MODELS, USER, OperationKind
from drtui.domain.records import GROUP_OF_ROLE, Role
from drtui.domain.wording import role_text

_FINAL: Final = "it cannot be undone"


@dataclass(frozen=True, slots=True)
class ChangeAlias:
    """Give a racer another alias, for moderation.

    Attributes:
        alias: One that `sponsorship.is_alias` takes.
    """

    kind: ClassVar[OperationKind] = OperationKind.CHANGE_ALIAS
    alias: str

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        return change_of(state, {ALIAS: self.alias})

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {"alias": self.alias}

    def describe(self) -> str:
        """See `Action.describe`."""
        return f"Change alias  to {self.alias}"


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Move a user to another role.

    Attributes:
        role: One of those in `GROUP_OF_ROLE`.
    """

    kind: ClassVar[OperationKind] = OperationKind.CHANGE_ROLE
    role: Role

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        note = "credentials issued before keep the old role until they expire"
        return change_of(state, {ROLE_NAME: GROUP_OF_ROLE[self.role]}, note)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {"role": self.role.value}

    def describe(self) -> str:
        """See `Action.describe`."""
        return f"Change role  to {role_text(self.role)}"


@dataclass(frozen=True, slots=True)
class DeleteModels:
    """Delete all models that a racer has stored, running ones too."""

    kind: ClassVar[OperationKind] = OperationKind.DELETE_MODELS

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        note = f"those that are being trained go too; {_FINAL}"
        return change_of(state, {STORED_MODELS: DELETED}, note)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {}

    def describe(self) -> str:
        """See `Action.describe`."""
        return "Delete models"


@dataclass(frozen=True, slots=True)
class DeleteUser:
    """Delete a user with its profile, once all of its models are deleted."""

    kind: ClassVar[OperationKind] = OperationKind.DELETE_USERS

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        return change_of(state, {USER: DELETED}, f"their models are deleted first; {_FINAL}")

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {}

    def describe(self) -> str:
        """See `Action.describe`."""
        return "Delete user"
