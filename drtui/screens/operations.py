"""Operations: everything that was asked for, and what became of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.problems import ProblemError
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.operation_actions import HANDLINGS, KEYS, QUEUE_KEYS, OperationActions
from drtui.screens.operation_cells import OPERATION_COLUMNS, operation_cell
from drtui.screens.operation_flows import one_operation
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operation_titles import deed_title
from drtui.screens.subject import Subject
from drtui.widgets.cells import Cell
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:  # brings the store
    from drtui.commands.operations import Followed
    from drtui.commands.pacing import Pacing
    from drtui.screens.log_desk import Operations as Reading

_GROW_SECONDS: Final = 1.0
_NONE: Final = "Nothing was done yet: 2 leads to the racers, where e, p and P begin an operation."


class Operations(OperationActions):
    """Every operation, the newest first."""

    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.OPERATION, RecordKind.SYNC_STATE}
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("retry", "settle", "set_aside", "edit", "earlier", "later", "cancel"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "app.command_palette", "undo", "app.help", "menu"),
    )
    AUTO_FOCUS = "ChosenTable"
    BINDING_GROUP_TITLE = "Operations"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="enter", tooltip="Open the operation"),
        *KEYS,
        *QUEUE_KEYS,
        Binding("u", "undo", "undo", tooltip="Undo the operation under the cursor"),
        Binding("E", "export", "Export everything to a folder", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._table: ChosenTable[Followed] = ChosenTable(
            OPERATION_COLUMNS,
            self._cell,
            self._fetch,
            empty="Opening the store …",
            moved=self._moved,
        )
        self._lane: Lane[Sequence[int], Reading] = Lane(self, self._read, self._show, self.failed)
        self._refused: tuple[str, ...] = ()
        self._pacing: Pacing | None = None
        self._pacer = Facts(self._draw_pacer)

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
        if self.is_current and progress is not None and progress.per_second:
            self.reload(self.KINDS)

    def _read(self, visible: Sequence[int]) -> "Reading":
        return self.desk.log.read(visible)

    def _show(self, _: Sequence[int], reading: "Reading") -> None:
        self._table.empty = _NONE
        self._table.show(reading.numbers, reading.rows, follow=True)
        self._pacing = reading.pacer
        self._pacer.renew()
        self._moved()

    def _draw_pacer(self, width: int) -> Lines:
        text = "" if self._pacing is None else self._pacing.text(self.desk.now())
        if not text:
            return []
        return Content.styled(text, "$foreground-muted").wrap(max(2, width))

    def _cell(self, followed: "Followed", placed: PlacedColumn) -> Cell:
        return operation_cell(followed, placed, self.desk.now())

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, "Followed"]:
        try:
            return self.desk.log.operations(keys)
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

    def entry_title(self, action: str) -> str:
        """Count whom an action is for."""
        row = self._table.cursor_row
        return "" if row is None else deed_title(action, row.operation)

    def subject(self) -> Subject:
        """The operation under the cursor."""
        row = self._table.cursor_row
        if row is None:
            return super().subject()
        return one_operation(row.operation.operation_id, row.operation.what)

    def action_open(self) -> None:
        """Show the operation with all its targets."""
        key = self._table.cursor_key
        if key is not None and self.is_open:
            self.app.push_screen(OperationScreen(self.context, key))
