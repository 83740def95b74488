"""What was read of the sponsor's billing, as it is kept between readings.

What cannot be read back, such as what another version has kept, is as if it had never been read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from drtui.domain.billing_errands import AlertKind, alarm_values, budget_values
from drtui.domain.operations import Values
from drtui.domain.sponsor.billing import BillingAlarm, Budget, Notice, Topic, is_ours
from drtui.domain.sponsor.costs import (
    CostReport,
    CostTag,
    PeriodCost,
    ServiceCost,
    Step,
    decimal_of,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.text import clean

_REFUSED: Final = frozenset({SponsorFailure.NO_CREDENTIALS, SponsorFailure.DENIED})
_UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Untold:
    """What AWS did not tell.

    Attributes:
        what: Such as `budgets`.
        why: One sentence for the admin.
        permission: What would let it be told; empty where it is something else that lacks.
        refused: Whether there are no usable credentials, or they may not be told it.
    """

    what: str
    why: str
    permission: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class KeptCosts:
    """The last report of Cost Explorer, and why there is no newer one.

    Attributes:
        report: None where there never was one.
        untold: None where the last reading went well.
    """

    report: CostReport | None = None
    untold: Untold | None = None


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """A billing alert as it was read.

    Attributes:
        name: As it is; `billing_errands.title_of` is safe to show.
        values: See `billing_errands`.
        actual: USD spent this month, of a budget; None is unknown.
        forecast: USD expected for this month, of a budget; None is unknown.
        raised: Whether it has gone off; None is unknown.
        waiting: Of an alarm's addresses those that have not confirmed: AWS sends them nothing.
        as_of: When it was known, where that was not when the alerts were last read.
        emails_as_of: When it was known whom an alarm reaches, where that was another time.
    """

    kind: AlertKind
    name: str
    values: Values
    actual: Decimal | None = None
    forecast: Decimal | None = None
    raised: bool | None = None
    waiting: tuple[str, ...] = ()
    as_of: datetime | None = None
    emails_as_of: datetime | None = None

    @property
    def ours(self) -> bool:
        """Whether drtui made it and may change it."""
        return is_ours(self.name)


@dataclass(frozen=True, slots=True)
class KeptAlerts:
    """The account's billing alerts as they were read.

    Attributes:
        account: The AWS account, twelve digits; empty where that was not told.
        alerts: Of the kinds that were told.
        untold: What was not.
        kinds: The kinds of which all alerts are known.
    """

    account: str = ""
    alerts: tuple[KeptAlert, ...] = ()
    untold: tuple[Untold, ...] = ()
    kinds: frozenset[AlertKind] = frozenset()


def untold_by(what: str, error: SponsorError) -> Untold:
    """Return that something was not told, as a call has met it."""
    return Untold(what, error.message, error.permission, error.kind in _REFUSED)


def budget_record(budget: Budget, notices: tuple[Notice, ...] | None) -> KeptAlert:
    """Return a budget to be kept; see `billing_errands.budget_values`."""
    told = [one.raised for one in notices or ()]
    raised = True if True in told else False if told and None not in told else None
    return KeptAlert(
        AlertKind.BUDGET,
        budget.name,
        budget_values(budget, notices),
        budget.actual,
        budget.forecast,
        raised,
    )


def alarm_record(alarm: BillingAlarm, topic: Topic | None = None) -> KeptAlert:
    """Return an alarm to be kept; see `billing_errands.alarm_values`."""
    raised = {"OK": False, "ALARM": True}.get(alarm.state)
    values = alarm_values(alarm, topic)
    waiting = () if topic is None else topic.waiting
    return KeptAlert(AlertKind.ALARM, alarm.name, values, raised=raised, waiting=waiting)


def costs_values(kept: KeptCosts) -> dict[str, object]:
    """Return costs as JSON can say them."""
    report, untold = kept.report, kept.untold
    return {
        "report": None if report is None else _report_values(report),
        "untold": None if untold is None else _untold_values(untold),
    }


def costs_from(value: object) -> KeptCosts:
    """Return costs as they were kept."""
    if not isinstance(value, Mapping):
        return KeptCosts()
    try:
        report, untold = value["report"], value["untold"]
        return KeptCosts(
            None if report is None else _report_from(report),
            None if untold is None else _untold_from(untold),
        )
    except _UNREADABLE:
        return KeptCosts()


def alerts_values(kept: KeptAlerts) -> dict[str, object]:
    """Return alerts as JSON can say them."""
    return {
        "account": kept.account,
        "alerts": [
            {
                "kind": one.kind.value,
                "name": one.name,
                "values": dict(one.values),
                "actual": _text(one.actual),
                "forecast": _text(one.forecast),
                "raised": one.raised,
                "waiting": list(one.waiting),
                "as_of": _moment_text(one.as_of),
                "emails_as_of": _moment_text(one.emails_as_of),
            }
            for one in kept.alerts
        ],
        "untold": [_untold_values(one) for one in kept.untold],
        "kinds": sorted(kept.kinds),
    }


def alerts_from(value: object) -> KeptAlerts | None:
    """Return alerts as they were kept; None where none ever were."""
    if not isinstance(value, Mapping):
        return None
    try:
        return KeptAlerts(
            str(value["account"]),
            tuple(_alert_from(one) for one in value["alerts"]),
            tuple(_untold_from(one) for one in value["untold"]),
            frozenset(AlertKind(one) for one in value["kinds"]),
        )
    except _UNREADABLE:
        return None


def _report_values(report: CostReport) -> dict[str, object]:
    return {
        "as_of": report.as_of.isoformat(),
        "start": report.start.isoformat(),
        "end": report.end.isoformat(),
        "step": report.step.value,
        "tag": None if report.tag is None else [report.tag.key, report.tag.value],
        "unit": report.unit,
        "calls": report.calls,
        "periods": [
            {
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
                "services": [[each.service, each.amount] for each in period.services],
                "estimated": period.estimated,
                "complete": period.complete,
            }
            for period in report.periods
        ],
    }


def _report_from(value: Mapping[str, Any]) -> CostReport:
    tag = value["tag"]
    as_of = _moment_from(value["as_of"])
    if as_of is None:
        raise ValueError(value)
    return CostReport(
        as_of,
        date.fromisoformat(value["start"]),
        date.fromisoformat(value["end"]),
        Step(value["step"]),
        None if tag is None else CostTag(str(tag[0]), str(tag[1])),
        str(value["unit"]),
        tuple(
            PeriodCost(
                date.fromisoformat(period["start"]),
                date.fromisoformat(period["end"]),
                tuple(
                    ServiceCost(clean(str(name), 120), None if amount is None else float(amount))
                    for name, amount in period["services"]
                ),
                period["estimated"],
                bool(period["complete"]),
            )
            for period in value["periods"]
        ),
        int(value["calls"]),
    )


def _alert_from(value: Mapping[str, Any]) -> KeptAlert:
    return KeptAlert(
        AlertKind(value["kind"]),
        str(value["name"]),
        dict(value["values"]),
        decimal_of(value["actual"]),
        decimal_of(value["forecast"]),
        value["raised"],
        tuple(map(str, value.get("waiting") or ())),
        _moment_from(value.get("as_of")),
        _moment_from(value.get("emails_as_of")),
    )


def _moment_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _moment_from(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _untold_values(untold: Untold) -> dict[str, Any]:
    return asdict(untold)


def _untold_from(value: Mapping[str, Any]) -> Untold:
    what, why, permission = (str(value[name]) for name in ("what", "why", "permission"))
    return Untold(what, why, permission, value.get("refused") is True)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
