"""What was found, what was not, and whether to go on with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.widgets.turned_list import TurnedList

_DIM: Final = "$foreground-muted"
_IN_SIGHT: Final = 10  # lines of the list; the style sheet says so too
_OF_TWO: Final = 5  # lines of each where there are two lists; the style sheet says so too
_MOST: Final = 1_000  # lines; nobody reads more, and each is a widget's option


@dataclass(frozen=True, slots=True)
class Review:
    """What a dialog says of something before it is done.

    Attributes:
        title: Of the dialog.
        told: What was found, in sentences.
        missed: What was not, one a line.
        why: What it is that `missed` lists; shown above it.
        confirm: What the button says; empty where there is nothing to go on with.
        found: What was found, one a line, where that is to be seen.
        good: What it is that `found` lists; shown above it.
    """

    title: str
    told: Sequence[str]
    missed: Sequence[str] = ()
    why: str = ""
    confirm: str = ""
    found: Sequence[str] = ()
    good: str = ""


class ReviewDialog(ReadingDialog[bool]):
    """Shows a review; True goes on, False and None go back."""

    def __init__(self, review: Review) -> None:
        super().__init__()
        self._review = review

    def heading(self) -> str:
        """The title."""
        return self._review.title

    def content(self) -> Iterable[Widget]:
        """The sentences, then what was missed, in a list that scrolls."""
        for text in self._review.told:
            yield paragraph(clean(text))
        review = self._review
        in_sight = _OF_TWO if review.missed and review.found else _IN_SIGHT
        if review.missed:
            yield from _listed(review.why, review.missed, in_sight)
        if review.found:
            yield from _listed(review.good, review.found, in_sight)

    def choices(self) -> Iterable[Choice]:
        """To go back, or to go on where there is something to go on with."""
        yield Choice("Back", id=CANCEL)
        if self._review.confirm:
            yield Choice(self._review.confirm, id=CONFIRM)

    def on_mount(self) -> None:
        """Enter goes on: that is what was asked for."""
        self.query(Choice).last().focus()

    @on(OptionList.OptionSelected)
    def _read(self) -> None:
        """A line was chosen, which means nothing: go on to the buttons."""
        self.query(Choice).last().focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == CONFIRM)


def _listed(what: str, texts: Sequence[str], in_sight: int) -> Iterable[Widget]:
    """Return a list that scrolls, with what it lists above it."""
    yield paragraph(f"{what} ({len(texts):,}):", "spaced")
    lines = [Content(clean(text)) for text in texts[:_MOST]]
    if len(texts) > _MOST:
        lines.append(Content.styled(f"… and {len(texts) - _MOST:,} more", _DIM))
    classes = "of-two" if in_sight == _OF_TWO else None
    yield TurnedList(*map(Option, lines), compact=True, markup=False, classes=classes)
    if len(texts) > in_sight:
        more = len(texts) - in_sight
        yield paragraph(f"and {more:,} more: tab to the list, ↓ shows them", "dim")
