"""What a marshal is asked before something is done in a live race, and how it then reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from drtui.commands.live_actions import Outcome
from drtui.commands.marshal import DECLARE_CONSEQUENCES, RESET_ALL_CONSEQUENCES, Marshal, Ordering
from drtui.domain.leaderboards import gap_text, lap_text, with_unit
from drtui.domain.live_order import pending_ids, places
from drtui.domain.live_outcomes import USUAL_RESETS, leader_of, name_of
from drtui.domain.live_races import QueueItem, status_word
from drtui.domain.live_seen import seen_race
from drtui.domain.live_shows import LiveShow
from drtui.domain.race_errands import Leader
from drtui.domain.race_records import StoredRace
from drtui.domain.race_states import countdown
from drtui.domain.text import clean
from drtui.domain.wording import counted, listed
from drtui.screens import marshal_facts as facts
from drtui.screens.dialogs.base import Dialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.marshal import (
    OrderDialog,
    OrderRaceDialog,
    PlaceDialog,
    ReasonDialog,
    TypedDialog,
)
from drtui.screens.dialogs.menu import Entry
from drtui.screens.marshal_desk import Deed

_NAME: Final = 40
_NAMED: Final = 3
_DIGITS: Final = 9
OF_ANOTHER: Final = ("q", "Q")
"""The orders by the leaderboard of a race that is chosen, such as the qualifying one."""
_ORDERS: Final[Mapping[str, tuple[Ordering, bool, str]]] = {
    "r": (Ordering.RANKINGS, True, "By rankings: the leader runs last"),
    "l": (Ordering.RANKINGS, False, "By rankings: the leader runs first"),
    "q": (Ordering.RANKINGS, True, "By the rankings of another race: its leader runs last"),
    "Q": (Ordering.RANKINGS, False, "By the rankings of another race: its leader runs first"),
    "g": (Ordering.REGISTRATION, True, "By registration: who submitted first runs first"),
    "n": (Ordering.RANDOM, True, "At random"),
}
"""By the letter that chooses it: by what, whether the leader runs last, and what it is called.

None is a key that moves elsewhere: a hand that looks for another line orders nothing by it.
"""


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that is to be done in a live race.

    Attributes:
        action: Of the screen, which waits until it is done before it is taken again.
        title: What it is, such as `Launch`; its outcome stands behind it.
        unmet: What stands there instead where it was not done, of a title that reads as a fact:
            `{}` is how certain that is.
        deed: Does it.
        doing: What is said of what it is done to until its outcome is known, by the id of a
            submission or by what of the race it is; see `marshal_facts`.
        moves: Whether it changes the queue, so that another change waits for it.
    """

    action: str
    title: str
    deed: Deed
    doing: Mapping[str, str]
    moves: bool = False
    unmet: str = ""

    def told(self, outcome: Outcome) -> str:
        """Return what became of it, in a line."""
        title = self.title
        if self.unmet and not outcome.well:
            title = self.unmet.format("not" if outcome.certain else "perhaps not")
        return f"{title}: {outcome.text}"


@dataclass(slots=True)
class Sent:
    """An intent that is on its way; `number` is its operation's, None while it is submitted."""

    intent: Intent
    number: int | None = None


def launch() -> Intent:
    """Run the next submission."""
    return Intent(
        "launch", "Launch", lambda marshal: marshal.launch(), {facts.LAUNCH: "launching …"}, True
    )


def auto_launch(*, on: bool) -> Intent:
    """Let the next submission be run by itself, or not."""
    word = "on" if on else "off"
    doing = {facts.AUTO: f"→ {word} …"}
    return Intent(
        "auto_launch",
        f"Auto-launch {word}",
        lambda marshal: marshal.auto_launch(on),
        doing,
        unmet=f"Auto-launch {{}} switched {word}",
    )


def submissions(*, opened: bool) -> Intent:
    """Open submissions, or close them."""
    word = "open" if opened else "closed"
    doing = {facts.SUBMISSIONS: f"→ {word} …"}
    return Intent(
        "submissions",
        f"Submissions {word}",
        lambda marshal: marshal.submissions(opened),
        doing,
        unmet=f"Submissions {{}} {'opened' if opened else 'closed'}",
    )


