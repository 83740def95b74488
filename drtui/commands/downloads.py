"""Downloads: planning them to a folder or a bucket, how they go, and what was saved safely."""

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from drtui.commands.bulk import plan_errands
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import HELD_SECONDS, download_share
from drtui.domain.download_errands import FOLDER, bucket_place, cannot, save_errand
from drtui.domain.downloads import ALARM, DOWNLOADS, WINDOW_SECONDS, finish_line, size_text
from drtui.domain.errands import READING, Service
from drtui.domain.manifests import ManifestEntry
from drtui.domain.models import ModelRow
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan, PlannedTarget, plan_errand
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.model_folders import ModelFolder, chosen_folder, is_whole, never
from drtui.store.database import Transaction
from drtui.store.downloading import (
    DownloadProgress,
    download_progress,
    downloads_begun,
)
from drtui.store.errands import on_the_way
from drtui.store.model_files import ModelFile, model_files
from drtui.store.users import moment

NO_MODELS: Final = "There is no model to save."
CONSEQUENCES: Final = (
    "Files get their names when they were found sound; what is cut short goes on where it was, "
    "also after a restart."
)
"""What there is to know before a download is confirmed."""

_HASHED: Final = 2 * 10**9  # bytes that are looked at while planning; the rest is when its turn is
_LOOKED_AT_LATER: Final = "a file is there: it is compared first, and fetched only if it differs"
_OTHER: Final = "the file that is there is not the one that was downloaded: it is fetched anew"
_NO_ROOM: Final = "No room is free there: make some, or name a folder on another disk."
_OWN_BUCKET: Final = (
    "That is the deployment's own bucket, where nothing is written: name another one."
)


def plan_download(workspace: Workspace, models: Sequence[ModelRow], folder: str) -> Plan:
    """Plan to download models to a folder of this machine; nothing is asked or written yet.

    A model whose file is there with the SHA-256 of the manifest is so already; one that is not
    READY cannot be downloaded. Links in the folder's path are resolved now, once and for all.

    Args:
        workspace: The account's.
        models: Which, each once.
        folder: As the admin typed it; it is made where there is none.

    Raises:
        InvalidInputError: There are no models, or the folder cannot be used.
        NotAllowedError: Whoever is signed in may not do it.
    """
    target = ModelFolder(chosen_folder(folder))
    if not models:
        raise InvalidInputError(NO_MODELS)
    try:
        entries = target.entries()
        found = _Looked(target, entries)
        rows = [_row(Service.DOWNLOADS, one, found) for one in models]
    except LocalFileError as error:
        raise InvalidInputError(str(error)) from error
    what = f"Download models to {target.path}"
    plan = plan_errands(workspace, OperationKind.DOWNLOAD_MODELS, what, ())
    return replace(plan, rows=tuple(rows), params={FOLDER: str(target.path)})


def plan_save_to_bucket(
    workspace: Workspace,
    models: Sequence[ModelRow],
    address: str,
    *,
    second_door: bool,
    own_buckets: Collection[str] = (),
) -> Plan:
    """Plan to save models to a bucket of the sponsor's; nothing is asked or written yet.

    What is in the bucket already is found out when its turn comes, and not fetched again.

    Args:
        workspace: The account's.
        models: Which, each once.
        address: `s3://bucket/prefix`.
        second_door: Whether the account names the sponsor's AWS profile.
        own_buckets: The names of the deployment's own buckets, as far as they are known.

    Raises:
        InvalidInputError: There are no models, no AWS profile, or no such address.
        NotAllowedError: Whoever is signed in may not do it.
    """
    if not second_door:
        raise InvalidInputError(NO_SECOND_DOOR)
    if not models:
        raise InvalidInputError(NO_MODELS)
    place = bucket_place(address)
    if place.bucket in own_buckets:
        raise InvalidInputError(_OWN_BUCKET)
    rows = [_row(Service.BUCKET_SAVES, one, None) for one in models]
    what = f"Save models to {place.address()}"
    plan = plan_errands(workspace, OperationKind.SAVE_MODELS, what, ())
    return replace(plan, rows=tuple(rows), params=place.params())


