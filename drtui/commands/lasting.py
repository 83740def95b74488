"""Whether the sign-in lasts for what is left to be done; for consoles, `doctor` and the service."""

from datetime import UTC, datetime

from drtui.domain.downloads import DOWNLOADS
from drtui.domain.lasting import ends_too_early
from drtui.store.database import Transaction
from drtui.store.lasting import read_kept, remaining_work
from drtui.store.sync_state import read_sync_state


def sign_in_warning(connection: Transaction, now: float, downloads: int = DOWNLOADS) -> str:
    """Say that the sign-in ends before the work does; empty where it does not.

    Args:
        connection: In a transaction.
        now: Seconds since the epoch.
        downloads: How many may begin in 5 minutes.
    """
    kept = read_kept(connection)
    if kept is None or kept.ends_at is None:
        return ""
    work = remaining_work(connection, read_sync_state(connection), now, downloads)
    return ends_too_early(kept, work, datetime.fromtimestamp(now, UTC))
