"""`drtui users remembered`: the limits that a pause replaced, as a file."""

from pathlib import Path
from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.choosing import read_text
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import Sync
from drtui.cli.output import emit, say
from drtui.commands.remembered import export_remembered, import_remembered
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.files import write_privately

remembered = typer.Typer(
    no_args_is_help=True, help="Limits that a pause replaced, as a file: the spare laptop."
)


@remembered.command("export")
def export_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to; - is stdout.")] = "-",
) -> None:
    """Write the remembered limits to a file."""
    with open_desk(chosen_account(), reading=True) as desk:
        number, text = export_remembered(desk.workspace)
    if file == "-":
        emit(text)
    else:
        try:
            write_privately(Path(file), text)
        except OSError as error:
            raise ProblemError(
                f"{clean(file)} cannot be written ({error.strerror}): choose another place."
            ) from error
    say(f"Limits of {counted(number, 'user')}.")


@remembered.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where from; - is stdin.")],
    sync: Sync = None,
) -> None:
    """Remember the limits of a file; what is remembered here already is replaced."""
    text = read_text(file)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        number, unmatched = import_remembered(desk.workspace, text)
    say(f"Remembered for {counted(number, 'user')}.")
    for name in unmatched:
        say(f"  not in this account: {clean(name, 60)}")
    raise typer.Exit(exits.UNSETTLED if unmatched else exits.OK)
