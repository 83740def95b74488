"""`drtui billing`: the month's costs, estimated and actual, and alerts on them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, emit, print_csv, print_json, say
from drtui.cli.sponsor_door import open_services, second_door
from drtui.cli.tables import Column, print_table
from drtui.commands.billing import (
    AlertNow,
    AlertsNow,
    alerts_now,
    plan_alerts,
    read_alarm,
    read_budget,
)
from drtui.commands.billing_reading import read_alerts
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.domain.billing_errands import EMAILS, LIMIT, THRESHOLDS, AlertKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import own_name
from drtui.domain.text import clean, iso

billing = typer.Typer(
    no_args_is_help=True,
    help="See the month's costs, estimated and actual, and set alerts on them.",
)
Last = Annotated[bool, typer.Option("--last", help="What was read last time; AWS is not asked.")]
_COLUMNS: Final = (
    *("kind", "name", "ours", LIMIT, THRESHOLDS, EMAILS),
    *("actual", "forecast", "raised", "pending"),
)


@billing.command("costs")
def costs(
    again: Annotated[
        bool,
        typer.Option("--read-again", help="Ask, and pay $0.01, though what is kept is fresh."),
    ] = False,
    last: Last = False,
    as_json: AsJson = False,
    sync: Sync = None,
) -> None:
    """The month to date, estimated and actual; asking costs $0.01 and is done once a day."""
    if again and last:
        raise InvalidInputError("Choose one of --read-again and --last.")
    with open_desk(chosen_account(), reading=last) as desk:
        desk.refresh(False if last else sync)
        door = second_door(desk)
        if again and not door:
            raise InvalidInputError(NO_SECOND_DOOR)
        now = datetime.fromtimestamp(desk.workspace.database.clock(), UTC)
        found = costs_now(desk.workspace)
        fresh = found.actual is not None and found.actual.is_fresh(now)
        asks = door and not last and (again or not fresh)
        if asks:
            found = read_costs(desk.workspace, open_services(desk), now=now, again=again)
    if as_json:
        print_json(found.as_json())
    else:
        emit("".join(f"{clean(line, 2_000)}\n" for line in found.lines()))
    if not door:
        say(f"Actual costs: {NO_SECOND_DOOR}")
    untold = found.untold
    refused = asks and not found.paid and untold is not None and untold.refused
    raise typer.Exit(exits.NOT_ALLOWED if refused else exits.OK)


@billing.command("alerts")
def alerts(
    last: Last = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the account's billing alerts, drtui's own first. Needs an AWS profile."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=last) as desk:
        found = alerts_now(desk.workspace) if last else _read(desk)
    nothing = not last and not found.kinds
    rows = [one.as_json() for one in found.alerts]
    if as_json:
        print_json(found.as_json())
    elif as_csv:
        print_csv([{**dict.fromkeys(_COLUMNS), **row} for row in rows], _COLUMNS)
    else:
        columns = [
            Column("Alert"),
            Column("Made by", spare=3),
            Column("Limit", number=True),
            Column("Thresholds", spare=2),
            Column("Emails", spare=4),
            Column("Spent", number=True, spare=1),
            Column("State"),
        ]
        print_table(columns, [_cells(one) for one in found.alerts])
    _tell(found)
    refused = nothing and any(one.refused for one in found.untold)
    raise typer.Exit(exits.NOT_ALLOWED if refused else exits.OK)


@billing.command("set-alert")
def set_alert(
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What it is called.")
    ] = "event",
    alarm: Annotated[
        bool, typer.Option("--alarm", help="A CloudWatch alarm instead of a budget.")
    ] = False,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="USD", help="A budget's, a month.")
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="T", help="Notify at 80 (per cent), or $450; repeatable."),
    ] = None,
    forecast: Annotated[
        list[str] | None,
        typer.Option("--forecast", metavar="T", help="The same, of the forecast; repeatable."),
    ] = None,
    above: Annotated[
        str | None, typer.Option("--above", metavar="USD", help="With --alarm: when it goes off.")
    ] = None,
    emails: Annotated[
        list[str] | None, typer.Option("--email", metavar="EMAIL", help="Who is told; repeatable.")
    ] = None,
    last: Last = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Create or change a billing alert of drtui's; what is left out stays. Needs an AWS profile."""
    if alarm and (limit is not None or at or forecast):
        raise InvalidInputError("An alarm takes --above, and none of --limit, --at and --forecast.")
    if above is not None and not alarm:
        raise InvalidInputError("--above is for an alarm: add --alarm, or say --limit and --at.")
    thresholds = [*(at or ()), *(f"{one} forecasted" for one in forecast or ())]
    with open_desk(chosen_account()) as desk:
        now = _known(desk, last)
        if alarm:
            wish = read_alarm(now, name, above, emails or ())
            code = carry_out(
                desk,
                lambda: plan_alerts(desk.workspace, alarms=[wish]),
                dry_run=dry_run,
                yes=yes,
                wait=not no_wait,
            )
        else:
            budget = read_budget(now, name, limit, thresholds, emails or ())
            code = carry_out(
                desk,
                lambda: plan_alerts(desk.workspace, budgets=[budget]),
                dry_run=dry_run,
                yes=yes,
                wait=not no_wait,
            )
    raise typer.Exit(code)


