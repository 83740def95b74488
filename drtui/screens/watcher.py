"""The thread that notices changes of the store, whoever made them."""

from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from drtui.domain.changes import RecordKind
from drtui.domain.problems import ProblemError

if TYPE_CHECKING:
    from drtui.store.watching import ChangeWatch

_SECONDS: Final = 0.33
_MOST_LOOKS: Final = 3


class Watcher:
    """Polls a change watch about three times a second in a thread of its own.

    Args:
        watch: From here on the thread alone uses it, and closes it.
        changed: Called in the thread with the kinds that changed.
        busy: Whether keys come in: then news waits, for a second at the most, since every
            reading of them would be felt in a key.
    """

    def __init__(
        self,
        watch: "ChangeWatch",
        changed: Callable[[frozenset[RecordKind]], object],
        busy: Callable[[], bool],
    ) -> None:
        self._watch = watch
        self._changed = changed
        self._busy = busy
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="store-watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; return when the thread has ended."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        news: set[RecordKind] = set()
        looks = 0  # since there is news
        try:
            while not self._stopped.wait(_SECONDS):
                try:
                    news |= self._watch.changed()
                except ProblemError:
                    continue  # whoever reads the store is told
                looks = looks + 1 if news else 0
                if news and (looks >= _MOST_LOOKS or not self._busy()):
                    self._changed(frozenset(news))
                    news, looks = set(), 0
        finally:
            self._watch.close()
