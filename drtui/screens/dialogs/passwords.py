"""Passwords of IAM users: whose, where they go, and while they are made."""

import threading
from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.commands.handing_over import Handed
from drtui.domain.wording import counted
from drtui.screens.access_texts import PasswordTexts, Where
from drtui.screens.dialogs.base import Dialog, paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput

_LOOK_SECONDS: Final = 0.1
_PLACES: Final = tuple(Where)
_TOLD: Final = (
    "Made at once, not by an operation; each is to be changed at the first sign-in. drtui keeps "
    "none: what is not handed over is made anew."
)
Make = Callable[[Callable[[int], bool]], Handed]
"""Makes passwords, and asks before each whether to go on, telling how many are made."""


class PasswordsDialog(FormDialog[PasswordTexts]):
    """Asks whose passwords are made, and where they go.

    Args:
        without: How many have an IAM user and were handed no password.
        chosen: How many of those who were chosen have an IAM user.
        typed: What it begins with.
        complaint: What is wrong with that; empty where nothing is.
    """

    TITLE_TEXT = "Passwords of IAM users"
    CONFIRM_TEXT = "Make passwords"

    def __init__(self, without: int, chosen: int, typed: PasswordTexts, complaint: str) -> None:
        super().__init__()
        self._numbers = {
            anew: number for anew, number in ((False, without), (True, chosen)) if number
        }
        words = {False: f"{without:,} without one", True: f"{chosen:,} chosen, anew"}
        place = list(self._numbers).index(typed.anew) if typed.anew in self._numbers else 0
        self._whose = OneOf([words[anew] for anew in self._numbers], place)
        self._where = OneOf([one.value for one in _PLACES], _PLACES.index(typed.where))
        self._path = PlainInput(typed.path, placeholder="~/passwords.csv")
        self._file = labelled("File", self._path)
        self._before = self._texts
        self._complaint = complaint
        self._note = Label("", classes="dialog-text spaced", markup=False)

    def content(self) -> Iterable[Widget]:
        """The fields, and what there is to know."""
        yield labelled("Whose", self._whose)
        yield labelled("Where to", self._where)
        yield self._file
        yield paragraph(_TOLD, "dim spaced")
        yield self._note

    def on_mount(self) -> None:
        """Begin with the first field; with the path where something is wrong with it."""
        for field in (self._whose, self._where):
            self.watch(field, "chosen", self._changed, init=False)
        self._file.display = self._texts.where is not Where.HERE
        self._complain(self._complaint)
        (self._path if self._complaint and self._file.display else self._whose).focus()

    @property
    def _texts(self) -> PasswordTexts:
        anew = list(self._numbers)[self._whose.chosen]
        return PasswordTexts(anew, _PLACES[self._where.chosen], self._path.value)

    @on(Input.Changed)
    def _changed(self) -> None:
        self._file.display = self._texts.where is not Where.HERE
        # A field that begins with a text tells of it as of a change.
        self._complain(self._complaint if self._texts == self._before else "")

    def _complain(self, text: str) -> None:
        complain(self._note, text)
        self._note.display = bool(text)

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if self._texts.where is not Where.HERE and not self._path.value.strip():
            self._complain("Type the path of a new file, or choose “shown once”.")
            self._path.focus()
            return
        self.dismiss(self._texts)


class MakingDialog(Dialog[Handed | str]):
    """Stands while passwords are made; left before the end, those made so far are returned.

    It returns what became of them, or why nothing could be done, as a sentence.

    Args:
        number: How many are to be made.
        make: Makes them; called in a thread that nobody waits for when the console ends.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "stop", key_display="esc"),
    ]
    TITLE_TEXT = "Making passwords"

    def __init__(self, number: int, make: Make) -> None:
        super().__init__()
        self._number = number
        self._make = make
        self._made = 0
        self._stop = threading.Event()
        self._told = paragraph("")

    def content(self) -> Iterable[Widget]:
        """How far it is."""
        yield self._told

    def on_mount(self) -> None:
        """Begin."""
        self._tell()
        self.set_interval(_LOOK_SECONDS, self._tell)
        self.run_worker(self._run(), group="making")

    def on_unmount(self) -> None:
        """The console ends: nobody would read what is made from now on."""
        self._stop.set()

    async def _run(self) -> None:
        try:
            answer: Handed | str = await in_daemon_thread(lambda: self._make(self._go_on))
        except Exception as error:
            answer = why_not(error)
        self.dismiss(answer)

    def _go_on(self, made: int) -> bool:
        self._made = made
        return not self._stop.is_set()

    def _tell(self) -> None:
        far = f"{self._made:,} of {counted(self._number, 'password')} made."
        end = "Stopping after this one; those made are handed over." if self._stop.is_set() else ""
        self._told.update(f"{far} {end}".rstrip())

    def action_leave(self) -> None:
        """Stop; it ends when the call that is under way does."""
        self._stop.set()
        self._tell()
