"""Going to another account, and adding one."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.account_book import AccountBook, Adding
from drtui.screens.actions import Say
from drtui.screens.dialogs.accounts import AccountsDialog
from drtui.screens.dialogs.add_account import AddAccountDialog


def switch(app: App[Any], book: AccountBook, account: str, waiting: int, say: Say) -> None:
    """Choose another account, or add one, and close the console for it.

    Args:
        app: Where the dialogs open.
        book: The accounts there are.
        account: The name of the one that is open.
        waiting: How many changes of it are not delivered yet.
        say: Where problems are said.
    """
    try:
        there = book.accounts()
    except ProblemError as problem:
        say(str(problem), wrong=True)
        return

    def go_to(name: str) -> None:
        book.go_to(name)
        app.exit()

    def chosen(answer: str | Adding | None) -> None:
        if isinstance(answer, Adding):
            add(app, book, answer, go_to)
        elif answer == account:
            say(f"“{clean(account)}” is the account that is open.")
        elif answer is not None:
            go_to(answer)

    app.push_screen(AccountsDialog(there, account, waiting), chosen)


def add(app: App[Any], book: AccountBook, how: Adding, added: Callable[[str], None]) -> None:
    """Ask for what an account takes, and add it.

    Args:
        app: Where the dialog opens.
        book: Looks for the deployment, and takes the account.
        how: By what its deployment is found.
        added: Called with its name.
    """

    def done(name: str | None) -> None:
        if name is not None:
            added(name)

    app.push_screen(AddAccountDialog(how, book), done)
