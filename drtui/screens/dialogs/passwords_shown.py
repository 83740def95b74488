"""Passwords that were made: shown once, as text that can be selected, and kept nowhere."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from drtui.commands.passwords import GivenPassword
from drtui.domain.passwords import LENGTH
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, Choice, paragraph
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.screens.tools import copy_out
from drtui.widgets.long_text import LongText

_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_ROOM: Final = 68  # cells of a line
_GAP: Final = 2
_MOST: Final = 200  # of a name
_TOLD: Final = (
    "Kept nowhere, and not shown again: s saves all of them to a file, y copies all of them."
)
_FILE: Final = "~/deepracer-passwords.csv"
_IN_CLIPBOARD: Final = "The clipboard holds passwords now: copy something else when you are done."
Save = Callable[[Sequence[GivenPassword], str], str]
"""Writes passwords to a new file at a path as it was typed, and returns it, safe to show."""
_TITLE: Final = "They are not shown again. Close?"
_WARNING: Final = "Who is not told theirs gets another one by K."


class PasswordsShownDialog(ReadingDialog[bool]):
    """Shows passwords, and asks before it closes; True is that they were read.

    Args:
        given: What was made.
        refused: Why others got none, by email.
        problem: Why they are shown although they were to be written; empty where they were not.
        save: Writes them to a file, by which they are handed over; called in a thread.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "save to a file"),
        Binding("y", "copy", "copy"),
    ]

    def __init__(
        self,
        given: Sequence[GivenPassword],
        refused: Mapping[str, str],
        problem: str,
        save: Save,
    ) -> None:
        super().__init__()
        self._given = given
        self._refused = refused
        self._problem = problem
        self._write = save
        self._saved = False
        self._note = Label("", classes="dialog-text", markup=False)

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
        yield self._note
        yield LongText("\n".join(_lines(self._given)), classes="copied")
        if self._refused:
            yield paragraph(f"Without one ({len(self._refused):,}):", "spaced")
            told = "\n".join(f"{clean(one)}: {clean(why)}" for one, why in self._refused.items())
            yield LongText(Content.styled(told, _DIM), classes="refused")

    def choices(self) -> Iterable[Choice]:
        """To close it."""
        return [Choice("Close", id=CANCEL)]

    def on_mount(self) -> None:
        """Begin in the list, which scrolls."""
        self._note.display = False
        self.query_one(".copied").focus()

    def action_leave(self) -> None:
        """Ask whether they were read; a file has them otherwise."""
        if self._saved:
            self.dismiss(True)
            return
        dialog = ConfirmDialog(_TITLE, [_WARNING], "Close", "Back", careful=True)
        self.app.push_screen(dialog, self._asked)

    def _asked(self, close: bool | None) -> None:
        if close:
            self.dismiss(True)

    def action_copy(self) -> None:
        """Copy all of them."""
        self.run_worker(self._copy(), group="copying", exclusive=True)

    async def _copy(self) -> None:
        where = await copy_out(self.app, "\n".join(_lines(self._given)))
        self._tell(f"{where} {_IN_CLIPBOARD}")

    def action_save(self) -> None:
        """Ask for a path, and write all of them there."""
        self._ask_where(_FILE, "")

    def _ask_where(self, path: str, problem: str) -> None:
        def asked(answer: str | None) -> None:
            if answer is not None:
                self.run_worker(self._save(answer), group="saving", exclusive=True)

        self.app.push_screen(SaveDialog(path, problem), asked)

    async def _save(self, path: str) -> None:
        try:
            written = await asyncio.to_thread(self._write, self._given, path)
        except ProblemError as problem:
            self._ask_where(path, str(problem))
            return
        self._saved = True
        self._tell(f"Saved: {written}, which only you can read.")

    def _tell(self, text: str) -> None:
        self._note.update(Content.styled(text, _PENDING))
        self._note.display = True

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
