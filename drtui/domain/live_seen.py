"""What a live race came to when it was confirmed that all of it begins anew."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.problems import InvalidInputError
from drtui.domain.races import Ranking
from drtui.domain.text import clean

_OVER: Final = (QueueStatus.COMPLETED, QueueStatus.FAILED)
_LOOK: Final = "look again"
_NAME: Final = 40
_BROKEN: Final = "It does not say what was seen of the live race."


class SeenItem(NamedTuple):
    """How a submission stood; see `QueueItem`."""

    status: str
    resets: int


class SeenResult(NamedTuple):
    """A place on the leaderboard; see `Ranking`."""

    alias: str
    score: int | None


@dataclass(frozen=True, slots=True)
class SeenRace:
    """What of a live race is lost where all of it begins anew, as it was shown.

    Resetting all puts the resets back to none in some deployments: what was begun anew is seen by
    how far each was, and by the results.

    Attributes:
        queue: By the ids of the submissions.
        results: The first hundred, in any order; None where they were not read.
        winner: The alias of whoever was declared; empty while nobody was.
    """

    queue: Mapping[str, SeenItem]
    results: tuple[SeenResult, ...] | None
    winner: str = ""

    def changed(self, state: LiveState, queue: Sequence[QueueItem]) -> str:
        """Say why it is not what was seen any more; empty where it is.

        Args:
            state: How the live race stands now.
            queue: Its queue now, in whatever order.
        """
        if state.winner not in ("", self.winner):
            return f"{clean(state.winner, _NAME)} is the winner now: {_LOOK}"
        now = {one.submission_id: one for one in queue}
        if any(_began_anew(self.queue[one], now[one]) for one in self.queue.keys() & now.keys()):
            return f"it was reset meanwhile: {_LOOK}"
        if self.queue.keys() != now.keys():
            return f"{self._counted(len(now))}: {_LOOK}"
        if self.results is not None and Counter(_results(state.rankings)) != Counter(self.results):
            return f"the leaderboard is another one now: {_LOOK}"
        return ""

    def _counted(self, now: int) -> str:
        if now == len(self.queue):
            return "other submissions are in the queue now"
        return f"{len(self.queue):,} were counted in the queue, which has {now:,} now"


def seen_race(state: LiveState | None, queue: Sequence[QueueItem]) -> SeenRace:
    """Return a live race as it is shown.

    Args:
        state: How it stands; None where it was not read.
        queue: In whatever order.
    """
    items = {one.submission_id: SeenItem(one.status, one.resets) for one in queue}
    if state is None:
        return SeenRace(items, None)
    return SeenRace(items, _results(state.rankings), state.winner)


def seen_text(seen: SeenRace) -> str:
    """Return the text that an errand keeps it as."""
    told = {"queue": dict(seen.queue), "results": seen.results, "winner": seen.winner}
    return json.dumps(told)


def seen_in(text: str | None) -> SeenRace | None:
    """Return what a text of `seen_text` holds; None where there is none.

    Raises:
        InvalidInputError: It holds something else.
    """
    if text is None:
        return None
    try:
        told = json.loads(text)
        queue = {one: SeenItem(*each) for one, each in told["queue"].items()}
        results = told["results"]
        if results is not None:
            results = tuple(SeenResult(*each) for each in results)
        return SeenRace(queue, results, told["winner"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InvalidInputError(_BROKEN) from error


def _results(rankings: Sequence[Ranking]) -> tuple[SeenResult, ...]:
    return tuple(SeenResult(one.alias, one.score) for one in rankings)


def _began_anew(seen: SeenItem, now: QueueItem) -> bool:
    if seen.resets != now.resets:
        return True
    if seen.status == QueueStatus.IN_PROGRESS:
        return now.status == QueueStatus.PENDING
    return seen.status in _OVER and seen.status != now.status
