"""Getting one model's archive: a link, the file in as many parts as it takes, a look into it."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive, read_archive
from drtui.domain.download_errands import Wanted
from drtui.domain.downloads import size_text
from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import DeploymentModels, Fetcher, FetchStoppedError
from drtui.domain.models import Stage, stage_of, status_text
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.records import StoredModel
from drtui.domain.tar_stream import ArchiveError
from drtui.domain.text import clean
from drtui.model_folders import ModelFolder, read_chunks
from drtui.store.database import Database
from drtui.store.downloading import DownloadProgress, write_download_progress
from drtui.store.users import moment
from drtui.sync.download_pacing import DownloadBudget
from drtui.sync.errand_outcomes import failed

_TELL_SECONDS: Final = 1.0
_ROUNDS: Final = 8  # of one call: what is cut short again and again gives way to others
_AGAIN_SECONDS: Final = 5.0
_BUILT_SECONDS: Final = 20.0
_BUILT_TRIES: Final = 4
_SOUND_TRIES: Final = 3
_TURN: Final = "waits for its turn: downloads are paced"
_GONE: Final = "is not there any more: the model, or its racer, was deleted"
_NOT_BUILT: Final = "is READY, but the deployment has not built its archive"
_PASSING: Final = frozenset(
    {FailureKind.UNAVAILABLE, FailureKind.UNREACHABLE, FailureKind.OUTCOME_UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class DownloadDoor:
    """What archives are got by.

    Attributes:
        models: Asked for links.
        listing: Returns a racer's models: asked why there is no link.
        fetcher: Fetches what a link leads to.
        budget: How fast.
    """

    models: DeploymentModels
    listing: Callable[[str], Sequence[StoredModel]]
    fetcher: Fetcher
    budget: DownloadBudget


class ArchiveSource:
    """Gets archives for the couriers, one at a time, until it is stopped.

    Args:
        door: What they are got by.
        database: The store, where the progress goes.
        service: For whom.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        door: DownloadDoor,
        database: Database,
        service: Service,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._database = database
        self._service = service
        self._clock = clock
        self._told_at = float("-inf")
        self._stopped = threading.Event()

    def terms(self) -> Terms:
        """How errands that need an archive are to be handed over now."""
        return Terms(wait=self._door.budget.seconds())

    def stop(self) -> None:
        """End what is under way soon, for good."""
        self._stopped.set()

    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    def get(self, item: Item, wanted: Wanted, folder: ModelFolder) -> Archive | Carried:
        """Get an archive into a folder, under the name of a part; it was found sound.

        Returns:
            The archive; what becomes of the errand where there is none.

        Raises:
            DeploymentError: A call to the deployment itself failed.
            LocalFileError: The folder cannot be written to.
            FetchStoppedError: It was told to stop.
        """
        part = folder.part(wanted.file)
        try:
            ended = self._fetch(item, wanted, part)
            if ended is not None:
                return ended
            return self.inspect(part)
        except ArchiveError as error:
            folder.discard(part)
            if item.attempts + 1 >= _SOUND_TRIES:
                return Carried(ItemState.FAILED, f"the archive is not sound: {error}")
            reason = f"the archive is not sound, and is fetched anew: {error}"
            return Carried(ItemState.PENDING, reason, delay=_AGAIN_SECONDS)
        finally:
            self.tell(None)

    def inspect(self, path: Path) -> Archive:
        """Read an archive whole.

        Raises:
            ArchiveError: It is not sound.
            LocalFileError: It cannot be read.
            FetchStoppedError: It was told to stop.
        """
        return read_archive(self._chunks(path))

    def stopped_at(self, path: Path) -> Carried:
        """Return what becomes of an errand that was stopped; the next attempt goes on."""
        return Carried(
            ItemState.PENDING, f"stopped at {size_text(_size(path))}: goes on there", counted=False
        )

    def tell(self, progress: DownloadProgress | None) -> None:
        """Note how far it is; a store that cannot be written then stops nothing."""
        with suppress(StoreProblemError):
            write_download_progress(self._database, self._service, progress)

    def progress_of(self, item: Item) -> Callable[[int, int | None], None]:
        """Return what is told how far an errand's file is, and notes it about once a second."""

        def told(size: int, total: int | None) -> None:
            now = self._clock()
            if now - self._told_at < _TELL_SECONDS:
                return
            self._told_at = now
            at = now_of(self._database)
            self.tell(
                DownloadProgress(item.operation_id, item.item_id, item.label, size, total, at)
            )

        return told

    def _chunks(self, path: Path) -> Iterator[bytes]:
        for chunk in read_chunks(path):
            if self.stopped():
                raise FetchStoppedError
            yield chunk

    def _fetch(self, item: Item, wanted: Wanted, part: Path) -> Carried | None:
        """Fetch the file whole; what becomes of the errand where that did not succeed."""
        link = ""
        for _ in range(_ROUNDS):
            if not link:
                if not self._door.budget.take():
                    delay = max(_AGAIN_SECONDS, self._door.budget.seconds())
                    return Carried(ItemState.PENDING, _TURN, delay=delay, counted=False)
                try:
                    link = self._door.models.asset(wanted.profile_id, wanted.model_id).url
                except DeploymentError as error:
                    if error.kind is FailureKind.NOT_FOUND:
                        return self._missing(item, wanted)
                    raise
            before = _size(part)
            try:
                self._door.fetcher.fetch(
                    link, part, progress=self.progress_of(item), stopped=self.stopped
                )
            except DeploymentError as error:
                ended = self._broken_off(item, wanted, error, grown=_size(part) > before)
                if ended is not None:
                    return ended
                if error.kind is FailureKind.LINK_EXPIRED:
                    link = ""
                if self.stopped():
                    raise FetchStoppedError from None
            else:
                return None
        reason = f"was cut short again and again, at {size_text(_size(part))}: goes on there"
        return Carried(ItemState.PENDING, reason, delay=_AGAIN_SECONDS)

    def _broken_off(
        self, item: Item, wanted: Wanted, error: DeploymentError, *, grown: bool
    ) -> Carried | None:
        """Return what becomes of an errand whose file did not come whole; None to go on at once."""
        if error.kind is FailureKind.NOT_FOUND:
            return self._missing(item, wanted)
        if error.kind is FailureKind.LINK_EXPIRED or (grown and error.kind in _PASSING):
            return None
        # Of the storage, not of the deployment: it halts nothing, and slows nothing else down.
        return failed(item, Terms(), error, random.random)

    def _missing(self, item: Item, wanted: Wanted) -> Carried:
        """Return what becomes of an errand whose model has no archive, and say why."""
        if not self._door.budget.take_look():
            return Carried(ItemState.PENDING, _TURN, delay=_BUILT_SECONDS, counted=False)
        listed = {one.model_id: one.status for one in self._door.listing(wanted.profile_id)}
        status = listed.get(wanted.model_id)
        if status is None:
            return Carried(ItemState.FAILED, _GONE)
        if stage_of(status) is not Stage.READY:
            return Carried(
                ItemState.FAILED, f"is {clean(status_text(status))} by now, and not READY"
            )
        if item.attempts + 1 >= _BUILT_TRIES:
            return Carried(ItemState.FAILED, f"{_NOT_BUILT}: a retry later may find it")
        return Carried(ItemState.PENDING, f"{_NOT_BUILT} yet", delay=_BUILT_SECONDS)


def now_of(database: Database) -> datetime:
    """Return the time by the store's clock."""
    now = moment(database.clock())
    assert now is not None, "a clock always tells"
    return now


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
