"""All that is behind the second door, in one hand."""

from collections.abc import Callable
from dataclasses import dataclass

from drtui.domain.sponsor.billing import Billing
from drtui.domain.sponsor.caller import Callers
from drtui.domain.sponsor.costs import Costs
from drtui.domain.sponsor.iam_users import IamUsers
from drtui.domain.sponsor.identity_center import IdentityCenter
from drtui.domain.sponsor.mail import Mail
from drtui.domain.sponsor.model_files import ModelBucket, TrainingJobs
from drtui.domain.sponsor.quotas import Quotas
from drtui.domain.sponsor.result_bucket import ResultBucket
from drtui.domain.sponsor.user_pool import UserPool


@dataclass(frozen=True, slots=True)
class SponsorServices:
    """The sponsor's AWS account, by capability; nothing is sent before it is used.

    Attributes:
        user_pool: None where the account was added without the deployment's user pool.
        model_bucket: None where neither the models' bucket nor the deployment's stack is known.
        training_jobs: None where the services were opened without them.
        result_bucket: Likewise; what models are saved to.
    """

    callers: Callers
    iam_users: IamUsers
    identity_center: IdentityCenter
    mail: Mail
    quotas: Quotas
    billing: Billing
    costs: Costs
    user_pool: UserPool | None
    model_bucket: ModelBucket | None = None
    training_jobs: TrainingJobs | None = None
    result_bucket: ResultBucket | None = None


OpenSponsor = Callable[[], SponsorServices]
"""Opens the second door; raises `InvalidInputError` where the account names no AWS profile."""
