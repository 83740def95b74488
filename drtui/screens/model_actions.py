"""What can be done to models, on whatever screen shows some: keys, menu and flows in one place."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from drtui.domain import permissions
from drtui.domain.operations import OperationKind
from drtui.screens.base import ConsoleScreen

if TYPE_CHECKING:
    from drtui.screens.actions import Flow

FOR_MODELS: Final = ("download", "save_to_bucket", "stop", "delete", "tags")
"""The actions whose subject are models."""

OPERATIONS: Final[Mapping[str, OperationKind]] = {
    "download": OperationKind.DOWNLOAD_MODELS,
    "save_to_bucket": OperationKind.SAVE_MODELS,
}
"""What becomes of those that not every role may; labels are drtui's own, and each way to delete
models says so itself."""

WITH_DOOR: Final = frozenset({"save_to_bucket"})
"""What needs the sponsor's own AWS account."""


class ModelActions(ConsoleScreen):
    """A screen whose subject are models."""

    MENU: ClassVar[tuple[str, ...]] = FOR_MODELS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "download", "download", tooltip="Download to a folder"),
        Binding("b", "save_to_bucket", "Save to a bucket of yours", show=False),
        Binding("p", "stop", "Stop training", show=False),
        Binding("x", "delete", "Delete models", show=False),
        Binding("t", "tags", "tags", tooltip="Set or remove tags"),
    ]

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action in WITH_DOOR and self.context.open_sponsor is None:
            return self.context.no_door
        glance, kind = self.context.glance, OPERATIONS.get(action)
        return "" if glance is None or kind is None else permissions.refusal(glance.role, kind)

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.model_flows import MODEL_FLOWS, stop

        if action == "stop":
            return partial(stop, self.context.open_sponsor is not None)
        return MODEL_FLOWS.get(action) or super().flow(action)

    def action_download(self) -> None:
        """Download models to a folder."""
        self.act("download")

    def action_save_to_bucket(self) -> None:
        """Save models to a bucket of the sponsor's."""
        self.act("save_to_bucket")

    def action_stop(self) -> None:
        """Stop what runs of models."""
        self.act("stop")

    def action_delete(self) -> None:
        """Choose how models are deleted, and delete them."""
        self.act("delete")

    def action_tags(self) -> None:
        """Set or remove tags."""
        self.act("tags")
