"""Invitations in jobs of up to 200, which the deployment works through by itself.

A job is begun, and looked at now and then until it has ended; nothing waits here. Which job an
errand is in stays with the errand, so that another process goes on with it. Where even that got
lost, the same errands make the same token, by which the deployment finds the job it began.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from drtui.domain.deployment_setup import (
    DeploymentSetup,
    Invitee,
    InviteJob,
    InviteJobStatus,
    InviteStatus,
    that_fit,
)
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.failures import FINAL, DeploymentError, FailureKind
from drtui.domain.invitation_errands import name_of
from drtui.domain.operations import Item, ItemState, Value, text_in
from drtui.domain.participants import is_email
from drtui.domain.text import clean
from drtui.sync.couriers.one_by_one import concerns_all
from drtui.sync.errand_outcomes import failed
from drtui.sync.outcomes import ATTEMPTS

JOB: Final = "invitation_job"
"""The job that an errand is in, among its `before`."""

EARLIER: Final = "earlier_attempt"
"""The last job that an errand was in before, or what else was tried."""

NOT_TAKEN: Final = Carried(ItemState.FAILED, "the deployment takes no such address")
"""What becomes of what is no email address."""

_POLL_SECONDS: Final = 5.0
_BUSY_SECONDS: Final = 15.0
_TOKENS: Final = UUID("0d0c7c2e-9f57-4f5e-8a67-5a6d1a3c7e11")
_UNANSWERED: Final = "without an answer"
_WAITS: Final = "waits for the invitation job before it"
_OTHER_JOB: Final = "another invitation job of this admin is being processed"
_CREATED_BEFORE: Final = "was created by an earlier attempt"
_EXISTS: Final = "it exists already"
_SILENT: Final = "the invitation job ended without a word on it"
_UNKNOWN_JOB: Final = "the deployment does not know the invitation job any more"


class InvitationJobs:
    """Begins jobs and looks at them; used by one thread at a time.

    Args:
        setup: The deployment.
    """

    def __init__(self, setup: DeploymentSetup) -> None:
        self._setup = setup
        self._running: str | None = None

    def carry_out(self, items: Sequence[Item], terms: Terms) -> dict[int, Carried]:
        """Look at the job of the first errand that is in one; with none of them in one, begin one.

        Raises:
            DeploymentError: It concerns every call.
        """
        in_job = [item for item in items if _job_of(item)]
        if not in_job:
            return self._begin(items, terms)
        job_id = _job_of(in_job[0])
        mine = [item for item in in_job if _job_of(item) == job_id]
        return self._look(job_id, mine, [item for item in items if not _job_of(item)])

    def _look(
        self, job_id: str, mine: Sequence[Item], others: Sequence[Item]
    ) -> dict[int, Carried]:
        try:
            job = self._setup.bulk_invite_job(job_id)
        except DeploymentError as error:
            if concerns_all(error):
                raise
            if error.kind in FINAL:
                self._running = None
                return {item.item_id: _again(item, job_id, _UNKNOWN_JOB) for item in mine}
            return _waiting([*mine, *others], error.message)
        if not job.ended:
            self._running = job_id
            return _waiting(mine, _processed(job_id, job)) | _waiting(others, _WAITS)
        self._running = None
        return {item.item_id: _told(item, job_id, job) for item in mine}

    def _begin(self, items: Sequence[Item], terms: Terms) -> dict[int, Carried]:
        if self._running is not None:
            # Even when it has ended: what it brought comes first, since it counts for the day.
            found = self._look(self._running, (), items)
            return found or _waiting(items, _WAITS)
        refused = {item.item_id: NOT_TAKEN for item in items if not is_email(subject_of(item))}
        chosen = _chosen([item for item in items if item.item_id not in refused])
        if not chosen:
            return refused
        taken = {item.item_id for item in chosen} | refused.keys()
        rest = [item for item in items if item.item_id not in taken]
        try:
            job_id = self._setup.bulk_invite([_invitee(item) for item in chosen], _token(chosen))
        except DeploymentError as error:
            if concerns_all(error):
                raise
            if error.kind is FailureKind.CONFLICT:
                return refused | _waiting([*chosen, *rest], _OTHER_JOB, _BUSY_SECONDS)
            met = _together(chosen, terms, error)
            later = max(one.delay for one in met.values()) + _POLL_SECONDS
            return refused | met | _waiting(rest, _WAITS, later)
        self._running = job_id
        begun = {item.item_id: _begun(item, job_id) for item in chosen}
        return refused | begun | _waiting(rest, _WAITS)


def _chosen(items: Sequence[Item]) -> list[Item]:
    """Return the first errands that fit into one job, each address once."""
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(subject_of(item).lower(), item)
    chosen = list(first.values())
    return chosen[: that_fit([_invitee(item) for item in chosen])]


def _token(items: Iterable[Item]) -> str:
    """Return what is the same for the same errands, until one of them has been in a job."""
    told = [[item.item_id, subject_of(item), item.before.get(EARLIER)] for item in items]
    return str(uuid5(_TOKENS, json.dumps(told)))


def _together(items: Sequence[Item], terms: Terms, error: DeploymentError) -> dict[int, Carried]:
    """Return what becomes of errands that were to be in one job: the next attempt is one again."""
    met = {item.item_id: failed(item, terms, error, random.random) for item in items}
    delay = max(one.delay for one in met.values())
    return {
        item_id: one if one.state is ItemState.FAILED else replace(one, delay=delay)
        for item_id, one in met.items()
    }


def _begun(item: Item, job_id: str) -> Carried:
    found: dict[str, Value] = {JOB: job_id}
    if item.unknown_at is not None and not item.before.get(EARLIER):
        found[EARLIER] = _UNANSWERED
    return Carried(ItemState.PENDING, _processed(job_id), found, delay=_POLL_SECONDS, unknown=True)


def _told(item: Item, job_id: str, job: InviteJob) -> Carried:
    """Return what a job that has ended says of an errand."""
    result = job.results.get(subject_of(item).lower())
    over: dict[str, Value] = {JOB: None, EARLIER: job_id}
    if result is None and job.status == InviteJobStatus.COMPLETED:
        return _again(item, job_id, _SILENT)
    if result is None:
        reason = job.error or f"the invitation job has {job.status.lower()}"
        return Carried(ItemState.FAILED, reason, over, unknown=True)
    if result.status == InviteStatus.CREATED:
        return Carried(ItemState.DONE)
    if result.status == InviteStatus.SKIPPED:
        if item.before.get(EARLIER):
            return Carried(ItemState.DONE, _CREATED_BEFORE)
        return Carried(ItemState.ALREADY_SO, result.reason or _EXISTS)
    reason = result.reason or f"the deployment says {clean(result.status, 40) or 'nothing'}"
    return Carried(ItemState.FAILED, reason, over)


def _again(item: Item, job_id: str, why: str) -> Carried:
    """Return that an errand is to be in another job, unless it was in enough of them."""
    given_up = item.attempts + 1 >= ATTEMPTS
    return Carried(
        ItemState.FAILED if given_up else ItemState.PENDING,
        why,
        {JOB: None, EARLIER: job_id},
        delay=0.0 if given_up else _POLL_SECONDS,
        unknown=True,
    )


def _processed(job_id: str, job: InviteJob | None = None) -> str:
    said = "" if job is None or job.status == InviteJobStatus.PROCESSING else f" ({job.status})"
    return f"invitation job {job_id} is being processed{said}"


def _waiting(
    items: Iterable[Item], reason: str, delay: float = _POLL_SECONDS
) -> dict[int, Carried]:
    waits = Carried(ItemState.PENDING, reason, delay=delay, counted=False)
    return {item.item_id: waits for item in items}


def _job_of(item: Item) -> str:
    return text_in(item.before, JOB) or ""


def _invitee(item: Item) -> Invitee:
    return Invitee(subject_of(item), name_of(item))
