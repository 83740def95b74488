"""`drtui export`: everything that the store knows, as CSV and JSON."""

from typing import Annotated

import typer

from drtui.cli.context import open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import ProgressLine, say
from drtui.cli.problems import StoppedError
from drtui.commands import exporting


def export(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="A new folder, or one without an export.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the export that is in the folder.")
    ] = False,
) -> None:
    """Write racers, usage, operations, journal, models and races to a folder, as CSV and JSON.

    It is made from the store, so that it works without a network, and says as of when it is. The
    same store gives the same bytes. The files hold names and email addresses, and only their
    owner may read them.
    """
    place = exporting.check_folder(folder, replace=replace)
    line = ProgressLine()
    with open_desk(chosen_account(), reading=True) as desk, stopping() as stop:

        def progress(name: str, rows: int) -> None:
            if stop.is_set():
                line.clear()
                raise StoppedError("Interrupted; nothing was exported.")
            line.show(f"{name}: {rows:,} rows")

        done = exporting.export(
            desk.workspace, desk.account.name, place, replace=replace, progress=progress
        )
    line.clear()
    say(done.text)
    say(done.age_text)
