"""One question at a time, beside the screen; of those asked meanwhile only the newest counts."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Generic, TypeVar

from textual.dom import DOMNode
from textual.worker import WorkType

from drtui.domain.problems import ProblemError

# Answering takes at most this share of the time, so that a screen stays quick while news pours in.
_SHARE: Final = 0.25
# What takes less is answered at once: a thread and back would cost it a frame, 17 ms.
_QUICK_SECONDS: Final = 0.008
Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Lane(Generic[Question, Answer]):
    """Runs slow work in threads, and hands the answers back on the screen's own loop.

    Args:
        owner: Whose workers do it; they end with it.
        work: Answers a question, in a thread where that may take long.
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
        self._took = _QUICK_SECONDS  # the first answer may well be a slow one

    def ask(self, question: Question, *, hurry: bool = False) -> None:
        """Answer this question next; in a hurry, at once if answers are quick."""
        self._waiting = [question]
        if hurry:
            self._hurry.set()
        if self._running:
            return
        if hurry and self._took < _QUICK_SECONDS:
            self._answer(self._waiting.pop())
        else:
            self._running = True
            # Called in its turn: made here it would never be awaited where the screen closes first.
            answering: WorkType[None] = self._answer_all
            self._owner.run_worker(answering, group="reading")

    def _answer(self, question: Question) -> None:
        began = time.monotonic()
        try:
            answer = self._work(question)
        except ProblemError as problem:
            self._failed(str(problem))
        else:
            self._took = time.monotonic() - began
            self._done(question, answer)

    async def _answer_all(self) -> None:
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
                self._took = time.monotonic() - began
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), self._took * (1 / _SHARE - 1))
        finally:
            self._running = False
