"""A field of a race's form: its label, what is typed or chosen, and beside it what is wrong."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from drtui.domain.race_typing import YES
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.tick_box import TickBox

_HAND, _DIM = "$error", "$foreground-muted"
Option = tuple[str, str]
"""What a choice is sent as, and what it is called."""
_WIDE: Final = frozenset({"name", "description", "footer", "positions"})


class RaceField(Vertical):
    """A label and a field, and what there is to say of it.

    Args:
        name: Of the definition's field.
        label: What stands before it.
        text: What it begins with.
        options: What there is to choose from; None is typed.
        flag: What it means where it is on; empty where it is none that is on or off.
        placeholder: What stands in it while it is empty.
    """

    def __init__(
        self,
        name: str,
        label: str,
        text: str,
        *,
        options: Sequence[Option] | None = None,
        flag: str = "",
        placeholder: str = "",
    ) -> None:
        wide = options is not None or bool(flag) or name in _WIDE
        super().__init__(classes=f"race-field{' -wide' if wide else ''}")
        self.field = name
        self._label = label
        self._values = tuple(value for value, _ in options or ())
        self.widget: PlainInput | OneOf | TickBox
        if options is not None:
            self.widget = OneOf([told for _, told in options], self._values.index(text))
        elif flag:
            self.widget = TickBox(flag)
            self.widget.set_reactive(TickBox.ticked, bool(text))
        else:
            self.widget = PlainInput(text, placeholder=placeholder)
        self._note = Label("", classes="race-note", markup=False)

    def compose(self) -> ComposeResult:
        """Lay them out; where the field is wide, the note stands below it."""
        label = Label(self._label, classes="race-label", markup=False)
        row: list[Widget] = [label, self.widget]
        if self.has_class("-wide"):
            yield Horizontal(*row)
            self._note.display = False
            yield self._note
        else:
            yield Horizontal(*row, self._note)

    @property
    def text(self) -> str:
        """What is typed or chosen."""
        if isinstance(self.widget, OneOf):
            return self._values[self.widget.chosen]
        if isinstance(self.widget, TickBox):
            return YES if self.widget.ticked else ""
        return self.widget.value

    @text.setter
    def text(self, text: str) -> None:
        if isinstance(self.widget, OneOf):
            if text in self._values:
                self.widget.chosen = self._values.index(text)
        elif isinstance(self.widget, TickBox):
            self.widget.ticked = bool(text)
        else:
            self.widget.value = text

    def tell(self, fault: str, note: str = "") -> None:
        """Say what is wrong, else what there is to know."""
        told = Content.styled(fault, _HAND) if fault else Content.styled(note, _DIM)
        self._note.update(told)
        if self.has_class("-wide"):
            self._note.display = bool(fault or note)
