"""Going to another account, and adding one."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.account_book import AccountBook, Adding
from drtui.screens.actions import Say
from drtui.screens.dialogs.accounts import AccountsDialog
from drtui.screens.dialogs.add_account import AddAccountDialog
from drtui.screens.terminal_app import TerminalApp


async def switch(
    app: TerminalApp[Any], book: AccountBook, account: str, waiting: int, say: Say
) -> None:
    """Choose another account, or add one, and close the console for it.

    Args:
        app: Where the dialogs open; what is typed until the first is there is meant for it.
        book: The accounts there are.
        account: The name of the one that is open.
        waiting: How many changes of it are not delivered yet.
        say: Where problems are said.
    """
    app.gate.hold()
    try:
        there = await asyncio.to_thread(book.accounts)
    except BaseException as error:
        app.gate.release()
        if not isinstance(error, ProblemError):
            raise
        say(str(error), wrong=True)
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

    dialog = AccountsDialog(there, account, waiting)
    app.push_screen(dialog, chosen)
    app.gate.release(dialog)


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
