"""`drtui users set-quota`, `pause` and `resume`."""

import sys
from typing import Annotated

import typer

from drtui.cli.changes import carry_out, change_users
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.commands.quotas import plan_set_quotas, read_quotas
from drtui.commands.sponsorship import CONSEQUENCES, plan_pause, plan_resume, read_limits
from drtui.domain.actions import ResumeTo
from drtui.domain.planning import Outcome, Plan

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, row by row, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Queue it and return.")]
Sync = Annotated[
    bool | None,
    typer.Option("--sync/--no-sync", help="Read from the account first; by default when stale."),
]


def set_quota(
    hours: Annotated[
        str | None, typer.Option("--hours", metavar="V", help="N, +N, -N or unlimited.")
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", metavar="V", help="N, +N, -N or unlimited.")
    ] = None,
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Set usage quotas: maximum training hours a month, maximum model count a month."""
    select = choice(filter_, profile, from_, everybody)
    read_quotas(hours, models)
    change_users(
        select,
        lambda workspace, selection: plan_set_quotas(workspace, selection, hours, models),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )


def pause(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Pause sponsorship: no new models and no new training; the quotas are remembered."""
    change_users(
        choice(filter_, profile, from_, everybody),
        plan_pause,
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
        consequences=CONSEQUENCES,
    )


def resume(
    to: Annotated[
        ResumeTo, typer.Option("--to", help="Which limits come first.")
    ] = ResumeTo.REMEMBERED,
    hours: Annotated[
        str | None,
        typer.Option("--hours", metavar="V", help="For racers of whom no limit is known."),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option("--models", metavar="V", help="For racers of whom no limit is known."),
    ] = None,
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Resume sponsorship: the remembered limits, else the new-user defaults, else as asked."""
    select = choice(filter_, profile, from_, everybody)
    read_limits(hours, models)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        asked = hours, models

        def make_plan() -> Plan:
            return plan_resume(desk.workspace, selection, to, *asked)

        if not dry_run and not yes and None in asked and make_plan().count(Outcome.CANNOT):
            asked = _ask_for_limits(hours, models)
        code = carry_out(desk, make_plan, dry_run=dry_run, yes=yes, wait=not no_wait)
    raise typer.Exit(code)


def _ask_for_limits(hours: str | None, models: str | None) -> tuple[str | None, str | None]:
    """Ask for the limits of racers of whom none is known, where there is somebody to ask."""
    if not sys.stdin.isatty():
        return hours, models
    say("For some, no limits are remembered and there are no new-user defaults.")
    hours = hours or typer.prompt("Training hours for them (N or unlimited)", err=True)
    models = models or typer.prompt("Model count for them (N or unlimited)", err=True)
    return hours, models
