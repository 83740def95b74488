"""Whether a target still has what an operation left, by the log and not by its values alone.

The same values can be another's word by now: of a racer whom one admin paused and resumed, and
whom another has paused since, the first pause is not what keeps them paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drtui.domain.actions import Applicable, TargetState, applied
from drtui.domain.operations import Item, Values
from drtui.domain.quotas import CannotChangeError


@dataclass(frozen=True, slots=True)
class Later:
    """What came about of the same target later, or is on its way.

    Attributes:
        item: Of the later operation.
        action: What that operation asked for; None of an errand.
        stands: Whether it was not undone since.
    """

    item: Item
    action: Applicable | None
    stands: bool


def overtaken_by(item: Item, present: TargetState, later: Sequence[Later]) -> list[int]:
    """Return the later operations that an undo of an item would go against, the oldest first.

    What stands of the later ones is done again in thought, on what the target had before the
    item. Where that leads to what the undo puts back, all of them still have what they asked for:
    a pause that was resumed meanwhile, say, or everybody resumed who was not paused.

    Args:
        item: What is to be undone; of a profile.
        present: What its target has once what is on its way has arrived.
        later: Of the same target, the oldest first.
    """
    state = present
    for one in reversed(later):
        state = state.overlaid(one.item.before)
    state = state.overlaid(item.before)
    by: dict[str, int] = {}
    for one in later:
        if one.stands and one.action is not None:
            was, state = state.values(), state.overlaid(_made(one.action, one.item, state))
            now = state.values()
            by |= {name: one.item.operation_id for name in item.after if now[name] != was[name]}
    now = state.values()
    return sorted({by[name] for name in by if now[name] != item.before[name]})


def _made(action: Applicable, item: Item, state: TargetState) -> Values:
    """Return what an action makes of a state; what it did make where it has no meaning there."""
    try:
        return applied(action, state).after
    except CannotChangeError:
        return item.after


def errand_overtaken_by(item: Item, name: str, later: Sequence[Later]) -> int | None:
    """Return the later errand's operation that an undo of an errand would go against, if any.

    Args:
        item: What is to be undone.
        name: The field that it puts back.
        later: Of the same subject, the oldest first.
    """
    standing = [one.item for one in later if one.stands and name in one.item.after]
    if not standing or standing[-1].after[name] == item.before[name]:
        return None
    return standing[-1].operation_id
