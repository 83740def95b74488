"""How operations and their targets look as rows of a table."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from drtui.domain.durations import rounded_up_text
from drtui.domain.handling import Handling
from drtui.domain.item_wording import label_in, text_in_target
from drtui.domain.item_wording import told_fields as fields_told
from drtui.domain.naming import racer_and_model, target_name
from drtui.domain.operations import (
    ON_THE_WAY,
    Hold,
    Item,
    ItemState,
    Operation,
    OperationKind,
    OperationState,
)
from drtui.domain.progress import outcome_texts, to_deliver
from drtui.domain.text import clean
from drtui.widgets.cells import ELLIPSIS, Cell, Run, Tone, fit, fitting, width_of
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.sync_status import local

if TYPE_CHECKING:
    from drtui.commands.operations import Followed

OPERATION_COLUMNS: Final = (
    Column("number", "#", 4, right=True),
    Column("when", "When", 11, rank=-1, least=5),
    Column("who", "Who", 4, most=12, rank=1),
    Column("what", "What", 21, most=80, least=12),
    Column("changes", "Changes", 7, right=True, rank=2),
    Column("done", "Done", 9, most=13, least=7, right=True),
    Column("failed", "Failed", 6, right=True),
    Column("conflict", "Conflict", 8, right=True),
    Column("state", "State", 13, most=28, least=9),
)
ITEM_COLUMNS: Final = (
    Column("alias", "Alias", 12, most=30, least=8),
    Column("state", "State", 10),
    Column("change", "Before → after", 26, most=56, least=19),
    Column("reason", "Reason", 18, most=90, least=10),
    Column("attempts", "Tries", 5, right=True, rank=2),
    Column("settled", "Since", 8, rank=1),
)
PEOPLE_COLUMNS: Final = (
    Column("alias", "Name", 30, most=60, least=12),
    ITEM_COLUMNS[1],
    Column("change", "Before → after", 22, most=56, least=19),
    *ITEM_COLUMNS[3:],
)
MODEL_COLUMNS: Final = (
    Column("racer", "Racer", 12, most=24, least=8),
    Column("model", "Model", 16, most=40, least=12),
    ITEM_COLUMNS[1],
    Column("change", "Before → after", 26, most=56, least=19, rank=3),
    *ITEM_COLUMNS[3:],
)
RACE_COLUMNS: Final = (
    Column("alias", "Race", 14, most=40, least=10),
    ITEM_COLUMNS[1],
    Column("change", "Before → after", 14, most=56, rank=3),
    Column("reason", "Reason", 28, most=90, least=10),
    *ITEM_COLUMNS[4:],
)
LIVE_COLUMNS: Final = (replace(RACE_COLUMNS[0], title="What"), *RACE_COLUMNS[1:])
_OF_RACES: Final = frozenset(
    {
        OperationKind.CREATE_RACES,
        OperationKind.EDIT_RACES,
        OperationKind.DELETE_RACES,
        OperationKind.APPLY_RACES,
    }
)
_OF_PEOPLE: Final = frozenset(
    {
        OperationKind.INVITE,
        OperationKind.RESEND_INVITATIONS,
        OperationKind.GIVE_ACCESS,
        OperationKind.REMOVE_ACCESS,
        OperationKind.SEND_MAIL,
    }
)
_OF_MODELS: Final = frozenset(
    {
        OperationKind.DOWNLOAD_MODELS,
        OperationKind.SAVE_MODELS,
        OperationKind.STOP_MODELS,
        OperationKind.DELETE_OWN_MODELS,
    }
)
STATE_WORDS: Final = {state: state.value.replace("_", " ") for state in ItemState}
"""What the states of items are called."""

_TONES: Final = {
    OperationState.DELIVERING: Tone.PENDING,
    OperationState.WAITING: Tone.PENDING,
    OperationState.NEEDS_A_HAND: Tone.HAND,
    OperationState.CANCELLED: Tone.DIM,
}
# What was so already is nothing that is delivered.
_DELIVERED: Final = tuple(state for state in ItemState if state is not ItemState.ALREADY_SO)
_COUNTED: Final[Mapping[str, tuple[Collection[ItemState], Tone]]] = {
    "changes": (_DELIVERED, Tone.PLAIN),
    "failed": ((ItemState.FAILED,), Tone.HAND),
    "conflict": ((ItemState.CONFLICT,), Tone.HAND),
}
_DAY_FROM: Final = 11  # cells that a day takes beside the time
_LATELY: Final = timedelta(hours=18)  # a time of day later than the present one is yesterday's
_VERB: Final = re.compile(r"\S+(?: \d+)?")
_NONE: Final = Run("0", Tone.DIM)
_DOT: Final = Run(" · ")


def operation_cell(followed: "Followed", placed: PlacedColumn, now: datetime) -> Cell:
    """Return an operation's cell for a column."""
    operation, width = followed.operation, placed.width
    match placed.column.name:
        case "number":
            cell = [Run(str(operation.operation_id))]
        case "when":
            cell = [Run(when_cell(operation.created_at, now, width))]
        case "who":
            cell = [Run(clean(operation.who))]
        case "what":
            cell = [Run(_what(clean(operation.what), width))]
        case "state":
            cell = _state(followed, width)
        case "done":
            cell = [_done(operation, width)]
        case name:
            states, tone = _COUNTED[name]
            cell = [_number(operation.count(*states), width, tone)]
    return cell


