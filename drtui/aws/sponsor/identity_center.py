"""IAM Identity Center, by its two services: `sso-admin` for rights, `identitystore` for people."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from drtui.aws.answers import discreet
from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import (
    MOST_HOURS,
    Assignment,
    AssignmentState,
    Ensured,
    Instance,
    PermissionSet,
    StoreUser,
)
from drtui.domain.text import clean

_RIGHTS: Final = "sso-admin"
_PEOPLE: Final = "identitystore"
_OURS: Final = "Made by drtui for DeepRacer participants"
_OF_AWS: Final = "arn:aws:iam::aws:policy/"


class AwsIdentityCenter:
    """Implements `IdentityCenter`; safe to use from several threads.

    Args:
        door: To the account that Identity Center is administered from.
        region: Where it was enabled, which is one region only; None is the door's.
    """

    def __init__(self, door: Door, region: str | None = None) -> None:
        self._door = door
        self._region = region

    def instances(self) -> tuple[Instance, ...]:
        """See `IdentityCenter`."""
        found = self._list(_RIGHTS, "ListInstances", "Instances", {})
        return tuple(
            Instance(
                str(record.get("InstanceArn") or ""),
                str(record.get("IdentityStoreId") or ""),
                str(record.get("OwnerAccountId") or ""),
            )
            for record in found
            if record.get("Status") in {None, "ACTIVE"}
        )

    def find_permission_set(self, instance: Instance, name: str) -> PermissionSet | None:
        """See `IdentityCenter`; they can only be looked through one by one."""
        members = {"InstanceArn": instance.arn}
        for arn in self._list(_RIGHTS, "ListPermissionSets", "PermissionSets", members):
            asked = {**members, "PermissionSetArn": arn}
            record = self._look(_RIGHTS, "DescribePermissionSet", asked) or {}
            described = record.get("PermissionSet") or {}
            if described.get("Name") == name:
                return PermissionSet(
                    arn=str(arn),
                    name=name,
                    relay_state=str(described.get("RelayState") or ""),
                    session=str(described.get("SessionDuration") or ""),
                    ours=described.get("Description") == _OURS,
                )
        return None

    def policies_of(self, instance: Instance, permission_set: str) -> tuple[str, ...]:
        """See `IdentityCenter`."""
        members = _set_members(instance, permission_set)
        listed = self._list(
            _RIGHTS, "ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", members
        )
        return tuple(str(policy.get("Arn") or "") for policy in listed)

    def ensure_permission_set(
        self,
        instance: Instance,
        name: str,
        *,
        relay_state: str,
        hours: int,
        policy: str = PARTICIPANT_POLICY,
    ) -> Ensured:
        """See `IdentityCenter`."""
        if not 1 <= hours <= MOST_HOURS:
            raise ValueError(f"a session lasts 1 to {MOST_HOURS} hours, not {hours}")
        wanted = {"SessionDuration": f"PT{hours}H"} | (
            {"RelayState": relay_state} if relay_state else {}  # AWS takes no empty one
        )
        arn, changed = self._permission_set(instance, name, wanted, _OF_AWS + policy)
        outdated = list(
            self._list(
                _RIGHTS,
                "ListAccountsForProvisionedPermissionSet",
                "AccountIds",
                {
                    **_set_members(instance, arn),
                    "ProvisioningStatus": "LATEST_PERMISSION_SET_NOT_PROVISIONED",
                },
            )
        )
        if outdated:
            everywhere = {"TargetType": "ALL_PROVISIONED_ACCOUNTS"}
            self._write(
                _RIGHTS, "ProvisionPermissionSet", {**_set_members(instance, arn), **everywhere}
            )
        return Ensured(arn, changed or bool(outdated))

    def find_group(self, instance: Instance, name: str) -> str | None:
        """See `IdentityCenter`."""
        answer = self._identify(instance, "GetGroupId", "displayName", name)
        return None if answer is None else str(answer.get("GroupId") or "")

    def members_of(self, instance: Instance, group_id: str) -> Iterator[str]:
        """See `IdentityCenter`."""
        members = {"IdentityStoreId": instance.store_id, "GroupId": group_id}
        listed = self._list(_PEOPLE, "ListGroupMemberships", "GroupMemberships", members)
        return (str((record.get("MemberId") or {}).get("UserId") or "") for record in listed)

    def ensure_group(self, instance: Instance, name: str) -> Ensured:
        """See `IdentityCenter`."""
        found = self.find_group(instance, name)
        if found is not None:
            return Ensured(found, changed=False)
        members = {
            "IdentityStoreId": instance.store_id,
            "DisplayName": name,
            "Description": _OURS,
        }
        answer = self._make(_PEOPLE, "CreateGroup", members)
        return Ensured(_id(answer, "GroupId"), changed=True)

    def find_user(self, instance: Instance, *, user_name: str, email: str) -> StoreUser | None:
        """See `IdentityCenter`."""
        asked = [("emails.value", spelling) for spelling in dict.fromkeys((email, email.lower()))]
        for path, value in (*asked, ("userName", user_name)):
            answer = self._identify(instance, "GetUserId", path, value)
            if answer is None:
                continue
            members = {"IdentityStoreId": instance.store_id, "UserId": answer.get("UserId")}
            record = self._look(_PEOPLE, "DescribeUser", members)
            if record is not None:
                return _user(record)
        return None

    def ensure_user(
        self, instance: Instance, *, user_name: str, email: str, given: str, family: str
    ) -> Ensured:
        """See `IdentityCenter`."""
        found = self.find_user(instance, user_name=user_name, email=email)
        if found is not None:
            if email.lower() in {own.lower() for own in found.emails}:
                return Ensured(found.id, changed=False)
            raise SponsorError(
                SponsorFailure.EXISTS,
                f"The user “{clean(user_name)}” of Identity Center has another email.",
            )
        members = {
            "IdentityStoreId": instance.store_id,
            "UserName": user_name,
            "DisplayName": f"{given} {family}",
            "Name": {"GivenName": given, "FamilyName": family},
            "Emails": [{"Value": email, "Type": "work", "Primary": True}],
        }
        answer = self._write(_PEOPLE, "CreateUser", members)
        return Ensured(_id(answer, "UserId"), changed=True)

    def ensure_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        """See `IdentityCenter`."""
        members = {"IdentityStoreId": instance.store_id, "MemberId": {"UserId": user_id}}
        asked = {**members, "GroupIds": [group_id]}
        answer = self._door.call(_PEOPLE, "IsMemberInGroups", asked, region=self._region)
        if any(result.get("MembershipExists") is True for result in answer.get("Results") or ()):
            return False
        try:
            self._write(_PEOPLE, "CreateGroupMembership", {**members, "GroupId": group_id})
        except SponsorError as error:
            if error.kind is SponsorFailure.EXISTS:
                return False
            raise
        return True

    def remove_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        """See `IdentityCenter`."""
        members = {
            "IdentityStoreId": instance.store_id,
            "GroupId": group_id,
            "MemberId": {"UserId": user_id},
        }
        found = self._look(_PEOPLE, "GetGroupMembershipId", members)
        if found is None:
            return False
        gone = {
            "IdentityStoreId": instance.store_id,
            "MembershipId": found.get("MembershipId"),
        }
        try:
            self._write(_PEOPLE, "DeleteGroupMembership", gone)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                return False
            raise
        return True

    def ensure_assignment(
        self, instance: Instance, permission_set: str, group_id: str, account: str, *, tries: int
    ) -> Assignment:
        """See `IdentityCenter`."""
        if self.is_assigned(instance, permission_set, group_id, account):
            return Assignment(AssignmentState.SUCCEEDED, changed=False)
        wanted = {
            **_set_members(instance, permission_set),
            "TargetId": account,
            "TargetType": "AWS_ACCOUNT",
            "PrincipalType": "GROUP",
            "PrincipalId": group_id,
        }
        answer = self._make(_RIGHTS, "CreateAccountAssignment", wanted)
        current = _assignment(answer.get("AccountAssignmentCreationStatus") or {})
        for _ in range(tries):
            if current.state is not AssignmentState.IN_PROGRESS or not current.request_id:
                break
            current = self.assignment(instance, current.request_id)
        return current

    def is_assigned(
        self, instance: Instance, permission_set: str, group_id: str, account: str
    ) -> bool:
        """See `IdentityCenter`."""
        members = {**_set_members(instance, permission_set), "AccountId": account}
        listed = self._list(_RIGHTS, "ListAccountAssignments", "AccountAssignments", members)
        return any(
            (record.get("PrincipalType"), record.get("PrincipalId")) == ("GROUP", group_id)
            for record in listed
        )

    def assignment(self, instance: Instance, request_id: str) -> Assignment:
        """See `IdentityCenter`."""
        members = {
            "InstanceArn": instance.arn,
            "AccountAssignmentCreationRequestId": request_id,
        }
        answer = self._door.call(
            _RIGHTS, "DescribeAccountAssignmentCreationStatus", members, region=self._region
        )
        return _assignment(answer.get("AccountAssignmentCreationStatus") or {}, request_id)

    def _permission_set(
        self, instance: Instance, name: str, wanted: Mapping[str, str], policy: str
    ) -> tuple[str, bool]:
        """Return the ARN of the set, made or mended, and whether it had to be."""
        found = self.find_permission_set(instance, name)
        changed = found is None
        if found is None:
            members = {"InstanceArn": instance.arn, "Name": name, "Description": _OURS, **wanted}
            made = self._make(_RIGHTS, "CreatePermissionSet", members)
            arn = _id(made.get("PermissionSet") or {}, "PermissionSetArn")
            attached: set[str] = set()
        else:
            arn = found.arn
            attached = self._checked(instance, found, policy)
            current = {"SessionDuration": found.session, "RelayState": found.relay_state}
            if found.ours and any(current[key] != value for key, value in wanted.items()):
                mended = {**_set_members(instance, arn), "Description": _OURS, **wanted}
                self._write(_RIGHTS, "UpdatePermissionSet", mended)
                changed = True
        if policy not in attached:
            self._make(
                _RIGHTS,
                "AttachManagedPolicyToPermissionSet",
                {**_set_members(instance, arn), "ManagedPolicyArn": policy},
            )
            changed = True
        return arn, changed

    def _checked(self, instance: Instance, found: PermissionSet, policy: str) -> set[str]:
        """Return the policies of a set that grants no more than the one, and is ours or has it."""
        attached = set(self.policies_of(instance, found.arn))
        members = _set_members(instance, found.arn)
        inline = self._door.call(
            _RIGHTS, "GetInlinePolicyForPermissionSet", members, region=self._region
        ).get("InlinePolicy")
        own = list(
            self._list(
                _RIGHTS,
                "ListCustomerManagedPolicyReferencesInPermissionSet",
                "CustomerManagedPolicyReferences",
                members,
            )
        )
        if inline or own or attached - {policy}:
            flaw = "grants other rights than participants need"
        elif not found.ours and policy not in attached:
            flaw = f"was not made by drtui and lacks {policy.removeprefix(_OF_AWS)}"
        else:
            return attached
        raise SponsorError(
            SponsorFailure.EXISTS,
            f"The permission set “{clean(found.name)}” {flaw}: name another one.",
        )

    def _identify(
        self, instance: Instance, operation: str, path: str, value: str
    ) -> Mapping[str, Any] | None:
        unique = {"AttributePath": path, "AttributeValue": value}
        members = {
            "IdentityStoreId": instance.store_id,
            "AlternateIdentifier": {"UniqueAttribute": unique},
        }
        return self._look(_PEOPLE, operation, members)

    def _look(
        self, service: str, operation: str, members: Mapping[str, object]
    ) -> Mapping[str, Any] | None:
        """Return an answer; None when what it is about is not there."""
        try:
            return self._door.call(service, operation, members, region=self._region)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                return None
            raise

    def _list(
        self, service: str, operation: str, items: str, members: Mapping[str, object]
    ) -> Iterator[Any]:
        return self._door.pages(service, operation, items, members, region=self._region)

    def _write(
        self, service: str, operation: str, members: Mapping[str, object]
    ) -> Mapping[str, Any]:
        return self._door.call(service, operation, members, write=True, region=self._region)

    def _make(
        self, service: str, operation: str, members: Mapping[str, object]
    ) -> Mapping[str, Any]:
        """Make what was looked for and not seen: a conflict is with a write not yet to be seen."""
        try:
            return self._write(service, operation, members)
        except SponsorError as error:
            if error.kind is not SponsorFailure.EXISTS:
                raise
            raise SponsorError(
                SponsorFailure.UNAVAILABLE,
                "Identity Center has not settled yet: try again.",
                code=error.code,
            ) from None


def _set_members(instance: Instance, permission_set: str) -> dict[str, object]:
    return {"InstanceArn": instance.arn, "PermissionSetArn": permission_set}


def _id(answer: Mapping[str, Any], name: str) -> str:
    """Return the id of what was made; without it nobody knows what was."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise SponsorError(
            SponsorFailure.OUTCOME_UNKNOWN, f"Identity Center's answer has no {name}."
        )
    return found


def _user(record: Mapping[str, Any]) -> StoreUser:
    emails = (entry.get("Value") for entry in record.get("Emails") or ())
    return StoreUser(
        id=str(record.get("UserId") or ""),
        user_name=str(record.get("UserName") or ""),
        emails=tuple(str(email) for email in emails if email),
    )


def _assignment(status: Mapping[str, Any], request_id: str = "") -> Assignment:
    """Return how far an assignment has come; without a word of it, it is in progress."""
    told = status.get("Status")
    return Assignment(
        AssignmentState(told) if told in set(AssignmentState) else AssignmentState.IN_PROGRESS,
        changed=True,
        request_id=str(status.get("RequestId") or request_id),
        reason=discreet(str(status.get("FailureReason") or "")),
    )
