"""The marshal of a live race: each thing is done at once or not at all; see `live_actions`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from secrets import randbits
from typing import Final

from drtui.commands.live_actions import act
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Errand
from drtui.domain.live_order import at_random, by_rankings, by_registration, pending_ids, placing
from drtui.domain.live_outcomes import leader_of, name_of
from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.live_seen import SeenRace, seen_race
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_errands import (
    Leader,
    Seen,
    Switches,
    declare_winner,
    launch,
    move,
    order,
    remove,
    reset_all,
    reset_model,
    switch_live,
)
from drtui.domain.race_records import StoredRace
from drtui.domain.races import Ranking
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.store.live_races import read_live
from drtui.store.races import all_races, read_race
from drtui.store.rankings import read_leaderboard

LONGEST_REASON: Final = 256  # of a reset; a deployment may refuse a longer one
RESET_ALL_CONSEQUENCES: Final = (
    "What runs is stopped, the leaderboard of the live race is cleared, and everybody waits again. "
    "It cannot be undone."
)
DECLARE_CONSEQUENCES: Final = "Whoever leads wins, and the live race is over. It cannot be undone."
"""What there is to know before each is confirmed."""

_NAME: Final = 60


class Ordering(StrEnum):
    """How a queue is ordered."""

    RANKINGS = "rankings"
    REGISTRATION = "registration"
    RANDOM = "random"


class Marshal:
    """One live race in a marshal's hands.

    Each method that does something returns the operation's number, and raises as `act`; besides,
    `InvalidInputError` where there is nothing to do.

    Args:
        workspace: The account's.
        race: The live race.
        attended: See `act`.

    Raises:
        InvalidInputError: It is no live race.
    """

    def __init__(self, workspace: Workspace, race: StoredRace, *, attended: bool = True) -> None:
        self._workspace = workspace
        self._attended = attended
        self.race_id = race.race.race_id
        self.name = clean(race.race.definition.name, _NAME)
        if not race.race.definition.live:
            raise InvalidInputError(f"{self.name} is no live race.")

    def launch(self) -> int:
        """Run the next submission."""
        return self._act(f"Launch the next of {self.name}", launch(self.race_id, self.name))

    def auto_launch(self, on: bool) -> int:
        """Let the next submission be run by itself, or not."""
        what = f"Switch auto-launch of {self.name} {'on' if on else 'off'}"
        return self._act(what, switch_live(self.race_id, self.name, Switches(auto_launch=on)))

    def submissions(self, opened: bool) -> int:
        """Open submissions, or close them."""
        what = f"{'Open' if opened else 'Close'} submissions of {self.name}"
        switches = Switches(submissions_open=opened)
        return self._act(what, switch_live(self.race_id, self.name, switches))

    def move_to(self, submission_ids: Sequence[str], place: int) -> int:
        """Move submissions to a place among those that wait, one behind the other.

        Args:
            submission_ids: Of what is to be moved; it keeps the order that it has.
            place: Of the first of them; 1 is the next to run.

        Raises:
            InvalidInputError: One of them does not wait, or all are there already.
        """
        found, queue = self._items(submission_ids), self.queue()
        if idle := [one for one in found if one.status != QueueStatus.PENDING]:
            raise InvalidInputError(f"{name_of(idle[0])} does not wait: only what waits moves.")
        to = placing(queue, [one.submission_id for one in found], place)
        if to is None:
            verb = "is" if len(found) == 1 else "are"
            raise InvalidInputError(f"{_named(found)} {verb} at that place already.")
        errand = move(self.race_id, _named(found), to)
        return self._act(f"Move {_named(found)} to place {place:,}", errand)

    def order_by(
        self,
        ordering: Ordering,
        *,
        seed: int | None = None,
        qualifying: str | None = None,
        leader_last: bool = True,
    ) -> int:
        """Bring what waits into an order; see `planned_order`."""
        ids = self.planned_order(
            ordering, seed=seed, qualifying=qualifying, leader_last=leader_last
        )
        whose = "" if qualifying is None else f" of {self._other(qualifying)}"
        what = {
            Ordering.RANKINGS: f"by rankings{whose}",
            Ordering.REGISTRATION: "by registration",
            Ordering.RANDOM: "at random",
        }
        return self.order(ids, f"Order the queue of {self.name} {what[ordering]}")

    def order(self, submission_ids: Sequence[str], what: str = "") -> int:
        """Bring what waits into an order that is given; what is not in it comes behind.

        Raises:
            InvalidInputError: Nothing waits, or it is in that order already.
        """
        waiting = pending_ids(self.queue())
        if not waiting:
            raise InvalidInputError(f"Nothing waits in the queue of {self.name}.")
        wanted = list(dict.fromkeys(submission_ids))
        wanted += [one for one in waiting if one not in wanted]
        if [one for one in wanted if one in waiting] == waiting:
            raise InvalidInputError(f"The queue of {self.name} is in that order already.")
        what = what or f"Order the queue of {self.name}"
        return self._act(what, order(self.race_id, wanted, self.name))

    def planned_order(
        self,
        ordering: Ordering,
        *,
        seed: int | None = None,
        qualifying: str | None = None,
        leader_last: bool = True,
    ) -> list[str]:
        """Return the submissions that wait in an order, before it is brought about.

        Args:
            ordering: By what.
            seed: Of a random order; None draws one.
            qualifying: The id of the race whose leaderboard counts; None is this race's own.
            leader_last: Whether the leader runs last.

        Raises:
            InvalidInputError: There is no leaderboard to order by, or nobody who waits is on it.
        """
        queue = self.queue()
        match ordering:
            case Ordering.REGISTRATION:
                return by_registration(queue)
            case Ordering.RANDOM:
                return at_random(queue, randbits(32) if seed is None else seed)
            case Ordering.RANKINGS:
                rankings = self._rankings(qualifying)
                if not rankings:
                    raise InvalidInputError("There is no leaderboard to order by.")
                ranked = {one.alias for one in rankings}
                waiting = set(pending_ids(queue))
                if not any(
                    one.participant in ranked for one in queue if one.submission_id in waiting
                ):
                    whose = "the leaderboard" if qualifying is None else self._other(qualifying)
                    raise InvalidInputError(f"Nobody who waits is on {whose}.")
                return by_rankings(queue, rankings, leader_last=leader_last)

    def remove(self, submission_ids: Sequence[str]) -> int:
        """Take submissions out of the queue."""
        found = self._items(submission_ids)
        errands = [remove(self.race_id, one.submission_id, name_of(one)) for one in found]
        return self._act(f"Remove {_named(found)} from {self.name}", *errands)

    def reset(
        self, submission_ids: Sequence[str], reason: str = "", shown: Sequence[QueueItem] = ()
    ) -> int:
        """Let submissions begin anew that run or have failed.

        Args:
            submission_ids: Of what is reset.
            reason: Why; may be empty.
            shown: How they stood when it was confirmed; else as last read. What was reset since is
                left alone.

        Raises:
            InvalidInputError: One is not in the queue any more, or the reason is too long.
        """
        found, why = self._items(submission_ids), reason.strip()
        if len(why) > LONGEST_REASON:
            told = f"has {len(why):,} characters; {LONGEST_REASON} at the most."
            raise InvalidInputError(f"The reason {told}")
        seen = {one.submission_id: Seen(one.status, one.resets) for one in (*found, *shown)}
        errands = [
            reset_model(self.race_id, one.submission_id, name_of(one), why, seen[one.submission_id])
            for one in found
        ]
        return self._act(f"Reset {_named(found)} in {self.name}", *errands)

    def seen(self) -> SeenRace:
        """Return what is to be confirmed before all begins anew, as last read."""
        with self._workspace.database.read() as connection:
            live = read_live(connection, self.race_id)
        return seen_race(live.state, live.queue)

    def reset_all(self, seen: SeenRace) -> int:
        """Stop what runs, clear the leaderboard, and let everything begin anew.

        Args:
            seen: What was confirmed: where the race is another one by then, nothing is reset.
        """
        errand = reset_all(self.race_id, self.name, seen)
        return self._act(f"Reset all of {self.name}", errand)

    def leader(self) -> Leader | None:
        """Return who leads, as last read; None while nobody does."""
        first = leader_of(self._rankings(None))
        return None if first is None else Leader(first.alias, first.score)

    def declare_winner(self, leader: Leader | None) -> int:
        """Declare whoever leads the winner.

        Args:
            leader: Who was confirmed: where another one leads by then, nobody is declared.
        """
        what = f"Declare the winner of {self.name}"
        return self._act(what, declare_winner(self.race_id, self.name, leader))

    def queue(self) -> tuple[QueueItem, ...]:
        """Return the queue as last read, in its order."""
        with self._workspace.database.read() as connection:
            return read_live(connection, self.race_id).queue

    def named(self, words: str) -> QueueItem:
        """Return the one submission that an id, an alias or a model's name names.

        Raises:
            InvalidInputError: None or several are named.
        """
        wanted, queue = words.strip(), self.queue()
        by_id = [one for one in queue if one.submission_id == wanted]
        folded = wanted.casefold()
        by_name = [
            one for one in queue if folded in (one.participant.casefold(), one.model.casefold())
        ]
        found = by_id or by_name
        if len(found) == 1:
            return found[0]
        if not found:
            raise InvalidInputError(
                f"Nothing in the queue of {self.name} is “{clean(wanted, 40)}”: see “drtui races "
                "live queue”."
            )
        ids = ", ".join(one.submission_id for one in found)
        raise InvalidInputError(f"“{clean(wanted, 40)}” names several submissions: {ids}.")

    def _rankings(self, qualifying: str | None) -> Sequence[Ranking]:
        if qualifying is not None:
            self._other(qualifying)
        with self._workspace.database.read() as connection:
            board = read_leaderboard(connection, qualifying or self.race_id)
            state = read_live(connection, self.race_id).state
        if qualifying is None and state is not None and state.rankings:
            return state.rankings
        return board.rankings

    def _other(self, race_id: str) -> str:
        """Return what another race is called.

        Raises:
            InvalidInputError: There is none of that id.
        """
        with self._workspace.database.read() as connection:
            found = read_race(connection, race_id)
        if found is None:
            raise InvalidInputError(f"There is no race {clean(race_id, 40)}.")
        return clean(found.race.definition.name, _NAME)

    def _items(self, submission_ids: Sequence[str]) -> list[QueueItem]:
        queue = self.queue()
        found = [self._item(queue, one) for one in dict.fromkeys(submission_ids)]
        if not found:
            raise InvalidInputError("Say which submissions.")
        return found

    @staticmethod
    def _item(queue: Sequence[QueueItem], submission_id: str) -> QueueItem:
        for one in queue:
            if one.submission_id == submission_id:
                return one
        raise InvalidInputError(f"{clean(submission_id, 40)} is not in the queue any more.")

    def _act(self, what: str, *errands: Errand) -> int:
        return act(self._workspace, what, *errands, attended=self._attended)


def qualifying_races(workspace: Workspace, race: StoredRace) -> list[StoredRace]:
    """Return the races whose leaderboard another one's queue may be ordered by.

    Those of the same track come first, and of these who closes or has closed last.

    Args:
        workspace: The account's.
        race: Whose queue it is.
    """
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    with workspace.database.read() as connection:
        found = [
            one
            for one in all_races(connection)
            if one.race.race_id != race.race.race_id
            and one.race.participants != 0
            and one.race.definition.opens_at <= now
        ]
    found.sort(key=lambda one: one.race.definition.closes_at, reverse=True)
    found.sort(key=lambda one: one.race.definition.track != race.race.definition.track)
    return found


def _named(found: Sequence[QueueItem]) -> str:
    return name_of(found[0]) if len(found) == 1 else counted(len(found), "submission")
