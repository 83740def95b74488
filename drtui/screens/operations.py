"""Operations: everything that was asked for, and what became of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.handling import Handling
from drtui.domain.problems import ProblemError
from drtui.screens.base import OPENING, READING
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.operation_actions import HANDLINGS, KEYS, QUEUE_KEYS, OperationActions
from drtui.screens.operation_cells import OPERATION_COLUMNS, operation_cell
from drtui.screens.operation_flows import one_operation
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operation_titles import deed_title
from drtui.screens.scheduled_rows import ScheduledRow, scheduled_cell
from drtui.screens.subject import Subject
from drtui.widgets.cells import Cell
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:  # brings the store
    from drtui.commands.operations import Followed
    from drtui.commands.pacing import Pacing
    from drtui.screens.actions import Flow
    from drtui.screens.log_desk import Operations as Reading

    Row = Followed | ScheduledRow

_GROW_SECONDS: Final = 1.0


class Operations(OperationActions):
    """Every operation, the newest first."""

    NOTHING: ClassVar[str] = (
        "Nothing was done yet: 2 leads to the racers, where e, p and P begin an operation."
    )
    FROM_TOP: ClassVar[bool] = True
    """Whether what comes in above is seen at once; what keys are for stays under the cursor."""
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.OPERATION, RecordKind.SYNC_STATE}
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("retry", "settle", "set_aside", "edit", "earlier", "later", "cancel"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "app.command_palette", "undo", "menu"),
    )
    AUTO_FOCUS = "ChosenTable"
    BINDING_GROUP_TITLE = "Operations"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="enter", tooltip="Open the operation"),
        *KEYS,
        *QUEUE_KEYS,
        Binding("u", "undo", "undo", tooltip="Undo the operation under the cursor"),
        Binding("o", "queue", "The queue: what is on its way, in its order", show=False),
        Binding("E", "export", "Export everything to a folder", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._table: ChosenTable[Row] = ChosenTable(
            OPERATION_COLUMNS,
            self._cell,
            self._fetch,
            empty=READING if self.is_open else OPENING,
            moved=self._moved,
        )
        self._lane: Lane[Sequence[int], Reading] = Lane(self, self._read, self._show, self.failed)
        self._refused: tuple[str, ...] = ()
        self._pacing: Pacing | None = None
        self._pacer = Facts(self._draw_pacer)
        self._minute = -1

    def content(self) -> Iterable[Widget]:
        """The table, and what is sent at the most."""
        return [self._table, self._pacer]

    def on_mount(self) -> None:
        """Keep the rate and the time left up to date."""
        self.set_interval(_GROW_SECONDS, self._grow)

    # What the table shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the table again."""
        del kinds
        self._lane.ask(tuple(self._table.visible_keys))

    def _grow(self) -> None:
        """Let the rate and the time left follow while something is delivered, and the pacer."""
        if self.is_current:
            self._pacer.renew()
        glance = self.context.glance
        progress = None if glance is None else glance.progress
        moves = progress is not None and progress.per_second
        minute = self.desk.now().minute if self.is_open else self._minute
        if self.is_current and (moves or minute != self._minute):
            self._minute = minute  # how far ahead a set time is
            self.reload(self.KINDS)

    def _read(self, visible: Sequence[int]) -> "Reading":
        return self.desk.log.read(visible)

    def _show(self, _: Sequence[int], reading: "Reading") -> None:
        self._table.empty = self.NOTHING
        self._table.show(reading.numbers, reading.rows, from_top=self.FROM_TOP)
        self._pacing = reading.pacer
        self._pacer.renew()
        self._moved()

    def _draw_pacer(self, width: int) -> Lines:
        row, now = self._table.cursor_row, self.desk.now()
        text = "" if self._pacing is None else self._pacing.text(now)
        if isinstance(row, ScheduledRow):
            text = f"S{row.it.number}: {row.it.title()}: {row.state_text(now)}"
        if not text:
            return []
        return Content.styled(text, "$foreground-muted").wrap(max(2, width))

    def _cell(self, row: "Row", placed: PlacedColumn) -> Cell:
        if isinstance(row, ScheduledRow):
            return scheduled_cell(row, placed, self.desk.now())
        return operation_cell(row, placed, self.desk.now())

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, "Row"]:
        try:
            return self.desk.log.rows(keys)
        except ProblemError as problem:
            self.failed(str(problem))
            return {}

    # What is done to the one under the cursor

    def _moved(self) -> None:
        """Draw the keys again where another row refuses others."""
        refused = tuple(self.refusal(action) for action in HANDLINGS)
        if refused != self._refused:
            self._refused = refused
            self.drop_untrue()
            self._keys.refresh()
        self._pacer.renew()

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        row = self._table.cursor_row
        if action not in (*HANDLINGS, "open"):
            return ""
        if row is None:
            return "there is no operation"
        return row.refusal(HANDLINGS[action]) if action in HANDLINGS else ""

    def flow(self, action: str) -> "Flow":
        """What is done to the one under the cursor."""
        if isinstance(self._table.cursor_row, ScheduledRow):
            from drtui.screens.schedule_flows import FLOWS

            return FLOWS[action]
        return super().flow(action)

    def entry_title(self, action: str) -> str:
        """Count whom an action is for."""
        row = self._table.cursor_row
        if isinstance(row, ScheduledRow):
            return f"Cancel S{row.it.number}" if action == "cancel" else ""
        return "" if row is None else deed_title(action, row.operation)

    def subject(self) -> Subject:
        """The operation under the cursor."""
        row = self._table.cursor_row
        if row is None:
            return super().subject()
        if isinstance(row, ScheduledRow):
            from drtui.screens.schedule_flows import one_scheduled

            return one_scheduled(row)
        of = row.owner(Handling.CANCEL)
        return one_operation(row.operation.operation_id, row.operation.what, of=of)

    def action_queue(self) -> None:
        """Show what is on its way, in the order of delivery."""
        from drtui.screens.queue import QueueScreen

        if self.is_open:
            self.app.push_screen(QueueScreen(self.context))

    def action_open(self) -> None:
        """Show the operation with all its targets; what was scheduled, with what may be done."""
        key = self._table.cursor_key
        if isinstance(self._table.cursor_row, ScheduledRow):
            self.act("open")
        elif key is not None and self.is_open:
            self.app.push_screen(OperationScreen(self.context, key))
