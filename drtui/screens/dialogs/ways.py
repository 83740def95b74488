"""A choice of ways that cannot be taken back, before there is a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, TypeVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph

_DIM: Final = "$foreground-muted"
Way = TypeVar("Way", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class WayShown:
    """A way as the list shows it.

    Attributes:
        name: What it is called.
        number: How many it is for; empty where that is not told.
        what: What it does.
        refusal: Why it cannot be gone now; empty where it can.
    """

    name: str
    number: str
    what: str
    refusal: str


class WaysDialog(Dialog[Way]):
    """Chooses a way; nothing is chosen to begin with.

    Args:
        subject: What it is for.
        ways: All there are, those that cannot be gone now too.
    """

    TOLD: ClassVar[str] = ""
    """What stands below the list."""

    def __init__(self, subject: str, ways: Mapping[Way, WayShown]) -> None:
        super().__init__()
        self._subject = subject
        self._ways = ways

    def content(self) -> Iterable[Widget]:
        """What it is for, and the list."""
        yield paragraph(self._subject, "dim")
        options = [_option(way, shown) for way, shown in self._ways.items()]
        yield ChoiceList(*options, compact=True).add_class("spaced")
        yield paragraph(self.TOLD, "dim spaced")

    def on_mount(self) -> None:
        """Begin in the list, on nothing."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(next(way for way in self._ways if way.value == event.option_id))


def _option(way: StrEnum, shown: WayShown) -> Option:
    number = "" if shown.refusal or not shown.number else f": {shown.number}"
    below = f"not now: {shown.refusal}" if shown.refusal else shown.what
    title = (f"{shown.name}{number}", _DIM if shown.refusal else "bold")
    line = Content.assemble(title, "\n", (below, _DIM))
    return Option(line, id=way.value, disabled=bool(shown.refusal))
