"""A courier that does as it is told, and the errands' part of an engine that it carries for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from drtui.domain.errands import Carried, Errand, Service, Terms, subject_of
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.store.database import Database, open_database
from drtui.store.operation_log import items, newest_operation, submit
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from tests.support.logs import ADA, SteppedClock

DONE: Final = Carried(ItemState.DONE)
ALL: Final = frozenset(Service)
ONCE: Final = Terms(repeatable=lambda _: False)
Answer = Callable[[Sequence[Item]], Mapping[int, Carried]]


class FakeCourier:
    """Carries everything out as it is told, and remembers what it was handed."""

    def __init__(self) -> None:
        self.agreed = Terms()
        self.handed: list[list[str]] = []
        self.answer: Answer = lambda found: {item.item_id: DONE for item in found}

    def terms(self) -> Terms:
        return self.agreed

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        self.handed.append([subject_of(item) for item in items])
        return self.answer(items)


class World:
    """A store, a clock, a courier of invitations, and the errands' part of an engine."""

    def __init__(self, path: Path) -> None:
        self.clock = SteppedClock()
        self.database: Database = open_database(path, self.clock)
        self.courier = FakeCourier()
        self.start()

    def start(self) -> None:
        self.events: Events = Events()
        self.runner = ErrandRunner(
            self.database,
            {Service.INVITATIONS: self.courier},
            self.events,
            clock=self.clock,
            jitter=lambda: 1.0,
        )

    def submit(self, *emails: str, before: str = "", after: str = "invited") -> int:
        rows = tuple(
            plan_errand(
                Errand(Service.INVITATIONS, one, one, {"invited": before}, {"invited": after})
            )
            for one in emails
        )
        with self.database.read() as connection:
            position = newest_operation(connection)
        plan = Plan(OperationKind.INVITE, "Invite", rows, position)
        number = submit(self.database, plan, ADA)
        self.runner.look()
        return number

    def turn(self, services: Collection[Service] = ALL) -> None:
        """Begin what is due, of those that may be called, and take what it brings."""
        self.runner.turn(services)
        while self.runner.under_way:
            event = self.events.get(timeout=30)
            assert isinstance(event, ErrandsEnded)
            assert self.runner.ended(event)
            self.runner.turn(services)

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def states(self, number: int) -> list[ItemState]:
        return [one.state for one in self.items(number)]


def raising(error: Exception) -> Answer:
    def answer(_: Sequence[Item]) -> Mapping[int, Carried]:
        raise error

    return answer
