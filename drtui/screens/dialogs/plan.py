"""A plan before it is submitted: in numbers, with its reasons, and row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.errands import OF_MODELS, Service
from drtui.domain.item_wording import label_in, text_in_target, told_fields
from drtui.domain.naming import confirms, name_lines, name_of, racer_and_model
from drtui.domain.plan_lines import summary_lines, warning_lines
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.widgets.cells import Cell, Run, Tone, width_of
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.key_line import KeyLine
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.record_table import RecordTable
from drtui.widgets.size_guard import GuardedScreen, TooSmall

_HAND, _DIM = "$error", "$foreground-muted"
_LONGEST: Final = 600  # characters of a line that names targets
_COLUMNS: Final = (
    Column("alias", "Alias", 16, most=30),
    Column("email", "Email", 20, most=34, rank=1),
    Column("outcome", "Outcome", 10),
    Column("change", "Change", 28, most=60),
    Column("reason", "Reason", 16, most=80),
)
_OF_RACES: Final = frozenset({Service.RACES, Service.LIVE})
_MODEL_COLUMNS: Final = (
    Column("racer", "Racer", 12, most=24, least=8),
    Column("model", "Model", 16, most=40, least=12),
    _COLUMNS[2],
    Column("change", "Change", 20, most=60, rank=1),
    _COLUMNS[4],
)
_RACE_COLUMNS: Final = (
    Column("alias", "Race", 14, most=40),
    _COLUMNS[2],
    Column("change", "Change", 14, most=60),
    Column("reason", "Reason", 28, most=80),
)
_REASON_LEAST: Final = 8
_MOST_MEASURED: Final = 5_000  # rows whose cells are measured before they are shown
_CHANGE_LEAST: Final = 18  # of settings, whose names stand before it
_TAKING: Final = ("change", "reason", "outcome", "alias", "racer", "model")
_TONES: Final = {
    Outcome.CHANGE: Tone.PENDING,
    Outcome.CANNOT: Tone.HAND,
    Outcome.CONFLICT: Tone.HAND,
}


class Decision(Enum):
    """What is to become of a plan; leaving it is None."""

    CONFIRM = "confirm"
    LATER = "later"


class PlanDialog(Dialog[Decision]):
    """Shows what will be done and asks for it to be confirmed with its count.

    Args:
        plan: What will happen, target by target.
        action: What the button says, without the count.
        count: How many changes are confirmed; 0 leaves nothing to confirm.
        notes: What there is to know beside the numbers.
        whose: How the targets were chosen, such as `marked`.
        typed: What has to be typed to confirm it; empty where a key is enough.
        careful: Whether Enter alone leaves it, since nobody chose the targets.
        back: Whether leaving it leads back to the form that it was made from.
        later: Whether it can be scheduled for a set time instead.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "details", "details, row by row"),
        Binding("f2", "details", "details, row by row", key_display="f2"),
        Binding("t", "later", "at a set time"),
    ]

    def __init__(
        self,
        plan: Plan,
        action: str,
        count: int,
        notes: Sequence[str],
        *,
        whose: str = "",
        typed: str = "",
        careful: bool = False,
        back: bool = False,
        later: bool = False,
    ) -> None:
        super().__init__()
        self._leave = "Back" if back else "Cancel" if count else "Close"
        self._whose = whose
        self._careful = careful
        self._typed = typed if count else ""
        self._plan = plan
        self._action = action
        self._count = count
        self._notes = notes
        self._note = Label("", classes="dialog-text", markup=False)
        keys = self._bindings.key_to_bindings
        if self._typed or not plan.rows:  # a letter is then one of what is typed
            keys.pop("d")
        if not plan.rows:
            keys.pop("f2")
        if not later:
            keys.pop("t")

    def heading(self) -> str:
        """What is planned."""
        return clean(self._plan.what)

    def content(self) -> Iterable[Widget]:
        """The numbers, then the notes."""
        others: list[str] = []
        if self._plan.rows:
            first, *others = summary_lines(self._plan, self._whose)
            yield paragraph(f"{first}.")
        for line in [*name_lines(self._plan), *others, *warning_lines(self._plan)]:
            yield paragraph(clean(line, _LONGEST), "indented")
        for number, note in enumerate(self._notes):
            yield paragraph(note, "spaced" if number or self._plan.rows else "")
        if self._typed:
            yield paragraph(f"Type {self._typed} to confirm it:", "spaced")
            yield PlainInput().add_class("typed")
            self._note.display = False
            yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on where there is something to do."""
        if not self._count:
            return [Choice(self._leave, id=CANCEL)]
        return [
            Choice(self._leave, id=CANCEL),
            Choice(f"{self._action} ({self._count:,})", id=CONFIRM, disabled=bool(self._typed)),
        ]

    def on_mount(self) -> None:
        """Enter goes on: the plan was looked at; where something has to be typed, after that."""
        if self._typed:
            self.query_one(Input).focus()
        elif self._careful:
            self.query_one(f"#{CANCEL}").focus()
        else:
            self.query(Choice).last().focus()

    @on(Input.Changed)
    def _check(self, event: Input.Changed) -> None:
        self._note.display = False
        self.query_one(f"#{CONFIRM}").disabled = not confirms(event.value, self._typed)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if confirms(event.value, self._typed):
            self.dismiss(Decision.CONFIRM)
            return
        told = f"That is not {self._typed}" if event.value.strip() else "Nothing is typed"
        self._note.update(Content.styled(f"{told}: type {self._typed}, or press esc.", _HAND))
        self._note.display = True
        self._note.scroll_visible(animate=False)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(Decision.CONFIRM if event.choice.id == CONFIRM else None)

    def action_later(self) -> None:
        """Leave it for a set time."""
        self.dismiss(Decision.LATER)

    def action_details(self) -> None:
        """Show the plan row by row."""
        self.app.push_screen(PlanDetails(self._plan))


class PlanDetails(ModalScreen[None], GuardedScreen[None]):
    """A plan, row by row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d", "leave", "back", key_display="esc"),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan

    def compose(self) -> ComposeResult:
        """Lay out the title, the rows and the keys."""
        counts = [f"{self._plan.count(one):,} {one.value}" for one in Outcome]
        told = " · ".join(text for text in counts if not text.startswith("0 "))
        title = Content.assemble((clean(self._plan.what), "bold"), (f"  {told}", _DIM))
        yield Label(title, classes="details-title")
        yield RecordTable(
            _shared(_columns(self._plan), self._plan.rows),
            _cell,
            self._rows,
            empty="The plan is empty.",
        )
        yield KeyLine()
        yield TooSmall()

    def on_mount(self) -> None:
        """Show all rows."""
        table = self.query_one(RecordTable)
        table.show(list(range(len(self._plan.rows))), {})
        table.focus()

    def _rows(self, keys: Sequence[int]) -> Mapping[int, PlannedTarget]:
        return {key: self._plan.rows[key] for key in keys}

    def action_leave(self) -> None:
        """Go back to the dialog."""
        self.dismiss(None)


