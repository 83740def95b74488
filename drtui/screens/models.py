"""Models: everybody's in one table, and what can be done to them."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Label

from drtui.domain.changes import RecordKind
from drtui.domain.filters import Everything, Expression
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.models import ModelRow
from drtui.domain.wording import counted
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.fresh import RENEW_SECONDS
from drtui.screens.messages import OpenModel, OpenRacer
from drtui.screens.model_actions import FOR_MODELS, ModelActions
from drtui.screens.model_cells import (
    COLUMN_TITLES,
    COLUMNS,
    SORT_LETTERS,
    SORT_TITLES,
    SORTS,
    USUAL_COLUMNS,
    model_cell,
)
from drtui.screens.model_summary import summary_lines
from drtui.screens.sheet import BRING_BACK_KEY, SAVED_FILTERS_KEY, SORT_KEYS, Sheet
from drtui.screens.table_screen import TableScreen
from drtui.screens.views import View, ViewState
from drtui.screens.watched_table import WatchedTable
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import local

if TYPE_CHECKING:  # it brings the store
    from drtui.commands.models import SweepProgress
    from drtui.screens.actions import Flow
    from drtui.screens.models_desk import ModelsReading, ModelsSummary

_TABLE_KINDS: Final = frozenset({RecordKind.MODEL, RecordKind.SPONSORED_USER, RecordKind.OPERATION})
_SUMMARY_KINDS: Final = frozenset(
    {RecordKind.MODEL, RecordKind.SPONSORED_USER, RecordKind.SYNC_STATE, RecordKind.OPERATION}
)
_VIEW_KINDS: Final = frozenset({RecordKind.PREFERENCE, RecordKind.MODEL, RecordKind.SPONSORED_USER})
_MOVED_SECONDS: Final = 2.0  # other rows on the screen are to be read first, but not at every key
_NO_UPLOADS: Final = "no bucket: “drtui account set NAME --upload-bucket B” and restart"
_UNREAD: Final = "the models were not read yet"
_LIST: Final = "One model id or name a line; or a racer's email, alias or id, for all their models."


class Models(WatchedTable[ModelRow, "ModelsReading", "ModelsSummary"], ModelActions):
    """The models' table over the store, with filter and marks, and what can be done to models.

    They are read from the account for as long as the screen is in sight.
    """

    PLACE: ClassVar[str] = "models"
    TABLE_KINDS = _TABLE_KINDS
    SUMMARY_KINDS = _SUMMARY_KINDS
    VIEW_KINDS = _VIEW_KINDS
    KINDS: ClassVar[frozenset[RecordKind]] = _TABLE_KINDS | _SUMMARY_KINDS | _VIEW_KINDS
    SHEET: ClassVar[Sheet] = Sheet(
        name="models",
        language=MODELS,
        columns=COLUMNS,
        titles=COLUMN_TITLES,
        usual=USUAL_COLUMNS,
        always=("name",),
        sorts=SORTS,
        sort_titles=SORT_TITLES,
        sort_letters=SORT_LETTERS,
        first="name",
        what="model",
        nobody="No model",
        hint="filter: status:ready team:red …",
    )
    DONE_TO_ROWS: ClassVar[frozenset[str]] = frozenset(FOR_MODELS)
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset({*FOR_MODELS, "copy", "racer"})
    FOR_CURSOR: ClassVar[frozenset[str]] = TableScreen.FOR_CURSOR | {"racer"}
    MENU: ClassVar[tuple[str, ...]] = (*FOR_MODELS, "import_model", "racer", "mark_list", "copy")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "tags", "app.command_palette", "sort", "undo", "mark_all"),
    )
    FOR_A_LIST: ClassVar[str] = "For a list of models: esc, then L."
    BINDING_GROUP_TITLE = "Models"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the models, live"),
        *SORT_KEYS,
        Binding("enter", "open", "Open the model's page", show=False),
        Binding("l", "racer", "racer", tooltip="The racer's page"),
        Binding("n", "import_model", "Import a model into your own profile", show=False),
        SAVED_FILTERS_KEY,
        Binding("c", "columns", "Choose columns", show=False),
        Binding("L", "mark_list", "Mark from a list or a file", show=False),
        Binding("y", "copy", "Copy racers, emails, names and ids", show=False),
        BRING_BACK_KEY,
        Binding("escape", "peel", "Leave range, filter, else one racer's models", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._racers: tuple[int, ...] = ()
        self._whose = ""
        self._goes_back = False
        self._only = Label("", classes="mode-line", markup=False)
        self._summed_up: tuple[Expression, tuple[int, ...]] = (Everything(), ())
        self._asked: tuple[str, ...] | None = None
        self._asked_at = 0.0

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._head, *self._beside_table(), self._only, self._table]

    def tick(self) -> None:
        """Let the ages grow, and keep those on the screen fresh."""
        super().tick()
        self._watch()

    # What the table shows

    def show_only(self, racers: tuple[int, ...], name: str, *, goes_back: bool = False) -> None:
        """Show the models of some racers.

        Args:
            racers: The racers' keys; none is everybody.
            name: Of the one there is, safe to show; empty where they are several.
            goes_back: Whether leaving them leads to the screen before this one, too.
        """
        self._goes_back = goes_back
        self._racers = racers
        self._whose = name or counted(len(racers), "racer")
        left = "esc shows all, and goes back." if goes_back else "esc shows all."
        self._only.update(f"The models of {self._whose}. {left}")
        self._only.display = bool(racers)
        self._bar.input.value = ""
        self._table.cursor = 0
        self._asked = None
        self._reload_table()

    def _view(self, visible: Sequence[int], *, typed: bool) -> View:
        return replace(super()._view(visible, typed=typed), racers=self._racers)

    def _read(self, view: View) -> "ModelsReading":
        return self.desk.models.read(view)

    def _rows(self, keys: Sequence[int]) -> Mapping[int, ModelRow]:
        return self.desk.models.models(keys)

    def _show(self, view: View, found: "ModelsReading") -> None:
        if (view.expression, view.racers) != self._summed_up:
            self._sum_up()
        if view.racers == self._racers:  # others are on their way otherwise
            self._take(view, found.keys, found.rows, whole=not view.racers)
            self._watch()

    def _sum_up(self) -> None:
        self._summed_up = (self._expression, self._racers)
        super()._sum_up()

    def _summarise(self, view: View) -> "ModelsSummary":
        return self.desk.models.summary(view.expression, view.racers)

    def _summary_lines(self, summary: "ModelsSummary", width: int) -> Lines:
        no_door = self.context.no_door
        return summary_lines(
            summary, self.desk.models.rates, self.desk.now(), width, no_door=no_door
        )

    def _cell(self, row: ModelRow, placed: PlacedColumn) -> Cell:
        return model_cell(row, placed)

    def _name_of(self, row: ModelRow) -> str:
        return row.name or row.model_id

    def _none_there(self) -> str:
        found = self._found
        if found is None or found.of != self._racers:
            return READING
        progress = found.progress
        if progress.newest is not None and not found.unread:
            return f"No model of {self._whose} is there." if self._racers else "There is no model."
        what = self._unread_ones(found)
        if why := self._unread(what, progress.trouble):
            return why
        if not progress.under_way:
            return f"{what} were not read yet: R reads them now."
        if progress.newest is None and not self._racers:
            return "The models are read for the first time …"
        return f"{what} were not read yet: reading{_end(progress)}."

    def _unread_ones(self, found: "ModelsSummary") -> str:
        """Say whose models were not read yet."""
        if found.progress.newest is None and not self._racers:
            return "The models"
        all_of = len(self._racers) or found.progress.racers
        if found.unread == all_of and self._whose:
            return f"The models of {self._whose}"
        return f"The models of {found.unread:,} of {counted(all_of, 'racer')}"

    def _total(self) -> int | None:
        return None if self._found is None else self._found.totals.count

    def _read_views(self, _: None) -> ViewState:
        return self.desk.models.views(USUAL_COLUMNS)

    def action_peel(self) -> None:
        """Leave the range that is open, clear the filter, else show all and go back."""
        if self._table.leave_range():
            return
        if self._bar.input.value or not self._racers:
            self._bar.input.value = ""
            return
        goes_back = self._goes_back
        self.show_only((), "")
        if goes_back:
            self.app.call_later(self.app.run_action, "app.last_place")

    # Keeping them fresh

    def _watch(self) -> None:
        """Ask for everybody's models, those on the screen first."""
        if not (self.is_open and self.is_current):
            return
        rows = map(self._table.row_of, self._table.visible_keys)
        first = tuple(dict.fromkeys(row.profile_id for row in rows if row is not None))
        since = time.monotonic() - self._asked_at
        least = RENEW_SECONDS if first == self._asked else _MOVED_SECONDS
        if self._asked is None or since >= least:
            self._asked, self._asked_at = first, time.monotonic()
            self._interest.ask(first)

    def _declare(self, first: tuple[str, ...]) -> None:
        self.desk.models.watch(first, self._racers)

    async def _sync(self) -> None:
        files = self.context.open_sponsor is not None
        await asyncio.to_thread(self.desk.models.read_now, files=files)
        await super()._sync()

    # The tools

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            none = reason == self.SHEET.nobody_there and isinstance(self._expression, Everything)
            found = self._found
            unread = found is not None and found.of == self._racers and found.unread
            return _UNREAD if none and unread else reason
        lacks = action == "import_model" and not self.desk.models.planner.uploads
        return _NO_UPLOADS if lacks else ""

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        if action == "import_model":
            from drtui.screens.import_flow import import_model

            return import_model
        return super().flow(action)

    def action_import_model(self) -> None:
        """Import a model of this machine."""
        self.act("import_model")

    def action_mark_list(self) -> None:
        """Mark what a pasted list or a file names."""
        from drtui.screens import usage_tools

        marks, match = self._table.marks, self.desk.models.match
        self.use_tool(
            lambda: usage_tools.mark_list(
                self, marks, self._table.mark, match=match, takes=_LIST, what="model"
            )
        )

    def action_copy(self) -> None:
        """Copy the models that actions are for, one a line."""
        from drtui.screens import usage_tools

        keys = self.subject().keys
        self.use_tool(lambda: usage_tools.copy_models(self, keys), "copy")

    # What is done to models

    @property
    def _model(self) -> ModelRow | None:
        """The one under the cursor."""
        key = self._table.cursor_key
        return None if key is None else self._table.row_of(key)

    def _open(self, key: int) -> None:
        self.app.post_message(OpenModel(key))

    def action_racer(self) -> None:
        """Open the page of the racer whose model is under the cursor."""
        model = self._model
        if self._refuses("racer") or model is None:
            return
        if model.racer_key is None:
            self.say("Nothing but this model is known of its racer.", wrong=True)
        else:
            self.app.post_message(OpenRacer(model.racer_key))


def _end(progress: "SweepProgress") -> str:
    at = progress.expected_end
    return "" if at is None else f", all by about {local(at):%H:%M %Z}"
