"""What each operation of the API does with the account."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.errors import (
    Answer,
    constraint_violated,
    modelled_failure,
    rule_broken,
    unreadable_value,
)
from drtui.emulator.invitations import EMAIL_ADDRESS
from drtui.emulator.keys import SigningKey
from drtui.emulator.records import INT32, Group, Profile, present, to_json

ID_PATTERN = "^[A-Za-z0-9]{15}$"

_ID = re.compile(r"[A-Za-z0-9]{15}")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has passed the gateway.

    Attributes:
        caller: whose key signed it.
        path: the values of the path's labels.
        query: the decoded query parameters.
        body: the checked body; empty for operations without one.
    """

    caller: SigningKey
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Handler = Callable[[Account, Call], Answer]


def list_profiles(account: Account, call: Call) -> Answer:
    """GET /profiles."""
    return Answer(body=account.listing.page(call.query.get("token")))


def get_profile(account: Account, call: Call) -> Answer:
    """GET /profile: the caller's own."""
    profile = account.profile(call.caller.profile_id)
    shown = _limits_and_usage(profile)
    shown |= present({"emailAddress": profile.email, "modelCount": profile.model_count})
    return Answer(body=to_json({"profile": shown}))


def create_profile(account: Account, call: Call) -> Answer:
    """POST /profile: invites, and tells no id."""
    email: str = call.body["emailAddress"]
    if not EMAIL_ADDRESS.fullmatch(email):
        message = "Invalid email address format."
        raise rule_broken(message)
    account.invite(email)
    message = "Profile created successfully. Check your email for login instructions."
    return Answer(body=to_json({"message": message}))


def update_profile(account: Account, call: Call) -> Answer:
    """PATCH /profile: without a profile id, the caller's own."""
    body = call.body
    limits = {
        field: body[name]
        for name, field in (
            ("maxTotalComputeMinutes", "minutes_limit"),
            ("maxModelCount", "model_limit"),
        )
        if name in body
    }
    numbers = [*limits.values(), body.get("computeMinutesUsed"), body.get("computeMinutesQueued")]
    if any(number is not None and number not in INT32 for number in numbers):
        raise unreadable_value()
    own = call.caller.profile_id
    target: str = body.get("profileId") or own
    # The backend asks for the caller's group anew; the credentials may be of another role.
    caller = account.profiles.get(own)
    is_admin = caller is not None and caller.group is Group.ADMINS
    if target != own and not is_admin:
        message = "Admin permission required to make this change."
        raise rule_broken(message)
    if limits and not is_admin:
        message = "Non-admin user requesting to change one or more admin-only properties."
        raise rule_broken(message)
    values = {name: body[name] for name in ("alias", "avatar") if body.get(name)} | limits
    if not values:
        message = (
            "At least one valid field (alias, avatar, maxTotalComputeMinutes, or maxModelCount) "
            "needs to be provided."
        )
        raise rule_broken(message)
    profile = account.profile(target)
    account.change(profile, **values)
    return Answer(body=to_json({"profile": _limits_and_usage(profile)}))


def update_role(account: Account, call: Call) -> Answer:
    """PUT /profile/role: the group moves at once, what listings show follows."""
    profile = account.profiles.get(call.body["profileId"])
    if profile is None:
        message = "Failed to remove user from groups."
        raise modelled_failure(message)
    account.assign(profile, Group(call.body["targetUserPoolGroup"]))
    return Answer()


def delete_profile(account: Account, call: Call) -> Answer:
    """DELETE /profiles/{profileId}."""
    account.delete(account.profile(profile_id_of(call)))
    return Answer()


def delete_models(account: Account, call: Call) -> Answer:
    """DELETE /profiles/{profileId}/models: 200 for an unknown profile too."""
    profile = account.profiles.get(profile_id_of(call))
    if profile is not None:
        account.delete_models(profile)
    return Answer()


def list_admin_profiles(account: Account, _call: Call) -> Answer:
    """GET /admin/profiles: all in one answer, reduced."""
    rows = [
        present(
            {
                "alias": profile.alias,
                "emailAddress": profile.email,
                "profileId": profile.profile_id,
                "totalModelCount": len(profile.models),
            }
        )
        for profile_id in account.listing.ids
        if (profile := account.profiles.get(profile_id)) is not None
    ]
    return Answer(body=to_json({"profiles": rows}))


def list_admin_models(account: Account, call: Call) -> Answer:
    """GET /admin/profiles/{profileId}/models: empty for an unknown profile."""
    profile = account.profiles.get(profile_id_of(call))
    models = [] if profile is None else profile.models.values()
    rows = [
        {
            "createdAt": model.created_at,
            "modelId": model.model_id,
            "name": model.name,
            "status": model.status,
        }
        for model in models
    ]
    return Answer(body=to_json({"models": rows}))


def get_setting(account: Account, call: Call) -> Answer:
    """GET /settings/{key}."""
    return Answer(body=to_json({"value": account.settings.get(call.path["key"])}))


def put_setting(account: Account, call: Call) -> Answer:
    """PUT /settings/{key}."""
    account.settings.put(call.path["key"], call.body["value"])
    return Answer()


def profile_id_of(call: Call) -> str:
    """The profile's id in the path.

    Raises:
        ApiError: 400, it cannot be one.
    """
    return id_of(call, "profileId")


def id_of(call: Call, label: str) -> str:
    """The id under a label of the path.

    Raises:
        ApiError: 400, it cannot be one.
    """
    return checked_id(call.path[label], label)


def checked_id(found: str, label: str) -> str:
    """An id that was sent under this name.

    Raises:
        ApiError: 400, it cannot be one.
    """
    if not _ID.fullmatch(found):
        problem = f"Member must satisfy regular expression pattern: {ID_PATTERN}"
        raise constraint_violated(f"/{label}", problem)
    return found


def _limits_and_usage(profile: Profile) -> dict[str, Any]:
    """What PATCH answers: no email, role, date or model count (behaviour 3)."""
    return present(
        {
            "alias": profile.alias,
            "avatar": profile.avatar,
            "computeMinutesQueued": profile.minutes_queued,
            "computeMinutesUsed": profile.minutes_used,
            "maxModelCount": profile.model_limit,
            "maxTotalComputeMinutes": profile.minutes_limit,
            "profileId": profile.profile_id,
        }
    )
