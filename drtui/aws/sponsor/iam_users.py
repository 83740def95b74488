"""IAM users for participants, by IAM.

IAM settles slowly: what was made just now may not be seen for some seconds. So a name that is
taken is looked at again, and where nobody is seen behind it, the call is worth another try.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import (
    GROUP,
    PARTICIPANT_POLICY,
    PASSWORD_POLICY,
    IamUser,
    user_name,
    user_names,
)
from drtui.domain.text import clean

_POLICIES: Final = tuple(
    f"arn:aws:iam::aws:policy/{name}" for name in (PARTICIPANT_POLICY, PASSWORD_POLICY)
)
_PATH: Final = "/drtui/"  # groups bear no tags
_MADE_BY: Final = ("created-by", "drtui")
_EMAIL: Final = "email"
_EVENT: Final = "event"
_LONGEST_VALUE: Final = 256
_PLAIN: Final = frozenset("_.:/+-@ ")  # what a tag's value may hold beside letters and digits


class AwsIamUsers:
    """Implements `IamUsers`; safe to use from several threads.

    Args:
        door: To the account in which the participants are to be.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def find(self, name: str) -> IamUser | None:
        """See `IamUsers`."""
        answer = self._look("GetUser", {"UserName": name})
        return None if answer is None else _user(answer.get("User") or {})

    def names_for(self, emails: Iterable[str]) -> dict[str, str]:
        """See `IamUsers`."""
        people = tuple(emails)
        wanted = {user_name(email, distinct=also) for email in people for also in (False, True)}
        taken: dict[str, str | None] = {}
        for record in self._list("ListUsers", "Users", {}):
            name = str(record.get("UserName") or "")
            if name.lower() in wanted and (found := self.find(name)) is not None:
                taken[name] = found.email if found.ours else None
        return user_names(people, taken)

    def members_of(self, group: str) -> Iterator[str]:
        """See `IamUsers`."""
        users = self._list("GetGroup", "Users", {"GroupName": group})
        return (str(user.get("UserName") or "") for user in users)

    def ensure_group(self, group: str = GROUP) -> bool:
        """See `IamUsers`."""
        named = {"GroupName": group}
        found = self._look("GetGroup", named)
        changed = found is None
        if found is None:
            try:
                self._write("CreateGroup", {**named, "Path": _PATH})
            except SponsorError as error:
                raise _unsettled(error) from None
        attached: set[str] = set()
        if found is not None:
            listed = self._list("ListAttachedGroupPolicies", "AttachedPolicies", named)
            attached = {str(policy.get("PolicyArn")) for policy in listed}
            self._check_group(group, found, attached)
        for policy in _POLICIES:
            if policy not in attached:
                self._write("AttachGroupPolicy", {**named, "PolicyArn": policy})
                changed = True
        return changed

    def ensure_user(self, name: str, *, email: str, event: str) -> bool:
        """See `IamUsers`."""
        found = self.find(name)
        if found is None:
            tags = {_MADE_BY[0]: _MADE_BY[1], _EMAIL: _told(email.lower()), _EVENT: _told(event)}
            members = {
                "UserName": name,
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
            try:
                self._write("CreateUser", members)
            except SponsorError as error:
                if error.kind is not SponsorFailure.EXISTS:
                    raise
                found = self.find(name)
                if found is None:
                    raise _unsettled(error) from None
            else:
                return True
        if not found.ours:
            raise _not_ours(name)
        if _told(found.email) != _told(email.lower()):
            raise SponsorError(
                SponsorFailure.EXISTS,
                f"The IAM user “{clean(name)}” was made for another participant.",
            )
        return False

    def ensure_member(self, name: str, group: str = GROUP) -> bool:
        """See `IamUsers`."""
        self._own(name)
        if group in self._groups(name):
            return False
        self._write("AddUserToGroup", {"UserName": name, "GroupName": group})
        return True

    def ensure_login(self, name: str, password: str) -> bool:
        """See `IamUsers`."""
        self._own(name)
        if self._look("GetLoginProfile", {"UserName": name}) is not None:
            return False
        try:
            self._create_login(name, password)
        except SponsorError as error:
            if error.kind is SponsorFailure.EXISTS:
                return False
            raise
        return True

    def renew_password(self, name: str, password: str) -> None:
        """See `IamUsers`."""
        self._own(name)
        members = {"UserName": name, "Password": password, "PasswordResetRequired": True}
        try:
            self._write("UpdateLoginProfile", members)
        except SponsorError as error:
            if error.kind is not SponsorFailure.NOT_FOUND:
                raise
            self._create_login(name, password)

    def remove(self, name: str) -> bool:
        """See `IamUsers`."""
        found = self.find(name)
        if found is None:
            return False
        if not found.ours:
            raise _not_ours(name)
        named = {"UserName": name}
        self._gone("DeleteLoginProfile", named)
        for group in self._groups(name):
            self._gone("RemoveUserFromGroup", {**named, "GroupName": group})
        self._gone("DeleteUser", named)
        return True

    def _check_group(self, group: str, found: Mapping[str, Any], attached: set[str]) -> None:
        """Refuse a group that gives participants more, or that lacks something and is not ours."""
        ours = (found.get("Group") or {}).get("Path") == _PATH
        inline = list(self._list("ListGroupPolicies", "PolicyNames", {"GroupName": group}))
        if inline or attached - set(_POLICIES):
            flaw = "grants other rights than participants need"
        elif not ours and not attached.issuperset(_POLICIES):
            flaw = f"was not made by drtui and lacks {PARTICIPANT_POLICY} or {PASSWORD_POLICY}"
        else:
            return
        raise SponsorError(
            SponsorFailure.EXISTS, f"The IAM group “{clean(group)}” {flaw}: name another one."
        )

    def _own(self, name: str) -> None:
        """Raise unless the user is one of drtui's."""
        found = self.find(name)
        if found is None:
            raise SponsorError(SponsorFailure.NOT_FOUND, f"There is no IAM user “{clean(name)}”.")
        if not found.ours:
            raise _not_ours(name)

    def _groups(self, name: str) -> list[str]:
        groups = self._list("ListGroupsForUser", "Groups", {"UserName": name})
        return [str(group.get("GroupName") or "") for group in groups]

    def _create_login(self, name: str, password: str) -> None:
        members = {"UserName": name, "Password": password, "PasswordResetRequired": True}
        self._write("CreateLoginProfile", members)

    def _look(self, operation: str, members: Mapping[str, object]) -> Mapping[str, Any] | None:
        """Return an answer; None when what it is about is not there."""
        try:
            return self._door.call("iam", operation, members)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                return None
            raise

    def _list(self, operation: str, items: str, members: Mapping[str, object]) -> Iterator[Any]:
        return self._door.pages("iam", operation, items, members, marker="Marker")

    def _write(self, operation: str, members: Mapping[str, object]) -> None:
        self._door.call("iam", operation, members, write=True)

    def _gone(self, operation: str, members: Mapping[str, object]) -> None:
        """Remove something that may have gone already."""
        try:
            self._write(operation, members)
        except SponsorError as error:
            if error.kind is not SponsorFailure.NOT_FOUND:
                raise


def _not_ours(name: str) -> SponsorError:
    return SponsorError(
        SponsorFailure.EXISTS,
        f"There is an IAM user “{clean(name)}” that drtui did not make; it is left as it is.",
    )


def _unsettled(error: SponsorError) -> SponsorError:
    """Return the failure of a creation whose name is taken by what cannot be seen."""
    if error.kind is not SponsorFailure.EXISTS:
        return error
    return SponsorError(
        SponsorFailure.UNAVAILABLE, "IAM has not settled yet: try again.", code=error.code
    )


def _user(record: Mapping[str, Any]) -> IamUser:
    tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in record.get("Tags") or ()}
    return IamUser(
        name=str(record.get("UserName") or ""),
        email=_read(tags.get(_EMAIL, "")),
        event=_read(tags.get(_EVENT, "")),
        ours=tags.get(_MADE_BY[0]) == _MADE_BY[1],
        last_sign_in=_utc(record.get("PasswordLastUsed")),
    )


def _told(text: str) -> str:
    """Return text as a tag's value: what IAM does not take is written as `=` and hex digits."""
    written = "".join(
        char
        if char in _PLAIN or unicodedata.category(char)[0] in "LN"
        else "".join(f"={byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in text.strip()
    )
    return written[:_LONGEST_VALUE]


def _read(value: str) -> str:
    """Return the text that `_told` has written."""
    head, *rest = value.split("=")
    parts = [head.encode()]
    for piece in rest:
        try:
            parts.append(bytes.fromhex(piece[:2]) + piece[2:].encode())
        except ValueError:
            parts.append(f"={piece}".encode())
    return b"".join(parts).decode(errors="replace")


def _utc(moment: object) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None
