"""Monitor usage: the account's totals, the sponsored users, and what can be done to them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Label

from drtui.domain.changes import RecordKind
from drtui.domain.filters import Everything, Expression, FilterError, parse
from drtui.domain.problems import ProblemError
from drtui.domain.records import SponsoredUser
from drtui.domain.spending import Rates
from drtui.screens.actions import Actions, Subject
from drtui.screens.dialogs.sort import SORT_TITLES, SortDialog
from drtui.screens.lane import Lane
from drtui.screens.messages import StoreChanged, StoreOpened
from drtui.screens.racers import COLUMNS, SORTS, racer_cell
from drtui.screens.views import Glance, Reading, View
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.filter_bar import Counts, FilterBar, FilterRule
from drtui.widgets.key_line import KeyLine
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.message_line import MessageLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall
from drtui.widgets.sync_status import SyncStatus
from drtui.widgets.usage_summary import UsageSummary

if TYPE_CHECKING:
    from drtui.screens.desk import Desk

_ROOMY: Final = (100, 30)
_LEFT_OUT_FIRST: Final = ("app.quit", "range", "sort", "mark_all", "app.command_palette", "undo")
_TABLE_KINDS: Final = frozenset({RecordKind.SPONSORED_USER, RecordKind.OPERATION})
_NEED_ROWS: Final = frozenset({"set_quotas", "pause", "resume"})


class MonitorUsage(GuardedScreen[None]):
    """The racers' table over the store, with filter and marks, and the three bulk actions.

    Args:
        account: The account's name.
        simulated: Whether it is a simulated one.
        wake: Called when there is something for the engine to do.
    """

    AUTO_FOCUS = "MarkedTable"
    BINDING_GROUP_TITLE = "Monitor usage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the racers, live"),
        Binding("s", "sort", "sort", tooltip="Choose what to sort by"),
        Binding("S", "reverse", "Reverse the order", show=False),
        Binding("e", "set_quotas", "quotas", tooltip="Set usage quotas"),
        Binding("p", "pause", "pause", tooltip="Pause sponsorship"),
        Binding("P", "resume", "resume", tooltip="Resume sponsorship"),
        Binding("u", "undo", "undo", tooltip="Undo your last operation"),
        Binding("r", "reload", "Reload from the store", show=False),
        Binding("R", "sync", "Sync with the account now", show=False),
        Binding("escape", "peel", "Leave the range, else clear the filter", show=False),
    ]

    def __init__(self, account: str, *, simulated: bool, wake: Callable[[], None]) -> None:
        super().__init__()
        self._desk: Desk | None = None
        self._glance: Glance | None = None
        self._wake = wake
        self._expression: Expression = Everything()
        self._status = SyncStatus(account, simulated=simulated)
        self._trouble = Label("", id="trouble", markup=False)
        self._summary = UsageSummary()
        self._bar = FilterBar(self._edited, self._left)
        self._rule = FilterRule()
        self._table: MarkedTable[SponsoredUser] = MarkedTable(
            COLUMNS, self._cell, self._fetch, self._count, empty="Opening the store …"
        )
        self._line = MessageLine()
        self._keys = KeyLine(_LEFT_OUT_FIRST)
        self._table_lane: Lane[View, Reading] = Lane(self, self._read, self._show, self._failed)
        self._glance_lane: Lane[None, Glance] = Lane(
            self, lambda _: self._open_desk.glance(), self._show_glance, self._failed
        )
        self._sorted_by = "alias"
        self._reverse = False

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom."""
        yield self._status
        yield self._trouble
        yield self._summary
        yield self._bar
        yield self._rule
        yield self._table
        yield self._line
        yield self._keys
        yield TooSmall()

    def on_mount(self) -> None:
        """Show the order; let the clock tick."""
        self._table.sorted_by = (self._sorted_by, self._reverse)
        self.set_interval(1.0, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is."""
        width, height = event.size
        roomy = width >= _ROOMY[0] and height >= _ROOMY[1]
        self.set_class(roomy, "-roomy")
        self._summary.roomy = roomy

    @on(StoreOpened)
    def _opened(self, event: StoreOpened) -> None:
        self._desk = event.desk
        self._reload_table()
        self._glance_lane.ask(None)

    @on(StoreChanged)
    def _changed(self, event: StoreChanged) -> None:
        if event.kinds & _TABLE_KINDS:
            self._reload_table()
        self._glance_lane.ask(None)

    @property
    def _open_desk(self) -> "Desk":
        assert self._desk is not None, "asked only when the store is open"
        return self._desk

    def _tick(self) -> None:
        if self._desk is not None:
            self._status.now = self._desk.now()

    # What the table shows

    def _reload_table(self, *, typed: bool = False) -> None:
        if self._desk is None:
            return
        field, _ = SORTS[self._sorted_by]
        visible = tuple(self._table.visible_keys)
        view = View(self._expression, field, self._reverse, visible, typed)
        self._table_lane.ask(view, hurry=typed)

    def _read(self, view: View) -> Reading:
        return self._open_desk.read(view)

    def _show(self, view: View, reading: Reading) -> None:
        first = not self._table.keys
        self._table.empty = self._nothing(view.expression)
        self._table.show(reading.keys, reading.rows, stay=not view.typed)
        if isinstance(view.expression, Everything):
            self._table.restrict_marks()
        self._count()
        if first:
            self._keys.refresh()
            self.run_worker(lambda: parse("warm"), thread=True)  # the parser's import

    def _cell(self, user: SponsoredUser, placed: PlacedColumn) -> Cell:
        return racer_cell(user, placed, self._open_desk.rates)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, SponsoredUser]:
        try:
            return self._open_desk.racers(keys)
        except ProblemError as problem:
            self._failed(str(problem))
            return {}

    def _nothing(self, expression: Expression) -> str:
        if not isinstance(expression, Everything):
            return "Nobody matches this filter. esc clears it."
        sync = None if self._glance is None else self._glance.sync
        if sync is None or sync.as_of is not None:
            return "There are no users in this account."
        if sync.online is False:
            return "Nothing was read from the account yet, and it does not answer: offline."
        return "Reading the account for the first time …"

    def _count(self) -> None:
        table = self._table
        total = None if self._glance is None else self._glance.users
        marked = table.marked_count
        self._bar.counts.counts = Counts(len(table.keys), total, marked, table.hidden_count)

    def _show_glance(self, _: None, glance: Glance) -> None:
        self._glance = glance
        self._status.now = self._open_desk.now()
        self._status.view = glance.sync
        self._trouble.update(glance.sync.trouble)
        self._trouble.display = bool(glance.sync.trouble)
        known = glance.users > 0 or glance.sync.as_of is not None
        self._summary.summary = glance.summary if known else None
        self._line.progress = glance.progress
        self._table.empty = self._nothing(self._expression)
        self._keys.refresh()
        self._count()

    def _failed(self, sentence: str) -> None:
        self._line.say(sentence, wrong=True)

    # Filter and order

    def _edited(self, text: str) -> None:
        try:
            expression = parse(text)
        except FilterError as error:
            self._rule.problem = (self._bar.place_of(error.position), error.message)
            return
        self._rule.problem = None
        if expression != self._expression:
            self._expression = expression
            self._reload_table(typed=True)

    def _left(self, keep: bool) -> None:
        if not keep:
            self._bar.input.value = ""
        self._table.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.input.focus()

    def action_peel(self) -> None:
        """Leave the range that is open, else clear the filter."""
        if not self._table.leave_range():
            self._bar.input.value = ""

    def action_sort(self) -> None:
        """Choose what to sort by; the same again reverses."""
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
        self._reload_table()

    def action_reload(self) -> None:
        """Read everything from the store again."""
        self._reload_table()
        self._glance_lane.ask(None)

    def action_sync(self) -> None:
        """Ask the engine to deliver and to read now."""
        self._wake()
        self._line.say("Asked for a sync with the account.")

    # What is done to racers

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if action not in _NEED_ROWS and action != "undo":
            return ""
        if self._glance is None:
            return "the store is not open yet"
        if action == "undo":
            return "" if self._glance.operations else "nothing is done yet"
        if not self._table.keys and not self._table.marked_count:
            return "there is nobody to do it to"
        return ""

    def _act(self, action: str) -> None:
        if reason := self.refusal(action):
            self._line.say(f"Not now: {reason}.", wrong=True)
            return
        assert self._glance is not None
        actions = Actions(self, self._open_desk, self._glance.sync, self._line.say)
        self.run_worker(self._carry_out(actions, action), group="acting", exclusive=True)

    async def _carry_out(self, actions: Actions, action: str) -> None:
        if await actions.carry_out(action, self._subject()):
            self._wake()
            if action in _NEED_ROWS:
                self._table.clear_marks()

    def _subject(self) -> Subject:
        marks = self._table.marks
        if not marks:
            key = self._table.cursor_key
            keys = () if key is None else (key,)
            return Subject(keys, named=frozenset(keys), marked=False, hidden=0)
        shown = [key for key in self._table.keys if key in marks]
        hidden = sorted(marks.difference(shown))
        return Subject((*shown, *hidden), frozenset(), marked=True, hidden=len(hidden))

    def action_set_quotas(self) -> None:
        """Set usage quotas."""
        self._act("set_quotas")

    def action_pause(self) -> None:
        """Pause sponsorship."""
        self._act("pause")

    def action_resume(self) -> None:
        """Resume sponsorship."""
        self._act("resume")

    def action_undo(self) -> None:
        """Undo one's own last operation."""
        self._act("undo")

    @property
    def rates(self) -> Rates | None:
        """What estimates are made with; None before the store is open."""
        return None if self._desk is None else self._desk.rates
