"""Monitor usage: the account's totals, the sponsored users, and what can be done to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Label

from drtui.domain.changes import RecordKind
from drtui.domain.filters import Everything, Expression
from drtui.domain.problems import ProblemError
from drtui.domain.records import SponsoredUser
from drtui.domain.text import clean
from drtui.domain.wording import counted, noun
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import FirstShown, OpenRacer
from drtui.screens.racer_actions import FOR_RACERS, RacerActions
from drtui.screens.racers import COLUMNS, SORTS, USUAL_COLUMNS, racer_cell
from drtui.screens.racers_table import RacersTable
from drtui.screens.subject import Subject
from drtui.screens.views import Glance, Reading, View, ViewState
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.filter_bar import Counts, FilterBar
from drtui.widgets.usage_summary import UsageSummary

_TABLE_KINDS: Final = frozenset(
    {RecordKind.SPONSORED_USER, RecordKind.OPERATION, RecordKind.ACCOUNT_SETTING}
)
_VIEW_KINDS: Final = frozenset({RecordKind.PREFERENCE, RecordKind.SPONSORED_USER})
_FOR_ALL_SHOWN: Final = frozenset({"mark_all", "invert"})
_FOR_SOMEBODY: Final = frozenset({*FOR_RACERS, "copy"})


class MonitorUsage(RacerActions):
    """The racers' table over the store, with filter and marks, and what can be done to racers."""

    PLACE: ClassVar[str] = "usage"
    KINDS: ClassVar[frozenset[RecordKind]] = _TABLE_KINDS | _VIEW_KINDS
    MENU: ClassVar[tuple[str, ...]] = (*FOR_RACERS, "mark_list", "import_tags", "copy")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "tags", "app.command_palette", "sort", "undo", "mark_all"),
    )
    FOR_A_LIST: ClassVar[str] = "For a list of people: esc, then L."
    AUTO_FOCUS = "MarkedTable"
    BINDING_GROUP_TITLE = "Monitor usage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the racers, live"),
        Binding("s", "sort", "sort", tooltip="Choose what to sort by"),
        Binding("S", "reverse", "Reverse the order", show=False),
        Binding("enter", "open", "Open the racer's page", show=False),
        Binding("f", "saved_filters", "Saved filters", show=False),
        Binding("c", "columns", "Choose columns", show=False),
        Binding("L", "mark_list", "Mark from a list or a file", show=False),
        Binding("I", "import_tags", "Import tags from a CSV", show=False),
        Binding("H", "stopped", "Show or hide racers while multi-user mode is off", show=False),
        Binding("i", "summary", "The whole usage summary", show=False),
        Binding("y", "copy", "Copy the emails", show=False),
        Binding("ctrl+r", "bring_back", "Bring the last marks back", show=False, key_display="gm"),
        Binding("escape", "peel", "Leave the range, else clear the filter", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._expression: Expression = Everything()
        self._was_behind = False
        self._was_for_oneself = False
        self._summary = UsageSummary()
        self._bar = FilterBar(self._edited, self._left)
        self._table = RacersTable(
            self._cell, self._fetch, self._count, self._cannot_mark, empty="Opening the store …"
        )
        self._lane: Lane[View, Reading] = Lane(self, self._read, self._show, self.failed)
        self._views: Lane[None, ViewState] = Lane(
            self, lambda _: self.desk.views.state(USUAL_COLUMNS), self._show_views, self.failed
        )
        self._sorted_by = "alias"
        self._reverse = False
        self._stopped = 0  # racers, while multi-user mode is disabled
        self._stopped_shown = False
        self._mode_line = Label("", classes="mode-line", markup=False)
        self._order_shown = ("alias", False)
        self._shown = False

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._summary, self._bar, self._bar.rule, self._mode_line, self._table]

    def on_mount(self) -> None:
        """Show the order."""
        self._table.sorted_by = (self._sorted_by, self._reverse)
        self.watch(self._table, "cursor", self._moved, init=False)

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Use the room there is for the summary."""
        self._summary.roomy = roomy

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the table again, and what the filter knows of the account."""
        if kinds & _TABLE_KINDS:
            self._reload_table()
        if kinds & _VIEW_KINDS and self._shown:
            self._views.ask(None)

    # What the table shows

    def _reload_table(self, *, typed: bool = False) -> None:
        if not self.is_open:
            return
        field, _ = SORTS[self._sorted_by]
        visible = tuple(self._table.visible_keys)
        shown = self._stopped_shown
        view = View(self._expression, field, self._reverse, visible, typed, shown)
        self._lane.ask(view, hurry=typed)

    def _read(self, view: View) -> Reading:
        return self.desk.read(view)

    def _show(self, view: View, reading: Reading) -> None:
        self._show_mode(reading.stopped, shown=view.stopped)
        self._table.empty = self._nothing(view.expression)
        self._table.show(reading.keys, reading.rows, stay=not view.typed)
        if (order := (view.sort, view.reverse)) != self._order_shown:
            self._order_shown = order
            self._table.look_at_first()
        if isinstance(view.expression, Everything) and (view.stopped or not reading.stopped):
            self._table.restrict_marks()
        self._count()
        self.drop_untrue()
        if not self._shown:
            self._shown = True
            self.call_after_refresh(self._first_shown)

    def _first_shown(self) -> None:
        self._views.ask(None)
        self.app.post_message(FirstShown())

    def _show_mode(self, stopped: int, *, shown: bool) -> None:
        """Say that multi-user mode is disabled, and what that does to the list."""
        self._stopped = stopped
        racers = counted(stopped, "racer is", "racers are")
        told = "shown; H hides" if shown else "hidden; H shows"
        them = noun(stopped, "it", "them")
        self._mode_line.update(f"Multi-user mode is disabled: {racers} {told} {them}.")
        self._mode_line.display = bool(stopped)

    def action_stopped(self) -> None:
        """Show the racers, or hide them again, while multi-user mode is disabled."""
        if not self._stopped:
            self.say("Multi-user mode is not disabled: nobody is hidden.")
            return
        self._stopped_shown = not self._stopped_shown
        self._reload_table()

    def _cell(self, user: SponsoredUser, placed: PlacedColumn) -> Cell:
        return racer_cell(user, placed, self.desk.rates)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, SponsoredUser]:
        try:
            return self.desk.racers(keys)
        except ProblemError as problem:
            self.failed(str(problem))
            return {}

    def _nothing(self, expression: Expression) -> str:
        if self._bar.is_behind and not isinstance(expression, Everything):
            return f"Nobody matches “{self._still}”, the last filter that could be read."
        if not isinstance(expression, Everything):
            return "Nobody matches this filter. esc clears it."
        sync = None if self.context.glance is None else self.context.glance.sync
        if sync is None or sync.as_of is not None:
            hidden = self._stopped and not self._stopped_shown
            return f"There are no {'users but racers' if hidden else 'users'} in this account."
        if sync.halted:
            why = f"{sync.key} signs in" if sync.key else sync.halted
            return f"Nothing was read yet: {why}."
        if sync.online is False:
            return "Nothing was read from the account yet, and it does not answer: offline."
        return "Reading the account for the first time …"

    def _count(self) -> None:
        table = self._table
        total = None if self.context.glance is None else self.context.glance.users
        marked = table.marked_count
        shown, order = len(table.keys), table.unseen_order
        still = self._still if self._bar.is_behind else ""
        self._bar.counts.counts = Counts(shown, total, marked, table.hidden_count, order, still)
        self.drop_untrue()
        self._moved()

    def glanced(self, glance: Glance) -> None:
        """Show the totals."""
        known = glance.users > 0 or glance.sync.as_of is not None
        self._summary.summary = glance.summary if known else None
        self._summary.unseen = glance.unseen
        self._table.empty = self._nothing(self._expression)
        self._count()

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

    def begin_filter(self) -> None:
        """Type a filter that takes the place of the present one, which Enter alone keeps."""
        self._bar.begin()
        self._bar.input.select_all()

    def action_peel(self) -> None:
        """Leave the range that is open, else clear the filter."""
        if not self._table.leave_range():
            self._bar.input.value = ""

    def action_sort(self) -> None:
        """Choose what to sort by; the same again reverses."""
        from drtui.screens.dialogs.sort import SORT_TITLES, SortDialog

        dialog = SortDialog(list(SORT_TITLES), self._sorted_by)
        self.app.push_screen(dialog, self._sort)

    def _sort(self, name: str | None) -> None:
        if name is None:
            return
        if name == self._sorted_by:
            self.action_reverse()
            return
        _, reverse = SORTS[name]
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
        self._show_columns(state.columns or USUAL_COLUMNS)

    def _show_columns(self, names: Sequence[str]) -> None:
        by_name = {column.name: column for column in COLUMNS}
        self._table.columns = [by_name[name] for name in names]
        self._count()

    def action_saved_filters(self) -> None:
        """Use a saved filter, save the present one, or forget one."""
        from drtui.screens import usage_tools

        text = self._bar.input.value
        problem = "" if self._bar.read() is not None else "it cannot be read as it stands"
        self.use_tool(lambda: usage_tools.saved_filters(self, text, problem, self._use_filter))

    def _use_filter(self, text: str) -> None:
        self._bar.input.value = text
        self.set_focus(self._table)

    def action_columns(self) -> None:
        """Choose which columns are shown, and in what order."""
        from drtui.screens import usage_tools

        shown = [column.name for column in self._table.columns]
        self.use_tool(lambda: usage_tools.columns(self, shown, self._show_columns))

    def action_mark_list(self) -> None:
        """Mark whom a pasted list or a file names."""
        from drtui.screens import usage_tools

        marks = self._table.marks
        self.use_tool(lambda: usage_tools.mark_list(self, marks, self._table.mark))

    def action_import_tags(self) -> None:
        """Put labels on racers as a CSV says."""
        from drtui.screens import usage_tools

        self.use_tool(lambda: usage_tools.import_tags(self))

    def action_copy(self) -> None:
        """Copy the emails of the racers that actions are for, one a line."""
        from drtui.screens import usage_tools

        keys = self.subject().keys
        self.use_tool(lambda: usage_tools.copy_emails(self, keys), "copy")

    def action_summary(self) -> None:
        """Show the whole usage summary."""
        from drtui.screens.dialogs.summary import SummaryDialog

        if self.context.glance is not None:
            summary = self.context.glance.summary
            self.app.push_screen(SummaryDialog(summary, self.desk.now()))

    # What is done to racers

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action in _FOR_ALL_SHOWN and self._bar.is_behind:
            return f"the filter cannot be read, and the rows are those of “{self._still}”"
        marked = self._table.marked_count
        if action in _FOR_SOMEBODY and not self._table.keys and not marked:
            return "there is nobody to do it to"
        if action == "change_alias" and marked > 1:
            return f"it is for one racer at a time, and {marked:,} are marked"
        return ""

    def acted(self, action: str) -> None:
        """The marks were for this action."""
        if action in FOR_RACERS:
            self._table.clear_marks()

    @property
    def sole(self) -> int | None:
        """See `RacerActions.sole`; asked at every step of the cursor, however many are marked."""
        marked = self._table.marked_count
        if marked == 1:
            return next(iter(self._table.marks))
        return None if marked else self._table.cursor_key

    def _moved(self) -> None:
        """Draw the keys again where the cursor comes to one's own row, or leaves it."""
        if self.for_oneself is not self._was_for_oneself:
            self._was_for_oneself = self.for_oneself
            self.drop_untrue()
            self._keys.refresh()

    def subject(self) -> Subject:
        """The marked racers, else the one under the cursor."""
        marks = self._table.marks
        if not marks:
            key = self._table.cursor_key
            keys = () if key is None else (key,)
            name = "" if key is None else self._table.alias_of(key)
            return Subject(keys, frozenset(keys), marked=False, hidden=0, name=name)
        shown = [key for key in self._table.keys if key in marks]
        hidden = sorted(marks.difference(shown))
        name = self._table.alias_of(*marks) if len(marks) == 1 else ""
        return Subject((*shown, *hidden), frozenset(), True, len(hidden), name)

    def action_open(self) -> None:
        """Open the page of the racer under the cursor."""
        if self._table.cursor_key is not None:
            self.app.post_message(OpenRacer(self._table.cursor_key))

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
