"""What an operation's page says above its targets, as lines for a width."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.durations import rounded_up_text
from drtui.domain.operations import ON_THE_WAY, ItemState, OperationState
from drtui.domain.progress import outcome_text, rate_text, to_deliver
from drtui.domain.stored_actions import asked_for
from drtui.domain.text import clean
from drtui.screens.operation_cells import counts_of
from drtui.widgets.cells import bar
from drtui.widgets.facts import Lines, wrapped
from drtui.widgets.sync_status import age_text, local

if TYPE_CHECKING:
    from drtui.screens.log_desk import OperationPage

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_BAR: Final = 20
_BAR_FROM: Final = 76
_STATES: Final = {
    OperationState.DELIVERING: _PENDING,
    OperationState.WAITING: _PENDING,
    OperationState.NEEDS_A_HAND: _HAND,
}


def head(page: "OperationPage", now: datetime, width: int) -> Lines:
    """Return which operation it is, where it stands, who confirmed it and when, how far it is."""
    operation = page.followed.operation
    title = Content.assemble(
        (f"Operation {operation.operation_id}", f"bold {_FOCUS}"),
        "  ",
        (clean(operation.what), "bold"),
    )
    state = Content.styled(outcome_text(operation), _STATES.get(operation.state, ""))
    lines = wrapped(_SEPARATOR.join([title, state]), width)
    who, below = _who(page, now), Lines()
    if asked := asked_for(operation.kind, operation.params):
        told = Content.styled(f"asked for: {clean(', '.join(asked))}", _DIM)
        beside = _SEPARATOR.join([who, told])
        if beside.cell_length <= width:
            who = beside
        elif not all(one in operation.what for one in asked):  # the title says it otherwise
            below = wrapped(told, width)
    lines += [who.truncate(width, ellipsis=True), *below]
    lines.append(_progress(page, width).truncate(width, ellipsis=True))
    if page.pace:
        lines += wrapped(Content.styled(page.pace, _DIM), width)
    return lines


def _who(page: "OperationPage", now: datetime) -> Content:
    operation = page.followed.operation
    who = clean(operation.who)
    if operation.account_user:
        who = f"{who} (signed in as {clean(operation.account_user)})"
    age = age_text(now - operation.created_at)
    parts = [Content(who), Content(f"{_moment(operation.created_at, now)}, {age} ago")]
    if operation.undoes is not None:
        parts.append(Content(f"undoes {operation.undoes}"))
    return _SEPARATOR.join(parts)


def _progress(page: "OperationPage", width: int) -> Content:
    followed = page.followed
    operation = followed.operation
    done, failed = operation.count(ItemState.DONE), operation.count(ItemState.FAILED)
    moving, changes = bool(operation.count(*ON_THE_WAY)), to_deliver(operation)
    told = f"{done:,} of {changes:,} done"
    if width >= _BAR_FROM and changes:
        told = f"{bar(done / changes, _BAR)}  {told}"
    parts = [Content.styled(told, _PENDING) if moving else Content(told)]
    parts.append(Content.styled(f"{failed:,} failed", _HAND if failed else _DIM))
    if conflicts := operation.count(ItemState.CONFLICT):
        parts.append(Content.styled(f"{conflicts:,} in conflict", _HAND))
    left = followed.seconds_left
    if left is not None:
        parts.append(Content(rate_text(followed.per_second)))
        parts.append(Content(f"{rounded_up_text(left)} left"))
    if already := operation.count(ItemState.ALREADY_SO):
        parts.append(Content.styled(f"{already:,} already so", _DIM))
    return _SEPARATOR.join(parts)


def journal(page: "OperationPage", now: datetime, most: int, width: int) -> Lines:
    """Return what was done to it, at most so many lines, the newest of them."""
    lines = [
        Content.assemble(
            (f"{_moment(one.at, now)}  ", _DIM),
            f"{clean(one.who)}  {clean(one.what)}",
            (f": {clean(one.result)}", _DIM),
        )
        for one in page.journal[-most:]
    ]
    return [line.truncate(width, ellipsis=True) for line in lines]


def choices(page: "OperationPage", chosen: str, text: str, width: int) -> Lines:
    """Return which targets are shown, with the counts of the choices there are.

    Where there is no room for all of them those of which there are none are left out.
    """
    counts = counts_of(page.followed.operation)
    some = {name: count for name, count in counts.items() if count or name == chosen}
    matching = f"   {len(page.numbers):,} of these match" if text else ""
    lines = [_chosen_of(told, chosen, matching) for told in (counts, some)]
    line = next((one for one in lines if one.cell_length <= width), lines[-1])
    return [line.truncate(width, ellipsis=True)]


def _chosen_of(counts: Mapping[str, int], chosen: str, matching: str) -> Content:
    parts = []
    for name, count in counts.items():
        if name == chosen:
            parts.append(Content.styled(f"[{name} {count:,}]", f"bold {_FOCUS}"))
        else:
            parts.append(Content.styled(f"{name} {count:,}", _DIM if not count else ""))
    return Content.assemble("Targets  ", _SEPARATOR.join(parts), (matching, _FOCUS))


def _moment(at: datetime, now: datetime) -> str:
    """Return a time in the local zone, with its day where that is not today."""
    here = local(at)
    day = "" if here.date() == local(now).date() else f"{here:%Y-%m-%d} "
    return f"{day}{here:%H:%M:%S}"
