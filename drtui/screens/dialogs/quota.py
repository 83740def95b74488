"""Maximum training hours and maximum model count: typed, and checked beside the field."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quota_notes import Paused, form_lines
from drtui.domain.quotas import (
    QuotaChange,
    QuotaError,
    Unit,
    count_text,
    limit_hours,
    parse_quota,
)
from drtui.domain.records import UNLIMITED
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph

_HAND, _DIM = "$error", "$foreground-muted"
_SHOWN: Final = 3  # of the values there are now
_TEXTS: Final = {Unit.HOURS: limit_hours, Unit.MODELS: count_text}
_LABELS: Final = {
    Unit.HOURS: "Maximum training hours",
    Unit.MODELS: "Maximum model count",
}
_NOTHING: Final = "Nothing to change: type a quota or press esc."
Now = Counter[int | None]


@dataclass(frozen=True, slots=True)
class QuotaTexts:
    """What was typed, each readable as a quota or empty."""

    hours: str
    models: str


_WITHOUT: Final = "without"
_UNTYPED: Final = QuotaTexts("", "")


class QuotaInput(Input):
    """A field for one quota."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "confirm", key_display="enter"),
        Binding("down", "app.focus_next", "next field", key_display="tab"),
    ]

    def __init__(self, value: str) -> None:
        # What is there already is replaced by what is typed.
        super().__init__(value, compact=True, select_on_focus=True)
        self.cursor_blink = False


class QuotaField(Horizontal):
    """A label, a field, and beside it what is wrong with it or what there is now.

    Where all have the same limit, the field begins with it.

    Args:
        unit: What it counts.
        now: How many have which limit now; empty when that is not known.
        typed: What was typed before; empty where nothing was.
        relative: Whether `+N` and `-N` are taken.
    """

    def __init__(self, unit: Unit, now: Now, typed: str, *, relative: bool) -> None:
        super().__init__(classes="quota-field")
        self._unit = unit
        self._now = now
        self._relative = relative
        self._agreed = self._agreed_text()
        self.input = QuotaInput(typed or self._agreed)
        self._note = Label(self._now_text(), classes="quota-note", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Label(_LABELS[self._unit], classes="quota-label", markup=False)
        yield self.input
        yield self._note

    @property
    def text(self) -> str:
        """What was typed; empty where it is what all have already."""
        text = self.input.value.strip()
        return "" if text == self._agreed else text

    @property
    def change(self) -> QuotaChange | None:
        """What the text asks for; None where it asks for nothing, or cannot be read."""
        return parse_quota(self.text, self._unit) if self.text and not self._problem() else None

    def check(self) -> bool:
        """Say what is wrong with the field; return whether nothing is."""
        problem = self._problem()
        note = Content.styled(problem, _HAND) if problem else self._now_text()
        self._note.update(note)
        return not problem

    def _problem(self) -> str:
        if not self.text:
            return ""
        try:
            change = parse_quota(self.text, self._unit)
        except QuotaError as error:
            return str(error)
        if change.relative and not self._relative:
            return "nothing is known to add to: write N or unlimited"
        return ""

    def _agreed_text(self) -> str:
        """The limit that all have, as it would be typed; empty where they differ."""
        if len(self._now) != 1:
            return ""
        limit = next(iter(self._now))
        if limit is None:
            return ""
        return "unlimited" if limit == UNLIMITED else _TEXTS[self._unit](limit).replace(",", "")

    def _now_text(self) -> Content:
        if not self._now:
            return Content("")
        text = _TEXTS[self._unit]
        common = self._now.most_common(_SHOWN)
        parts = [f"{text(limit)} ({number:,})" for limit, number in common]
        if len(self._now) > _SHOWN:
            parts.append("…")
        return Content.styled(f"now: {', '.join(parts)}", _DIM)


class QuotaDialog(TypingDialog[QuotaTexts]):
    """Asks for one or both quotas.

    Args:
        title: What they are for.
        subject: Whom they are for.
        hint: What may be typed, and what an empty field means.
        hours: The limits on minutes that there are now.
        models: The limits on models that there are now.
        paused: How many of them are paused, with what is remembered of them.
        typed: What was typed before, where a plan was left for this form.
        relative: Whether `+N` and `-N` are taken.
        without: The label of a button that goes on without an answer; empty where there is none.
    """

    def __init__(
        self,
        title: str,
        subject: str,
        hint: str,
        *,
        hours: Now | None = None,
        models: Now | None = None,
        paused: Mapping[Paused, int] | None = None,
        typed: QuotaTexts = _UNTYPED,
        relative: bool = True,
        without: str = "",
    ) -> None:
        super().__init__()
        self._typed = typed
        self._without = without
        self._heading = title
        self._subject = subject
        self._hint = hint
        self._paused = paused or {}
        self._of_paused = Label("", classes="dialog-text", markup=False)
        self._unchanged = Label("", classes="dialog-text", markup=False)
        self._hours = QuotaField(Unit.HOURS, hours or Counter(), typed.hours, relative=relative)
        self._models = QuotaField(Unit.MODELS, models or Counter(), typed.models, relative=relative)

    def heading(self) -> str:
        """The title."""
        return self._heading

    def content(self) -> Iterable[Widget]:
        """Whom it is for, both fields, and what may be typed."""
        yield paragraph(self._subject)
        yield self._hours
        yield self._models
        if self._paused:
            yield self._of_paused
        yield paragraph(self._hint, "dim")
        self._unchanged.display = False
        yield self._unchanged

    def choices(self) -> Iterable[Choice]:
        """The guide's labels."""
        leave = Choice("Cancel", id=CANCEL)
        if self._without:  # which goes on, and does not leave
            leave = Choice(self._without, id=_WITHOUT)
        return [leave, Choice("Confirm", id=CONFIRM, disabled=True)]

    def on_mount(self) -> None:
        """Begin with the hours, or with what alone was typed."""
        first = self._models if self._typed.models and not self._typed.hours else self._hours
        first.input.focus()
        self._check()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._unchanged.display = False
        self._check()

    def _check(self) -> bool:
        checked = [self._hours.check(), self._models.check()]
        complete = all(checked) and bool(self._hours.text or self._models.text)
        action = SetQuotas(self._hours.change, self._models.change)
        told = form_lines(self._paused, action if action.params() else None)
        self._of_paused.update("\n".join(f"{line}." for line in told))
        self.query_one(f"#{CONFIRM}").disabled = not complete
        return complete

    @on(Input.Submitted)
    def _submit(self) -> None:
        # Checked again: Enter can come before the Changed message of the last character.
        if self._check():
            self.dismiss(QuotaTexts(self._hours.text, self._models.text))
        elif not self._hours.text and not self._models.text:
            self._unchanged.update(Content.styled(_NOTHING, _HAND))
            self._unchanged.display = True

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(_UNTYPED if self._without else None)
