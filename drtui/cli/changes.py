"""From a plan to an exit code: show it, ask, submit, wait, and say what became of it."""

import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

import typer

from drtui.cli import exits
from drtui.cli.choosing import Choice
from drtui.cli.context import Desk, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import ProgressLine, emit, say
from drtui.cli.undelivered import tell_undelivered
from drtui.commands.bulk import submit
from drtui.commands.downloads import progress as downloads_under_way
from drtui.commands.downloads import progress_line
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Change
from drtui.domain.item_wording import texts_in
from drtui.domain.naming import confirmation, confirms, name_lines
from drtui.domain.operations import (
    NEEDS_A_HAND,
    ON_THE_WAY,
    Item,
    ItemState,
    Operation,
)
from drtui.domain.plan_lines import summary_lines, warning_lines
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.progress import progress_text
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.store.operation_log import items, operation

_ROWS_SHOWN: Final = 20
_REPLANS: Final = 3
_LONGEST: Final = 600  # characters of a line that names targets


def change_users(
    select: Choice,
    plan: Callable[[Workspace, Selection], Plan],
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    sync: bool | None,
    consequences: str = "",
    typed: bool = False,
) -> NoReturn:
    """Carry a change out on users of the account in question, and exit with what became of it.

    Args:
        select: Whom it is for.
        plan: Plans it for them.
        dry_run: See `carry_out`, as for the rest.
        yes: See there.
        no_wait: Whether not to wait until it is settled.
        sync: See `Desk.refresh`.
        consequences: See `carry_out`.
        typed: See there.
    """
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan(desk.workspace, selection),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=consequences,
            typed=typed,
        )
    raise typer.Exit(code)


def carry_out(
    desk: Desk,
    make_plan: Callable[[], Plan],
    *,
    dry_run: bool,
    yes: bool,
    wait: bool,
    consequences: str = "",
    told: Callable[[Plan], Sequence[str]] = lambda _: (),
    typed: bool = False,
    wanted: Callable[[Plan], str] = confirmation,
    answer: str | None = None,
    submitting: Callable[[Workspace, Plan], int | None] = submit,
) -> int:
    """Plan, show, confirm, submit and, unless told not to, wait; return the exit code.

    Where it comes to something else by the time it is submitted, that is shown and confirmed.

    Args:
        desk: The account's.
        make_plan: Makes the plan, anew where it has become outdated.
        dry_run: Whether to stop after the plan, row by row.
        yes: Whether to go on without asking.
        wait: Whether to wait until it is settled.
        consequences: What there is to know before it is confirmed.
        told: Says what a plan comes to, before each question about one.
        typed: Whether it is confirmed by typing what `wanted` says, since it cannot be undone.
        wanted: What has to be typed.
        answer: What was given on the command line instead of typing it; None where it is asked for.
        submitting: What submits the plan once it is confirmed.
    """
    confirmed: list[tuple[str, Change]] = []
    for again in reversed(range(_REPLANS + 1)):
        plan = make_plan()
        show_plan(plan)
        left = exit_code_left(plan)
        if dry_run:
            print_rows(plan)
            say("Nothing was changed.")
            return left
        if not plan.changes_something:
            say("Nothing to change.")
            return _await_earlier(desk, plan, make_plan, left) if wait else left
        changes = _changes(plan)
        if changes != confirmed:
            for line in (*told(plan), *([consequences] if consequences and not confirmed else [])):
                say(line)
            question = _question(plan)
            if typed:
                confirm_typed(yes, question, wanted(plan), answer)
            else:
                confirm(yes, question)
            confirmed = changes
        try:
            operation_id = submitting(desk.workspace, plan)
            break
        except PlanOutdatedError as problem:
            if not again:
                raise
            say(str(problem))
    if operation_id is None:
        return left
    code = follow(desk, operation_id, wait=wait, left=left)
    return _await_earlier(desk, plan, make_plan, left) if wait and code == left else code


def _changes(plan: Plan) -> list[tuple[str, Change]]:
    """What is confirmed: what changes for whom."""
    return [(row.target.profile_id, row.change) for row in plan.rows if row.change is not None]


def _question(plan: Plan) -> str:
    count = plan.count(Outcome.CHANGE)
    return f"{plan.what} for {counted(count, 'target' if plan.errands else 'user')}?"


def _await_earlier(desk: Desk, plan: Plan, make_plan: Callable[[], Plan], left: int) -> int:
    """Wait for earlier operations that will make of some targets what is asked for now.

    Those targets need no change, and still are not as asked before it has arrived.
    """
    targets = {row.target.profile_id for row in plan.rows if row.outcome is Outcome.ALREADY_SO}

    def waiting() -> list[Item]:
        with desk.workspace.database.read() as connection:
            found = items(connection, states=ON_THE_WAY)
        return [item for item in found if item.target in targets]

    if not waiting():
        return left
    found = waiting()
    numbers = sorted({item.operation_id for item in found})
    whom = "all" if len({item.target for item in found}) == len(plan.rows) else "some"
    say(f"For {whom} it is on its way already, by operation {', '.join(map(str, numbers))}.")
    with stopping() as stop:
        desk.runner().run_once(stop, enough=lambda: not waiting())
    left_waiting = waiting()
    if left_waiting:
        latest = max(left_waiting, key=lambda item: item.rank).operation_id
        return tell_undelivered(desk, _read(desk, latest), interrupted=stop.is_set())
    if make_plan().changes_something:
        say(f"It did not come about for all: see “drtui operations show {numbers[-1]}”.")
        return exits.UNSETTLED
    return left


