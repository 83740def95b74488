"""Saving models to a bucket of the sponsor's: each archive is looked at here on its way there."""

import hashlib
from collections.abc import Mapping, Sequence
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
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.result_bucket import ResultBucket
from drtui.domain.tar_stream import ArchiveError
from drtui.model_folders import ModelFolder
from drtui.store.database import Database
from drtui.store.errand_history import operation_params
from drtui.store.errands import open_errands
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.sync.couriers.archive_source import ArchiveSource, DownloadDoor, now_of
from drtui.sync.couriers.one_by_one import one_by_one

_MANIFEST_EVERY: Final = 25  # errands: it is put there anew, and in the end
_NO_PLACE: Final = "it does not say which bucket it goes to"
_IS_THERE: Final = "was there already, with the same size"
_Entries = dict[tuple[str, str], ManifestEntry]


class BucketCourier:
    """Carries `Service.BUCKET_SAVES` out; see `domain.download_errands`.

    An archive is fetched to a folder beside the store, found sound, put into the bucket, found
    there with its size, and only then removed from the folder; so that nothing is fetched twice
    when it was cut short. The manifest is kept in that folder too.

    Args:
        door: What archives are got by.
        bucket: Where to.
        database: The store.
    """

    def __init__(self, door: DownloadDoor, bucket: ResultBucket, database: Database) -> None:
        self._bucket = bucket
        self._database = database
        self._source = ArchiveSource(door, database, Service.BUCKET_SAVES)

    def terms(self) -> Terms:
        """See `Courier`."""
        return self._source.terms()

    def stop(self) -> None:
        """See `LongCourier`."""
        self._source.stop()

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
            left = open_errands(connection, item.operation_id) - 1
        if place is None or not is_file_name(wanted.file):
            return Carried(ItemState.FAILED, _NO_PLACE)
        folder = ModelFolder(spool_of(self._database.path, place))
        folder.path.parent.mkdir(mode=0o700, exist_ok=True)
        folder.prepare()
        try:
            carried = self._save(item, wanted, place, folder)
            if carried.state in (ItemState.DONE, ItemState.FAILED) and left % _MANIFEST_EVERY == 0:
                self._put_manifest(place, folder)
        except FetchStoppedError:
            return self._source.stopped_at(folder.part(wanted.file))
        return carried

    def _save(self, item: Item, wanted: Wanted, place: BucketPlace, folder: ModelFolder) -> Carried:
        entries = folder.entries()
        there = entries.get((wanted.profile_id, wanted.model_id))
        if there is not None and self._has(place, there):
            self._keep(item, place, there)
            state = ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE
            return Carried(state, _IS_THERE)
        found = self._fetched(item, wanted, folder)
        if isinstance(found, Carried):
            if found.state is ItemState.FAILED:
                entry = failed_entry(wanted, found.reason, now_of(self._database))
                folder.write({**entries, entry.key: entry})
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
        folder.write({**entries, entry.key: entry})
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

    def _put_manifest(self, place: BucketPlace, folder: ModelFolder) -> None:
        for name in (MANIFEST_JSON, MANIFEST_CSV):
            self._bucket.put(place.bucket, place.key(name), folder.file(name))

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
    return store.resolve().parent / f"{store.stem}.saving" / mark
