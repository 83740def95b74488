"""What the dialogs of the actions on models ask for, and are told."""

from dataclasses import dataclass
from enum import StrEnum


class DeletionWay(StrEnum):
    """How models are deleted."""

    OWN = "own"
    ALL = "all"
    DOWNLOAD_FIRST = "download-first"
    DOWNLOADED = "downloaded"


@dataclass(frozen=True, slots=True)
class DeletionChoice:
    """One of the ways to delete models, as it is chosen.

    Attributes:
        told: What would be deleted, in numbers.
        refusal: Why it cannot be done; empty where it can.
    """

    way: DeletionWay
    told: str
    refusal: str = ""


class ImportField(StrEnum):
    """What an import asks for."""

    PATH = "Path"
    NAME = "Model name"
    DESCRIPTION = "Description"


@dataclass(frozen=True, slots=True)
class ImportTexts:
    """What was typed for an import."""

    path: str = ""
    name: str = ""
    description: str = ""
