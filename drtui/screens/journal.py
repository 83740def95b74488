"""The journal: who did what, when, with what result; the newest first."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import Language
from drtui.domain.filters import Everything, Expression
from drtui.domain.journal_fields import JOURNAL
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.base import READING, ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.operation_cells import when_cell
from drtui.widgets.cells import Cell, Run, Tone, fit_words
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.filter_bar import Counts, FilterBar
from drtui.widgets.sync_status import local

if TYPE_CHECKING:  # brings the store
    from drtui.commands.journal import JournalView
    from drtui.store.journal import JournalEntry

JOURNAL_COLUMNS: Final = (
    Column("when", "When", 11, most=19, rank=-1, least=8),
    Column("who", "Who", 6, most=14),
    Column("user", "User", 6, most=18, rank=2),
    Column("what", "What", 22, most=60, least=12),
    Column("result", "Result", 26, most=70, least=12),
    Column("operation", "#", 3, most=6, right=True),
)
_HINT: Final = "filter: words, who:ada what:pause result:failed when>=2026-05 …"
_NONE: Final = "Nothing was done yet."
_NO_MATCH: Final = "No line matches this filter. esc clears it."
_WHOLE: Final = 19  # cells for all of a time


class _Question(NamedTuple):
    expression: Expression
    visible: Sequence[int]
    typed: bool


class JournalScreen(ConsoleScreen):
    """Every line of the journal, found by words and fields."""

    PLACE: ClassVar[str] = "operations"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset({RecordKind.JOURNAL})
    AUTO_FOCUS = "ChosenTable"
    BINDING_GROUP_TITLE = "The journal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "peel", "back", key_display="esc", tooltip="Clear the filter, else back"),
        Binding("J,minus", "leave", "Back", key_display="J", show=False),
        Binding("enter", "open", "whole", key_display="enter", tooltip="Show this line whole"),
        Binding("/", "filter", "filter", tooltip="Filter by words and fields"),
        Binding("o", "operation", "operation", tooltip="The operation that it is about"),
        Binding("y", "copy", "copy", tooltip="Copy this line"),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._bar = FilterBar(self._edited, self._left, JOURNAL, _HINT)
        self._table: ChosenTable[JournalEntry] = ChosenTable(
            JOURNAL_COLUMNS, self._cell, self._fetch, empty=READING
        )
        self._lane: Lane[_Question, JournalView] = Lane(self, self._read, self._show, self.failed)
        self._expression: Expression = Everything()

    def content(self) -> Iterable[Widget]:
        """The filter, and the lines."""
        return [self._bar, self._bar.rule, self._table]

    @property
    def language(self) -> Language:
        """What its filter can name, for the help."""
        return JOURNAL

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read it again."""
        del kinds
        self._ask()

    def _ask(self, *, typed: bool = False) -> None:
        if self.is_open:
            visible = tuple(self._table.visible_keys)
            self._lane.ask(_Question(self._expression, visible, typed), hurry=typed)

    def _read(self, question: _Question) -> "JournalView":
        return self.desk.log.journal(question.expression, question.visible)

    def _show(self, question: _Question, view: "JournalView") -> None:
        self._table.empty = _NO_MATCH if view.total else _NONE
        self._table.show(view.numbers, view.rows, stay=not question.typed, follow=True)
        self._bar.counts.counts = self._counts(len(view.numbers), view.total)
        self.drop_untrue()
        self._keys.refresh()

    def _counts(self, shown: int, total: int | None) -> Counts:
        """Say of which filter the lines are while what is typed cannot be read."""
        still = ""
        if self._bar.is_behind:
            still = clean(self._bar.standing.text.strip()) or "no filter"
        return Counts(shown, total, still=still, marks=False)

    def _cell(self, entry: "JournalEntry", placed: PlacedColumn) -> Cell:
        match placed.column.name:
            case "when":
                cell = [Run(_when(entry.at, self.desk.now(), placed.width), Tone.DIM)]
            case "who":
                cell = [Run(clean(entry.who))]
            case "user":
                cell = [Run(clean(entry.account_user), Tone.DIM)]
            case "what":
                cell = [Run(fit_words(" ".join(clean(entry.what).split()), placed.width))]
            case "result":
                cell = [Run(fit_words(clean(entry.result), placed.width))]
            case _:
                number = "" if entry.operation_id is None else str(entry.operation_id)
                cell = [Run(number, Tone.DIM)]
        return cell

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, "JournalEntry"]:
        try:
            return self.desk.log.journal_entries(keys)
        except ProblemError as problem:
            self.failed(str(problem))
            return {}

    # The filter

    def _edited(self, _: str, *, whole: bool = False) -> None:
        self._bar.read(whole=whole)
        expression = self._bar.standing.expression
        counts = self._bar.counts.counts
        self._bar.counts.counts = self._counts(counts.shown, counts.total)
        if expression != self._expression:
            self._expression = expression
            self._ask(typed=True)

    def _left(self, keep: bool) -> None:
        if not keep:
            self._bar.input.value = ""
        self._edited(self._bar.input.value, whole=True)
        if self._bar.is_unreadable:
            self._bar.insist()
        else:
            self.set_focus(self._table)

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.begin()

    def action_peel(self) -> None:
        """Clear the filter, else go back."""
        if self._bar.input.value:
            self._bar.input.value = ""
            self._edited("", whole=True)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    # The line under the cursor

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        entry = self._table.cursor_row
        if action in ("open", "copy", "operation") and entry is None:
            return "there is no line"
        if action == "operation" and entry is not None and entry.operation_id is None:
            return "it is about no operation"
        return ""

    def action_open(self) -> None:
        """Show the line whole, and from there its operation."""
        self._with_entry("open", self._show_whole)

    def action_copy(self) -> None:
        """Copy the line."""
        self._with_entry("copy", self._copy)

    def action_operation(self) -> None:
        """Show the operation that the line is about."""
        entry = self._table.cursor_row
        if not self._refuses("operation") and entry is not None:
            self._go_to(entry)

    def _with_entry(self, action: str, tool: "Callable[[JournalEntry], Awaitable[None]]") -> None:
        entry = self._table.cursor_row
        if entry is None:
            self._refuses(action)
        else:
            self.use_tool(partial(tool, entry), action)

    async def _show_whole(self, entry: "JournalEntry") -> None:
        from drtui.screens.dialogs.journal_entry import JournalEntryDialog
        from drtui.screens.tools import ask

        if await ask(self, JournalEntryDialog(entry, self.desk.now())):
            self._go_to(entry)

    async def _copy(self, entry: "JournalEntry") -> None:
        from drtui.commands.journal import entry_text
        from drtui.screens.tools import copy_and_show

        await copy_and_show(self, entry_text(entry), "one line of the journal")

    def _go_to(self, entry: "JournalEntry") -> None:
        if entry.operation_id is not None:
            from drtui.screens.operation_page import OperationScreen

            self.app.push_screen(OperationScreen(self.context, entry.operation_id))


def _when(at: datetime, now: datetime, width: int) -> str:
    """All of a time where there is room, else as in Operations, with the seconds."""
    if width >= _WHOLE:
        return f"{local(at):%Y-%m-%d %H:%M:%S}"
    return when_cell(at, now, width, seconds=True)
