"""Adding up the files of all models in the bucket, in a thread of its own.

It is read at most once an hour while somebody is interested in everybody's models, and when asked:
listing a large bucket takes minutes, and costs the sponsor something.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.model_files import ModelBucket
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_sizes import write_files, write_files_trouble
from drtui.store.model_sweeps import FILES, is_watched, read_model_sweep
from drtui.sync.events import Events, ModelFilesEnded
from drtui.sync.outcomes import INTERNAL

_LOG: Final = logging.getLogger(__name__)
HOUR_SECONDS: Final = 3600.0
_LOOK_SECONDS: Final = 30.0


class ModelFilesReader:
    """Reads the bucket; the thread is left to its end, since it only reads and writes sums.

    Args:
        open_bucket: Opens it; None where there is none, or raises a `ProblemError`.
        database: Where the sums go.
        events: Where the thread reports.
    """

    def __init__(
        self, open_bucket: Callable[[], ModelBucket | None], database: Database, events: Events
    ) -> None:
        self._open_bucket = open_bucket
        self._database = database
        self._events = events
        self._asked_at = 0.0  # when the newest wish was made; seconds since the epoch
        self._look_at = float("-inf")  # monotonic
        self._tried_at = float("-inf")  # monotonic
        self.running = False

    def look(self) -> None:
        """Interests may have changed."""
        self._look_at = float("-inf")

    def serve(self) -> None:
        """Begin to read, if it is due."""
        now = time.monotonic()
        if self.running or now < self._look_at:
            return
        self._look_at = now + _LOOK_SECONDS
        if not self._is_due(now):
            return
        self._tried_at = now
        self.running = True
        threading.Thread(target=self._read, name="model-files", daemon=True).start()

    def ended(self) -> None:
        """Take the end of a reading."""
        self.running = False

    def _is_due(self, now: float) -> bool:
        clock = self._database.clock()
        with self._database.read() as connection:
            asked = max(
                (one.asked_at for one in live_interests(connection, FILES, clock)), default=0.0
            )
            watched = is_watched(connection, clock)
            read_at = read_model_sweep(connection).files_read_at
        before, self._asked_at = self._asked_at, max(asked, self._asked_at)
        if asked > before:
            return True
        old = read_at is None or not 0.0 <= clock - read_at < HOUR_SECONDS
        return watched and old and now - self._tried_at >= HOUR_SECONDS

    def _read(self) -> None:
        reason = ""
        try:
            began = self._database.clock()
            bucket = self._open_bucket()
            if bucket is not None:
                write_files(self._database, bucket.everything(), began)
        except (SponsorError, ProblemError) as error:
            reason = str(error)
        except Exception:
            _LOG.exception("adding up the files of models failed unexpectedly")
            reason = INTERNAL
        if reason:
            self._note(reason)
        self._events.put(ModelFilesEnded())

    def _note(self, reason: str) -> None:
        try:
            write_files_trouble(self._database, reason)
        except ProblemError as problem:
            _LOG.error("why the bucket was not read was not noted: %s", problem)
