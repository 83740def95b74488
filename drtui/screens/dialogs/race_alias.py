"""Which alias of a leaderboard is to be hidden from audiences, or shown again."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.text import clean, fold
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput

_NAME: Final = 40


class RaceAliasDialog(FormDialog[tuple[str, bool]]):
    """Asks for an alias, by itself or by its place; the answer is it, and whether to hide it.

    Places change on the page behind: a line's number is only a way to write the alias that had it
    when the dialog was opened, which is confirmed by that name.

    Args:
        aliases: Those of the leaderboard, the leader's first, each with whether it is hidden.
    """

    TITLE_TEXT = "Hide an alias, or show it again"
    CONFIRM_TEXT = "Hide or show"

    def __init__(self, aliases: Sequence[tuple[str, bool]]) -> None:
        super().__init__()
        self._aliases = aliases
        self._by_line: tuple[str, bool] | None = None  # whose name a line's number has written
        self._input = PlainInput()
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """What it does, and the field."""
        yield paragraph("No audience is shown it, neither in reports nor on the big screen.")
        yield labelled("Alias", self._input)
        told = "As the leaderboard has it, or its line, such as 3: enter names it."
        yield paragraph(told, "dim spaced")
        yield self._note

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Changed)
    def _edited(self) -> None:
        self._note.update(self._told())

    def _told(self) -> str:
        """Say whom enter hides or shows; empty where nobody is named."""
        if (named := self._named()) is None:
            return ""
        alias, hidden = named
        name = clean(alias, _NAME) or "?"
        return f"{name} is hidden: enter shows it again." if hidden else f"Enter hides {name}."

    def _named(self) -> tuple[str, bool] | None:
        typed, by_line = self._input.value.strip(), self._by_line
        if by_line is not None and typed == clean(by_line[0]).strip():
            return by_line
        # An alias may read like a line's number: what it reads like goes first.
        return next(
            (
                (alias, hidden)
                for alias, hidden in self._aliases
                if typed and fold(typed) in (fold(alias), fold(clean(alias)))
            ),
            None,
        )

    def submit(self) -> None:
        """Go on, say whose a line is, or say what is wrong."""
        typed = self._input.value.strip()
        if (named := self._named()) is not None:
            alias, hidden = named
            self.dismiss((alias, not hidden))
        elif typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) <= len(self._aliases):
            self._by_line = self._aliases[int(typed[:9]) - 1]
            self._input.value = clean(self._by_line[0])
            self._input.cursor_position = len(self._input.value)
        else:
            told = "Nobody on the leaderboard has that alias: type another one, or press esc."
            complain(self._note, told)
