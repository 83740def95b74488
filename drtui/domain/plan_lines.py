"""What a plan says before it is confirmed: in numbers, with what there is to know of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from drtui.domain.errand_wording import deed_line, deed_of
from drtui.domain.errands import Service, service_of
from drtui.domain.operations import OperationKind, is_local, limits_in
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.quota_notes import lowered_lines, paused_lines
from drtui.domain.setting_keys import VALUE as SETTING_VALUE
from drtui.domain.setting_keys import SettingKey
from drtui.domain.setting_keys import text_of as setting_text
from drtui.domain.wording import counted

_ACTS: Final[Mapping[OperationKind, str]] = {
    OperationKind.SET_QUOTAS: "get new quotas",
    OperationKind.PAUSE: "be paused",
    OperationKind.RESUME: "be resumed",
    OperationKind.UNDO: "get back what they had",
    OperationKind.CHANGE_ALIAS: "be renamed",
    OperationKind.CHANGE_ROLE: "change role",
    OperationKind.DELETE_MODELS: "lose their models",
    OperationKind.DELETE_USERS: "be deleted",
    OperationKind.ENABLE_MULTI_USER: "get their quotas back",
    OperationKind.DISABLE_MULTI_USER: "be stopped",
}
_NOTHING: Final = "Nothing will be changed"


def act_line(plan: Plan, whose: str = "") -> str:
    """Return what a plan will do, in a line: `1,997 of 2,000 marked users will be paused`.

    Args:
        plan: What will happen, target by target; errands are told apart from users.
        whose: How the targets were chosen, such as `marked`; empty where that goes without
            saying.
    """
    rows = plan.users
    users = counted(len(rows), f"{whose} user".strip())
    changing = sum(row.outcome is Outcome.CHANGE for row in rows)
    return f"{changing:,} of {users} will {_ACTS[plan.kind]}"


def done_at_once(plan: Plan) -> bool:
    """Whether nothing has to be called: all that changes is what drtui remembers.

    Nor does any of it wait behind something of the same target that is not settled.
    """
    changes = [row for row in plan.rows if row.outcome is Outcome.CHANGE and row.change]
    return bool(changes) and all(
        service_of(row.target.profile_id) is None
        and is_local(row.change.after)
        and not row.target.waits
        for row in changes
        if row.change is not None
    )


def errand_lines(plan: Plan) -> list[str]:
    """Return a plan's errands: settings one by one, the others in numbers."""
    lines: list[str] = []
    for service, rows in plan.errands.items():
        if service is Service.SETTINGS:
            lines += [_setting_line(row) for row in rows if row.change is not None]
            continue
        deeds = Counter(
            deed_of(row.target.profile_id, row.change.before, row.change.after)
            for row in rows
            if row.outcome is Outcome.CHANGE and row.change is not None
        )
        lines += [deed_line(deed, number) for deed, number in deeds.items()]
    return lines


def _setting_line(row: PlannedTarget) -> str:
    assert row.change is not None, "rows without a change are left out"
    key = SettingKey(row.target.profile_id.partition(":")[2])
    before, after = (
        setting_text(key, values[SETTING_VALUE]) for values in (row.change.before, row.change.after)
    )
    change = f"{after}, as it is" if before == after else f"{before} → {after}"
    note = f" ({row.change.note})" if row.change.note else ""
    return f"{row.target.alias}: {change}{note}"


def _paused(plan: Plan) -> list[str]:
    """Say of how many new quotas are only remembered."""
    limits = [(row.target.paused_by, row.target.state.limits) for row in _changing(plan)]
    return paused_lines(Counter(by for by, limit in limits if limit.paused))


def _lowered(plan: Plan, *, only_spent: bool = False) -> list[str]:
    """Say of how many it is less than now."""
    becoming = (
        (row.target, row.target.state.overlaid(row.change.after))
        for row in _changing(plan)
        if row.change is not None
    )
    return lowered_lines(becoming, only_spent=only_spent)


def _changing(plan: Plan) -> list[PlannedTarget]:
    return [row for row in plan.users if row.outcome is Outcome.CHANGE]


def _turned(plan: Plan) -> list[str]:
    """Say of how many sponsorship is turned off, or on again: that is what racers notice."""
    turned: Counter[bool] = Counter()
    for row in _changing(plan):
        if row.change is not None:
            before = row.target.state.limits.paused
            after = limits_in({**row.target.state.values(), **row.change.after}).paused
            turned.update([after] if after is not before else [])
    words = ((True, "be paused: they cannot train"), (False, "not be paused any more"))
    return [f"{turned[paused]:,} will {told}" for paused, told in words if turned[paused]]


def _already_so(plan: Plan) -> str:
    """Say of those that are already so which are queued all the same: what is before may fail."""
    already = [row.target for row in plan.rows if row.outcome is Outcome.ALREADY_SO]
    queued = sum(target.on_the_way for target in already) if plan.changes_something else 0
    if not queued:
        return "already so"
    which = f"{queued:,} of them" if queued < len(already) else "and"
    return f"already so, {which} queued behind what is on its way"


def summary_lines(plan: Plan, whose: str = "") -> Sequence[str]:
    """Return the plan in numbers, one line an outcome, the reasons behind it; see `act_line`."""
    lines = [act_line(plan, whose)] if plan.users else []
    if not plan.rows:
        lines = [act_line(plan, whose) if plan.kind in _ACTS else _NOTHING]
    lines += errand_lines(plan)
    if plan.kind is OperationKind.UNDO:
        lines += [*_turned(plan), *_lowered(plan, only_spent=True)]
    if plan.kind is OperationKind.SET_QUOTAS:
        lines += [*_turned(plan), *_paused(plan), *_lowered(plan)]
    words = {
        Outcome.ALREADY_SO: _already_so(plan),
        Outcome.LEFT_OUT: "left out",
        Outcome.CANNOT: "cannot",
        Outcome.CONFLICT: "in conflict",
    }
    for outcome, word in words.items():
        count = plan.count(outcome)
        if count:
            told = plan.reasons(outcome)
            reasons = " · ".join(
                f"{reason} ({number:,})" if len(told) > 1 else reason.rstrip(".")
                for reason, number in told
                if reason
            )
            lines.append(f"{count:,} {word}" + (f": {reasons}" if reasons else ""))
    if plan.unmatched:
        lines.append(f"{len(plan.unmatched):,} matched nobody, or more than one")
    return lines


def warning_lines(plan: Plan) -> list[str]:
    """Say what there is to know of what changes: as a sentence where it is of all of it."""
    changing = plan.count(Outcome.CHANGE)
    return [
        f"{reason[0].upper()}{reason[1:].rstrip('.')}."
        if number == changing
        else f"{number:,} of {changing:,}: {reason}"
        for reason, number in plan.reasons(Outcome.CHANGE)
        if reason
    ]
