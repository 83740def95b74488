"""One operation: how far it is, what was done to it, and what became of each target."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.handling import Handling
from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.domain.problems import ProblemError
from drtui.screens import operation_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.operation_actions import HANDLINGS, KEYS, OperationActions
from drtui.screens.operation_cells import ITEM_COLUMNS, counts_of, item_cell, item_columns
from drtui.screens.operation_flows import one_operation
from drtui.screens.operation_titles import deed_title
from drtui.screens.subject import Subject
from drtui.widgets.cells import Cell
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.search_line import SearchLine

if TYPE_CHECKING:  # brings the store
    from drtui.screens.log_desk import OperationPage

_CHOICES: Final[Mapping[str, Collection[ItemState]]] = {
    "all": (),
    "failed": (ItemState.FAILED,),
    "in conflict": (ItemState.CONFLICT,),
    "pending": tuple(sorted(ON_THE_WAY)),
    "cancelled": (ItemState.CANCELLED,),
}
_GROW_SECONDS: Final = 1.0
_JOURNAL, _JOURNAL_ROOMY = 2, 6  # lines


class _Question(NamedTuple):
    chosen: str
    text: str
    visible: Sequence[int]
    typed: bool


class OperationScreen(OperationActions):
    """An operation's page.

    Args:
        context: What the screens share.
        number: The operation's.
    """

    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.OPERATION, RecordKind.SYNC_STATE}
    )
    MENU: ClassVar[tuple[str, ...]] = ("retry", "settle", "set_aside", "cancel")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "app.command_palette", "undo", "menu", "open"),
    )
    AUTO_FOCUS = "ChosenTable"
    BINDING_GROUP_TITLE = "An operation"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "peel", "back", key_display="esc", tooltip="Clear the filter, else back"),
        Binding("minus", "leave", "Back to the list", show=False),
        Binding("enter", "open", "whole", key_display="enter", tooltip="Show this target whole"),
        Binding("/", "filter", "filter", tooltip="Filter by name or reason"),
        Binding("f", "choose", "show", tooltip="Show all targets, or those in one state"),
        *KEYS,
        Binding("u", "undo", "undo", tooltip="Undo this operation, all of it"),
    ]

    def __init__(self, context: ConsoleContext, number: int) -> None:
        super().__init__(context)
        self._number = number
        self._page: OperationPage | None = None
        self._chosen_states = "all"
        self._text = ""
        self._journal_lines = _JOURNAL
        self._head = Facts(self._draw_head)
        self._journal = Facts(self._draw_journal)
        self._choices = Facts(self._draw_choices, classes="apart")
        self._search = SearchLine("filter by name or reason", self._edited, self._left)
        self._table: ChosenTable[Item] = ChosenTable(
            ITEM_COLUMNS,
            self._cell,
            self._fetch,
            empty="Reading the operation …",
        )
        self._lane: Lane[_Question, OperationPage | None] = Lane(
            self, self._read, self._show, self.failed
        )

    def content(self) -> Iterable[Widget]:
        """What there is to say of the whole, then target by target."""
        yield self._head
        yield self._journal
        yield self._choices
        yield self._search
        yield self._table

    def on_mount(self) -> None:
        """Keep the ages, the rate and the time left up to date."""
        self.set_interval(_GROW_SECONDS, self._grow)

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Show more of the journal where there is room."""
        self._journal_lines = _JOURNAL_ROOMY if roomy else _JOURNAL
        self._journal.renew()

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read it again; it is one reading whatever changed."""
        del kinds
        self._ask()

    def _ask(self, *, typed: bool = False) -> None:
        if self.is_open:
            visible = tuple(self._table.visible_keys)
            question = _Question(self._chosen_states, self._text, visible, typed)
            self._lane.ask(question, hurry=typed)

    def _grow(self) -> None:
        if not self.is_current or self._page is None:
            return
        if self._page.followed.per_second:
            self._ask()
        else:
            self._head.renew()

    def _read(self, question: _Question) -> "OperationPage | None":
        states = _CHOICES[question.chosen]
        return self.desk.log.page(self._number, states, question.text, question.visible)

    def _show(self, question: _Question, page: "OperationPage | None") -> None:
        self._page = page
        self._table.empty = self._nothing()
        if page is not None:
            self._table.columns = item_columns(page.followed.operation.kind)
            self._table.show(page.numbers, page.rows, stay=not question.typed)
        for facts in (self._head, self._journal, self._choices):
            facts.renew()
        self._keys.refresh()

    def _nothing(self) -> str:
        if self._page is None:
            return f"There is no operation {self._number}. esc goes back."
        if self._text:
            return "No target matches this filter. esc clears it."
        if self._chosen_states != "all":
            return f"No target is {self._chosen_states}. f shows others."
        return "It has no targets."

    def _draw_head(self, width: int) -> Lines:
        if self._page is None:
            return []
        return operation_facts.head(self._page, self.desk.now(), width)

    def _draw_journal(self, width: int) -> Lines:
        if self._page is None:
            return []
        return operation_facts.journal(self._page, self.desk.now(), self._journal_lines, width)

    def _draw_choices(self, width: int) -> Lines:
        if self._page is None:
            return []
        return operation_facts.choices(self._page, self._chosen_states, self._text, width)

    def _cell(self, item: Item, placed: PlacedColumn) -> Cell:
        return item_cell(item, placed, self.desk.now())

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Item]:
        try:
            return self.desk.log.items(keys)
        except ProblemError as problem:
            self.failed(str(problem))
            return {}

    # Which targets are shown

    def _edited(self, text: str) -> None:
        if text.strip() != self._text:
            self._text = text.strip()
            self._ask(typed=True)

    def _left(self, keep: bool) -> None:
        if not keep:
            self._search.input.value = ""
        self._table.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._search.begin()

    def action_choose(self) -> None:
        """Show the next choice of targets, whether there are any of them or not.

        Cancelled ones only where some are.
        """
        if self._page is None:
            return
        there = {self._chosen_states, *counts_of(self._page.followed.operation)}
        names = [name for name in _CHOICES if name in there]
        at = names.index(self._chosen_states)
        self._chosen_states = names[(at + 1) % len(names)]
        self._ask(typed=True)

    def action_peel(self) -> None:
        """Clear what hides targets, else go back."""
        if self._text:
            self._search.input.value = ""
        elif self._chosen_states != "all":
            self._chosen_states = "all"
            self._ask(typed=True)
        else:
            self.action_leave()

    def action_open(self) -> None:
        """Show the target under the cursor whole: its row has no room for that."""
        item = self._table.cursor_row
        if item is not None:
            from drtui.screens.operation_tools import show_target

            self.use_tool(lambda: show_target(self, item))

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    # What is done to it

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in HANDLINGS:
            return ""
        if self._page is None:
            return "the operation is not read yet"
        return self._page.followed.refusal(HANDLINGS[action])

    def entry_title(self, action: str) -> str:
        """Name whom an action is for."""
        if self._page is None:
            return ""
        return deed_title(action, self._page.followed.operation, self._table.cursor_row)

    def subject(self) -> Subject:
        """This operation, and the target under the cursor."""
        followed = None if self._page is None else self._page.followed
        what = "" if followed is None else followed.operation.what
        of = "" if followed is None else followed.owner(Handling.CANCEL)
        return one_operation(self._number, what, self._table.cursor_row, of)
