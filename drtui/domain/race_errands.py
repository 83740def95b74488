"""The errands about races: those that may wait for the network, and those of a live race.

A race's definition goes along as its one text (`race_documents.definition_text`). Creating is not
idempotent: what was there before is noted among the errand's `before` (`noted`), then it is sent
(`sent`), and what is in doubt is looked for in the list before it is sent again. Errands of
`Service.LIVE` are for now or never: they are submitted with an expiry.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.errands import Errand, Service, subject_of
from drtui.domain.live_order import Placing
from drtui.domain.live_seen import SeenRace, seen_in, seen_text
from drtui.domain.operations import DELETED, PRESENT, Item, Values, number_in, text_in
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_documents import definition_in, definition_text, moment, wire_time
from drtui.domain.races import Definition

DEED: Final = "deed"
DEFINITION: Final = "definition"
RACE: Final = "race"
AUTO_LAUNCH: Final = "auto_launch"
SUBMISSIONS: Final = "submissions"
LIVE_AT: Final = "live_at"
REASON: Final = "reason"
ORDER: Final = "order"
AHEAD: Final = "ahead"
BEHIND: Final = "behind"
SEEN_STATUS: Final = "seen_status"
SEEN_RESETS: Final = "seen_resets"
SEEN_RACE: Final = "seen_race"
LEADER: Final = "leader"
LEADER_SCORE: Final = "leader_score"

MADE: Final = "made"

_KNOWN: Final = "known"
_SENT_AT: Final = "sent_at"
RACE_ID: Final = "race_id"
"""What of an errand's `before` holds the id of the race that it created."""
_NOT_A_RACE: Final = "It does not say what is to become of a race."
_NOT_LIVE: Final = "It does not say what is to be done in a live race."


class Deed(StrEnum):
    """What an errand of `Service.RACES` does."""

    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    MOVE_LIVE = "move"


class LiveDeed(StrEnum):
    """What an errand of `Service.LIVE` does, as it reads."""

    LAUNCH = "launch"
    RESET = "reset"
    RESET_ALL = "reset all"
    REMOVE = "remove"
    MOVE = "move"
    ORDER = "order"
    SWITCH = "switch"
    DECLARE_WINNER = "declare winner"


@dataclass(frozen=True, slots=True)
class CreateRace:
    """A race to be created.

    Attributes:
        known: The ids of races from before that could be taken for it; None until they were noted.
        sent_at: When it was last sent, in seconds since the epoch; None until it was.
        race_id: As the deployment told it; empty where it is not known yet.
    """

    definition: Definition
    known: frozenset[str] | None
    sent_at: int | None
    race_id: str


@dataclass(frozen=True, slots=True)
class EditRace:
    """A race to be changed; `was` is what the plan was made on."""

    race_id: str
    was: Definition
    definition: Definition


@dataclass(frozen=True, slots=True)
class DeleteRace:
    """A race to be deleted."""

    race_id: str


@dataclass(frozen=True, slots=True)
class MoveLive:
    """A live race whose live time is to be moved.

    Attributes:
        was: When it was to be live as the plan was made; None where it was not told.
        live_at: When it is to be live.
    """

    race_id: str
    was: datetime | None
    live_at: datetime


RaceChange = CreateRace | EditRace | DeleteRace | MoveLive


@dataclass(frozen=True, slots=True)
class Switches:
    """What of a live race is switched; None leaves it as it is."""

    auto_launch: bool | None = None
    submissions_open: bool | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """How a submission stood when something was asked for; see `QueueItem`."""

    status: str
    resets: int


@dataclass(frozen=True, slots=True)
class Leader:
    """Who led when the winner was to be declared; see `Ranking`."""

    alias: str
    score: int | None


