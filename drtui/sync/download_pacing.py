"""How fast downloads may begin: below the deployment's alarm, and within what a firewall counts."""

import threading

from drtui.domain.admin_calls import download_share
from drtui.domain.downloads import DOWNLOADS
from drtui.store.database import Database
from drtui.store.downloading import claim_download, seconds_until_download
from drtui.sync.pacing import AdminBudget


class DownloadBudget:
    """Links to archives that may be asked for; safe to use from several threads.

    Both counts are kept in the store, so that they hold over a restart and for every process.

    Args:
        database: The open store.
        admin: The calls that a firewall counts, which these are too.
        downloads: How many may begin in 5 minutes.
    """

    def __init__(self, database: Database, admin: AdminBudget, downloads: int = DOWNLOADS) -> None:
        self._database = database
        self._admin = admin
        self._own = admin.counted()
        self._share = download_share(admin.calls)
        self._downloads = downloads
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Count one link before it is asked for; False where it may not be asked for now."""
        with self._lock:
            if self.seconds() > 0:
                return False
            return self._take() and claim_download(self._database, self._downloads)

    def take_look(self) -> bool:
        """Count one listing of a racer's models, which is no download."""
        with self._lock:
            return self._take()

    def seconds(self) -> float:
        """In how many seconds a link may be asked for; 0 is now."""
        with self._database.read() as connection:
            now = self._database.clock()
            alarm = seconds_until_download(connection, now, self._downloads)
        own = self._own.seconds_until(self._share - 1)
        return max(alarm, own, self._admin.seconds_until(bulk=True))

    def _take(self) -> bool:
        if len(self._own) >= self._share or not self._admin.take(bulk=True):
            return False
        self._own.add()
        return True
