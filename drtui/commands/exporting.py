"""Exporting a store: a folder with CSV and JSON, and what each part of it is as of.

It is read in one transaction, so that the files agree with each other. The same store gives the
same bytes: nothing in them says when they were written.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from drtui.commands.exported_tables import TABLES, Table
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_path
from drtui.domain.csv_text import csv_line
from drtui.domain.file_troubles import file_trouble, folder_trouble
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.store.database import Transaction
from drtui.store.model_sweeps import read_model_sweep
from drtui.store.races import read_race_listing
from drtui.store.sync_state import read_sync_state
from drtui.store.users import moment

ABOUT: Final = "export.json"
"""The file that says what the others are, and as of when."""

_FORMAT: Final = 1
_EVERY: Final = 500  # rows between two words of progress
_NAMES: Final = (
    ABOUT,
    *chain.from_iterable((f"{table.name}.csv", f"{table.name}.json") for table in TABLES),
)
_SHOWN: Final = 300

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export.

    Attributes:
        rows: How many it has.
        sha256: Of its bytes, in hexadecimal.
    """

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was written.

    Attributes:
        folder: Where.
        files: All but `ABOUT`.
        as_of: When each part was last read from the account, as text; None is never.
    """

    folder: Path
    files: tuple[ExportedFile, ...]
    as_of: dict[str, str | None]

    @property
    def text(self) -> str:
        """What was written, in one sentence."""
        rows = {Path(file.name).stem: file.rows for file in self.files}
        parts = [counted(rows[table.name], *table.what) for table in TABLES if rows[table.name]]
        told = ", ".join(parts) or "nothing was known yet"
        files = counted(len(self.files) + 1, "file")
        return f"Exported to {clean(str(self.folder), _SHOWN)} in {files}: {told}."

    @property
    def age_text(self) -> str:
        """As of when the racers are, in a sentence."""
        at = self.as_of["racers"]
        return "Nothing was read from the account yet." if at is None else f"Racers as of {at}."


def check_folder(typed: str, *, replace: bool = False) -> Path:
    """Return the folder that was named, with links resolved; it need not be there yet.

    Raises:
        InvalidInputError: It is none, the folder above it is not there, it may not be written,
            or an export is in it already and is not to be replaced.
    """
    shown = clean(typed.strip(), _SHOWN)
    try:
        folder = typed_path(typed).resolve()
        there, above = folder.exists(), folder.parent.is_dir()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError) as error:  # links in a circle
        raise InvalidInputError(f"{shown} is no folder that can be used.") from error
    if there and not is_folder:
        raise InvalidInputError(f"{shown} is a file: name a folder.")
    if not there and not above:
        raise InvalidInputError(
            f"{clean(str(folder.parent), _SHOWN)} is not there: make it first, or name another "
            "folder."
        )
    if not os.access(folder if there else folder.parent, os.W_OK | os.X_OK):
        raise InvalidInputError(f"{shown} may not be written to: name another folder.")
    if not replace:
        _check_none_there(folder)
    return folder


def export(
    workspace: Workspace,
    account: str,
    folder: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Export:
    """Write everything that the store knows to a folder, for its owner alone.

    All files take their place at the end: what fails before leaves the folder as it was.

    Args:
        workspace: The account's.
        account: Its name.
        folder: As `check_folder` returned it; made where it is not there.
        replace: Whether an earlier export in it is replaced.
        progress: Told the table's name and the rows so far, now and then; what it raises ends the
            export.

    Raises:
        InvalidInputError: There is an export in it meanwhile.
        LocalFileError: It cannot be written, such as for want of room.
        StoreProblemError: The store cannot be read.
    """
    with _workbench(folder) as bench, workspace.database.read() as connection:
        files = list(
            chain.from_iterable(
                _write(bench, table, connection, workspace, progress) for table in TABLES
            )
        )
        done = Export(folder, tuple(files), _as_of(connection))
        _write_about(bench, done, account, workspace)
        if not replace:
            _check_none_there(folder)
        for name in _NAMES:
            try:
                (bench / name).replace(folder / name)
            except OSError as error:
                raise file_trouble(error, folder / name) from error
    return done


def _check_none_there(folder: Path) -> None:
    there = next((name for name in _NAMES if os.path.lexists(folder / name)), "")
    if there:
        raise InvalidInputError(
            f"There is a file {there} in {clean(str(folder), _SHOWN)} already: name another "
            "folder, or have the export in it replaced."
        )


@contextmanager
def _workbench(folder: Path) -> Iterator[Path]:
    """Give a folder within the one that is written to; neither stays where it is of no use."""
    try:
        made = not folder.exists()
        folder.mkdir(mode=0o700, exist_ok=True)
        bench = Path(tempfile.mkdtemp(dir=folder, prefix=".drtui-export-"))
    except OSError as error:
        raise folder_trouble(error, folder) from error
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)
        if made:
            with suppress(OSError):  # it has its files
                folder.rmdir()


class _File:
    """A new file that only its owner can read; knows its own SHA-256."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = hashlib.sha256()
        try:
            self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        except OSError as error:
            raise file_trouble(error, path) from error

    def write(self, text: str) -> None:
        data = text.encode()
        self._digest.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise file_trouble(error, self._path) from error

    def finish(self, rows: int) -> ExportedFile:
        """Close it, so that it survives a power loss."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise file_trouble(error, self._path) from error
        return ExportedFile(self._path.name, rows, self._digest.hexdigest())

    def abandon(self) -> None:
        """Close it, whatever becomes of what was not written."""
        with suppress(OSError):
            self._file.close()


def _write(
    bench: Path,
    table: Table,
    connection: Transaction,
    workspace: Workspace,
    progress: Progress | None,
) -> Sequence[ExportedFile]:
    """Write one table, as CSV and as JSON at once."""
    as_csv = _File(bench / f"{table.name}.csv")
    as_json = _File(bench / f"{table.name}.json")
    number = 0
    try:
        as_csv.write(csv_line(table.columns))
        as_json.write("[")
        for row in table.rows(connection, workspace.rates):
            ordered = {column: row[column] for column in table.columns}
            as_csv.write(csv_line(list(ordered.values())))
            as_json.write(f"{',' if number else ''}\n{json.dumps(ordered)}")
            number += 1
            if progress is not None and number % _EVERY == 0:
                progress(table.name, number)
        as_json.write("\n]\n" if number else "]\n")
        return as_csv.finish(number), as_json.finish(number)
    finally:
        as_csv.abandon()
        as_json.abandon()


def _as_of(connection: Transaction) -> dict[str, str | None]:
    sweep = read_model_sweep(connection)
    return {
        "racers": iso(read_sync_state(connection).swept_at),
        "models": iso(moment(sweep.ended_at)),
        "races": iso(read_race_listing(connection).read_at),
    }


def _write_about(bench: Path, done: Export, account: str, workspace: Workspace) -> None:
    about = {
        "format": _FORMAT,
        "account": account,
        "as_of": done.as_of,
        "rates": asdict(workspace.rates),
        "files": [asdict(file) for file in done.files],
    }
    file = _File(bench / ABOUT)
    try:
        file.write(json.dumps(about, indent=2) + "\n")
        file.finish(0)
    finally:
        file.abandon()