def _done(operation: Operation, width: int) -> Run:
    """How many were done; of how many, while some are on their way or if some were cancelled."""
    done, total = operation.count(ItemState.DONE), to_deliver(operation)
    if not operation.count(*ON_THE_WAY, ItemState.CANCELLED):
        return _number(done, width)
    # Rounded down: what lacks one is not all.
    texts = [f"{done:,}/{total:,}", f"{done}/{total}", f"{100 * done // total} %"]
    return Run(fitting(texts, width), Tone.PLAIN if done else Tone.DIM)


def when_cell(at: datetime, now: datetime, width: int, *, seconds: bool = False) -> str:
    """The time of day, and another day's date before it.

    Where there is no room for both: the time of what was lately, since an evening passes midnight,
    and of the rest the date.

    Args:
        at: When.
        now: The present.
        width: In cells.
        seconds: Whether a time that stands alone has them.
    """
    here = local(at)
    time = f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"
    if here.date() == local(now).date():
        return time
    if width >= _DAY_FROM:
        return f"{here:%m-%d %H:%M}"
    return time if at <= now < at + _LATELY else f"{here:%m-%d}"


def _what(what: str, width: int) -> str:
    """What it does; where there is no room its name is cut, then what was asked for.

    The verb stays, with the number of what is undone.
    """
    name, *asked = what.split("  ")
    if width_of([Run(what)]) <= width or not asked:
        return what
    rest = " ".join(asked)
    if width_of([Run(f"{name} {rest}")]) <= width:
        return f"{name} {rest}"
    found = _VERB.match(name)
    verb = found[0] if found else name
    room = width - width_of([Run(rest)]) - 1
    return f"{fit(name, room) if room > width_of([Run(verb)]) else verb} {rest}"


def _number(number: int, width: int, tone: Tone = Tone.PLAIN) -> Run:
    if not number:
        return _NONE
    text = f"{number:,}"
    return Run(text if len(text) <= width else str(number), tone)


def _state(followed: "Followed", width: int) -> list[Run]:
    operation = followed.operation
    tone = _TONES.get(operation.state, Tone.PLAIN)
    texts = _state_texts(followed)
    first, rest = next((one for one in texts if len("".join(one)) <= width), texts[-1])
    return [Run(first, tone), Run(rest, Tone.PLAIN if followed.per_second else Tone.DIM)]


def _state_texts(followed: "Followed") -> list[tuple[str, str]]:
    """Where an operation stands and what there is to add, the most telling first."""
    operation = followed.operation
    state, *shorter = outcome_texts(operation)
    left = followed.seconds_left
    if left is not None:
        time_left = rounded_up_text(left)
        return [
            (state, f" · {time_left} left"),
            (state, f" {time_left}"),
            ("", f"{time_left} left"),
        ]
    short = state.removeprefix("waiting ").removeprefix("waiting: ")
    plain = [(text, "") for text in (state, *(shorter or [short]))]
    if operation.hold is Hold.LATE:
        plain = [("late: waits for your word", ""), ("late: your word", ""), ("late", "")]
    if operation.hold in (Hold.CONFLICT, Hold.BEHIND_LATE):
        behind = followed.behind
        if behind is not None:
            ways = ("queued behind operation", "queued behind", "behind")
            plain = [(f"{way} {behind}", "") for way in ways]
        plain.append(("queued behind", ""))
    if operation.state is not OperationState.DONE:
        return plain
    undo = not (followed.refusal(Handling.UNDO) or followed.owner(Handling.UNDO))
    if undo:
        hinted = [(text, rest) for text, _ in plain for rest in (" · undo u", "")]
        plain = [(state, " · undo with u"), *hinted]
    if already := operation.count(ItemState.ALREADY_SO):
        told = f" · {already:,} already so"
        plain = [(state, f"{told} · undo u" if undo else told), *plain]
    return plain


