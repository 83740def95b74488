"""The month's costs: what drtui estimates, and what AWS charges by Cost Explorer, side by side.

Each call of Cost Explorer costs money, so that its report is kept for a day.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from drtui.commands.usage import summarise
from drtui.commands.workspace import Workspace
from drtui.domain.billing_records import (
    KeptCosts,
    Untold,
    costs_from,
    costs_values,
    untold_by,
)
from drtui.domain.spending import CAVEAT
from drtui.domain.sponsor.costs import (
    CALL_USD,
    CostReport,
    Step,
    month_to_date,
)
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import iso
from drtui.store.facts import keep_fact, read_fact

_FACT: Final = "costs"
_WHAT: Final = "actual costs"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What drtui estimates for the month so far, in USD; without special pricing.

    Attributes:
        training_usd: The racers' training and evaluation this month.
        storage_usd: Storage as it is now, for the days of the month that have begun.
        as_of: When the usage was read.
    """

    training_usd: float
    storage_usd: float
    as_of: datetime

    @property
    def total(self) -> float:
        """Both."""
        return self.training_usd + self.storage_usd


@dataclass(frozen=True, slots=True)
class MonthCosts:
    """The month to date: estimated and actual.

    Attributes:
        month: Its first day, UTC.
        estimate: None before the usage was ever read.
        actual: Of the whole AWS account, with its age; None where this month's is not known.
        untold: Why there is no newer report; None where the last reading went well.
        paid: What this reading cost, in USD; 0 where nothing was asked.
    """

    month: date
    estimate: Estimate | None
    actual: CostReport | None
    untold: Untold | None
    paid: float = 0.0

    def lines(self) -> list[str]:
        """Return them as sentences, the estimate first."""
        lines = [f"{self.month:%B %Y} to date"]
        if self.estimate is None:
            lines.append("Estimated: not known before the first sync.")
        else:
            one = self.estimate
            lines.append(
                f"Estimated: ${one.total:,.2f} (training and evaluation ${one.training_usd:,.2f}, "
                f"storage ${one.storage_usd:,.2f}), as of {_at(one.as_of)}. {CAVEAT}"
            )
        lines += _actual_lines(self.actual)
        if self.untold is not None:
            lines.append(f"Cost Explorer told nothing new: {self.untold.why}")
        spent = f"Reading it cost ${self.paid:,.2f}." if self.paid else "Nothing was asked of AWS."
        lines.append(
            f"{spent} Each call of Cost Explorer costs ${CALL_USD:.2f}: a report is kept for a day."
        )
        return lines

    def as_json(self) -> dict[str, object]:
        """Return them for `--json`; what is not known is null."""
        estimate, actual, untold = self.estimate, self.actual, self.untold
        return {
            "month": f"{self.month:%Y-%m}",
            "estimated": None
            if estimate is None
            else {
                "usd": round(estimate.total, 2),
                "training_and_evaluation_usd": round(estimate.training_usd, 2),
                "storage_usd": round(estimate.storage_usd, 2),
                "as_of": iso(estimate.as_of),
                "note": CAVEAT,
            },
            "actual": None
            if actual is None
            else {
                "amount": actual.total,
                "unit": actual.unit or None,
                "may_change": actual.estimated,
                "services": {each.service: each.amount for each in actual.by_service()},
                "as_of": iso(actual.as_of),
            },
            "untold": None
            if untold is None
            else {"why": untold.why, "permission": untold.permission or None},
            "paid_usd": self.paid,
        }


def costs_now(workspace: Workspace) -> MonthCosts:
    """Return the month's costs as the store knows them; nothing is asked."""
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    return _month(workspace, _kept(workspace), now)


def read_costs(
    workspace: Workspace, services: SponsorServices, *, now: datetime, again: bool = False
) -> MonthCosts:
    """Return the month's costs; ask Cost Explorer unless it told them within the last day.

    Args:
        workspace: The account's.
        services: The second door.
        now: UTC.
        again: Whether to ask, and pay, even so.
    """
    kept = _kept(workspace)
    start, end = month_to_date(now.date())
    report = _of_month(kept.report, start)
    if report is not None and report.is_fresh(now) and not again:
        return _month(workspace, kept, now)
    paid = 0.0
    try:
        report = services.costs.read(start, end, Step.MONTHLY, as_of=now)
        kept, paid = KeptCosts(report), report.price
    except SponsorError as error:
        kept = KeptCosts(kept.report, untold_by(_WHAT, error))
    keep_fact(workspace.database, _FACT, costs_values(kept))
    return _month(workspace, kept, now, paid)


def _kept(workspace: Workspace) -> KeptCosts:
    with workspace.database.read() as connection:
        value, _ = read_fact(connection, _FACT)
    return costs_from(value)


def _month(workspace: Workspace, kept: KeptCosts, now: datetime, paid: float = 0.0) -> MonthCosts:
    start, _ = month_to_date(now.date())
    estimate = _estimate(workspace, now)
    return MonthCosts(start, estimate, _of_month(kept.report, start), kept.untold, paid)


def _of_month(report: CostReport | None, start: date) -> CostReport | None:
    return report if report is not None and report.start == start else None


def _estimate(workspace: Workspace, now: datetime) -> Estimate | None:
    summary = summarise(workspace)
    if summary.as_of is None:
        return None
    part = now.day / calendar.monthrange(now.year, now.month)[1]
    return Estimate(
        summary.rates.training(summary.totals.minutes_used),
        summary.storage_usd_month * part,
        summary.as_of,
    )


def _actual_lines(report: CostReport | None) -> list[str]:
    if report is None:
        return ["Actual: not known."]
    if report.total is None:
        return [f"Actual: Cost Explorer did not tell all of it, as of {_at(report.as_of)}."]
    amount = (
        f"${report.total:,.2f}" if report.unit == "USD" else f"{report.total:,.2f} {report.unit}"
    )
    change = "" if report.estimated is False else "; AWS may still change it"
    dearest = ", ".join(
        f"{each.service} {each.amount:,.2f}" for each in report.by_service()[:3] if each.amount
    )
    most = f" Most of it: {dearest}." if dearest else ""
    return [f"Actual: {amount} of the whole AWS account, as of {_at(report.as_of)}{change}.{most}"]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
