"""The prerequisites of a multi-user event: what is checked, in the guide's order, and the outcome.

Pure shapes: the checks themselves are made where the answers come from.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.sponsor.failures import SponsorError, SponsorFailure


class Standing(StrEnum):
    """How a prerequisite stands."""

    OK = "ok"
    MISSING = "missing"
    CANNOT_TELL = "cannot tell"
    NOT_CHECKED = "not checked"


class Prerequisite(StrEnum):
    """What an event needs, in the guide's order; the value is the line's title."""

    CALLER = "AWS credentials of the sponsor"
    ADMIN_ACCESS = "Account admin access"
    IDENTITY_CENTER = "IAM Identity Center"
    PERMISSION_SET = "Permission set of the participants"
    ASSIGNMENT = "Group and account assignment"
    MAIL_IDENTITY = "Sender of the invitations"
    MAIL_SANDBOX = "SES outside the sandbox"
    TRAINING_QUOTA = "SageMaker training jobs at once"
    DEPLOYMENT_VERSION = "Version of the deployment"
    DEPLOYMENT_REACHABLE = "Deployment within reach"

    @property
    def reason(self) -> str:
        """What it is needed for, in one sentence."""
        return _REASONS[self]


_REASONS: Final = {
    Prerequisite.CALLER: (
        "Everything that the deployment itself does not offer is done with the sponsor's AWS "
        "credentials."
    ),
    Prerequisite.ADMIN_ACCESS: (
        "The guide gives the account's admin the policy AWSDeepRacerAccountAdminAccess, directly "
        "or by a group or role."
    ),
    Prerequisite.IDENTITY_CENTER: (
        "Participants who sign in to the AWS console by single sign-on need an instance of IAM "
        "Identity Center."
    ),
    Prerequisite.PERMISSION_SET: (
        "It gives participants the policy AWSDeepRacerDefaultMultiUserAccess, and its relay state "
        "leads them to the right page."
    ),
    Prerequisite.ASSIGNMENT: (
        "Participants get the permission set through a group that is assigned to the sponsor's "
        "account."
    ),
    Prerequisite.MAIL_IDENTITY: (
        "SES sends invitations only from an address or a domain that it has verified."
    ),
    Prerequisite.MAIL_SANDBOX: (
        "In the SES sandbox mail reaches verified recipients only, and at most 200 in 24 hours."
    ),
    Prerequisite.TRAINING_QUOTA: (
        "Each training, evaluation and submission to a race takes one instance, and what is above "
        "the quota waits in the queue."
    ),
    Prerequisite.DEPLOYMENT_VERSION: (
        "Invitations of many at once need version 1.3 of the deployment; on 1.2 they go one by one."
    ),
    Prerequisite.DEPLOYMENT_REACHABLE: (
        "Racers, quotas and races are kept by the deployment, which has to answer from here."
    ),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of the checklist.

    Attributes:
        finding: What was found, in one sentence, safe to show.
        advice: What to do about it, in one sentence; empty when there is nothing to do.
        permission: What would tell, such as `ses:GetAccount`; only where it cannot be told.
        fix: What drtui can do about it, as a button would say it; empty for nothing.
        unreachable: Whether it could not be looked at now, since AWS did not answer.
        found_at: When it was found, where that was before the last run of the checks, which could
            not look at it; None where it is of that run.
    """

    prerequisite: Prerequisite
    standing: Standing
    finding: str
    advice: str
    permission: str = ""
    fix: str = ""
    unreachable: bool = False
    found_at: datetime | None = None


_NO_ANSWER: Final = frozenset(
    {SponsorFailure.UNREACHABLE, SponsorFailure.UNAVAILABLE, SponsorFailure.THROTTLED}
)


def not_checked(prerequisite: Prerequisite) -> Checked:
    """Return the line of what has not been looked at yet."""
    return Checked(
        prerequisite, Standing.NOT_CHECKED, "It has not been checked yet.", "Run the checks."
    )


def unknown(prerequisite: Prerequisite, error: SponsorError) -> Checked:
    """Return the line of a check whose call failed: nothing is known, and what would tell."""
    match error.kind:
        case SponsorFailure.DENIED:
            finding = "These AWS credentials may not look."
            advice = (
                f"Ask the account's administrator for {error.permission}."
                if error.permission
                else "Ask the account's administrator for the permission."
            )
        case SponsorFailure.NO_CREDENTIALS:
            finding, advice = error.message, "Renew the sponsor's AWS credentials and check again."
        case SponsorFailure.UNREACHABLE | SponsorFailure.UNAVAILABLE | SponsorFailure.THROTTLED:
            finding, advice = error.message, "Check again later."
        case _:
            finding, advice = error.message, "Look in the AWS console, or check again."
    return Checked(
        prerequisite,
        Standing.CANNOT_TELL,
        finding,
        advice,
        error.permission,
        unreachable=error.kind in _NO_ANSWER,
    )


def kept(now: Checked, before: Checked, as_of: datetime) -> Checked:
    """Return a line with what was found before, where it could not be looked at now.

    That AWS does not answer tells nothing of what was found when it did.

    Args:
        now: As the checks found it.
        before: The line of the run before.
        as_of: When that run was.
    """
    if not now.unreachable or before.standing is Standing.NOT_CHECKED:
        return now
    if before.unreachable and before.found_at is None:
        return now  # nothing was found then either
    return replace(before, unreachable=True, found_at=before.found_at or as_of)


def earlier_text(age: str) -> str:
    """Return what is said of a line of an earlier run: `as found 11 min ago; not reachable now`."""
    return f"as found {age} ago; not reachable now"


def in_order(lines: Iterable[Checked]) -> tuple[Checked, ...]:
    """Return one line for each prerequisite, in the guide's order.

    A later line replaces an earlier one; what there is no line for has not been checked.
    """
    latest = {line.prerequisite: line for line in lines}
    return tuple(latest.get(each) or not_checked(each) for each in Prerequisite)
