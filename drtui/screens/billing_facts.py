"""What the Billing screen says, as lines for a width, and its alerts as rows of a table.

Text from outside is cleaned here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.billing_errands import (
    EMAILS,
    LIMIT,
    NOTHING,
    THRESHOLDS,
    AlertKind,
    is_absent,
)
from drtui.domain.operations import Values
from drtui.domain.spending import CAVEAT
from drtui.domain.sponsor.costs import CALL_USD, CostReport, ServiceCost
from drtui.domain.text import clean
from drtui.screens.setup_facts import heading
from drtui.widgets.cells import Cell, Run, Tone, fitting, width_of
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.facts import Lines, labelled, wrapped
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.billing import AlertNow
    from drtui.domain.billing_records import Untold
    from drtui.screens.billing_desk import BillingPage

_NEVER: Final = f"Not read this month: c asks Cost Explorer, for ${CALL_USD:.2f}."
_PRICE: Final = f"Each reading (c) costs ${CALL_USD:.2f}, and is kept for a day."
_ABOUT: Final = "An alert counts the whole AWS account, comes hours late and stops nothing."
_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_LABEL: Final = 12
_LONGEST: Final = 600  # characters of what AWS said
ALERT_COLUMNS: Final = (
    Column("kind", "Kind", 6),
    Column("name", "Name", 18, most=40, least=10),
    Column("by", "Made by", 7, most=13),
    Column("limit", "Limit USD/month", 15, right=True),
    Column("thresholds", "Thresholds", 22, most=44, rank=1),
    Column("emails", "Emails", 18, most=60, rank=2),
    Column("spent", "Spent USD", 9, right=True),
    Column("state", "State", 11, most=24),
)
_SOMEBODY: Final = ("somebody else", "others")


def estimate(page: "BillingPage", now: datetime, width: int) -> Lines:
    """Return what drtui estimates for the month, how old that is, and what it is worth."""
    costs, one = page.costs, page.costs.estimate
    lines = heading(
        f"Estimated, {costs.month:%B} to date", None if one is None else one.as_of, now, width
    )
    if one is None:
        told = Content("Not known before the first sync: R syncs now.")
    else:
        told = Content.styled(f"${one.total:,.2f}", "bold") + Content(
            f"  training and evaluation ${one.training_usd:,.2f}, storage so far "
            f"${one.storage_usd:,.2f}"
        )
    caveat = Content.styled(f"{CAVEAT} {page.rates}.", _DIM)
    return [*lines, *wrapped(told, width), *wrapped(caveat, width)]


def actual(
    page: "BillingPage",
    now: datetime,
    width: int,
    *,
    services: int,
    no_door: str,
    reading: bool,
) -> Lines:
    """Return what AWS charges for the month, how old that is, and why it is not newer.

    Args:
        page: As read.
        now: For the age.
        width: Of the lines, in cells.
        services: How many of the dearest have a line each; 0 puts them into one.
        no_door: Why nothing can be asked; empty where it can.
        reading: Whether Cost Explorer is asked now.
    """
    costs, report = page.costs, page.costs.actual
    as_of = None if report is None else report.as_of
    lines = heading(f"Actual, {costs.month:%B} to date", as_of, now, width)
    if report is not None:
        lines += _charged(report, width, services)
    if reading:
        lines += wrapped(Content.styled("Cost Explorer is asked …", _PENDING), width)
    elif no_door:
        lines += wrapped(Content.styled(f"Not known: {no_door}.", _PENDING), width)
    elif costs.untold is not None:
        lines += wrapped(Content.styled(f"Not told: {_why(costs.untold)}", _HAND), width)
    elif report is None:
        lines += wrapped(Content.styled(_NEVER, _DIM), width)
    return [*lines, *wrapped(Content.styled(_PRICE, _DIM), width)]


def _charged(report: CostReport, width: int, services: int) -> Lines:
    if report.total is None:
        return wrapped(Content("Cost Explorer did not tell all of it."), width)
    change = "" if report.estimated is False else "; AWS may still change it"
    told = Content.styled(_amount(report.total, report.unit), "bold")
    lines = wrapped(told + Content(f"  of the whole AWS account{change}"), width)
    dearest = [one for one in report.by_service() if one.amount]
    if not services:
        texts = (f"{one.service} {_amount(one.amount, report.unit)}" for one in dearest)
        by_service = Content.styled(" · ".join(texts), _DIM)
        return lines + ([by_service.truncate(width, ellipsis=True)] if dearest else [])
    shown, rest = dearest[:services], dearest[services:]
    if rest:
        others = sum(one.amount or 0.0 for one in rest)
        shown.append(ServiceCost(f"{len(rest):,} other services", others))
    amounts = [_amount(one.amount, report.unit) for one in shown]
    column = max(map(len, amounts), default=0)
    return lines + [
        Content(f"{amount:>{column}}  {one.service}").truncate(width, ellipsis=True)
        for one, amount in zip(shown, amounts, strict=True)
    ]


def _amount(amount: float | None, unit: str) -> str:
    if amount is None:
        return "?"
    return f"${amount:,.2f}" if unit == "USD" else f"{amount:,.2f} {unit}"


def alerts(page: "BillingPage", now: datetime, width: int, *, door: bool, reading: bool) -> Lines:
    """Return the title of the table, how old it is, and what AWS did not tell."""
    found = page.alerts
    lines = heading("Billing alerts", found.known_at, now, width)
    if reading:
        lines[0] = (lines[0] + Content.styled("  are read …", _PENDING)).truncate(width)
    lines += wrapped(Content.styled(_ABOUT, _DIM), width)
    whys: dict[str, list[str]] = {}
    for one in found.untold if door else ():
        whys.setdefault(_why(one), []).append(clean(one.what, 120))
    for why, what in whys.items():
        lines += wrapped(Content.styled(f"Not told: {', '.join(what)}. {why}", _HAND), width)
    return lines


def _why(untold: "Untold") -> str:
    """Return why AWS did not tell something, with the permission that would let it."""
    why, permission = clean(untold.why, _LONGEST), clean(untold.permission, 80)
    return why if permission in why else f"{why} It needs {permission}."


def empty(page: "BillingPage", *, door: bool, reading: bool) -> str:
    """Say why there is no row."""
    if reading:
        return "The alerts are read …"
    if not door:
        return "Not known without an AWS profile."
    if page.alerts.as_of is None:
        return "Never read: a reads them."
    if page.alerts.untold:
        return "Not known: a asks AWS again."
    return "There is none: n makes one."


def alert_cell(one: "AlertNow", placed: PlacedColumn) -> Cell:
    """Return an alert's cell for a column."""
    alert, width = one.alert, placed.width
    values = one.coming if one.coming and is_absent(alert.values) else alert.values
    match placed.column.name:
        case "kind":
            cell: Cell = [Run(alert.kind.value)]
        case "name":
            cell = [Run(clean(alert.name, 120))]
        case "by":
            others = Run(fitting(_SOMEBODY, width), Tone.DIM)
            cell = [Run("drtui")] if alert.ours else [others]
        case "spent":
            unknown = "?" if alert.kind is AlertKind.BUDGET else ""  # an alarm tells no amount
            cell = [Run(unknown if alert.actual is None else f"{alert.actual:,.2f}")]
        case "state":
            cell = _state(one, width)
        case "limit":
            cell = [Run(_value(values, LIMIT).removeprefix("$"))]
        case name:
            cell = [Run(_value(values, name))]
    return cell


