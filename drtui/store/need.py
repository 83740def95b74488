"""Who needs a hand: the profiles and the number of what failed or is in conflict."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from drtui.domain.operations import ACCOUNT_FIELDS, SETTLED_WELL, ItemState
from drtui.domain.records import SponsoredUser
from drtui.store.undoing import OPERATIONS, taken_back
from drtui.store.users import ITEMS, chunks

_LATER: Final = ITEMS.alias("later")


def failed_count(connection: Connection) -> int:
    """Return how many items failed and still need a hand; see `failed_in_need`."""
    statement = (
        select(func.count())
        .select_from(OPERATIONS.join(ITEMS, ITEMS.c.operation_id == OPERATIONS.c.id))
        .where(failed_in_need())
    )
    return connection.scalar(statement) or 0


def with_trouble(
    connection: Connection, users: Mapping[int, SponsoredUser]
) -> dict[int, SponsoredUser]:
    """Return users with what needs a hand of each; see `SponsoredUser.trouble`."""
    found: dict[str, str] = {}
    for chunk in chunks([user.profile.profile_id for user in users.values()]):
        rows = connection.execute(
            select(ITEMS.c.target, ITEMS.c.state).where(
                ITEMS.c.target.in_(chunk),
                or_(ITEMS.c.state == ItemState.CONFLICT, failed_in_need()),
            )
        )
        for target, state in rows:
            if found.get(target) != ItemState.CONFLICT:  # it holds back what comes after it
                found[target] = state
    if not found:
        return dict(users)
    return {
        key: replace(user, trouble=found.get(user.profile.profile_id, ""))
        for key, user in users.items()
    }


def failed_in_need() -> ColumnElement[bool]:
    """The condition that an item failed, and that neither an undo nor a later item made it moot."""
    return and_(
        ITEMS.c.state == ItemState.FAILED,
        ITEMS.c.operation_id.not_in(taken_back()),
        ~_made_moot(),
    )


def _made_moot() -> ColumnElement[bool]:
    """The condition that a later item of the same target has settled all of an item's fields.

    What is remembered counts only for an item that changes nothing else. An item that was tried
    again after that, and failed again, is not moot.
    """
    field = func.json_each(ITEMS.c.after).table_valued("key", name="field")
    left_alone = (
        select(field.c.key)
        .where(
            or_(ITEMS.c.local.is_(True), field.c.key.in_(ACCOUNT_FIELDS)),
            func.json_type(_LATER.c.after, literal("$.") + field.c.key).is_(None),
        )
        .correlate(ITEMS, _LATER)
    )
    later = select(_LATER.c.id).where(
        _LATER.c.target == ITEMS.c.target,
        _LATER.c.operation_id > ITEMS.c.operation_id,
        _LATER.c.state.in_(sorted(SETTLED_WELL)),
        _LATER.c.settled_at >= ITEMS.c.settled_at,
        ~left_alone.exists(),
    )
    return later.correlate(ITEMS).exists()
