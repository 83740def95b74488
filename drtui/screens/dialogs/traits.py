"""Which participants are shown: those of whom all that is ticked is true."""

from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from drtui.domain.roster import STANDINGS, Trait
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.screens.roster_cells import TRAIT_WORDS
from drtui.widgets.turned_list import TurnedList

_DIM: Final = "$foreground-muted"
_WIDTH: Final = max(map(len, TRAIT_WORDS.values())) + 2
_LONG: Final = {
    Trait.UNDER_WAY: "invitation under way",
    Trait.INVITATION_FAILED: "invitation failed",
}


class _Traits(TurnedList):
    """The list, with the keys that tick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.tick", "tick", key_display="space"),
        Binding("r", "screen.reset", "none"),
        Binding("enter", "screen.confirm", "confirm", key_display="enter"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class TraitsDialog(Dialog[tuple[Trait, ...]]):
    """Ticks traits; returns those that are ticked, in their order.

    Of how far an invitation has come only one can be ticked: nobody has two.

    Args:
        counts: How many have each.
        ticked: What is ticked now.
    """

    TITLE_TEXT = "Show only"

    def __init__(self, counts: Mapping[Trait, int], ticked: Collection[Trait]) -> None:
        super().__init__()
        self._counts = counts
        self._ticked = set(ticked)
        self._list = _Traits(compact=True, markup=False)
        self._digits = max((len(f"{one:,}") for one in counts.values()), default=1)

    def content(self) -> Iterable[Widget]:
        """The traits with their counts."""
        yield self._list
        yield paragraph("Of whom all that is ticked is true; with none, everybody.", "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to use them."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the first."""
        self._draw(0)
        self._list.focus()

    def _draw(self, cursor: int) -> None:
        self._list.set_options([self._option(one) for one in Trait])
        self._list.highlighted = cursor

    def _option(self, trait: Trait) -> Option:
        box = "[x]" if trait in self._ticked else "[ ]"
        number = self._counts.get(trait, 0)
        words = _LONG.get(trait, TRAIT_WORDS[trait])
        line = Content(f"{box} {words:<{_WIDTH + 6}}{number:>{self._digits},}")
        return Option(line if number else line.stylize(_DIM), id=trait.value)

    @property
    def _cursor(self) -> int:
        return self._list.highlighted or 0

    def action_tick(self) -> None:
        """Tick it, or take the tick away; of standings the last one stays."""
        trait = list(Trait)[self._cursor]
        if trait in STANDINGS:
            self._ticked -= set(STANDINGS) - {trait}
        self._ticked ^= {trait}
        self._draw(self._cursor)

    def action_reset(self) -> None:
        """Tick nothing."""
        self._ticked.clear()
        self._draw(self._cursor)

    def action_confirm(self) -> None:
        """Use them."""
        self.dismiss(tuple(one for one in Trait if one in self._ticked))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self.action_confirm()
        else:
            self.dismiss(None)
