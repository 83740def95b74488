"""Saved filters: using one, saving the present one, removing one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import SAVED_SIGN, SavedFilter, check_name
from drtui.domain.text import clean, fold
from drtui.screens.dialogs.base import Dialog, paragraph
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.turned_list import TurnedList

_FOCUS, _DIM, _HAND = "$primary", "$foreground-muted", "$error"
_SHOWN: Final = 400
_NOTHING_SAVED: Final = "No filter is saved yet."


@dataclass(frozen=True, slots=True)
class UseFilter:
    """A saved filter is to be used in the place of the present one."""

    text: str


@dataclass(frozen=True, slots=True)
class SaveFilter:
    """The present filter is to be saved under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveFilter:
    """A saved filter is to be forgotten."""

    name: str


FilterAnswer = UseFilter | SaveFilter | RemoveFilter


class _SavedList(TurnedList):
    """The list, with the keys for one of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "use it", key_display="enter"),
        Binding("n", "screen.name", "save the present filter"),
        Binding("d", "screen.remove", "remove"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class FiltersDialog(Dialog[FilterAnswer]):
    """Chooses what to do with saved filters.

    Args:
        saved: The saved filters, in order.
        present: The filter that is typed now.
        problem: Why it cannot be saved; empty when it can.
    """

    TITLE_TEXT = "Saved filters"

    def __init__(self, saved: Sequence[SavedFilter], present: str, problem: str = "") -> None:
        super().__init__()
        self._saved = saved
        self._present = present.strip()
        self._problem = problem if self._present else "nothing is typed in the filter"
        self._list = _SavedList(*map(_option, saved), compact=True, markup=False)
        self._field = PlainInput()
        self._field_line = Horizontal(
            Label("Save as", classes="field-label", markup=False), self._field, classes="field"
        )
        self._note = Label("", classes="list-note", markup=False)
        self._asked: str | None = None  # the name whose removal waits for the second key

    def content(self) -> Iterable[Widget]:
        """The list, the present filter, and the field for its name."""
        yield self._list
        if not self._saved:
            yield paragraph(_NOTHING_SAVED, "dim")
        yield paragraph(f"Now: {clean(self._present, _SHOWN) or 'no filter'}", "spaced")
        yield self._field_line
        yield self._note

    def on_mount(self) -> None:
        """Begin with the list."""
        self._field_line.display = False
        if self._saved:
            self._list.highlighted = 0
        self._list.focus()

    # Using

    @on(OptionList.OptionSelected)
    def _use(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(UseFilter(self._saved[event.option_index].text))

    # Saving

    def action_name(self) -> None:
        """Type a name for the present filter."""
        self._asked = None
        if self._problem:
            self._complain(f"It cannot be saved: {self._problem}.")
            return
        self._field_line.display = True
        self._note.update(Content.styled(f"then {SAVED_SIGN}name in a filter means it", _DIM))
        self._field.focus()

    @on(Input.Changed)
    def _check(self) -> bool:
        name = self._field.value.strip()
        try:
            check_name(name)
        except InvalidInputError as error:
            if name:
                self._complain(str(error))
            return False
        there = any(fold(one.name) == fold(name) for one in self._saved)
        told = "replaces the one of that name" if there else f"{SAVED_SIGN}{name} will mean it"
        self._note.update(Content.styled(told, _DIM))
        return True

    @on(Input.Submitted)
    def _save(self) -> None:
        # Checked again: Enter can come before the Changed message of the last character.
        if self._check():
            self.dismiss(SaveFilter(self._field.value.strip()))

    # Removing

    def action_remove(self) -> None:
        """Ask whether to remove this one; the same key again removes it."""
        index = self._list.highlighted
        if index is None:
            return
        name = self._saved[index].name
        if self._asked == name:
            self.dismiss(RemoveFilter(name))
            return
        self._asked = name
        self._complain(f"Remove “{clean(name)}”? d again removes it, esc keeps it.")

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        if self._asked is not None:
            self._hush()

    def action_leave(self) -> None:
        """Leave the question or the field, else the dialog."""
        if self._asked is None and not self._field_line.display:
            self.dismiss(None)
        self._field_line.display = False
        self._hush()
        self._list.focus()

    def _hush(self) -> None:
        self._asked = None
        self._note.update("")

    def _complain(self, sentence: str) -> None:
        self._note.update(Content.styled(sentence, _HAND))


def _option(saved: SavedFilter) -> Option:
    name = (f"{SAVED_SIGN}{clean(saved.name)}", f"bold {_FOCUS}")
    return Option(Content.assemble(name, f"  {clean(saved.text, _SHOWN)}"))