def _columns(plan: Plan) -> Sequence[Column]:
    """Return the columns, with room for the names of settings, which say what changes."""
    if plan.rows and not plan.users and set(plan.errands) <= _OF_RACES:
        return _RACE_COLUMNS
    if plan.rows and plan.errands.keys() <= OF_MODELS and not plan.users:
        return _MODEL_COLUMNS
    names = [len(row.target.alias) for row in plan.errands.get(Service.SETTINGS, ())]
    if not names:
        return _COLUMNS
    alias, email, outcome, change, reason = _COLUMNS
    return (
        replace(alias, width=min(alias.most, max(alias.width, *names))),
        email,
        outcome,
        change if plan.users else replace(change, least=_CHANGE_LEAST),
        replace(reason, least=_REASON_LEAST),
    )


def _shared(columns: Sequence[Column], rows: Sequence[PlannedTarget]) -> Sequence[Column]:
    """Give what columns leave blank to the changes, then to the reasons, then to the others."""
    if len(rows) > _MOST_MEASURED:
        return columns
    # One that may be left out altogether neither gives nor takes.
    fixed = {column.name: column for column in columns if not column.rank}
    needed = {
        name: min(max(len(column.title), _widest(column, rows)), max(column.width, column.most))
        for name, column in fixed.items()
    }
    blank = sum(max(0, column.width - needed[name]) for name, column in fixed.items())
    for name in sorted(fixed, key=_TAKING.index):
        column, need = fixed[name], needed[name]
        width = min(need, column.width + blank)
        blank -= max(0, width - column.width)
        fixed[name] = replace(column, width=width, most=need, least=min(column.least, width))
    return [fixed.get(column.name, column) for column in columns]


def _widest(column: Column, rows: Sequence[PlannedTarget]) -> int:
    placed = PlacedColumn(column, column.width)
    return max((width_of(_cell(row, placed)) for row in rows), default=0)


def _cell(row: PlannedTarget, placed: PlacedColumn) -> Cell:
    match placed.column.name:
        case "alias":
            return [Run(name_of(row.target.alias, row.target.profile_id))]
        case "racer" | "model" as name:
            racer, model = racer_and_model(row.target.alias, row.target.profile_id)
            return [Run(racer if name == "racer" else model)]
        case "email":
            return [Run(row.target.email or "", Tone.DIM)]
        case "outcome":
            return [Run(row.outcome.value, _TONES.get(row.outcome, Tone.DIM))]
        case "change":
            return _change(row)
        case _:
            return [Run(clean(row.reason), Tone.DIM)]


def _change(row: PlannedTarget) -> Cell:
    if row.change is None:
        return []
    target, change = row.target.profile_id, row.change
    cell: list[Run] = []
    for name in told_fields(target, change.before, change.after):
        before, after = (
            text_in_target(target, name, values.get(name))
            for values in (change.before, change.after)
        )
        value = f"{label_in(target, name)} {before}".strip()
        cell.append(Run(f"{' · ' if cell else ''}{value}", Tone.PLAIN))
        if before != after:
            cell.append(Run(f" → {after}", Tone.PENDING))
    return cell
