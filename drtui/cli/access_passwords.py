"""`drtui access passwords`: initial passwords of IAM users, shown once or written to one file."""

import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_templates import tell_missing
from drtui.cli.options import Yes
from drtui.cli.output import emit, say
from drtui.cli.sponsor_door import open_services, told
from drtui.cli.tables import Column, print_table
from drtui.commands.handing_over import (
    Give,
    Handed,
    into_csv,
    into_invitations,
    invitations_with_passwords,
    recipients,
)
from drtui.commands.participants import kept_among, participants_of
from drtui.commands.passwords import (
    GivenPassword,
    Handover,
    give_passwords,
    handed_over,
    not_told,
)
from drtui.commands.writing import check_new, typed_file
from drtui.domain.mail_errands import Mailing
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted

_NAMED: Final = 10  # addresses in one command that is to be typed
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
    typed = csv_file if csv_file is not None else invitations
    if typed is None and not dry_run and not sys.stdout.isatty():
        raise InvalidInputError(_NOWHERE)
    path = None if typed is None else typed_file(typed)
    if path is not None:
        check_new(path)
    with open_desk(chosen_account()) as desk:
        services = open_services(desk)
        if emails:
            participants_of(desk.workspace, emails)  # one who is not kept ends it here
            people = [one.email for one in kept_among(desk.workspace, emails)]
        else:
            people = not_told(desk.workspace)
        if not people:
            say("Nobody is without a password.")
            return
        if dry_run:
            emit("".join(f"{clean(one)}\n" for one in people))
            say("Nothing was changed.")
            return
        confirm(yes, f"Make passwords for {counted(len(people), 'participant')}?")
        give = told()(partial(give_passwords, desk.workspace, services, anew=anew))
        if path is None:
            code = _shown(desk, give, people)
        elif invitations is None:
            code = _ended(desk, into_csv(desk.workspace, give, people, path), path, "--csv")
        else:
            mailing = invitations_with_passwords(desk.workspace, services)
            code = _in_invitations(desk, give, people, path, mailing)
    raise typer.Exit(code)


def _shown(desk: Desk, give: Give, people: Sequence[str]) -> int:
    made = give(people)
    if made.given:
        _show(desk, made.given)
    return _tell(made, made.given)


def _in_invitations(
    desk: Desk, give: Give, people: Sequence[str], path: Path, mailing: Mailing
) -> int:
    found = recipients(desk.workspace, mailing, people)
    tell_missing(found.missing)
    handed = into_invitations(desk.workspace, give, mailing, found, path)
    code = _ended(desk, handed, path, "--invitations")
    return exits.UNSETTLED if found.missing else code


def _ended(desk: Desk, handed: Handed, path: Path, option: str) -> int:
    if handed.problem:
        return _instead(desk, handed.made, handed.problem, option)
    return _tell(handed.made, handed.written, path)


def _instead(desk: Desk, made: Handover, problem: str, option: str) -> int:
    """Show passwords that could not be written, or say that they are lost, and of whom.

    By now they have taken the place of those before.
    """
    say(problem)
    if sys.stdout.isatty() or sys.stderr.isatty():
        say("The passwords are made, and shown here instead:")
        _show(desk, made.given)
        _tell(made, made.given)
    else:
        number = counted(len(made.given), "password")
        say(f"{number} made and not handed over: what these participants had before is void.")
        emails = [one.email for one in made.given]
        for email in emails:
            say(f"  {clean(email)}")
        whose = shlex.join(f"--email={email}" for email in emails[:_NAMED])
        more = " …" if len(emails) > _NAMED else ""
        say(f"Make them anew: drtui access passwords --anew {whose}{more} {option}=FILE")
        _tell(made, ())
    return exits.UNSETTLED


def _show(desk: Desk, given: Sequence[GivenPassword]) -> None:
    """Show passwords where somebody sees them, and note that they were handed over."""
    if sys.stdout.isatty():
        columns = [
            Column("Email"),
            Column("User name", number=True),
            Column("Password", number=True),
        ]
        print_table(columns, [[one.email, one.user_name, one.password] for one in given])
    else:
        for one in given:
            say(f"  {one.email}  {one.user_name}  {one.password}")
    handed_over(desk.workspace, given)


def _tell(made: Handover, given: Sequence[GivenPassword], path: Path | None = None) -> int:
    """Say what became of them; return the exit code."""
    if given or not made.given:
        say(
            f"{counted(len(given), 'password')} made"
            + (f", written to {clean(str(path))}." if given and path else ".")
            + (" They are not kept, and not shown again." if given else "")
        )
    for email, why in made.refused.items():
        say(f"  {clean(email)}: {why}")
    return exits.UNSETTLED if made.refused else exits.OK
