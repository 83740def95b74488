"""What the checklist found missing and can be mended from here: which, and how much of it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from drtui.domain.sponsor.checks import Checked
from drtui.domain.text import clean
from drtui.screens.dialogs.base import (
    CANCEL,
    CONFIRM,
    Choice,
    ChoiceList,
    Dialog,
    TypingDialog,
    paragraph,
)
from drtui.widgets.cells import fit_words
from drtui.widgets.plain_input import PlainInput

if TYPE_CHECKING:
    from drtui.commands.fixing import Fix

_HAND, _DIM = "$error", "$foreground-muted"
_ROOM: Final = 72  # cells of a line
_AROUND: Final = 7  # of the screen, beside a line: the box, and the list's own scroll bar
_INDENT: Final = "  "
_DIGITS: Final = 6


class FixesDialog(Dialog[str]):
    """Chooses one of the lines that can be mended from here.

    Args:
        fixes: As the last check found them; there is one at least.
    """

    TITLE_TEXT = "Mend what is missing"

    def __init__(self, fixes: "Mapping[Fix, Checked]") -> None:
        super().__init__()
        self._fixes = fixes

    def content(self) -> Iterable[Widget]:
        """What comes next, and the list."""
        yield paragraph("Nothing is done before the plan is confirmed.", "dim")
        room = self._room(self.app.size.width)
        options = [Option(_line(one, room), id=fix) for fix, one in self._fixes.items()]
        yield ChoiceList(*options, compact=True)

    def _room(self, width: int) -> int:
        return min(_ROOM, width - _AROUND)

    def on_mount(self) -> None:
        """Begin with the first."""
        options = self.query_one(OptionList)
        options.focus()
        options.action_first()

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines into the room there is."""
        options = self.query_one(ChoiceList)
        for fix, one in self._fixes.items():
            options.replace_option_prompt(fix, _line(one, self._room(event.size.width)))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _line(one: Checked, room: int) -> Content:
    title = fit_words(f"{one.fix}: {one.prerequisite}", room)
    finding = fit_words(clean(one.finding), room - len(_INDENT))
    return Content.assemble((title, "bold"), "\n", (f"{_INDENT}{finding}", _DIM))


class HigherQuotaDialog(TypingDialog[int]):
    """Asks how many training jobs at once AWS shall let run.

    Args:
        present: What the check found, safe to show.
        number: What the field begins with.
        most: The largest number that is asked for.
    """

    TITLE_TEXT = "Ask AWS for a higher quota"

    def __init__(self, present: str, number: int, most: int) -> None:
        super().__init__()
        self._present = present
        self._most = most
        self._field = PlainInput(f"{number}")
        self._field.select_on_focus = True
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._note.display = False

    def content(self) -> Iterable[Widget]:
        """What there is, the field, and what AWS makes of it."""
        yield paragraph(self._present)
        label = Label("At once", classes="field-label", markup=False)
        yield Horizontal(label, self._field, classes="field")
        yield paragraph(
            "Every training, evaluation and submission is a job. AWS decides about a request, "
            "which can take days. It is sent once, and cannot be taken back from here.",
            "dim spaced",
        )
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on to the plan."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._field.focus()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._note.display = False

    @on(Input.Submitted)
    def _submit(self) -> None:
        text = self._field.value.strip().replace(",", "")
        number = int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
        if 1 <= number <= self._most:
            self.dismiss(number)
            return
        told = f"Type a number from 1 to {self._most:,}, or press esc."
        self._note.update(Content.styled(told, _HAND))
        self._note.display = True
        self._note.scroll_visible(animate=False)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
