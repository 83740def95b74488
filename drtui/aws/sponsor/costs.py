"""Cost Explorer: paid calls, so every page is counted and none is asked for twice."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.refusals import following_token
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.costs import (
    CostReport,
    CostTag,
    PeriodCost,
    ServiceCost,
    Step,
    check_period,
    decimal_of,
    ranked,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.text import clean

_SERVICE: Final = "ce"
_COSTS, _TOKEN = "GetCostAndUsage", "NextPageToken"
_REGION: Final = "us-east-1"  # the only one with Cost Explorer
_METRIC: Final = "UnblendedCost"
_MOST_PAGES: Final = 20  # 0.20 USD: a year of days fits well


class CostExplorer:
    """Implements `drtui.domain.sponsor.costs.Costs`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def read(
        self, start: date, end: date, step: Step, *, as_of: datetime, tag: CostTag | None = None
    ) -> CostReport:
        """Ask for the costs by service; what the answer lacks is unknown.

        Raises:
            SponsorError: `REFUSED` without a call for a period that cannot be; pages that were
                paid for are lost when a later one fails.
        """
        try:
            check_period(start, end)
        except InvalidInputError as error:
            raise SponsorError(SponsorFailure.REFUSED, str(error)) from None
        members: dict[str, object] = {
            "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
            "Granularity": step.value,
            "Metrics": [_METRIC],
            "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
        }
        if tag is not None:
            members["Filter"] = {"Tags": {"Key": tag.key, "Values": [tag.value]}}
        rows, calls = self._pages(members)
        periods, unit = _read(rows)
        return CostReport(as_of, start, end, step, tag, unit, periods, calls)

    def _pages(self, members: Mapping[str, object]) -> tuple[list[Mapping[str, Any]], int]:
        rows: list[Mapping[str, Any]] = []
        more: dict[str, object] = {}
        for calls in range(1, _MOST_PAGES + 1):
            asked = {**members, **more}
            answer = self._door.call(_SERVICE, _COSTS, asked, region=_REGION)
            rows += answer.get("ResultsByTime") or ()
            following = following_token(_SERVICE, _COSTS, answer, _TOKEN, more.get(_TOKEN))
            if following is None:
                return rows, calls
            more = {_TOKEN: following}
        raise SponsorError(
            SponsorFailure.REFUSED,
            f"Cost Explorer's answer has more than {_MOST_PAGES} pages, each of which costs money: "
            "ask for a shorter period.",
        )


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[PeriodCost, ...], str]:
    """Return the periods, each put together from all pages, and the unit of the amounts."""
    services: dict[tuple[date, date], list[ServiceCost]] = {}
    flags: dict[tuple[date, date], list[bool | None]] = {}
    told: set[tuple[date, date]] = set()
    units: set[str] = set()
    for row in rows:
        period = _days(row.get("TimePeriod") or {})
        if period is None:
            continue
        groups = row.get("Groups")
        found = services.setdefault(period, [])
        for group in groups or ():
            name = " / ".join(str(key) for key in group.get("Keys") or ()) or "(no service named)"
            cost, unit = _amount(group.get("Metrics"))
            found.append(ServiceCost(clean(name, 120), cost))
            if unit or cost is not None:
                units.add(unit)
        if groups is not None:
            told.add(period)
        flag = row.get("Estimated")
        flags.setdefault(period, []).append(flag if isinstance(flag, bool) else None)
    periods = tuple(
        PeriodCost(*period, ranked(services[period]), _any(flags[period]), period in told)
        for period in sorted(services)
    )
    if not units and periods:
        units = {"USD"}  # nothing was spent: the sum of nothing needs a name, too
    return periods, units.pop() if len(units) == 1 else ""


def _amount(metrics: Mapping[str, Any] | None) -> tuple[float | None, str]:
    told = (metrics or {}).get(_METRIC) or {}
    amount = decimal_of(told.get("Amount"))
    return None if amount is None else float(amount), clean(str(told.get("Unit") or ""), 12)


def _days(period: Mapping[str, Any]) -> tuple[date, date] | None:
    try:
        start, end = (date.fromisoformat(str(period.get(name))[:10]) for name in ("Start", "End"))
    except ValueError:
        return None
    return start, end


def _any(flags: Sequence[bool | None]) -> bool | None:
    if any(flags):
        return True
    return None if None in flags else False
