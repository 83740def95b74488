"""All that the engine reads of races: the list, leaderboards, and what happens in live ones.

The list is read with every sweep, and every half minute while somebody looks at it. Leaderboards
are read every quarter of a minute while somebody looks at them, and otherwise now and then: of open
races when they change, of closed ones once the last evaluations have ended. Those take a quarter of
the time at the most; where the list tells nothing new, only the first page is read while that is as
it was. A live race that somebody looks at is read every few seconds. Each of the three has one call
at a time in flight.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_races import LiveState
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.races import ListedRace, Ranking
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.live_races import LIVE_INTEREST, write_live, write_live_trouble
from drtui.store.races import (
    RACE_INTEREST,
    RACES_INTEREST,
    write_race_list,
    write_races_trouble,
)
from drtui.store.rankings import (
    confirm_rankings,
    first_places,
    next_board,
    write_rankings,
    write_rankings_trouble,
)
from drtui.sync.events import Events, RaceEvent
from drtui.sync.race_lane import RaceLane, Reading, Write

LIST_SECONDS: Final = 30.0
BOARD_SECONDS: Final = 15.0
LIVE_SECONDS: Final = 5.0
RUNNING_SECONDS: Final = 2.0
"""Between readings of what somebody looks at; of a live race while something runs in it."""
_OLD_SECONDS: Final = 300.0  # of the leaderboard of an open race that nobody looks at
_SETTLE_SECONDS: Final = 900.0  # for which evaluations may still run once a race has closed
_QUIET_SECONDS: Final = 60.0  # between looks for such leaderboards, while the list stays
_GAP_SECONDS: Final = 1.0  # between two of them, at the least
_GAP_SHARE: Final = 3.0  # of the time that the one before took
_WHOLE_SECONDS: Final = 1_800.0  # until one of which only the first page was read is read whole
_ENOUGH_SECONDS: Final = 60.0  # for which one run of the engine reads them
_LIST: Final = ""
_NEVER: Final = float("-inf")


class RaceReading:
    """Reads races for one engine; for the engine's own thread.

    Args:
        calls: The deployment's calls about races.
        database: Where interests stand, and where what was read goes.
        events: Where threads report.

    Attributes:
        unattended: Whether leaderboards are looked after for as long as the engine runs, and not
            waited for.
    """

    def __init__(self, calls: DeploymentRaces, database: Database, events: Events) -> None:
        self._calls = calls
        self._database = database
        self._list = RaceLane("races", self._read_list, _every(LIST_SECONDS), database, events)
        self._boards = RaceLane(
            "rankings", self._read_board, _every(BOARD_SECONDS), database, events
        )
        self._live = RaceLane("live race", self._read_live, self._live_seconds, database, events)
        self._lanes = {lane.name: lane for lane in (self._list, self._boards, self._live)}
        self._asked = False  # whether a sweep wants the list
        self._quiet_at = float("inf")  # monotonic; when to look for a leaderboard to be read
        self._rest_until = float("-inf")  # monotonic; until when no such leaderboard is read
        self._look_at = float("-inf")  # monotonic
        self._may_call = False
        self._enough_at = float("inf")  # monotonic; when one run reads no more of them
        self._quiet = ""  # the race whose leaderboard is read without anybody asking
        self._glance: tuple[Ranking, ...] | None = None  # its first places, where they may do
        self._whole_at: dict[str, float] = {}  # by race; monotonic
        self._running: set[str] = set()  # the live races in which something runs
        self._leading: dict[str, tuple[Ranking, ...]] = {}  # by live race
        self._moved: set[str] = set()  # the live races whose leaderboard has changed since
        self.unattended = False

    def oldest_call(self) -> float | None:
        """When the oldest call in flight was made (monotonic), None when there is none."""
        calls = [lane.oldest_call() for lane in self._lanes.values()]
        return min((call for call in calls if call is not None), default=None)

    @property
    def waited_for(self) -> bool:
        """Whether one run of the engine waits for something here."""
        if any(lane.running for lane in self._lanes.values()):
            return True
        quiet = not self.unattended and self._quiet_at != float("inf")
        return self._may_call and (self._asked or quiet)

    def look(self) -> None:
        """Interests may have changed."""
        self._look_at = float("-inf")

    def swept(self) -> None:
        """A sweep is complete: the list is to be read, too."""
        self._asked = True
        self.look()

    def serve(self, *, calls: bool) -> None:
        """Read what is due.

        Args:
            calls: Whether the deployment may be called now.
        """
        self._may_call = calls
        if not calls or time.monotonic() < self._look_at:
            return
        listing, boards, lives = self._wanted()
        if self._asked and not self._list.running:
            self._asked = False
            self._list.begin(_LIST)
        each = ((self._list, listing), (self._boards, boards), (self._live, lives))
        for lane, wanted in each:
            lane.forget(wanted)
            if (subject := lane.first(wanted)) is not None:
                lane.begin(subject)
        self._serve_quietly()
        waits = [
            lane.due_at(subject) for lane, wanted in each if not lane.running for subject in wanted
        ]
        self._look_at = min([*waits, self._quiet_at])

    def ended(self, event: RaceEvent) -> tuple[bool, DeploymentError | None]:
        """Take the end of a reading.

        Returns:
            Whether the answer was still waited for; and the error, None where there was none.
        """
        lane = self._lanes[event.lane]
        if not lane.ended(event):
            return False, None
        self.look()
        if lane is self._boards:
            self._moved.discard(event.subject)
            self._quiet = ""
            gap = max(_GAP_SECONDS, _GAP_SHARE * lane.took) if self.unattended else 0.0
            self._rest_until = time.monotonic() + gap
            self._quiet_at = max(self._quiet_at, self._rest_until)
        if event.error is not None:
            self._failed(lane, event.subject, event.error)
        elif lane is self._list:
            self._quiet_at = max(time.monotonic(), self._rest_until)
            self._enough_at = time.monotonic() + _ENOUGH_SECONDS
        return True, event.error

    def give_up(self) -> None:
        """Stop waiting for answers; whoever is still interested is served anew."""
        for lane in self._lanes.values():
            lane.give_up()
        self._quiet = ""
        self.look()

    # What is due

    def _wanted(self) -> tuple[list[str], list[str], list[str]]:
        """What somebody looks at: the list, the races with a leaderboard, the live races."""
        now = self._database.clock()
        with self._database.read() as connection:
            listing = live_interests(connection, RACES_INTEREST, now)
            boards = live_interests(connection, RACE_INTEREST, now)
            lives = live_interests(connection, LIVE_INTEREST, now)
        looked_at = [one.subject.removeprefix(LIVE_INTEREST) for one in lives]
        read = dict.fromkeys(one.subject.removeprefix(RACE_INTEREST) for one in boards)
        anything = [_LIST] if listing or boards or lives else []
        return anything, list(read | dict.fromkeys(sorted(self._moved))), looked_at

    def _serve_quietly(self) -> None:
        """Read a leaderboard that nobody asks for, where one is due."""
        now = time.monotonic()
        if self._boards.running or now < self._quiet_at:
            return
        if not self.unattended and now >= self._enough_at:
            self._quiet_at = float("inf")  # the next run goes on
            return
        clock = self._database.clock()
        with self._database.read() as connection:
            race_id = next_board(
                connection, clock, again_seconds=_OLD_SECONDS, settle_seconds=_SETTLE_SECONDS
            )
            self._glance = None
            if race_id is not None and now < self._whole_at.get(race_id, _NEVER) + _WHOLE_SECONDS:
                self._glance = first_places(connection, race_id, clock)
        if race_id is not None:
            self._quiet = race_id
            self._boards.begin(race_id)
        else:
            self._quiet_at = now + _QUIET_SECONDS if self.unattended else float("inf")

    def _live_seconds(self, race_id: str) -> float:
        return RUNNING_SECONDS if race_id in self._running else LIVE_SECONDS

    def _failed(self, lane: RaceLane, race_id: str, error: DeploymentError) -> None:
        if lane is self._list:
            write_races_trouble(self._database, error.message)
        elif lane is self._boards:
            write_rankings_trouble(self._database, race_id, error.message)
        else:
            write_live_trouble(self._database, race_id, error.message)
        if error.kind is FailureKind.NOT_FOUND:
            self._list.at_once(_LIST)  # it tells whether the race is still there

    # The threads' own

    def _read_list(self, reading: Reading) -> Write:
        races: list[ListedRace] = []
        whole = True

        def page(token: str | None) -> str | None:
            nonlocal whole
            found = reading.call(partial(self._calls.races, token))
            races.extend(found.races)
            whole = whole and found.whole
            return found.token

        _read_pages(page, reading)
        return partial(write_race_list, self._database, races, reading.began, whole=whole)

    def _read_board(self, reading: Reading) -> Write:
        race_id = reading.subject
        quiet = race_id == self._quiet
        glance = self._glance if quiet else None
        rankings: list[Ranking] = []
        same = False

        def page(token: str | None) -> str | None:
            nonlocal same
            found = reading.call(partial(self._calls.rankings, race_id, token))
            rankings.extend(found.rankings)
            same = token is None and found.token is not None and _begins(glance, found.rankings)
            return None if same else found.token

        _read_pages(page, reading)
        if same:
            return partial(confirm_rankings, self._database, race_id, reading.began)

        def write() -> None:
            write_rankings(self._database, race_id, rankings, reading.began, quiet=quiet)
            self._whole_at[race_id] = time.monotonic()

        return write

    def _read_live(self, reading: Reading) -> Write:
        race_id = reading.subject
        state = reading.call(partial(self._calls.live_state, race_id))
        queue = reading.call(partial(self._calls.live_queue, race_id))

        def write() -> None:
            write_live(self._database, race_id, state, queue, reading.began)
            self._take(race_id, state)

        return write

    def _take(self, race_id: str, state: LiveState) -> None:
        """Note what else is to be read, and how soon; in the engine's own thread."""
        if state.current is not None or state.in_progress:
            self._running.add(race_id)
        else:
            self._running.discard(race_id)
        leading = tuple(replace(one, video_url="") for one in state.rankings)
        before, self._leading[race_id] = self._leading.get(race_id), leading
        if before is not None and before != leading:
            self._moved.add(race_id)
            self._boards.at_once(race_id)


def _begins(known: Sequence[Ranking] | None, page: Sequence[Ranking]) -> bool:
    """Whether a leaderboard of more than a page begins as it is known to."""
    if not known or not page:
        return False
    both = min(len(known), len(page))
    return tuple(replace(one, video_url="") for one in page[:both]) == tuple(known[:both])


def _every(seconds: float) -> Callable[[str], float]:
    return lambda _: seconds


def _read_pages(page: Callable[[str | None], str | None], reading: Reading) -> None:
    """Read pages to the last; what was cut short is an error, so that it removes nothing.

    Raises:
        DeploymentError: A page could not be read, or they run in circles.
    """
    token: str | None = None
    tokens: set[str] = set()
    while not reading.given_up.is_set():
        token = page(token)
        if token is None:
            return
        if token in tokens:
            raise DeploymentError(FailureKind.UNAVAILABLE, "the pages of a list run in circles")
        tokens.add(token)
    raise DeploymentError(FailureKind.UNREACHABLE, "given up")
