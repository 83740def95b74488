"""What this machine's time zone is called, so that a file means the same on another machine."""

import os
from datetime import tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drtui.domain.race_times import SystemZone

LOCALTIME: Final = Path("/etc/localtime")
_FOLDER: Final = "zoneinfo/"


def lasting_zone(zone: tzinfo, localtime: Path = LOCALTIME) -> tzinfo:
    """Return a zone by its name; this machine's as it is where that has no name.

    Args:
        zone: Any.
        localtime: The link to the file of the machine's zone, where `TZ` is not set.
    """
    if not isinstance(zone, SystemZone):
        return zone
    name = os.environ.get("TZ")
    if name is None:
        name = str(localtime.resolve()).rpartition(_FOLDER)[2]
    try:
        return ZoneInfo(name.removeprefix(":"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return zone
