"""The users of the deployment's pool, by Cognito."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser

_SERVICE: Final = "cognito-idp"
_A_PAGE: Final = 60  # the most that Cognito gives


class CognitoUserPool:
    """Implements `UserPool`; safe to use from several threads.

    Args:
        door: To the account that hosts the deployment.
        pool_id: Such as `us-east-1_AbCdEf123`; the pool is in the region that it begins with,
            whatever the door's.
    """

    def __init__(self, door: Door, pool_id: str) -> None:
        self._door = door
        self._pool_id = pool_id
        self._region = pool_id.partition("_")[0] if "_" in pool_id else None

    def users(self) -> Iterator[PoolUser]:
        """See `UserPool`."""
        return self._list({})

    def members_of(self, group: str) -> Iterator[PoolUser]:
        """See `UserPool`."""
        members = {"UserPoolId": self._pool_id, "GroupName": group, "Limit": _A_PAGE}
        found = self._door.pages(
            _SERVICE, "ListUsersInGroup", "Users", members, region=self._region
        )
        return (_user(record) for record in found)

    def find_by_email(self, email: str) -> tuple[PoolUser, ...]:
        """See `UserPool`.

        The pool may keep the email in another case than it was typed in, and how its filter takes
        case is not documented: so it is asked for both spellings, and what it finds is compared
        again.
        """
        wanted = email.strip().lower()
        found: dict[str, PoolUser] = {}
        for spelling in dict.fromkeys((email.strip(), email.strip().lower())):
            if not spelling:
                continue
            for user in self._list({"Filter": f"email = {_quoted(spelling)}"}):
                if user.email is not None and user.email.lower() == wanted:
                    found[user.name] = user
        return tuple(found.values())

    def disable(self, name: str) -> None:
        """See `UserPool`."""
        self._act("AdminDisableUser", name)

    def enable(self, name: str) -> None:
        """See `UserPool`."""
        self._act("AdminEnableUser", name)

    def sign_out(self, name: str) -> None:
        """See `UserPool`."""
        self._act("AdminUserGlobalSignOut", name)

    def reset_password(self, name: str) -> None:
        """See `UserPool`."""
        self._act("AdminResetUserPassword", name)

    def _list(self, extra: Mapping[str, object]) -> Iterator[PoolUser]:
        members = {"UserPoolId": self._pool_id, "Limit": _A_PAGE, **extra}
        found = self._door.pages(
            _SERVICE, "ListUsers", "Users", members, marker="PaginationToken", region=self._region
        )
        return (_user(record) for record in found)

    def _act(self, operation: str, name: str) -> None:
        members = {"UserPoolId": self._pool_id, "Username": name}
        self._door.call(_SERVICE, operation, members, write=True, region=self._region)


def _quoted(value: str) -> str:
    """Return a value as a filter takes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _user(record: Mapping[str, Any]) -> PoolUser:
    attributes = {entry.get("Name"): entry.get("Value") for entry in record.get("Attributes") or ()}
    status = record.get("UserStatus")
    enabled = record.get("Enabled")
    return PoolUser(
        name=str(record.get("Username") or ""),
        email=attributes.get("email") or None,
        status=PoolStatus(status) if status in set(PoolStatus) else PoolStatus.UNKNOWN,
        enabled=enabled if isinstance(enabled, bool) else None,
    )
