"""`drtui service`: install, status, uninstall; what delivers while nobody is logged in."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson, Yes
from drtui.cli.output import emit, print_json, say
from drtui.commands.lasting import sign_in_warning
from drtui.commands.services import NoServicesError, Services, Standing
from drtui.config import Credentials
from drtui.domain.lasting import Lasting, lasting_credentials, lasting_sign_in
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.problems import NotAllowedError
from drtui.domain.service_units import PLACES, Unit, service_unit
from drtui.domain.signing_in import Secret
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.store.lasting import read_kept
from drtui.store.noting import note
from drtui.store.operation_log import open_count

service = typer.Typer(
    no_args_is_help=True, help="Delivering and reading while nobody is logged in."
)


_OTHERWISE: Final = (
    "Without it, “drtui sync --watch” does the same for as long as it runs: in tmux, for instance, "
    "or under whatever supervises programs here."
)
_LINGER: Final = (
    "It ends when {user} logs out for good, and begins with the next log-in, unless lingering is "
    "on: “loginctl enable-linger {user}” turns it on (an administrator may have to)."
)
_LINGERS: Final = "Lingering is on for {user}: it runs from the host's start on, logged in or not."
_LOCKED: Final = (
    "A keyring that the log-in unlocks is locked while nobody is logged in: the service then says "
    "that it is not signed in, and goes on once the keyring is unlocked."
)
_STOPPED: Final = (exits.QUEUED, exits.UNSETTLED, exits.NOT_ALLOWED)
"""With what it ends, where it is stopped while something waits: that is no failure of its own."""

_STATES: Final = {
    "inactive": "is stopped",
    "failed": "has failed",
    "activating": "is about to begin",
    "deactivating": "is about to end",
}
_ENDED: Final = ("inactive", "failed")


@service.command()
def install(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the unit, and change nothing.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Install it though the credentials do not last.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Write a systemd user unit that delivers and reads for the account, and begin it.

    It needs credentials that last: a sign-in kept in the system's keyring with its password, the
    role of the host, or an AWS profile. No secret is written into the unit.
    """
    with open_desk(chosen_account()) as desk:
        services, name = _services(), desk.account.name
        unit = service_unit(name, _command(name), _environment(), _STOPPED)
        path = services.path(name)
        if dry_run:
            emit(unit.text)
            say(f"This would be written to {path}; nothing was changed.")
            if not (lasting := _lasting(desk)).lasts:
                say(f"It would not be installed without --anyway: {lasting.what} {lasting.advice}")
            return
        _check_services(services)
        lasting = _lasting(desk)
        _explain(desk, services, unit, lasting)
        if not lasting.lasts and not anyway:
            raise NotAllowedError(
                f"The service would not last, and was not installed: {lasting.what} "
                f"{lasting.advice} --anyway installs it all the same."
            )
        there = " in place of the one that is there" if os.path.lexists(path) else ""
        confirm(yes, f"Write {path}{there}, and begin it?")
        services.install(name, unit)
        standing = services.standing(name)
        stands = f"the service of “{name}” {_stands(standing)}"
        say(f"Installed: {stands}. “drtui service status” tells how it goes.")
        _tell_linger(standing.lingers)
        _note(desk, "Install the service", f"installed: {path}")


@service.command()
def status(as_json: AsJson = False) -> None:
    """Tell whether the service runs, since when, and what it needs; 0 where it runs, else 1."""
    with open_desk(chosen_account(), reading=True) as desk:
        standing = _services().standing(desk.account.name)
        lasting = _lasting(desk)
        with desk.workspace.database.read() as connection:
            undelivered = open_count(connection, ON_THE_WAY)
            warning = sign_in_warning(
                connection, desk.workspace.database.clock(), desk.workspace.downloads
            )
        if as_json:
            print_json(_as_json(standing, lasting, undelivered, warning))
        else:
            _tell(desk.account.name, standing, lasting, undelivered, warning)
    raise typer.Exit(exits.OK if standing.runs else exits.PROBLEM)


@service.command()
def uninstall(yes: Yes = False) -> None:
    """End the service and remove its unit; what is not delivered stays in the store."""
    with open_desk(chosen_account(), reading=True) as desk:
        name = desk.account.name
        services = _services()
        if not os.path.lexists(services.path(name)):
            say(f"There is no service of “{name}” here.")
            return
        confirm(yes, f"End the service of “{name}”, and remove {services.path(name)}?")
        services.uninstall(name)
        say(f"The service of “{name}” has ended, and its unit is removed.")
        with desk.workspace.database.read() as connection:
            undelivered = open_count(connection, ON_THE_WAY)
        if undelivered:
            say(
                f"{counted(undelivered, 'change is', 'changes are')} not delivered: “drtui sync”, "
                "or a console, goes on."
            )
        _note(desk, "Uninstall the service", f"removed: {services.path(name)}")


