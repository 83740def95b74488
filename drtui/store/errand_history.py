"""What the operation log tells of earlier errands, by what they were about."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from drtui.domain.errands import Service, subject_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.text import fold
from drtui.store.operation_log import item_of
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS


def errands_about(
    connection: Connection,
    service: Service,
    states: Collection[ItemState] = (),
    *,
    subject: str | None = None,
) -> dict[str, list[Item]]:
    """Return the errands about each subject, the oldest first, by the folded subject.

    Args:
        connection: In a transaction.
        service: Whose errands.
        states: Only those in one of these states; empty is all.
        subject: Only those about this, to the letter; None is all.
    """
    statement = select(ITEMS).where(ITEMS.c.service == service)
    if states:
        statement = statement.where(ITEMS.c.state.in_(sorted(states)))
    if subject is not None:
        statement = statement.where(ITEMS.c.target == f"{service}:{subject}")
    ordered = statement.order_by(ITEMS.c.operation_id, ITEMS.c.id)
    found: dict[str, list[Item]] = {}
    for item in map(item_of, connection.execute(ordered).mappings()):
        found.setdefault(fold(subject_of(item)), []).append(item)
    return found


def last_errands(
    connection: Connection,
    service: Service,
    states: Collection[ItemState] = (),
    *,
    subject: str | None = None,
) -> dict[str, Item]:
    """Return the last errand about each subject; see `errands_about`."""
    found = errands_about(connection, service, states, subject=subject)
    return {key: about[-1] for key, about in found.items()}


def operation_params(connection: Connection, operation_id: int) -> Mapping[str, str]:
    """Return what an operation was submitted with beside its targets; empty without one."""
    params = connection.scalar(select(OPERATIONS.c.params).where(OPERATIONS.c.id == operation_id))
    return dict(params or {})
