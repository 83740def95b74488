"""The live time of a race: an ordinary operation, which may wait for the network.

What a marshal does otherwise is done at once or not at all; see `marshal`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from drtui.commands.race_changes import (
    RaceRules,
    begin_plan,
    cannot,
    planned_definition,
    read_rules,
)
from drtui.commands.workspace import Workspace
from drtui.domain.durations import duration_text
from drtui.domain.live_times import parse_live_time, why_not_moved
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_errands import move_live
from drtui.domain.race_records import StoredRace
from drtui.domain.race_times import time_text
from drtui.domain.races import Definition
from drtui.domain.text import clean
from drtui.store.live_races import read_live
from drtui.store.races import race_even_gone

MOVE_CONSEQUENCES: Final = (
    "An ordinary operation, unlike what a marshal does at once: offline, it waits for the network."
)
"""What there is to know before it is confirmed."""

_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class LiveTime:
    """The live time of a race as it can be moved, read at one moment.

    Attributes:
        race: As stored, there or gone.
        planned: What the race will be once what is on its way has arrived.
        live_status: As sent; empty where it was not told.
        rules: What races are checked by.
    """

    race: StoredRace
    planned: Definition
    live_status: str
    rules: RaceRules

    def later(self, now: datetime) -> "LiveTime":
        """Return the same at a later moment."""
        return replace(self, rules=replace(self.rules, now=now))

    def typed(self, text: str, zone: tzinfo) -> datetime:
        """Return the time that was typed; see `live_times.parse_live_time`."""
        return parse_live_time(text, zone, self.rules.now, self.planned.live_at)

    def why_not(self, at: datetime) -> str:
        """Say why it cannot be moved to a time; empty where it can."""
        if self.race.gone_at is not None:
            return "The race is not there any more."
        return why_not_moved(self.live_status, at, self.rules.now)

    def hints(self, at: datetime) -> list[str]:
        """Return what there is to know of a time that it is moved to, sentences."""
        found = self.rules.check(replace(self.planned, live_at=at), self.race).hints
        return [one.sentence for one in found if one.field == "live_at"]

    def told(self, at: datetime, zone: tzinfo) -> str:
        """Say what a time is: in the zone, how far ahead, and what there is to know of it."""
        ahead = f"{time_text(at, zone)}, in {duration_text(at - self.rules.now)}."
        return " ".join([ahead, *self.hints(at)])

    def change_text(self, at: datetime, zone: tzinfo) -> str:
        """Return what changes: the time so far, and the new one."""
        was = self.planned.live_at
        return f"{'not told' if was is None else time_text(was, zone)} → {time_text(at, zone)}"


def live_time(workspace: Workspace, race_id: str) -> LiveTime:
    """Return the live time of a race as it can be moved now.

    Raises:
        InvalidInputError: There never was such a race, or it is no live one.
        StoreProblemError: The store cannot be read.
    """
    rules = read_rules(workspace)
    with workspace.database.read() as connection:
        race = race_even_gone(connection, race_id)
        if race is None:
            raise InvalidInputError(f"There is no race {clean(race_id, 40)}.")
        planned = planned_definition(connection, race)
        state = read_live(connection, race_id).state
    if not planned.live:
        raise InvalidInputError(f"{clean(planned.name, _NAME)} is no live race.")
    status = race.race.live_status if state is None else state.live_status
    return LiveTime(race, planned, status, rules)


def plan_live_time(workspace: Workspace, race_id: str, at: datetime) -> Plan:
    """Plan to move the live time of a race; once the live race has begun, it cannot be.

    Raises:
        InvalidInputError: As `live_time`.
        NotAllowedError: Whoever is signed in may not do it.
    """
    plan = begin_plan(workspace, OperationKind.EDIT_RACES, "")
    found = live_time(workspace, race_id)
    name = found.race.race.definition.name
    note = "; ".join(one.rstrip(".") for one in found.hints(at))
    errand = move_live(race_id, name, found.planned.live_at, at, note)
    why = found.why_not(at)
    row = cannot(errand, why) if why and not errand.already_so else plan_errand(errand)
    what = f"Move the live time of {clean(name, _NAME)}"
    return replace(plan, what=what, rows=(row,))
