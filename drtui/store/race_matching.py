"""Whose aliases they are: leaderboards bear neither emails nor the ids of profiles."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from drtui.domain.models import ModelStatus
from drtui.domain.operations import ALIAS, ON_THE_WAY, ItemState, text_in
from drtui.domain.race_records import NamedRacer
from drtui.domain.text import fold
from drtui.store.models import LISTINGS, MODELS, SWEEP, THERE
from drtui.store.users import ITEMS, USERS, chunks


def racers_of_aliases(
    connection: Connection, aliases: Iterable[str], read_at: datetime | None = None
) -> Mapping[str, tuple[NamedRacer, ...]]:
    """Return the racers who bear each alias, in whatever case it is written.

    Aliases are not unique, and may have been changed since (DeepRacer API facts, behaviour 5): who
    shares one is for the caller to mark. Racers who are gone bore theirs to the end. Whoever bore
    an alias until an operation changed it is among them as well; both that racer and who took one
    over are not certain where it may have come about since the aliases were read.

    Args:
        connection: In a transaction.
        aliases: As sent.
        read_at: When they were read; None is now.

    Returns:
        By alias as given; none where nobody bears it, or did.
    """
    wanted: dict[str, list[str]] = {}
    for alias in aliases:
        wanted.setdefault(fold(alias), []).append(alias)
    found: dict[str, list[NamedRacer]] = {alias: [] for names in wanted.values() for alias in names}
    former, taken = _changed_since(connection, read_at)
    rows = connection.execute(
        select(
            *(USERS.c.profile_id, USERS.c.alias, USERS.c.email, USERS.c.tags, USERS.c.gone_at)
        ).order_by(USERS.c.gone_at.is_not(None), USERS.c.id)
    )
    bearers = [
        (alias, row)
        for row in rows
        for alias in dict.fromkeys([row.alias, *former.get(row.profile_id, ())])
        if fold(alias) in wanted
    ]
    ready = ready_models(connection, list({row.profile_id for _, row in bearers}))
    for borne, row in bearers:
        doubtful = borne != row.alias or fold(borne) in taken.get(row.profile_id, ())
        racer = NamedRacer(
            row.profile_id,
            borne,
            row.email,
            tuple(row.tags.split()),
            ready[row.profile_id],
            certain=row.gone_at is None and not doubtful,
        )
        for alias in wanted[fold(borne)]:
            found[alias].append(racer)
    return {alias: tuple(racers) for alias, racers in found.items()}


def _changed_since(
    connection: Connection, read_at: datetime | None
) -> tuple[Mapping[str, list[str]], Mapping[str, set[str]]]:
    """Return which aliases each racer has had, and which were taken, since a moment.

    What is on its way may have arrived already; so may what failed without an answer.

    Returns:
        By the profile's id: the former aliases; and the aliases that were taken, folded.
    """
    former: dict[str, list[str]] = {}
    taken: dict[str, set[str]] = {}
    if read_at is None:
        return former, taken
    rows = connection.execute(
        select(ITEMS.c.target, ITEMS.c.before, ITEMS.c.after).where(
            ITEMS.c.service.is_(None),
            ITEMS.c.after[ALIAS].as_string().is_not(None),
            (ITEMS.c.settled_at > read_at.timestamp()) | ITEMS.c.settled_at.is_(None),
            ITEMS.c.state.in_(sorted({ItemState.DONE, *ON_THE_WAY}))
            | ITEMS.c.unknown_at.is_not(None),
        )
    )
    for row in rows:
        old, new = text_in(row.before, ALIAS) or "", text_in(row.after, ALIAS) or ""
        if old and new and old != new:
            former.setdefault(row.target, []).append(old)
            taken.setdefault(row.target, set()).add(fold(new))
    return former, taken


def ready_models(connection: Connection, profile_ids: list[str]) -> dict[str, int | None]:
    """Return how many models of each profile are ready; None where they were never listed."""
    all_read = connection.scalar(select(SWEEP.c.all_read_at)) is not None
    ready: dict[str, int | None] = dict.fromkeys(profile_ids, 0 if all_read else None)
    for chunk in chunks(profile_ids):
        read = select(LISTINGS.c.profile_id).where(
            LISTINGS.c.profile_id.in_(chunk), LISTINGS.c.read_at.is_not(None)
        )
        ready |= dict.fromkeys(connection.scalars(read), 0)
        counted = (
            select(MODELS.c.profile_id, func.count())
            .where(
                MODELS.c.profile_id.in_(chunk),
                THERE,
                MODELS.c.listed.is_(true()),
                func.upper(MODELS.c.status) == ModelStatus.READY.value,
            )
            .group_by(MODELS.c.profile_id)
        )
        ready |= dict(connection.execute(counted).all())
    return ready