@dataclass(frozen=True, slots=True)
class LiveChange:
    """What is to be done in a live race.

    Attributes:
        submission_id: Of what is reset, removed or moved; empty otherwise.
        reason: Why it is reset; empty where none was given.
        order: Of an order, all that wait, as they are to run; of a move, those that move, as they
            are to follow one another.
        ahead: Of a move, the others that are to stay before it.
        behind: Of a move, the others that are to stay behind it.
        switches: What is switched.
        seen: Of a reset, how the submission stood when it was asked for; None where not told.
        leader: Who led when the winner was to be declared; None where not told.
        made: Of an order, the moves made so far.
        seen_race: Of what begins all anew, the race as it was confirmed; None where not told.
    """

    race_id: str
    deed: LiveDeed
    submission_id: str = ""
    reason: str = ""
    order: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    switches: Switches = Switches()
    seen: Seen | None = None
    leader: Leader | None = None
    made: int = 0
    seen_race: SeenRace | None = None


def create_race(key: str, definition: Definition, note: str = "") -> Errand:
    """Return the errand that creates a race.

    Args:
        key: Unlike that of any other race to be created, such as a random one: there is no id yet.
        definition: What it is to be.
        note: See `Errand.note`.
    """
    after = {DEED: Deed.CREATE.value, DEFINITION: definition_text(definition)}
    return Errand(
        Service.RACES, f"new/{key}", definition.name, {DEED: "", DEFINITION: ""}, after, note
    )


def edit_race(race_id: str, was: Definition, definition: Definition, note: str = "") -> Errand:
    """Return the errand that replaces a race's definition; alike ones are `already_so`."""
    before, after = (
        {DEED: Deed.EDIT.value, DEFINITION: definition_text(one)} for one in (was, definition)
    )
    return Errand(Service.RACES, race_id, was.name, before, after, note)


def delete_race(race_id: str, name: str, note: str = "") -> Errand:
    """Return the errand that deletes a race."""
    before, after = {RACE: PRESENT, DEED: ""}, {RACE: DELETED, DEED: Deed.DELETE.value}
    return Errand(Service.RACES, race_id, name, before, after, note)


def move_live(
    race_id: str, name: str, was: datetime | None, live_at: datetime, note: str = ""
) -> Errand:
    """Return the errand that moves the live time of a race; the same time is `already_so`.

    Args:
        race_id: Of the race.
        name: Its name.
        was: When it is to be live, as far as is known.
        live_at: When it is to be live instead.
        note: See `Errand.note`.
    """
    before, after = (
        {DEED: Deed.MOVE_LIVE.value, LIVE_AT: None if at is None else wire_time(at)}
        for at in (was, live_at)
    )
    return Errand(Service.RACES, race_id, name, before, after, note)


def race_change(item: Item) -> RaceChange:
    """Return what an errand of `Service.RACES` is to do, and how far it has come.

    Raises:
        InvalidInputError: It is no such errand.
    """
    subject, definition = subject_of(item), definition_in(text_in(item.after, DEFINITION) or "")
    live_at = moment(text_in(item.after, LIVE_AT))
    match text_in(item.after, DEED):
        case Deed.CREATE if definition is not None:
            known, race_id = text_in(item.before, _KNOWN), text_in(item.before, RACE_ID)
            return CreateRace(
                definition,
                None if known is None else frozenset(known.split()),
                number_in(item.before, _SENT_AT),
                race_id or "",
            )
        case Deed.EDIT if definition is not None:
            was = definition_in(text_in(item.before, DEFINITION) or "")
            return EditRace(subject, was or definition, definition)
        case Deed.DELETE:
            return DeleteRace(subject)
        case Deed.MOVE_LIVE if live_at is not None:
            return MoveLive(subject, moment(text_in(item.before, LIVE_AT)), live_at)
        case _:
            raise InvalidInputError(_NOT_A_RACE)


def noted(known: Collection[str]) -> Values:
    """Return what is kept before a race is sent; see `CreateRace.known`."""
    return {_KNOWN: " ".join(sorted(known))}


def sent(at: float, race_id: str = "") -> Values:
    """Return what is kept once a race is sent; the id is empty where it was not told."""
    return {_SENT_AT: int(at), RACE_ID: race_id}


def launch(race_id: str, label: str) -> Errand:
    """Return the errand that runs the next submission."""
    return _live(LiveDeed.LAUNCH, race_id, label)


def reset_model(
    race_id: str, submission_id: str, label: str, reason: str = "", seen: Seen | None = None
) -> Errand:
    """Return the errand that begins a submission anew, if it still stands as it was seen."""
    how: dict[str, int | str | None] = {REASON: reason}
    if seen is not None:
        how |= {SEEN_STATUS: seen.status, SEEN_RESETS: seen.resets}
    return _live(LiveDeed.RESET, f"{race_id}/{submission_id}", label, how)


