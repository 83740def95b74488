"""A list that is pasted, or read from a file, looked up, and reviewed before it is used."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, TextArea

from drtui.commands.list_files import read_list_file
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.review import Review, ReviewDialog
from drtui.widgets.paste_area import PasteArea
from drtui.widgets.plain_input import PlainInput

Found = TypeVar("Found")
_HAND, _DIM = "$error", "$foreground-muted"
_ENDINGS: Final = (".csv", ".txt", ".tsv")


class ListDialog(Dialog[Found]):
    """Takes a list by paste or from a file, and returns what was found of it.

    What is wrong with the list is said below the fields.

    Args:
        explanation: What the list may hold.
        look_up: Returns what there is of it; called in a thread. Raises a `ProblemError` when it
            cannot be used.
        review: Returns what to say of that before it is used.
    """

    def __init__(
        self,
        explanation: str,
        look_up: Callable[[Sequence[str]], Found],
        review: Callable[[Found], Review],
    ) -> None:
        super().__init__()
        self._explanation = explanation
        self._look_up = look_up
        self._review = review
        self._area = PasteArea()
        self._path = PlainInput(placeholder="~/list.csv")
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """What it takes, the two fields, and what is wrong with them."""
        yield paragraph(self._explanation)
        yield self._area
        yield Horizontal(
            Label("or a file", classes="field-label", markup=False), self._path, classes="field"
        )
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to look it up."""
        return [Choice("Look up", id=CONFIRM), Choice("Cancel", id=CANCEL)]

    def on_mount(self) -> None:
        """Begin where something can be pasted."""
        self._area.focus()

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _edited(self) -> None:
        self._note.update("")

    @on(PasteArea.TooLong)
    def _too_long(self) -> None:
        self._complain("That is too long to paste: save it as a file, and type its path.")

    @on(Input.Submitted)
    def _submit(self) -> None:
        self._note.update(Content.styled("Looking it up …", _DIM))
        self.run_worker(self._find(), group="reading", exclusive=True)

    async def _find(self) -> None:
        pasted, path = self._area.text, self._path.value
        try:
            found, note = await asyncio.to_thread(self._read, pasted, path)
        except ProblemError as problem:
            self._complain(str(problem))
            return
        self._note.update("")

        def reviewed(go_on: bool | None) -> None:
            if go_on:
                self.dismiss(found)

        review = self._review(found)
        if note:
            review = replace(review, told=(*review.told, note))
        self.app.push_screen(ReviewDialog(review), reviewed)

    def _read(self, pasted: str, path: str) -> tuple[Found, str]:
        """Return what was found, and what there is to say of how a file was read."""
        if pasted.strip() and path.strip():
            raise InvalidInputError("Paste a list or type a path, not both.")
        if path.strip():
            file = read_list_file(path)
            return self._look_up(file.lines), file.note
        if not pasted.strip():
            raise InvalidInputError("Paste a list, or type the path of a file.")
        if _is_path(pasted):
            file = read_list_file(pasted)
            told = f"What was pasted is the path of a file, which was read: {clean(pasted)}."
            return self._look_up(file.lines), f"{told} {file.note}".rstrip()
        return self._look_up(pasted.splitlines()), ""

    def _complain(self, sentence: str) -> None:
        self._note.update(Content.styled(sentence, _HAND))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave; what was pasted is asked about before it is lost."""
        number = len(self._area.text.strip().splitlines())
        if not number:
            self.dismiss(None)
            return

        def asked(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)

        told = f"{counted(number, 'line')} typed or pasted here would be lost."
        dialog = ConfirmDialog("Leave without the list?", [told], "Leave", "Back", careful=True)
        self.app.push_screen(dialog, asked)


def _is_path(pasted: str) -> bool:
    """Whether what was pasted is the path of a file that is there, and not a list of one line."""
    typed = pasted.strip()
    if "\n" in typed or not ("/" in typed or typed.endswith(_ENDINGS)):
        return False
    try:
        return Path(typed).expanduser().is_file()
    except (OSError, RuntimeError, ValueError):  # too long, a user without a home, a NUL
        return False