def _note(desk: Desk, what: str, result: str) -> None:
    """Note it in the journal, unless the store is only there to be read.

    Last of all: it was done, and was said, whether this fails.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    database = desk.workspace.database
    if not database.read_only:
        note(database, what, clean(result), desk.workspace.author())


def _services() -> Services:
    from drtui.bootstrap import system_user

    return Services(os.environ, system_user())


def _command(account: str) -> list[str]:
    """The command of the unit; what happens to lie in the service's folder is not imported."""
    return [sys.executable, "-P", "-m", "drtui", "--account", account, "sync", "--watch"]


def _environment() -> dict[str, str]:
    """This shell's variables; what names a place does so from wherever the service begins."""
    places = {
        name: str(Path(os.environ[name]).expanduser().absolute())
        for name in PLACES
        if os.environ.get(name)
    }
    return {**os.environ, **places}


def _check_services(services: Services) -> None:
    try:
        services.check()
    except NoServicesError as problem:
        raise NoServicesError(f"{problem} Nothing was installed. {_OTHERWISE}") from None


def _lasting(desk: Desk) -> Lasting:
    """Judge what would sign the service's calls; the keyring is asked, the deployment is not."""
    account = desk.account
    if account.credentials is Credentials.AWS:
        from drtui.aws.lasting import found_credentials

        method, temporary = found_credentials()
        return lasting_credentials(method, temporary=temporary)
    from drtui.keeping import Keeper

    keeper = Keeper()

    def kept_there(secret: Secret) -> bool:
        return bool(account.user) and keeper.find(account.name, account.user, secret) is not None

    backend = keeper.backend
    with desk.workspace.database.read() as connection:
        kept = read_kept(connection)
    return lasting_sign_in(
        account.user,
        backend,
        token=bool(backend) and kept_there(Secret.REFRESH_TOKEN),
        password=bool(backend) and kept_there(Secret.PASSWORD),
        kept=kept,
    )


def _explain(desk: Desk, services: Services, unit: Unit, lasting: Lasting) -> None:
    say(f"The service of “{desk.account.name}” runs “drtui sync --watch” as a systemd user unit:")
    say(f"  {services.path(desk.account.name)}")
    say("It is the engine of the account's store; consoles then watch it, and take over where it")
    say("ends. Systemd begins it again where it fails.")
    say(lasting.what)
    if desk.account.credentials is Credentials.SIGN_IN and lasting.lasts:
        say(_LOCKED)
    for name in unit.left_out:
        say(
            f"{clean(name)} holds a password and is left out of the unit: name it in a file of "
            "~/.config/environment.d that only you may read."
        )


def _tell_linger(lingers: bool | None) -> None:
    from drtui.bootstrap import system_user

    say((_LINGERS if lingers else _LINGER).format(user=clean(system_user())))


def _stands(standing: Standing) -> str:
    """Return how a service stands in words; those of systemd where it says something else."""
    if standing.runs:
        return "runs"
    told = f"is {standing.active or 'not known to run'}"
    return _STATES.get(standing.active, told)


def _tell(name: str, standing: Standing, lasting: Lasting, undelivered: int, warning: str) -> None:
    if standing.trouble:
        say(standing.trouble)
        there = (
            f"The unit is there: {standing.path}." if standing.installed else "No unit is there."
        )
        say(f"{there} {_OTHERWISE}")
    elif not standing.installed:
        say(f"There is no service of “{name}”: “drtui service install” writes one.")
    elif standing.runs:
        since = f" since {iso(standing.since)}" if standing.since else ""
        times = counted(standing.restarts, "time")
        again = f", begun again {times}" if standing.restarts else ""
        say(f"The service of “{name}” runs{since} (process {standing.pid}){again}.")
    else:
        say(f"The service of “{name}” {_stands(standing)}.")
        if standing.active in _ENDED:
            say("“drtui service install” begins it again.")
    if standing.installed and not standing.trouble:
        if not standing.enabled:
            say("It does not begin by itself: “drtui service install” sees to that.")
        _tell_linger(standing.lingers)
    say(lasting.what)
    if lasting.until is not None:
        say(f"It ends at {iso(lasting.until)} at the latest.")
    if warning:
        say(warning)
    if lasting.advice:
        say(lasting.advice)
    say(f"{counted(undelivered, 'change')} not delivered.")
    if standing.log:
        say("Its last lines:")
        for line in standing.log:
            say(f"  {line}")


def _as_json(
    standing: Standing, lasting: Lasting, undelivered: int, warning: str
) -> dict[str, object]:
    return {
        "installed": standing.installed,
        "unit": str(standing.path),
        "trouble": standing.trouble,
        "runs": standing.runs,
        "state": standing.active or None,
        "enabled": standing.enabled,
        "process": standing.pid,
        "since": iso(standing.since),
        "restarts": standing.restarts,
        "lingers": standing.lingers,
        "log": list(standing.log),
        "credentials_last": lasting.lasts,
        "credentials": lasting.what,
        "advice": lasting.advice,
        "sign_in_until": iso(lasting.until),
        "warning": warning,
        "undelivered": undelivered,
    }
