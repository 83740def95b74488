"""What the deployment finishes a little later by itself, in simulated time."""

import heapq
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Kinds of things that follow later."""

    SHOW_ROLE = "show_role"
    DROP_MODEL = "drop_model"
    END_STOP = "end_stop"
    END_IMPORT = "end_import"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing to do.

    Attributes:
        at: simulated seconds.
        step: what is to be done.
        profile_id: to which profile.
        subject: the role to show, the id of the job that is stopped, or of the model.
    """

    at: float
    step: Step
    profile_id: str
    subject: str


class Agenda:
    """What is to be done, the earliest first."""

    def __init__(self, entries: list[Due] | None = None) -> None:
        self._heap = list(entries or ())
        heapq.heapify(self._heap)

    @property
    def entries(self) -> list[Due]:
        """All that is to be done, in order."""
        return sorted(self._heap)

    def add(self, due: Due) -> None:
        """Plan one more thing."""
        heapq.heappush(self._heap, due)

    def take(self, now: float) -> list[Due]:
        """Remove and return what is due by now."""
        taken: list[Due] = []
        while self._heap and self._heap[0].at <= now:
            taken.append(heapq.heappop(self._heap))
        return taken
