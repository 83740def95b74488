"""How many downloads there may be, and when the last of them begins."""

from datetime import datetime, timedelta
from typing import Final

from drtui.domain.progress import duration_text
from drtui.domain.wording import counted

DOWNLOADS: Final = 40
"""So many begin in 5 minutes unless the settings say otherwise."""

ALARM: Final = 50
"""At so many in 5 minutes an alarm of the deployment fires (DeepRacer API facts)."""

_MINUTES: Final = 5


def finish_line(
    count: int, now: datetime, *, waiting: int, begun: int, per_window: int, calls: int
) -> str:
    """Say when the last of some downloads begins, if nothing else holds it up.

    Args:
        count: How many are planned.
        now: When this is said.
        waiting: How many are on their way already.
        begun: How many began in the last 5 minutes.
        per_window: How many may begin in 5 minutes, by the settings.
        calls: How many calls of bulk operations a firewall leaves in 5 minutes.
    """
    most = max(1, min(per_window, calls))
    windows = (max(1, count) + waiting + min(begun, most) - 1) // most
    what = counted(count + waiting, "download")
    pace = f"{most} in 5 minutes"
    if not windows:
        return f"{what}, at most {pace}: all of them begin one after the other, without a pause."
    wait = timedelta(minutes=_MINUTES * windows)
    return (
        f"{what} at {pace}: the last begins about {now + wait:%Y-%m-%d %H:%M} UTC, in "
        f"{duration_text(wait.total_seconds())}, if files come as fast as that."
    )


def size_text(size: int) -> str:
    """Return a size for the admin: `812 bytes`, `12.3 MB`, `4.9 GB`; 1 MB is 1,000,000 bytes."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= bytes_of:
            return f"{size / bytes_of:,.1f} {unit}"
    return f"{size} bytes"
