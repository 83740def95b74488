"""`drtui invite forget`: participants are taken off the list; nobody's access is changed."""

from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.choosing import read_text
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import Yes
from drtui.cli.output import say
from drtui.cli.participating import EverybodyKept, SomeListFile, tell_problems
from drtui.commands.participants import forget as forget_them
from drtui.commands.participants import plan_forget
from drtui.domain.participants import ParticipantList, read_participants
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted


def forget(
    file: SomeListFile = None,
    emails: Annotated[
        list[str] | None,
        typer.Option("--email", metavar="EMAIL", help="One of them; repeatable."),
    ] = None,
    kept: EverybodyKept = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it comes to, and stop.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Take participants off the list. Nobody's access is changed."""
    if (file is not None) + bool(emails) + kept != 1:
        raise InvalidInputError("Say for whom: one of FILE, --email and --kept.")
    found = ParticipantList((), ()) if file is None else read_participants(read_text(file))
    wanted = None if kept else emails or [one.email for one in found.participants]
    tell_problems(found)
    with open_desk(chosen_account()) as desk:
        plan = plan_forget(desk.workspace, wanted)
        for line in plan.lines():
            say(line)
        for email in plan.under_way:
            say(f"  {clean(email)}: an invitation is on its way")
        for email in plan.missing:
            say(f"  {clean(email)}: on no list")
        if dry_run or not plan.participants:
            say("Nothing was changed.")
        else:
            people = counted(len(plan.participants), "participant")
            confirm(yes, f"Take {people} off the list?")
            gone = forget_them(desk.workspace, plan.participants)
            say(f"{counted(gone, 'participant')} taken off the list.")
    left = plan.under_way or plan.missing or found.problems
    raise typer.Exit(exits.UNSETTLED if left else exits.OK)
