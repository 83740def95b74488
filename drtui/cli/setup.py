"""`drtui setup`: multi-user mode, the deployment's settings, the checklist, and the event."""

from dataclasses import asdict
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import print_json, say
from drtui.cli.sponsor_door import open_services, second_door
from drtui.cli.tables import print_page
from drtui.commands import multi_user, prerequisites
from drtui.commands.event import read_event, write_event
from drtui.commands.fixing import Fix, fixable, plan_fix
from drtui.commands.setup import Setting, plan_settings, read_values, settings_now
from drtui.domain.event_settings import EventSettings
from drtui.domain.problems import InvalidInputError
from drtui.domain.quotas import QuotaError, Unit, parse_quota
from drtui.domain.setting_keys import NOT_ENFORCED, Registration, SettingKey, label_of, text_of
from drtui.domain.sponsor.checks import Checked, Standing
from drtui.domain.text import clean, iso

setup = typer.Typer(
    no_args_is_help=True,
    help="Set the event up: multi-user mode, settings, and what it needs beside them.",
)
_CONFIRMED: Final = (
    "participants have access, and the permissions they need: see “drtui setup check”"
)


@setup.command("status")
def status(as_json: AsJson = False, sync: Sync = None) -> None:
    """Whether multi-user mode is on, and the deployment's settings."""
    with open_desk(chosen_account(), reading=True) as desk:
        desk.refresh(sync)
        mode = multi_user.mode_of(desk.workspace, second_door=second_door(desk))
        found = settings_now(desk.workspace)
    if as_json:
        print_json(
            {
                "multi_user_mode": mode.state.value,
                "signs": list(mode.signs),
                "since": iso(mode.since),
                "by": mode.by or None,
                "operation": mode.operation,
                "settings": {
                    one.key.value: {
                        "value": one.value,
                        "pending": one.pending,
                        "as_of": iso(one.as_of),
                    }
                    for one in found
                },
            }
        )
        return
    since = ""
    if mode.since is not None:
        since = f", since {iso(mode.since)} by {clean(mode.by)} (operation {mode.operation})"
    print_page(
        [
            ("Multi-user mode", f"{mode.state.value}{since}"),
            *(("", sign) for sign in mode.signs),
            *((_capital(label_of(one.key)), _setting_text(one)) for one in found),
            ("As of", iso(found[0].as_of) or "never read"),
        ]
    )


