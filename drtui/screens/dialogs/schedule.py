"""A set time: typed, and told as it is understood; and what becomes of one that is set."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.domain.schedule_times import EXAMPLES
from drtui.domain.scheduling import NEEDS_ENGINE
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog, paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.facts import labelled as told_lines
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput

_LABEL: Final = 12


@dataclass(frozen=True, slots=True)
class ScheduleTexts:
    """What was asked for.

    Attributes:
        at: The time as it was typed, which can be read.
        anew: Whether the targets are chosen anew when it is time.
    """

    at: str
    anew: bool


class ScheduleDialog(FormDialog[ScheduleTexts]):
    """Asks at what time, and for whom then.

    Args:
        what: What is scheduled.
        these: Those who are chosen now, such as `12 users`.
        anew: Who is chosen when it is time, such as `everybody`; empty where only these can be.
        zone: What the zone is called that is typed in.
        told: Tells a time as it is understood; raises a `ProblemError` where it cannot be.
    """

    CONFIRM_TEXT = "Schedule"
    IS_COMPLETE = False

    def __init__(
        self, what: str, these: str, anew: str, zone: str, told: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._what = what
        self._these = these
        self._anew = anew
        self._zone = zone
        self._told = told
        self._field = PlainInput()
        self._note = Label("", classes="list-note", markup=False)
        self._whom = OneOf([anew, these] if anew else [these])

    def heading(self) -> str:
        """What is scheduled."""
        return f"Schedule: {self._what}"

    def content(self) -> Iterable[Widget]:
        """The time, how it is understood, for whom, and who runs it."""
        yield labelled("At", self._field)
        yield self._note
        if self._anew:
            yield labelled("For", self._whom)
        else:
            yield paragraph(f"For {self._these}.", "spaced")
        yield paragraph(f"{EXAMPLES}, in {self._zone}.", "dim spaced")
        yield paragraph(f"It is planned again when it is time. {NEEDS_ENGINE}", "dim spaced")

    def on_mount(self) -> None:
        """Begin with the time."""
        self._field.focus()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._acceptable()

    def _acceptable(self) -> bool:
        text = self._field.value.strip()
        try:
            told = self._told(text) if text else ""
        except ProblemError as problem:
            complain(self._note, str(problem))
            self.allow(False)
            return False
        self._note.update(told)
        self.allow(bool(text))
        return bool(text)

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if self._acceptable():
            anew = bool(self._anew) and self._whom.chosen == 0
            self.dismiss(ScheduleTexts(self._field.value.strip(), anew))


class Answer(StrEnum):
    """What is to become of a scheduled operation."""

    RUN = "run"
    GO_ON = "go_on"
    END = "end"


class ScheduledDialog(Dialog[Answer]):
    """Shows a scheduled operation whole; one that was missed is asked about.

    Args:
        title: What it is.
        pairs: What there is to know, each with its name.
        ends: What the button says that ends it; empty where it is over.
        begins: The answer that has it run, or go on, and what its button says; None where there is
            none.
    """

    def __init__(
        self,
        title: str,
        pairs: Sequence[tuple[str, str]],
        ends: str,
        begins: tuple[Answer, str] | None,
    ) -> None:
        super().__init__()
        self._title = title
        self._pairs = pairs
        self._ends = ends
        self._begins = begins

    def heading(self) -> str:
        """What it is."""
        return self._title

    def content(self) -> Iterable[Widget]:
        """Everything, each with its name before it."""
        yield Facts(self._lines)

    def _lines(self, width: int) -> Lines:
        return told_lines([(name, Content(text)) for name, text in self._pairs], width, _LABEL)

    def choices(self) -> Iterable[Choice]:
        """To leave it, to end it, or to have it run, or go on, now."""
        yield Choice("Leave it" if self._begins else "Close", id=CANCEL)
        if self._ends:
            yield Choice(self._ends, id=Answer.END)
        if self._begins:
            answer, label = self._begins
            yield Choice(label, id=answer)

    def on_mount(self) -> None:
        """Enter does nothing to it."""
        self.query_one(f"#{CANCEL}").focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        chosen = event.choice.id
        self.dismiss(None if chosen is None or chosen == CANCEL else Answer(chosen))
