"""Who calls AWS, by STS, and what is attached to them, by IAM."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.caller import (
    ADMIN_POLICY,
    ADMINISTRATOR_POLICY,
    AdminAccess,
    Caller,
    CallerKind,
    Verdict,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure

_KINDS: Final = {
    ("iam", "user"): CallerKind.USER,
    ("sts", "assumed-role"): CallerKind.ROLE,
    ("sts", "federated-user"): CallerKind.FEDERATED,
}
# AWS's own are told by their ARN: an account may have a policy of its own by the same name.
_OF_AWS: Final = ":iam::aws:policy/"


class AwsCallers:
    """Implements `Callers`; safe to use from several threads.

    Args:
        door: To the account that hosts the deployment.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def who_am_i(self) -> Caller:
        """See `Callers`."""
        answer = self._door.call("sts", "GetCallerIdentity")
        return _caller(str(answer.get("Account") or ""), str(answer.get("Arn") or ""))

    def admin_access(self, caller: Caller) -> AdminAccess:
        """See `Callers`."""
        if caller.kind is CallerKind.ROOT:
            return AdminAccess(Verdict.OK, through="root")
        found: dict[str, str] = {}
        denied: list[str] = []
        for through, operation, members in self._places(caller, denied):
            with _noting(denied):
                for policy in self._attached(operation, members):
                    found.setdefault(policy, through)
        for policy in (ADMIN_POLICY, ADMINISTRATOR_POLICY):
            if policy in found:
                return AdminAccess(Verdict.OK, policy, found[policy])
        if denied or caller.kind not in {CallerKind.USER, CallerKind.ROLE}:
            return AdminAccess(Verdict.CANNOT_TELL, permission=denied[0] if denied else "")
        return AdminAccess(Verdict.MISSING)

    def _places(
        self, caller: Caller, denied: list[str]
    ) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Yield what may bear a policy, with the call that lists what it bears."""
        if caller.kind is CallerKind.ROLE:
            yield "role", "ListAttachedRolePolicies", {"RoleName": caller.name}
        if caller.kind is CallerKind.USER:
            user = {"UserName": caller.name}
            yield "user", "ListAttachedUserPolicies", user
            groups: list[str] = []
            with _noting(denied):
                listed = self._door.pages(
                    "iam", "ListGroupsForUser", "Groups", user, marker="Marker"
                )
                groups += [str(group.get("GroupName") or "") for group in listed]
            for name in groups:
                yield f"group {name}", "ListAttachedGroupPolicies", {"GroupName": name}

    def _attached(self, operation: str, members: Mapping[str, str]) -> Iterator[str]:
        listed = self._door.pages("iam", operation, "AttachedPolicies", members, marker="Marker")
        for policy in listed:
            _, own, name = str(policy.get("PolicyArn") or "").partition(_OF_AWS)
            if own:
                yield name.rpartition("/")[2]


@contextmanager
def _noting(denied: list[str]) -> Iterator[None]:
    """Go on without what AWS denies to tell; a group or role that has gone bears nothing."""
    try:
        yield
    except SponsorError as error:
        if error.kind is SponsorFailure.DENIED:
            denied.append(error.permission)
        elif error.kind is not SponsorFailure.NOT_FOUND:
            raise


def _caller(account: str, arn: str) -> Caller:
    """Return the caller that an ARN names; what cannot be read is of an unknown kind."""
    parts = arn.split(":", 5)
    service, resource = (parts[2], parts[5]) if len(parts) == 6 else ("", "")
    if resource == "root":
        return Caller(account, arn, CallerKind.ROOT, "")
    what, *path = resource.split("/")
    kind = _KINDS.get((service, what), CallerKind.UNKNOWN)
    if kind is CallerKind.ROLE and len(path) >= 2:
        return Caller(account, arn, kind, path[0], path[1])
    return Caller(account, arn, kind, path[-1] if path else "")
