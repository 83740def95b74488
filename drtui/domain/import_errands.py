"""The errand that imports a model: what it is to do, and how far it has come.

It goes by steps, each kept before the next begins, so that it goes on after a kill: files are
uploaded (again without harm), the models of that name are noted, and only then the import is asked
for, which must not happen twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, Values, text_in
from drtui.domain.problems import InvalidInputError

PATH: Final = "path"
NAME: Final = "name"
DESCRIPTION: Final = "description"

_FINGERPRINT: Final = "fingerprint"
_PREFIX: Final = "prefix"
_STEP: Final = "step"
_KNOWN: Final = "known"
_MODEL_ID: Final = "model_id"


class Step(StrEnum):
    """How far an import has come."""

    CONFIRMED = ""
    UPLOADED = "uploaded"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class WantedImport:
    """What an errand is to import.

    Attributes:
        path: The folder or the archive on this machine.
        fingerprint: What it was like when it was confirmed.
        prefix: Where its files go in the upload bucket; nobody else's are there.
        step: How far it has come.
        known: The ids of one's own models of that name from before.
        model_id: Of the imported model; empty where it is not known yet.
    """

    path: str
    name: str
    description: str
    fingerprint: str
    prefix: str
    step: Step
    known: frozenset[str]
    model_id: str


def import_errand(
    path: str, name: str, description: str, *, fingerprint: str, prefix: str, note: str
) -> Errand:
    """Return the errand that imports a folder or an archive."""
    how = {
        PATH: path,
        DESCRIPTION: description,
        _FINGERPRINT: fingerprint,
        _PREFIX: prefix,
    }
    after = {NAME: name, **how}
    return Errand(Service.IMPORTS, name, name, {NAME: "", **how}, after, note)


def wanted_import(item: Item) -> WantedImport:
    """Return what an errand is to import, and how far it has come.

    Raises:
        InvalidInputError: It is no such errand.
    """
    path, name, prefix = (text_in(item.after, one) or "" for one in (PATH, NAME, _PREFIX))
    if not path or not name or not prefix:
        raise InvalidInputError("It does not say what is to be imported.")
    return WantedImport(
        path,
        name,
        text_in(item.after, DESCRIPTION) or "",
        text_in(item.after, _FINGERPRINT) or "",
        prefix,
        Step(text_in(item.before, _STEP) or ""),
        frozenset((text_in(item.before, _KNOWN) or "").split()),
        text_in(item.before, _MODEL_ID) or "",
    )


def confirmed() -> Values:
    """Return what is kept of an import that begins again."""
    return {_STEP: Step.CONFIRMED.value, _KNOWN: "", _MODEL_ID: ""}


def uploaded(known: Collection[str]) -> Values:
    """Return what is kept once all files are there; see `WantedImport.known`."""
    return {_STEP: Step.UPLOADED.value, _KNOWN: " ".join(sorted(known))}


def sent(model_id: str) -> Values:
    """Return what is kept once the deployment imports; the id is empty where it did not tell."""
    return {_STEP: Step.SENT.value, _MODEL_ID: model_id}
