"""Messages to whoever administers AWS: what this admin cannot set up, step by step.

Policies: DeepRacer API facts, "AWS services around it". The message holds nothing but what is
missing, so that it can be forwarded as it is.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.sponsor.caller import ADMIN_POLICY
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import GROUP, PERMISSION_SET
from drtui.domain.sponsor.quotas import ACROSS_NAMES, DEFAULT_INSTANCE, instance_quota_name
from drtui.domain.text import clean
from drtui.domain.wording import counted

MANAGED: Final = "arn:aws:iam::aws:policy/"  # what the ARNs of AWS's own policies begin with
BILLING_ACTIONS: Final = (
    "ce:GetCostAndUsage",
    "budgets:ViewBudget",
    "budgets:ModifyBudget",
    "budgets:TagResource",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:TagResource",
    "sns:CreateTopic",
    "sns:ListSubscriptionsByTopic",
    "sns:Subscribe",
)
_BUILT_IN_MAIL: Final = 50  # messages a day that Cognito sends without SES
_SIGN_ON_ROLE: Final = re.compile(r"AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}")
_WIDTH: Final = 300
_UNCHECKED: Final = "This could not be checked from here: please look, and skip it if it is there."
_UNTOLD: Final = (
    "What says that it could not be checked may be there already: I may not look it up myself."
)


class Request(StrEnum):
    """What can be asked for; in the order in which it is set up."""

    ADMIN_POLICY = "admin-policy"
    IDENTITY_CENTER = "identity-center"
    PERMISSION_SET = "permission-set"
    ASSIGNMENT = "assignment"
    MAIL = "mail"
    TRAINING_JOBS = "training-jobs"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class HandOffFacts:
    """What the steps name; None where it is not known, and described in words then.

    Attributes:
        account_id: The AWS account of the event.
        administrator: The ARN of the user or role of the DeepRacer administrator.
        region: Where the deployment is.
        relay_state: Where participants arrive after signing in: the console or the deployment.
        event: What it is called.
        group: The participants' group in Identity Center.
        permission_set: The participants' permission set.
        sender: The address or domain that invitations are sent from.
        messages: How many invitations are to be sent.
        training_jobs: How many are to run at the same time.
        instance_type: What the deployment trains on.
    """

    account_id: str | None = None
    administrator: str | None = None
    region: str | None = None
    relay_state: str | None = None
    event: str | None = None
    group: str = GROUP
    permission_set: str = PERMISSION_SET
    sender: str | None = None
    messages: int | None = None
    training_jobs: int | None = None
    instance_type: str = DEFAULT_INSTANCE


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to be set up."""

    title: str
    why: str
    steps: tuple[str, ...]


def untold_of(lines: Iterable[Checked]) -> tuple[Request, ...]:
    """Return what the checklist could not tell, and does not know to be missing, in order."""
    lines = tuple(lines)
    untold = {line.prerequisite for line in lines if line.standing is Standing.CANNOT_TELL}
    wanted = {_ASKED_FOR[one] for one in untold if one in _ASKED_FOR} - set(requests_of(lines))
    return tuple(request for request in Request if request in wanted)


def requests_of(lines: Iterable[Checked]) -> tuple[Request, ...]:
    """Return what the checklist found missing and somebody else can set up, in order."""
    missing = {line.prerequisite for line in lines if line.standing is Standing.MISSING}
    wanted = {_ASKED_FOR[one] for one in missing if one in _ASKED_FOR}
    return tuple(request for request in Request if request in wanted)


