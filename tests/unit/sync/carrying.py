"""Errands' items in a test's hands: made, handed to a courier, and brought forward."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from drtui.domain.deployment_setup import Invitee, InviteJob, InviteResult
from drtui.domain.errands import Carried, Courier, Errand
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState, Value

T = TypeVar("T")

NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)


def item_for(errand: Errand, number: int = 1) -> Item:
    """The item of an errand, as it is claimed first."""
    return Item(
        number,
        1,
        errand.target,
        errand.label,
        errand.before,
        errand.after,
        ItemState.PENDING,
        service=errand.service.value,
    )


def forward(item: Item, carried: Carried) -> Item:
    """The item as the store has it once that is written."""
    done = carried.state in (ItemState.DONE, ItemState.ALREADY_SO)
    doubt = carried.unknown or carried.state is ItemState.DOUBTFUL
    return replace(
        item,
        state=carried.state,
        reason=carried.reason,
        before={**item.before, **carried.found},
        attempts=item.attempts + carried.counted,
        unknown_at=None if done else NOW if doubt else item.unknown_at,
    )


def in_doubt(item: Item) -> Item:
    """The item as it is after a kill while it was carried out."""
    return replace(item, state=ItemState.DOUBTFUL, unknown_at=NOW, reason="interrupted")


def retried(item: Item) -> Item:
    """The item after the admin's retry of what has failed."""
    assert item.state is ItemState.FAILED
    return replace(item, state=ItemState.PENDING, reason="", attempts=0)


def carry(courier: Courier, *items: Item) -> list[Item]:
    """Hand items over, and return them as they stand then; those left out as they were."""
    found = courier.carry_out(items)
    return [forward(item, found[item.item_id]) if item.item_id in found else item for item in items]


class FakeSetup:
    """A deployment's settings, users and jobs, in memory; `fails` is raised by the next call."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.users: set[str] = set()
        self.refused: set[str] = set()
        self.signed_in: set[str] = set()
        self.jobs: dict[str, InviteJob] = {}
        self.tokens: dict[str, str] = {}
        self.entered: dict[str, Sequence[Invitee]] = {}
        self.calls: list[str] = []
        self.deploying = False
        self.held = False
        self.fails: dict[str, list[DeploymentError]] = {}
        self.applied = False
        """Whether a call that fails has taken effect nevertheless."""

    def failing(self, call: str, kind: FailureKind, *, applied: bool = False) -> None:
        self.fails.setdefault(call, []).append(DeploymentError(kind, f"{call}: {kind}"))
        self.applied = applied

    def setting(self, key: str) -> Value:
        self._called("setting")
        return self.values.get(key)

    def set_setting(self, key: str, value: int | str) -> bool:
        self._called("set_setting")
        if self.deploying:
            return False
        self.values[key] = value
        return True

    def invite(self, email: str) -> bool:
        return self._doing("invite", lambda: self._create(email))

    def bulk_invite(self, invitees: Sequence[Invitee], client_token: str) -> str:
        return self._doing("bulk_invite", lambda: self._begin(invitees, client_token))

    def bulk_invite_job(self, job_id: str) -> InviteJob:
        self._called("bulk_invite_job")
        if job_id not in self.jobs:
            raise DeploymentError(FailureKind.NOT_FOUND, "Bulk invite job not found.", status=404)
        if not self.held and not self.jobs[job_id].ended:
            self.ends(job_id)
        return self.jobs[job_id]

    def resend_invite(self, profile_id: str) -> None:
        self._called("resend_invite")
        if profile_id in self.signed_in:
            raise DeploymentError(FailureKind.CONFLICT, "has signed in", status=409)

    def ends(self, job_id: str, status: str = "COMPLETED", error: str = "") -> None:
        """Let a job end; only one that is completed has entered anybody."""
        results = {}
        if status == "COMPLETED":
            for invitee in self.entered[job_id]:
                results[invitee.email.lower()] = self._enter(invitee.email)
        self.jobs[job_id] = InviteJob(status, results, error)

    def _enter(self, email: str) -> InviteResult:
        if email.lower() in self.refused:
            return InviteResult("FAILED", "no such mailbox")
        return InviteResult("CREATED") if self._create(email) else InviteResult("SKIPPED")

    def _begin(self, invitees: Sequence[Invitee], token: str) -> str:
        if token in self.tokens:
            return self.tokens[token]
        if not all(job.ended for job in self.jobs.values()):
            raise DeploymentError(FailureKind.CONFLICT, "one runs", status=409)
        job_id = self.tokens[token] = f"JOB{len(self.jobs) + 1}"
        self.jobs[job_id] = InviteJob("PROCESSING", {})
        self.entered[job_id] = tuple(invitees)
        return job_id

    def _create(self, email: str) -> bool:
        if email.lower() in self.users:
            return False
        self.users.add(email.lower())
        return True

    def _doing(self, call: str, act: Callable[[], T]) -> T:
        if self.applied and self.fails.get(call):
            act()
        self._called(call)
        return act()

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if self.fails.get(call):
            raise self.fails[call].pop(0)
