"""A screen with one table of the store: its filter, order, marks and columns."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final, Generic, TypeVar

from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import Language
from drtui.domain.filters import Everything, Expression
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.base import OPENING, READING, ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.filtered_table import FilteredTable
from drtui.screens.lane import Lane
from drtui.screens.sheet import Sheet
from drtui.screens.subject import Subject
from drtui.screens.views import Glance, View, ViewState
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.filter_bar import Counts, FilterBar

Row = TypeVar("Row")
Found = TypeVar("Found")
_FIRST_SECONDS: Final = 2.0  # for which keys wait for the first rows
_FOR_ALL_SHOWN: Final = frozenset({"mark_all", "invert"})


class TableScreen(ConsoleScreen, Generic[Row, Found]):
    """A table over the store with filter and marks.

    Bindings are each screen's own, since their order is that of its help; see `sheet` for those
    that are the same everywhere.
    """

    SHEET: ClassVar[Sheet]
    TABLE_KINDS: ClassVar[frozenset[RecordKind]] = frozenset()
    """The kinds of records that the table shows."""
    VIEW_KINDS: ClassVar[frozenset[RecordKind]] = frozenset({RecordKind.PREFERENCE})
    """Those that change what the filter knows, or which columns there are."""
    DONE_TO_ROWS: ClassVar[frozenset[str]] = frozenset()
    """The actions that the marks are over with."""
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset()
    """The actions that need a row."""
    FOR_CURSOR: ClassVar[frozenset[str]] = frozenset({"open", "mark", "range"})
    """The actions for the row under the cursor, whatever is marked."""
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
            titles=sheet.sort_titles,
            empty=READING if self.is_open else OPENING,
        )
        self._lane: Lane[View, Found] = Lane(self, self._read, self._show, self.failed)
        self._views: Lane[None, ViewState] = Lane(
            self, self._read_views, self._show_views, self.failed
        )
        self._sorted_by, self._reverse = sheet.first, False
        self._order_shown = (sheet.sorts[sheet.first][0], False)
        self._answered: View | None = None
        self._was_empty = True

    def on_mount(self) -> None:
        """Show the order."""
        self._table.sorted_by = (self._sorted_by, self._reverse)
        self.watch(self._table, "cursor", self._moved, init=False)

    @property
    def language(self) -> Language:
        """What its filter can name, for the help."""
        return self.SHEET.language

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
    def _read_views(self, _: None) -> ViewState:
        """Read what the filter knows, and which columns were chosen; in a thread."""

    def _view(self, visible: Sequence[int], *, typed: bool) -> View:
        """Return which rows to ask for."""
        field, _ = self.SHEET.sorts[self._sorted_by]
        return View(self._expression, field, self._reverse, visible, typed)

    @abstractmethod
    def _open(self, key: int) -> None:
        """Open the page of a row."""

    # What the table shows

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the table again, and what the filter knows of the account."""
        if kinds & self.TABLE_KINDS:
            self._reload_table()
        if kinds & self.VIEW_KINDS:
            self._views.ask(None)

    def glanced(self, glance: Glance) -> None:
        """Say anew why there is nothing, which the connection may tell."""
        del glance
        self._table.empty = self._nothing(self._expression)

    def _reload_table(self, *, typed: bool = False) -> None:
        if self.is_open:
            if self._answered is None:
                self.context.gate.hold(_FIRST_SECONDS)  # what is typed on is meant for the rows
            view = self._view(tuple(self._table.near_keys), typed=typed)
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
        question = replace(view, visible=(), typed=False)
        if self._answered is None:
            self.context.gate.release()
        again, self._answered = question == self._answered, question
        gone = self._table.answer(keys, rows, stay=not view.typed, again=again)
        if (order := (view.sort, view.reverse)) != self._order_shown:
            self._order_shown = order
            self._table.look_at_first()
        if isinstance(view.expression, Everything) and whole:
            self._table.restrict_marks()
        self._count()
        self.drop_untrue()
        if gone:
            self.say(gone)

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
        if why := self.context.halted:
            return f"Nothing was read yet: {why}."
        if sync.on_purpose:
            return "Nothing was read from the account yet; offline on purpose: F ends that."
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
        """Draw the keys again where there are rows now, or none any more.

        Called when the cursor came to another row, and when other rows are marked.
        """
        empty = not self._table.keys and not self._table.marked_count
        if empty is not self._was_empty:
            self._was_empty = empty
            self._keys.refresh()

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
        if self.refusal(action):
            return self._refuses(action)
        return self._has_slipped(action)

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

        titles = self.SHEET.sort_titles
        dialog = SortDialog(list(titles), self._sorted_by, titles, self.SHEET.sort_letters)
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
            return self.SHEET.nobody_there
        return ""

    def _refuses(self, action: str) -> bool:
        return super()._refuses(action) or self._has_slipped(action)

    def _has_slipped(self, action: str) -> bool:
        """Say, once, that what an action is for is not what the cursor was moved to."""
        for_cursor = action in self.FOR_CURSOR or (
            action in self.FOR_SOMEBODY and not self._table.marked_count
        )
        there = self._table.slipped
        if not there or not for_cursor:
            return False
        self._table.slipped = ""
        self.say(f"Not done: {there} came under the cursor by itself. Again does it.", wrong=True)
        return True

    def acted(self, action: str) -> None:
        """The marks were for this action."""
        if action in self.DONE_TO_ROWS:
            self._table.clear_marks()

    def subject(self) -> Subject:
        """The marked rows, else the one under the cursor."""
        what = self.SHEET.what
        if not self._table.marks:
            key = self._table.cursor_key
            keys = () if key is None else (key,)
            name = "" if key is None else self._table.name_of(key)
            return Subject(keys, frozenset(keys), marked=False, hidden=0, name=name, what=what)
        marked, hidden = self._marked_keys()
        name = self._table.name_of(*marked) if len(marked) == 1 else ""
        return Subject(marked, frozenset(), marked=True, hidden=hidden, name=name, what=what)

    def action_open(self) -> None:
        """Open the page of the row under the cursor."""
        key = self._table.cursor_key
        if key is not None and not self._refuses("open"):
            self._open(key)

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
