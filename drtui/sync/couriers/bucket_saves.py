"""Saving models to a bucket of the sponsor's: each archive is looked at here on its way there."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive
from drtui.domain.download_errands import (
    BucketPlace,
    Wanted,
    bucket_place_of,
    failed_entry,
    saved_entry,
    wanted_by,
)
from drtui.domain.downloads import size_text
from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.manifests import MANIFEST_CSV, MANIFEST_JSON, ManifestEntry
from drtui.domain.model_calls import FetchStoppedError
from drtui.domain.model_names import is_file_name
from drtui.domain.operations import OPEN, Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.result_bucket import ResultBucket
from drtui.domain.tar_stream import ArchiveError
from drtui.model_folders import ModelFolder, saving_folder
from drtui.store.database import Database
from drtui.store.errand_history import operation_params
from drtui.store.errands import open_errands
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.sync.couriers.archive_source import ArchiveSource, DownloadDoor
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.couriers.telling import now_of

_MANIFEST_SECONDS: Final = 60.0  # it is put there anew so often, and in the end
_NO_PLACE: Final = "it does not say which bucket it goes to"
_IS_THERE: Final = "was there already, with the same size"
_OWN_BUCKET: Final = (
    "That is the deployment's own bucket, where nothing is written: save to another one."
)


class BucketCourier:
    """Carries `Service.BUCKET_SAVES` out; see `domain.download_errands`.

    An archive is fetched to a folder beside the store, found sound, put into the bucket, found
    there with its size, and only then removed from the folder; so that nothing is fetched twice
    when it was cut short. The manifest is kept in that folder too.

    Args:
        door: What archives are got by.
        bucket: Where to.
        database: The store.
        own: Returns the name of the bucket of the deployment's models, which is only read; None
            where it is not known.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        door: DownloadDoor,
        bucket: ResultBucket,
        database: Database,
        own: Callable[[], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bucket = bucket
        self._database = database
        self._own = own
        self._clock = clock
        self._put_at: dict[str, float] = {}
        self._source = ArchiveSource(door, database, Service.BUCKET_SAVES)

    def terms(self) -> Terms:
        """See `Courier`."""
        return self._source.terms()

    def stop(self) -> None:
        """See `LongCourier`."""
        self._source.stop()

    def go_on(self) -> None:
        """See `LongCourier`."""
        self._source.go_on()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(items, Terms(), self._carry)

    def _carry(self, item: Item) -> Carried:
        try:
            wanted = wanted_by(item)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        with self._database.read() as connection:
            place = bucket_place_of(operation_params(connection, item.operation_id))
        if place is None or not is_file_name(wanted.file):
            return Carried(ItemState.FAILED, _NO_PLACE)
        if self._own is not None and place.bucket == self._own():
            return Carried(ItemState.FAILED, _OWN_BUCKET)
        folder = ModelFolder(spool_of(self._database.path, place))
        ModelFolder(folder.path.parent).prepare()
        folder.prepare()
        try:
            carried = self._save(item, wanted, place, folder)
            if carried.state not in OPEN and self._manifest_due(item, place):
                self._put_manifest(place, folder)
        except FetchStoppedError:
            return self._source.stopped_at(folder.part(wanted.file))
        return carried

    def _save(self, item: Item, wanted: Wanted, place: BucketPlace, folder: ModelFolder) -> Carried:
        there = folder.entries().get((wanted.profile_id, wanted.model_id))
        if there is not None and self._has(place, there):
            self._keep(item, place, there)
            state = ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE
            return Carried(state, _IS_THERE)
        found = self._fetched(item, wanted, folder)
        if isinstance(found, Carried):
            if found.state in (ItemState.FAILED, ItemState.CANCELLED):
                entry = failed_entry(wanted, found.reason, now_of(self._database))
                folder.note(entry)
            return found
        file = folder.file(wanted.file)
        self._bucket.put(
            place.bucket,
            place.key(wanted.file),
            file,
            progress=self._source.progress_of(item),
            stopped=self._source.stopped,
        )
        entry = saved_entry(wanted, found, now_of(self._database))
        folder.note(entry)
        folder.discard(file)
        self._keep(item, place, entry)
        return Carried(ItemState.DONE, f"{size_text(found.size)}, SHA-256 {found.sha256}")

    def _has(self, place: BucketPlace, entry: ManifestEntry) -> bool:
        """Whether the bucket has what the manifest says, as far as its size tells."""
        if not entry.downloaded:
            return False
        return self._bucket.size_of(place.bucket, place.key(entry.file)) == entry.size

    def _fetched(self, item: Item, wanted: Wanted, folder: ModelFolder) -> Archive | Carried:
        """Return the archive that is in the folder now: of an earlier attempt, or fetched."""
        file = folder.file(wanted.file)
        if file.is_file() and not file.is_symlink():
            try:
                return self._source.inspect(file)
            except ArchiveError:
                folder.discard(file)
        found = self._source.get(item, wanted, folder)
        if isinstance(found, Archive):
            folder.accept(wanted.file)
        return found

    def _manifest_due(self, item: Item, place: BucketPlace) -> bool:
        """Whether this is the last one of its operation, or the manifest has become old.

        In the end it is put whatever became of the last one: it may be what an earlier attempt, or
        one that others were cancelled in the course of, has not put.
        """
        with self._database.read() as connection:
            last = open_errands(connection, item.operation_id) <= 1
        now = self._clock()
        return last or now - self._put_at.setdefault(place.address(), now) >= _MANIFEST_SECONDS

    def _put_manifest(self, place: BucketPlace, folder: ModelFolder) -> None:
        for name in (MANIFEST_JSON, MANIFEST_CSV):
            if folder.file(name).exists():
                self._bucket.put(place.bucket, place.key(name), folder.file(name))
        self._put_at[place.address()] = self._clock()

    def _keep(self, item: Item, place: BucketPlace, entry: ManifestEntry) -> None:
        """Note in the store what is in the bucket."""
        assert entry.size is not None, "it was saved"
        keep_model_file(
            self._database,
            ModelFile(
                entry.profile_id,
                entry.model_id,
                entry.alias,
                entry.email,
                entry.name,
                place.address(entry.file),
                entry.size,
                entry.sha256,
                entry.at,
                item.operation_id,
            ),
        )


def spool_of(store: Path, place: BucketPlace) -> Path:
    """Return the folder, beside the store, that files pass on their way to a bucket."""
    mark = hashlib.sha256(place.address().encode()).hexdigest()[:16]
    return saving_folder(store) / mark
