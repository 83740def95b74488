"""Who carries errands out for one account: couriers over the deployment and over AWS's services."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from drtui.commands.downloads import safely_downloaded
from drtui.commands.inviting import mail_limit
from drtui.commands.workspace import Workspace
from drtui.domain.deployment_setup import DeploymentSetup
from drtui.domain.errands import Carried, Courier, Service, Terms
from drtui.domain.features import Feature
from drtui.domain.model_calls import DeploymentModels, UploadBucket
from drtui.domain.operations import Item
from drtui.domain.problems import ProblemError
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.database import Database
from drtui.store.deployment_facts import read_facts
from drtui.store.sync_state import read_sync_state
from drtui.store.users import has_email
from drtui.sync.couriers.archive_source import DownloadDoor
from drtui.sync.couriers.billing import BillingCourier
from drtui.sync.couriers.bucket_saves import BucketCourier
from drtui.sync.couriers.downloads import DownloadCourier
from drtui.sync.couriers.iam_users import IamCourier
from drtui.sync.couriers.identity_center import IdentityCenterCourier
from drtui.sync.couriers.imports import AllModels, ImportCourier, NoUploads
from drtui.sync.couriers.invitations import InvitationCourier
from drtui.sync.couriers.live_races import LiveCourier
from drtui.sync.couriers.mail import MailCourier
from drtui.sync.couriers.model_deletions import (
    DeletionDoor,
    DownloadedDeletionCourier,
    OwnDeletionCourier,
)
from drtui.sync.couriers.model_stops import JobStopCourier, OwnStopCourier
from drtui.sync.couriers.prerequisites import QuotaCourier, SenderCourier
from drtui.sync.couriers.races import RaceCourier
from drtui.sync.couriers.settings import SettingsCourier
from drtui.sync.couriers.sign_ins import SignInCourier

_OF_SPONSOR = (
    Service.SIGN_INS,
    Service.IAM,
    Service.IDENTITY_CENTER,
    Service.MAIL,
    Service.BILLING,
    Service.SENDERS,
    Service.QUOTAS,
    Service.BUCKET_SAVES,
    Service.STOPS,
)
_NO_BUCKETS = "Models cannot be saved to a bucket from here."
_NO_JOBS = "Jobs of SageMaker cannot be stopped from here."
_NO_POOL = "This account does not know the deployment's user pool: add it by its site or its stack."


@dataclass(frozen=True, slots=True)
class ModelDoor:
    """What models are changed by.

    Attributes:
        models: The deployment's own calls about them.
        delete_all: Asks for all models of a racer to be deleted.
        uploads: Where files go before they are imported; None where it is not known.
    """

    models: DeploymentModels
    delete_all: Callable[[str], None]
    uploads: UploadBucket | None


class ClosedDoor:
    """Stands where errands of the sponsor's AWS account cannot be carried out: they wait.

    Args:
        why: What is missing, and what to do about it.
    """

    def __init__(self, why: str) -> None:
        self._why = why

    def terms(self) -> Terms:
        """See `Courier`."""
        return Terms()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`; nothing is."""
        raise SponsorError(SponsorFailure.NO_CREDENTIALS, self._why)


def couriers(
    workspace: Workspace,
    setup: DeploymentSetup,
    open_sponsor: Callable[[], SponsorServices],
    *,
    downloads: DownloadDoor | None = None,
    changes: ModelDoor | None = None,
    races: DeploymentRaces | None = None,
) -> Mapping[Service, Courier]:
    """Return who carries out which errands; nothing is sent yet.

    Args:
        workspace: The account's.
        setup: The deployment's own calls.
        open_sponsor: Opens the second door; raises `ProblemError` where there is none.
        downloads: What models are downloaded by; None where they are not.
        changes: What models are stopped, deleted and imported by; None where they are not.
        races: The calls about races; None where they are not changed.
    """

    def has_bulk() -> bool:
        return _has(workspace.database, Feature.BULK_INVITE)

    def exists(email: str) -> bool:
        with workspace.database.read() as connection:
            return has_email(connection, email)

    by_link: Mapping[Service, Courier] = {}
    if downloads is not None:
        by_link = {Service.DOWNLOADS: DownloadCourier(downloads, workspace.database)}
    return {
        **by_link,
        **_of_models(workspace, downloads, changes),
        **_of_races(workspace, races),
        Service.SETTINGS: SettingsCourier(setup),
        Service.INVITATIONS: InvitationCourier(
            setup, has_bulk=has_bulk, daily=lambda: mail_limit(workspace), exists=exists
        ),
        **_of_sponsor(workspace, open_sponsor, downloads),
    }


def _has(database: Database, feature: Feature) -> bool:
    with database.read() as connection:
        fact = read_facts(connection).features.get(feature)
    return fact is not None and bool(fact.has)


def _of_models(
    workspace: Workspace, downloads: DownloadDoor | None, changes: ModelDoor | None
) -> Mapping[Service, Courier]:
    if changes is None or downloads is None:
        return {}
    database = workspace.database

    def owner() -> str:
        with database.read() as connection:
            return read_sync_state(connection).caller_profile

    def has_all_models() -> bool:
        return _has(database, Feature.ALL_MODELS)

    door = DeletionDoor(
        downloads.listing,
        changes.delete_all,
        partial(safely_downloaded, workspace),
        downloads.budget.take_look,
    )
    imports: Courier = NoUploads()
    if changes.uploads is not None:
        everybody = AllModels(has_all_models, downloads.budget.take_look)
        imports = ImportCourier(changes.models, changes.uploads, database, owner, everybody)
    return {
        Service.OWN_STOPS: OwnStopCourier(changes.models, database, owner),
        Service.OWN_MODELS: OwnDeletionCourier(changes.models, database, owner),
        Service.DOWNLOADED_MODELS: DownloadedDeletionCourier(door, database),
        Service.IMPORTS: imports,
    }


def _of_races(workspace: Workspace, races: DeploymentRaces | None) -> Mapping[Service, Courier]:
    if races is None:
        return {}
    return {
        Service.RACES: RaceCourier(races, workspace.database),
        Service.LIVE: LiveCourier(races, workspace.database),
    }


def _of_sponsor(
    workspace: Workspace,
    open_sponsor: Callable[[], SponsorServices],
    downloads: DownloadDoor | None,
) -> Mapping[Service, Courier]:
    try:
        services = open_sponsor()
    except ProblemError as problem:
        return dict.fromkeys(_OF_SPONSOR, ClosedDoor(str(problem)))
    pool, bucket, jobs = services.user_pool, services.result_bucket, services.training_jobs
    saves: Courier = ClosedDoor(_NO_BUCKETS)
    if bucket is not None and downloads is not None:
        own = None if services.model_bucket is None else services.model_bucket.name
        saves = BucketCourier(downloads, bucket, workspace.database, own)
    return {
        Service.SIGN_INS: ClosedDoor(_NO_POOL) if pool is None else SignInCourier(pool),
        Service.IAM: IamCourier(services.iam_users),
        Service.IDENTITY_CENTER: IdentityCenterCourier(services.identity_center, services.callers),
        Service.MAIL: MailCourier(services.mail, workspace.database),
        Service.BILLING: BillingCourier(services.billing, services.callers),
        Service.SENDERS: SenderCourier(services.mail),
        Service.QUOTAS: QuotaCourier(services.quotas),
        Service.BUCKET_SAVES: saves,
        Service.STOPS: ClosedDoor(_NO_JOBS)
        if jobs is None
        else JobStopCourier(jobs, workspace.database),
    }
