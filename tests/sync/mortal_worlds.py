"""A store, and an engine whose door to AWS shuts at any call, as for a killed process."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.commands.event import write_event
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Courier, Errand, Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.store.database import open_database
from drtui.store.operation_log import items, newest_operation, submit
from tests.support.effort import times
from tests.support.logs import ADA, SteppedClock
from tests.support.moto import REGION, RunningMoto
from tests.support.ses import SENDER
from tests.support.sponsors import Errands

PEOPLE: Final = ("ada@example.com", "bob@example.com", "cy@example.com")
RELAY: Final = "https://races.example.com/#/races"
PASSWORD: Final = "Correct-horse-7"
KILLS: Final = times(5)
NAME: Final = "drtui race day"
MADE = {ItemState.DONE}
SO_ALREADY = {ItemState.ALREADY_SO}


class MortalDoor(Door):
    """A door that shuts after so many calls: what is asked of AWS by a process that is killed.

    Attributes:
        calls: How many came through.
        left: How many still come through; None is no end.
    """

    def __init__(self, region: str = REGION) -> None:
        super().__init__(None, region, user_agent="drtui-tests/1")
        self.calls = 0
        self.left: int | None = None

    def call(
        self,
        service: str,
        operation: str,
        members: Mapping[str, object] | None = None,
        *,
        write: bool = False,
        region: str | None = None,
    ) -> Mapping[str, Any]:
        """See `Door`."""
        if self.left == 0:
            raise SponsorError(SponsorFailure.UNREACHABLE, "killed")
        answer = super().call(service, operation, members, write=write, region=region)
        self.calls += 1
        self.left = None if self.left is None else self.left - 1
        return answer

    @property
    def dead(self) -> bool:
        return self.left == 0


class World:
    """A store with an event, and an engine whose courier is made anew after a kill."""

    def __init__(self, path: Path, region: str = REGION) -> None:
        self.door = MortalDoor(region)
        self.clock = SteppedClock()
        self.database = open_database(path, self.clock)
        self.workspace = Workspace(self.database, "ada")
        event = EventSettings(name="the Cup", sender=SENDER, console_address=RELAY)
        write_event(self.workspace, event)

    def begin(self, service: Service, make: Callable[[], Courier]) -> None:
        self.engine = Errands(self.database, self.clock, lambda: {service: make()})

    def people(self, emails: Sequence[str] = PEOPLE) -> tuple[Participant, ...]:
        keep(self.workspace, [Participant(one, "", None, 0) for one in emails])
        return participants_of(self.workspace, emails)

    def plan(self, *errands: Errand) -> Plan:
        with self.database.read() as connection:
            position = newest_operation(connection)
        rows = tuple(plan_errand(errand) for errand in errands)
        return Plan(OperationKind.CHANGE_BILLING_ALERTS, "Errands", rows, position)

    def run(self, plan: Plan, *, kill_at: int | None = None) -> list[Item]:
        """Carry a plan out, killed after so many calls of AWS and begun anew."""
        number = submit(self.database, plan, ADA)
        if kill_at is not None:
            self.door.left = kill_at
            self.engine.run_until_dead(lambda: self.door.dead)
            self.door.left = None
        self.engine.run()
        with self.database.read() as connection:
            return items(connection, number)


def without_alarms(moto: RunningMoto) -> None:
    """Let there be no alarm of that name, and nobody who is told."""
    alarms, topics = moto.client("cloudwatch"), moto.client("sns")
    alarms.delete_alarms(AlarmNames=[NAME])
    for each in topics.list_subscriptions()["Subscriptions"]:
        topics.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    for each in topics.list_topics()["Topics"]:
        topics.delete_topic(TopicArn=each["TopicArn"])


def states(found: Sequence[Item]) -> set[ItemState]:
    return {item.state for item in found}


Points = Callable[[int], list[int]]
"""Gives some places between so many calls."""