def item_columns(kind: OperationKind) -> Sequence[Column]:
    """Return the columns of the targets of such an operation."""
    if kind is OperationKind.RUN_LIVE_RACE:
        return LIVE_COLUMNS
    if kind in _OF_RACES:
        return RACE_COLUMNS
    if kind in _OF_PEOPLE:
        return PEOPLE_COLUMNS
    return MODEL_COLUMNS if kind in _OF_MODELS else ITEM_COLUMNS


def item_cell(item: Item, placed: PlacedColumn, now: datetime) -> Cell:
    """Return a target's cell for a column."""
    match placed.column.name:
        case "alias":
            cell: Cell = [Run(target_name(item.label, item.target))]
        case "racer" | "model" as name:
            racer, model = racer_and_model(item.label, item.target)
            cell = [Run(racer if name == "racer" else model)]
        case "state":
            cell = [Run(STATE_WORDS[item.state], item_tone(item.state))]
        case "change":
            cell = change_cell(item, placed.width)
        case "reason":
            cell = [Run(clean(item.reason), Tone.DIM)]
        case "attempts":
            cell = [_number(item.attempts, placed.width)]
        case _:
            settled = item.settled_at
            since = settled and when_cell(settled, now, placed.width, seconds=True)
            cell = [Run(since, Tone.DIM)] if since else []
    return cell


def item_tone(state: ItemState) -> Tone:
    """Return how the state of a target is set off."""
    if state in ON_THE_WAY:
        return Tone.PENDING
    if state in (ItemState.FAILED, ItemState.CONFLICT):
        return Tone.HAND
    return Tone.DIM if state is ItemState.CANCELLED else Tone.PLAIN


def told_fields(item: Item) -> list[str]:
    """Return the fields that there is to tell of; see `item_wording.told_fields`."""
    return fields_told(item.target, item.before, item.after)


def change_cell(item: Item, width: int) -> Cell:
    """Return the values before and after, and in a conflict theirs, which come first if cut.

    Where there is no room it is written closer, and a field that does not fit is left out whole:
    a number is never cut.
    """
    fields = told_fields(item)
    conflict = item.state is ItemState.CONFLICT
    roomy = _joined([_roomy(item, name) for name in fields])
    if width_of(roomy) <= width:
        return roomy
    close, tone = (_against, Tone.HAND) if conflict else (_closer, Tone.PLAIN)
    values = [close(item, name) for name in fields]
    parts = [
        [Run(f"{_short_label(item, name)} {value}".strip(), tone)]
        for name, value in zip(fields, values, strict=True)
    ]
    return _within(parts, width) or [Run(values[0], tone)]


def _roomy(item: Item, name: str) -> list[Run]:
    before, after = _values(item, name)
    change = f"{before} → {after}" if before != after else after
    cell = [Run(f"{label_in(item.target, name)} {change}".strip())]
    if item.state is ItemState.CONFLICT:
        theirs = text_in_target(item.target, name, item.theirs.get(name))
        cell.append(Run(f", theirs {theirs}", Tone.HAND))
    return cell


def _closer(item: Item, name: str) -> str:
    before, after = _values(item, name)
    return f"{before}→{after}" if before != after else after


def _against(item: Item, name: str) -> str:
    theirs = text_in_target(item.target, name, item.theirs.get(name))
    return f"{theirs}, not {_values(item, name)[1]}"


def _values(item: Item, name: str) -> tuple[str, str]:
    before, after = (
        text_in_target(item.target, name, values.get(name)) for values in (item.before, item.after)
    )
    return before, after


def _short_label(item: Item, name: str) -> str:
    return label_in(item.target, name).replace("remembered", "rem.")


def _joined(parts: Sequence[Sequence[Run]]) -> list[Run]:
    cell: list[Run] = []
    for part in parts:
        cell += [_DOT, *part] if cell else part
    return cell


def _within(parts: Sequence[Sequence[Run]], width: int) -> list[Run]:
    """Return as many parts as there is room for, and a sign where there are more; can be none."""
    cell = _joined(parts)
    for number in range(len(parts) - 1, -1, -1):
        if width_of(cell) <= width:
            break
        cell = [*_joined(parts[:number]), Run(f" {ELLIPSIS}")] if number else []
    return cell


def counts_of(operation: Operation) -> dict[str, int]:
    """Return how many targets each choice of the page shows; cancelled only where some are."""
    cancelled = operation.count(ItemState.CANCELLED)
    return {
        "all": operation.total,
        "failed": operation.count(ItemState.FAILED),
        "in conflict": operation.count(ItemState.CONFLICT),
        "pending": operation.count(*ON_THE_WAY),
        **({"cancelled": cancelled} if cancelled else {}),
    }
