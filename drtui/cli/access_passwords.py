"""`drtui access passwords`: initial passwords of IAM users, shown once or written to one file."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_templates import tell_missing
from drtui.cli.output import emit, say
from drtui.cli.sponsor_door import open_services, told
from drtui.cli.sponsoring import Yes
from drtui.cli.tables import Column, print_table
from drtui.commands.handing_over import (
    check_new,
    invitations_with_passwords,
    recipients,
    write_csv,
    write_invitations,
)
from drtui.commands.participants import participants_of
from drtui.commands.passwords import give_passwords, handed_over, not_told
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted

if TYPE_CHECKING:  # the client is imported where it is used
    from drtui.domain.sponsor.services import SponsorServices

_NOWHERE: Final = (
    "Passwords are shown in a terminal only: name a new file with --csv or --invitations."
)


def passwords(
    csv_file: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="Write them to a new file, for you alone."),
    ] = None,
    invitations: Annotated[
        str | None,
        typer.Option(
            "--invitations", metavar="FILE", help="Write invitations with them to a new file."
        ),
    ] = None,
    emails: Annotated[
        list[str] | None,
        typer.Option("--email", metavar="EMAIL", help="Whose; by default who has none yet."),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="With --email: even for those who know one.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would get one, and stop.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Make passwords for participants' IAM users, shown once. Needs an AWS profile."""
    if csv_file is not None and invitations is not None:
        raise InvalidInputError("Choose one of --csv and --invitations.")
    if anew and not emails:
        raise InvalidInputError("Say with --email whose password is made anew.")
    path = csv_file or invitations
    if path is None and not dry_run and not sys.stdout.isatty():
        raise InvalidInputError(_NOWHERE)
    if path is not None:
        check_new(Path(path))
    with open_desk(chosen_account()) as desk:
        services = open_services(desk)
        people = emails or not_told(desk.workspace)
        if not people:
            say("Nobody is without a password.")
            return
        if emails:
            participants_of(desk.workspace, emails)
        if dry_run:
            emit("".join(f"{clean(one)}\n" for one in people))
            say("Nothing was changed.")
            return
        confirm(yes, f"Make passwords for {counted(len(people), 'participant')}?")
        code = _hand_over(desk, services, people, anew=anew, csv_file=csv_file, mail=invitations)
    raise typer.Exit(code)


def _hand_over(
    desk: Desk,
    services: "SponsorServices",
    people: Sequence[str],
    *,
    anew: bool,
    csv_file: str | None,
    mail: str | None,
) -> int:
    unsettled = False
    mailing = None
    if mail is not None:
        mailing = invitations_with_passwords(desk.workspace, services)
        found = recipients(desk.workspace, mailing, people)
        tell_missing(found.missing)
        unsettled, people = bool(found.missing), found.emails
    with told():
        made = give_passwords(desk.workspace, services, people, anew=anew)
    given = made.given
    if given and csv_file is not None:
        write_csv(desk.workspace, Path(csv_file), given)
    elif given and mail is not None and mailing is not None:
        given = write_invitations(desk.workspace, mailing, Path(mail), given)
    elif given:
        columns = [
            Column("Email"),
            Column("User name", number=True),
            Column("Password", number=True),
        ]
        print_table(columns, [[one.email, one.user_name, one.password] for one in given])
        handed_over(desk.workspace, given)
    where = csv_file or mail
    say(
        f"{counted(len(given), 'password')} made"
        + (f", written to {clean(where)}." if given and where else ".")
        + (" They are not kept, and not shown again." if given else "")
    )
    for email, why in made.refused.items():
        say(f"  {clean(email)}: {why}")
    return exits.UNSETTLED if unsettled or made.refused else exits.OK
