"""Where invitations are saved: one new file, or a folder with one for each."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput


@dataclass(frozen=True, slots=True)
class Saved:
    """Where invitations were saved, and how many they were by then."""

    path: str
    count: int


class SaveInvitationsDialog(FormDialog[Saved]):
    """Asks for a path, saves there, and returns it; what is wrong with it is said below it.

    Args:
        count: How many invitations there are.
        left_out: How many participants get none, since something is missing.
        save: Saves them at a path, and returns how many; called in a thread. Raises a
            `ProblemError`.
    """

    TITLE_TEXT = "Save the invitations"

    def __init__(self, count: int, left_out: int, save: Callable[[str], int]) -> None:
        super().__init__()
        self._count = count
        self._left_out = left_out
        self._save = save
        self._path = PlainInput(placeholder="~/invitations.txt, or ~/invitations/")
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """How many they are, the field, and what is wrong with it."""
        told = counted(self._count, "invitation")
        if self._left_out:
            told += f"; {self._left_out:,} left out, of whom something is missing"
        yield paragraph(f"{told}.")
        yield paragraph(
            "As plain text, in a new file that only you can read; a folder, which ends in /, gets "
            "one file each.",
            "dim spaced",
        )
        yield labelled("Path", self._path)
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to save them."""
        return [Choice("Cancel", id=CANCEL), Choice(f"Save ({self._count:,})", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the path."""
        self.set_focus(self._path)

    @on(Input.Changed)
    def _edited(self) -> None:
        self._note.update("")

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        self.run_worker(self._write(self._path.value), group="reading", exclusive=True)

    async def _write(self, path: str) -> None:
        try:
            count = await asyncio.to_thread(self._save, path)
        except ProblemError as problem:
            complain(self._note, str(problem))
        else:
            self.dismiss(Saved(path.strip(), count))
