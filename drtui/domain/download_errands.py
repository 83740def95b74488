"""Errands that save one model's physical-car archive: to a folder, or to a bucket of the sponsor's.

The folder, or the bucket, is the operation's; file name and racer are each errand's own, as they
were when it was confirmed, so that a racer who is deleted meanwhile is still named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.domain.archives import Archive
from drtui.domain.errands import Errand, Service, subject_of
from drtui.domain.manifests import DOWNLOADED, ManifestEntry
from drtui.domain.model_names import file_name
from drtui.domain.models import ModelRow, Stage, known_status, model_subject
from drtui.domain.operations import Item, text_in
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.model_files import BUCKET_NAME
from drtui.domain.text import clean

FOLDER: Final = "folder"
BUCKET: Final = "bucket"
PREFIX: Final = "prefix"
FILE: Final = "file"
LEFT_OUT: Final = "left out: "
"""What the reason begins with where a model has nothing to save, which is no failure."""

_RACER: Final = "racer"
_EMAIL: Final = "email"
_MODEL: Final = "model"
_PLACE: Final = re.compile(r"s3://([^/]+)(?:/(.*))?")
_LONGEST_PREFIX: Final = 500  # bytes; a key may have 1,024


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """Where in S3 files are saved.

    Attributes:
        prefix: What keys begin with: empty, or ending in a slash.
    """

    bucket: str
    prefix: str

    def key(self, file: str) -> str:
        """Return the key of a file."""
        return f"{self.prefix}{file}"

    def address(self, file: str = "") -> str:
        """Return the `s3://` address of a file, or of all."""
        return f"s3://{self.bucket}/{self.prefix}{file}"

    def params(self) -> dict[str, str]:
        """Return it as an operation keeps it; `bucket_place_of` reads it."""
        return {BUCKET: self.bucket, PREFIX: self.prefix}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one errand is to save.

    Attributes:
        alias: The racer's, as it was confirmed; likewise the email, empty is unknown, and the
            model's name.
        file: The name of the file.
    """

    profile_id: str
    model_id: str
    alias: str
    email: str
    name: str
    file: str


def bucket_place(address: str) -> BucketPlace:
    """Read an `s3://bucket/prefix` that the admin typed.

    Raises:
        InvalidInputError: It is none.
    """
    found = _PLACE.fullmatch(address.strip())
    if found is None or not BUCKET_NAME.fullmatch(found[1]) or ".." in found[1]:
        raise InvalidInputError(
            f"“{clean(address.strip(), 60)}” is no address of a bucket: write s3://bucket/prefix, "
            "where the bucket's name is 3 to 63 small letters, digits, “.” and “-”."
        )
    prefix = (found[2] or "").strip("/")
    parts = prefix.split("/")
    odd = clean(prefix, len(prefix) + 1) != prefix or any(one in (".", "..") for one in parts)
    if odd or (prefix and "" in parts) or len(prefix.encode()) > _LONGEST_PREFIX:
        raise InvalidInputError(
            "A prefix is words with slashes between them, without “.” and “..”, of "
            f"{_LONGEST_PREFIX} bytes at the most."
        )
    return BucketPlace(found[1], f"{prefix}/" if prefix else "")


def bucket_place_of(params: Mapping[str, str]) -> BucketPlace | None:
    """Return where an operation saves; None where it was not kept."""
    bucket = params.get(BUCKET, "")
    return BucketPlace(bucket, params.get(PREFIX, "")) if bucket else None


def cannot(model: ModelRow) -> str:
    """Say why a model has nothing to download now; empty where it may have.

    Whether an archive was built can only be found out by asking for it.
    """
    if not model.listed:
        return "only its files in the bucket are known: the deployment lists no such model"
    known = known_status(model.status)
    if model.stage is Stage.READY:
        return ""
    if known is None:
        return f"this version does not know its status: {clean(model.status_text, 40)}"
    if model.stage is Stage.RUNNING:
        return f"it is {clean(model.status_text)}, so there is no archive yet"
    return f"its status is {clean(model.status_text)}, so there is no archive"


def save_errand(
    service: Service, model: ModelRow, *, former: str = "", saved: bool = False
) -> Errand:
    """Return the errand that saves a model's archive; already so where it is there.

    Args:
        service: `DOWNLOADS`, or `BUCKET_SAVES`.
        model: Which.
        former: What its file is called there already: it keeps that name, whatever the racer is
            called by now. Empty is nothing.
        saved: Whether that file is there, and sound.
    """
    name = former or file_name(model.alias, model.name, model.profile_id, model.model_id)
    known = {_RACER: model.alias, _EMAIL: model.email or "", _MODEL: model.name}
    return Errand(
        service,
        model_subject(model.profile_id, model.model_id),
        f"{model.alias or model.profile_id} / {model.name}",
        {FILE: name if saved else "", **known},
        {FILE: name, **known},
    )


def wanted_by(item: Item) -> Wanted:
    """Return what an errand is to save.

    Raises:
        InvalidInputError: It is no such errand.
    """
    profile_id, slash, model_id = subject_of(item).partition("/")
    file = text_in(item.after, FILE)
    if not slash or not file:
        raise InvalidInputError("It does not say which model is to be saved.")
    alias, email, name = (text_in(item.after, one) or "" for one in (_RACER, _EMAIL, _MODEL))
    return Wanted(profile_id, model_id, alias, email, name, file)


def saved_entry(wanted: Wanted, archive: Archive, at: datetime) -> ManifestEntry:
    """Return the line of a manifest of an archive that was saved, and found sound."""
    return ManifestEntry(
        wanted.profile_id,
        wanted.model_id,
        wanted.alias,
        wanted.email,
        wanted.name,
        wanted.file,
        archive.size,
        archive.sha256,
        archive.contents,
        at,
        DOWNLOADED,
    )


def failed_entry(wanted: Wanted, reason: str, at: datetime) -> ManifestEntry:
    """Return the line of a manifest of a model of which nothing was saved."""
    return ManifestEntry(
        wanted.profile_id,
        wanted.model_id,
        wanted.alias,
        wanted.email,
        wanted.name,
        "",
        None,
        "",
        "",
        at,
        reason if reason.startswith(LEFT_OUT) else f"failed: {reason}",
    )
