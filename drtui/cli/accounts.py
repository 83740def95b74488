"""`drtui account`: add, list, default, remove."""

from typing import Annotated

import typer

from drtui import accounts
from drtui.cli.changes import confirm
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.config import Account, Paths, Settings, find_paths, load_settings
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.wording import counted

account = typer.Typer(no_args_is_help=True, help="The deployments that drtui works with.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")]


@account.command()
def add(
    name: Name,
    api_url: Annotated[
        str, typer.Option("--api-url", metavar="URL", help="The API, with its stage (…/prod).")
    ],
    region: Annotated[str, typer.Option("--region", metavar="R", help="Its AWS region.")],
    credentials: Annotated[
        str, typer.Option("--credentials", help="“aws”: boto3's standard credential chain.")
    ] = "aws",
) -> None:
    """Add an account; the first one becomes the default."""
    from drtui.bootstrap import open_deployment

    if credentials != "aws":
        raise InvalidInputError("--credentials has to be “aws”.")
    paths = find_paths()
    settings = load_settings(paths)
    entry = Account(name, api_url.rstrip("/"), region)
    open_deployment(entry, settings)  # checks the address; nothing is sent
    accounts.add(paths, entry)
    say(f"Added “{name}”. “drtui users list” reads its users.")
    if paths.store(name).exists():
        say(
            f"The store {paths.store(name)} of an account that had this name is taken up again: if "
            "it was another deployment's, remove this account, and add it under another name."
        )


@account.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """List the accounts."""
    choose_one(as_json, as_csv)
    settings = load_settings(find_paths())
    rows = [
        {
            "name": entry.name,
            "api_url": entry.api_url,
            "region": entry.region,
            "credentials": entry.credentials,
            "default": entry.name == settings.default_account,
        }
        for entry in settings.accounts.values()
    ]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, ("name", "api_url", "region", "credentials", "default"))
    else:
        cells = [
            [
                entry.name,
                entry.api_url,
                entry.region,
                entry.credentials,
                "default" if entry.name == settings.default_account else "",
            ]
            for entry in settings.accounts.values()
        ]
        print_table([Column(each) for each in ("Name", "API", "Region", "Credentials", "")], cells)


@account.command()
def default(name: Name) -> None:
    """Make an account the one that is used where none is named."""
    paths = find_paths()
    accounts.choose(load_settings(paths), name)
    accounts.make_default(paths, name)
    say(f"“{name}” is the default account.")


@account.command()
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:
    """Take an account out of the configuration; its store is kept."""
    paths = find_paths()
    settings = load_settings(paths)
    accounts.choose(settings, name)
    store = paths.store(name)
    try:
        undelivered = _undelivered(name, paths, settings)
    except StoreProblemError as problem:
        say(f"{problem}")
    else:
        if undelivered:
            changes = counted(undelivered, "change is", "changes are")
            say(f"{changes} not delivered, and will not be without the account.")
    confirm(yes, f"Remove “{name}”? Its store {store} is kept.")
    accounts.remove(paths, name)
    say(f"Removed “{name}”; adding it again under this name finds its store as it is.")


def _undelivered(name: str, paths: Paths, settings: Settings) -> int:
    from drtui.bootstrap import open_workspace
    from drtui.store.operation_log import open_count

    if not paths.store(name).exists():
        return 0
    workspace = open_workspace(name, paths, settings)
    try:
        with workspace.database.read() as connection:
            return open_count(connection, ON_THE_WAY)
    finally:
        workspace.database.close()
