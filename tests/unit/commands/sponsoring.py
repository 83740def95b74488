"""A sponsor's AWS account in which all is well, and an event, for what checks them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from drtui.commands.event import write_event
from drtui.commands.prerequisites import check
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.sponsor.billing import Billing
from drtui.domain.sponsor.caller import AdminAccess, Caller, CallerKind, Verdict
from drtui.domain.sponsor.checks import Checked, Prerequisite
from drtui.domain.sponsor.costs import Costs
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY, IamUsers
from drtui.domain.sponsor.identity_center import (
    GROUP,
    PERMISSION_SET,
    IdentityCenter,
    Instance,
    PermissionSet,
)
from drtui.domain.sponsor.mail import Identity, Mail, MailAccount, Verification
from drtui.domain.sponsor.quotas import DEFAULT_INSTANCE, QuotaRequest, ServiceQuota, TrainingQuotas
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.deployment_facts import write_version
from drtui.store.sync_state import Connectivity, write_connectivity

ACCOUNT = "123456789012"
HOSTILE = "a\x1b[31mb\u202ec"
CALLER = Caller(ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/ada", CallerKind.ROLE, "Admin")
ACCESS = AdminAccess(Verdict.OK, "AWSDeepRacerAccountAdminAccess", "role")
SENDING = MailAccount(True, True, 50_000, 0, 14.0)
HERE = Instance("arn:instance", "d-1", ACCOUNT)
SET = PermissionSet("arn:set", PERMISSION_SET, "https://race.example/", "PT8H", ours=True)
POLICY = f"arn:aws:iam::aws:policy/{PARTICIPANT_POLICY}"
DENIALS = {
    "admin_access": ("iam:ListAttachedRolePolicies", {Prerequisite.ADMIN_ACCESS}),
    "instances": (
        "sso:ListInstances",
        {Prerequisite.IDENTITY_CENTER, Prerequisite.PERMISSION_SET, Prerequisite.ASSIGNMENT},
    ),
    "find_permission_set": (
        "sso:ListPermissionSets",
        {Prerequisite.PERMISSION_SET, Prerequisite.ASSIGNMENT},
    ),
    "policies_of": ("sso:ListManagedPoliciesInPermissionSet", {Prerequisite.PERMISSION_SET}),
    "find_group": ("identitystore:GetGroupId", {Prerequisite.ASSIGNMENT}),
    "members_of": ("identitystore:ListGroupMemberships", {Prerequisite.ASSIGNMENT}),
    "is_assigned": ("sso:ListAccountAssignments", {Prerequisite.ASSIGNMENT}),
    "identities": ("ses:ListEmailIdentities", {Prerequisite.MAIL_IDENTITY}),
    "account": ("ses:GetAccount", {Prerequisite.MAIL_SANDBOX}),
    "training": ("servicequotas:ListServiceQuotas", {Prerequisite.TRAINING_QUOTA}),
}


@dataclass
class Sponsor:
    """A sponsor's AWS account in which all is well, but for what a test changes.

    Attributes:
        fails: What a call meets, by its name.
        asked: The names of the calls.
    """

    caller: Caller = CALLER
    access: AdminAccess = ACCESS
    found: tuple[Instance, ...] = (HERE,)
    permission_set: PermissionSet | None = SET
    policies: tuple[str, ...] = (POLICY,)
    group: str | None = "group-1"
    members: Sequence[str] = ("u1", "u2")
    assigned: bool = True
    senders: tuple[Identity, ...] = (Identity("race.example", Verification.VERIFIED, True),)
    mailing: MailAccount = SENDING
    quota: int | None = 500
    fails: dict[str, SponsorError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.fails:
            raise self.fails[name]

    def who_am_i(self) -> Caller:
        self._ask("who_am_i")
        return self.caller

    def admin_access(self, caller: Caller) -> AdminAccess:
        assert caller == self.caller
        self._ask("admin_access")
        return self.access

    def instances(self) -> tuple[Instance, ...]:
        self._ask("instances")
        return self.found

    def find_permission_set(self, instance: Instance, name: str) -> PermissionSet | None:
        assert (instance, name) == (HERE, PERMISSION_SET)
        self._ask("find_permission_set")
        return self.permission_set

    def policies_of(self, instance: Instance, permission_set: str) -> tuple[str, ...]:
        assert (instance, permission_set) == (HERE, SET.arn)
        self._ask("policies_of")
        return self.policies

    def find_group(self, instance: Instance, name: str) -> str | None:
        assert (instance, name) == (HERE, GROUP)
        self._ask("find_group")
        return self.group

    def members_of(self, instance: Instance, group_id: str) -> Iterator[str]:
        assert (instance, group_id) == (HERE, self.group)
        self._ask("members_of")
        return iter(self.members)

    def is_assigned(
        self, instance: Instance, permission_set: str, group_id: str, account: str
    ) -> bool:
        assert (instance, permission_set, group_id) == (HERE, SET.arn, self.group)
        assert account == self.caller.account
        self._ask("is_assigned")
        return self.assigned

    def identities(self) -> tuple[Identity, ...]:
        self._ask("identities")
        return self.senders

    def account(self) -> MailAccount:
        self._ask("account")
        return self.mailing

    def training(self, instance_type: str = DEFAULT_INSTANCE) -> TrainingQuotas:
        self._ask("training")
        return TrainingQuotas(
            instance_type, ServiceQuota(f"{instance_type} for training", "L-1", self.quota), None
        )

    def request_increase(self, code: str, instances: int) -> QuotaRequest:
        raise AssertionError("a checklist asks for nothing")

    @property
    def services(self) -> SponsorServices:
        absent = object()  # nothing of these is asked by a checklist
        return SponsorServices(
            callers=self,
            iam_users=cast("IamUsers", absent),
            identity_center=cast("IdentityCenter", self),
            mail=cast("Mail", self),
            quotas=self,
            billing=cast("Billing", absent),
            costs=cast("Costs", absent),
            user_pool=None,
        )


NO_QUOTAS = {"training": SponsorError(SponsorFailure.UNREACHABLE, "AWS does not answer.")}


def denied(permission: str) -> SponsorError:
    return SponsorError(SponsorFailure.DENIED, f"they need {permission}", permission=permission)


def checked(workspace: Workspace, sponsor: Sponsor) -> dict[Prerequisite, Checked]:
    return {line.prerequisite: line for line in check(workspace, sponsor.services)}


@pytest.fixture
def sponsor() -> Sponsor:
    return Sponsor()


@pytest.fixture
def ready(workspace: Workspace) -> Workspace:
    """A deployment that was synced, and an event."""
    write_version(workspace.database, "v1.3.1")
    write_connectivity(workspace.database, Connectivity.ONLINE)
    write_event(workspace, EventSettings(sender="ada@race.example", at_once=200))
    return workspace
