"""What can be done to operations, on whatever screen shows some: keys, menu and flows."""

from typing import ClassVar, Final

from textual.binding import Binding

from drtui.domain.handling import Handling
from drtui.screens.actions import Flow
from drtui.screens.base import ConsoleScreen
from drtui.screens.operation_flows import FLOWS

HANDLINGS: Final = {
    **{handling.value: handling for handling in Handling},
    "earlier": Handling.MOVE,
    "later": Handling.MOVE,
}
"""By the name of the screens' action."""
QUEUE_KEYS: Final = (
    Binding("e", "edit", "edit", show=False, tooltip="Edit what was not sent yet: another value"),
    Binding("left_square_bracket", "earlier", "Deliver it earlier", key_display="[", show=False),
    Binding("right_square_bracket", "later", "Deliver it later", key_display="]", show=False),
)
"""For where the queue can be changed."""
KEYS: Final = (
    Binding("t", "retry", "retry", tooltip="Retry what failed"),
    Binding("c", "settle", "settle", tooltip="Settle conflicts: theirs or ours"),
    Binding("z", "set_aside", "set aside", tooltip="Set aside what needs a hand"),
    Binding("x", "cancel", "cancel", tooltip="Cancel what is not sent yet"),
)
"""For the place each screen gives them among its own."""


class OperationActions(ConsoleScreen):
    """A screen whose subject is an operation."""

    PLACE: ClassVar[str] = "operations"

    def flow(self, action: str) -> Flow:
        """What is done to one operation."""
        return FLOWS[action]

    def action_retry(self) -> None:
        """Send what failed again."""
        self.act("retry")

    def action_settle(self) -> None:
        """Settle conflicts."""
        self.act("settle")

    def action_set_aside(self) -> None:
        """Accept what needs a hand as it is."""
        self.act("set_aside")

    def action_edit(self) -> None:
        """Give what was not sent yet another value."""
        self.act("edit")

    def action_earlier(self) -> None:
        """Deliver it before the one before it."""
        self.act("earlier")

    def action_later(self) -> None:
        """Deliver it after the one after it."""
        self.act("later")

    def action_cancel(self) -> None:
        """Cancel what is not sent yet."""
        self.act("cancel")
