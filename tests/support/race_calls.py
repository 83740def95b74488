"""The calls about races of a deployment in memory, for tests of what reads them.

    calls = FakeRaceCalls(listed(1), listed(2))
    calls.boards[race_id(1)] = rankings("a", "b")
    calls.fails[("races", "")] = DeploymentError(...)        # until it is taken away again
    calls.called                                             # every call, in order

Races come one a page.
"""

from datetime import datetime
from typing import Final

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.races import Definition, ListedRace, RacePage, Ranking, RankingPage

_NO_CHANGES: Final = "these calls only read"


class FakeRaceCalls:
    """See the module."""

    def __init__(self, *races: ListedRace) -> None:
        self.listed = list(races)
        self.boards: dict[str, tuple[Ranking, ...]] = {}
        self.states: dict[str, LiveState] = {}
        self.queues: dict[str, tuple[QueueItem, ...]] = {}
        self.fails: dict[tuple[str, str], DeploymentError] = {}
        self.called: list[tuple[str, str]] = []
        self.circles = False
        self.unreadable: set[str] = set()  # ids of races that are on a page, but cannot be read
        self.page_size = 10_000  # of leaderboards

    def _begin(self, what: str, race_id: str) -> None:
        self.called.append((what, race_id))
        if error := self.fails.get((what, race_id)):
            raise error

    def races(self, token: str | None = None) -> RacePage:
        self._begin("races", token or "")
        page = int(token.removeprefix("p=")) if token else 0
        last = page + 1 >= len(self.listed)
        following = f"p={page + 1}" if not last else "p=0" if self.circles else None
        races = tuple(self.listed[page : page + 1])
        read = tuple(one for one in races if one.race_id not in self.unreadable)
        return RacePage(read, following, whole=read == races)

    def race(self, race_id: str) -> ListedRace:
        self._begin("race", race_id)
        for one in self.listed:
            if one.race_id == race_id:
                return one
        raise DeploymentError(FailureKind.NOT_FOUND, "Item not found.", status=404)

    def rankings(self, race_id: str, token: str | None = None) -> RankingPage:
        self._begin("rankings", race_id)
        board, first = self.boards.get(race_id, ()), int(token or 0)
        end = first + self.page_size
        return RankingPage(board[first:end], str(end) if end < len(board) else None)

    def live_state(self, race_id: str) -> LiveState:
        self._begin("state", race_id)
        return self.states[race_id]

    def live_queue(self, race_id: str) -> tuple[QueueItem, ...]:
        self._begin("queue", race_id)
        return self.queues.get(race_id, ())

    def create(self, definition: Definition) -> str:
        raise AssertionError(_NO_CHANGES)

    def edit(self, race_id: str, definition: Definition) -> ListedRace:
        raise AssertionError(_NO_CHANGES)

    def switch(
        self,
        race_id: str,
        *,
        auto_launch: bool | None = None,
        submissions_open: bool | None = None,
        live_at: datetime | None = None,
    ) -> None:
        raise AssertionError(_NO_CHANGES)

    def delete(self, race_id: str) -> None:
        raise AssertionError(_NO_CHANGES)

    def reorder(self, race_id: str, submission_id: str, after: str | None = None) -> QueueItem:
        raise AssertionError(_NO_CHANGES)

    def remove(self, race_id: str, submission_id: str) -> None:
        raise AssertionError(_NO_CHANGES)

    def reset_model(self, race_id: str, submission_id: str, reason: str = "") -> None:
        raise AssertionError(_NO_CHANGES)

    def reset_all(self, race_id: str) -> None:
        raise AssertionError(_NO_CHANGES)

    def launch(self, race_id: str) -> None:
        raise AssertionError(_NO_CHANGES)

    def declare_winner(self, race_id: str) -> None:
        raise AssertionError(_NO_CHANGES)
