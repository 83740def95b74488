"""`drtui users tag`: labels on users, for filters, one by one or from a spreadsheet."""

from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice, read_text
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.commands.tag_import import import_tags, read_tag_import
from drtui.commands.tags import label_sets, read_tags, tag_users, told
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import other_values
from drtui.domain.wording import counted

tagging = typer.Typer(
    invoke_without_command=True,
    help="Put labels on users, such as team:red, for filters; they stay on this machine.",
)


@tagging.callback()
def tag(
    context: typer.Context,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="L", help="A label, or key:value; repeatable."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="L", help="The same; repeatable.")
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take off the others of its key: team:red for team:blue."),
    ] = False,
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
) -> None:
    """Put labels on users, such as team:red, for filters; they stay on this machine."""
    if context.invoked_subcommand is not None:
        if any((add, remove, replace, filter_ is not None, profile, from_ is not None, everybody)):
            raise InvalidInputError("“tag import” takes a file, and no options before it.")
        return
    select = choice(filter_, profile, from_, everybody)
    change = read_tags(add or [], remove or [], instead=replace)
    with open_desk(chosen_account()) as desk:
        desk.refresh(None)
        selection = select(desk.workspace)
        others = other_values(label_sets(desk.workspace, selection), change.add, change.remove)
        number = tag_users(desk.workspace, selection, change)
    say(told(change, counted(number, "user"), others))
    if others.users and replace:
        say("  Who had which of them is not kept: to reverse it, label them anew.")
    elif number:
        say("  To reverse it, give the same labels the other way round: --remove for --add.")
    if others.users and not replace:
        have = counted(others.users, "has", "have")
        say(f"  {have} {others.what} too, which stays: {others}. --replace takes it off.")
    for name in selection.unmatched:
        say(f"  not labelled, it matched nobody or more than one: {name}")
    raise typer.Exit(exits.UNSETTLED if selection.unmatched else exits.OK)


@tagging.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A CSV with columns such as email,team,tags; - is stdin."
        ),
    ],
) -> None:
    """Put labels on users as a spreadsheet says; none is taken off."""
    lines = read_text(file).splitlines()
    with open_desk(chosen_account()) as desk:
        desk.refresh(None)
        wanted = read_tag_import(desk.workspace, lines)
        number = import_tags(desk.workspace, wanted)
    say(f"Labelled {counted(number, 'user')}.")
    if wanted.left_out:
        say(f"  columns left out: {', '.join(wanted.left_out)}")
    for line in wanted.missed:
        say(f"  {line}")
    raise typer.Exit(exits.UNSETTLED if wanted.missed else exits.OK)