def _state(one: "AlertNow", width: int) -> list[Run]:
    alert, coming = one.alert, one.coming
    if coming is not None:
        raised = [Run("raised ", Tone.HAND)] if alert.raised else []
        texts = _coming(alert.values, coming)
        both = [*raised, Run(texts[0], Tone.PENDING)]
        return both if width_of(both) <= width else [Run(fitting(texts, width), Tone.PENDING)]
    if alert.raised:
        return [Run("raised", Tone.HAND)]
    if alert.waiting:
        return [Run(fitting(("not confirmed", "unconfirmed"), width), Tone.PENDING)]
    unread = fitting(("not read yet (a)", "not read: a"), width)
    return [Run(unread if alert.raised is None else "quiet", Tone.DIM)]


def _coming(values: Values, coming: Values) -> tuple[str, ...]:
    if is_absent(coming):
        return ("is being removed", "removing")
    if is_absent(values):
        return ("is being made", "creating")
    if coming.get(LIMIT) != values.get(LIMIT):
        return (f"→ {_value(coming, LIMIT)} a month", f"→ {_value(coming, LIMIT)}", "changing")
    return ("is being changed", "changing")


def detail(one: "AlertNow", page: "BillingPage", now: datetime, width: int, most: int) -> Lines:
    """Return what a row of the table has no room for, in so many lines at the most."""
    alert = one.alert
    values = alert.values if one.coming is None or is_absent(one.coming) else one.coming
    pairs = [("Thresholds", Content(_value(values, THRESHOLDS)))] if THRESHOLDS in values else []
    pairs.append(("Emails", _emails(one, values, now)))
    if alert.forecast is not None:
        pairs.append(("Forecast", Content(f"${alert.forecast:,.2f} for this month")))
    read = page.alerts.as_of
    if alert.as_of is not None and read is not None and alert.as_of < read:
        told = f"as known {age_text(now - alert.as_of)} ago; AWS did not tell it since"
        pairs.append(("Age", Content.styled(told, _PENDING)))
    lines = labelled(pairs, width, _LABEL)
    if len(lines) > most:
        cut = lines[most - 1] + Content(" …")
        lines = [*lines[: most - 1], cut.truncate(width, ellipsis=True)]
    return lines


def _emails(one: "AlertNow", values: Values, now: datetime) -> Content:
    alert = one.alert
    if values.get(EMAILS) is None:
        theirs = "not read: the alert was made by somebody else"
        return Content.styled("AWS did not tell them" if alert.ours else theirs, _DIM)
    told = Content(_value(values, EMAILS))
    if alert.emails_as_of is not None:
        age = f" (as known {age_text(now - alert.emails_as_of)} ago)"
        told += Content.styled(age, _DIM)
    if alert.waiting:
        who = ", ".join(clean(email, 60) for email in alert.waiting)
        told += Content.styled(f"; not confirmed, and gets nothing: {who}", _PENDING)
    return told


def _value(values: Mapping[str, object], field: str) -> str:
    value = values.get(field, "")
    return "?" if value is None else "" if value == NOTHING else clean(str(value), _LONGEST)
