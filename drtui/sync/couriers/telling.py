"""Telling how far a courier's file is, about once a second."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from drtui.domain.errands import Service
from drtui.domain.operations import Item
from drtui.domain.problems import StoreProblemError
from drtui.store.database import Database
from drtui.store.downloading import DownloadProgress, write_download_progress
from drtui.store.users import moment

_SECONDS: Final = 1.0


class Telling:
    """Notes in the store how far the file of an errand is.

    Args:
        database: The store; where it cannot be written, that stops nothing.
        service: For whom.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        database: Database,
        service: Service,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._service = service
        self._clock = clock
        self._told_at = float("-inf")

    def tell(self, item: Item, size: int, total: int | None) -> None:
        """Note how far an errand's file is, unless that was done a moment ago."""
        now = self._clock()
        if now - self._told_at < _SECONDS:
            return
        self._told_at = now
        at = now_of(self._database)
        self._write(DownloadProgress(item.operation_id, item.item_id, item.label, size, total, at))

    def end(self) -> None:
        """Note that no file is on its way any more."""
        self._write(None)

    def _write(self, progress: DownloadProgress | None) -> None:
        with suppress(StoreProblemError):
            write_download_progress(self._database, self._service, progress)


def now_of(database: Database) -> datetime:
    """Return the time by the store's clock."""
    now = moment(database.clock())
    assert now is not None, "a clock always tells"
    return now
