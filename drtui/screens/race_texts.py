"""What the dialogs of races ask for, and are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drtui.domain.races import Definition


@dataclass(frozen=True, slots=True)
class FormReading:
    """What the fields of a race's form come to.

    Attributes:
        definition: What would be sent, as far as it can be read.
        faults: What is wrong, by field; an empty name is of the whole race.
        notes: What there is to know, likewise.
    """

    definition: Definition
    faults: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)


class Writing(StrEnum):
    """What can be written of races."""

    RACE_FILE = "race file"
    LEADERBOARD = "leaderboard"
    RESULTS = "results"


class Form(StrEnum):
    """In what form a leaderboard is written."""

    CSV = "CSV"
    JSON = "JSON"
    HTML = "HTML"


@dataclass(frozen=True, slots=True)
class WriteTexts:
    """What is to be written, and where to.

    Attributes:
        path: Of a file, or of a folder for results.
        emails: Whether results name email addresses.
    """

    what: Writing = Writing.RACE_FILE
    form: Form = Form.CSV
    path: str = ""
    emails: bool = False


class Sending(StrEnum):
    """What becomes of an invitation."""

    COPY = "copy"
    SAVE = "save"
    NOTE = "note"
    EVENT = "event"
    SENT = "sent"
    SEND = "send"
