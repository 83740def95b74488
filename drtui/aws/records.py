"""The deployment's JSON as domain records; total: nothing that arrives can make it raise.

Absent is unknown (None), and so is a value of another type. Text is kept as it was sent, except
for lone surrogates, which no database or terminal can hold; whoever shows it cleans it.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from drtui.domain.model_calls import ListedModel
from drtui.domain.records import Limits, Profile, StoredModel

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MOST: Final = 2**63 - 1  # what a database column holds
_ID: Final = re.compile(r"[!-~]{1,128}")


def profile(value: object) -> Profile | None:
    """Return one profile; None when it has no usable id, without which it is nobody's.

    A profile without an alias has an empty one.
    """
    if not isinstance(value, dict):
        return None
    profile_id = value.get("profileId")
    if not isinstance(profile_id, str) or not _ID.fullmatch(profile_id):
        return None
    limits = limits_of(value)
    return Profile(
        profile_id=profile_id,
        alias=text(value.get("alias")) or "",
        email=text(value.get("emailAddress")),
        role_name=text(value.get("roleName")),
        minutes_used=whole(value.get("computeMinutesUsed")),
        minutes_queued=whole(value.get("computeMinutesQueued")),
        minutes_limit=limits.minutes,
        models=whole(value.get("modelCount")),
        models_limit=limits.models,
        storage_bytes=whole(value.get("modelStorageUsage")),
        created_at=moment(value.get("createdAt")),
    )


def named_profile(value: object) -> Profile | None:
    """Return one profile of a list of names; None when it has no usable id.

    Its `totalModelCount` is what is stored, which is not `Profile.models`, the month's count.
    """
    full = profile(value)
    return None if full is None else Profile(full.profile_id, full.alias, full.email, by_name=True)


def stored_model(value: object) -> StoredModel | None:
    """Return one model; None when it has no usable id. A name or status left out is empty."""
    if not isinstance(value, dict):
        return None
    model_id = value.get("modelId")
    if not isinstance(model_id, str) or not _ID.fullmatch(model_id):
        return None
    return StoredModel(
        model_id=model_id,
        name=text(value.get("name")) or "",
        status=text(value.get("status")) or "",
        created_at=moment(value.get("createdAt")),
    )


def listed_model(value: object) -> ListedModel | None:
    """Return one model; None when it has no usable id, its own or, where one is told, the racer's.

    The track is where the training's configuration has it.
    """
    if not isinstance(value, dict):
        return None
    model_id, profile_id = value.get("modelId"), value.get("profileId", "")
    if not isinstance(model_id, str) or not _ID.fullmatch(model_id):
        return None
    if profile_id != "" and (not isinstance(profile_id, str) or not _ID.fullmatch(profile_id)):
        return None
    size = whole(value.get("fileSizeInBytes"))
    track = mapping(mapping(value.get("trainingConfig")).get("trackConfig"))
    return ListedModel(
        profile_id=profile_id,
        model_id=model_id,
        name=text(value.get("name")) or "",
        status=text(value.get("status")) or "",
        created_at=moment(value.get("createdAt")),
        source=text(value.get("modelSource")) or "",
        trouble=text(value.get("importErrorMessage")) or "",
        size=None if size is None or size < 0 else size,
        training_status=text(value.get("trainingStatus")) or "",
        track=text(track.get("trackId")) or "",
        metadata=mapping(value.get("metadata")),
    )


def mapping(value: object) -> Mapping[str, object]:
    """Return an object as it is; what is none is an empty one."""
    return value if isinstance(value, dict) else {}


def limits_of(value: Mapping[str, object]) -> Limits:
    """Return the limits of a profile."""
    return Limits(whole(value.get("maxTotalComputeMinutes")), whole(value.get("maxModelCount")))


def whole(value: object) -> int | None:
    """Return a whole number that may have been sent as a string (`15`, `15.0`); else None.

    A fraction is rounded: the deployment refuses one as a limit, so only usage can have it.
    """
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            return None
        value = int(value) if value.strip().lstrip("+-").isdigit() else float(value)
    if isinstance(value, float) and math.isfinite(value):
        value = math.floor(value + 0.5)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -_MOST <= value <= _MOST else None


def text(value: object) -> str | None:
    """Return a text that is not empty; else None."""
    if not isinstance(value, str) or not value:
        return None
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time in UTC; None when it is none or has no zone."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None
