"""Bulk invitations of 1.3 (DeepRacer API facts, POST /profiles/bulkInvite).

A job works through its entries by itself, one after the other. Each admin sees only jobs of
their own and has one at a time; a retry with the same token finds the job it began.
"""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from drtui.emulator.clock import Clock
from drtui.emulator.errors import conflict, not_found, rule_broken
from drtui.emulator.records import Profile, present

MOST_ENTRIES = 200
SECONDS_EACH = 3.0
"""Simulated seconds that an entry takes."""

STALE_SECONDS = 30 * 60.0
"""After so long a job that still runs shows as expired, and no longer keeps others waiting."""

EMAIL_ADDRESS = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")
_ID_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 26


class JobStatus(StrEnum):
    """What a job is doing."""

    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class EntryStatus(StrEnum):
    """What became of an entry."""

    CREATED = "CREATED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


@dataclass(slots=True)
class InvitationJob:
    """One bulk invitation.

    Attributes:
        job_id: 26 letters and digits.
        admin_id: the profile of the admin who began it.
        token: what the client called it; None when it did not.
        entries: `emailAddress`, and `displayName` where it was given.
        begun: seconds since the epoch by the account's date.
        due: when the next entry is done, in simulated seconds.
        results: one for each entry that is done.
        status: never EXPIRED, which only shows.
        error: why it failed as a whole.
    """

    job_id: str
    admin_id: str
    token: str | None
    entries: list[dict[str, str]]
    begun: float
    due: float
    results: list[dict[str, str]] = field(default_factory=list)
    status: JobStatus = JobStatus.PROCESSING
    error: str | None = None

    def status_at(self, now: float) -> JobStatus:
        """The status that shows at a date of the account."""
        stale = self.status is JobStatus.PROCESSING and now - self.begun >= STALE_SECONDS
        return JobStatus.EXPIRED if stale else self.status


class Invitations:
    """All bulk invitations of one deployment.

    Args:
        clock: the account's time.
        rng: what ids are drawn from.
        emails: the addresses that have a profile, in lower case.
        invite: makes the profile of one address.
    """

    def __init__(
        self,
        clock: Clock,
        rng: Random,
        emails: Container[str],
        invite: Callable[[str], Profile],
    ) -> None:
        self.jobs: dict[str, InvitationJob] = {}
        self.seconds_each = SECONDS_EACH
        self.held = False
        """Whether jobs stand still, as when the deployment's workflow was aborted."""
        self.refused: frozenset[str] = frozenset()
        """Addresses whose entries fail, in lower case."""
        self.daily_emails: int | None = None
        """The most entries of a job; the built-in sender has 50, None is one without a limit."""
        self._clock = clock
        self._rng = rng
        self._emails = emails
        self._invite = invite

    def begin(
        self, admin_id: str, token: str | None, entries: list[dict[str, str]]
    ) -> InvitationJob:
        """Start a job, or find the one that this token began.

        Raises:
            ApiError: 400 for entries that cannot be invited, 409 while another job runs.
        """
        self._check(entries)
        for job in self.jobs.values():
            if token is not None and (job.admin_id, job.token) == (admin_id, token):
                return job
        now = self._clock.timestamp()
        mine = [job for job in self.jobs.values() if job.admin_id == admin_id]
        if any(job.status_at(now) is JobStatus.PROCESSING for job in mine):
            message = "A bulk invite of this administrator is still being processed."
            raise conflict(message)
        job_id = "".join(self._rng.choices(_ID_LETTERS, k=_ID_LENGTH))
        due = self._clock.simulated() + self.seconds_each
        job = InvitationJob(job_id, admin_id, token, entries, now, due)
        self.jobs[job_id] = job
        return job

    def shown(self, admin_id: str, job_id: str) -> dict[str, Any]:
        """A job of one's own, as the API shows it.

        Raises:
            ApiError: 404, there is none.
        """
        self.tick()
        job = self.jobs.get(job_id)
        if job is None or job.admin_id != admin_id:
            message = "Bulk invite job not found."
            raise not_found(message)
        counts = {
            f"{status.lower()}Count": sum(each["status"] == status for each in job.results)
            for status in EntryStatus
        }
        return present(
            {
                "status": job.status_at(self._clock.timestamp()),
                "totalEntries": len(job.entries),
                "processedCount": len(job.results),
                **counts,
                "results": job.results,
                "errorMessage": job.error,
            }
        )

    def fail(self, message: str) -> int:
        """Let the jobs that run fail as a whole; returns how many."""
        running = [job for job in self.jobs.values() if job.status is JobStatus.PROCESSING]
        for job in running:
            job.status, job.error = JobStatus.FAILED, message
        return len(running)

    def tick(self) -> None:
        """Do the entries that are due."""
        if self.held:
            return
        now = self._clock.simulated()
        for job in self.jobs.values():
            while job.status is JobStatus.PROCESSING and job.due <= now:
                job.results.append(self._enter(job.entries[len(job.results)]))
                job.due += self.seconds_each
                if len(job.results) == len(job.entries):
                    job.status = JobStatus.COMPLETED

    def _enter(self, entry: Mapping[str, str]) -> dict[str, str]:
        email = entry["emailAddress"].lower()
        if email in self._emails:
            found = {"status": EntryStatus.SKIPPED, "reason": "User already exists."}
        elif email in self.refused:
            found = {"status": EntryStatus.FAILED, "reason": "The invitation could not be sent."}
        else:
            self._invite(entry["emailAddress"])
            found = {"status": EntryStatus.CREATED}
        return {**entry, **found}

    def _check(self, entries: list[dict[str, str]]) -> None:
        addresses = [entry["emailAddress"] for entry in entries]
        if not all(EMAIL_ADDRESS.fullmatch(address) for address in addresses):
            message = "One or more entries have an invalid email address."
            raise rule_broken(message)
        if len({address.lower() for address in addresses}) < len(addresses):
            message = "The request contains an email address more than once."
            raise rule_broken(message)
        if self.daily_emails is not None and len(entries) > self.daily_emails:
            message = (
                f"This deployment's email sender is limited to {self.daily_emails} emails a day; "
                f"configure SES before inviting {len(entries)} users."
            )
            raise rule_broken(message)
