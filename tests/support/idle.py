"""Waiting until a console has nothing to do, by looking at what it has to do.

Textual's own tests wait by the clock: in steps of 20 ms, until the process used hardly any of one.
That is three or four steps for a key. Here the event loop is asked what is ready or due soon, and
the threads beside it whether one still works; the processor's time is looked at as well. Frames
follow one another quickly, since each change waits for the next.
"""

import asyncio
import time
from typing import Any, Final, cast

import pytest
import textual.app
import textual.pilot
import textual.screen

from tests.support.drawing import drawing_begun

_LOOK_SECONDS: Final = 0.004
_FRAME_SECONDS: Final = 0.004
_SOON_SECONDS: Final = 0.01  # longer than a frame: what is drawn next is waited for
_QUIET: Final = 0.25  # of a look, at most, the process may have worked
# A thread that a test holds back is not waited for longer. On a busy machine a look takes longer,
# as what the thread does.
_THREAD_LOOKS: Final = 40

_rested: asyncio.Handle | None = None  # runs in the loop's first turn after it was idle


def wait_by_looking(patched: pytest.MonkeyPatch) -> None:
    """Let Textual's own waiting look, and draw frames in quick succession."""
    patched.setattr(textual.app, "wait_for_idle", until_idle)
    patched.setattr(textual.pilot, "wait_for_idle", until_idle)
    patched.setattr(textual.screen, "UPDATE_PERIOD", _FRAME_SECONDS)


async def until_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is ready, due within a frame or at work; stands for `wait_for_idle`.

    Args:
        min_sleep: Seconds to wait at least.
        max_sleep: Seconds after which it is left at that, whatever goes on.
    """
    global _rested  # noqa: PLW0603  # one loop runs at a time
    loop = asyncio.get_running_loop()
    if not min_sleep and _is_still_idle(loop):
        return
    began = loop.time()
    spent = 0.0
    held = 0
    while spent < max_sleep:
        worked = time.process_time()
        await asyncio.sleep(_LOOK_SECONDS)
        worked = time.process_time() - worked
        spent = loop.time() - began
        if spent < min_sleep or worked > _QUIET * _LOOK_SECONDS or _has_work(loop):
            continue
        if held < _THREAD_LOOKS and _threads_work(loop):
            held += 1
            continue
        if not drawing_begun():
            _rested = loop.call_soon(lambda: None)
            return


def _is_still_idle(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the loop made no turn since it was idle, and nothing was begun in between."""
    ready = list(cast("Any", loop)._ready)
    return _rested is not None and ready == [_rested] and not _is_due(loop) and not drawing_begun()


def _has_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether something is ready, or will be within a frame."""
    return bool(cast("Any", loop)._ready) or _is_due(loop)


def _is_due(loop: asyncio.AbstractEventLoop) -> bool:
    soon = loop.time() + _SOON_SECONDS
    waiting = cast("Any", loop)._scheduled
    return any(one.when() < soon for one in waiting if not one.cancelled())


def _threads_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a thread of `asyncio.to_thread` has something to do."""
    pool = cast("Any", loop)._default_executor
    if pool is None:
        return False
    return bool(pool._work_queue.qsize() or pool._idle_semaphore._value < len(pool._threads))
