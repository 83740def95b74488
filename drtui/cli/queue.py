"""`drtui operations queue`, `edit` and `move`: what is on its way, before it is sent."""

from typing import Annotated, Final

import typer

from drtui.cli.changes import confirm
from drtui.cli.context import open_desk
from drtui.cli.help_desk import NewRole
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, Yes
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.commands import queueing as commands
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Role
from drtui.domain.text import clean, iso

_TABLE: Final = (
    Column("Place", number=True),
    Column("#", number=True),
    Column("When (UTC)", spare=2, brief=slice(5, 16)),
    Column("Who", spare=1),
    Column("What", least=24),
    Column("Waiting", number=True),
    Column("Not sent yet", number=True),
)
_FIELDS: Final = (
    *("place", "operation", "kind", "what", "who", "created_at", "waiting", "unsent"),
)
Of = Annotated[
    str,
    typer.Option("--of", metavar="WHO", help="Whose it is, where it is not your own."),
]
Number = Annotated[int, typer.Argument(metavar="N", help="The operation's number.")]


def queue(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
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
    alias: Annotated[
        str | None, typer.Option("--alias", metavar="ALIAS", help="Another new alias.")
    ] = None,
    role: Annotated[NewRole | None, typer.Option("--role", help="Another new role.")] = None,
    of: Of = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    yes: Yes = False,
) -> None:
    """Give new quotas, an alias or a role that was not sent yet another value.

    The values are those of “users set-quota”, “change-alias” and “change-role”: a quota that is
    not named stays as the operation asks for it. “cancel --profile” leaves somebody out of any
    operation; what has no value, and races, access and mail, is cancelled and done anew.
    """
    given = None if role is None else Role(role.value)
    with open_desk(chosen_account()) as desk:
        present = commands.asked_for_now(desk.workspace, number)
        action = commands.read_edit(hours, models, alias, given, present)
        plan = commands.plan_edit(desk.workspace, number, action, of=of)
        say(f"Operation {number} becomes “{plan.what}”:")
        say(f"  {plan.changes:,} will change, {plan.already_so:,} already so")
        for reason, count in plan.cannot:
            say(f"  {count:,} left out: {clean(reason)}")
        for note in plan.notes:
            say(f"  note: {clean(note)}")
        if dry_run:
            say("Nothing was changed.")
            return
        whose = f"{clean(of)}'s " if of else ""
        confirm(yes, f"Edit {whose}operation {number}?")
        commands.edit(desk.workspace, number, action, plan, of=of)
    say(f"Operation {number} was edited.")


def move(
    number: Number,
    before: Annotated[
        int | None, typer.Option("--before", metavar="M", help="Deliver it before this one.")
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Deliver it last of all.")] = False,
    of: Of = "",
) -> None:
    """Change the order of delivery of what was not sent yet."""
    if (before is None) != last:
        raise InvalidInputError("Say where to: --before M, or --last.")
    with open_desk(chosen_account()) as desk:
        moved = commands.move(desk.workspace, number, before, of=of)
    say(moved.told())
