"""The roster on the screen: which participants are shown, in what order, and which are chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.roster import RosterRow, Trait
from drtui.screens import roster_cells
from drtui.screens.access_actions import AccessActions
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.roster_cells import COLUMNS, SORT_LETTERS, SORT_TITLES
from drtui.screens.subject import Subject
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn, order_sign
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.filter_bar import Counts, ShownCounts
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.search_line import SearchLine

if TYPE_CHECKING:
    from drtui.screens.participants_desk import RosterPage

_GROW_SECONDS: Final = 1.0
_EMPTY: Final = "No participants yet: l reads a list (email, name, team); then i invites."


class _View(NamedTuple):
    """Which rows are asked for; `typed` when that has just changed."""

    page: "RosterPage"
    text: str
    traits: tuple[Trait, ...]
    sort: str
    reverse: bool
    typed: bool


class Chosen(NamedTuple):
    """Whom an action is for.

    Attributes:
        listed: How many of them a list names.
        number: How many they are, those without an email and a profile included.
    """

    subject: Subject
    listed: int
    number: int


class RosterBar(Horizontal):
    """The line to search in, and how many rows are shown and marked.

    Args:
        search: The line.
        counts: The numbers.
    """

    def __init__(self, search: SearchLine, counts: ShownCounts) -> None:
        super().__init__()
        self._parts = (search, counts)

    def compose(self) -> ComposeResult:
        """Lay them out beside each other."""
        yield from self._parts


class RosterView(AccessActions):
    """A screen with the roster: a search, marks, and whom an action is for."""

    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {
            RecordKind.PARTICIPANT,
            RecordKind.SPONSORED_USER,
            RecordKind.OPERATION,
            RecordKind.PREFERENCE,
        }
    )
    FOR_A_LIST: ClassVar[str] = "For a list of people: esc, then l."
    AUTO_FOCUS = "MarkedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "search", "search", tooltip="Search by words or traits"),
        Binding("f", "choose", "only some", tooltip="Show only those with some traits"),
        Binding("s", "sort", "Choose what to sort by; the same again reverses", show=False),
        Binding("escape", "peel", "Leave range, search, choice, marks, else back", show=False),
        Binding("minus", "leave", "Back to Setup", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self.page: RosterPage | None = None
        self._text = ""
        self._traits: tuple[Trait, ...] = ()
        self._sorted_by, self._reverse = "email", False
        self._known: Chosen | None = None  # whom actions are for, until the marks change
        self._refused: tuple[bool, ...] = ()
        self.head = Facts(self._draw_head, classes="roster-head")
        self._only = Facts(self._draw_only, classes="roster-only")
        self.search = SearchLine("words, or traits (no-model)", self._edited, self._left)
        self._shown = ShownCounts()
        self.table: MarkedTable[RosterRow] = MarkedTable(
            COLUMNS, self._cell, self._fetch, self._count, empty="Reading the roster …"
        )
        self._lane: Lane[None, RosterPage] = Lane(
            self, lambda _: self.desk.participants.page(), self.take, self.failed
        )
        self._sifting: Lane[_View, list[int]] = Lane(self, _sift, self._show, self.failed)

    def content(self) -> Iterable[Widget]:
        """How all of them stand, the search, and the table."""
        return [self.head, RosterBar(self.search, self._shown), self._only, self.table]

    def on_mount(self) -> None:
        """Show the order; let the ages grow."""
        self.table.sorted_by = (self._sorted_by, self._reverse)
        self.watch(self.table, "cursor", self._moved, init=False)
        self.set_interval(_GROW_SECONDS, self._grow)

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the roster again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(None)

    def _grow(self) -> None:
        if self.is_current and self.page is not None:
            self.head.renew()

    def take(self, _: None, page: "RosterPage") -> None:
        """Show the roster as it was read."""
        if self.page is not None and page.number < self.page.number:
            return  # it was begun before what is shown already
        self.page = page
        self.head.renew()
        self._ask()

    def _ask(self, *, typed: bool = False) -> None:
        if self.page is not None:
            view = _View(self.page, self._text, self._traits, self._sorted_by, self._reverse, typed)
            self._sifting.ask(view, hurry=typed)

    def _show(self, view: _View, keys: list[int]) -> None:
        page = view.page
        if page is not self.page:
            self._ask()  # another one was read meanwhile
            return
        visible = {key: page.rows[key] for key in self.table.visible_keys if key in page.rows}
        self.table.empty = self._nothing()
        self.table.show(keys, visible, stay=not view.typed)
        if len(keys) == len(page.rows):
            self.table.restrict_marks()
        self._count()

    def _nothing(self) -> str:
        assert self.page is not None
        if not self.page.rows:
            return _EMPTY
        if self._text:
            return "Nobody matches. esc clears the search."
        return "Nobody is so. esc shows all."

    def _draw_head(self, width: int) -> Lines:
        if self.page is None:
            return []
        return roster_cells.head(self.page, self.desk.now(), self.pool_note(), width)

    def pool_note(self) -> Content:
        """What there is to say of the user pool instead of its age; empty for nothing."""
        return Content("")

    def _draw_only(self, width: int) -> Lines:
        return roster_cells.only(self._traits, width)

    def _cell(self, row: RosterRow, placed: PlacedColumn) -> Cell:
        return roster_cells.roster_cell(row, placed)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, RosterRow]:
        rows = {} if self.page is None else self.page.rows
        return {key: rows[key] for key in keys if key in rows}

    def _count(self) -> None:
        table = self.table
        total = None if self.page is None else len(self.page.rows)
        order = ""
        if not table.order_shown:
            order = f"{SORT_TITLES[self._sorted_by].lower()} {order_sign(reverse=self._reverse)}"
        marked = table.marked_count
        self._known = None
        self._shown.counts = Counts(len(table.keys), total, marked, table.hidden_count, order)
        self._moved()

    # Which rows are shown

    def _edited(self, text: str) -> None:
        if text.strip() != self._text:
            self._text = text.strip()
            self._ask(typed=True)

    def _left(self, keep: bool) -> None:
        if not keep:
            self.search.input.value = ""
        self.table.focus()

    def action_search(self) -> None:
        """Type words that are looked for."""
        self.search.begin()

    def action_choose(self) -> None:
        """Choose by what is true of them who is shown."""
        if self.page is not None:
            from drtui.screens.dialogs.traits import TraitsDialog

            dialog = TraitsDialog(self.page.traits, self._traits)
            self.app.push_screen(dialog, self.choose)

    def choose(self, traits: tuple[Trait, ...] | None) -> None:
        """Show only those with all of these traits; None leaves it as it is."""
        if traits is not None:
            self._traits = traits
            self._only.renew()
            self._ask(typed=True)

    def action_sort(self) -> None:
        """Choose what to sort by; the same again reverses."""
        from drtui.screens.dialogs.sort import SortDialog

        names = list(SORT_TITLES)
        dialog = SortDialog(names, self._sorted_by, SORT_TITLES, SORT_LETTERS)
        self.app.push_screen(dialog, self._sort)

    def _sort(self, name: str | None) -> None:
        if name is None:
            return
        again = name == self._sorted_by
        self._reverse = not self._reverse if again else name == "models"
        self._sorted_by = name
        self.table.sorted_by = (name, self._reverse)
        self.table.cursor = 0
        self._ask()

    def action_peel(self) -> None:
        """Leave the range that is open, else clear what hides rows, else unmark, else go back."""
        if self.table.leave_range():
            return
        if self._text:
            self.search.input.value = ""
        elif self._traits:
            self.choose(())
        elif self.table.marked_count:
            self.table.clear_marks()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    # Whom it is for

    def subject(self) -> Subject:
        """The marked participants, else the one under the cursor."""
        return self.chosen.subject

    @property
    def chosen(self) -> Chosen:
        """Whom an action is for, with what decides which actions there are for them."""
        if self._known is None:
            rows = {} if self.page is None else self.page.rows
            self._known = _choose(self.table, rows)
        return self._known

    def _moved(self) -> None:
        """Another one may be chosen: draw the keys again where others are refused."""
        if not self.table.marked_count:
            self._known = None
        refused = tuple(bool(self.refusal(one)) for one in self.MENU) if self.page else ()
        if refused != self._refused:
            self._refused = refused
            self._keys.refresh()
        self.drop_untrue()


def _choose(table: MarkedTable[RosterRow], rows: Mapping[int, RosterRow]) -> Chosen:
    marks, cursor = table.marks, table.cursor_key
    shown, hidden = [], []
    if marks:
        there = [key for key in table.keys if key in marks and key in rows]
        shown = [rows[key] for key in there]
        hidden = [rows[key] for key in rows.keys() & marks.difference(there)]
        hidden.sort(key=lambda row: row.email)
    elif cursor is not None and cursor in rows:
        shown = [rows[cursor]]
    chosen = [*shown, *hidden]
    keys, hidden_keys = _users(shown), _users(hidden)
    emails, hidden_emails = _emails(shown), _emails(hidden)
    subject = Subject(
        keys=(*keys, *hidden_keys),
        named=frozenset() if marks else frozenset(keys),
        marked=bool(marks),
        hidden=len(hidden),
        name=(chosen[0].email or chosen[0].alias) if len(chosen) == 1 else "",
        emails=(*emails, *hidden_emails),
        what="participant",
        hidden_keys=len(hidden_keys),
        hidden_emails=len(hidden_emails),
    )
    return Chosen(subject, sum(row.is_listed for row in chosen), len(chosen))


def _sift(view: _View) -> list[int]:
    return roster_cells.sift(view.page, view.text, view.traits, view.sort, reverse=view.reverse)


def _users(rows: Iterable[RosterRow]) -> list[int]:
    return [row.user_key for row in rows if row.user_key is not None]


def _emails(rows: Iterable[RosterRow]) -> list[str]:
    return [row.email for row in rows if row.email]