@billing.command("remove-alert")
def remove_alert(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As “billing alerts” shows it.")],
    alarm: Annotated[
        bool | None,
        typer.Option("--alarm/--budget", help="Which, where an alarm and a budget have the name."),
    ] = None,
    last: Last = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Remove a billing alert that drtui made; others are left alone. Needs an AWS profile."""
    with open_desk(chosen_account()) as desk:
        kind = _kind_of(_known(desk, last), name, alarm)
        code = carry_out(
            desk,
            lambda: plan_alerts(desk.workspace, remove=[(kind, name)]),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
    raise typer.Exit(code)


def _read(desk: Desk) -> AlertsNow:
    if not second_door(desk):
        raise InvalidInputError(NO_SECOND_DOOR)
    return read_alerts(desk.workspace, open_services(desk))


def _known(desk: Desk, last: bool) -> AlertsNow:
    """Return the alerts before one is changed; read anew, unless that was not wanted."""
    if not second_door(desk):
        raise InvalidInputError(NO_SECOND_DOOR)
    return alerts_now(desk.workspace) if last else _read(desk)


def _kind_of(now: AlertsNow, name: str, alarm: bool | None) -> AlertKind:
    """Return what an alert is; a budget where nothing has the name.

    Raises:
        InvalidInputError: A budget and an alarm have it, and it was not said which.
    """
    if alarm is not None:
        return AlertKind.ALARM if alarm else AlertKind.BUDGET
    names = {name, own_name(name)}
    kinds = {one.alert.kind for one in now.alerts if one.alert.name in names}
    if len(kinds) > 1:
        raise InvalidInputError(
            f"A budget and an alarm are called “{clean(name, 60)}”: say --budget or --alarm."
        )
    return next(iter(kinds), AlertKind.BUDGET)


def _cells(one: AlertNow) -> Sequence[str]:
    alert = one.alert
    state = {True: "raised", False: "quiet", None: ""}[alert.raised]
    coming = "" if one.coming is None else f"→ {_text(one.coming, LIMIT)}"
    return (
        one.title,
        "drtui" if alert.ours else "somebody else",
        _text(alert.values, LIMIT),
        _text(alert.values, THRESHOLDS),
        _text(alert.values, EMAILS),
        "" if alert.actual is None else f"${alert.actual:,.2f}",
        " ".join(filter(None, (state, coming))),
    )


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field, "")
    return "?" if value is None else str(value)


def _tell(found: AlertsNow) -> None:
    for one in found.untold:
        say(f"Not known: {one.what}. {one.why}")
    for each in found.alerts:
        if each.alert.waiting:
            told = ", ".join(clean(email, 60) for email in each.alert.waiting)
            say(f"AWS sends nothing before they confirm its email, {each.title}: {told}")
        if found.as_of and each.alert.as_of and each.alert.as_of < found.as_of:
            say(f"As known {iso(each.alert.as_of)}: {each.title}.")
        elif each.alert.emails_as_of:
            say(f"Emails as known {iso(each.alert.emails_as_of)}: {each.title}.")
    say(f"As of {iso(found.as_of)}." if found.as_of else "They were never read.")
