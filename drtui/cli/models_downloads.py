"""`drtui models download`, `save-to-s3`, `inside` and `duplicates`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.choosing import choice
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.model_refreshing import refresh
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, emit, print_csv, print_json, say
from drtui.cli.sponsor_door import second_door
from drtui.cli.tables import Column, print_table
from drtui.commands import inside as archives
from drtui.commands.downloads import (
    CONSEQUENCES,
    NO_MODELS,
    finish_lines,
    plan_download,
    plan_save_to_bucket,
)
from drtui.commands.inside import Inside
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.commands.models import age_line, list_models, models_of
from drtui.commands.workspace import Workspace
from drtui.domain.download_errands import bucket_place
from drtui.domain.downloads import size_text
from drtui.domain.manifests import racers_in
from drtui.domain.models import ModelRow
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.model_folders import chosen_folder

OfModels = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="E", help="The filter language, of models."),
]
OfRacers = Annotated[
    list[str] | None,
    typer.Option(
        "--profile", metavar="ID", help="A racer's id, email or alias: all models; repeatable."
    ),
]
FromList = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help="A list of racers: all their models; - is stdin."),
]
AllModels = Annotated[bool, typer.Option("--all", help="All models of everybody.")]

ModelChoice = Callable[[Workspace], tuple[list[ModelRow], tuple[str, ...]]]

INSIDE_COLUMNS: Final = (
    *("file", "racer", "email", "model", "bytes", "sha256", "contents_sha256", "action_space"),
    *("sensors", "algorithm", "network", "trouble"),
)
DUPLICATE_COLUMNS: Final = ("group", "racer", "email", "model", "file", "sha256")


def model_choice(
    filter_: str | None, profile: list[str] | None, from_: str | None, everything: bool
) -> ModelChoice:
    """Return what selects models, and tells whom of those named it did not find.

    Raises:
        InvalidInputError: None or several were given, or the list cannot be read.
    """
    given = [filter_ is not None, bool(profile), from_ is not None, everything]
    if sum(given) != 1:
        raise InvalidInputError("Say which: one of --filter, --profile, --from and --all.")
    if filter_ is not None or everything:
        return lambda workspace: (list_models(workspace, filter_ or "", "alias"), ())
    racers = choice(None, profile, from_, everybody=False)

    def select(workspace: Workspace) -> tuple[list[ModelRow], tuple[str, ...]]:
        selection = racers(workspace)
        return models_of(workspace, selection.keys), selection.unmatched

    return select


def download(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Made where there is none.")],
    filter_: OfModels = None,
    profile: OfRacers = None,
    from_: FromList = None,
    everything: AllModels = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Download models for physical cars to a folder, with a manifest; it can be interrupted."""
    select = model_choice(filter_, profile, from_, everything)
    chosen_folder(folder)  # what is wrong with it is found before the account is asked
    with open_desk(chosen_account()) as desk:
        refresh(desk, sync)
        code = _save(
            desk,
            select,
            lambda models: plan_download(desk.workspace, models, folder),
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
        )
    raise typer.Exit(code)


