"""Which alias of a leaderboard is to be hidden from audiences, or shown again."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.text import clean, fold
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput


class RaceAliasDialog(FormDialog[str]):
    """Asks for an alias, by itself or by its place.

    Args:
        aliases: Those of the leaderboard, the leader's first.
    """

    TITLE_TEXT = "Hide an alias, or show it again"
    CONFIRM_TEXT = "Hide or show"

    def __init__(self, aliases: Sequence[str]) -> None:
        super().__init__()
        self._aliases = aliases
        self._input = PlainInput()
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """What it does, and the field."""
        yield paragraph("No audience is shown it, neither in reports nor on the big screen.")
        yield labelled("Alias", self._input)
        yield paragraph("As the leaderboard has it, or its line there, such as 3.", "dim spaced")
        yield self._note

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Changed)
    def _edited(self) -> None:
        self._note.update("")

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        typed = self._input.value.strip()
        # An alias may read like a line's number: what it reads like goes first.
        for alias in self._aliases:
            if typed and fold(typed) in (fold(alias), fold(clean(alias))):
                self.dismiss(alias)
                return
        if typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) <= len(self._aliases):
            self.dismiss(self._aliases[int(typed[:9]) - 1])
            return
        told = "Nobody on the leaderboard has that alias: type another one, or press esc."
        complain(self._note, told)
