"""The operation log and the engine's rules against a small model of a deployment, at random.

No threads and no waiting: the test is the engine. It claims, lets calls end in every way that a
network and a deployment can bring about, sweeps, crashes, moves the clock, and lets somebody else
change the account in between.
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.operations import (
    ACCOUNT_FIELDS,
    LATE_REQUEST_SECONDS,
    OPEN,
    Item,
    ItemState,
    Value,
    limits_in,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Limits, Profile
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.delivery import exchange, recover
from drtui.store.due import deliverable_count, due_items, next_due, sweep_wanted_from
from drtui.store.operation_log import items, open_count, operations
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import rows_by_profile, users_by_key
from drtui.sync.outcomes import delivered, failed
from tests.support.deployments import racer_id
from tests.support.effort import times
from tests.support.logs import ADA, SteppedClock
from tests.sync.log_steps import (
    DRAWN,
    INTERVENTIONS,
    LATEST,
    REFUSALS,
    TARGETS,
    UNKNOWN,
    WHAT,
    Call,
    Late,
    answer_of,
)

_KEPT = "theirs kept"


class LogAndAccount(RuleBasedStateMachine):
    """The rules; `account` is what the deployment really has."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SteppedClock()
        self.database = open_database(Path(self.folder.name) / "store.sqlite", self.clock)
        self.workspace = Workspace(self.database, "ada")
        self.account = {racer_id(number): Limits(300, 3) for number in range(TARGETS)}
        self.late: list[Late] = []
        self.calls: list[Call] = []
        self.claims = 0
        self.newest_applied: dict[str, int] = {}  # the newest operation that has been applied
        self.somebody_changed: dict[str, bool] = dict.fromkeys(self.account, False)
        self.sweeping: tuple[int, float] | None = None
        self.sweeps(whole=True)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            try:
                self.everything_ends()
            finally:
                self.database.close()
                self.folder.cleanup()

    @rule(data=st.data(), what=st.sampled_from(WHAT))
    def something_happens(self, data: st.DataObject, what: str) -> None:
        """One rule for all, since what happens often has to be drawn often."""
        strategies = DRAWN.get(what, {})
        getattr(self, what)(**{name: data.draw(drawn) for name, drawn in strategies.items()})

    # The admin

    def submit(self, action: Action, numbers: set[int]) -> None:
        self.clock.step(0.5)
        plan = plan_action(self.workspace, action, Selection(self.keys(numbers)))
        submit(self.workspace, plan)

    def undo(self) -> None:
        self.clock.step(0.5)
        try:
            plan = plan_undo(self.workspace)
        except InvalidInputError:
            return
        submit_undo(self.workspace, plan)

    def some_operation(self, data: int) -> int | None:
        with self.database.read() as connection:
            found = operations(connection)
        return found[data % len(found)].operation_id if found else None

    def intervene(self, how: str, which: int) -> None:
        operation = self.some_operation(which)
        if operation is None:
            return
        if how == "retry":
            with self.database.read() as connection:
                again = items(connection, operation, states=[ItemState.FAILED])
            # Tried again, an item is applied after those that came later: that is what was asked.
            for item in again:
                self.newest_applied.pop(item.target, None)
        INTERVENTIONS[how](self.database, operation, ADA)

    # Somebody else, and time

    def somebody_changes(self, number: int, minutes: int) -> None:
        target = racer_id(number)
        self.account[target] = Limits(minutes, self.account[target].models)
        self.somebody_changed[target] = True

    def time_passes(self, seconds: float) -> None:
        """Whatever the backend still has in hand is applied when its time is over."""
        self.clock.step(seconds)
        for late in [one for one in self.late if one.until <= self.clock()]:
            self.late.remove(late)

    def the_backend_applies_late(self, which: int) -> None:
        if self.late:
            late = self.late.pop(which % len(self.late))
            self.apply(late.item)

    # The engine

    def works(self, limit: int, place: int, outcome: str) -> None:
        """Claims, and lets one of the calls in flight end; the rest stays in flight."""
        self.claims += 1
        for item in exchange(self.database, [], limit, self.claims):
            self.check_sendable(item)
            self.calls.append(Call(item, self.claims))
        if self.calls:
            self.ends(self.calls.pop(place % len(self.calls)), outcome)

    def ends(self, call: Call, outcome: str) -> None:
        if outcome in ("answered", "lost but applied"):
            self.apply(call.item)
        if outcome == "lost and applied late":
            self.late.append(Late(call.item, self.clock() + LATEST))
        if outcome == "answered":
            settlement = delivered(call.item, call.claim, answer_of(self.account[call.item.target]))
        else:
            error = REFUSALS.get(outcome, UNKNOWN)
            settlement = failed(call.item, call.claim, error, self.clock(), lambda: 1.0)
        exchange(self.database, [settlement], 0, 0)

    def crashes(self, applied: bool) -> None:
        for call in self.calls:
            if applied:
                self.apply(call.item)
            else:
                self.late.append(Late(call.item, self.clock() + LATEST))
        self.calls.clear()
        self.sweeping = None
        recover(self.database)

    def sweeps(self, whole: bool) -> None:
        """A whole sweep; or the end of one that began before, and the beginning of another."""
        if self.sweeping is not None:
            self.read_account(*self.sweeping)
            self.sweeping = None
        self.clock.step(0.5)
        self.sweeping = begin_sweep(self.database)
        self.clock.step(0.5)
        if whole:
            self.read_account(*self.sweeping)
            self.sweeping = None

    # What holds all the time

    @invariant()
    def nothing_waits_for_nothing(self) -> None:
        """Whatever is deliverable is being sent, or due, or waits for a time or a sweep."""
        if not hasattr(self, "database"):
            return
        with self.database.read() as connection:
            if not deliverable_count(connection):
                return
            sending = items(connection, states=[ItemState.SENDING])
            assert sending or next_due(connection) or sweep_wanted_from(connection)

    @invariant()
    def chains_hold_together(self) -> None:
        """What follows an unsent item was planned on what that item leaves."""
        if not hasattr(self, "database"):
            return
        for number in range(TARGETS):
            with self.database.read() as connection:
                chain = [
                    item
                    for item in items(connection, target=racer_id(number))
                    if item.state in OPEN and not item.cancel_requested
                ]
            if any(item.state is not ItemState.PENDING for item in chain):
                continue  # what is settled later is planned anew then
            values: dict[str, Value] = {}
            for item in chain:
                assert item.before.keys() == item.after.keys()
                for name, value in item.before.items():
                    assert values.get(name, value) == value, chain
                values |= item.after

    # How it is done

    def keys(self, numbers: set[int]) -> tuple[int, ...]:
        ids = [racer_id(number) for number in sorted(numbers)]
        with self.database.read() as connection:
            rows = rows_by_profile(connection, ids)
        return tuple(rows[profile_id]["id"] for profile_id in ids)

    def apply(self, item: Item) -> None:
        """The deployment applies a change."""
        newest = self.newest_applied.get(item.target, 0)
        assert item.operation_id >= newest, "an older change was applied after a newer one"
        self.newest_applied[item.target] = item.operation_id
        limits, now = limits_in(item.after), self.account[item.target]
        self.account[item.target] = Limits(
            now.minutes if limits.minutes is None else limits.minutes,
            now.models if limits.models is None else limits.models,
        )

    def check_sendable(self, item: Item) -> None:
        """No different value goes where an earlier one may still be applied."""
        for late in self.late:
            if late.item.target == item.target and late.item.item_id != item.item_id:
                same = limits_in(late.item.after) == limits_in(item.after)
                assert same, "a different value while another may still be applied"
        with self.database.read() as connection:
            others = [
                one
                for one in items(connection, target=item.target, states=[ItemState.SENDING])
                if one.item_id != item.item_id
            ]
        assert not others, "two changes of one target at once"

    def read_account(self, number: int, began: float) -> None:
        profiles = [
            Profile(
                target,
                target,
                role_name="dr-racers",
                minutes_used=1,
                minutes_limit=limits.minutes,
                models_limit=limits.models,
            )
            for target, limits in self.account.items()
        ]
        write_page(self.database, profiles, number, began)
        complete_sweep(self.database, number, began)

    def everything_ends(self) -> None:
        """With a good network, and conflicts settled, nothing stays open."""
        self.crashes(applied=False)
        for turn in range(200):
            self.time_passes(LATE_REQUEST_SECONDS + 1)
            self.sweeps(whole=True)
            with self.database.read() as connection:
                if not open_count(connection):
                    break
                conflicts = items(connection, states=[ItemState.CONFLICT])
            for item in conflicts[:1]:
                settle = interventions.apply_ours if turn % 2 else interventions.keep_theirs
                settle(self.database, item.operation_id, ADA)
            self.deliver_all()
        with self.database.read() as connection:
            assert not open_count(connection)
        self.the_account_is_as_the_log_says()

    def deliver_all(self) -> None:
        while True:
            with self.database.read() as connection:
                if not due_items(connection, 1, self.clock()):
                    return
            self.claims += 1
            for item in exchange(self.database, [], 10, self.claims):
                self.check_sendable(item)
                self.apply(item)
                answer = self.account[item.target]
                exchange(self.database, [delivered(item, self.claims, answer_of(answer))], 0, 0)
                last = self.store_limits(item.target)
                assert last == answer, "the store does not know what was answered"

    def store_limits(self, target: str) -> Limits:
        with self.database.read() as connection:
            key = rows_by_profile(connection, [target])[target]["id"]
            return users_by_key(connection, [key])[key].profile.limits

    def the_account_is_as_the_log_says(self) -> None:
        for target, limits in self.account.items():
            assert self.store_limits(target) == limits
            with self.database.read() as connection:
                done = items(connection, target=target, states=[ItemState.DONE])
                in_vain = items(
                    connection, target=target, states=[ItemState.FAILED, ItemState.CANCELLED]
                )
            # What failed after an attempt that was not answered says so, and no more is known; nor
            # where it was tried again then, met what that attempt had made, and that was kept.
            told = [one for one in in_vain if one.state is ItemState.FAILED or one.reason == _KEPT]
            if self.somebody_changed[target] or any(item.unknown_at for item in told):
                continue
            wanted: dict[str, Value] = {"minutes_limit": 300, "models_limit": 3}
            for item in sorted(done, key=lambda one: (one.settled_at, one.item_id)):
                wanted |= {
                    name: value for name, value in item.after.items() if name in ACCOUNT_FIELDS
                }
            assert limits == limits_in(wanted), "the account is not what the log says was done"


TestLogAtRandom = LogAndAccount.TestCase
TestLogAtRandom.settings = settings(
    max_examples=times(20),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
