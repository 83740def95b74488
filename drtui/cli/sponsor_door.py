"""The sponsor's own AWS account on the command line: whether it is named, and what failed there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from drtui.cli.changes import carry_out
from drtui.cli.choosing import Choice
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.commands import aws_account
from drtui.commands.holding import check_may_call
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.problems import NotAllowedError, ProblemError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure

if TYPE_CHECKING:  # the client is imported where it is used
    from drtui.domain.sponsor.services import OpenSponsor, SponsorServices

_FOR_A_HAND: Final = frozenset({SponsorFailure.NO_CREDENTIALS, SponsorFailure.DENIED})


def second_door(desk: Desk) -> bool:
    """Whether the account names the sponsor's AWS profile."""
    return bool(desk.account.aws_profile)


def open_services(desk: Desk) -> "SponsorServices":
    """Open the second door; see `doors.open_sponsor`.

    Raises:
        HeldBackError: Somebody wants to be offline.
    """
    from drtui.doors import open_sponsor

    check_may_call(desk.workspace.database)
    return open_sponsor(desk.account, desk.settings)


@contextmanager
def told() -> Iterator[None]:
    """Let what AWS refuses end the command as any problem does.

    Raises:
        NotAllowedError: The credentials are missing, or may not do it.
        ProblemError: It failed otherwise.
    """
    try:
        yield
    except SponsorError as error:
        kind = NotAllowedError if error.kind in _FOR_A_HAND else ProblemError
        raise kind(error.message) from error


def find_account_id(desk: Desk) -> str:
    """Return the AWS account, 12 digits; as it was last known, else empty, where AWS is away."""
    return aws_account.find_account_id(desk.workspace, _opener(desk))


def _opener(desk: Desk) -> "OpenSponsor | None":
    return partial(open_services, desk) if second_door(desk) else None


def change_sign_ins(
    select: Choice,
    plan: Callable[[Workspace, Selection, bool], Plan],
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    sync: bool | None,
    consequences: str = "",
) -> NoReturn:
    """Carry a change out that needs the second door, and exit with what became of it.

    Args:
        select: Whom it is for.
        plan: Plans it for them; told whether there is a second door.
        dry_run: See `changes.carry_out`, as for the rest.
        yes: See there.
        no_wait: Whether not to wait until it is settled.
        sync: See `Desk.refresh`.
        consequences: See `changes.carry_out`.
    """
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan(desk.workspace, selection, second_door(desk)),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=consequences,
        )
    raise typer.Exit(code)
