"""What there is to know of new quotas: whose are only remembered, and who gets less than now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from drtui.domain.actions import Applicable, TargetState
from drtui.domain.planning import Target
from drtui.domain.quota_actions import while_paused
from drtui.domain.quotas import CannotChangeError, Unit
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.sponsorship import over_quota
from drtui.domain.wording import counted, listed, noun

_REMEMBERED: Final = "the new quota is remembered for them"
_SPENT: Final = {
    Unit.HOURS: "used that many already and can no longer train",
    Unit.MODELS: "created that many already and can create no more",
}


@dataclass(frozen=True, slots=True)
class Paused:
    """Those who are paused alike.

    Attributes:
        remembered: The limits that they get when they are resumed.
        by: The operation on its way that pauses them; None where they are paused now.
    """

    remembered: Limits = NO_LIMITS
    by: int | None = None


@dataclass(frozen=True, slots=True)
class QuotasNow:
    """The limits that users have, those remembered of who is paused, as plans take them.

    It is what they are once what is on its way has arrived.

    Attributes:
        hours: How many have which limit on minutes; None is unknown.
        models: The same for models.
        paused: How many are paused by then, of those whom a plan would change.
    """

    hours: Counter[int | None] = field(default_factory=Counter)
    models: Counter[int | None] = field(default_factory=Counter)
    paused: Counter[Paused] = field(default_factory=Counter)


def paused_lines(paused: Mapping[int | None, int]) -> list[str]:
    """Say what new quotas do to paused users, in a line for those now and one for those to come.

    Args:
        paused: How many there are, by `Paused.by`.
    """
    lines = []
    if now := paused.get(None, 0):
        who = counted(now, "is paused and stays", "are paused and stay")
        lines.append(f"{who} paused: {_REMEMBERED}")
    if coming := sorted(by for by in paused if by is not None):
        which = f"{noun(len(coming), 'operation')} {listed([f'{by}' for by in coming])}"
        count = sum(paused[by] for by in coming)
        lines.append(f"{count:,} will be paused by {which}: {_REMEMBERED}")
    return lines


def form_lines(paused: Mapping[Paused, int], action: Applicable | None) -> list[str]:
    """Say what becomes of paused users by quotas that are being typed, as their plan will.

    Args:
        paused: How many there are of each.
        action: What is typed; None as long as that cannot be read.
    """
    stay: Counter[int | None] = Counter()
    cannot: Counter[str] = Counter()
    for one, number in paused.items():
        try:
            state = TargetState(Limits(0, 0), one.remembered)
            change = None if action is None else action.apply(state)
        except CannotChangeError as error:
            cannot[while_paused(str(error), one.by)] += number
            continue
        if change is None or not change.already_so:
            stay[one.by] += number
    without = [f"{number:,} cannot: {why}" for why, number in cannot.most_common()]
    return [*paused_lines(stay), *without]


def lowered_lines(
    becoming: Iterable[tuple[Target, TargetState]], *, only_spent: bool = False
) -> list[str]:
    """Say how many get less than they have now, and how many of these have no more to use.

    What nobody knows counts for nothing: neither limits nor use. Of who is paused it is what is
    remembered.

    Args:
        becoming: Whom it is about, each with the state that is planned for it.
        only_spent: Whether to say nothing of those who get less and have some left.
    """
    less: Counter[Unit] = Counter()
    spent: Counter[Unit] = Counter()
    for target, state in becoming:
        was, will = _limits(target.now), _limits(state)
        for unit, used, before, after in (
            (Unit.HOURS, target.minutes, was.minutes, will.minutes),
            (Unit.MODELS, target.models, was.models, will.models),
        ):
            if _is_less(after, before):
                less[unit] += 1
                gone = over_quota(used, None, after) and not over_quota(used, None, before)
                spent[unit] += gone
    return [
        _lowered(unit, less[unit], spent[unit])
        for unit in Unit
        if (spent if only_spent else less)[unit]
    ]


def _limits(state: TargetState) -> Limits:
    return state.remembered if state.limits.paused else state.limits


def _is_less(after: int | None, before: int | None) -> bool:
    if after is None or before is None or after == UNLIMITED:
        return False
    return before == UNLIMITED or after < before


def _lowered(unit: Unit, less: int, spent: int) -> str:
    line = f"{counted(less, 'gets', 'get')} fewer {unit} than now"
    if not spent:
        return line
    return f"{line}; {spent:,} of them {noun(spent, 'has', 'have')} {_SPENT[unit]}"