def hand_off(
    missing: Collection[Request], facts: HandOffFacts, untold: Collection[Request] = ()
) -> str:
    """Return the message that asks for what is missing, as plain text; empty when nothing is.

    Args:
        missing: What is to be set up; the order and repetitions do not matter.
        facts: What the steps name; control characters in it are replaced.
        untold: What could not be checked, and may be missing as well.
    """
    wanted = [one for one in Request if one in {*missing, *untold}]
    if not wanted:
        return ""
    event = f"“{_safe(facts.event)}”" if facts.event else "our AWS DeepRacer event"
    account = f"AWS account {_safe(facts.account_id)}" if facts.account_id else "our AWS account"
    parts = [
        f"Hello,\n\nfor {event} in {account} I need the following, which I may not set up myself. "
        "Please work from top to bottom."
    ]
    if frozenset(untold) - frozenset(missing):
        parts.append(_UNTOLD)
    for number, one in enumerate(wanted, start=1):
        task = _TASKS[one](facts)
        steps = "\n".join(f"   {number}.{step} {text}" for step, text in enumerate(task.steps, 1))
        unchecked = "" if one in missing else f"   {_UNCHECKED}\n"
        parts.append(f"{number}. {task.title}\n{unchecked}   Why: {task.why}\n{steps}")
    parts.append("Please tell me when it is done, or what cannot be done.\n\nThank you!")
    return "\n\n".join(parts) + "\n"


def _admin_policy(facts: HandOffFacts) -> _Task:
    return _Task(
        "Give me the permissions of a DeepRacer administrator",
        "without this policy I cannot manage participants, their quotas and models, or the races.",
        (*_attaching(facts.administrator, f"the AWS managed policy {MANAGED}{ADMIN_POLICY}"),),
    )


def _identity_center(facts: HandOffFacts) -> _Task:
    return _Task(
        "Enable IAM Identity Center",
        "participants sign in through it, so that nobody needs an AWS account or IAM user.",
        (
            "Sign in to the management account of the organization, or to the account that "
            "administers Identity Center for it.",
            f"Open IAM Identity Center, choose {_region(facts)} unless you use another, and "
            "choose Enable.",
            "Tell me the region, and the address of the AWS access portal that it shows.",
        ),
    )


def _permission_set(facts: HandOffFacts) -> _Task:
    relay_state = (
        _safe(facts.relay_state) if facts.relay_state else "the address of the DeepRacer site"
    )
    return _Task(
        "Create the permission set of the participants",
        "it gives them what racing needs and nothing else, and leads them to the right page.",
        (
            "In IAM Identity Center open Permission sets, and choose Create permission set, then "
            "Custom permission set.",
            f"Under AWS managed policies choose only {PARTICIPANT_POLICY} "
            f"({MANAGED}{PARTICIPANT_POLICY}).",
            f"Permission set name: {_safe(facts.permission_set)}",
            f"Relay state: {relay_state}",
            "Choose Create. If the permission set exists already, add to it what is missing, and "
            "provision it again.",
        ),
    )


def _assignment(facts: HandOffFacts) -> _Task:
    group, permission_set = _safe(facts.group), _safe(facts.permission_set)
    account = _safe(facts.account_id) if facts.account_id else "of the event"
    return _Task(
        "Create the group of the participants and assign it",
        "membership of one group is then all that gives somebody access, or ends it.",
        (
            f"In IAM Identity Center open Groups, and create the group {group}. If your groups "
            "come from another directory, create it there.",
            f"Under AWS accounts select the account {account}, and choose Assign users or groups.",
            f"Select the group {group}, then the permission set {permission_set}, and submit.",
        ),
    )


def _mail(facts: HandOffFacts) -> _Task:
    sender = _safe(facts.sender) if facts.sender else "the address that sends the invitations"
    messages = (
        f"{counted(facts.messages, 'invitation')}" if facts.messages else "the event's invitations"
    )
    return _Task(
        "Let Amazon SES send to everybody",
        "in its sandbox SES sends only to addresses that were verified one by one, and without SES "
        f"the deployment sends at most {_BUILT_IN_MAIL} messages a day.",
        (
            f"Open Amazon SES in {_region(facts)}. Under Identities create {sender}, and verify "
            "it; skip this if it is there and verified.",
            "Open the Account dashboard, and choose Request production access.",
            "Mail type: Transactional. Use case: invitations to an internal event, sent once to "
            f"registered participants, {messages} in all.",
        ),
    )


