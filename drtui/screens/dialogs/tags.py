"""Labels put on the marked users and taken off them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.completion import Candidate
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import OtherValues
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.candidate_line import candidate_line
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.tick_box import TickBox

_HAND, _DIM = "$error", "$foreground-muted"
_SHOWN: Final = 12  # of the labels there are now


@dataclass(frozen=True, slots=True)
class TagTexts:
    """What was typed: labels to put on, and to take off.

    Attributes:
        add: The labels to put on.
        remove: The labels to take off.
        instead: Whether the other labels with the keys of those to put on are taken off too.
    """

    add: tuple[str, ...]
    remove: tuple[str, ...]
    instead: bool = False


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

    def one_line(self, lines: Sequence[str]) -> str:
        """Take all labels that are pasted."""
        return " ".join(lines)

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


class TagsDialog(FormDialog[TagTexts]):
    """Asks which labels to put on, and which to take off.

    Args:
        subject: Whom they are for.
        count: How many these are.
        present: The labels that these have now, each with how many have it.
        known: All labels of the account, the most frequent first.
        others: Returns what they have beside labels to add and to remove; raises
            `InvalidInputError` where these cannot be meant.
    """

    TITLE_TEXT = "Tags"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "instead", "Take the other off", show=False),
    ]

    def __init__(
        self,
        subject: str,
        count: int,
        present: Mapping[str, int],
        known: Sequence[str],
        others: Callable[[Sequence[str], Sequence[str]], OtherValues],
    ) -> None:
        super().__init__()
        self._subject = subject
        self._count = count
        self._present = present
        self._others = others
        self._add = TagInput(known)
        self._remove = TagInput(list(present))
        self._note = Label("", classes="tag-note", markup=False)
        self._beside = Label("", classes="dialog-text spaced", markup=False)
        self._instead = TickBox("f2 takes it off; without a tick both stay")
        self._beside.display = self._instead.display = False

    def content(self) -> Iterable[Widget]:
        """Whom it is for, what they have, both fields, and what can be completed or is wrong."""
        yield paragraph(self._subject)
        yield paragraph(self._present_text(), "dim")
        for title, field in (("Add", self._add), ("Remove", self._remove)):
            yield labelled(title, field)
        yield self._note
        yield self._beside
        yield self._instead
        yield paragraph("Labels such as vip or team:red, with blanks between them.", "dim spaced")

    def _present_text(self) -> str:
        if not self._present:
            return "No labels now."
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to be instead of only where they have it."""
        return self._instead.display if action == "instead" else True

    def action_instead(self) -> None:
        """Take the other labels off, or leave them."""
        self._instead.action_turn()

    def _read(self) -> tuple[OtherValues | None, str]:
        """What they have beside what is typed, and what is wrong with that; None where it is."""
        try:
            return self._others(self._add.labels, self._remove.labels), ""
        except InvalidInputError as error:
            return None, str(error)

    def _tell(self) -> bool:
        """Say what is wrong, or what can be completed; return whether nothing is wrong."""
        typed = bool(self._add.labels or self._remove.labels)
        others, problem = self._read() if typed else (None, "")
        focused = self.focused
        candidates = focused.candidates() if isinstance(focused, TagInput) else []
        width = self._note.size.width or self.app.size.width
        if problem:
            complain(self._note, problem)
        elif candidates:
            self._note.update(candidate_line(candidates, None, width).stylize(_DIM))
        else:
            self._note.update("")
        self._tell_others(others)
        self.allow(typed and not problem)
        return typed and not problem

    def _tell_others(self, others: OtherValues | None) -> None:
        """Say what they have beside what is typed, and offer to take it off."""
        there = others is not None and others.users > 0
        if others is not None and there:
            have = counted(others.users, "has", "have")
            self._beside.update(f"{have} {others.what} already: {others}.")
        if there is not self._instead.display:
            self._beside.display = self._instead.display = there

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        # Checked again: Enter can come before the Changed message of the last character.
        if self._tell():
            instead = self._instead.display and self._instead.ticked
            self.dismiss(TagTexts(self._add.labels, self._remove.labels, instead))
