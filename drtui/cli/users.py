"""`drtui users`: list, show, set-quota, pause, resume, remembered."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import print_csv, print_json, print_table, say
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import (
    Selection,
    select_all,
    select_by_filter,
    select_by_name,
    select_from_list,
)
from drtui.commands.sponsorship import CONSEQUENCES, plan_pause, plan_resume
from drtui.commands.usage import list_users, user_as_json
from drtui.domain.actions import ResumeTo, values_text
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import SponsoredUser
from drtui.domain.spending import BYTES_PER_GB, Rates

users = typer.Typer(no_args_is_help=True, help="The sponsored users of the account.")
remembered = typer.Typer(
    no_args_is_help=True, help="Limits that a pause replaced, as a file: the spare laptop."
)
users.add_typer(remembered, name="remembered")

Filter = Annotated[
    str | None, typer.Option("--filter", "-f", metavar="E", help="The filter language.")
]
Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="ID", help="A profile id, email or alias; repeatable."),
]
FromFile = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help="A list of emails, aliases or ids; - is stdin."),
]
Everybody = Annotated[bool, typer.Option("--all", help="All sponsored users.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, row by row, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Queue it and return.")]
Sync = Annotated[
    bool | None,
    typer.Option("--sync/--no-sync", help="Read from the account first; by default when stale."),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV.")]

COLUMNS: Final = (
    "profile_id",
    "alias",
    "email",
    "role",
    "status",
    "minutes_used",
    "minutes_queued",
    "minutes_limit",
    "models",
    "models_limit",
    "storage_bytes",
    "estimated_usd",
    "created_at",
    "tags",
    "pending",
    "as_of",
)


@users.command("list")
def list_(
    filter_: Filter = None,
    sort: Annotated[
        str, typer.Option("--sort", "-s", metavar="F", help="A field; -F reverses.")
    ] = "alias",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """List users with hours, quotas, models, storage and estimated spending."""
    if as_json and as_csv:
        raise InvalidInputError("Choose one of --json and --csv.")
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        reverse = sort.startswith("-")
        selection = select_by_filter(
            desk.workspace, filter_ or "", sort.removeprefix("-"), reverse=reverse
        )
        found = list_users(desk.workspace, selection)
        rows = [user_as_json(user, desk.settings.spending) for user in found]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, COLUMNS)
    else:
        _print_users(found, desk.settings.spending)


def _print_users(found: list[SponsoredUser], rates: Rates) -> None:
    headings = (
        "Alias", "Email", "Role", "Status", "Hours used", "Queued", "Quota", "Models",
        "Quota", "GB", "USD (est.)",
    )  # fmt: skip
    rows = [_cells(user, rates) for user in found]
    print_table(headings, rows, "llllrrrrrrr")
    say(f"{len(found):,} users · estimate at {rates}, not for budgeting or cost accounting")


def _cells(user: SponsoredUser, rates: Rates) -> list[str]:
    profile = user.profile
    size, minutes = profile.storage_bytes, user.minutes_in_total
    status = user.status.value.replace("_", " ")
    return [
        profile.alias,
        profile.email or "?",
        profile.role.value,
        f"{status} → {values_text(user.pending)}" if user.pending else status,
        hours_text(profile.minutes_used),
        hours_text(profile.minutes_queued),
        hours_text(profile.minutes_limit),
        count_text(profile.models),
        count_text(profile.models_limit),
        "?" if size is None else f"{size / BYTES_PER_GB:,.1f}",
        "?" if minutes is None else f"{rates.training(minutes):,.2f}",
    ]


@users.command()
def show(
    name: Annotated[str, typer.Argument(help="A profile id, email or alias.")],
    as_json: AsJson = False,
    sync: Sync = None,
) -> None:
    """Show everything known of one user, and the operations that touched them."""
    from drtui.cli.user_page import print_user, user_page_as_json

    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select_by_name(desk.workspace, [name])
        if not selection.keys:
            raise InvalidInputError(f"Nobody matched: {selection.unmatched[0]}.")
        user = list_users(desk.workspace, selection)[0]
        if as_json:
            print_json(user_page_as_json(desk.workspace, user))
        else:
            print_user(desk.workspace, user)


@users.command("set-quota")
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
    with open_desk(chosen_account()) as desk:
        _check_one_source(filter_, profile, from_, everybody)
        desk.refresh(sync)
        selection = _select(desk, filter_, profile, from_)
        code = carry_out(
            desk,
            lambda: plan_set_quotas(desk.workspace, selection, hours, models),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
    raise typer.Exit(code)


@users.command()
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
    with open_desk(chosen_account()) as desk:
        _check_one_source(filter_, profile, from_, everybody)
        desk.refresh(sync)
        selection = _select(desk, filter_, profile, from_)
        code = carry_out(
            desk,
            lambda: plan_pause(desk.workspace, selection),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=CONSEQUENCES,
        )
    raise typer.Exit(code)


@users.command()
def resume(
    to: Annotated[ResumeTo, typer.Option("--to", help="Which limits.")] = ResumeTo.REMEMBERED,
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
    """Resume sponsorship: the remembered limits, else the new-user defaults."""
    with open_desk(chosen_account()) as desk:
        _check_one_source(filter_, profile, from_, everybody)
        desk.refresh(sync)
        selection = _select(desk, filter_, profile, from_)
        asked = hours, models

        def make_plan() -> Plan:
            return plan_resume(desk.workspace, selection, to, *asked)

        if not dry_run and None in asked and make_plan().count(Outcome.CANNOT):
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


def _check_one_source(
    filter_: str | None, profile: list[str] | None, from_: str | None, everybody: bool
) -> None:
    given = [filter_ is not None, bool(profile), from_ is not None, everybody]
    if sum(given) != 1:
        raise InvalidInputError("Say for whom: one of --filter, --profile, --from and --all.")


def _select(
    desk: Desk, filter_: str | None, profile: list[str] | None, from_: str | None
) -> Selection:
    if filter_ is not None:
        return select_by_filter(desk.workspace, filter_)
    if profile:
        return select_by_name(desk.workspace, profile)
    if from_ is not None:
        return select_from_list(desk.workspace, _lines(from_))
    return select_all(desk.workspace)


def _lines(source: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{source} cannot be read ({error.strerror}).") from error
    return data.decode("utf-8-sig", errors="replace").splitlines()


@remembered.command("export")
def export_(
    file: Annotated[str, typer.Argument(help="Where to; - is stdout.")] = "-",
) -> None:
    """Write the remembered limits to a file."""
    from drtui.commands.remembered import export_remembered

    with open_desk(chosen_account()) as desk:
        text = export_remembered(desk.workspace)
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProblemError(f"{file} cannot be written ({error.strerror}).") from error


@remembered.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="Where from; - is stdin.")],
    sync: Sync = None,
) -> None:
    """Remember the limits of a file."""
    from drtui.commands.remembered import import_remembered

    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        number, unmatched = import_remembered(desk.workspace, "\n".join(_lines(file)))
    say(f"Remembered for {number:,} users.")
    for name in unmatched:
        say(f"  not in this account: {name}")
    raise typer.Exit(exits.UNSETTLED if unmatched else exits.OK)
