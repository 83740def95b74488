"""The operation log under two engines that die, against a model of a deployment; no real calls.

Racers' limits are what may be sent again; invitations are what must not. Engines work on the store
through connections of their own, take over from each other, and die with calls in flight that are
applied or not. The journal is held against all that was ever confirmed.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.errands import Carried, Errand, Service, subject_of
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import LATE_REQUEST_SECONDS, Item, ItemState, OperationKind, limits_in
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.quota_actions import Pause, Resume, ResumeTo, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Profile
from drtui.store import interventions
from drtui.store.database import Database, open_database
from drtui.store.delivery import exchange, recover
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.journal import journal
from drtui.store.operation_log import items, newest_operation, open_count, operations
from drtui.store.operation_log import submit as submit_plan
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import rows_by_profile
from drtui.sync.errand_outcomes import failed as errand_failed
from drtui.sync.errand_outcomes import without_carrying
from drtui.sync.outcomes import delivered, failed
from tests.support.deployments import racer_id
from tests.support.effort import EFFORT, times
from tests.support.logs import SteppedClock
from tests.sync.errand_worlds import DONE, ONCE

RACERS: Final = 3
ADMINS: Final = (Author("ada", "ada.admin"), Author("bob", "bob.admin"))
UNKNOWN: Final = DeploymentError(FailureKind.OUTCOME_UNKNOWN, "no answer")
BUSY: Final = DeploymentError(FailureKind.UNAVAILABLE, "503", status=503)
OUTCOMES: Final = ("answered", "answered", "lost", "lost but applied", "refused")
UNDER_WAY: Final = "under way"
ENDINGS: Final = 60
"""How often delivery is tried in the end until nothing is open."""


@dataclass
class Dying:
    """An engine: its own connections to the store, and the calls that it has in flight."""

    database: Database
    claims: int = 0
    calls: list[tuple[Item, int]] = field(default_factory=list)
    errands: list[tuple[Item, int]] = field(default_factory=list)


class LogUnderDyingEngines(RuleBasedStateMachine):
    """The rules; `account` and `invited` are what the deployment really has."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store.sqlite"
        self.clock = SteppedClock()
        self.account = {racer_id(number): Limits(300, 3) for number in range(RACERS)}
        self.invited: Counter[str] = Counter()
        self.asked_again: Counter[str] = Counter()
        self.confirmed: dict[int, int] = {}
        self.guests = 0
        self.engine = Dying(self.opened())
        self.admins = [Workspace(self.opened(), author.who) for author in ADMINS]
        self.sweeps()

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            try:
                self.all_is_settled_in_the_end()
            finally:
                for one in (self.engine.database, *(admin.database for admin in self.admins)):
                    one.close()
                self.folder.cleanup()

    def opened(self) -> Database:
        return open_database(self.path, self.clock)

    # The admins

    @rule(
        who=st.integers(0, 1),
        action=st.one_of(
            st.builds(SetQuotas, st.builds(QuotaChange, st.sampled_from([60, 540])), st.none()),
            st.just(Pause()),
            st.just(Resume(ResumeTo.REMEMBERED, Limits(300, 3), Limits())),
        ),
        numbers=st.sets(st.integers(0, RACERS - 1), min_size=1),
    )
    def an_admin_changes_racers(
        self, who: int, action: SetQuotas | Pause | Resume, numbers: set[int]
    ) -> None:
        self.clock.step(0.5)
        workspace = self.admins[who]
        ids = [racer_id(number) for number in sorted(numbers)]
        with workspace.database.read() as connection:
            rows = rows_by_profile(connection, ids)
        plan = plan_action(workspace, action, Selection(tuple(rows[one]["id"] for one in ids)))
        number = submit(workspace, plan)
        if number is not None:
            self.confirmed[number] = len(plan.to_submit)

    @rule(who=st.integers(0, 1), count=st.integers(1, 3))
    def an_admin_invites(self, who: int, count: int) -> None:
        self.clock.step(0.5)
        emails = [f"guest{self.guests + each}@example.org" for each in range(count)]
        self.guests += count
        before, after = {"invited": ""}, {"invited": "invited"}
        rows = tuple(
            plan_errand(Errand(Service.INVITATIONS, one, one, before, after)) for one in emails
        )
        database = self.admins[who].database
        with database.read() as connection:
            plan = Plan(OperationKind.INVITE, "Invite", rows, newest_operation(connection))
        self.confirmed[submit_plan(database, plan, ADMINS[who])] = count

    @rule(which=st.integers(0, 9))
    def an_admin_tries_again(self, which: int) -> None:
        with self.admins[0].database.read() as connection:
            found = operations(connection)
            if not found:
                return
            number = found[which % len(found)].operation_id
            for item in items(connection, number, states=[ItemState.FAILED]):
                self.asked_again[item.target] += 1
        interventions.retry(self.admins[0].database, number, ADMINS[0])

    # The engines

    @rule(outcome=st.sampled_from(OUTCOMES), limit=st.integers(1, 3))
    def it_delivers(self, outcome: str, limit: int) -> None:
        engine = self.engine
        self.claims(limit)
        if not engine.calls:
            return
        item, claim = engine.calls.pop(0)
        if outcome in ("answered", "lost but applied"):
            self.apply(item)
        now = self.account[item.target]
        if outcome == "answered":
            answer = {"minutes_limit": now.minutes, "models_limit": now.models}
            settlement = delivered(item, claim, answer)
        else:
            error = BUSY if outcome == "refused" else UNKNOWN
            settlement = failed(item, claim, error, self.clock(), lambda: 1.0)
        exchange(engine.database, [settlement], 0, 0)

    def claims(self, limit: int) -> None:
        engine = self.engine
        engine.claims += 1
        found = exchange(engine.database, [], limit, engine.claims)
        engine.calls += [(item, engine.claims) for item in found]

    @rule(outcome=st.sampled_from((*OUTCOMES, UNDER_WAY)))
    def it_invites(self, outcome: str) -> None:
        engine = self.engine
        if not engine.errands:
            self.claims_an_invitation()
        if not engine.errands or outcome == UNDER_WAY:
            return
        item, claim = engine.errands.pop(0)
        carried: Carried = DONE
        if outcome in ("answered", "lost but applied"):
            self.invited[item.target] += 1
        if outcome != "answered":
            error = BUSY if outcome == "refused" else UNKNOWN
            carried = errand_failed(item, ONCE, error, lambda: 1.0)
        settle_errands(engine.database, [Settled(item, claim, carried)])

    def claims_an_invitation(self) -> None:
        engine = self.engine
        engine.claims += 1
        for item in claim_errands(engine.database, Service.INVITATIONS, 1, engine.claims):
            told = without_carrying(item, ONCE)
            if told is None:
                engine.errands.append((item, engine.claims))
            else:
                settle_errands(engine.database, [Settled(item, engine.claims, told)])

    @precondition(lambda self: hasattr(self, "engine"))
    @rule(applied=st.booleans())
    def it_dies_and_another_takes_over(self, applied: bool) -> None:
        dead = self.engine
        for item, _ in dead.calls if applied else ():
            self.apply(item)
        for item, _ in dead.errands if applied else ():
            self.invited[item.target] += 1
        dead.database.close()
        self.engine = Dying(self.opened())
        recover(self.engine.database)

    @rule()
    def sweeps(self) -> None:
        self.clock.step(0.5)
        number, began = begin_sweep(self.engine.database)
        self.clock.step(0.5)
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
        write_page(self.engine.database, profiles, number, began)
        complete_sweep(self.engine.database, number, began)

    @rule(seconds=st.sampled_from([1.0, 10.0, 40.0, 400.0, -3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.step(seconds)

    # What holds all the time

    @invariant()
    def nobody_is_invited_twice_unless_that_was_asked_for(self) -> None:
        for target, count in getattr(self, "invited", {}).items():
            assert count <= 1 + self.asked_again[target], target

    @invariant()
    def the_journal_and_the_log_hold_all_that_was_confirmed(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.engine.database.read() as connection:
            found = {one.operation_id: one.total for one in operations(connection)}
            lines = [journal(connection, number)[0].result for number in sorted(found)]
        assert found == self.confirmed
        counts = [int(line.split()[2]) for line in lines]
        assert counts == [self.confirmed[number] for number in sorted(found)]

    def apply(self, item: Item) -> None:
        limits, now = limits_in(item.after), self.account[item.target]
        self.account[item.target] = Limits(
            now.minutes if limits.minutes is None else limits.minutes,
            now.models if limits.models is None else limits.models,
        )

    def all_is_settled_in_the_end(self) -> None:
        """With a good network nothing stays open, and everybody has what the last one asked for."""
        self.it_dies_and_another_takes_over(applied=False)
        for _ in range(ENDINGS):
            self.time_passes(LATE_REQUEST_SECONDS + 300)
            self.sweeps()
            with self.engine.database.read() as connection:
                if not open_count(connection):
                    break
            for _ in range(20):
                self.it_delivers("answered", 3)
                self.it_invites("answered")
            with self.engine.database.read() as connection:
                conflicts = items(connection, states=[ItemState.CONFLICT])
            assert not conflicts, "nobody else changes anything here"
        with self.engine.database.read() as connection:
            assert not open_count(connection)
            done = items(connection, states=[ItemState.DONE])
            in_vain = items(connection, states=[ItemState.FAILED])
        for item in done:
            if item.service is not None:
                assert self.invited[item.target] >= 1, subject_of(item)
        lost = {item.target for item in in_vain}
        for target, limits in self.account.items():
            if target in lost:
                continue  # what failed is told, and is tried again by hand
            wanted: dict[str, int | str | None] = {"minutes_limit": 300, "models_limit": 3}
            for item in sorted(done, key=lambda one: one.operation_id):
                if item.target == target:
                    wanted |= {name: item.after[name] for name in wanted if name in item.after}
            assert limits == limits_in(wanted), "the account is not what was confirmed"


TestLogUnderDyingEngines = pytest.mark.timeout(180 * EFFORT)(LogUnderDyingEngines.TestCase)
TestLogUnderDyingEngines.settings = settings(
    max_examples=times(12),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
