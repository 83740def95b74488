"""Who carries errands out for one account: couriers over the deployment and over AWS's services."""

from collections.abc import Callable, Mapping, Sequence

from drtui.commands.inviting import mail_limit
from drtui.commands.workspace import Workspace
from drtui.domain.deployment_setup import DeploymentSetup
from drtui.domain.errands import Carried, Courier, Service, Terms
from drtui.domain.features import Feature
from drtui.domain.operations import Item
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.deployment_facts import read_facts
from drtui.store.users import has_email
from drtui.sync.couriers.billing import BillingCourier
from drtui.sync.couriers.iam_users import IamCourier
from drtui.sync.couriers.identity_center import IdentityCenterCourier
from drtui.sync.couriers.invitations import InvitationCourier
from drtui.sync.couriers.mail import MailCourier
from drtui.sync.couriers.prerequisites import QuotaCourier, SenderCourier
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
)
_NO_POOL = "This account does not know the deployment's user pool: add it by its site or its stack."


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
) -> Mapping[Service, Courier]:
    """Return who carries out which errands; nothing is sent yet.

    Args:
        workspace: The account's.
        setup: The deployment's own calls.
        open_sponsor: Opens the second door; raises `ProblemError` where there is none.
    """

    def has_bulk() -> bool:
        with workspace.database.read() as connection:
            fact = read_facts(connection).features.get(Feature.BULK_INVITE)
        return fact is not None and bool(fact.has)

    def exists(email: str) -> bool:
        with workspace.database.read() as connection:
            return has_email(connection, email)

    return {
        Service.SETTINGS: SettingsCourier(setup),
        Service.INVITATIONS: InvitationCourier(
            setup, has_bulk=has_bulk, daily=lambda: mail_limit(workspace), exists=exists
        ),
        **_of_sponsor(workspace, open_sponsor),
    }


def _of_sponsor(
    workspace: Workspace, open_sponsor: Callable[[], SponsorServices]
) -> Mapping[Service, Courier]:
    try:
        services = open_sponsor()
    except ProblemError as problem:
        return dict.fromkeys(_OF_SPONSOR, ClosedDoor(str(problem)))
    pool = services.user_pool
    return {
        Service.SIGN_INS: ClosedDoor(_NO_POOL) if pool is None else SignInCourier(pool),
        Service.IAM: IamCourier(services.iam_users),
        Service.IDENTITY_CENTER: IdentityCenterCourier(services.identity_center, services.callers),
        Service.MAIL: MailCourier(services.mail, workspace.database),
        Service.BILLING: BillingCourier(services.billing, services.callers),
        Service.SENDERS: SenderCourier(services.mail),
        Service.QUOTAS: QuotaCourier(services.quotas),
    }
