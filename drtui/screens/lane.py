"""One question at a time in a thread; of those asked meanwhile only the newest is answered."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Generic, TypeVar

from textual.dom import DOMNode

from drtui.domain.problems import ProblemError

# Answering takes at most this share of the time, so that a screen stays quick while news pours in.
_SHARE: Final = 0.25
Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Lane(Generic[Question, Answer]):
    """Runs slow work beside the screen, and hands the answers back on the screen's own loop.

    Args:
        owner: Whose workers do it; they end with it.
        work: Answers a question, in a thread.
        done: Takes an answer.
        failed: Takes the sentence of a `ProblemError` that the work raised.
    """

    def __init__(
        self,
        owner: DOMNode,
        work: Callable[[Question], Answer],
        done: Callable[[Question, Answer], None],
        failed: Callable[[str], None],
    ) -> None:
        self._owner = owner
        self._work = work
        self._done = done
        self._failed = failed
        self._waiting: list[Question] = []
        self._hurry = asyncio.Event()
        self._running = False

    def ask(self, question: Question, *, hurry: bool = False) -> None:
        """Answer this question next; in a hurry, without a rest after the last one."""
        self._waiting = [question]
        if hurry:
            self._hurry.set()
        if not self._running:
            self._running = True
            self._owner.run_worker(self._answer(), group="reading")

    async def _answer(self) -> None:
        try:
            while self._waiting:
                question = self._waiting.pop()
                self._hurry.clear()
                began = time.monotonic()
                try:
                    answer = await asyncio.to_thread(self._work, question)
                except ProblemError as problem:
                    self._failed(str(problem))
                else:
                    self._done(question, answer)
                with suppress(TimeoutError):
                    rest = (time.monotonic() - began) * (1 / _SHARE - 1)
                    await asyncio.wait_for(self._hurry.wait(), rest)
        finally:
            self._running = False
