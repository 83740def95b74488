"""How an engine works, and how a run of it ends."""

from dataclasses import dataclass, field
from enum import Enum

from drtui.domain.admin_calls import MOST
from drtui.domain.spending import Rates


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How the engine works.

    Attributes:
        concurrency: Calls at once.
        changes_per_second: Profile changes a second, below the user pool's read quota.
        refresh_seconds: How old the copy may get before it is pulled again.
        admin_calls: Calls in 5 minutes whose path contains `/admin/`.
        version: What the deployment's site says that it is; empty where that is not known.
        rates: What spending is estimated with, for filters of what is for a set time.
    """

    concurrency: int = 32
    changes_per_second: float = 110.0
    refresh_seconds: float = 30.0
    admin_calls: int = MOST
    version: str = ""
    rates: Rates = field(default_factory=Rates)


class Ending(Enum):
    """How a run ended."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    HALTED = "halted"
