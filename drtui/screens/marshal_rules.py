"""What a marshal can do in a live race as it stands, and to what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.live_times import why_begun
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.subject import Subject

if TYPE_CHECKING:  # brings the store
    from drtui.domain.live_shows import LiveShow, Running

_NAME: Final = 40

RACE_WIDE: Final = (
    *("launch", "auto_launch", "submissions", "order", "reset_all", "winner"),
    "live_time",
)
"""The actions on the whole race."""

_WAITING: Final = frozenset({"move_up", "move_down", "to_place", "to_front", "to_end"})
OF_ONE: Final = frozenset({*_WAITING, "remove", "reset"})
"""The actions on submissions."""

MOVING: Final = frozenset({*OF_ONE, "order", "reset_all", "launch"})
"""The actions that change the queue, one after the other."""

ASKING: Final = frozenset(
    {"to_place", "order", "remove", "reset", "reset_all", "winner", "live_time"}
)
"""The actions that open a dialog, into which what comes next is typed."""

_ABLE: Final = {
    "move": ((QueueStatus.PENDING,), "only what waits can be moved"),
    "remove": (
        (QueueStatus.PENDING, QueueStatus.FAILED),
        "only what waits or has failed can be removed",
    ),
    "reset": (
        (QueueStatus.FAILED, QueueStatus.IN_PROGRESS),
        "only what runs or has failed can be reset",
    ),
}


class LiveSubject(Subject):
    """The submissions that an action is for."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say which."""
        if self.marked:
            return f"{counted(len(self.keys), 'marked submission')}."
        return f"{self.name}, under the cursor; none is marked." if self.name else "The live race."


def refused_of_race(action: str, show: "LiveShow") -> str:
    """Say why nothing of the kind can be done in the race as it stands."""
    match action:
        case "order":
            return "" if show.waiting else "nobody waits"
        case "reset_all":
            return "" if show.live.queue else "nobody is in the queue"
        case "live_time":
            begun = why_begun(show.live_status)
            return f"{begun[:1].lower()}{begun[1:].rstrip('.')}"
        case "winner":
            return _no_winner(show)
    return ""


def _no_winner(show: "LiveShow") -> str:
    """Say why nobody can be declared the winner; empty where somebody can."""
    if show.winner:
        return f"{clean(show.winner, _NAME)} is the winner already"
    if not show.rows:
        return "nobody is on the leaderboard yet"
    return "" if show.running is None else f"{_called(show.running)} runs; wait until it ends"


def _called(running: "Running") -> str:
    who, model = clean(running.alias, _NAME), clean(running.model, _NAME)
    return f"{who} ({model})" if model else who or "something"


def refused_in_queue(action: str, chosen: Sequence[QueueItem]) -> str:
    """Say why nothing of the kind can be done to submissions; empty where it can."""
    if not chosen:
        return "nobody is in the queue"
    able, why = _ABLE["move" if action in _WAITING else action]
    return why if any(one.status not in able for one in chosen) else ""
