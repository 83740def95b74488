"""What came of a call about a live race: whether it is so now, and why it was refused.

Conflicts of the calls: DeepRacer API facts, the operations on the live queue. Queue and state are
as they were read after the call, and say more than the refusal itself, which `resetModel` even
answers with 500 and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.domain.live_order import Placing, pending_ids, places, plan_moves, plan_placing
from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.race_errands import LiveChange, LiveDeed
from drtui.domain.races import Definition, LiveStatus, Ranking
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.text import clean
from drtui.domain.wording import counted

USUAL_RESETS: Final = 3
"""How often a submission can begin anew where the race does not say it (DeepRacer API facts)."""
_NAME: Final = 40
_RESETTABLE: Final = (QueueStatus.FAILED, QueueStatus.IN_PROGRESS)
_REMOVABLE: Final = (QueueStatus.PENDING, QueueStatus.FAILED)
_OVER: Final = "the live race is over: its winner was declared"
_NOT_THERE: Final = "is not in the queue any more"
_RESET_MEANWHILE: Final = "it was reset meanwhile"
_WORDS: Final = {
    QueueStatus.PENDING: "waits",
    QueueStatus.IN_PROGRESS: "runs",
    QueueStatus.COMPLETED: "has run",
    QueueStatus.FAILED: "has failed",
}


@dataclass(frozen=True, slots=True)
class LiveView:
    """A live race as read at one moment.

    Attributes:
        queue: In whatever order.
        definition: Of the race, as last known; None where it never was.
    """

    state: LiveState
    queue: Sequence[QueueItem]
    definition: Definition | None = None

    def item(self, submission_id: str) -> QueueItem | None:
        """Return a submission; None where it is not in the queue."""
        return next((one for one in self.queue if one.submission_id == submission_id), None)

    @property
    def running(self) -> QueueItem | None:
        """What runs now; None where nothing does, as far as the queue tells."""
        return next((one for one in self.queue if one.status == QueueStatus.IN_PROGRESS), None)

    @property
    def runs(self) -> bool:
        """Whether something runs now."""
        return self.running is not None or self.state.current is not None

    @property
    def over(self) -> bool:
        """Whether the winner was declared."""
        return bool(self.state.winner) or self.state.live_status == LiveStatus.COMPLETED


def is_so(change: LiveChange, view: LiveView, before: QueueItem | None = None) -> bool:
    """Whether what was asked for is so now.

    Args:
        change: What was asked for.
        view: The race as read since.
        before: The submission that it is about, as it was before; None where that is not known.
    """
    if change.deed is LiveDeed.RESET and _began_anew(change, view, before):
        return True
    return _SO[change.deed](change, view)


def outdated(change: LiveChange, view: LiveView) -> str:
    """Say why what was asked for is not what was meant any more; empty where it is.

    Args:
        change: What was asked for, with what was seen then.
        view: The race as it is before anything is sent.
    """
    if change.deed is LiveDeed.DECLARE_WINNER and change.leader is not None and not view.over:
        return _leads_no_more(change, view)
    if change.deed is LiveDeed.RESET_ALL and change.seen_race is not None:
        return change.seen_race.changed(view.state, view.queue)
    item, seen = view.item(change.submission_id), change.seen
    if change.deed is not LiveDeed.RESET or item is None or seen is None:
        return ""
    return f"{_RESET_MEANWHILE}: {_how_it_is(item)} now" if item.resets > seen.resets else ""


def waits_still(change: LiveChange, view: LiveView, before: QueueItem | None) -> bool:
    """Whether what was to be reset waited before and waits now, without having begun anew."""
    now = view.item(change.submission_id)
    if before is None or now is None or _began_anew(change, view, before):
        return False
    return before.status == now.status == QueueStatus.PENDING


def done_text(change: LiveChange, view: LiveView) -> str:
    """Say what came of it, where that is more than what was asked for; else empty."""
    if change.deed is LiveDeed.MOVE:
        return _stands(change, view)
    if change.deed is LiveDeed.LAUNCH and view.running is not None:
        return f"{name_of(view.running)} runs"
    if change.deed is LiveDeed.DECLARE_WINNER and view.state.winner:
        return f"the winner is {clean(view.state.winner, _NAME)}"
    return ""


def why_refused(change: LiveChange, view: LiveView, now: datetime) -> str:
    """Say why the deployment refuses a call, as the race stands now; empty is not known.

    Args:
        change: What was asked for.
        view: The race as read since.
        now: The moment.
    """
    match change.deed:
        case LiveDeed.LAUNCH:
            return _not_launched(view, now)
        case LiveDeed.RESET:
            return _not_reset(change, view)
        case LiveDeed.REMOVE:
            return _not_removed(change, view)
        case LiveDeed.MOVE:
            return _not_moved(change, view)
        case LiveDeed.DECLARE_WINNER:
            return _not_declared(view)
        case _:
            return _OVER if view.over else ""


def not_so(change: LiveChange, view: LiveView) -> str:
    """Say how it stands where nothing is to be seen of what was asked for, and nothing tells why.

    Args:
        change: What was asked for.
        view: The race as read since.
    """
    item = view.item(change.submission_id)
    return "nothing came of it so far" if item is None else f"{_how_it_is(item)} still"


def name_of(item: QueueItem) -> str:
    """Return whose submission it is, and of which model, safe to show."""
    who, model = clean(item.participant, _NAME), clean(item.model, _NAME)
    return f"{who} ({model})" if model else who


def _began_anew(change: LiveChange, view: LiveView, before: QueueItem | None) -> bool:
    """Whether a submission was reset since; with auto-launch, it may run again by now."""
    now, seen = view.item(change.submission_id), change.seen or before
    return now is not None and seen is not None and now.resets > seen.resets


def _not_declared(view: LiveView) -> str:
    if view.runs:
        return f"{_running(view)}; wait until it ends"
    return "" if view.state.rankings else "nobody is on the leaderboard yet"


def _not_launched(view: LiveView, now: datetime) -> str:
    if view.runs:
        return f"{_running(view)} already; wait until it ends, or reset it"
    if view.over:
        return _OVER
    if view.state.submissions_open:
        return "submissions are open: close them first"
    if not pending_ids(view.queue):
        return "nothing waits in the queue"
    live_at = None if view.definition is None else view.definition.live_at
    return "its live time has not come yet" if live_at is not None and now < live_at else ""


def _not_reset(change: LiveChange, view: LiveView) -> str:
    item = view.item(change.submission_id)
    if item is None:
        return _NOT_THERE
    if view.over:
        return _OVER
    if item.status not in _RESETTABLE:
        return f"{_how_it_is(item)}: only what runs or has failed begins anew"
    told = None if view.definition is None else view.definition.max_resets
    most = USUAL_RESETS if told is None else told
    if item.resets >= most:
        return f"it began anew {item.resets} times already, and {most} are the most"
    return ""


def _not_removed(change: LiveChange, view: LiveView) -> str:
    item = view.item(change.submission_id)
    if item is None:
        return _NOT_THERE
    if item.status in _REMOVABLE:
        return ""
    return f"{_how_it_is(item)}: only what waits or has failed can be removed"


def _not_moved(change: LiveChange, view: LiveView) -> str:
    """Say why nothing is moved: none of what was to be moved waits."""
    if _moving(change, view):
        return ""
    if len(change.order) > 1:
        return "none of them waits any more: only what waits can be moved"
    item = view.item(change.submission_id)
    return _NOT_THERE if item is None else f"{_how_it_is(item)}: only what waits can be moved"


def _moving(change: LiveChange, view: LiveView) -> list[str]:
    """Return what was to be moved and waits."""
    waiting = set(pending_ids(view.queue))
    return [one for one in change.order if one in waiting]


def placing_of(change: LiveChange) -> Placing:
    """Return where a move is to go."""
    return Placing(change.order, change.ahead, change.behind)


def _is_placed(change: LiveChange, view: LiveView) -> bool:
    return bool(_moving(change, view)) and not plan_placing(view.queue, placing_of(change))


def _stands(change: LiveChange, view: LiveView) -> str:
    """Say at which places stands what was moved; empty where it does not wait any more."""
    found = places(view.queue)
    there = sorted(found[one] for one in _moving(change, view))
    if not there:
        return ""
    if len(change.order) == 1:
        return f"it stands at place {there[0]:,}"
    gone = len(change.order) - len(there)
    left = f", and {counted(gone, 'submission')} could not be moved any more" if gone else ""
    if len(there) == 1:
        return f"one stands at place {there[0]:,}{left}"
    together = there[-1] - there[0] == len(there) - 1
    where = f"{there[0]:,} to {there[-1]:,}" if together else ", ".join(f"{one:,}" for one in there)
    return f"they stand at places {where}{left}"


def _leads_no_more(change: LiveChange, view: LiveView) -> str:
    then, now = change.leader, leader_of(view.state.rankings)
    if then is None or now is None:
        return ""
    # Whoever never chose an alias bears the same one; only the time tells them apart.
    same = now.alias == then.alias and (now.alias != FIRST_ALIAS or now.score == then.score)
    return "" if same else f"{clean(now.alias, _NAME)} leads now: look again"


def leader_of(rankings: Sequence[Ranking]) -> Ranking | None:
    """Return who leads; None while nobody does."""
    return min(rankings, key=lambda one: one.rank, default=None)


def _running(view: LiveView) -> str:
    return "something runs" if view.running is None else f"{name_of(view.running)} runs"


def _how_it_is(item: QueueItem) -> str:
    known = item.status in list(QueueStatus)
    return f"it {_WORDS[QueueStatus(item.status)]}" if known else f"it is {clean(item.status, 30)}"


def _waits(change: LiveChange, view: LiveView) -> bool:
    item = view.item(change.submission_id)
    return item is not None and item.status == QueueStatus.PENDING


def _is_fresh(_: LiveChange, view: LiveView) -> bool:
    fresh = (QueueStatus.PENDING, QueueStatus.IN_PROGRESS)
    return not view.state.rankings and all(one.status in fresh for one in view.queue)


def _is_switched(change: LiveChange, view: LiveView) -> bool:
    to, state = change.switches, view.state
    return to.auto_launch in (None, state.auto_launch) and (
        to.submissions_open in (None, state.submissions_open)
    )


_SO: Final[Mapping[LiveDeed, Callable[[LiveChange, LiveView], bool]]] = {
    LiveDeed.LAUNCH: lambda _, view: view.runs,
    LiveDeed.RESET: _waits,
    LiveDeed.RESET_ALL: _is_fresh,
    LiveDeed.REMOVE: lambda change, view: view.item(change.submission_id) is None,
    LiveDeed.MOVE: _is_placed,
    LiveDeed.ORDER: lambda change, view: not plan_moves(view.queue, change.order),
    LiveDeed.SWITCH: _is_switched,
    LiveDeed.DECLARE_WINNER: lambda _, view: view.over,
}