def finish_lines(workspace: Workspace, plan: Plan, *, per_window: int = DOWNLOADS) -> list[str]:
    """Say when the last download of a plan begins, and how much room there is.

    Args:
        workspace: The account's.
        plan: Of `plan_download` or `plan_save_to_bucket`.
        per_window: How many may begin in 5 minutes, by the settings.
    """
    now = workspace.database.clock()
    at = moment(now)
    assert at is not None
    with workspace.database.read() as connection:
        waiting = sum(len(on_the_way(connection, service)) for service in READING)
        begun = downloads_begun(connection, now)
    calls = int(download_share(workspace.admin_calls) * WINDOW_SECONDS / HELD_SECONDS)
    lines = [
        finish_line(
            plan.count(Outcome.CHANGE),
            at,
            waiting=waiting,
            begun=begun,
            per_window=per_window,
            calls=calls,
        )
    ]
    if per_window >= ALARM:
        lines.append(f"At {ALARM} in 5 minutes an alarm of the deployment fires.")
    if folder := plan.params.get(FOLDER):
        lines += _room(Path(folder))
    return lines


def progress(workspace: Workspace) -> list[DownloadProgress]:
    """Return how far the files are that come just now; about one second old.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        return progress_in(connection)


def progress_in(connection: Transaction) -> list[DownloadProgress]:
    """The same of the same moment as whatever else is read."""
    return download_progress(connection)


def progress_line(found: Sequence[DownloadProgress]) -> str:
    """Return how far files are in a line: `ada / fast: 12.3 MB of 50.0 MB`; empty without any."""
    return " · ".join(
        f"{one.label}: {size_text(one.size)}"
        + ("" if one.total is None else f" of {size_text(one.total)}")
        for one in found
    )


def safely_downloaded(
    workspace: Workspace,
    models: Sequence[tuple[str, str]],
    stopped: Callable[[], bool] = never,
) -> dict[tuple[str, str], ModelFile]:
    """Return the models of which a file is on this machine now, whole; each is read to the end.

    What was saved to a bucket is not among them, since nothing is asked of AWS here.

    Args:
        workspace: The account's.
        models: Profile id and model id of each.
        stopped: Asked between two parts of a file.

    Raises:
        StoreProblemError: The store cannot be read.
        FetchStoppedError: It was told to stop.
    """
    with workspace.database.read() as connection:
        saved = model_files(connection, models)
    return {
        key: found
        for key, files in saved.items()
        if (found := next((one for one in files if _is_whole(one, stopped)), None)) is not None
    }


def _is_whole(file: ModelFile, stopped: Callable[[], bool]) -> bool:
    path = Path(file.place)
    try:
        return path.is_absolute() and is_whole(path, file.size, file.sha256, stopped)
    except LocalFileError:
        return False


@dataclass(slots=True)
class _Looked:
    """A folder as it is found while planning; large amounts of files are not read whole."""

    folder: ModelFolder
    entries: dict[tuple[str, str], ManifestEntry]
    left: int = _HASHED

    def look(self, model: ModelRow) -> tuple[str, bool, str]:
        """Return a model's file there, whether it is whole, and what there is to say of it."""
        entry = self.entries.get((model.profile_id, model.model_id))
        if entry is None or not entry.downloaded:
            return "", False, ""
        if not self.folder.file(entry.file).exists():
            return entry.file, False, ""
        if not self.folder.seems_to_hold(entry):
            return entry.file, False, _OTHER
        self.left -= entry.size or 0
        if self.left < 0:
            return entry.file, False, _LOOKED_AT_LATER
        whole = self.folder.holds(entry)
        return entry.file, whole, "" if whole else _OTHER


def _row(service: Service, model: ModelRow, looked: _Looked | None) -> PlannedTarget:
    former, saved, note = ("", False, "") if looked is None else looked.look(model)
    row = plan_errand(save_errand(service, model, former=former, saved=saved))
    if row.outcome is Outcome.ALREADY_SO:
        return row
    why = cannot(model)
    if why and note != _LOOKED_AT_LATER:
        return PlannedTarget(row.target, Outcome.CANNOT, reason=why)
    return replace(row, reason=note)


def _room(folder: Path) -> list[str]:
    try:
        there = folder if folder.exists() else folder.parent
        free = shutil.disk_usage(there).free
        return [f"{size_text(free)} are free there." if free else _NO_ROOM]
    except OSError:
        return []
