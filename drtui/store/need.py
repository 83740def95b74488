"""Who needs a hand: the profiles and the number of what failed or is in conflict."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from drtui.domain.operations import ItemState
from drtui.domain.records import SponsoredUser
from drtui.store.undoing import OPERATIONS, came_about
from drtui.store.users import ITEMS, chunks


def failed_count(connection: Connection) -> int:
    """Return how many items failed, of operations that have not been undone since."""
    statement = (
        select(func.count())
        .select_from(OPERATIONS.join(ITEMS, ITEMS.c.operation_id == OPERATIONS.c.id))
        .where(_failed_and_not_undone())
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
                or_(ITEMS.c.state == ItemState.CONFLICT, _failed_and_not_undone()),
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


def _failed_and_not_undone() -> ColumnElement[bool]:
    undone = select(OPERATIONS.c.undoes).where(OPERATIONS.c.undoes.is_not(None), came_about())
    return and_(ITEMS.c.state == ItemState.FAILED, ITEMS.c.operation_id.not_in(undone))
