"""Exporting a store: a folder with CSV and JSON, and what each part of it is as of.

It is read in one transaction, so that the files agree with each other. The same store gives the
same bytes: nothing in them says when they were written.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from dataclasses import replace as replace_
from itertools import chain
from pathlib import Path
from typing import Final

from drtui.commands.exported_tables import TABLES, Table
from drtui.commands.preparing import ages
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_path
from drtui.domain.csv_text import csv_line
from drtui.domain.file_troubles import file_trouble, folder_trouble
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.files import settle
from drtui.store.database import Transaction
from drtui.store.journal import EXPORT
from drtui.store.noting import note

ABOUT: Final = "export.json"
"""The file that says what the others are, and as of when."""

_FORMAT: Final = 1
_AS_OF_IS: Final = "when what is the oldest of it was read"
_EVERY: Final = 500  # rows between two words of progress
_TABLES: Final = tuple(
    chain.from_iterable((f"{table.name}.csv", f"{table.name}.json") for table in TABLES)
)
_BENCH: Final = ".drtui-export-"
_SHOWN: Final = 300
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

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
        as_of: When the oldest of each part was read from the account, as text, as `prepare` says
            it; None is never.
        trouble: Why the journal could not be told of it, a sentence; empty where it was.
    """

    folder: Path
    files: tuple[ExportedFile, ...]
    as_of: dict[str, str | None]
    trouble: str = ""

    @property
    def text(self) -> str:
        """What was written, in one sentence."""
        rows = {Path(file.name).stem: file.rows for file in self.files}
        parts = [counted(rows[table.name], *table.what) for table in TABLES if rows[table.name]]
        told = ", ".join(parts) or "nothing was known yet"
        files = counted(len(self.files) + 1, "file")
        told = f"Exported to {clean(str(self.folder), _SHOWN)} in {files}: {told}."
        return f"{told} The journal does not tell of it: {self.trouble}" if self.trouble else told

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

    All files take their place at the end, `ABOUT` last: what fails before leaves the folder as it
    was, and where `ABOUT` is there, everything that it tells of is.

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
        as_of = {name: iso(at) for name, at in ages(workspace, connection).items()}
        done = Export(folder, tuple(files), as_of)
        _write_about(bench, done, account, workspace)
        if not replace:
            _check_none_there(folder)
        _put_in_place(bench, folder)
    if workspace.database.read_only:
        return done
    place = clean(str(folder), _SHOWN)
    try:
        note(workspace.database, EXPORT, f"to {place}", workspace.author())
    except StoreProblemError as problem:  # as for want of room; the export is whole
        return replace_(done, trouble=str(problem))
    return done


def _put_in_place(bench: Path, folder: Path) -> None:
    """Give the files their names, so that whoever finds `ABOUT` has all of its export."""
    about = folder / ABOUT
    try:
        about.unlink(missing_ok=True)
        settle(folder)
    except OSError as error:
        raise file_trouble(error, about) from error
    for name in (*_TABLES, ABOUT):
        try:
            if name == ABOUT:
                settle(folder)
            (bench / name).replace(folder / name)
        except OSError as error:
            raise file_trouble(error, folder / name) from error
    with suppress(OSError):
        settle(folder)


def _check_none_there(folder: Path) -> None:
    there = next((name for name in (ABOUT, *_TABLES) if os.path.lexists(folder / name)), "")
    if there:
        raise InvalidInputError(
            f"There is a file {there} in {clean(str(folder), _SHOWN)} already: name another "
            "folder, or have “drtui export --replace” replace the export in it."
        )


@contextmanager
def _workbench(folder: Path) -> Iterator[Path]:
    """Give a folder within the one that is written to; neither stays where it is of no use.

    It is locked, which tells the next export that somebody still works in it.
    """
    handles: list[int] = []
    try:
        made = not folder.exists()
        folder.mkdir(mode=0o700, exist_ok=True)
        handles.append(os.open(folder, _FOLDER))
        with suppress(OSError):  # not every file system knows locks
            fcntl.flock(handles[0], fcntl.LOCK_EX)  # until the new one is locked
        _clear_away(folder)
        bench = Path(tempfile.mkdtemp(dir=folder, prefix=_BENCH))
        handles.append(os.open(bench, _FOLDER))
        with suppress(OSError):
            fcntl.flock(handles[1], fcntl.LOCK_EX)
        os.close(handles.pop(0))
    except OSError as error:
        for handle in handles:
            os.close(handle)
        raise folder_trouble(error, folder) from error
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)
        os.close(handles[0])
        if made:
            with suppress(OSError):  # it has its files
                folder.rmdir()


def _clear_away(folder: Path) -> None:
    """Remove what exports left that were killed: nobody has a lock on it."""
    for each in folder.glob(f"{_BENCH}*"):
        with suppress(OSError):
            handle = os.open(each, _FOLDER | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(each, ignore_errors=True)
            finally:
                os.close(handle)


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


def _write_about(bench: Path, done: Export, account: str, workspace: Workspace) -> None:
    about = {
        "format": _FORMAT,
        "account": account,
        "as_of": done.as_of,
        "as_of_is": _AS_OF_IS,
        "rates": asdict(workspace.rates),
        "files": [asdict(file) for file in done.files],
    }
    file = _File(bench / ABOUT)
    try:
        file.write(json.dumps(about, indent=2) + "\n")
        file.finish(0)
    finally:
        file.abandon()