def exit_code_left(plan: Plan) -> int:
    """The exit code when everything that will be submitted settles well."""
    named_in_vain = any(row.target.named and row.outcome is Outcome.LEFT_OUT for row in plan.rows)
    nobody = not plan.rows and plan.undoes is None
    if nobody or named_in_vain or not plan.complete or plan.count(Outcome.CONFLICT):
        return exits.UNSETTLED
    return exits.OK


def confirm(yes: bool, question: str) -> None:
    """Ask, unless `--yes` was given; anything but a yes ends the command.

    Raises:
        InvalidInputError: There is no terminal to ask on.
        typer.Exit: The answer was no, or none.
    """
    _ask(yes, lambda: typer.confirm(question, err=True))


def confirm_typed(yes: bool, question: str, wanted: str, answer: str | None = None) -> None:
    """Ask for a text to be typed, unless `--yes` was given; anything else ends the command.

    Args:
        yes: Whether `--yes` was given.
        question: What is asked.
        wanted: What has to be typed.
        answer: What was given instead of typing it; None where it is asked for.

    Raises:
        InvalidInputError: There is no terminal to ask on, or something else was given.
        typer.Exit: Something else was typed, or nothing.
    """
    if answer is not None:
        if not confirms(answer, wanted):
            raise InvalidInputError(f"This is about {wanted}, not {answer}: nothing was changed.")
        return

    def typed() -> bool:
        answer: str = typer.prompt(f"{question} Type {wanted} to confirm", err=True)
        return confirms(answer, wanted)

    _ask(yes, typed)


def _ask(yes: bool, confirmed: Callable[[], bool]) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidInputError("There is no terminal to ask on: confirm with --yes.")
    code = exits.USAGE
    try:
        go_on = confirmed()
    except typer.Abort as abort:
        say("")
        go_on, code = False, exits.of_unanswered(abort)
    if not go_on:
        say("Nothing was changed.")
        raise typer.Exit(code)


def show_plan(plan: Plan) -> None:
    """Say what a plan will do, in numbers."""
    say(plan.what)
    first, *others = summary_lines(plan, "" if plan.undoes is not None else "selected")
    for line in (first, *name_lines(plan), *others, *warning_lines(plan)):
        say(f"  {clean(line, _LONGEST)}")
    for name in plan.unmatched[:_ROWS_SHOWN]:
        say(f"    {name}")
    if len(plan.unmatched) > _ROWS_SHOWN:
        say(f"    … and {len(plan.unmatched) - _ROWS_SHOWN:,} more")


def print_rows(plan: Plan) -> None:
    """Print a plan row by row: profile id, alias, outcome, change, reason; tabs between them."""
    lines = []
    for row in plan.rows:
        change = ""
        if row.change is not None:
            before, after = (
                texts_in(row.target.profile_id, values)
                for values in (row.change.before, row.change.after)
            )
            change = f"{before} → {after}"
        # What is to be created has no id yet that anybody could use.
        name, new, _ = row.target.profile_id.partition(":new/")
        shown = f"{name}:new" if new else name
        parts = (shown, row.target.alias, row.outcome.value, change, row.reason)
        lines.append("\t".join(clean(part) for part in parts) + "\n")
    emit("".join(lines))


def follow(desk: Desk, operation_id: int, *, wait: bool, left: int = exits.OK) -> int:
    """Wait for an operation to settle and say what became of it; return the exit code.

    Args:
        desk: The account's.
        operation_id: The operation.
        wait: Whether to wait at all.
        left: The exit code when everything settles well.
    """
    if not wait:
        say(f"Queued as operation {operation_id}.")
        return left
    line = ProgressLine()
    latest = _read(desk, operation_id)
    cancelled = latest.count(ItemState.CANCELLED)

    def settled() -> bool:
        nonlocal latest
        latest = _read(desk, operation_id)
        return not latest.count(*ON_THE_WAY)

    def tell() -> None:
        coming = progress_line(downloads_under_way(desk.workspace))
        line.show(" · ".join(filter(None, (progress_text(latest), coming))))

    with stopping() as stop:
        desk.runner().run_once(stop, enough=settled, on_tick=tell)
    line.clear()
    done = _read(desk, operation_id)
    say(f"Operation {operation_id}: {progress_text(done)}.")
    if done.count(*ON_THE_WAY):
        return tell_undelivered(desk, done, interrupted=stop.is_set())
    if done.count(*NEEDS_A_HAND):
        _show_trouble(desk, operation_id)
        return exits.UNSETTLED
    return left if done.count(ItemState.CANCELLED) == cancelled else exits.UNSETTLED


def _read(desk: Desk, operation_id: int) -> Operation:
    with desk.workspace.database.read() as connection:
        found = operation(connection, operation_id)
    assert found is not None
    return found


def _show_trouble(desk: Desk, operation_id: int) -> None:
    with desk.workspace.database.read() as connection:
        trouble = items(connection, operation_id, states=NEEDS_A_HAND)
    for item in trouble[:_ROWS_SHOWN]:
        say(f"  {item.target}  {clean(item.label)}  {item.state.value}: {item.reason}")
    if len(trouble) > _ROWS_SHOWN:
        say(f"  … and {len(trouble) - _ROWS_SHOWN:,} more")
    say(f"See “drtui operations show {operation_id}”.")
