"""What can be done to racers, on whatever screen shows some: keys, menu and flows in one place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from drtui.domain import permissions
from drtui.domain.operations import OperationKind
from drtui.screens.base import ConsoleScreen

if TYPE_CHECKING:
    from drtui.screens.actions import Flow

FOR_RACERS: Final = (
    "set_quotas",
    "pause",
    "resume",
    "change_alias",
    "change_role",
    "tags",
    "delete_models",
    "delete_user",
)
"""The actions whose subject are racers."""

OPERATIONS: Final[Mapping[str, OperationKind]] = {
    "set_quotas": OperationKind.SET_QUOTAS,
    "pause": OperationKind.PAUSE,
    "resume": OperationKind.RESUME,
    "change_alias": OperationKind.CHANGE_ALIAS,
    "change_role": OperationKind.CHANGE_ROLE,
    "delete_models": OperationKind.DELETE_MODELS,
    "delete_user": OperationKind.DELETE_USERS,
}
"""What becomes of those that change the account, which not every role may; labels do not."""

_ONESELF: Final = "this is you, and nobody does it to themselves"
_TO_SEVERAL: Final = {"change_role": "Change roles", "delete_user": "Delete users"}


class RacerActions(ConsoleScreen):
    """A screen whose subject are racers."""

    MENU: ClassVar[tuple[str, ...]] = FOR_RACERS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "set_quotas", "quotas", tooltip="Set usage quotas"),
        Binding("p", "pause", "pause", tooltip="Pause sponsorship"),
        Binding("P", "resume", "resume", tooltip="Resume sponsorship"),
        Binding("t", "tags", "tags", tooltip="Set or remove tags"),
        Binding("N", "change_alias", "Change the alias", show=False),
        Binding("o", "change_role", "Change the role", show=False),
        Binding("x", "delete_models", "Delete all models", show=False),
        Binding("d", "delete_user", "Delete the user", show=False),
    ]

    def entry_title(self, action: str) -> str:
        """What is done to several is called so."""
        several = len(self.subject().keys) > 1
        return _TO_SEVERAL.get(action, "") if several else ""

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        glance, kind = self.context.glance, OPERATIONS.get(action)
        if glance is None or kind is None:
            return ""
        return permissions.refusal(glance.role, kind) or (_ONESELF if self.for_oneself else "")

    @property
    def sole(self) -> int | None:
        """The key of the only one that an action is for; None where they are several."""
        keys = self.subject().keys
        return keys[0] if len(keys) == 1 else None

    @property
    def for_oneself(self) -> bool:
        """Whether an action would be for nobody but whoever is signed in, whom plans leave out."""
        glance = self.context.glance
        return glance is not None and glance.me is not None and self.sole == glance.me

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.help_desk import HELP_DESK

        return HELP_DESK.get(action) or super().flow(action)

    def action_set_quotas(self) -> None:
        """Set usage quotas."""
        self.act("set_quotas")

    def action_pause(self) -> None:
        """Pause sponsorship."""
        self.act("pause")

    def action_resume(self) -> None:
        """Resume sponsorship."""
        self.act("resume")

    def action_tags(self) -> None:
        """Set or remove tags."""
        self.act("tags")

    def action_change_alias(self) -> None:
        """Change one racer's alias."""
        self.act("change_alias")

    def action_change_role(self) -> None:
        """Change roles."""
        self.act("change_role")

    def action_delete_models(self) -> None:
        """Delete all models of racers."""
        self.act("delete_models")

    def action_delete_user(self) -> None:
        """Delete users."""
        self.act("delete_user")
