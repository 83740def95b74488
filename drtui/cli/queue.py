"""`drtui operations queue`, `edit` and `move`: what is on its way, before it is sent."""

from typing import Annotated, Final

import typer

from drtui.cli.changes import confirm
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.commands import queueing as commands
from drtui.commands.quotas import read_quotas
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted

_TABLE: Final = (
    Column("Place", number=True),
    Column("#", number=True),
    Column("When (UTC)", spare=2),
    Column("Who", spare=1),
    Column("What"),
    Column("Waiting", number=True),
    Column("Not sent yet", number=True),
)
_FIELDS: Final = (
    *("place", "operation", "kind", "what", "who", "created_at", "waiting", "unsent"),
)
Number = Annotated[int, typer.Argument(metavar="N", help="The operation's number.")]


def queue(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """List what is on its way, in the order of delivery."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        found = commands.queue(desk.workspace)
    rows = [
        {
            "place": place,
            "operation": one.operation_id,
            "kind": one.kind.value,
            "what": one.what,
            "who": one.who,
            "created_at": iso(one.created_at),
            "waiting": one.waiting,
            "unsent": one.unsent,
        }
        for place, one in enumerate(found, 1)
    ]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, _FIELDS)
    else:
        cells = [
            [
                str(place),
                str(one.operation_id),
                f"{one.created_at:%Y-%m-%d %H:%M:%S}",
                one.who,
                one.what,
                f"{one.waiting:,}",
                f"{one.unsent:,}",
            ]
            for place, one in enumerate(found, 1)
        ]
        print_table(_TABLE, cells)


def edit(
    number: Number,
    hours: Annotated[
        str | None, typer.Option("--hours", help="New maximum hours: N, +N, -N, unlimited.")
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", help="New maximum models: N, +N, -N, unlimited.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Give new quotas that were not sent yet other values; “cancel --profile” leaves somebody out.

    The values are those of “users set-quota”: what is not named is left as the account has it.
    """
    action = read_quotas(hours, models)
    with open_desk(chosen_account()) as desk:
        plan = commands.plan_edit(desk.workspace, number, action)
        say(f"Operation {number} becomes “{plan.what}”:")
        say(f"  {plan.changes:,} will change, {plan.already_so:,} already so")
        for reason, count in plan.cannot:
            say(f"  {count:,} left out: {clean(reason)}")
        if dry_run:
            say("Nothing was changed.")
            return
        confirm(yes, f"Edit operation {number}?")
        commands.edit(desk.workspace, number, action, plan)
    say(f"Operation {number} was edited.")


def move(
    number: Number,
    before: Annotated[
        int | None, typer.Option("--before", metavar="M", help="Deliver it before this one.")
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Deliver it last of all.")] = False,
) -> None:
    """Change the order of delivery of what was not sent yet."""
    if (before is None) != last:
        raise InvalidInputError("Say where to: --before M, or --last.")
    with open_desk(chosen_account()) as desk:
        anew = commands.move(desk.workspace, number, before)
    where = "last" if before is None else f"before operation {before}"
    say(f"Operation {number} is delivered {where}.")
    if anew:
        say(f"{counted(anew, 'target was', 'targets were')} planned anew in that order.")
