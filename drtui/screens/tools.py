"""What the tools of all screens are made of: a dialog that is asked, and a text that is copied."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.screen import Screen

from drtui.copying import OTHERWISE, copy
from drtui.domain.wording import counted
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.key_gate import ANSWERED_SECONDS

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen

T = TypeVar("T")


async def ask(screen: "ConsoleScreen", dialog: Screen[T]) -> T | None:
    """Show a dialog and return its answer; None when it was left.

    Keys that came in before it was drawn go to it.
    """
    future = screen.app.push_screen(dialog, wait_for_dismiss=True)
    screen.context.gate.release(dialog)
    try:
        return await future
    finally:
        screen.context.gate.hold(
            ANSWERED_SECONDS
        )  # until the next one is there, or the tool has ended


async def copy_out(app: App[None], text: str) -> str:
    """Copy a text out of the terminal; return where it was sent, a sentence."""
    where = await asyncio.to_thread(copy, text)
    if not where:
        app.copy_to_clipboard(text)
    return where or OTHERWISE


async def copy_and_show(screen: "ConsoleScreen", text: str, what: str) -> None:
    """Copy a text, and show what was copied.

    Args:
        screen: The dialog stands on it.
        text: Safe to show.
        what: What it is, such as `the checklist`.
    """
    where = await copy_out(screen.app, text)
    await ask(screen, CopiedDialog(text, where, what))


async def copy_emails(screen: "ConsoleScreen", emails: Sequence[str], missing: int) -> None:
    """Copy email addresses, one a line, and show what was copied.

    Args:
        screen: The dialog stands on it.
        emails: At least one; safe to show.
        missing: How many of those chosen have none.
    """
    what = counted(len(emails), "email address", "email addresses")
    if missing:
        what += f"; {missing:,} without one left out"
    await copy_and_show(screen, "\n".join(emails), what)
