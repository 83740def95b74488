"""Races: created once and never twice, changed and deleted, and each seen to be so afterwards."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from drtui.domain.errands import Carried, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_times import is_same_time, why_not_moved
from drtui.domain.operations import LATE_REQUEST_SECONDS, Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_documents import is_same_race, lost_members, meets
from drtui.domain.race_errands import (
    CreateRace,
    DeleteRace,
    EditRace,
    MoveLive,
    noted,
    race_change,
    sent,
)
from drtui.domain.race_fields import LABELS, changed_fields
from drtui.domain.race_merging import clashes, is_made, merged
from drtui.domain.race_rules import why_not_deleted
from drtui.domain.races import Definition, ListedRace
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.deployment_facts import read_facts
from drtui.store.race_pending import created_by_others
from drtui.store.races import forget_race, write_race
from drtui.sync.couriers.one_by_one import one_by_one

_TERMS: Final = Terms()
_LOOK_SECONDS: Final = 5.0
_DOUBTS: Final = 8
_TIMES: Final = 4
_PAGES: Final = 1_000
_GONE: Final = "the race is not there any more: somebody deleted it"
_MOVED: Final = "somebody else moved the live time meanwhile: move it again"
_WAS_GONE: Final = "was not there any more"
_SEVERAL: Final = "several races of this definition came at once: look which of them is meant"
_LOOKED_UP: Final = "it may have been created: the list of races is read before it is sent again"
_LOOKED_AT: Final = "was asked for: whether it is so is looked at"
_UNSURE: Final = (FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE)  # it may have been done
_OPEN: Final = (None, "", ())
_REFUSED: Final = (FailureKind.CONFLICT, FailureKind.INVALID)


class RaceCourier:
    """Carries `Service.RACES` out; see `domain.race_errands`.

    Creating is not idempotent: the races that could be taken for it are noted first, in a step of
    its own, and where an answer was lost the list is read until nothing can come of the call any
    more: by what the deployment keeps as it is sent, for the rest may be kept otherwise. Whatever
    else is done is read back.

    Args:
        races: The deployment's calls.
        database: The store, which learns what is read.
    """

    def __init__(self, races: DeploymentRaces, database: Database) -> None:
        self._races = races
        self._database = database

    def terms(self) -> Terms:
        """See `Courier`; what may have been done is looked up before anything is repeated."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(items, _TERMS, self._go_on)

    def _go_on(self, item: Item) -> Carried:
        try:
            change = race_change(item)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        match change:
            case CreateRace():
                return self._create(item, change)
            case EditRace():
                return self._edit(item, change)
            case DeleteRace():
                return self._delete(item, change.race_id)
            case MoveLive():
                return self._move_live(item, change)

    def _create(self, item: Item, change: CreateRace) -> Carried:
        if change.race_id:
            return self._created(item, change)
        if change.known is None:
            known = [one.race_id for one in self._alike(change.definition)]
            return Carried(ItemState.PENDING, found=noted(known), counted=False)
        if item.unknown_at is not None and (
            found := self._look_up(item, item.unknown_at, change.definition, change.known)
        ):
            return found
        try:
            race_id = self._races.create(change.definition)
        except DeploymentError as error:
            if error.kind not in _UNSURE:
                raise
            found_at = sent(self._database.clock())
            if item.attempts + 1 >= _DOUBTS:
                reason = f"it may have been created: {error.message}"
                return Carried(ItemState.FAILED, reason, found=found_at, unknown=True)
            return Carried(ItemState.DOUBTFUL, error.message, found=found_at, delay=_LOOK_SECONDS)
        return self._is_known(race_id)

    def _look_up(
        self, item: Item, unknown_at: datetime, definition: Definition, known: frozenset[str]
    ) -> Carried | None:
        """Return what becomes of a race that may have been sent; None where nothing came of it."""
        began = self._database.clock()
        with self._database.read() as connection:
            others = created_by_others(connection, item.item_id)
        new = [one for one in self._alike(definition) if one.race_id not in known | others]
        exact = [one for one in new if meets(one.definition, definition)]
        new = exact if len(exact) == 1 else new
        if len(new) > 1:
            return Carried(ItemState.FAILED, _SEVERAL, unknown=True)
        if new:
            return self._is_known(new[0].race_id)
        left = unknown_at.timestamp() + LATE_REQUEST_SECONDS - began
        if left <= 0:
            return None
        delay = min(left, _LOOK_SECONDS)
        return Carried(ItemState.PENDING, _LOOKED_UP, delay=delay, counted=False)

    def _is_known(self, race_id: str) -> Carried:
        """Keep the id before anything else is done: with it, nothing is ever sent again."""
        found = sent(self._database.clock(), race_id)
        return Carried(ItemState.PENDING, f"created as {race_id}", found=found, counted=False)

    def _created(self, item: Item, change: CreateRace) -> Carried:
        told = f"created as {change.race_id}"
        race = self._read(change.race_id)
        if race is not None:
            if otherwise := _kept_otherwise(race.definition, change.definition):
                told = f"{told}, but the deployment keeps otherwise: {otherwise}"
            return Carried(ItemState.DONE, told)
        if item.attempts + 1 < _TIMES:
            return Carried(ItemState.PENDING, told, delay=_LOOK_SECONDS)
        return Carried(ItemState.DONE, f"{told}, and not there any more")

    def _alike(self, definition: Definition) -> list[ListedRace]:
        """Return the races that may be what is asked for, as listed now."""
        found: list[ListedRace] = []
        token: str | None = None
        for _ in range(_PAGES):
            page = self._races.races(token)
            found += [one for one in page.races if is_same_race(one.definition, definition)]
            token = page.token
            if token is None:
                break
        return found

    def _edit(self, item: Item, change: EditRace) -> Carried:
        race = self._read(change.race_id)
        if race is None:
            return Carried(ItemState.FAILED, _GONE)
        was, found = change.was, race.definition
        if is_made(was, change.definition, found):
            return _so_already(item)
        if both := clashes(was, change.definition, found):
            reason = f"somebody else changed {both} meanwhile, and nothing was sent: edit it again"
            return Carried(ItemState.FAILED, reason)
        wanted = merged(was, change.definition, found)
        if item.attempts >= _TIMES:
            kept = ", ".join(LABELS[field] for field in changed_fields(wanted, found))
            return Carried(ItemState.FAILED, f"the deployment does not take it: {kept}")
        return self._send_edit(race, wanted)

    def _send_edit(self, race: ListedRace, wanted: Definition) -> Carried:
        race_id = race.race_id
        began = self._database.clock()
        try:
            answer = self._races.edit(race_id, wanted)
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return self._lost(race_id)
            raise
        write_race(self._database, answer, began)
        if meets(answer.definition, wanted):
            lost = ", ".join(lost_members(race.document, answer.document))
            told = f"what drtui does not know of it may be lost: {clean(lost, 200)}"
            return Carried(ItemState.DONE, told if lost else "")
        return Carried(ItemState.PENDING, _LOOKED_AT, delay=_LOOK_SECONDS)

    def _delete(self, item: Item, race_id: str) -> Carried:
        race = self._read(race_id)
        if race is None:
            asked = item.attempts > 0 or item.unknown_at is not None
            return Carried(ItemState.DONE) if asked else Carried(ItemState.ALREADY_SO, _WAS_GONE)
        if item.attempts >= _TIMES:
            reason = f"was asked for {item.attempts} times, and it is there still"
            return Carried(ItemState.FAILED, reason)
        try:
            self._races.delete(race_id)
        except DeploymentError as error:
            if error.kind in _REFUSED:
                return Carried(ItemState.FAILED, self._why_kept(race) or error.message)
            if error.kind is not FailureKind.NOT_FOUND and error.kind not in _UNSURE:
                raise
        try:
            if self._read(race_id) is None:
                return Carried(ItemState.DONE)
        except DeploymentError as error:
            return Carried(ItemState.DOUBTFUL, error.message, delay=_LOOK_SECONDS)
        return Carried(ItemState.DOUBTFUL, _LOOKED_AT, delay=_LOOK_SECONDS)

    def _why_kept(self, race: ListedRace) -> str:
        """Say why a race is not deleted, as it stands now; empty where that is not known."""
        winner = ""
        if race.definition.live:
            try:
                winner = self._races.live_state(race.race_id).winner
            except DeploymentError:
                return ""  # what the deployment said is told then
        with self._database.read() as connection:
            facts = read_facts(connection)
        features = {feature: fact.has for feature, fact in facts.features.items()}
        now = datetime.fromtimestamp(self._database.clock(), UTC)
        return why_not_deleted(race, now, winner, features=features)

    def _move_live(self, item: Item, change: MoveLive) -> Carried:
        race = self._read(change.race_id)
        if race is None:
            return Carried(ItemState.FAILED, _GONE)
        at = race.definition.live_at
        if is_same_time(at, change.live_at):
            return _so_already(item)
        if change.was is not None and not is_same_time(at, change.was):
            return Carried(ItemState.FAILED, _MOVED)
        if item.attempts >= _TIMES:
            return Carried(ItemState.FAILED, "the deployment leaves it as it was")
        return self._send_live_time(race, change.live_at)

    def _send_live_time(self, race: ListedRace, live_at: datetime) -> Carried:
        try:
            self._races.switch(race.race_id, live_at=live_at)
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return self._lost(race.race_id)
            if error.kind not in _REFUSED:
                raise
            now = datetime.fromtimestamp(self._database.clock(), UTC)
            why = why_not_moved(race.live_status, live_at, now)
            return Carried(ItemState.FAILED, why or error.message)
        found = self._read(race.race_id)
        if found is not None and is_same_time(found.definition.live_at, live_at):
            return Carried(ItemState.DONE)
        return Carried(ItemState.PENDING, _LOOKED_AT, delay=_LOOK_SECONDS)

    def _read(self, race_id: str) -> ListedRace | None:
        """Return a race as it is now, and let the store know; None where it is gone."""
        began = self._database.clock()
        try:
            race = self._races.race(race_id)
        except DeploymentError as error:
            if error.kind is not FailureKind.NOT_FOUND:
                raise
            forget_race(self._database, race_id)
            return None
        write_race(self._database, race, began)
        return race

    def _lost(self, race_id: str) -> Carried:
        forget_race(self._database, race_id)
        return Carried(ItemState.FAILED, _GONE)


def _kept_otherwise(found: Definition, wanted: Definition) -> str:
    """Name what a race has otherwise than it was sent, beside what was left open."""
    if meets(found, wanted):
        return ""
    fields = changed_fields(found, wanted)
    return ", ".join(LABELS[field] for field in fields if getattr(wanted, field) not in _OPEN)


def _so_already(item: Item) -> Carried:
    """Return the end of what is as asked: done by us, where we asked before."""
    asked = item.attempts > 0 or item.unknown_at is not None
    return Carried(ItemState.DONE if asked else ItemState.ALREADY_SO)
