"""What would become of the queue if it were delivered now, by what the store knows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from drtui.domain.operations import (
    Item,
    ItemState,
    Values,
    Verdict,
    compare,
    deletes_user,
    is_local,
)
from drtui.store.due import last_sweep
from drtui.store.late import late_operations
from drtui.store.operation_log import item_of
from drtui.store.settlement import GONE, refused
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, chunks, is_open, rows_by_profile


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An item that would not be sent as it was planned.

    Attributes:
        theirs: What the account has instead, of the fields that it changes; empty where the target
            is gone.
        reason: Why, where there is nothing to compare.
    """

    item: Item
    theirs: Values = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of the queue.

    Attributes:
        to_send: How many items would be sent as planned.
        already_so: How many the account has already.
        conflicts: Those that would conflict, or fail, in the order of delivery.
        held_back: How many would wait behind a conflict, or behind what is late.
        errands: How many are compared only when they are carried out.
        in_doubt: How many were sent, with an outcome that is not known yet.
        late: How many of what was scheduled are late, and wait for a word.
        remembered: How many change only what drtui remembers; nothing is sent of them.
        behind: How many of each operation would wait behind a conflict, by its number.
    """

    to_send: int
    already_so: int
    conflicts: tuple[Foreseen, ...]
    held_back: int
    errands: int
    in_doubt: int
    late: int = 0
    remembered: int = 0
    behind: Mapping[int, int] = field(default_factory=dict)


_OPEN_BY_TARGET: Final = select(ITEMS).where(is_open()).order_by(ITEMS.c.target, ITEMS.c.rank)


def preview(connection: Connection) -> Preview:
    """Compare what is on its way with the account's confirmed values; nothing is changed."""
    open_items = [item_of(row) for row in connection.execute(_OPEN_BY_TARGET).mappings()]
    profiles = [one for one in open_items if one.service is None]
    targets = list(dict.fromkeys(one.target for one in profiles))
    users: dict[str, RowMapping] = {}
    for chunk in chunks(targets):
        users |= rows_by_profile(connection, chunk)
    late = late_operations(connection)
    me, swept_from = read_sync_state(connection).caller_profile, last_sweep(connection)

    def refusal(item: Item) -> str:
        if is_local(item.after):
            return ""
        found = refused(item, users[item.target], me=me, swept_from=swept_from)
        return found.reason if found is not None and found.state is ItemState.FAILED else ""

    verdicts = [
        (item, verdict, found)
        for target, items in groupby(profiles, lambda one: one.target)
        for item, verdict, found in _foresee(list(items), users.get(target), refusal, late)
    ]
    conflicts = [found for _, _, found in verdicts if found is not None]
    counts = [verdict for _, verdict, found in verdicts if found is None]
    remembered = sum(
        is_local(item.after)
        for item, verdict, found in verdicts
        if found is None and verdict is Verdict.ALREADY_SO
    )
    held = [item for item, verdict, _ in verdicts if verdict is None]
    waiting = sum(_waits(item, late) for item in held)
    return Preview(
        to_send=counts.count(Verdict.SEND),
        already_so=counts.count(Verdict.ALREADY_SO) - remembered,
        remembered=remembered,
        conflicts=tuple(sorted(conflicts, key=lambda one: (one.item.rank, one.item.item_id))),
        held_back=counts.count(None) - waiting,
        late=waiting,
        errands=len(open_items) - len(profiles),
        in_doubt=counts.count(Verdict.CONFLICT),
        behind=Counter(item.operation_id for item in held if not _waits(item, late)),
    )


def _foresee(
    items: list[Item],
    user: RowMapping | None,
    refusal: Callable[[Item], str],
    late: Collection[int],
) -> Iterator[tuple[Item, Verdict | None, Foreseen | None]]:
    """Say of each item of one target what would become of it.

    A verdict of None is held back behind a conflict, or late; `CONFLICT` without more is in doubt.
    """
    held = False
    state = None if user is None else confirmed_state(user)
    for item in items:
        if item.state is ItemState.CONFLICT:
            held = True
        elif held or _waits(item, late):
            held = True
            yield item, None, None
        elif state is None:
            gone = deletes_user(item.after)
            yield item, Verdict.ALREADY_SO, None if gone else Foreseen(item, reason=GONE)
        elif item.state is not ItemState.PENDING or item.unknown_at is not None:
            state = state.overlaid(item.after)
            yield item, Verdict.CONFLICT, None
        else:
            present = state.values()
            verdict = compare(item.before, item.after, present)
            found = None
            if verdict is not Verdict.ALREADY_SO and (why := refusal(item)):
                # What follows it is planned anew, and sent.
                found = Foreseen(item, reason=why)
                state = state.overlaid(item.after)
            elif verdict is Verdict.CONFLICT:
                held = True
                found = Foreseen(item, {name: present.get(name) for name in item.after})
            else:
                state = state.overlaid(item.after)
            yield item, verdict, found


def _waits(item: Item, late: Collection[int]) -> bool:
    """Whether an item waits for a word, because its operation is late; what is being sent goes."""
    is_held = item.operation_id in late and not item.cancel_requested
    return is_held and item.state is not ItemState.SENDING
