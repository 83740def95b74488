"""Waiting until a console has nothing to do, by looking at what it has to do.

Textual's own tests wait by the clock: in steps of 20 ms, until the process used hardly any of one.
That is three or four steps for a key. Here the event loop is asked what is ready or due soon, and
the threads beside it whether one still works; the processor's time is looked at as well.
"""

import asyncio
import time
from typing import Any, Final, cast

from tests.support.drawing import drawing_begun

_LOOK_SECONDS: Final = 0.004
_SOON_SECONDS: Final = 0.025  # longer than a frame: what is drawn next is waited for
_QUIET: Final = 0.25  # of a look, at most, the process may have worked
_THREAD_SECONDS: Final = 0.06  # a thread that a test holds back is not waited for longer


async def until_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is ready, due within a frame or at work; stands for `wait_for_idle`.

    Args:
        min_sleep: Seconds to wait at least.
        max_sleep: Seconds after which it is left at that, whatever goes on.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    spent = 0.0
    while spent < max_sleep:
        worked = time.process_time()
        await asyncio.sleep(_LOOK_SECONDS)
        worked = time.process_time() - worked
        spent = loop.time() - began
        if spent < min_sleep or worked > _QUIET * _LOOK_SECONDS or _has_work(loop):
            continue
        if (spent > _THREAD_SECONDS or not _threads_work(loop)) and not drawing_begun():
            return


def _has_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether something is ready, or will be within a frame."""
    inside = cast("Any", loop)
    soon = loop.time() + _SOON_SECONDS
    due = (one for one in inside._scheduled if not one.cancelled())
    return bool(inside._ready) or any(one.when() < soon for one in due)


def _threads_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a thread of `asyncio.to_thread` has something to do."""
    pool = cast("Any", loop)._default_executor
    if pool is None:
        return False
    return bool(pool._work_queue.qsize() or pool._idle_semaphore._value < len(pool._threads))
