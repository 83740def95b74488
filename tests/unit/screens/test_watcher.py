"""The watcher: news at once, and a little later while keys come in."""

from collections.abc import Iterator
from queue import Empty, Queue
from typing import Any, cast

import pytest

from drtui.domain.changes import RecordKind
from drtui.screens import watcher
from drtui.screens.watcher import Watcher
from drtui.store.watching import ChangeWatch

USERS, LOG = RecordKind.SPONSORED_USER, RecordKind.OPERATION
Kinds = frozenset[RecordKind]


class ScriptedWatch:
    """A watch whose looks are known; it counts them, and has nothing new at its end."""

    def __init__(self, *looks: Kinds) -> None:
        self._looks: Iterator[Kinds] = iter(looks)
        self.looked = 0

    def changed(self) -> Kinds:
        self.looked += 1
        return next(self._looks, frozenset())

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "_SECONDS", 0.002)


def told(watch: ScriptedWatch, *, busy: bool) -> list[tuple[int, Kinds]]:
    """What the watcher tells, each with how many looks there had been."""
    news: Queue[tuple[int, Kinds]] = Queue()
    running = Watcher(
        cast("ChangeWatch", cast("Any", watch)),
        lambda kinds: news.put((watch.looked, kinds)),
        lambda: busy,
    )
    running.start()
    heard = [news.get(timeout=10)]
    while watch.looked < 12:
        try:
            heard.append(news.get(timeout=0.01))
        except Empty:
            continue
    running.stop()
    return heard


def test_news_is_told_with_the_look_that_finds_it() -> None:
    watch = ScriptedWatch(frozenset(), frozenset({USERS}), frozenset({LOG}))
    assert told(watch, busy=False) == [(2, frozenset({USERS})), (3, frozenset({LOG}))]


def test_while_keys_come_in_news_is_gathered_for_three_looks_and_then_told() -> None:
    watch = ScriptedWatch(frozenset({USERS}), frozenset(), frozenset({LOG}))
    assert told(watch, busy=True) == [(3, frozenset({USERS, LOG}))]
