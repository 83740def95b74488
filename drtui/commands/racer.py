"""A racer's page: everything that is known of one user, and asking for what is not yet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.records import SponsoredUser, StoredModel
from drtui.domain.spending import Rates
from drtui.domain.usage import minutes_over_time
from drtui.store.history import Touch, touches, usage_readings
from drtui.store.interests import declare_interest
from drtui.store.models import MODELS_OF, read_models
from drtui.store.sync_state import read_sync_state
from drtui.store.users import user_even_gone

WATCH_SECONDS: Final = 90.0
_TOUCHES: Final = 100  # operations shown; `operations list` has them all


@dataclass(frozen=True, slots=True)
class RacerPage:
    """Everything that is known of one user, each with its age.

    Attributes:
        key: What tables and marks count by.
        user: With the confirmed values, their age, and what is pending.
        gone_at: When it was taken for deleted; None while it is there.
        usage: Minutes used in all months together over time; one reading a change, the oldest
            first, and the last reading of all.
        models: Those that are stored, the newest first.
        models_as_of: When they were read; None when they never were.
        models_trouble: Why they cannot be read now; empty when they can.
        out_of_reach: Why nothing at all is read from the account now; empty where something is.
        touches: The operations that touched it, the newest first.
        rates: What the estimates are made with.
    """

    key: int
    user: SponsoredUser
    gone_at: datetime | None
    usage: tuple[tuple[datetime, int], ...]
    models: tuple[StoredModel, ...]
    models_as_of: datetime | None
    models_trouble: str
    out_of_reach: str
    touches: tuple[Touch, ...]
    rates: Rates

    @property
    def models_by_status(self) -> Mapping[str, int]:
        """How many models there are of each status as sent, the most frequent first."""
        return dict(Counter(model.status for model in self.models).most_common())

    @property
    def training_usd(self) -> float | None:
        """The estimate for training and evaluation so far; None when the hours are unknown."""
        minutes = self.user.minutes_in_total
        return None if minutes is None else self.rates.training(minutes)

    @property
    def storage_usd_month(self) -> float | None:
        """The estimate for a month of what is stored; None when its size is unknown."""
        size = self.user.profile.storage_bytes
        return None if size is None else self.rates.storage(size)


def racer_page(workspace: Workspace, key: int) -> RacerPage | None:
    """Return what is known of a user, gone or not; None when the key never was one's.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        found = user_even_gone(connection, key)
        if found is None:
            return None
        user, gone_at = found
        profile_id = user.profile.profile_id
        listing = read_models(connection, profile_id)
        away = read_sync_state(connection).out_of_reach
        usage = minutes_over_time(usage_readings(connection, key), user.minutes_in_total)
        total = user.minutes_in_total
        if usage and total is not None and usage[-1][0] < user.as_of:
            usage = (*usage, (user.as_of, total))
        return RacerPage(
            key=key,
            user=user,
            gone_at=gone_at,
            usage=usage,
            models=listing.models,
            models_as_of=listing.as_of,
            models_trouble=away or listing.trouble,
            out_of_reach=away,
            touches=tuple(touches(connection, profile_id, _TOUCHES)),
            rates=workspace.rates,
        )


def watch_models(workspace: Workspace, profile_id: str, seconds: float = WATCH_SECONDS) -> None:
    """Ask the engine to read a profile's models, and to keep them fresh for so long.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    declare_interest(workspace.database, f"{MODELS_OF}{profile_id}", seconds)
