"""`drtui operations`: list, show, retry, cancel, settle, set-aside, undo."""

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm, exit_code_left, follow, print_rows, show_plan
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.queue import edit, move, queue
from drtui.cli.scheduled import scheduled, tell_scheduled, why_not_run
from drtui.cli.tables import Column, print_table
from drtui.commands import operations as commands
from drtui.commands.operation_records import (
    ITEM_COLUMNS,
    OPERATION_COLUMNS,
    item_as_json,
    operation_as_json,
)
from drtui.commands.pacing import read_pacing
from drtui.commands.scheduling import open_scheduled
from drtui.commands.undo import plan_undo, submit_undo
from drtui.domain.handling import Handling
from drtui.domain.item_wording import texts_in
from drtui.domain.operations import (
    NEEDS_A_HAND,
    ON_THE_WAY,
    Hold,
    ItemState,
    Operation,
    OperationState,
)
from drtui.domain.progress import outcome_text, progress_text, state_text, to_deliver
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.store import operation_log
from drtui.sync.lock import is_held

operations = typer.Typer(
    no_args_is_help=True, help="What was asked for, and what became of it, target by target."
)

Number = Annotated[int, typer.Argument(metavar="N", help="The operation's number.")]
Of = Annotated[
    str,
    typer.Option("--of", metavar="WHO", help="Whose it is, where it is not your own."),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="ID", help="Only this profile id; repeatable."),
]


LIST: Final = (
    Column("#", number=True),
    Column("When (UTC)", spare=1, brief=slice(5, 16)),
    Column("Who", spare=3),
    Column("What", least=28),
    Column("Changes", number=True, spare=2),
    Column("Done", number=True),
    Column("Failed", number=True),
    Column("Conflict", number=True),
    Column("Already so", number=True, spare=4),
    Column("State"),
)
_ITEMS: Final = (
    Column("Profile"),
    Column("Alias", spare=2),
    Column("State"),
    Column("Before"),
    Column("After"),
    Column("Theirs", spare=1),
    Column("Reason"),
)


class Keep(StrEnum):
    """Whose values win a conflict."""

    THEIRS = "theirs"
    OURS = "ours"


def _as_it_stands(desk: Desk, it: Operation) -> Operation:
    """Return an operation that waits where no process delivers it."""
    if it.state is OperationState.DELIVERING and not is_held(desk.workspace.database.path):
        return replace(it, hold=Hold.NOBODY)
    return it


def _pacer_as_json(desk: Desk) -> dict[str, object]:
    with desk.workspace.database.read() as connection:
        pacing = read_pacing(desk.workspace, connection)
    return pacing.as_json(datetime.fromtimestamp(desk.workspace.database.clock(), UTC))


