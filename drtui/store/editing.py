"""Editing an operation of which nothing was sent: its targets are planned anew for another action.

What was so already is looked at again too, unless another operation has set it since: that one's
word is the later. What was cancelled stays so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from drtui.domain.actions import Action, Change, TargetState, applied, planned_on
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import OPEN, Item, ItemState, Values, is_local
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.quota_notes import lowered_lines
from drtui.domain.quotas import CannotChangeError
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.operation_log import item_of
from drtui.store.rebasing import rebase, states_before
from drtui.store.targets import targets_by_profile
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS

_EDITED: Final = "edited"
_EARLIER: Final = "an earlier operation was edited"
_GONE: Final = "is not in the account any more"
_OVERTAKEN: Final = "was so already, and another operation has set it since"
_CAME_ABOUT: Final = (ItemState.DONE, ItemState.ALREADY_SO)


@dataclass(frozen=True, slots=True)
class Edited:
    """What an operation is about to become, or has.

    Attributes:
        was: What it does now, in a line.
        what: What it is to do, likewise.
        changes: How many targets it changes.
        already_so: How many are so already.
        cannot: Why others are left out, with how many.
        notes: What there is to know beside; not among what is confirmed.
    """

    was: str
    what: str
    changes: int
    already_so: int
    cannot: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Anew:
    """One target; without a change it is left out, for a reason.

    Attributes:
        state: What its target has before it.
    """

    item: Item
    before: Values
    change: Change | None
    reason: str = _EDITED
    state: TargetState | None = None


def plan_edit(connection: Connection, operation_id: int, action: Action) -> Edited:
    """Return what an operation becomes when another action of its kind takes the place of its own.

    Raises:
        InvalidInputError: There is none of that number, it does something else, or some of it was
            sent already.
    """
    was = _check(connection, operation_id, action)
    rows = _anew(connection, operation_id, action)
    return replace(_edited(was, action, rows), notes=_lowered(connection, rows))


def edit(
    database: Database, operation_id: int, action: Action, author: Author, expected: Edited
) -> None:
    """Give an operation another action of its kind, as `plan_edit` told.

    Raises:
        InvalidInputError: See `plan_edit`.
        PlanOutdatedError: It would become something else than was expected, or is something else
            by now.
    """
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        was = _check(connection, operation_id, action)
        rows = _anew(connection, operation_id, action)
        if _edited(was, action, rows) != replace(expected, notes=()):
            raise PlanOutdatedError("Something has changed meanwhile: look at the plan again.")
        now = database.clock()
        _write(connection, rows, now)
        rebase(
            connection,
            [
                (row.item, row.before if row.change is None else row.change.after)
                for row in rows
                # What follows was not planned on what was settled, and is then left out.
                if row.change is not None or row.item.state in OPEN
            ],
            _EARLIER,
        )
        connection.execute(
            update(OPERATIONS)
            .where(OPERATIONS.c.id == operation_id)
            .values(what=action.describe(), params=action.params())
        )
        result = f"“{was}” became “{action.describe()}” for {expected.changes:,}"
        write_journal(connection, now, author, "Edit", result, operation_id=operation_id)


def _check(connection: Connection, operation_id: int, action: Action) -> str:
    """Refuse what cannot be edited; return what the operation does."""
    found = connection.execute(
        select(OPERATIONS.c.kind, OPERATIONS.c.what).where(OPERATIONS.c.id == operation_id)
    ).first()
    if found is None:
        raise InvalidInputError(f"There is no operation {operation_id}.")
    if found.kind != action.kind:
        raise InvalidInputError(f"Operation {operation_id} does something else: “{found.what}”.")
    unsent = {ItemState.PENDING, ItemState.ALREADY_SO, ItemState.CANCELLED}
    tried = (ITEMS.c.attempts > 0) & (ITEMS.c.state != ItemState.CANCELLED)
    rows = connection.execute(
        select(ITEMS.c.state, (tried | ITEMS.c.unknown_at.is_not(None)).label("sent")).where(
            ITEMS.c.operation_id == operation_id
        )
    ).all()
    if any(row.state not in unsent or row.sent for row in rows):
        raise InvalidInputError(
            f"Some of operation {operation_id} was sent already, or is in conflict: cancel the "
            "rest, and do it anew."
        )
    if all(row.state == ItemState.CANCELLED for row in rows):
        raise InvalidInputError(f"Nothing of operation {operation_id} is on its way any more.")
    return str(found.what)


def _anew(connection: Connection, operation_id: int, action: Action) -> list[_Anew]:
    statement = (
        select(ITEMS)
        .where(ITEMS.c.operation_id == operation_id, ITEMS.c.state != ItemState.CANCELLED)
        .order_by(ITEMS.c.id)
    )
    items = [item_of(row) for row in connection.execute(statement).mappings()]
    states = states_before(connection, items)
    set_since = _set_since(connection, operation_id)
    rows: list[_Anew] = []
    for item in items:
        state = states.get(item.target)
        try:
            if state is None:
                raise CannotChangeError(_GONE)
            change = applied(action, state)
            if not set_since.get(item.target, set()).isdisjoint(change.after):
                raise CannotChangeError(_OVERTAKEN)
        except CannotChangeError as error:
            rows.append(_Anew(item, item.before, None, str(error)))
        else:
            rows.append(_Anew(item, planned_on(change, state), change, state=state))
    return rows


def _set_since(connection: Connection, operation_id: int) -> dict[str, set[str]]:
    """Which fields other operations have set of targets that were so already, by target."""
    other = ITEMS.alias("other")
    since = (other.c.settled_at > ITEMS.c.settled_at) | (
        (other.c.settled_at == ITEMS.c.settled_at) & (other.c.id > ITEMS.c.id)
    )
    rows = connection.execute(
        select(other.c.target, other.c.after)
        .join(ITEMS, ITEMS.c.target == other.c.target)
        .where(
            ITEMS.c.operation_id == operation_id,
            ITEMS.c.state == ItemState.ALREADY_SO,
            other.c.state.in_(_CAME_ABOUT),
            since,
        )
    )
    found: dict[str, set[str]] = {}
    for target, after in rows:
        found.setdefault(target, set()).update(after)
    return found


def _edited(was: str, action: Action, rows: Sequence[_Anew]) -> Edited:
    already_so = sum(row.change is not None and row.change.already_so for row in rows)
    cannot = Counter(row.reason for row in rows if row.change is None)
    return Edited(
        was,
        action.describe(),
        len(rows) - already_so - cannot.total(),
        already_so,
        tuple(cannot.most_common()),
    )


def _lowered(connection: Connection, rows: Sequence[_Anew]) -> tuple[str, ...]:
    """Say whose quotas become less than they are; that goes by their use, and changes with it."""
    chosen = targets_by_profile(connection, [row.item.target for row in rows])
    becoming = [
        (chosen[row.item.target], row.state.overlaid(row.change.after))
        for row in rows
        if row.item.target in chosen
        and row.state is not None
        and row.change is not None
        and not row.change.already_so
    ]
    return tuple(lowered_lines(becoming))


def _write(connection: Connection, rows: Sequence[_Anew], now: float) -> None:
    if rows:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.id == bindparam("item_id"))
            .values(
                before=bindparam("new_before"),
                after=bindparam("new_after"),
                state=bindparam("new_state"),
                local=bindparam("new_local"),
                reason=bindparam("new_reason"),
                settled_at=bindparam("new_settled_at"),
                due_at=0.0,
                attempts=0,
            ),
            [_values(row, now) for row in rows],
        )


def _values(row: _Anew, now: float) -> dict[str, Any]:
    after = row.item.after if row.change is None else dict(row.change.after)
    return {
        "item_id": row.item.item_id,
        "new_before": dict(row.before),
        "new_after": after,
        # What is so already is claimed all the same: what is on its way before it may fail.
        "new_state": (ItemState.CANCELLED if row.change is None else ItemState.PENDING).value,
        "new_local": is_local(after),
        "new_reason": row.reason,
        "new_settled_at": now if row.change is None else None,
    }