@setup.command("settings")
def settings(
    hours: Annotated[
        str | None, typer.Option("--hours", metavar="V", help="New users' hours: N or unlimited.")
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", metavar="V", help="New users' models.")
    ] = None,
    instance_hours: Annotated[
        str | None,
        typer.Option("--instance-hours", metavar="V", help=f"For all together: {NOT_ENFORCED}."),
    ] = None,
    instance_models: Annotated[
        str | None,
        typer.Option("--instance-models", metavar="V", help=f"For all together: {NOT_ENFORCED}."),
    ] = None,
    registration: Annotated[
        Registration | None, typer.Option("--registration", help="Who may make a profile.")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Change the deployment's settings: what new users get, and who may register."""
    values = read_values(
        hours,
        models,
        instance_hours=instance_hours,
        instance_models=instance_models,
        registration=registration,
    )
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        code = carry_out(
            desk,
            lambda: plan_settings(desk.workspace, values),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
    raise typer.Exit(code)


@setup.command("enable")
def enable(
    hours: Annotated[
        str, typer.Option("--hours", metavar="V", help="New users' training hours.")
    ] = "5",
    models: Annotated[
        str | None,
        typer.Option("--models", metavar="V", help="New users' models; by default as they are."),
    ] = None,
    registration: Annotated[
        Registration | None, typer.Option("--registration", help="Who may make a profile.")
    ] = None,
    participants_have_access: Annotated[
        bool,
        typer.Option("--participants-have-access", help=f"Confirm that {_CONFIRMED}."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Enable multi-user mode: new users get quotas, racers theirs back, sign-ins are opened."""
    minutes = _limit(hours, Unit.HOURS)
    count = None if models is None else _limit(models, Unit.MODELS)
    if not (dry_run or participants_have_access):
        raise InvalidInputError(
            f"Confirm with --participants-have-access that {_CONFIRMED}; or look first with "
            "--dry-run."
        )
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        code = carry_out(
            desk,
            lambda: multi_user.plan_enable(
                desk.workspace,
                minutes=minutes,
                models=count,
                registration=registration,
                second_door=second_door(desk),
            ),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences="" if second_door(desk) else multi_user.NO_SECOND_DOOR,
        )
    raise typer.Exit(code)


@setup.command("disable")
def disable(
    dry_run: DryRun = False, yes: Yes = False, no_wait: NoWait = False, sync: Sync = None
) -> None:
    """Disable multi-user mode: no new profiles, racers stopped, sign-ins closed."""
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        door = second_door(desk)
        plan = multi_user.plan_disable(desk.workspace, second_door=door)
        told = multi_user.consequences(desk.workspace, plan, second_door=door)
        code = carry_out(
            desk,
            lambda: multi_user.plan_disable(desk.workspace, second_door=door),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences="\n".join(told.lines()),
        )
    raise typer.Exit(code)


@setup.command("check")
def check(
    as_json: AsJson = False,
    offline: Annotated[
        bool, typer.Option("--last", help="What was found last time; nothing is asked.")
    ] = False,
) -> None:
    """Check what the event needs; a line each: ok, missing, or cannot tell and what would tell."""
    with open_desk(chosen_account(), reading=offline) as desk:
        lines, as_of = prerequisites.last_checked(desk.workspace)
        if not offline:
            lines, as_of = _check(desk), None
    if as_json:
        print_json([prerequisites.line_values(line) for line in lines])
    else:
        print_page([(f"{line.standing:<11}  {line.prerequisite}", _told(line)) for line in lines])
    if as_of is not None:
        say(f"As of {iso(as_of)}.")
    if any(line.standing is Standing.MISSING for line in lines):
        raise typer.Exit(exits.UNSETTLED)
    raise typer.Exit(exits.NOT_ALLOWED if prerequisites.nothing_told(lines) else exits.OK)


@setup.command("fix")
def fix(
    line: Annotated[
        Fix | None, typer.Argument(metavar="[LINE]", help="What to mend; without it, what can be.")
    ] = None,
    instances: Annotated[
        int | None,
        typer.Option("--instances", metavar="N", help="For training-quota: how many at once."),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Mend what the last check found missing, where that can be done from here."""
    if instances is not None and line is not Fix.TRAINING_QUOTA:
        raise InvalidInputError("--instances is for training-quota.")
    with open_desk(chosen_account(), reading=line is None) as desk:
        if line is None:
            _list_fixes(desk)
            return
        code = carry_out(
            desk,
            lambda: plan_fix(
                desk.workspace, line, instances=instances, second_door=second_door(desk)
            ),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
        if not (dry_run or no_wait or code):
            found = {one.prerequisite: one for one in _check(desk)}[line.line]
            say(f"Checked again: {found.standing}. {_told(found)}")
    raise typer.Exit(code)


def _list_fixes(desk: Desk) -> None:
    lines, as_of = prerequisites.last_checked(desk.workspace)
    if as_of is None:
        raise InvalidInputError("Nothing was checked yet: run “drtui setup check” first.")
    found = fixable(lines)
    if found:
        print_page([(name.value, f"{line.fix}: {line.finding}") for name, line in found.items()])
    else:
        say("Nothing that is missing can be mended from here: see “drtui access hand-off”.")
    say(f"As of {iso(as_of)}.")


def _check(desk: Desk) -> tuple[Checked, ...]:
    services = open_services(desk) if second_door(desk) else None
    return prerequisites.check(desk.workspace, services)


@setup.command("event")
def event(
    name: Annotated[str | None, typer.Option("--name", help="What it is called.")] = None,
    dates: Annotated[str | None, typer.Option("--dates", help="As participants read them.")] = None,
    organizer: Annotated[str | None, typer.Option("--organizer", help="Who invites.")] = None,
    contact: Annotated[
        str | None,
        typer.Option("--contact", help="Whom to ask: participants read it as it is."),
    ] = None,
    console_address: Annotated[
        str | None, typer.Option("--console-address", help="Where participants sign in.")
    ] = None,
    race_links: Annotated[
        list[str] | None, typer.Option("--race-link", help="Once for each race.")
    ] = None,
    sender: Annotated[
        str | None, typer.Option("--sender", help="The address invitations are sent from.")
    ] = None,
    at_once: Annotated[
        int | None, typer.Option("--at-once", help="How many may train at once.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change what is said of the event, which checks and invitations use."""
    links = None if race_links is None else "\n".join(race_links)
    given = name, dates, organizer, contact, console_address, links, sender, at_once
    changing = any(one is not None for one in given)
    with open_desk(chosen_account(), reading=not changing) as desk:
        kept = read_event(desk.workspace)
        if changing:
            changed = EventSettings(
                name=_or(name, kept.name),
                dates=_or(dates, kept.dates),
                organizer=_or(organizer, kept.organizer),
                contact=_or(contact, kept.contact),
                console_address=_or(console_address, kept.console_address),
                race_links=_or(links, kept.race_links),
                sender=_or(sender, kept.sender),
                at_once=kept.at_once if at_once is None else at_once,
            )
            kept = write_event(desk.workspace, changed, kept)
    if as_json:
        print_json(asdict(kept))
        return
    print_page(
        [
            (_capital(key.replace("_", " ")), f"{value}" or "-")
            for key, value in asdict(kept).items()
        ]
    )


def _or(given: str | None, kept: str) -> str:
    return kept if given is None else given


def _limit(text: str, unit: Unit) -> int:
    try:
        change = parse_quota(text, unit)
    except QuotaError as error:
        raise InvalidInputError(f"{error}.") from error
    if change.relative:
        raise InvalidInputError("Write N or unlimited.")
    return change.amount


def _setting_text(one: Setting) -> str:
    now = text_of(one.key, one.value)
    coming = "" if one.pending is None else f" → {text_of(one.key, one.pending)}"
    note = ""
    if one.key in (SettingKey.INSTANCE_MINUTES, SettingKey.INSTANCE_MODELS):
        note = f" ({NOT_ENFORCED})"
    return f"{now}{coming}{note}"


def _told(line: Checked) -> str:
    told = f"{line.finding} {line.advice}".strip()
    if line.found_at is None:
        return told
    return f"{told} (As found {iso(line.found_at)}; not reachable now.)"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
