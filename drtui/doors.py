"""What an account leads to beside its deployment's API: the sponsor's AWS account, and files."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui import __version__
from drtui.config import Account, Settings
from drtui.domain.problems import InvalidInputError

if TYPE_CHECKING:  # the client is imported where it is used
    from drtui.aws.sessions import AwsCredentials, KeySource
    from drtui.domain.model_calls import Fetcher, UploadBucket
    from drtui.domain.sponsor.services import SponsorServices

_USER_AGENT: Final = f"drtui/{__version__}"


def user_agent(settings: Settings) -> str:
    """Return what calls say they come from."""
    return settings.user_agent or _USER_AGENT


def open_sponsor(account: Account, settings: Settings) -> "SponsorServices":
    """Open the door to the sponsor's own AWS account; nothing is sent yet.

    Args:
        account: Names the AWS profile; its user pool is the one that its site names.
        settings: What the configuration says.

    Raises:
        InvalidInputError: The account names no AWS profile.
    """
    if not account.aws_profile:
        raise InvalidInputError(
            "No AWS profile of the sponsor is named: "
            f"“drtui account set {account.name} --aws-profile P”."
        )
    from drtui.aws.sponsor.billing import AwsBilling
    from drtui.aws.sponsor.caller import AwsCallers
    from drtui.aws.sponsor.costs import CostExplorer
    from drtui.aws.sponsor.door import Door
    from drtui.aws.sponsor.iam_users import AwsIamUsers
    from drtui.aws.sponsor.identity_center import AwsIdentityCenter
    from drtui.aws.sponsor.mail import SesMail
    from drtui.aws.sponsor.model_bucket import S3ModelBucket, bucket_of_stack
    from drtui.aws.sponsor.quotas import ServiceQuotas
    from drtui.aws.sponsor.result_bucket import S3ResultBucket
    from drtui.aws.sponsor.training_jobs import SageMakerJobs
    from drtui.aws.sponsor.user_pool import CognitoUserPool
    from drtui.domain.sponsor.services import SponsorServices

    door = Door(
        account.aws_profile,
        account.aws_region or account.region,
        user_agent=user_agent(settings),
    )
    return SponsorServices(
        callers=AwsCallers(door),
        iam_users=AwsIamUsers(door),
        identity_center=AwsIdentityCenter(door),
        mail=SesMail(door),
        quotas=ServiceQuotas(door),
        billing=AwsBilling(door),
        costs=CostExplorer(door),
        user_pool=None
        if account.site is None
        else CognitoUserPool(door, account.site.user_pool_id),
        model_bucket=None
        if not (account.model_bucket or account.stack)
        else S3ModelBucket(
            door, account.model_bucket or partial(bucket_of_stack, door, account.stack)
        ),
        training_jobs=SageMakerJobs(door, account.model_bucket or None),
        result_bucket=S3ResultBucket(door),
    )


def open_fetcher(account: Account, settings: Settings) -> "Fetcher":
    """Return what fetches files by links of an account's deployment."""
    from drtui.aws.downloads import LinkFetcher

    return LinkFetcher(user_agent=user_agent(settings), profiles=account.site is None)


def open_uploads(
    account: Account,
    settings: Settings,
    credentials: "AwsCredentials | KeySource | None" = None,
    *,
    renew: Callable[[], bool] | None = None,
) -> "UploadBucket | None":
    """Return an account's upload bucket; nothing is sent yet. None where it is not known.

    Args:
        account: It names the bucket, or its site does.
        settings: What the configuration says.
        credentials: As `open_deployment` takes them.
        renew: As `open_deployment` takes it.
    """
    if not account.uploads:
        return None
    from drtui.aws.uploads import BucketUploads

    return BucketUploads(
        account.uploads,
        account.region if account.site is None else account.site.region,
        credentials,
        user_agent=user_agent(settings),
        renew=renew,
        endpoint=account.upload_endpoint or None,
    )
