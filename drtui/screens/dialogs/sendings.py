"""Who was sent an invitation, participant by participant; what needs a hand comes first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from drtui.domain.mail_errands import Sending
from drtui.domain.text import clean
from drtui.screens.invitation_words import SIGNS
from drtui.screens.racer_facts import moment
from drtui.widgets.cells import Cell, Run, Tone
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.key_line import KeyLine
from drtui.widgets.record_table import RecordTable
from drtui.widgets.size_guard import GuardedScreen, TooSmall

if TYPE_CHECKING:
    from drtui.commands.mail_progress import SendingTo

_DIM: Final = "$foreground-muted"
_AGAIN: Final = "M on the screen before"
_COLUMNS: Final = (
    Column("email", "Email", 24, most=40),
    Column("name", "Name", 12, most=24, rank=2),
    Column("state", "This text", 19),
    Column("operation", "Operation", 9, right=True, rank=1),
    Column("when", "When", 12, most=24, rank=3),
    Column("reason", "Reason", 12, most=90),
)
_TONES: Final = {
    Sending.DOUBTFUL: Tone.PENDING,
    Sending.FAILED: Tone.HAND,
    Sending.COMING: Tone.PENDING,
    Sending.ANOTHER: Tone.DIM,
    Sending.NOT_SENT: Tone.DIM,
}


class SendingsScreen(ModalScreen[None], GuardedScreen[None]):
    """A sending, row by row.

    Args:
        sendings: One for each participant.
        now: The present, by the store's clock.
        again: What sends a doubtful one again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d", "leave", "back", key_display="esc"),
    ]

    def __init__(
        self, sendings: "Sequence[SendingTo]", now: datetime, *, again: str = _AGAIN
    ) -> None:
        super().__init__()
        order = {state: place for place, state in enumerate(Sending)}
        self._sendings = sorted(sendings, key=lambda one: order[one.state])
        self._now = now
        self._again = again

    def compose(self) -> ComposeResult:
        """Lay out the title, the rows and the keys."""
        told = f"doubtful: it may have arrived; {self._again} sends it again if you say so"
        title = Content.assemble(("Who was sent this text", "bold"), (f"  {told}", _DIM))
        yield Label(title, classes="details-title")
        yield RecordTable(_COLUMNS, self._cell, self._rows, empty="There is nobody.")
        yield KeyLine()
        yield TooSmall()

    def on_mount(self) -> None:
        """Show all rows."""
        table = self.query_one(RecordTable)
        table.show(list(range(len(self._sendings))), {})
        table.focus()

    def _rows(self, keys: Sequence[int]) -> "Mapping[int, SendingTo]":
        return {key: self._sendings[key] for key in keys}

    def _cell(self, row: "SendingTo", placed: PlacedColumn) -> Cell:
        item = row.item
        match placed.column.name:
            case "email":
                return [Run(clean(row.participant.email))]
            case "name":
                return [Run(clean(row.participant.name), Tone.DIM)]
            case "state":
                tone = _TONES.get(row.state, Tone.PLAIN)
                return [Run(f"{SIGNS[row.state]} {row.state}", tone)]
            case "operation":
                return [] if item is None else [Run(f"{item.operation_id:,}")]
            case "when":
                at = None if item is None else item.unknown_at or item.settled_at
                return [] if at is None else [Run(moment(at, self._now), Tone.DIM)]
            case _:
                return [] if item is None else [Run(clean(item.reason), Tone.DIM)]

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
