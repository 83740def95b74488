"""SageMaker's training-job quotas against the size of an event.

Training, evaluation and a submission to a race are each one training job on one instance of the
deployment's type; what is above the quota waits in the deployment's queue. Two quotas bound it:
that of the instance type, and that of all training jobs together (Service Quotas of Amazon
SageMaker). Both belong to one region, and other deployments in it share them.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing

FIX: Final = "Ask AWS for a higher quota"
DEFAULT_INSTANCE: Final = "ml.c7i.4xlarge"  # the deployment's own (DeepRacer API facts)
# Both spellings occur: AWS has used either.
ACROSS_NAMES: Final = (
    "number of instances across all training jobs",
    "number of instances across training jobs",
)


@dataclass(frozen=True, slots=True)
class ServiceQuota:
    """One quota; None is unknown.

    Attributes:
        name: As AWS names it, safe to show.
        code: By which an increase is asked for, such as L-1234ABCD; empty is unknown.
        value: Instances at once.
        default: Whether it is AWS's default, since no value of the account's own was told.
        adjustable: Whether AWS raises it on request.
    """

    name: str
    code: str
    value: int | None
    default: bool = False
    adjustable: bool | None = None


@dataclass(frozen=True, slots=True)
class TrainingQuotas:
    """What bounds training jobs; a quota that Service Quotas does not list is None.

    Attributes:
        instance_type: Such as `ml.c7i.4xlarge`.
        instances: Of that type, in training jobs.
        across: Of any type, in training jobs.
        permission: What would tell more, where AWS did not let the defaults be read.
    """

    instance_type: str
    instances: ServiceQuota | None
    across: ServiceQuota | None
    permission: str = ""


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """What AWS answered when it was asked for a higher quota; safe to show, empty is unknown.

    Attributes:
        id: By which AWS knows the request.
        status: In AWS's own words, such as `PENDING`.
    """

    id: str
    status: str


class Quotas(Protocol):
    """Service Quotas; raises `SponsorError` and nothing else."""

    def training(self, instance_type: str = DEFAULT_INSTANCE) -> TrainingQuotas:
        """Return the quotas of training jobs in the deployment's region."""

    def request_increase(self, code: str, instances: int) -> QuotaRequest:
        """Ask AWS for a higher quota of SageMaker's, once.

        Without an answer the failure is `OUTCOME_UNKNOWN`; `EXISTS` where a request is open.

        Args:
            code: Of the quota, such as L-1234ABCD.
            instances: What is asked for.
        """


def instance_quota_name(instance_type: str) -> str:
    """Return the name of the quota of an instance type, in lower case."""
    return f"{instance_type.lower()} for training job usage"


def judge(quotas: TrainingQuotas, at_once: int) -> Checked:
    """Say whether an event's racers can train at the same time.

    A value that is too low decides even when the other is unknown; enough has to be seen.

    Args:
        quotas: As Service Quotas tells them.
        at_once: How many racers are expected to train at the same time; at least 1.
    """
    told = [
        (each, each.value)
        for each in (quotas.instances, quotas.across)
        if each is not None and each.value is not None
    ]
    low = min(
        ((value, each) for each, value in told if value < at_once),
        key=lambda pair: pair[0],
        default=None,
    )
    if low is not None:
        value, tight = low
        code = f" ({tight.code})" if tight.code else ""
        advice = (
            f"AWS does not raise this quota{code}: plan for {value} at once, the others wait."
            if tight.adjustable is False
            else f"Ask Service Quotas for {at_once} of it{code}, days before the event."
        )
        return Checked(
            Prerequisite.TRAINING_QUOTA,
            Standing.MISSING,
            f"{_says(tight)}, which is too low for {at_once} racers at once.",
            advice,
            fix=FIX if tight.code and tight.adjustable is not False else "",
        )
    first, second = quotas.instances, quotas.across
    if first is None or first.value is None:
        untold = first.name if first else instance_quota_name(quotas.instance_type)
    elif second is None:
        untold = ACROSS_NAMES[0] if quotas.permission else ""  # not listed: it does not bind
    else:
        untold = second.name if second.value is None else ""
    if first is None or untold:
        return Checked(
            Prerequisite.TRAINING_QUOTA,
            Standing.CANNOT_TELL,
            f"Service Quotas does not tell the value of “{untold}”.",
            f"Ask the account's administrator for {quotas.permission}."
            if quotas.permission
            else "Look it up in the Service Quotas console, under Amazon SageMaker.",
            quotas.permission,
        )
    return Checked(
        Prerequisite.TRAINING_QUOTA,
        Standing.OK,
        f"{_says(first)}, enough for {at_once} {'racer' if at_once == 1 else 'racers'} at once.",
        "",
    )


def _says(quota: ServiceQuota) -> str:
    kind = "by default " if quota.default else ""
    return f"“{quota.name}” is {kind}{quota.value}"
