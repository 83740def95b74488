"""What setting a deployment up needs of it: its settings, and the invitations of its own users.

`drtui.aws.setup_calls` implements the protocol over HTTP. What a deployment does not have (see
`features`) is not to be asked of it: an unknown path looks like a missing sign-in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.operations import Value

MOST_INVITEES: Final = 200
"""Of one bulk invitation (DeepRacer API facts, POST /profiles/bulkInvite)."""

LONGEST_NAME: Final = 128  # characters
# Bodies over 8 KB may be blocked (DeepRacer API facts, what stands in front of it).
_LARGEST_BODY: Final = 8_000
_AROUND: Final = 100  # bytes of a body beside its entries


class InviteJobStatus(StrEnum):
    """What a bulk invitation is doing; a deployment may know others."""

    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class InviteStatus(StrEnum):
    """What became of one address of a bulk invitation; a deployment may know others."""

    CREATED = "CREATED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is to be invited.

    Attributes:
        email: As `participants.is_email` takes it.
        name: What the person is called; empty for nothing.
    """

    email: str
    name: str = ""

    def as_entry(self) -> dict[str, str]:
        """Return it as the deployment takes it, with the name cut to what it takes."""
        named = {"displayName": self.name[:LONGEST_NAME]} if self.name else {}
        return {"emailAddress": self.email, **named}


@dataclass(frozen=True, slots=True)
class InviteResult:
    """What became of one address.

    Attributes:
        status: As sent, see `InviteStatus`.
        reason: As sent, text from outside; empty where there was none.
    """

    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InviteJob:
    """How a bulk invitation stands.

    Attributes:
        status: As sent, see `InviteJobStatus`.
        results: What is known so far, by address in lower case.
        error: Why it failed as a whole, text from outside; empty where nothing was said.
    """

    status: str
    results: dict[str, InviteResult]
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes; with a status that is not known, something may."""
        return self.status in set(InviteJobStatus) - {InviteJobStatus.PROCESSING}


class DeploymentSetup(Protocol):
    """The calls; every method may raise `DeploymentError`, and is sent once."""

    def setting(self, key: str) -> Value:
        """Return a setting, a number also where it was kept as text; None where there is none."""

    def set_setting(self, key: str, value: int | str) -> bool:
        """Change a setting.

        Changes are sent one at a time: the deployment reads, modifies and writes one document.

        Returns:
            Whether it was changed; False while another change is being deployed, which is to be
            waited for (DeepRacer API facts, behaviour 8).
        """

    def invite(self, email: str) -> bool:
        """Create a user in the racers' group, and let the deployment send the invitation.

        Returns:
            Whether it was created; False where somebody has this address already.
        """

    def bulk_invite(self, invitees: Sequence[Invitee], client_token: str) -> str:
        """Begin a job that invites many; release 1.3 and later.

        Raises:
            DeploymentError: `CONFLICT`: another job of this admin is being processed.

        Args:
            invitees: As many as `that_fit` says, each address once, in whatever case.
            client_token: The same token finds the job that it began, whatever became of it.

        Returns:
            The job's id.
        """

    def bulk_invite_job(self, job_id: str) -> InviteJob:
        """Return how a job stands; those of other admins are `NOT_FOUND`."""

    def resend_invite(self, profile_id: str) -> None:
        """Let an invitation be sent again; release 1.3 and later.

        Raises:
            DeploymentError: `CONFLICT`: the user has signed in already.
        """


def that_fit(invitees: Sequence[Invitee]) -> int:
    """Return how many of the first invitees fit into one bulk invitation; at least one."""
    size = _AROUND
    for count, invitee in enumerate(invitees[:MOST_INVITEES]):
        size += len(json.dumps(invitee.as_entry())) + len(", ")
        if size > _LARGEST_BODY:
            return max(1, count)
    return min(len(invitees), MOST_INVITEES)
