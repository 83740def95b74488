"""What forms share: labelled fields, what is wrong with them, and the way out of them."""

import asyncio
from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.size_guard import Result
from drtui.widgets.tick_box import TickBox

_HAND: Final = "$error"


class FormDialog(TypingDialog[Result]):
    """A dialog with fields: Enter in one of them goes on, as its button does."""

    CONFIRM_TEXT: ClassVar[str] = "Confirm"
    """What the button says that goes on."""
    IS_COMPLETE: ClassVar[bool] = True
    """Whether it can be gone on to begin with; see `allow`."""

    def __init__(self) -> None:
        super().__init__()
        self._unasked = asyncio.Event()
        self._unasked.set()

    @abstractmethod
    def submit(self) -> None:
        """Go on, or say what is wrong."""

    @property
    def is_typed(self) -> bool:
        """Whether something is typed that nobody should lose unasked.

        A form of one field or two, which are soon typed again, is left without a question.
        """
        return False

    def action_leave(self) -> None:
        """Leave; what was typed is asked about before it is lost."""
        if not self.is_typed:
            self.dismiss(None)
            return

        def asked(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)
            else:
                self._unasked.set()

        self._unasked.clear()
        told = "What is typed here would be lost."
        dialog = ConfirmDialog("Leave the form?", [told], "Leave", "Back", careful=True)
        self.app.push_screen(dialog, asked)

    async def unasked(self) -> None:
        """Wait while it is asked whether to leave: what is under way goes on where one stays."""
        await self._unasked.wait()

    def entered(self, event: Message) -> None:
        """Enter was pressed in a field."""
        del event
        self.submit()

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on."""
        confirm = Choice(self.CONFIRM_TEXT, id=CONFIRM, disabled=not self.IS_COMPLETE)
        return [Choice("Cancel", id=CANCEL), confirm]

    def allow(self, allowed: bool) -> None:
        """Say whether it can be gone on by the button."""
        self.query_one(f"#{CONFIRM}").disabled = not allowed

    @on(Input.Submitted)
    @on(OneOf.Entered)
    @on(TickBox.Entered)
    def _entered(self, event: Message) -> None:
        self.entered(event)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self.submit()
        else:
            self.action_leave()


class ProposedPath(PlainInput):
    """A field for a path, with one proposed until another is typed."""

    def __init__(self, proposed: str) -> None:
        super().__init__(proposed)
        self._proposed = proposed

    @property
    def is_own(self) -> bool:
        """Whether another path is typed than was proposed."""
        return self.value != self._proposed

    def propose(self, path: str) -> None:
        """Propose another path, where none is typed."""
        if not self.is_own:
            self._proposed = self.value = path
            self.cursor_position = len(path)


def labelled(label: str, field: Widget, classes: str = "field") -> Horizontal:
    """Return a field with what stands before it."""
    return Horizontal(Label(label, classes="field-label", markup=False), field, classes=classes)


def complain(note: Label, problem: str) -> None:
    """Say what is wrong; empty where nothing is."""
    note.update(Content.styled(problem, _HAND))
