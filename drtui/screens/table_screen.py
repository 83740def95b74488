"""A screen with one table of the store: its filter, order, marks and columns."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual.widget import Widget

from drtui.domain.filter_fields import Language
from drtui.domain.filters import Everything, Expression
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.base import ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.filtered_table import FilteredTable
from drtui.screens.lane import Lane
from drtui.screens.views import View, ViewState
from drtui.widgets.cells import Cell
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.filter_bar import Counts, FilterBar

Row = TypeVar("Row")
Found = TypeVar("Found")
_FOR_ALL_SHOWN: Final = frozenset({"mark_all", "invert"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table can show.

    Attributes:
        name: What its columns are remembered by.
        language: What its filter can name.
        columns: All there are, in the usual order.
        titles: What each column is called where it is chosen.
        usual: The columns that are shown where nothing was chosen.
        always: Those of them that cannot be hidden.
        sorts: By what it can be sorted: the field of the store, and whether the largest comes
            first.
        first: What it is sorted by to begin with.
        nobody: How a sentence begins that says that no row matches.
        hint: What stands in the filter while nothing is typed.
    """

    name: str
    language: Language
    columns: Sequence[Column]
    titles: Mapping[str, str]
    usual: tuple[str, ...]
    always: tuple[str, ...]
    sorts: Mapping[str, tuple[str, bool]]
    first: str
    nobody: str
    hint: str


