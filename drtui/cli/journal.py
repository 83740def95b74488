"""`drtui journal`: who did what, when, with what result."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import choose_one, print_csv, print_json
from drtui.cli.tables import Column, print_table
from drtui.commands.journal import JOURNAL_COLUMNS, entry_as_json, find, read_since
from drtui.commands.scheduling import event_zone

_TABLE: Final = (
    Column("When (UTC)"),
    Column("Who"),
    Column("User", spare=2),
    Column("What"),
    Column("Result"),
    Column("#", number=True, spare=1),
)


def journal(
    filter_: Annotated[
        str, typer.Option("--filter", metavar="FILTER", help="Words, and who:, what:, result: …")
    ] = "",
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="WHEN",
            help="A date or time, in event.zone unless it has an offset, or 30m, 2h, 3d ago.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Show who did what, when, with what result, the newest first; lines are never changed.

    Words are looked for in the names, in what was done, in its result, and in the targets of the
    operation. Fields are who, user, what, result, alias, operation and when:
    “who:ada when>=2026-05-01 result:failed”.
    """
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        now = datetime.fromtimestamp(desk.workspace.database.clock(), UTC)
        from_ = None if since is None else read_since(since, now, event_zone(desk.workspace))
        found = list(find(desk.workspace, filter_, from_))
    if as_json:
        print_json([entry_as_json(one) for one in found])
    elif as_csv:
        print_csv([entry_as_json(one) for one in found], JOURNAL_COLUMNS)
    else:
        cells = [
            [
                f"{one.at:%Y-%m-%d %H:%M:%S}",
                one.who,
                one.account_user,
                one.what,
                one.result,
                "" if one.operation_id is None else str(one.operation_id),
            ]
            for one in found
        ]
        print_table(_TABLE, cells)
