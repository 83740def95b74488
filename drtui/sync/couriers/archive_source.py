"""Getting one model's archive: a link, the file in as many parts as it takes, a look into it."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive, read_archive
from drtui.domain.download_errands import LEFT_OUT, Wanted
from drtui.domain.downloads import size_text
from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import (
    DeploymentModels,
    Fetcher,
    FetchStoppedError,
    TooLargeFileError,
)
from drtui.domain.models import Stage, stage_of, status_text
from drtui.domain.operations import Item, ItemState
from drtui.domain.records import StoredModel
from drtui.domain.tar_stream import ArchiveError, ArchiveLimitError
from drtui.domain.text import clean
from drtui.model_folders import ModelFolder, read_chunks
from drtui.store.database import Database
from drtui.sync.couriers.telling import Telling
from drtui.sync.download_pacing import DownloadBudget
from drtui.sync.errand_outcomes import failed

_ROUNDS: Final = 8  # of one call: what is cut short again and again gives way to others
_AGAIN_SECONDS: Final = 5.0
_BUILT_SECONDS: Final = 20.0
_TRIES: Final = 4
_SOUND_TRIES: Final = 3
_REFUSED_LINKS: Final = 2  # one after the other, and nothing came by any of them
_TURN: Final = "waits for its turn: downloads are paced"
_GONE: Final = "is not there any more: the model, or its racer, was deleted"
_REFUSED: Final = "the storage refuses links to it as soon as they are given"
_NOT_BUILT: Final = "is READY, but the deployment has not built its archive yet"
_NO_ARCHIVE: Final = (
    f"{LEFT_OUT}is READY, but the deployment has no archive of it; another download looks again"
)
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
    """

    def __init__(self, door: DownloadDoor, database: Database, service: Service) -> None:
        self._door = door
        self._telling = Telling(database, service)
        self._stopped = threading.Event()

    def terms(self) -> Terms:
        """How errands that need an archive are to be handed over now."""
        return Terms(wait=self._door.budget.seconds())

    def stop(self) -> None:
        """End what is under way soon."""
        self._stopped.set()

    def go_on(self) -> None:
        """Let later calls take their time again."""
        self._stopped.clear()

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
            OneFileError: It is this file alone that cannot be written.
            FetchStoppedError: It was told to stop.
        """
        part = folder.part(wanted.file)
        try:
            ended = self._fetch(item, wanted, part)
            if ended is not None:
                return ended
            return self.inspect(part)
        except TooLargeFileError:
            folder.discard(part)  # it can never be gone on with there
            raise
        except ArchiveLimitError as error:
            folder.discard(part)
            return Carried(ItemState.FAILED, f"the archive is not sound: {error}")
        except ArchiveError as error:
            folder.discard(part)
            if item.attempts + 1 >= _SOUND_TRIES:
                return Carried(ItemState.FAILED, f"the archive is not sound: {error}")
            reason = f"the archive is not sound, and is fetched anew: {error}"
            return Carried(ItemState.PENDING, reason, delay=_AGAIN_SECONDS)
        finally:
            self._telling.end()

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

    def progress_of(self, item: Item) -> Callable[[int, int | None], None]:
        """Return what is told how far an errand's file is."""
        return partial(self._telling.tell, item)

    def _chunks(self, path: Path) -> Iterator[bytes]:
        for chunk in read_chunks(path):
            if self.stopped():
                raise FetchStoppedError
            yield chunk

    def _fetch(self, item: Item, wanted: Wanted, part: Path) -> Carried | None:
        """Fetch the file whole; what becomes of the errand where that did not succeed.

        An attempt by which it came further is not one that failed.
        """
        first = _size(part)
        ended = self._fetch_on(item, wanted, part, first)
        further = ended is not None and _size(part) > first
        if ended is not None and further and ended.state in (ItemState.PENDING, ItemState.DOUBTFUL):
            return replace(ended, counted=False)
        return ended

    def _fetch_on(self, item: Item, wanted: Wanted, part: Path, first: int) -> Carried | None:
        link, refused = "", 0
        for _ in range(_ROUNDS):
            if not link:
                if not self._door.budget.take():  # the terms say when there may be another
                    return Carried(ItemState.PENDING, _TURN, delay=_AGAIN_SECONDS, counted=False)
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
                size = _size(part)
                grown = size > before
                tried = replace(item, attempts=0) if size > first else item
                ended = self._broken_off(tried, wanted, error, grown=grown)
                if ended is not None:
                    return ended
                refused = 0 if grown else refused + 1
                if refused >= _REFUSED_LINKS:
                    return self._again(tried, _REFUSED)
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
                ItemState.FAILED,
                f"its status is {clean(status_text(status))} by now, and not READY",
            )
        if item.attempts + 1 >= _TRIES:
            # Nobody can do anything about it, so that it is nothing that needs a hand.
            return Carried(ItemState.CANCELLED, _NO_ARCHIVE)
        return Carried(ItemState.PENDING, _NOT_BUILT, delay=_BUILT_SECONDS)

    def _again(self, item: Item, why: str) -> Carried:
        """Return what becomes of an errand that is tried a few times, and then is the admin's."""
        if item.attempts + 1 >= _TRIES:
            return Carried(ItemState.FAILED, f"{why}: a retry later may find it")
        return Carried(ItemState.PENDING, why, delay=_BUILT_SECONDS)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
