"""`drtui models stop` and `delete`, and what a deletion of models says before it is confirmed."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.choosing import choice
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.model_refreshing import list_again, refresh
from drtui.cli.models_downloads import AllModels, FromList, OfModels, OfRacers, model_choice
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import say
from drtui.cli.sponsor_door import second_door
from drtui.commands.help_desk import MODELS_CONSEQUENCES
from drtui.commands.model_changes import (
    DOWNLOADED_CONSEQUENCES,
    OWN_CONSEQUENCES,
    STOP_CONSEQUENCES,
    deletion_lines,
    deletion_of,
    plan_delete_all,
    plan_delete_downloaded,
    plan_delete_own,
    plan_stop,
)
from drtui.commands.models import age_line, list_models
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError

Count = Annotated[
    int | None,
    typer.Option("--count", metavar="N", help="Confirm it, if so many are deleted."),
]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for anything to be typed.")]
_WHICH: Final = (
    "Say which: --filter for models of your own; --racers, --profile, --from or --all for all "
    "models of racers."
)


def stop(
    filter_: OfModels = None,
    profile: OfRacers = None,
    from_: FromList = None,
    everything: AllModels = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Stop trainings and evaluations; those of other racers need an AWS profile."""
    select = model_choice(filter_, profile, from_, everything)
    with open_desk(chosen_account()) as desk:
        refresh(desk, sync)
        models, unmatched = select(desk.workspace)
        for name in unmatched:
            say(f"No single user matched: {name}")
        code = carry_out(
            desk,
            lambda: plan_stop(desk.workspace, models, second_door=second_door(desk)),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=" ".join(filter(None, (age_line(models), STOP_CONSEQUENCES))),
        )
    raise typer.Exit(exits.UNSETTLED if unmatched and code == exits.OK else code)


def delete(
    filter_: OfModels = None,
    racers: Annotated[
        str | None, typer.Option("--racers", metavar="E", help="The filter language, of users.")
    ] = None,
    profile: OfRacers = None,
    from_: FromList = None,
    everything: AllModels = False,
    downloaded: Annotated[
        bool,
        typer.Option("--downloaded", help="Only of racers all of whose models were downloaded."),
    ] = False,
    count: Count = None,
    dry_run: DryRun = False,
    yes: _Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Delete one's own models one by one, or all models of racers. It cannot be undone."""
    of_racers = racers is not None or bool(profile) or from_ is not None or everything
    if of_racers == (filter_ is not None) or (downloaded and not of_racers):
        raise InvalidInputError(_WHICH)
    if filter_ is not None:
        text = filter_
        with open_desk(chosen_account()) as desk:
            refresh(desk, sync)
            models = list_models(desk.workspace, text)
            code = delete_counted(
                desk,
                lambda: plan_delete_own(desk.workspace, models),
                OWN_CONSEQUENCES,
                count=count,
                dry_run=dry_run,
                yes=yes,
                no_wait=no_wait,
            )
        raise typer.Exit(code)
    select = choice(racers, profile, from_, everything)
    with open_desk(chosen_account()) as desk:
        refresh(desk, sync)
        selection = select(desk.workspace)
        unlisted = list_again(desk, sync, selection.keys)
        plan = plan_delete_downloaded if downloaded else plan_delete_all
        code = delete_counted(
            desk,
            lambda: plan(desk.workspace, selection),
            DOWNLOADED_CONSEQUENCES if downloaded else MODELS_CONSEQUENCES,
            count=count,
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
            unlisted=unlisted,
        )
    raise typer.Exit(code)


def delete_counted(
    desk: Desk,
    make_plan: Callable[[], Plan],
    consequences: str,
    *,
    count: int | None,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    unlisted: str = "",
) -> int:
    """Delete models after what it comes to was said, and its number typed; return the exit code.

    Args:
        desk: The account's.
        make_plan: Makes the plan.
        consequences: What there is to know beside the numbers.
        count: The number, where the command line said it; another one than is deleted is refused.
        dry_run: See `changes.carry_out`, as for the rest.
        yes: See there.
        no_wait: Whether not to wait until it is settled.
        unlisted: Why the models could not be listed just now; empty where nothing speaks against
            the number.

    Raises:
        InvalidInputError: Another number is deleted, or nobody could see which.
    """
    if unlisted and count is not None and not dry_run:
        raise InvalidInputError(f"{unlisted} --no-sync counts what is known.")
    if unlisted:
        say(unlisted)
    plan = make_plan()
    lines = deletion_lines(desk.workspace, plan) if plan.count(Outcome.CHANGE) else []
    number = deletion_of(desk.workspace, plan).number
    if lines and not number:
        say(lines[0])
        return exits.UNSETTLED if unlisted else exits.OK
    if count is not None and count != number and not dry_run and lines:
        raise InvalidInputError(
            f"{number:,} would be deleted, and not {count:,}: nothing was changed."
        )
    if dry_run:
        for line in lines:
            say(line)
    return carry_out(
        desk,
        make_plan,
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        consequences=consequences,
        told=lambda shown: deletion_lines(desk.workspace, shown),
        typed=True,
        answer=None if count is None else f"{count}",
        wanted=lambda shown: f"{deletion_of(desk.workspace, shown).number:,}",
    )