def reset_all(race_id: str, label: str, seen: SeenRace | None = None) -> Errand:
    """Return the errand that stops what runs, clears the rankings, and begins all anew.

    It does so if the race still is as it was seen.
    """
    how = {} if seen is None else {SEEN_RACE: seen_text(seen)}
    return _live(LiveDeed.RESET_ALL, race_id, label, how)


def remove(race_id: str, submission_id: str, label: str) -> Errand:
    """Return the errand that takes a submission out of the queue."""
    return _live(LiveDeed.REMOVE, f"{race_id}/{submission_id}", label)


def move(race_id: str, label: str, to: Placing) -> Errand:
    """Return the errand that moves submissions to a place among the others that wait."""
    how = {
        ORDER: " ".join(to.block),
        AHEAD: " ".join(to.ahead),
        BEHIND: " ".join(to.behind),
    }
    return _live(LiveDeed.MOVE, f"{race_id}/{to.block[0]}", label, how)


def order(race_id: str, submission_ids: Sequence[str], label: str) -> Errand:
    """Return the errand that brings the submissions that wait into an order."""
    return _live(LiveDeed.ORDER, race_id, label, {ORDER: " ".join(submission_ids)})


def switch_live(race_id: str, label: str, switches: Switches) -> Errand:
    """Return the errand that switches auto-launch or submissions now."""
    values = {
        AUTO_LAUNCH: _number(switches.auto_launch),
        SUBMISSIONS: _number(switches.submissions_open),
    }
    after = {name: value for name, value in values.items() if value is not None}
    return _live(LiveDeed.SWITCH, race_id, label, after, dict.fromkeys(after))


def declare_winner(race_id: str, label: str, leader: Leader | None = None) -> Errand:
    """Return the errand that declares whoever leads the winner, if that is who led then."""
    how = {} if leader is None else {LEADER: leader.alias, LEADER_SCORE: leader.score}
    return _live(LiveDeed.DECLARE_WINNER, race_id, label, how)


def live_change(item: Item) -> LiveChange:
    """Return what an errand of `Service.LIVE` is to do.

    Raises:
        InvalidInputError: It is no such errand.
    """
    race_id, _, submission_id = subject_of(item).partition("/")
    deed = text_in(item.after, DEED)
    if not race_id or deed is None or deed not in list(LiveDeed):
        raise InvalidInputError(_NOT_LIVE)
    of_one = (LiveDeed.RESET, LiveDeed.REMOVE, LiveDeed.MOVE)
    if (deed in of_one) != bool(submission_id):
        raise InvalidInputError(_NOT_LIVE)
    after = item.after
    status, leader = text_in(after, SEEN_STATUS), text_in(after, LEADER)
    return LiveChange(
        race_id,
        LiveDeed(deed),
        submission_id,
        text_in(after, REASON) or "",
        _ids_in(after, ORDER),
        _ids_in(after, AHEAD),
        _ids_in(after, BEHIND),
        _switches_in(after),
        None if status is None else Seen(status, number_in(after, SEEN_RESETS) or 0),
        None if leader is None else Leader(leader, number_in(after, LEADER_SCORE)),
        number_in(item.before, MADE) or 0,
        seen_in(text_in(after, SEEN_RACE)),
    )


def _ids_in(values: Values, name: str) -> tuple[str, ...]:
    return tuple((text_in(values, name) or "").split())


def _live(
    deed: LiveDeed,
    subject: str,
    label: str,
    how: Values | None = None,
    before: Values | None = None,
) -> Errand:
    how = how or {}
    before = how if before is None else before
    return Errand(Service.LIVE, subject, label, {DEED: "", **before}, {DEED: deed.value, **how})


def _number(switch: bool | None) -> int | None:
    return None if switch is None else int(switch)


def _switches_in(values: Values) -> Switches:
    launches, takes = number_in(values, AUTO_LAUNCH), number_in(values, SUBMISSIONS)
    return Switches(
        None if launches is None else bool(launches),
        None if takes is None else bool(takes),
    )
