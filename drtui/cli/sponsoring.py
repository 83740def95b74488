"""`drtui users set-quota`, `pause` and `resume`."""

import sys
from typing import Annotated

import typer

from drtui.cli.changes import carry_out, change_users
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import say
from drtui.cli.scheduling import At, Later, Zone
from drtui.commands.quotas import plan_set_quotas, read_quotas
from drtui.commands.selection import Selection
from drtui.commands.sponsorship import CONSEQUENCES, plan_pause, plan_resume, read_limits
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Outcome, Plan
from drtui.domain.quota_actions import ResumeTo


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
    at: At = None,
    zone: Zone = None,
    sync: Sync = None,
) -> None:
    """Set usage quotas: maximum training hours a month, maximum model count a month."""
    select = choice(filter_, profile, from_, everybody)
    read_quotas(hours, models)
    later = Later.of(at, zone, filter_, everybody=everybody)

    def plan(workspace: Workspace, selection: Selection) -> Plan:
        return plan_set_quotas(workspace, selection, hours, models)

    if later is not None:
        later.schedule(select, plan, dry_run=dry_run, yes=yes, sync=sync)
    change_users(
        select,
        plan,
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
    at: At = None,
    zone: Zone = None,
    sync: Sync = None,
) -> None:
    """Pause sponsorship: no new models and no new training; the quotas are remembered."""
    select = choice(filter_, profile, from_, everybody)
    later = Later.of(at, zone, filter_, everybody=everybody)
    if later is not None:
        later.schedule(
            select, plan_pause, dry_run=dry_run, yes=yes, sync=sync, consequences=CONSEQUENCES
        )
    change_users(
        select,
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
    at: At = None,
    zone: Zone = None,
    sync: Sync = None,
) -> None:
    """Resume sponsorship: the remembered limits, else the new-user defaults, else as asked."""
    select = choice(filter_, profile, from_, everybody)
    read_limits(hours, models)
    later = Later.of(at, zone, filter_, everybody=everybody)
    if later is not None:
        later.schedule(
            select,
            lambda workspace, selection: plan_resume(workspace, selection, to, hours, models),
            dry_run=dry_run,
            yes=yes,
            sync=sync,
        )
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
