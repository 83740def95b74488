"""The tracks to choose from: looked for by name, with lengths and directions."""

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from drtui.domain.tracks import TRACKS, Track, direction_text, find_tracks
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import ChoiceList, TypingDialog
from drtui.widgets.cells import fit
from drtui.widgets.plain_input import PlainInput

_DIM: Final = "$foreground-muted"
_NAME, _ID = 36, 28  # cells


class _Search(PlainInput):
    """What tracks are looked for by; the arrows move in the list below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "choose", key_display="enter"),
        Binding("down", "screen.move(1)", "next", key_display="↓↑"),
        Binding("up", "screen.move(-1)", "Previous", show=False),
    ]


class TrackDialog(TypingDialog[str]):
    """Asks for a track; returns its id.

    Args:
        present: The name or id of the present one.
    """

    TITLE_TEXT = "Tracks"

    def __init__(self, present: str) -> None:
        super().__init__()
        self._search = _Search(placeholder="name or id")
        self._list = ChoiceList()
        self._note = Label("", classes="dialog-text dim", markup=False)
        self._found: list[Track] = []
        self._present = present

    def content(self) -> Iterable[Widget]:
        """The search, how many match, and the list."""
        return [self._search, self._note, self._list]

    def on_mount(self) -> None:
        """Show all of them, the present one under the cursor."""
        self._fill("")
        named = (
            self._present.casefold() in (one.name.casefold(), one.track_id.casefold())
            for one in self._found
        )
        self._list.highlighted = next((at for at, one in enumerate(named) if one), 0)
        self._search.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def _fill(self, words: str) -> None:
        found = list(find_tracks(words) if words.strip() else TRACKS)
        if found == self._found:
            return
        self._found = found
        self._list.clear_options()
        self._list.add_options([Option(_line(one)) for one in found])
        self._list.highlighted = 0 if found else None
        told = f"{counted(len(found), 'track')} of {len(TRACKS)}, with length and directions"
        self._note.update(told if found else "No track is called so.")

    def action_move(self, by: int) -> None:
        """Move the cursor of the list."""
        if self._found:
            at = (self._list.highlighted or 0) + by
            self._list.highlighted = max(0, min(at, len(self._found) - 1))

    @on(Input.Submitted)
    def _entered(self) -> None:
        if self._found and self._list.highlighted is not None:
            self.dismiss(self._found[self._list.highlighted].track_id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].track_id)


def _line(one: Track) -> Content:
    ways = " or ".join(direction_text(each) for each in one.directions)
    short = "both directions" if len(one.directions) > 1 else ways
    return Content.assemble(
        f"{fit(one.name, _NAME):<{_NAME}}",
        f"{one.length:>6.2f} m  ",
        (short, _DIM),
    )
