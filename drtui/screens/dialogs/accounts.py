"""Which account to work with: those of the configuration, or a new one."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.config import Account, Credentials
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.account_book import Adding
from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph
from drtui.widgets.cells import fit

_DIM: Final = "$foreground-muted"
_NAME: Final = 20  # cells
_WHAT: Final = 36
_TITLES: Final = {
    Adding.SITE: "Add an account by the web address of its deployment …",
    Adding.STACK: "Add an account by the CloudFormation stack of its deployment …",
}


class AccountsDialog(Dialog[str | Adding]):
    """Chooses an account by its name, or how to add one.

    Args:
        accounts: Those there are, in order.
        present: The name of the one that is open.
        waiting: How many changes of it are not delivered yet.
    """

    TITLE_TEXT = "Accounts"

    def __init__(self, accounts: Sequence[Account], present: str, waiting: int) -> None:
        super().__init__()
        self._accounts = accounts
        self._present = present
        self._waiting = waiting
        self._answers: list[str | Adding] = [*(one.name for one in accounts), *Adding]

    def content(self) -> Iterable[Widget]:
        """The accounts, what can be added, and what becomes of the one that is open."""
        there = [self._option(number, one) for number, one in enumerate(self._accounts)]
        adding = [Option(_TITLES[how]) for how in Adding]
        separator = [None] if there else []
        yield ChoiceList(*there, *separator, *adding, compact=True)
        yield paragraph(self._leaving(), "spaced")
        yield paragraph(
            "In a shell: “drtui account rename OLD NEW”, “drtui account remove NAME”, and “drtui "
            "account set NAME --aws-profile P” for its AWS profile.",
            "dim spaced",
        )

    def _option(self, number: int, account: Account) -> Option:
        here = account.name == self._present
        notes = [note for note, so in (("open", here), ("default", number == 0)) if so]
        name = fit(f"{'▸' if here else ' '} {account.name}", _NAME)
        return Option(
            Content.assemble(
                (f"{name:<{_NAME}}", "bold" if here else ""),
                f"{fit(account_text(account), _WHAT):<{_WHAT}}",
                (f"  {', '.join(notes)}", _DIM),
            )
        )

    def _leaving(self) -> str:
        closing = f"Going to another account closes “{clean(self._present)}”."
        if not self._waiting:
            return closing
        changes = counted(self._waiting, "change is", "changes are")
        return (
            f"{closing} {changes} not delivered yet: its engine goes on with what is due, and what "
            "cannot be delivered now is kept until the account is open again."
        )

    def on_mount(self) -> None:
        """Begin with the account that is open."""
        options = self.query_one(OptionList)
        options.focus()
        names = [one.name for one in self._accounts]
        options.highlighted = names.index(self._present) if self._present in names else 0

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._answers[event.option_index])


def account_text(account: Account) -> str:
    """Return what an account is: a site with a sign-in, or an API with AWS credentials."""
    site = account.site
    if account.credentials is Credentials.SIGN_IN and site is not None and site.website:
        return clean(f"site {site.website.removeprefix('https://')}")
    kind = "sign-in" if account.credentials is Credentials.SIGN_IN else "AWS credentials"
    address = account.api_url.removeprefix("https://")
    return clean(f"{kind} · {address}")
