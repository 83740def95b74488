"""Labels put on the marked users and taken off them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.completion import Candidate
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, fold
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.candidate_line import candidate_line
from drtui.widgets.plain_input import PlainInput

_HAND, _DIM = "$error", "$foreground-muted"
_SHOWN: Final = 12  # of the labels there are now


@dataclass(frozen=True, slots=True)
class TagTexts:
    """What was typed: labels to put on, and to take off."""

    add: tuple[str, ...]
    remove: tuple[str, ...]


class TagInput(PlainInput):
    """A field for labels with blanks or commas between; Tab completes one, or goes on.

    Args:
        known: The labels that it completes, in the order in which to offer them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete, next field", key_display="tab"),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self._known = known

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that are typed."""
        return tuple(self.value.replace(",", " ").split())

    def candidates(self) -> list[Candidate]:
        """Return the known labels that begin like the one at the cursor."""
        begun = self._begun
        there = set(map(fold, self.labels))
        prefix = fold(begun)
        return [
            Candidate(one)
            for one in self._known
            if fold(one).startswith(prefix) and fold(one) not in there
        ]

    @property
    def _begun(self) -> str:
        before = self.value[: self.cursor_position].replace(",", " ")
        return before.rpartition(" ")[2]

    def action_complete(self) -> None:
        """Complete the label that is begun, else go to the next field."""
        candidates, begun = self.candidates(), self._begun
        if not begun or not candidates:
            self.screen.focus_next()
            return
        start, end = self.cursor_position - len(begun), self.cursor_position
        self.replace(candidates[0].text + " ", start, end)


class TagsDialog(TypingDialog[TagTexts]):
    """Asks which labels to put on, and which to take off.

    Args:
        subject: Whom they are for.
        count: How many these are.
        present: The labels that these have now, each with how many have it.
        known: All labels of the account, the most frequent first.
        check: Raises `InvalidInputError` where labels to add and to remove cannot be meant.
    """

    TITLE_TEXT = "Tags"

    def __init__(
        self,
        subject: str,
        count: int,
        present: Mapping[str, int],
        known: Sequence[str],
        check: Callable[[Sequence[str], Sequence[str]], object],
    ) -> None:
        super().__init__()
        self._subject = subject
        self._count = count
        self._present = present
        self._check = check
        self._add = TagInput(known)
        self._remove = TagInput(list(present))
        self._note = Label("", classes="tag-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """Whom it is for, what they have, both fields, and what can be completed or is wrong."""
        yield paragraph(self._subject)
        yield paragraph(self._present_text(), "dim")
        for title, field in (("Add", self._add), ("Remove", self._remove)):
            label = Label(title, classes="field-label", markup=False)
            yield Horizontal(label, field, classes="field")
        yield self._note
        yield paragraph("Labels such as vip or team:red, with blanks between them.", "dim spaced")

    def _present_text(self) -> str:
        if not self._present:
            return "They have no labels now."
        parts = [f"{clean(label)} ({number:,})" for label, number in self._present.items()]
        return f"now: {', '.join(parts[:_SHOWN])}{', …' if len(parts) > _SHOWN else ''}"

    def choices(self) -> Iterable[Choice]:
        """To leave, or to do it."""
        confirm = Choice(f"Set tags ({self._count:,})", id=CONFIRM, disabled=True)
        return [Choice("Cancel", id=CANCEL), confirm]

    def on_mount(self) -> None:
        """Begin with what to add."""
        self._add.focus()
        self._tell()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer what the field with the focus completes."""
        del event
        self._tell()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._tell()

    def _problem(self) -> str:
        try:
            self._check(self._add.labels, self._remove.labels)
        except InvalidInputError as error:
            return str(error)
        return ""

    def _tell(self) -> bool:
        """Say what is wrong, or what can be completed; return whether nothing is wrong."""
        typed = bool(self._add.labels or self._remove.labels)
        problem = self._problem() if typed else ""
        focused = self.focused
        candidates = focused.candidates() if isinstance(focused, TagInput) else []
        width = self._note.size.width or self.app.size.width
        if problem:
            self._note.update(Content.styled(problem, _HAND))
        elif candidates:
            self._note.update(candidate_line(candidates, None, width).stylize(_DIM))
        else:
            self._note.update("")
        self.query_one(f"#{CONFIRM}").disabled = bool(problem) or not typed
        return typed and not problem

    @on(Input.Submitted)
    def _submit(self) -> None:
        # Checked again: Enter can come before the Changed message of the last character.
        if self._tell():
            self.dismiss(TagTexts(self._add.labels, self._remove.labels))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