def open_dialog(show: LiveShow) -> Dialog[bool]:
    """Ask whether submissions are opened while the show goes on."""
    running = show.running
    who = "Something" if running is None else clean(running.alias, _NAME) or "Something"
    told = f"{who} runs. Nothing can be launched while submissions are open."
    return ConfirmDialog("Open submissions", [told], "Open submissions", careful=True)


def moved_to(chosen: Sequence[QueueItem], place: int) -> Intent:
    """Move submissions to a place among those that wait, one behind the other."""
    ids = [one.submission_id for one in chosen]
    doing = dict.fromkeys(ids, "moving …")
    title = f"Move {named(chosen)} to place {place:,}"
    return Intent("move", title, lambda marshal: marshal.move_to(ids, place), doing, True)


def first_and_last(show: LiveShow, chosen: Sequence[QueueItem]) -> tuple[int, int]:
    """Return the place of the first of some submissions, and the last that all have room behind."""
    there = places(show.live.queue)
    first = min((there[one.submission_id] for one in chosen), default=1)
    return first, max(1, len(there) - len(chosen) + 1)


def place_dialog(show: LiveShow, chosen: Sequence[QueueItem]) -> Dialog[int]:
    """Ask for a place."""
    told = f"{named(chosen)}, to which place among those that wait?"
    _, last = first_and_last(show, chosen)
    return PlaceDialog(told, last)


def order_dialog(show: LiveShow) -> Dialog[str]:
    """Ask by what the queue is to be ordered."""
    nobody = "" if show.rows else "nobody is on the leaderboard yet"
    entries = [
        Entry(key, key, title, nobody if by is Ordering.RANKINGS and key not in OF_ANOTHER else "")
        for key, (by, _, title) in _ORDERS.items()
    ]
    return OrderDialog(_waiting(show), entries)


def other_race_dialog(races: Sequence[StoredRace], now: datetime) -> Dialog[str]:
    """Ask by which race's leaderboard the queue is to be ordered; the answer is its number."""
    entries = [
        Entry(f"{index}", f"{index + 1}" if index < _DIGITS else "", _other_race(one, now))
        for index, one in enumerate(races)
    ]
    return OrderRaceDialog("As last read; who is not on it runs before or after them.", entries)


def _other_race(stored: StoredRace, now: datetime) -> str:
    race = stored.race
    racers = "" if race.participants is None else counted(race.participants, "racer")
    told = (clean(race.definition.name, _NAME), racers, countdown(race.definition, now))
    return " · ".join(filter(None, told))


def ordered(show: LiveShow, key: str, other: StoredRace | None = None) -> Intent:
    """Order the queue by what was chosen.

    Args:
        show: The race.
        key: See `order_dialog`.
        other: The race whose leaderboard counts, where it is not this one's.
    """
    by, leader_last, title = _ORDERS[key]
    doing = dict.fromkeys(pending_ids(show.live.queue), "moving …")
    qualifying, told = None, f"Order {title[:1].lower()}{title[1:]}".partition(":")[0]
    if other is not None:
        qualifying = other.race.race_id
        told = f"Order by the rankings of {clean(other.race.definition.name, _NAME)}"
    deed = partial(Marshal.order_by, ordering=by, leader_last=leader_last, qualifying=qualifying)
    return Intent("order", told, deed, doing, True)


def remove_dialog(chosen: Sequence[QueueItem]) -> Dialog[bool]:
    """Ask whether submissions are to leave the queue."""
    return ConfirmDialog(
        "Remove from the queue",
        [
            f"{_listed(chosen)} will be taken out of the queue.",
            "It cannot be undone: the racer would have to submit again.",
        ],
        f"Remove ({len(chosen):,})",
        careful=True,
    )


def removed(chosen: Sequence[QueueItem]) -> Intent:
    """Take submissions out of the queue."""
    ids = [one.submission_id for one in chosen]
    doing = dict.fromkeys(ids, "removing …")
    return Intent(
        "remove", f"Remove {named(chosen)}", lambda marshal: marshal.remove(ids), doing, True
    )