class TableScreen(ConsoleScreen, Generic[Row, Found]):
    """A table over the store with filter and marks.

    Bindings are each screen's own, since their order is that of its help.
    """

    SHEET: ClassVar[Sheet]
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset()
    """The actions that need a row."""
    AUTO_FOCUS = "MarkedTable"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        sheet = self.SHEET
        self._expression: Expression = Everything()
        self._was_behind = False
        self._bar = FilterBar(self._edited, self._left, sheet.language, sheet.hint)
        self._table: FilteredTable[Row] = FilteredTable(
            sheet.columns,
            self._cell,
            self._fetch,
            self._count,
            refuses=self._cannot_mark,
            called=self._name_of,
            titles=self._sort_titles,
            empty="Opening the store …",
        )
        self._lane: Lane[View, Found] = Lane(self, self._read, self._show, self.failed)
        self._views: Lane[None, ViewState] = Lane(
            self, self._read_views, self._show_views, self.failed
        )
        self._sorted_by, self._reverse = sheet.first, False
        self._order_shown = (sheet.sorts[sheet.first][0], False)

    def on_mount(self) -> None:
        """Show the order."""
        self._table.sorted_by = (self._sorted_by, self._reverse)
        self.watch(self._table, "cursor", self._moved, init=False)

    # What a screen fills in

    @abstractmethod
    def _read(self, view: View) -> Found:
        """Read the keys of a view, and the rows of those that are visible now; in a thread."""

    @abstractmethod
    def _rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """Read rows by key; those that are gone are left out."""

    @abstractmethod
    def _show(self, view: View, found: Found) -> None:
        """Show what was read; see `_take`."""

    @abstractmethod
    def _cell(self, row: Row, placed: PlacedColumn) -> Cell:
        """Return a row's cell for a column."""

    @abstractmethod
    def _name_of(self, row: Row) -> str:
        """Return what a row is called."""

    @abstractmethod
    def _none_there(self) -> str:
        """Say why there is no row although nothing is filtered."""

    @abstractmethod
    def _total(self) -> int | None:
        """How many rows there are, shown or not; None where that is not known."""

    @abstractmethod
    def _sort_titles(self) -> Mapping[str, str]:
        """What each thing that rows can be sorted by is called."""

    @abstractmethod
    def _sort_letters(self) -> Mapping[str, str]:
        """What chooses each of them."""

    @abstractmethod
    def _read_views(self, _: None) -> ViewState:
        """Read what the filter knows, and which columns were chosen; in a thread."""

    def _view(self, visible: Sequence[int], *, typed: bool) -> View:
        """Return which rows to ask for."""
        field, _ = self.SHEET.sorts[self._sorted_by]
        return View(self._expression, field, self._reverse, visible, typed)

    # What the table shows

    def _reload_table(self, *, typed: bool = False) -> None:
        if self.is_open:
            view = self._view(tuple(self._table.visible_keys), typed=typed)
            self._lane.ask(view, hurry=typed)

    def _take(
        self, view: View, keys: Sequence[int], rows: Mapping[int, Row], *, whole: bool
    ) -> None:
        """Show keys and rows.

        Args:
            view: What was asked for.
            keys: In order.
            rows: Those that were asked for.
            whole: Whether an empty filter shows all that are there, so that other marks are over.
        """
        self._table.empty = self._nothing(view.expression)
        self._table.show(keys, rows, stay=not view.typed)
        if (order := (view.sort, view.reverse)) != self._order_shown:
            self._order_shown = order
            self._table.look_at_first()
        if isinstance(view.expression, Everything) and whole:
            self._table.restrict_marks()
        self._count()
        self.drop_untrue()

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        try:
            return self._rows(keys)
        except ProblemError as problem:
            self.failed(str(problem))
            return {}

    def _nothing(self, expression: Expression) -> str:
        nobody = self.SHEET.nobody
        if self._bar.is_behind and not isinstance(expression, Everything):
            return f"{nobody} matches “{self._still}”, the last filter that could be read."
        if not isinstance(expression, Everything):
            return f"{nobody} matches this filter. esc clears it."
        return self._none_there()

    def _never_read(self) -> str:
        """Say why nothing was read from the account yet; empty when something was."""
        sync = None if self.context.glance is None else self.context.glance.sync
        if sync is None or sync.as_of is not None:
            return ""
        if sync.halted:
            why = f"{sync.key} signs in" if sync.key else sync.halted
            return f"Nothing was read yet: {why}."
        if sync.online is False:
            return "Nothing was read from the account yet, and it does not answer: offline."
        return "Reading the account for the first time …"

    def _count(self) -> None:
        table = self._table
        still = self._still if self._bar.is_behind else ""
        shown, marked = len(table.keys), table.marked_count
        hidden, order = table.hidden_count, table.unseen_order
        self._bar.counts.counts = Counts(shown, self._total(), marked, hidden, order, still)
        self.drop_untrue()
        self._moved()

    def _moved(self) -> None:
        """The cursor came to another row, or other rows are marked."""

    # Filter and order

    def _edited(self, _: str, *, whole: bool = False) -> None:
        self._bar.read(whole=whole)
        expression = self._bar.standing.expression
        if self._bar.is_behind != self._was_behind:
            self._was_behind = self._bar.is_behind
            self._table.empty = self._nothing(expression)
            self._count()
        if expression != self._expression:
            self._expression = expression
            self._reload_table(typed=True)

    @property
    def _still(self) -> str:
        """The last filter that could be read, whose rows are shown."""
        return clean(self._bar.standing.text.strip()) or "no filter"

    def _left(self, keep: bool) -> None:
        if not keep:
            self._bar.input.value = ""
        self._edited(self._bar.input.value, whole=True)
        if self._bar.is_unreadable:
            self._bar.insist()  # rows of another filter are not what was asked for
        else:
            self.set_focus(self._table)

    def _cannot_mark(self, action: str) -> bool:
        return bool(self.refusal(action)) and self._refuses(action)

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.begin()

    def action_peel(self) -> None:
        """Leave the range that is open, else clear the filter."""
        if not self._table.leave_range():
            self._bar.input.value = ""

    def action_sort(self) -> None:
        """Choose what to sort by; the same again reverses."""
        from drtui.screens.dialogs.sort import SortDialog

        titles = self._sort_titles()
        dialog = SortDialog(list(titles), self._sorted_by, titles, self._sort_letters())
        self.app.push_screen(dialog, self._sort)

    def _sort(self, name: str | None) -> None:
        if name is None:
            return
        if name == self._sorted_by:
            self.action_reverse()
            return
        _, reverse = self.SHEET.sorts[name]
        self._order(name, reverse=reverse)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._order(self._sorted_by, reverse=not self._reverse)

    def _order(self, name: str, *, reverse: bool) -> None:
        self._sorted_by, self._reverse = name, reverse
        self._table.sorted_by = (name, reverse)
        if self._table.unseen_order:
            self.say(f"Sorted by {self._table.unseen_order}")
        self._reload_table()

    # What the filter knows, and which columns there are

    def _show_views(self, _: None, state: ViewState) -> None:
        self._bar.vocabulary = state.vocabulary
        self._show_columns(state.columns or self.SHEET.usual)

    def _show_columns(self, names: Sequence[str]) -> None:
        by_name = {column.name: column for column in self.SHEET.columns}
        self._table.columns = [by_name[name] for name in names]
        self._count()

    def action_saved_filters(self) -> None:
        """Use a saved filter, save the present one, or forget one."""
        from drtui.screens import usage_tools

        text = self._bar.input.value
        problem = "" if self._bar.read() is not None else "it cannot be read as it stands"
        language = self.SHEET.language
        self.use_tool(
            lambda: usage_tools.saved_filters(self, text, problem, self._use_filter, language)
        )

    def _use_filter(self, text: str) -> None:
        self._bar.input.value = text
        self.set_focus(self._table)

    def action_columns(self) -> None:
        """Choose which columns are shown, and in what order."""
        from drtui.screens import usage_tools

        shown = [column.name for column in self._table.columns]
        self.use_tool(lambda: usage_tools.columns(self, self.SHEET, shown, self._show_columns))

    # What is done to rows

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action in _FOR_ALL_SHOWN and self._bar.is_behind:
            return f"the filter cannot be read, and the rows are those of “{self._still}”"
        if action in self.FOR_SOMEBODY and not self._table.keys and not self._table.marked_count:
            return self._nobody_there()
        return ""

    def _nobody_there(self) -> str:
        """Say that there is no row to do it to."""
        return "there is nobody to do it to"

    def action_menu(self) -> None:
        """Open the Actions menu; behind a `g`, bring the last marks back."""
        if self.context.gate.before == "g":
            self._table.jump_back()  # the `g` alone went to the top
            self.action_bring_back()
        else:
            super().action_menu()

    def action_bring_back(self) -> None:
        """Mark again what was marked before marks were last cleared."""
        if not self._table.bring_back():
            self.say("There are no marks to bring back.")

    def _marked_keys(self) -> tuple[tuple[int, ...], int]:
        """Return the marked keys, those that are shown first, and how many are hidden."""
        marks = self._table.marks
        shown = [key for key in self._table.keys if key in marks]
        hidden = sorted(marks.difference(shown))
        return (*shown, *hidden), len(hidden)

    def _beside_table(self) -> Iterable[Widget]:
        """The filter, and the line below it."""
        return [self._bar, self._bar.rule]
