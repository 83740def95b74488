"""`drtui account`: add, list, show, set, default, rename, share, remove, sign in and out."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from drtui import accounts
from drtui.cli.account_adding import add
from drtui.cli.account_setting import set_
from drtui.cli.account_sharing import share
from drtui.cli.changes import confirm
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, Yes
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.signing import sign_in, sign_out
from drtui.cli.tables import Column, print_table
from drtui.config import Account, Credentials, Paths, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.wording import counted

account = typer.Typer(no_args_is_help=True, help="The deployments that drtui works with.")
account.command("add")(add)

_COLUMNS = (
    *("name", "api_url", "region", "credentials", "default"),
    *("site", "user", "aws_profile", "aws_region"),
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")]


@account.command("list")
def list_(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the accounts."""
    from drtui.cli.account_page import row_of

    choose_one(as_json, as_csv)
    settings = load_settings(find_paths())
    rows = [
        row_of(entry, default=entry.name == settings.default_account)
        for entry in settings.accounts.values()
    ]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, _COLUMNS)
    else:
        columns = [
            Column("Name"),
            Column("Site or API"),
            Column("Region", spare=2),
            Column("Credentials", spare=1),
            Column("User"),
            Column("AWS profile", spare=3),
            Column(""),
        ]
        print_table(columns, [_cells(entry, settings) for entry in settings.accounts.values()])


def _cells(entry: Account, settings: Settings) -> list[str]:
    return [
        entry.name,
        (entry.site and entry.site.website) or entry.api_url,
        entry.region,
        entry.credentials,
        entry.user,
        entry.aws_profile,
        "default" if entry.name == settings.default_account else "",
    ]


