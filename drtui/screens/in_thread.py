"""Slow work in a thread that nobody waits for when the app ends."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.text import clean, without_secrets

_LOG: Final = logging.getLogger("drtui")
Result = TypeVar("Result")


def why_not(error: Exception) -> str:
    """Return a sentence on what slow work ended by; a mistake of its own is logged as well.

    The console goes on: what runs beside a screen is no reason to end it.
    """
    if isinstance(error, (ProblemError, SponsorError)):
        return str(error)
    _LOG.error("slow work beside the screen failed unexpectedly", exc_info=error)
    what = clean(without_secrets(f"{type(error).__name__}: {error}"), 200)
    return f"Something went wrong that should not ({what}): the log says where."


async def in_daemon_thread(work: Callable[[], Result]) -> Result:
    """Return what the work returns, or raise what it raises.

    Unlike `asyncio.to_thread`, which the end of an app waits for: an answer that never comes from
    the network would keep the console open.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def take(result: Result) -> None:
        if not future.done():
            future.set_result(result)

    def fail(error: Exception) -> None:
        if not future.done():
            future.set_exception(error)

    def run() -> None:
        with suppress(RuntimeError):  # the loop may have ended meanwhile
            try:
                result = work()
            except Exception as error:
                loop.call_soon_threadsafe(fail, error)
            else:
                loop.call_soon_threadsafe(take, result)

    threading.Thread(target=run, name="beside-the-screen", daemon=True).start()
    return await future
