"""`drtui models`: list and show."""

from typing import Annotated, Final

import typer

from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.model_page import print_model
from drtui.cli.model_refreshing import look_inside, refresh, refresh_one
from drtui.cli.models_changes import delete, stop
from drtui.cli.models_downloads import download, duplicates, inside, save_to_s3
from drtui.cli.models_import import import_
from drtui.cli.options import AsCsv, AsJson, SortBy, Sync
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.commands.model_details import page_as_json
from drtui.commands.models import (
    MODEL_COLUMNS,
    StoredModelPage,
    list_models,
    model_as_json,
    model_page,
    select_models,
    sweep_progress,
    totals,
)
from drtui.domain.models import ModelRow
from drtui.domain.problems import InvalidInputError
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted

models = typer.Typer(no_args_is_help=True, help="The models of all racers.")
models.command("download")(download)
models.command("save-to-s3")(save_to_s3)
models.command("inside")(inside)
models.command("duplicates")(duplicates)
models.command("stop")(stop)
models.command("delete")(delete)
models.command("import")(import_)

Filter = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="E", help="The filter language, of models."),
]

_TABLE: Final = (
    Column("Model"),
    Column("Racer"),
    Column("Email", spare=2),
    Column("Status"),
    Column("Created", spare=1),
    Column("Training", spare=5),
    Column("Track", spare=6),
    Column("Source", spare=7),
    Column("GB", number=True, spare=3),
    Column("Tags", spare=4),
)


@models.command("list")
def list_(
    filter_: Filter = None,
    sort: SortBy = "name",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """List models with racer, status, creation, and what else is known."""
    choose_one(as_json, as_csv)
    reverse, field = sort.startswith("-"), sort.removeprefix("-")
    with open_desk(chosen_account(), reading=True) as desk:
        workspace, text = desk.workspace, filter_ or ""
        select_models(workspace, text, field)  # what is wrong with it is found before
        refresh(desk, sync)
        found = list_models(workspace, text, field, reverse=reverse)
        progress = sweep_progress(workspace)
        sums = totals(workspace, text)
    if progress.text:
        say(f"{progress.text[0].upper()}{progress.text[1:]}.")
    if as_json:
        print_json([model_as_json(row) for row in found])
    elif as_csv:
        print_csv([model_as_json(row) for row in found], MODEL_COLUMNS)
    else:
        print_table(_TABLE, [_cells(row) for row in found])
        size = "" if sums.size is None else f" · {sums.size / BYTES_PER_GB:,.2f} GB"
        age = f" · as of {iso(progress.oldest)}" if progress.oldest else ""
        say(f"{counted(len(found), 'model')}{size}{age}")


@models.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model's id, or its name.")],
    racer: Annotated[
        str, typer.Option("--racer", metavar="NAME", help="Its racer's alias or email.")
    ] = "",
    as_json: AsJson = False,
    sync: Sync = None,
) -> None:
    """Show everything known of one model: training, evaluations, and what is inside."""
    with open_desk(chosen_account(), reading=True) as desk:
        refresh(desk, sync)
        page = _page(desk, name, racer)
        if refresh_one(desk, page, sync):
            page = _page(desk, page.row.model_id, "")
    page = look_inside(page)
    if as_json:
        print_json(page_as_json(page))
    else:
        print_model(page)


def _page(desk: Desk, name: str, racer: str) -> StoredModelPage:
    """Return the page of the model that is named.

    Raises:
        InvalidInputError: None or several are.
    """
    found = [
        row
        for row in list_models(desk.workspace)
        if name in (row.model_id, row.name)
        and (not racer or racer.casefold() in (row.alias.casefold(), (row.email or "").casefold()))
    ]
    exact = [row for row in found if row.model_id == name] or found
    if len(exact) != 1:
        what = f"{len(exact):,} models are" if exact else "No model is"
        raise InvalidInputError(
            f"{what} called “{clean(name, 80)}”: name a model's id, or its racer with --racer."
        )
    page = model_page(desk.workspace, exact[0].key)
    assert page is not None, "rows of models are never removed"
    return page


def _cells(row: ModelRow) -> list[str]:
    return [
        row.name or row.model_id,
        row.alias or row.profile_id,
        row.email or "?",
        f"{row.status_text} → {row.pending}" if row.pending else row.status_text,
        iso(row.created_at) or "?",
        row.training_status.lower(),
        row.track,
        row.source,
        "?" if row.size is None else f"{row.size / BYTES_PER_GB:,.2f}",
        " ".join((*row.racer_tags, *row.tags)),
    ]