@operations.command("list")
def list_(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List operations, the newest first."""
    choose_one(as_json, as_csv)
    with (
        open_desk(chosen_account(), reading=True) as desk,
        desk.workspace.database.read() as connection,
    ):
        found = [_as_it_stands(desk, it) for it in operation_log.operations(connection)]
        pacing = read_pacing(desk.workspace, connection)
        now = datetime.fromtimestamp(desk.workspace.database.clock(), UTC)
        waiting = open_scheduled(connection)
        why = why_not_run(desk) if waiting else ""
    if as_json:
        print_json([operation_as_json(it) for it in found])
    elif as_csv:
        print_csv([operation_as_json(it) for it in found], OPERATION_COLUMNS)
    else:
        cells = [
            [
                str(it.operation_id),
                f"{it.created_at:%Y-%m-%d %H:%M:%S}",
                it.who,
                it.what,
                f"{to_deliver(it):,}",
                f"{it.count(ItemState.DONE):,}",
                f"{it.count(ItemState.FAILED):,}",
                f"{it.count(ItemState.CONFLICT):,}",
                f"{it.count(ItemState.ALREADY_SO):,}",
                outcome_text(it),
            ]
            for it in found
        ]
        print_table(LIST, cells)
        if text := pacing.text(now):
            say(text)
        tell_scheduled(waiting, now, why)


@operations.command()
def show(number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Show one operation: every target with its values before, after, and theirs."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        it = _as_it_stands(desk, commands.find(desk.workspace, number))
        found = commands.items_in(desk.workspace, number)
        lines = commands.history(desk.workspace, number)
        pacer = _pacer_as_json(desk)
    rows = [item_as_json(item) for item in found]
    if as_json:
        history = [
            {"at": iso(line.at), "who": line.who, "what": line.what, "result": line.result}
            for line in lines
        ]
        print_json({**operation_as_json(it), "items": rows, "journal": history, "pacer": pacer})
        return
    if as_csv:
        print_csv(rows, ITEM_COLUMNS)
        return
    say(f"Operation {it.operation_id}: {it.what} · {state_text(it)} · {progress_text(it)}")
    for line in lines:
        say(f"  {line.at:%Y-%m-%d %H:%M:%S} UTC  {clean(line.who)}  {line.what}: {line.result}")
    cells = [
        [
            item.target,
            item.label,
            item.state.value.replace("_", " "),
            texts_in(item.target, item.before),
            texts_in(item.target, item.after),
            texts_in(item.target, item.theirs),
            item.reason,
        ]
        for item in found
    ]
    print_table(_ITEMS, cells)


@operations.command()
def retry(number: Number, profile: Targets = None, no_wait: NoWait = False) -> None:
    """Send the failed targets of an operation again."""
    with open_desk(chosen_account()) as desk:
        targets = _targets(desk, number, profile)
        notes = commands.overtaken(desk.workspace, number, targets)
        count = commands.retry(desk.workspace, number, targets)
        _tell_whose(desk, number)
        say(f"{counted(count, 'is', 'are')} tried again." if count else "Nothing of it has failed.")
        for note in notes:
            say(f"  {note}")
        code = follow(desk, number, wait=not no_wait) if count else exits.OK
    raise typer.Exit(code)


@operations.command()
def cancel(number: Number, profile: Targets = None, of: Of = "", yes: Yes = False) -> None:
    """Cancel what has not been sent yet; another's operation only where --of says whose it is."""
    with open_desk(chosen_account()) as desk:
        targets = _targets(desk, number, profile)
        it = commands.check_owner(desk.workspace, number, Handling.CANCEL, of)
        waiting = commands.items_in(desk.workspace, number, ON_THE_WAY, targets)
        if not waiting:
            say("Nothing of it is on its way any more.")
            if it.count(ItemState.CONFLICT):
                say(f"Its conflicts wait for “drtui operations settle {number}”.")
            return
        targets = [item.target for item in waiting]  # and none that follows meanwhile
        whose = f"{clean(of)}'s " if of else ""
        confirm(yes, f"Cancel {whose}“{it.what}” for what is not sent yet, of {len(waiting):,}?")
        cancelled, doubtful = commands.cancel(desk.workspace, number, targets, of=of)
    say(f"{cancelled:,} cancelled.")
    if doubtful:
        say(f"{doubtful:,} may have been applied already: “drtui sync” finds out.")


@operations.command()
def settle(
    number: Number,
    keep: Annotated[Keep, typer.Option("--keep", help="Whose values win.")],
    profile: Targets = None,
    of: Of = "",
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Settle conflicts: keep theirs, or apply ours; one by one or all.

    Theirs are kept in another's operation only where --of says whose it is.
    """
    with open_desk(chosen_account()) as desk:
        targets = _targets(desk, number, profile)
        workspace = desk.workspace
        conflicts = commands.items_in(workspace, number, {ItemState.CONFLICT}, targets)
        if not conflicts:
            say("There is no conflict in it.")
            return
        targets = [item.target for item in conflicts]  # and none that follows meanwhile
        if keep is Keep.OURS:
            commands.check_may_send(workspace, number)
            _tell_whose(desk, number)
        else:
            commands.check_owner(workspace, number, Handling.KEEP_THEIRS, of)
        confirm(yes, f"Settle {counted(len(conflicts), 'conflict')}, {keep.value} win?")
        if keep is Keep.THEIRS:
            count = commands.keep_theirs(workspace, number, targets, of=of)
            say(f"Theirs are kept for {counted(count, 'target')}.")
            code = exits.OK
        else:
            count = commands.apply_ours(workspace, number, targets)
            say(f"Ours are applied to {counted(count, 'target')}.")
            code = follow(desk, number, wait=not no_wait)
    raise typer.Exit(code)


@operations.command("set-aside")
def set_aside(number: Number, profile: Targets = None, of: Of = "", yes: Yes = False) -> None:
    """Accept what failed or is in conflict as it is; another's only where --of says whose it is.

    It stays in the history.
    """
    with open_desk(chosen_account()) as desk:
        targets = _targets(desk, number, profile)
        found = commands.items_in(desk.workspace, number, NEEDS_A_HAND, targets)
        if not found:
            say("Nothing of it needs a hand.")
            return
        targets = [item.target for item in found]  # and none that follows meanwhile
        whom = counted(len(found), "target that needs a hand", "targets that need a hand")
        commands.check_owner(desk.workspace, number, Handling.SET_ASIDE, of)
        whose = f" in {clean(of)}'s operation" if of else ""
        confirm(yes, f"Set aside {whom}{whose}, the account left as it is?")
        failed, conflicts = commands.set_aside(desk.workspace, number, targets, of=of)
    say(f"Set aside: {failed:,} that failed, {conflicts:,} in conflict.")


@operations.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[N]", help="Your last that can be undone unless named.")
    ] = None,
    dry_run: DryRun = False,
    of: Of = "",
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Put back what your last operation replaced, where nobody has changed it since."""
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        undone = plan_undo(desk.workspace, number, of=of)
        if undone.plan.rows or not undone.not_sent:
            show_plan(undone.plan)
        else:
            say(undone.plan.what)
        for skipped in undone.skipped:
            say(f"  {clean(skipped)}")
        if undone.not_sent:
            say(f"  {undone.not_sent:,} not sent yet, and will be cancelled")
        left = exit_code_left(undone.plan)
        if dry_run or not undone.changes_something:
            if dry_run:
                print_rows(undone.plan)
            say("Nothing was changed." if dry_run else "Nothing to undo.")
            raise typer.Exit(left)
        whose = f"{clean(of)}'s " if of else ""
        confirm(yes, f"Undo {whose}“{undone.undone.what}”?")
        operation_id = submit_undo(desk.workspace, undone)
        if operation_id is None:
            say("What had not been sent was cancelled; nothing had to be put back.")
            raise typer.Exit(left)
        code = follow(desk, operation_id, wait=not no_wait, left=left)
    raise typer.Exit(code)


operations.command("queue")(queue)
operations.command("edit")(edit)
operations.command("move")(move)
operations.add_typer(scheduled, name="scheduled")


def _tell_whose(desk: Desk, number: int) -> None:
    """Say whose operation it is that anybody may help along."""
    it = commands.find(desk.workspace, number)
    if it.who != desk.workspace.who:
        say(f"Operation {number} is {clean(it.who)}'s.")


def _targets(desk: Desk, number: int, profiles: list[str] | None) -> list[str]:
    """Return the profiles named, none for all; they have to be targets of the operation."""
    commands.check_targets(desk.workspace, number, profiles or [])
    return profiles or []
