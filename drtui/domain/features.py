"""What a deployment can do, by the version that it says it is, or by what was found out.

Facts: DeepRacer API facts, the operations marked "1.3+". A version that this drtui does not know
is taken for the newest one that it does.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_VERSION: Final = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?![\d.])")


class Feature(StrEnum):
    """What not every deployment has."""

    BULK_INVITE = "bulk invite"
    RESEND_INVITE = "resend invite"
    ALL_MODELS = "all models in one call"
    ACTIVE_RACE_CHANGES = "changes to an active race"


SINCE: Final[Mapping[Feature, tuple[int, int]]] = dict.fromkeys(Feature, (1, 3))


def parse_version(text: str | None) -> tuple[int, int, int] | None:
    """Return a `solutionVersion` such as `v1.3.1` as numbers; None when it is not one."""
    found = _VERSION.match((text or "").strip())
    return None if found is None else (int(found[1]), int(found[2]), int(found[3] or 0))


def found_out(has_bulk_invite: bool) -> Mapping[Feature, bool | None]:
    """Return what one feature that is there, or is not, tells of all; None where it tells nothing.

    What is as old is there too, or is not either.
    """
    told = SINCE[Feature.BULK_INVITE]
    return {
        feature: has_bulk_invite if (since <= told if has_bulk_invite else since >= told) else None
        for feature, since in SINCE.items()
    }


def features_of(version: str | None) -> Mapping[Feature, bool | None]:
    """Return what a version can do; None for each feature where the version is not known."""
    parsed = parse_version(version)
    if parsed is None:
        return dict.fromkeys(Feature)
    return {feature: parsed[:2] >= since for feature, since in SINCE.items()}
