"""Which models of racers are known, and since when: what a deletion of them is counted by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from drtui.store.models import LISTINGS, MODELS, SWEEP, THERE
from drtui.store.users import chunks


@dataclass(frozen=True, slots=True)
class KnownModels:
    """The models of a racer as they were read last.

    Attributes:
        ids: Those that were there.
        read_at: When, in seconds since the epoch.
    """

    ids: frozenset[str]
    read_at: float


def known_models(connection: Connection, profile_ids: Sequence[str]) -> dict[str, KnownModels]:
    """Return the models of racers by profile; of whom they were never read is left out."""
    all_read_at: float | None = connection.scalar(select(SWEEP.c.all_read_at))
    found: dict[str, KnownModels] = {}
    for chunk in chunks(profile_ids):
        listings = select(LISTINGS.c.profile_id, LISTINGS.c.read_at).where(
            LISTINGS.c.profile_id.in_(chunk)
        )
        read_at = {row.profile_id: row.read_at for row in connection.execute(listings)}
        ids: dict[str, set[str]] = {}
        models = select(MODELS.c.profile_id, MODELS.c.model_id).where(
            MODELS.c.profile_id.in_(chunk), THERE
        )
        for row in connection.execute(models):
            ids.setdefault(row.profile_id, set()).add(row.model_id)
        for profile_id in chunk:
            times = [at for at in (read_at.get(profile_id), all_read_at) if at is not None]
            if times:
                found[profile_id] = KnownModels(frozenset(ids.get(profile_id, ())), max(times))
    return found
