"""Options that many commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV.")]
SortBy = Annotated[str, typer.Option("--sort", "-s", metavar="F", help="A field; -F reverses.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, row by row, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Queue it and return.")]
Sync = Annotated[
    bool | None,
    typer.Option("--sync/--no-sync", help="Read from the account first; by default when stale."),
]
