"""The queue: what is on its way, in the order of delivery, before anything of it is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.screens.operation_actions import KEYS
from drtui.screens.operations import Operations
from drtui.widgets.facts import Facts, Lines, wrapped

if TYPE_CHECKING:  # brings the store
    from drtui.screens.log_desk import Operations as Reading


_OF_THE_QUEUE: Final = ("cancel",)


class QueueScreen(Operations):
    """The operations that are on their way, what is delivered first at the top."""

    FROM_TOP: ClassVar[bool] = False
    NOTHING: ClassVar[str] = "Nothing is on its way."
    BINDING_GROUP_TITLE = "The queue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", key_display="esc", tooltip="Back to all operations"),
        Binding("minus", "leave", "Back to all operations", show=False),
        Binding("e", "edit", "edit", tooltip="Edit what was not sent yet: another value"),
        Binding(
            "left_square_bracket",
            "earlier",
            "earlier",
            key_display="[",
            tooltip="Deliver it earlier",
        ),
        Binding(
            "right_square_bracket", "later", "later", key_display="]", tooltip="Deliver it later"
        ),
        # What is done to operations that are over; the keys go on working.
        *(replace(one, show=False) for one in KEYS if one.action not in _OF_THE_QUEUE),
    ]

    def content(self) -> Iterable[Widget]:
        """What the order means, and the table."""
        return [Facts(self._draw_heading, classes="below"), *super().content()]

    def _draw_heading(self, width: int) -> Lines:
        told = (
            "In the order of delivery: [ and ] move the operation under the cursor, e gives it "
            "another value, x cancels it or some of its targets, enter shows them."
        )
        return wrapped(Content.styled(told, "$foreground-muted"), width)

    def _read(self, visible: Sequence[int]) -> "Reading":
        return self.desk.log.read_queue(visible)

    def action_queue(self) -> None:
        """It is in sight."""

    def action_leave(self) -> None:
        """Go back to all operations."""
        self.dismiss(None)
