"""What every command works on: one account's store, and who is working."""

from dataclasses import dataclass, field

from drtui.domain.admin_calls import MOST
from drtui.domain.authors import Author
from drtui.domain.downloads import DOWNLOADS
from drtui.domain.spending import Rates
from drtui.store.database import Database


@dataclass(frozen=True, slots=True)
class Workspace:
    """One account's store, with what commands need beside it.

    Attributes:
        database: The open store.
        who: The system user.
        rates: What estimates are made with.
        admin_calls: How many calls in 5 minutes the firewall's pacer lets through.
        region: Where the sponsor's AWS services are called; empty is unknown.
        downloads: How many may begin in 5 minutes.
        own_buckets: The names of the deployment's own buckets, as far as they are known.
        uploads: Whether one of them is known that models to be imported are uploaded to.
        zone: The event's time zone by its name; empty is this machine's.
        website: The address of the deployment's site; empty is unknown.
    """

    database: Database
    who: str
    rates: Rates = field(default_factory=Rates)
    admin_calls: int = MOST
    region: str = ""
    downloads: int = DOWNLOADS
    own_buckets: frozenset[str] = frozenset()
    uploads: bool = True
    zone: str = ""
    website: str = ""

    def author(self) -> Author:
        """Who does something now: the system user, and whoever is signed in to the account."""
        from drtui.store.sync_state import read_sync_state

        with self.database.read() as connection:
            return Author(self.who, read_sync_state(connection).caller_alias)