@account.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The account; the default one if left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is known of an account and its deployment; nothing is asked of it."""
    from drtui.cli.account_page import page_as_json, print_account, read_store

    paths = find_paths()
    settings = load_settings(paths)
    entry = accounts.choose(settings, name or chosen_account())
    store = read_store(entry, paths, settings)
    is_default = entry.name == settings.default_account
    if as_json:
        print_json(page_as_json(entry, paths, store, default=is_default))
    else:
        print_account(entry, paths, store, default=is_default)


account.command("set")(set_)


@account.command()
def default(name: Name) -> None:
    """Make an account the one that is used where none is named."""
    if not name:
        raise InvalidInputError("Say which account: “drtui account list” names them.")
    paths = find_paths()
    accounts.choose(load_settings(paths), name)
    accounts.make_default(paths, name)
    say(f"“{name}” is the default account.")


@account.command()
def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="What it is called.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
) -> None:
    """Call an account otherwise; its store and its kept sign-in come along."""
    from drtui import account_renaming
    from drtui.commands.services import Services
    from drtui.keeping import Keeper
    from drtui.sync.lock import EngineLock

    paths = find_paths()
    settings = load_settings(paths)
    entry = accounts.choose(settings, old)
    accounts.check_own(paths, old)
    Services(os.environ).refuse_served(old, f", and install it again for “{new}” after this")
    lock = EngineLock(paths.store(old))
    told = account_renaming.rename(paths, settings.accounts, entry, new, lock=lock, keeper=Keeper())
    say(f"“{old}” is called “{new}” now.")
    for notice in told:
        say(notice)


@account.command()
def remove(name: Name, yes: Yes = False) -> None:
    """Take an account out of the configuration and forget its sign-in; its store is kept."""
    from drtui.commands.services import Services

    paths = find_paths()
    settings = load_settings(paths)
    entry = accounts.choose(settings, name)
    accounts.check_own(paths, name)
    Services(os.environ).refuse_served(name)
    store = paths.store(name)
    revokes = True
    try:
        undelivered, revokes = _read_store(name, paths, settings)
    except StoreProblemError as problem:
        say(f"{problem}")
        revokes = False
    else:
        if undelivered:
            changes = counted(undelivered, "change is", "changes are")
            say(f"{changes} not delivered, and will not be without the account.")
    becomes = "revoked and forgotten" if revokes else "forgotten, but not revoked"
    forgets = f" The sign-in of {entry.user} is {becomes}." if entry.user else ""
    confirm(yes, f"Remove “{name}”? Its store {store} is kept.{forgets}")
    _take_leave(entry, paths, settings)
    accounts.remove(paths, name)
    for notice in _clear_saving(store):
        say(notice)
    # Last: what cannot be written above leaves the sign-in as it was.
    if entry.user:
        _forget_sign_in(entry, paths, settings)
    say(f"Removed “{name}”; adding it again under this name finds its store as it is.")
    if name == settings.default_account and len(settings.accounts) > 2:
        say("It was the default account: “drtui account default NAME” makes another one that.")


account.command("share")(share)
account.command("sign-in")(sign_in)
account.command("sign-out")(sign_out)


def _read_store(name: str, paths: Paths, settings: Settings) -> tuple[int, bool]:
    """Return how many changes are not delivered, and whether nobody wants to be offline."""
    from drtui.bootstrap import open_workspace
    from drtui.domain.operations import ON_THE_WAY
    from drtui.store.offline import read_on_purpose
    from drtui.store.operation_log import open_count

    if not paths.store(name).exists():
        return 0, True
    workspace = open_workspace(name, paths, settings, reading=True)
    try:
        with workspace.database.read() as connection:
            return open_count(connection, ON_THE_WAY), read_on_purpose(connection) is None
    finally:
        workspace.database.close()


def _clear_saving(store: Path) -> list[str]:
    """Remove the archives that were on their way to a bucket; say what stays in spite of it."""
    from drtui.model_folders import clear_saving, saving_folder
    from drtui.sync.lock import EngineLock

    folder = saving_folder(store)
    if not folder.is_dir():
        return []
    lock = EngineLock(store)
    try:
        if not lock.try_acquire():
            return [f"Another drtui still saves archives by way of {folder}: remove it after that."]
        try:
            return clear_saving(store)
        finally:
            lock.release()
    except StoreProblemError as problem:
        return [f"{folder} stays: {problem}"]


def _take_leave(entry: Account, paths: Paths, settings: Settings) -> None:
    """Note in the store whose copy it is, for an account that has this name later.

    And that nobody is signed in: whoever adds it again has nothing that is kept.
    """
    from drtui.bootstrap import open_workspace
    from drtui.commands.signing_in import note_signed_out
    from drtui.store.origin import note_origin

    if not paths.store(entry.name).exists():
        return
    try:
        workspace = open_workspace(entry.name, paths, settings)
    except StoreProblemError:
        return  # a store that cannot be opened was told of already
    try:
        note_origin(workspace.database, entry.api_url)
        if entry.credentials is Credentials.SIGN_IN:
            note_signed_out(workspace.database, entry.user)
    except StoreProblemError as problem:
        say(f"{problem}")
    finally:
        workspace.database.close()


def _forget_sign_in(entry: Account, paths: Paths, settings: Settings) -> None:
    """Revoke and forget what is kept of a sign-in, and say so.

    Where somebody wants to be offline, or may want to be, it is not revoked: nothing is called.
    """
    from drtui.bootstrap import open_workspace, sign_in_service
    from drtui.commands.signing_in import sign_out as end_sign_in
    from drtui.keeping import Keeper

    if entry.site is None:
        return  # its calls are signed otherwise
    database, service = None, None
    with suppress(StoreProblemError):
        if paths.store(entry.name).exists():
            database = open_workspace(entry.name, paths, settings).database
        service = sign_in_service(entry, settings, database)
    try:
        done = end_sign_in(service, Keeper(), account=entry.name, user=entry.user)
    finally:
        if database is not None:
            database.close()
    if done.found:
        say(f"The sign-in of {entry.user} is forgotten{' and revoked' * done.revoked}.")
    for notice in done.notices:
        say(notice)