def _training_jobs(facts: HandOffFacts) -> _Task:
    number = facts.training_jobs
    value = f"{number:,}" if number is not None else "the number of trainings at the same time"
    together = f"{counted(number, 'training')} at the same time" if number is not None else "that"
    return _Task(
        "Raise the quota of SageMaker training jobs",
        f"each training is a SageMaker job, and the event needs {together}; more than the quota "
        "have to wait.",
        (
            f"Open Service Quotas in {_region(facts)}, and choose Amazon SageMaker.",
            f"Find the quota “{instance_quota_name(facts.instance_type)}”, and choose Request "
            f"increase at account level, with the value {value}.",
            f"Do the same with the quota “{ACROSS_NAMES[0]}” where it is lower.",
        ),
    )


def _billing(facts: HandOffFacts) -> _Task:
    return _Task(
        "Let me see the costs and set alerts on them",
        "I am to keep the event within its budget, and to be told before it is spent.",
        (
            "As the root user open Account, and activate “IAM user and role access to Billing "
            "information”; skip this if it is active.",
            "Open Cost Explorer once, so that it is enabled. In an organization the management "
            "account also has to allow it to this account.",
            "Open Billing and Cost Management, then Billing preferences, Alert preferences, and "
            "switch on “Receive CloudWatch billing alerts”.",
            *_attaching(
                facts.administrator, f"a policy that allows {', '.join(BILLING_ACTIONS)} on “*”"
            ),
        ),
    )


def _attaching(administrator: str | None, policy: str) -> tuple[str, ...]:
    """Return the steps that attach a policy to whatever kind of principal the admin is."""
    kind, _, path = (administrator or "").rpartition(":")[2].partition("/")
    names = _safe(path).split("/")
    if kind == "user" and path:
        return (f"Open IAM, then Users, then {names[-1]}.", f"Attach {policy}.")
    if kind in ("role", "assumed-role") and path:
        role = names[0] if kind == "assumed-role" else names[-1]
        own = _SIGN_ON_ROLE.fullmatch(role)
        if own is None:
            return (f"Open IAM, then Roles, then {role}.", f"Attach {policy}.")
        return (
            f"In IAM Identity Center open Permission sets, then {own['set']}.",
            f"Attach {policy}.",
            "Provision the permission set to the account again if you are asked to.",
        )
    return ("Open IAM, then the user, group or role that I sign in with.", f"Attach {policy}.")


def _region(facts: HandOffFacts) -> str:
    return f"the region {_safe(facts.region)}" if facts.region else "the deployment's region"


def _safe(text: str) -> str:
    return clean(" ".join(text.split()), _WIDTH)


_ASKED_FOR: Final = {
    Prerequisite.ADMIN_ACCESS: Request.ADMIN_POLICY,
    Prerequisite.IDENTITY_CENTER: Request.IDENTITY_CENTER,
    Prerequisite.PERMISSION_SET: Request.PERMISSION_SET,
    Prerequisite.ASSIGNMENT: Request.ASSIGNMENT,
    Prerequisite.MAIL_IDENTITY: Request.MAIL,
    Prerequisite.MAIL_SANDBOX: Request.MAIL,
    Prerequisite.TRAINING_QUOTA: Request.TRAINING_JOBS,
}
_TASKS: Final[Mapping[Request, Callable[[HandOffFacts], _Task]]] = {
    Request.ADMIN_POLICY: _admin_policy,
    Request.IDENTITY_CENTER: _identity_center,
    Request.PERMISSION_SET: _permission_set,
    Request.ASSIGNMENT: _assignment,
    Request.MAIL: _mail,
    Request.TRAINING_JOBS: _training_jobs,
    Request.BILLING: _billing,
}
