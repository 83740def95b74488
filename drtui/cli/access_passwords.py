"""`drtui access passwords`: initial passwords of IAM users, shown once or written to one file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_templates import mailing_for, tell_missing
from drtui.cli.output import emit, say
from drtui.cli.sponsor_door import open_services, told
from drtui.cli.sponsoring import Yes
from drtui.cli.tables import Column, print_table
from drtui.commands.mailing import preview, save
from drtui.commands.participants import participants_of
from drtui.commands.passwords import (
    GivenPassword,
    give_passwords,
    handed_over,
    not_told,
    write_passwords,
)
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted

if TYPE_CHECKING:  # the client is imported where it is used
    from drtui.domain.sponsor.services import SponsorServices

_NOWHERE: Final = (
    "Passwords are shown in a terminal only: name a new file with --csv or --invitations."
)
_NEVER_CUT: Final = (Column("User name", number=True), Column("Password", number=True))


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
        _check_new(Path(path))
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


def _check_new(path: Path) -> None:
    """See that a file can be made before any password is, which would be lost.

    Raises:
        InvalidInputError: There is something at the path, or no folder for it.
    """
    if path.is_symlink() or path.exists():
        raise InvalidInputError(f"There is a file {clean(str(path))} already: name another one.")
    if not path.parent.is_dir():
        raise InvalidInputError(f"There is no folder {clean(str(path.parent))}.")


def _hand_over(
    desk: Desk,
    services: "SponsorServices",
    people: list[str],
    *,
    anew: bool,
    csv_file: str | None,
    mail: str | None,
) -> int:
    with told():
        made = give_passwords(desk.workspace, services, people, anew=anew)
    unsettled = bool(made.refused)
    given = made.given
    if given and csv_file is not None:
        write_passwords(Path(csv_file), given)
    elif given and mail is not None:
        given = _write_invitations(desk, Path(mail), given)
        unsettled = unsettled or len(given) < len(made.given)
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
    return exits.UNSETTLED if unsettled else exits.OK


def _write_invitations(
    desk: Desk, path: Path, given: tuple[GivenPassword, ...]
) -> tuple[GivenPassword, ...]:
    """Write invitations with passwords; return the passwords that were handed over so."""
    people = participants_of(desk.workspace, [one.email for one in given])
    found = preview(desk.workspace, mailing_for(desk, InvitationKind.IAM), people, given)
    tell_missing(found.missing)
    save(path, found.invitations)
    return tuple(one for one in given if one.email in found.invitations)
