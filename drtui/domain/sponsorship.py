"""Who is sponsored how: roles and statuses derived from a profile's confirmed values."""

import re
from typing import Final

from drtui.domain.records import UNLIMITED, Profile, Status

FIRST_ALIAS: Final = "RacerAlias"  # everyone's until the first sign-in (DeepRacer API facts)
# ECMA 262's `\w`, which knows no letters beyond ASCII (DeepRacer API facts, PATCH /profile).
_ALIAS: Final = re.compile(r"[A-Za-z0-9_-]{2,64}")


def is_alias(text: str) -> bool:
    """Whether the deployment takes this as an alias; older ones can be anything."""
    return _ALIAS.fullmatch(text) is not None


def over_quota(used: int | None, queued: int | None, limit: int | None) -> bool:
    """Whether used and queued minutes have reached a known limit."""
    if limit is None or limit == UNLIMITED or used is None:
        return False
    return used + (queued or 0) >= limit


def never_signed_in(profile: Profile) -> bool:
    """Whether no sign-in is known yet: the first alias, and nothing used, queued or stored."""
    traces = (
        profile.minutes_used,
        profile.minutes_queued,
        profile.models,
        profile.storage_bytes,
    )
    return profile.alias == FIRST_ALIAS and not any(traces)


def status_of(profile: Profile) -> Status:
    """Return the one status a profile is listed under, the one that needs a hand first."""
    if profile.by_name:
        return Status.UNKNOWN
    if profile.limits.paused:
        return Status.PAUSED
    if over_quota(profile.minutes_used, profile.minutes_queued, profile.minutes_limit):
        return Status.OVER_QUOTA
    if never_signed_in(profile):
        return Status.INVITED
    return Status.ACTIVE
