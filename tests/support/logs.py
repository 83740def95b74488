"""The operation log in a test's hands: a store, a clock that is set, and the engine's part.

log = Log(tmp_path / "store.sqlite", racers(3))
log.submit(SetQuotas(QuotaChange(60, relative=True), None), 0, 1)
item = log.claim()[0]
log.settle(item)                             # done
log.settle(item, ItemState.DOUBTFUL)         # its outcome is unknown
log.clock.step(36)
log.sweep()
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.authors import Author
from drtui.domain.operations import (
    ACCOUNT_FIELDS,
    DELETIONS,
    Item,
    ItemState,
    Values,
    deletes_user,
)
from drtui.domain.planning import Plan
from drtui.domain.records import Limits, Profile, SponsoredUser
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.delivery import exchange
from drtui.store.due import due_items
from drtui.store.operation_log import items
from drtui.store.settlement import Settlement
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import rows_by_profile, users_by_key
from tests.support.deployments import racer_id

BEGINNING: Final = 1_780_000_000.0
ADA: Final = Author("ada", "ada.admin")


class SteppedClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: float = BEGINNING) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def step(self, seconds: float) -> None:
        self.now += seconds


class Log:
    """A store with racers in it, numbered from 0."""

    def __init__(
        self, path: Path, profiles: Sequence[Profile], clock: SteppedClock | None = None
    ) -> None:
        self.clock = clock or SteppedClock()
        self.database = open_database(path, self.clock)
        self.workspace = Workspace(self.database, "ada")
        self.account = {profile.profile_id: profile for profile in profiles}
        self._claims = 0
        self._claimed: dict[int, int] = {}
        self.sweep()
        self.clock.step(60)

    # The account, as somebody else sees it

    def sweep(self, *, began: float | None = None) -> None:
        """Read the account, as it is, in one complete sweep."""
        number, now = begin_sweep(self.database)
        write_page(self.database, list(self.account.values()), number, began or now)
        complete_sweep(self.database, number, began or now)

    def somebody_sets(self, racer: int, minutes: int | None, models: int | None = 3) -> None:
        profile = self.account[racer_id(racer)]
        self.account[racer_id(racer)] = replace(profile, minutes_limit=minutes, models_limit=models)

    # The admin's part

    def plan(self, action: Action, *numbers: int) -> Plan:
        return plan_action(self.workspace, action, Selection(self.keys(numbers)))

    def submit(self, action: Action, *numbers: int) -> int:
        operation = submit(self.workspace, self.plan(action, *numbers))
        assert operation is not None
        return operation

    def undo(self, operation: int) -> int | None:
        return submit_undo(self.workspace, plan_undo(self.workspace, operation))

    def cancel(self, operation: int, *numbers: int) -> tuple[int, int]:
        return interventions.cancel(self.database, operation, ADA, list(map(racer_id, numbers)))

    def retry(self, operation: int) -> int:
        return interventions.retry(self.database, operation, ADA)

    def keep_theirs(self, operation: int) -> int:
        return interventions.keep_theirs(self.database, operation, ADA)

    def set_aside(self, operation: int, *numbers: int) -> tuple[int, int]:
        return interventions.set_aside(self.database, operation, ADA, list(map(racer_id, numbers)))

    def apply_ours(self, operation: int) -> int:
        return interventions.apply_ours(self.database, operation, ADA)

    # The engine's part

    def claim(self, limit: int = 100) -> list[Item]:
        self._claims += 1
        claimed = exchange(self.database, [], limit, self._claims)
        self._claimed |= {item.item_id: self._claims for item in claimed}
        return claimed

    def settle(
        self,
        item: Item,
        state: ItemState = ItemState.DONE,
        *,
        due_at: float = 0.0,
        look_up_after: float | None = None,
        confirmed: Values | None = None,
        claim: int | None = None,
        counted: bool = True,
        theirs: Values | None = None,
    ) -> None:
        if confirmed is None and state is ItemState.DONE:
            confirmed = item.after
        if state is ItemState.DONE:
            self._apply(item)
        settlement = Settlement(
            item,
            state,
            claim=self._claimed[item.item_id] if claim is None else claim,
            confirmed=confirmed,
            due_at=due_at,
            look_up_after=look_up_after,
            counted=counted,
            theirs=theirs,
        )
        exchange(self.database, [settlement], 0, 0)

    def deliver(self) -> list[Item]:
        """Claim and settle until nothing is due any more; what was sent, in order."""
        sent = []
        while self._due():
            claimed = self.claim()
            for item in claimed:
                self.settle(item)
            sent += claimed
        return sent

    def _due(self) -> bool:
        with self.database.read() as connection:
            return bool(due_items(connection, 1, self.clock()))

    def _apply(self, item: Item) -> None:
        if deletes_user(item.after):
            del self.account[item.target]
            return
        names = {name for name in item.after if name in ACCOUNT_FIELDS} - set(DELETIONS)
        changed: dict[str, Any] = {name: item.after[name] for name in names}
        self.account[item.target] = replace(self.account[item.target], **changed)

    # What can be seen

    def keys(self, numbers: Iterable[int]) -> tuple[int, ...]:
        ids = [racer_id(number) for number in numbers]
        with self.database.read() as connection:
            rows = rows_by_profile(connection, ids)
        return tuple(rows[profile_id]["id"] for profile_id in ids)

    def user(self, number: int = 0) -> SponsoredUser:
        with self.database.read() as connection:
            (user,) = users_by_key(connection, self.keys([number])).values()
        return user

    def limits(self, number: int = 0) -> Limits:
        return self.user(number).profile.limits

    def items(self, operation: int | None = None, number: int | None = None) -> list[Item]:
        target = None if number is None else racer_id(number)
        with self.database.read() as connection:
            return items(connection, operation, target=target)

    def item(self, operation: int, number: int = 0) -> Item:
        (item,) = self.items(operation, number)
        return item

    def states(self, operation: int) -> list[ItemState]:
        return [item.state for item in self.items(operation)]