def reset_dialog(show: LiveShow, chosen: Sequence[QueueItem]) -> Dialog[str]:
    """Ask why submissions begin anew."""
    told = show.stored.race.definition.max_resets
    often = f" Each can begin anew {counted(USUAL_RESETS if told is None else told, 'time')}."
    return ReasonDialog(
        [
            f"{_listed(chosen)} will wait once more and run anew.",
            f"What is done so far of it is lost.{often}",
        ],
        f"Reset ({len(chosen):,})",
    )


def reset(chosen: Sequence[QueueItem], reason: str) -> Intent:
    """Let submissions begin anew."""
    ids = [one.submission_id for one in chosen]
    doing = dict.fromkeys(ids, "resetting …")
    return Intent(
        "reset",
        f"Reset {named(chosen)}",
        lambda marshal: marshal.reset(ids, reason, chosen),
        doing,
        True,
    )


def reset_all_dialog(show: LiveShow) -> Dialog[bool]:
    """Ask whether everything begins anew; the number in the queue is typed."""
    number = len(show.live.queue)
    return TypedDialog(
        "Reset all",
        [f"{counted(number, 'submission')} in the queue.", RESET_ALL_CONSEQUENCES],
        f"{number:,}",
        f"Reset all ({number:,})",
    )


def reset_all(show: LiveShow) -> Intent:
    """Let everything begin anew, of a race as it was confirmed."""
    doing = {facts.ALL: "resetting all …"}
    doing |= {one.submission_id: "resetting …" for one in show.live.queue}
    seen = seen_race(show.live.state, show.live.queue)
    return Intent("reset_all", "Reset all", lambda marshal: marshal.reset_all(seen), doing, True)


def winner_dialog(show: LiveShow) -> Dialog[bool]:
    """Ask whether whoever leads is to win."""
    leader, *others = show.rows
    name = clean(leader.ranking.alias, _NAME)
    told = f"{name} leads with {with_unit(lap_text(leader.ranking.score))}"
    if others and (gap := gap_text(others[0].gap)):
        told += f", {clean(others[0].ranking.alias, _NAME)} is second ({with_unit(gap)})"
    paragraphs = [f"{told}.", DECLARE_CONSEQUENCES]
    if waits := len(show.waiting):
        word = "submission waits" if waits == 1 else "submissions wait"
        paragraphs.insert(1, f"{waits:,} {word} in the queue yet, and will not run.")
    if show.is_hidden(leader.ranking.alias):
        paragraphs.append("The alias is hidden from audiences.")
    return ConfirmDialog("Declare the winner", paragraphs, f"Declare {name}", careful=True)


def winner(show: LiveShow) -> Intent:
    """Declare whoever leads the winner."""
    first = leader_of([one.ranking for one in show.rows])
    leader = None if first is None else Leader(first.alias, first.score)
    doing = {facts.WINNER: "declaring …"}
    return Intent(
        "winner",
        "Winner",
        lambda marshal: marshal.declare_winner(leader),
        doing,
        unmet="Winner {} declared",
    )


def queue_text(show: LiveShow, chosen: Sequence[QueueItem]) -> str:
    """Return submissions as they are copied, one a line, with tabs between."""
    there = places(show.live.queue)
    lines = (
        (
            f"{there[one.submission_id]:,}" if one.submission_id in there else "-",
            clean(one.participant),
            clean(one.model),
            status_word(one.status),
            clean(one.submission_id),
        )
        for one in chosen
    )
    return "\n".join(map("\t".join, lines))


def named(chosen: Sequence[QueueItem]) -> str:
    """Return what submissions are called, in a few words."""
    return name_of(chosen[0]) if len(chosen) == 1 else counted(len(chosen), "submission")


def _waiting(show: LiveShow) -> str:
    number = len(show.waiting)
    return f"{counted(number, 'submission')} {'waits' if number == 1 else 'wait'}."


def _listed(chosen: Sequence[QueueItem]) -> str:
    """Return the first of some submissions by name, and how many more there are."""
    return listed([name_of(one) for one in chosen], _NAMED)