def save_to_s3(
    address: Annotated[str, typer.Argument(metavar="s3://BUCKET/PREFIX", help="Of yours.")],
    filter_: OfModels = None,
    profile: OfRacers = None,
    from_: FromList = None,
    everything: AllModels = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Save models for physical cars to a bucket of the sponsor's. Needs an AWS profile."""
    select = model_choice(filter_, profile, from_, everything)
    bucket_place(address)
    with open_desk(chosen_account()) as desk:
        if not second_door(desk):
            raise InvalidInputError(NO_SECOND_DOOR)
        refresh(desk, sync)
        code = _save(
            desk,
            select,
            lambda models: plan_save_to_bucket(
                desk.workspace,
                models,
                address,
                second_door=second_door(desk),
                own_buckets=desk.workspace.own_buckets,
            ),
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
        )
    raise typer.Exit(code)


def _save(
    desk: Desk,
    select: ModelChoice,
    plan: Callable[[Sequence[ModelRow]], Plan],
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
) -> int:
    models, unmatched = select(desk.workspace)
    for name in unmatched:
        say(f"No single user matched: {name}")
    if not models:
        say(NO_MODELS)
        return exits.UNSETTLED
    per_window = desk.settings.sync.downloads_per_5_minutes
    planned = [plan(models)]  # files that are there are read for it, and not twice
    lines = finish_lines(desk.workspace, planned[0], per_window=per_window)
    lines += filter(None, [age_line(models)])
    if dry_run:
        say("\n".join(lines))
    code = carry_out(
        desk,
        lambda: planned.pop() if planned else plan(models),
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        consequences="\n".join([*lines, CONSEQUENCES]),
    )
    return exits.UNSETTLED if unmatched and code == exits.OK else code


def inside(
    place: Annotated[
        str, typer.Argument(metavar="FILE|FOLDER", help="An archive, or a folder of them.")
    ],
    reward: Annotated[
        bool, typer.Option("--reward", help="Print the reward functions instead.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show what is inside downloaded models: action space, sensors, algorithm, reward function."""
    choose_one(as_json, as_csv)
    found = list(archives.look_inside(place))
    if as_json:
        print_json([inside_as_json(one) for one in found])
    elif as_csv:
        print_csv([inside_as_json(one) for one in found], INSIDE_COLUMNS)
    elif reward:
        emit("".join(map(_reward, found)))
    else:
        columns = ("File", "Racer", "Action space", "Sensors", "Algorithm", "Size")
        print_table([Column(name) for name in columns], [_inside_cells(one) for one in found])
    for one in found:
        trouble = one.trouble or ("" if one.contents is None else one.contents.trouble)
        if trouble:
            say(f"{one.path.name}: {trouble}")
    raise typer.Exit(exits.UNSETTLED if any(one.trouble for one in found) else exits.OK)


def duplicates(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="With downloaded models.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the downloaded models that are identical, file for file, whoever has them."""
    choose_one(as_json, as_csv)
    groups = archives.duplicates(folder)
    rows: list[dict[str, object]] = [
        {
            "group": number,
            "racer": one.alias,
            "email": one.email or None,
            "model": one.name,
            "file": one.file,
            "sha256": one.sha256,
        }
        for number, group in enumerate(groups, 1)
        for one in group
    ]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, DUPLICATE_COLUMNS)
    elif rows:
        columns = ("Group", "Racer", "Email", "Model", "File")
        cells = [[str(row[name.lower()] or "") for name in columns] for row in rows]
        print_table([Column(name) for name in columns], cells)
    among = sum(racers_in(group) > 1 for group in groups)
    what = counted(len(groups), "group of identical models", "groups of identical models")
    say(f"{what}, {among:,} of them among several racers.")


def inside_as_json(one: Inside) -> dict[str, object]:
    """Return what is inside one archive as `drtui models inside --json` shows it."""
    entry, archive, contents = one.entry, one.archive, one.contents
    return {
        "file": str(one.path),
        "racer": None if entry is None else entry.alias,
        "email": None if entry is None else entry.email or None,
        "model": None if entry is None else entry.name,
        "bytes": None if archive is None else archive.size,
        "sha256": None if archive is None else archive.sha256,
        "contents_sha256": None if archive is None else archive.contents,
        "action_space": None if contents is None else contents.action_space or None,
        "sensors": [] if contents is None else list(contents.sensors),
        "algorithm": None if contents is None else contents.algorithm or None,
        "network": None if contents is None else contents.network or None,
        "actions": []
        if contents is None
        else [{"steering": each.steering, "speed": each.speed} for each in contents.actions],
        "reward_function": None if contents is None else contents.reward,
        "trouble": one.trouble or ("" if contents is None else contents.trouble),
    }


def _inside_cells(one: Inside) -> list[str]:
    if one.contents is None or one.archive is None:
        return [one.path.name, "", "not sound", "", "", ""]
    contents = one.contents
    return [
        one.path.name,
        "" if one.entry is None else one.entry.alias,
        contents.action_space or "?",
        ", ".join(contents.sensors) or "?",
        contents.algorithm or "?",
        size_text(one.archive.size),
    ]


def _reward(one: Inside) -> str:
    """Return a reward function under the name of its file; no text moves a terminal's cursor."""
    source = None if one.contents is None else one.contents.reward
    lines = ["(none)"] if source is None else source.expandtabs(4).splitlines()
    return "".join(f"{clean(line, 2_000)}\n" for line in (f"# {one.path.name}", *lines, ""))
