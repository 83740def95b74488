"""Bringing the queue of a live race into an order with the fewest moves.

Only what waits can be moved, each behind another submission or to the front (DeepRacer API facts,
POST …/liveQueue/reorder). What waits and is in order already stays where it is: the longest such
part, so that as few calls as can be change what an audience looks at.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.races import Ranking


@dataclass(frozen=True, slots=True)
class Move:
    """One call: a submission goes behind another one; None is to the front."""

    submission_id: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where submissions are to go, told by the others that wait: it holds whoever moves those.

    Attributes:
        block: What moves, as it is to follow one another; never empty.
        ahead: The others that run before it, in their order.
        behind: The others that run after it.
    """

    block: tuple[str, ...]
    ahead: tuple[str, ...]
    behind: tuple[str, ...]


def in_order(queue: Sequence[QueueItem]) -> list[QueueItem]:
    """Return a queue in its order, by the bytes of its positions."""
    return sorted(queue, key=lambda item: (item.place, item.submission_id))


def pending_ids(queue: Sequence[QueueItem]) -> list[str]:
    """Return the submissions that wait, in the order they will run in."""
    return [item.submission_id for item in in_order(queue) if item.status == QueueStatus.PENDING]


def plan_moves(queue: Sequence[QueueItem], wanted: Sequence[str]) -> list[Move]:
    """Return the fewest moves that bring what waits into an order, one after the other.

    Each is right once those before it are done. Afterwards, what waits is in the wanted order;
    what is not wanted comes behind it, in the order it had.

    Args:
        queue: As last read, with all that does not wait.
        wanted: The submissions in their order; those that do not wait any more are passed over.
    """
    waiting = pending_ids(queue)
    there = set(waiting)
    target = [one for one in dict.fromkeys(wanted) if one in there]
    chosen = set(target)
    target += [one for one in waiting if one not in chosen]
    rank = {one: number for number, one in enumerate(target)}
    staying = {waiting[index] for index in _longest_rising([rank[one] for one in waiting])}
    moves: list[Move] = []
    before: str | None = None
    for one in target:
        if one not in staying:
            moves.append(Move(one, before))
        before = one
    return moves


def by_rankings(
    queue: Sequence[QueueItem], rankings: Sequence[Ranking], *, leader_last: bool = True
) -> list[str]:
    """Return the order by a leaderboard; who is not on it runs first, as they are queued.

    Args:
        queue: As last read.
        rankings: Of this or of another race, such as the qualifying one; by alias, so that two of
            the same alias stand side by side.
        leader_last: Whether the leader runs last, as the crowning; if not, first, and who is not
            on the leaderboard last.
    """
    best: dict[str, int] = {}
    for ranking in rankings:
        best[ranking.alias] = min(ranking.rank, best.get(ranking.alias, ranking.rank))
    waiting = _waiting(queue)
    known = [item for item in waiting if item.participant in best]
    unknown = [item.submission_id for item in waiting if item.participant not in best]
    known.sort(key=lambda item: best[item.participant], reverse=leader_last)
    ranked = [item.submission_id for item in known]
    return unknown + ranked if leader_last else ranked + unknown


def by_registration(queue: Sequence[QueueItem]) -> list[str]:
    """Return the order by when they were submitted; those of which it is not known come last."""
    waiting = _waiting(queue)
    told = [item for item in waiting if item.submitted_at is not None]
    untold = [item.submission_id for item in waiting if item.submitted_at is None]
    told.sort(key=lambda item: item.submitted_at.timestamp() if item.submitted_at else 0.0)
    return [item.submission_id for item in told] + untold


def at_random(queue: Sequence[QueueItem], seed: int) -> list[str]:
    """Return a random order, the same for the same seed whatever the order was."""
    return sorted(pending_ids(queue), key=lambda one: sha256(f"{seed} {one}".encode()).digest())


def placing(
    queue: Sequence[QueueItem], submission_ids: Collection[str], place: int
) -> Placing | None:
    """Return where submissions go that are to be moved to a place, one behind the other.

    Args:
        queue: As last read.
        submission_ids: Of what is to be moved; what does not wait is left out.
        place: Of the first of them; 1 is the next to run, and beyond the last is the last.

    Returns:
        Where; None where none of them waits, or they are there already.
    """
    waiting = pending_ids(queue)
    block = [one for one in waiting if one in submission_ids]
    others = [one for one in waiting if one not in submission_ids]
    index = max(0, min(place - 1, len(others)))
    if not block or waiting == [*others[:index], *block, *others[index:]]:
        return None
    return Placing(tuple(block), tuple(others[:index]), tuple(others[index:]))


def plan_placing(queue: Sequence[QueueItem], to: Placing) -> list[Move]:
    """Return the moves that bring submissions where they are to go, whatever became of the others.

    Only they are moved, and the others keep the order they have now. Where that is not the order
    they had, the fewest of them come to stand on the other side than was asked for.

    Args:
        queue: As last read, with all that does not wait.
        to: Where they are to go; those that do not wait any more are passed over.
    """
    order = pending_ids(queue)
    block = [one for one in to.block if one in order]
    others = [one for one in order if one not in to.block]
    index = _place_among(others, to)
    moves: list[Move] = []
    before = others[index - 1] if index else None
    for one in block:
        now = order.index(one)
        if before != (order[now - 1] if now else None):
            moves.append(Move(one, before))
            order.remove(one)
            order.insert(order.index(before) + 1 if before is not None else 0, one)
        before = one
    return moves


def _place_among(others: Sequence[str], to: Placing) -> int:
    """Return behind how many of the others a block goes."""
    ahead, behind = frozenset(to.ahead), frozenset(to.behind)
    wrong = [sum(one in ahead for one in others)]
    for one in others:
        wrong.append(wrong[-1] - (one in ahead) + (one in behind))
    best = [index for index, count in enumerate(wrong) if count == min(wrong)]
    if not ahead:
        return best[0]
    nearest = next((one for one in reversed(to.ahead) if one in others), None)
    if behind and nearest is not None and others.index(nearest) + 1 in best:
        return others.index(nearest) + 1
    return best[-1]


def places(queue: Sequence[QueueItem]) -> Mapping[str, int]:
    """Return the place of each submission that waits, from 1 on."""
    return {one: number for number, one in enumerate(pending_ids(queue), start=1)}


def _waiting(queue: Sequence[QueueItem]) -> list[QueueItem]:
    return [item for item in in_order(queue) if item.status == QueueStatus.PENDING]


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Return the indexes of a longest rising part of different numbers."""
    ends: list[int] = []  # the least last number of a rising part, by its length less one
    at: list[int] = []
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous.append(at[length - 1] if length else None)
        if length == len(ends):
            ends.append(number)
            at.append(index)
        else:
            ends[length], at[length] = number, index
    found: list[int] = []
    step = at[-1] if at else None
    while step is not None:
        found.append(step)
        step = previous[step]
    return found[::-1]
