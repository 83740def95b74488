"""Monitor usage: the account's totals, the sponsored users, and what can be done to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Label

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import RACERS
from drtui.domain.records import SponsoredUser
from drtui.domain.wording import counted, noun
from drtui.screens.context import ConsoleContext
from drtui.screens.messages import FirstShown, OpenModels, OpenRacer
from drtui.screens.racer_actions import FOR_RACERS, RacerActions
from drtui.screens.racers import (
    COLUMN_TITLES,
    COLUMNS,
    SORT_LETTERS,
    SORT_TITLES,
    SORTS,
    USUAL_COLUMNS,
    racer_cell,
)
from drtui.screens.sheet import BRING_BACK_KEY, SAVED_FILTERS_KEY, SORT_KEYS, Sheet
from drtui.screens.subject import Subject
from drtui.screens.table_screen import TableScreen
from drtui.screens.views import Glance, Reading, View, ViewState
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.filter_bar import HINT
from drtui.widgets.usage_summary import UsageSummary

_TABLE_KINDS: Final = frozenset(
    {RecordKind.SPONSORED_USER, RecordKind.OPERATION, RecordKind.ACCOUNT_SETTING}
)
_VIEW_KINDS: Final = frozenset({RecordKind.PREFERENCE, RecordKind.SPONSORED_USER})


class MonitorUsage(TableScreen[SponsoredUser, Reading], RacerActions):
    """The racers' table over the store, with filter and marks, and what can be done to racers."""

    PLACE: ClassVar[str] = "usage"
    TABLE_KINDS = _TABLE_KINDS
    VIEW_KINDS = _VIEW_KINDS
    KINDS: ClassVar[frozenset[RecordKind]] = _TABLE_KINDS | _VIEW_KINDS
    SHEET: ClassVar[Sheet] = Sheet(
        name="usage",
        language=RACERS,
        columns=COLUMNS,
        titles=COLUMN_TITLES,
        usual=USUAL_COLUMNS,
        always=("alias",),
        sorts=SORTS,
        sort_titles=SORT_TITLES,
        sort_letters=SORT_LETTERS,
        first="alias",
        what="user",
        nobody="Nobody",
        hint=HINT,
    )
    DONE_TO_ROWS: ClassVar[frozenset[str]] = frozenset(FOR_RACERS)
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset({*FOR_RACERS, "models", "copy"})
    MENU: ClassVar[tuple[str, ...]] = (*FOR_RACERS, "models", "mark_list", "import_tags", "copy")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "tags", "app.command_palette", "sort", "undo", "mark_all"),
    )
    FOR_A_LIST: ClassVar[str] = "For a list of people: esc, then L."
    BINDING_GROUP_TITLE = "Monitor usage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the racers, live"),
        *SORT_KEYS,
        Binding("enter", "open", "Open the racer's page", show=False),
        Binding("l", "models", "Their models", show=False),
        SAVED_FILTERS_KEY,
        Binding("c", "columns", "Choose columns", show=False),
        Binding("L", "mark_list", "Mark from a list or a file", show=False),
        Binding("I", "import_tags", "Import tags from a CSV", show=False),
        Binding("H", "stopped", "Show or hide racers while multi-user mode is off", show=False),
        Binding("i", "summary", "The whole usage summary", show=False),
        Binding("y", "copy", "Copy the emails", show=False),
        Binding("E", "export", "Export everything to a folder", show=False),
        BRING_BACK_KEY,
        Binding("escape", "peel", "Leave the range, else clear the filter", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._was_for_oneself = False
        self._summary = UsageSummary()
        self._stopped = 0  # racers, while multi-user mode is disabled
        self._stopped_shown = False
        self._mode_line = Label("", classes="mode-line", markup=False)
        self._shown = False

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._summary, *self._beside_table(), self._mode_line, self._table]

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Use the room there is for the summary."""
        self._summary.roomy = roomy

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the table again, and once that is there what the filter knows of the account."""
        if kinds & self.TABLE_KINDS:
            self._reload_table()
        if kinds & self.VIEW_KINDS and self._shown:
            self._views.ask(None)

    # What the table shows

    def _view(self, visible: Sequence[int], *, typed: bool) -> View:
        return replace(super()._view(visible, typed=typed), stopped=self._stopped_shown)

    def _read(self, view: View) -> Reading:
        return self.desk.read(view)

    def _rows(self, keys: Sequence[int]) -> Mapping[int, SponsoredUser]:
        return self.desk.racers(keys)

    def _show(self, view: View, found: Reading) -> None:
        self._show_mode(found.stopped, shown=view.stopped)
        self._take(view, found.keys, found.rows, whole=view.stopped or not found.stopped)
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

    def _cell(self, row: SponsoredUser, placed: PlacedColumn) -> Cell:
        return racer_cell(row, placed, self.desk.rates)

    def _name_of(self, row: SponsoredUser) -> str:
        from drtui.domain.naming import name_of

        return name_of(row.profile.alias, row.profile.profile_id, row.profile.email)

    def _none_there(self) -> str:
        if never := self._never_read():
            return never
        hidden = self._stopped and not self._stopped_shown
        return f"There are no {'users but racers' if hidden else 'users'} in this account."

    def _total(self) -> int | None:
        return None if self.context.glance is None else self.context.glance.users

    def _read_views(self, _: None) -> ViewState:
        return self.desk.views.state(USUAL_COLUMNS)

    def glanced(self, glance: Glance) -> None:
        """Show the totals."""
        known = glance.users > 0 or glance.sync.as_of is not None
        self._summary.summary = glance.summary if known else None
        self._summary.unseen = glance.unseen
        super().glanced(glance)
        self._count()

    def begin_filter(self) -> None:
        """Type a filter that takes the place of the present one, which Enter alone keeps."""
        self._bar.begin()
        self._bar.input.select_all()

    # The tools

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
        marked = self._table.marked_count
        if action == "change_alias" and marked > 1:
            return f"it is for one racer at a time, and {marked:,} are marked"
        return ""

    @property
    def sole(self) -> int | None:
        """See `RacerActions.sole`; asked at every step of the cursor, however many are marked."""
        marked = self._table.marked_count
        if marked == 1:
            return next(iter(self._table.marks))
        return None if marked else self._table.cursor_key

    def _moved(self) -> None:
        """Draw the keys again where the cursor comes to one's own row, or leaves it, too."""
        super()._moved()
        if self.for_oneself is not self._was_for_oneself:
            self._was_for_oneself = self.for_oneself
            self.drop_untrue()
            self._keys.refresh()

    def subject(self) -> Subject:
        """See `TableScreen.subject`; where all are marked that a filter shows, with the filter."""
        subject, bar = super().subject(), self._bar
        shown = subject.marked and not subject.hidden and not bar.is_behind
        if shown and len(subject.keys) == len(self._table.keys):
            return replace(subject, filter_text=bar.standing.text)
        return subject

    def action_models(self) -> None:
        """Show the models of the marked racers, else of the one under the cursor."""
        if not self._refuses("models"):
            subject = self.subject()
            self.app.post_message(OpenModels(subject.keys, subject.name))

    def _open(self, key: int) -> None:
        self.app.post_message(OpenRacer(key))
