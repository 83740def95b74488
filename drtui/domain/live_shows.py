"""A race at one moment, as a marshal and an audience want to know it: who runs, who is next.

What is told of the evaluation that runs is not in the facts (DeepRacer API facts, GET …/liveState):
what it holds is used as far as it can be understood, and the queue tells the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from drtui.domain.leaderboards import LeaderboardRow, leaderboard_rows
from drtui.domain.live_order import in_order
from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.race_records import StoredLeaderboard, StoredLive, StoredRace
from drtui.domain.races import ListedRace, LiveStatus
from drtui.domain.text import fold

NEXT: Final = 3
"""So many of those who run next are named."""
_FIRST: Final = 100  # of the rankings are told with a live race
_RANKS: Final[Mapping[str, int]] = {
    QueueStatus.IN_PROGRESS: 0,
    QueueStatus.PENDING: 1,
    QueueStatus.FAILED: 2,
    QueueStatus.COMPLETED: 4,
}
_UNKNOWN_RANK: Final = 3
_SINCE: Final = ("startedAt", "startTime", "startedTime")
_LAPS: Final = ("completedLaps", "lapsCompleted", "numberOfLaps", "laps")
_BEST: Final = ("bestLapTime", "bestLapTimeMs")


def as_shown(queue: Sequence[QueueItem]) -> list[QueueItem]:
    """Return a queue, which is in its order, with what runs first, then what waits."""
    return sorted(queue, key=lambda one: _RANKS.get(one.status, _UNKNOWN_RANK))


@dataclass(frozen=True, slots=True)
class Running:
    """The submission that runs now.

    Attributes:
        submission_id: Empty where it was not told.
        model: Its name; empty where it was not told.
        since: When it began; None where it was not told, as the numbers.
        laps: Driven so far.
        best_lap: In ms, so far.
    """

    submission_id: str
    alias: str
    model: str
    since: datetime | None = None
    laps: int | None = None
    best_lap: int | None = None


@dataclass(frozen=True, slots=True)
class LiveShow:
    """A race as last read, all of it of one moment of the store.

    Attributes:
        stored: The race, there or gone.
        live: Its state and its queue; empty where it is no live race.
        rows: The leaderboard, the leader first, with gaps.
        hidden: The folded aliases that no audience is shown.
        read_at: When it was last read; None where it never was.
        trouble: Why reading it failed the last time; empty where it did not.
    """

    stored: StoredRace
    live: StoredLive
    rows: tuple[LeaderboardRow, ...]
    hidden: frozenset[str]
    read_at: datetime | None
    trouble: str

    @property
    def is_live(self) -> bool:
        """Whether it is a live race."""
        return self.stored.race.definition.live

    @property
    def race(self) -> ListedRace:
        """The race, with what the live race itself told since it was listed."""
        return replace(
            self.stored.race,
            live_status=self.live_status,
            auto_launch=self.auto_launch,
            submissions_open=self.submissions_open,
        )

    def is_hidden(self, alias: str) -> bool:
        """Whether an alias is not for an audience."""
        return fold(alias) in self.hidden

    @property
    def live_status(self) -> str:
        """As sent; the list's where the live race itself was never read."""
        state = self.live.state
        return self.stored.race.live_status if state is None else state.live_status

    @property
    def auto_launch(self) -> bool | None:
        """Whether the next submission is run by itself; None where it is not known."""
        state = self.live.state
        told = None if state is None else state.auto_launch
        return self.stored.race.auto_launch if told is None else told

    @property
    def submissions_open(self) -> bool | None:
        """Whether the race takes submissions; None where it is not known."""
        state = self.live.state
        told = None if state is None else state.submissions_open
        return self.stored.race.submissions_open if told is None else told

    @property
    def winner(self) -> str:
        """Who was declared; empty while nobody was."""
        return "" if self.live.state is None else self.live.state.winner

    @property
    def over(self) -> bool:
        """Whether the winner was declared."""
        return bool(self.winner) or self.live_status == LiveStatus.COMPLETED

    @property
    def queue(self) -> Sequence[QueueItem]:
        """All submissions, in their order."""
        return in_order(self.live.queue)

    @property
    def sorted_queue(self) -> list[QueueItem]:
        """All submissions as a marshal wants them: what runs, waits, has failed, and is done."""
        return as_shown(self.queue)

    @property
    def waiting(self) -> list[QueueItem]:
        """The submissions that wait, the next one first."""
        return [one for one in self.queue if one.status == QueueStatus.PENDING]

    @property
    def running(self) -> Running | None:
        """What runs now; None where nothing does."""
        return running_now(self.live.state, self.live.queue)

    def count(self, status: QueueStatus) -> int:
        """Return how many submissions stand somewhere."""
        return sum(one.status == status for one in self.live.queue)


def live_show(
    stored: StoredRace, board: StoredLeaderboard, live: StoredLive, hidden: frozenset[str]
) -> LiveShow:
    """Return a race as it is shown.

    Args:
        stored: The race.
        board: Its leaderboard, read now and then; it is used where the live race was never read,
            or where that has only the first hundred of more.
        live: Its state and its queue.
        hidden: The folded aliases that no audience is shown.
    """
    fresh = () if live.state is None else live.state.rankings
    whole = len(fresh) < _FIRST
    rest = [] if whole else [one for one in board.rankings if one.rank > len(fresh)]
    rankings = board.rankings if live.state is None else (*fresh, *rest)
    told = live if stored.race.definition.live else board
    rows = leaderboard_rows(rankings, {})
    return LiveShow(stored, live, rows, hidden, told.read_at, told.trouble)


def running_now(state: LiveState | None, queue: Sequence[QueueItem]) -> Running | None:
    """Return what runs now, as the state and the queue tell it; None where nothing does."""
    item = next((one for one in queue if one.status == QueueStatus.IN_PROGRESS), None)
    told = None if state is None else state.current
    if told is None:
        if item is None:
            return None
        return Running(item.submission_id, item.participant, item.model)
    if item is None:
        item = next((one for one in queue if one.submission_id == told.get("submissionId")), None)
    return Running(
        submission_id=_text(told, "submissionId") or ("" if item is None else item.submission_id),
        alias=_text(told, "participantName") or ("" if item is None else item.participant),
        model=_text(told, "modelName") or ("" if item is None else item.model),
        since=_moment(told),
        laps=_number(told, _LAPS),
        best_lap=_number(told, _BEST),
    )


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _number(told: Mapping[str, object], names: Sequence[str]) -> int | None:
    for value in map(told.get, names):
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            return int(value)
    return None


def _moment(told: Mapping[str, object]) -> datetime | None:
    for value in map(told.get, _SINCE):
        if not isinstance(value, str):
            continue
        try:
            at = datetime.fromisoformat(value)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
