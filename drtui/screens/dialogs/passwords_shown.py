"""Passwords that were made: shown once, as text that can be selected, and kept nowhere."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, Static

from drtui.commands.passwords import GivenPassword
from drtui.domain.passwords import LENGTH
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog, paragraph
from drtui.screens.dialogs.confirm import ConfirmDialog

_HAND, _DIM = "$error", "$foreground-muted"
_ROOM: Final = 68  # cells of a line
_GAP: Final = 2
_MOST: Final = 200  # of a name
_TOLD: Final = "Select with the mouse, ctrl+c copies. Kept nowhere, and not shown again."
_TITLE: Final = "They are not shown again. Close?"
_WARNING: Final = "Who is not told theirs gets another one by K."


class PasswordsShownDialog(Dialog[bool]):
    """Shows passwords, and asks before it closes; True is that they were read.

    Args:
        given: What was made.
        refused: Why others got none, by email.
        problem: Why they are shown although they were to be written; empty where they were not.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", key_display="esc"),
    ]

    def __init__(
        self, given: Sequence[GivenPassword], refused: Mapping[str, str], problem: str
    ) -> None:
        super().__init__()
        self._given = given
        self._refused = refused
        self._problem = problem

    def heading(self) -> str:
        """How many there are."""
        return f"{counted(len(self._given), 'password')} made"

    def content(self) -> Iterable[Widget]:
        """What is to be known, the passwords, and who got none."""
        if self._problem:
            yield Label(
                Content.styled(f"{self._problem} They are shown here instead.", _HAND),
                classes="dialog-text",
                markup=False,
            )
        yield paragraph(_TOLD)
        text = "\n".join(_lines(self._given))
        yield VerticalScroll(Static(text, markup=False), classes="copied", can_focus=True)
        if self._refused:
            yield paragraph(f"Without one ({len(self._refused):,}):", "spaced")
            told = "\n".join(f"{clean(one)}: {clean(why)}" for one, why in self._refused.items())
            refused = Static(Content.styled(told, _DIM), markup=False)
            yield VerticalScroll(refused, classes="refused", can_focus=True)

    def choices(self) -> Iterable[Choice]:
        """To close it."""
        return [Choice("Close", id=CANCEL)]

    def on_mount(self) -> None:
        """Begin in the list, which scrolls."""
        self.query_one(".copied").focus()

    def action_leave(self) -> None:
        """Ask whether they were read."""
        dialog = ConfirmDialog(_TITLE, [_WARNING], "Close", "Back")
        self.app.push_screen(dialog, self._asked)

    def _asked(self, close: bool | None) -> None:
        if close:
            self.dismiss(True)

    @on(Choice.Chosen)
    def _close(self) -> None:
        self.action_leave()


def _lines(given: Sequence[GivenPassword]) -> list[str]:
    """Return the passwords as a table; where there is no room, each below its email."""
    cells = [(clean(one.email, _MOST), clean(one.user_name, _MOST), one.password) for one in given]
    first, second = (max(len(row[place]) for row in cells) + _GAP for place in (0, 1))
    if first + second + LENGTH > _ROOM:
        return [f"{email}\n{'':{_GAP}}{name}  {secret}" for email, name, secret in cells]
    return [f"{email:<{first}}{name:<{second}}{secret}" for email, name, secret in cells]
