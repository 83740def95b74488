"""Downloads to a folder: one archive after the other, each under its name only when it is sound."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive
from drtui.domain.download_errands import FOLDER, Wanted, failed_entry, saved_entry, wanted_by
from drtui.domain.downloads import size_text
from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.manifests import ManifestEntry
from drtui.domain.model_calls import FetchStoppedError
from drtui.domain.model_names import is_file_name
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import InvalidInputError, OneFileError
from drtui.domain.tar_stream import ArchiveError
from drtui.model_folders import ModelFolder
from drtui.store.database import Database
from drtui.store.errand_history import operation_params
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.sync.couriers.archive_source import ArchiveSource, DownloadDoor
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.couriers.telling import now_of

_NO_FOLDER: Final = "it does not say which folder it goes to"
_IS_THERE: Final = "was there already, whole"


class DownloadCourier:
    """Carries `Service.DOWNLOADS` out; see `domain.download_errands`.

    What was cut short goes on where it was, in this process or the next: the part stays in the
    folder, and what is whole but not in the manifest yet is looked at anew.

    Args:
        door: What archives are got by.
        database: The store.
    """

    def __init__(self, door: DownloadDoor, database: Database) -> None:
        self._database = database
        self._source = ArchiveSource(door, database, Service.DOWNLOADS)

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
            path = operation_params(connection, item.operation_id).get(FOLDER, "")
        if not path or not is_file_name(wanted.file):
            return Carried(ItemState.FAILED, _NO_FOLDER)
        folder = ModelFolder(Path(path))
        folder.prepare()
        try:
            carried = self._save(item, wanted, folder)
        except OneFileError as error:
            carried = Carried(ItemState.FAILED, str(error))
        except FetchStoppedError:
            return self._source.stopped_at(folder.part(wanted.file))
        if carried.state in (ItemState.FAILED, ItemState.CANCELLED):
            folder.note(failed_entry(wanted, carried.reason, now_of(self._database)))
        return carried

    def _save(self, item: Item, wanted: Wanted, folder: ModelFolder) -> Carried:
        there = folder.entries().get((wanted.profile_id, wanted.model_id))
        if there is not None and folder.holds(there, self._source.stopped):
            self._keep(item, folder, there)
            state = ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE
            return Carried(state, _IS_THERE)
        left = self._whole(wanted, folder, there)
        found = left or self._source.get(item, wanted, folder)
        if isinstance(found, Carried):
            return found
        if left is None:
            folder.accept(wanted.file)
        else:
            folder.discard(folder.part(wanted.file))
        entry = saved_entry(wanted, found, now_of(self._database))
        folder.note(entry)
        self._keep(item, folder, entry)
        return Carried(ItemState.DONE, f"{size_text(found.size)}, SHA-256 {found.sha256}")

    def _whole(
        self, wanted: Wanted, folder: ModelFolder, known: ManifestEntry | None
    ) -> Archive | None:
        """Return what an interrupted attempt has left under its name, where it is sound.

        A file that the manifest knows is another one by now, or damaged, and is fetched anew.
        """
        file = folder.file(wanted.file)
        if (known is not None and known.downloaded) or not file.is_file() or file.is_symlink():
            return None
        try:
            return self._source.inspect(file)
        except ArchiveError:
            return None

    def _keep(self, item: Item, folder: ModelFolder, entry: ManifestEntry) -> None:
        """Note in the store what is in the folder."""
        assert entry.size is not None, "it was downloaded"
        keep_model_file(
            self._database,
            ModelFile(
                entry.profile_id,
                entry.model_id,
                entry.alias,
                entry.email,
                entry.name,
                str(folder.file(entry.file)),
                entry.size,
                entry.sha256,
                entry.at,
                item.operation_id,
            ),
        )
