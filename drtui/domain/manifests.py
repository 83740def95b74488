"""The manifest beside downloaded models: what each file is, whose, and what became of it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drtui.domain.model_names import is_file_name
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import csv_cell, fold, iso

MANIFEST_JSON: Final = "drtui-manifest.json"
MANIFEST_CSV: Final = "drtui-manifest.csv"
DOWNLOADED: Final = "downloaded"
"""The outcome of a model whose archive is there, and was found sound."""

_VERSION: Final = 1
_NOT_OURS: Final = "is none of drtui's, or was damaged: move it away, or name another folder."
_COLUMNS: Final = (
    *("racer", "email", "model", "file", "bytes", "sha256", "when", "outcome"),
    *("profile_id", "model_id", "contents_sha256"),
)


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One model in a manifest.

    Attributes:
        alias: The racer's when it was downloaded; text from outside, as are email and name.
        email: Empty is unknown.
        name: The model's.
        file: The file's name in the folder; empty where there is none.
        size: The file's, in bytes; None where there is none.
        sha256: The file's, in hexadecimal; empty where there is none.
        contents: See `archives.Archive`; empty where there is none.
        at: When its outcome was written.
        outcome: `DOWNLOADED`, or why it was not.
    """

    profile_id: str
    model_id: str
    alias: str
    email: str
    name: str
    file: str
    size: int | None
    sha256: str
    contents: str
    at: datetime
    outcome: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells one model from another."""
        return self.profile_id, self.model_id

    @property
    def downloaded(self) -> bool:
        """Whether its file was saved and found sound."""
        return self.outcome == DOWNLOADED


def in_order(entries: Iterable[ManifestEntry]) -> list[ManifestEntry]:
    """Return entries by racer and model, as a manifest lists them."""
    return sorted(entries, key=lambda one: (fold(one.alias), fold(one.name), one.key))


def as_json(entry: ManifestEntry) -> dict[str, object]:
    """Return an entry as JSON says it."""
    return {
        "racer": entry.alias,
        "email": entry.email or None,
        "model": entry.name,
        "file": entry.file or None,
        "bytes": entry.size,
        "sha256": entry.sha256 or None,
        "when": iso(entry.at),
        "outcome": entry.outcome,
        "profile_id": entry.profile_id,
        "model_id": entry.model_id,
        "contents_sha256": entry.contents or None,
    }


def manifest_json(entries: Iterable[ManifestEntry]) -> str:
    """Return a manifest as JSON; ASCII only."""
    models = [as_json(one) for one in in_order(entries)]
    return json.dumps({"drtui_manifest": _VERSION, "models": models}, indent=1) + "\n"


def manifest_csv(entries: Iterable[ManifestEntry]) -> str:
    """Return a manifest as CSV, of which no cell can start a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in in_order(entries):
        values = as_json(one)
        writer.writerow([csv_cell(values[column]) for column in _COLUMNS])
    return text.getvalue()


def read_manifest(text: str, shown: str) -> list[ManifestEntry]:
    """Read what `manifest_json` wrote.

    Args:
        text: The file's.
        shown: What the file is called in a message.

    Raises:
        InvalidInputError: It is no such manifest.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    models = document.get("models") if isinstance(document, dict) else None
    if not isinstance(models, list) or document.get("drtui_manifest") != _VERSION:
        raise InvalidInputError(f"{shown} {_NOT_OURS}")
    entries = [_entry(one) for one in models]
    read = [one for one in entries if one is not None]
    if len(read) < len(entries):
        raise InvalidInputError(f"{shown} {_NOT_OURS}")
    return read


def _entry(value: object) -> ManifestEntry | None:
    """Return an entry; None where it is not one that was written here."""
    if not isinstance(value, Mapping):
        return None
    size, file = value.get("bytes"), _text(value, "file")
    if (size is not None and not _is_size(size)) or (file and not is_file_name(file)):
        return None
    try:
        at = datetime.fromisoformat(_text(value, "when"))
    except ValueError:
        return None
    entry = ManifestEntry(
        _text(value, "profile_id"),
        _text(value, "model_id"),
        _text(value, "racer"),
        _text(value, "email"),
        _text(value, "model"),
        file,
        size,
        _text(value, "sha256"),
        _text(value, "contents_sha256"),
        at if at.tzinfo is not None else at.replace(tzinfo=UTC),
        _text(value, "outcome"),
    )
    return entry if entry.profile_id and entry.model_id else None


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def identical(entries: Iterable[ManifestEntry]) -> list[tuple[ManifestEntry, ...]]:
    """Return the models that are the same file for file, in groups; the largest group first.

    Packed at another time they are still the same: what is compared are names and contents of the
    files in an archive, and the archive itself where these are not known.
    """
    found: dict[str, list[ManifestEntry]] = {}
    for one in in_order(entries):
        mark = one.contents or one.sha256
        if one.downloaded and mark:
            found.setdefault(mark, []).append(one)
    groups = [tuple(group) for group in found.values() if len(group) > 1]
    return sorted(groups, key=len, reverse=True)


def racers_in(group: Sequence[ManifestEntry]) -> int:
    """Return how many racers have a model of a group."""
    return len({one.profile_id for one in group})
