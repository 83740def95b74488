"""Races as the console lists them."""

from dataclasses import dataclass
from datetime import datetime

from drtui.domain.races import Definition
from drtui.domain.text import fold
from drtui.domain.tracks import track_name


@dataclass(frozen=True, slots=True)
class RaceRow:
    """One row of the races' table: a race that is there, or one that is on its way to be created.

    Attributes:
        key: What tables and marks count by; below 0 of one that is to be created, until it is.
        race_id: Empty of one that is to be created.
        definition: As the deployment has it, or is to have it.
        participants: How many have a submission; None is unknown.
        live_status: As sent; empty where it was not told.
        pending: What operations on their way will do, such as `to be deleted`; empty is nothing.
        as_of: When it was last read; None of one that is to be created.
    """

    key: int
    race_id: str
    definition: Definition
    participants: int | None = None
    live_status: str = ""
    auto_launch: bool | None = None
    submissions_open: bool | None = None
    pending: str = ""
    as_of: datetime | None = None

    @property
    def creating(self) -> bool:
        """Whether it is not there yet."""
        return not self.race_id


def race_text(definition: Definition) -> str:
    """Return what the filter's words are looked for in."""
    named = track_name(definition.track)
    return fold(f"{definition.name}\n{definition.track}\n{named}\n{definition.description}")
