"""Adding an account: what it takes is typed, the deployment is looked for, then it is kept."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.account_book import AccountBook, Adding, Finding, NewAccount, NewSite, NewStack
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.screens.in_thread import in_daemon_thread
from drtui.widgets.plain_input import PlainInput

_DIM: Final = "$foreground-muted"
_FIELDS: Final[Mapping[Adding, tuple[str, ...]]] = {
    Adding.SITE: ("Name", "Web address"),
    Adding.STACK: ("Name", "Stack", "AWS profile", "Region"),
}
_TOLD: Final = {
    Adding.SITE: "The address that racers open in their browser, such as "
    "https://d1234abcd.cloudfront.net; drtui reads everything else from there. The name is yours.",
    Adding.STACK: "The CloudFormation stack that was deployed. Its outputs are read once, with the "
    "AWS credentials of this machine; an empty profile or region is what those say.",
}
_FEW: Final = 2  # fields, which are soon typed again
_NEEDED: Final = {
    "Name": "Type what the account is to be called.",
    "Web address": "Type the address.",
    "Stack": "Type the stack's name.",
}


class AddAccountDialog(FormDialog[str]):
    """Asks for what an account takes, and adds it; returns its name.

    What was typed stays until it worked.

    Args:
        how: By what the deployment is found.
        book: Looks for it, and takes the account.
    """

    CONFIRM_TEXT = "Add"

    def __init__(self, how: Adding, book: AccountBook) -> None:
        super().__init__()
        self._how = how
        self._book = book
        self._fields = {title: PlainInput() for title in _FIELDS[how]}
        self._note = Label("", classes="list-note", markup=False)
        self._found: Finding | None = None  # what was found, with a notice to be read first
        self._busy = False

    def heading(self) -> str:
        """By what it is added."""
        what = "web address" if self._how is Adding.SITE else "CloudFormation stack"
        return f"Add an account by its {what}"

    def content(self) -> Iterable[Widget]:
        """What is meant, the fields, and what came of it."""
        yield paragraph(_TOLD[self._how], "dim")
        for title, field in self._fields.items():
            yield labelled(title, field)
        yield self._note

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.set_focus(next(iter(self._fields.values())))

    @property
    def is_typed(self) -> bool:
        """Whether anything is, where there are more than a few fields."""
        return len(self._fields) > _FEW and any(one.value.strip() for one in self._fields.values())

    @on(Input.Changed)
    def _changed(self) -> None:
        self._found = None  # it was of something else
        if not self._busy:
            self._note.update("")

    def entered(self, event: Message) -> None:
        """Go on to what has to be typed yet, else add it."""
        empty = self._first_lacking()
        if empty is None or empty[1] is event.control:
            self.submit()
        else:
            self.set_focus(empty[1])

    def _first_lacking(self) -> tuple[str, PlainInput] | None:
        """The first field that has to be filled and is not, with its title."""
        lacking = (
            (title, field)
            for title, field in self._fields.items()
            if title in _NEEDED and not field.value.strip()
        )
        return next(lacking, None)

    def submit(self) -> None:
        """Add it, where nothing is lacking."""
        if self._busy:
            return
        if (lacking := self._first_lacking()) is not None:
            title, field = lacking
            self._complain(_NEEDED[title])
            self.set_focus(field)
            return
        self._busy = True
        self.run_worker(self._add(self._found), group="adding")

    async def _add(self, found: Finding | None) -> None:
        """Keep what was found before its notice was read, or else look for it."""
        try:
            if found is not None:
                await self._keep(found)
            else:
                self._note.update(Content.styled("looking for the deployment …", _DIM))
                await self._look()
        except ProblemError as problem:
            self._complain(str(problem))
        finally:
            self._busy = False

    async def _look(self) -> None:
        wanted = self._wanted()
        found = await in_daemon_thread(lambda: self._book.find(wanted))
        await self.unasked()
        if wanted != self._wanted():
            self._complain("What is typed was changed meanwhile: enter looks again.")
        elif found.notice:
            self._found = found
            self._complain(f"{found.notice} enter adds it so.")
        else:
            await self._keep(found)

    def _wanted(self) -> NewAccount:
        name, *rest = (field.value.strip() for field in self._fields.values())
        return NewSite(name, *rest) if self._how is Adding.SITE else NewStack(name, *rest)

    async def _keep(self, found: Finding) -> None:
        await asyncio.to_thread(self._book.keep, found.account)
        await self.unasked()
        self.dismiss(found.account.name)

    def _complain(self, sentence: str) -> None:
        complain(self._note, clean(sentence, 600))
