"""Cost Explorer: what was really charged, what asking costs, and odd answers.

moto 5.2 answers GetCostAndUsage with what it was given; paging and refusals, which it lacks, come
from a scripted server.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from drtui.aws.sponsor.costs import CostExplorer
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.costs import (
    CostReport,
    CostTag,
    ServiceCost,
    Step,
    check_period,
    decimal_of,
    month_to_date,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.scripted import End, ScriptedServer, answer
from tests.aws.scripted import Step as Sent
from tests.support.moto import RunningMoto
from tests.support.moto_billing import HOSTILE, calls, origin, refusal, seed_costs, sponsor_door

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
START, END = date(2026, 11, 1), date(2026, 11, 22)


def group(service: str, amount: object, unit: object = "USD") -> dict[str, object]:
    return {"Keys": [service], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": unit}}}


def row(
    *groups: dict[str, object], start: str = "2026-11-01", end: str = "2026-11-22", **more: object
) -> dict[str, object]:
    period = {"Start": start, "End": end}
    return {"TimePeriod": period, "Total": {}, "Groups": list(groups), "Estimated": True} | more


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> CostExplorer:
    return CostExplorer(sponsor_door(monkeypatch, origin(server), region="eu-west-1"))


def month(costs: CostExplorer, tag: CostTag | None = None) -> CostReport:
    return costs.read(START, END, Step.MONTHLY, as_of=NOW, tag=tag)


def failure(costs: CostExplorer) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        month(costs)
    assert raised.value.__cause__ is None
    return raised.value


def test_a_month_is_told_by_service_the_dearest_first(
    monkeypatch: pytest.MonkeyPatch, moto: RunningMoto
) -> None:
    groups = (group("Amazon S3", "0.0101516483"), group("Amazon SageMaker", "71.4"))
    seed_costs(moto, {"ResultsByTime": [row(*groups)]})
    report = month(CostExplorer(sponsor_door(monkeypatch, moto.url)))
    [period] = report.periods
    assert (period.start, period.end, period.estimated) == (START, END, True)
    assert [each.service for each in period.services] == ["Amazon SageMaker", "Amazon S3"]
    assert report.total == pytest.approx(71.4101516483)
    assert (report.unit, report.as_of, report.calls, report.price) == ("USD", NOW, 1, 0.01)


def test_an_answer_without_periods_leaves_the_total_unknown(
    monkeypatch: pytest.MonkeyPatch, moto: RunningMoto
) -> None:
    costs = CostExplorer(sponsor_door(monkeypatch, moto.url))
    report = costs.read(date(2020, 1, 1), date(2020, 1, 2), Step.DAILY, as_of=NOW)
    assert (report.periods, report.total, report.estimated) == ((), None, None)


def test_the_question_is_asked_in_us_east_1_with_the_tag_of_the_deployment_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(answer({"ResultsByTime": []}))
    month(scripted, CostTag("Solution", "deepracer"))
    [asked] = calls(server)
    assert (asked.operation, asked.region) == ("GetCostAndUsage", "us-east-1")
    assert asked.members == {
        "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-22"},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
        "Filter": {"Tags": {"Key": "Solution", "Values": ["deepracer"]}},
    }


def test_pages_are_put_together_and_each_is_paid_for_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(
        answer({"ResultsByTime": [row(group("A", "1"))], "NextPageToken": "more"}),
        answer({"ResultsByTime": [row(group("B", "2.5"), Estimated=False)]}),
    )
    report = month(scripted)
    [period] = report.periods
    assert period.services == (ServiceCost("B", 2.5), ServiceCost("A", 1.0))
    assert period.estimated is True
    assert (report.calls, report.price) == (2, 0.02)
    assert calls(server)[1].members["NextPageToken"] == "more"


def test_pages_without_end_are_not_paid_for_without_end_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(*[answer({"NextPageToken": str(number)}) for number in range(30)])
    assert failure(scripted).kind is SponsorFailure.REFUSED
    assert len(server.requests) == 20


def test_the_same_page_is_not_paid_for_twice_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(*[answer({"NextPageToken": "same"})] * 5)
    error = failure(scripted)
    assert error.kind is SponsorFailure.UNAVAILABLE
    assert "its token leads nowhere" in error.message
    assert len(server.requests) == 2


@pytest.mark.parametrize("amount", [None, "", "n/a", "NaN", "Infinity", "1e99"])
def test_an_amount_that_is_none_is_unknown_and_so_is_the_total_scripted(
    scripted: CostExplorer, server: ScriptedServer, amount: object
) -> None:
    server.script(answer({"ResultsByTime": [row(group("A", "1"), group("B", amount))]}))
    report = month(scripted)
    assert report.by_service() == (ServiceCost("A", 1.0), ServiceCost("B", None))
    assert report.total is None


@pytest.mark.parametrize(
    "told",
    [
        {"TimePeriod": {"Start": "2026-11-01", "End": "2026-11-22"}},
        row() | {"Groups": None},
        row({"Keys": ["A"]}),
        row({"Keys": ["A"], "Metrics": {"BlendedCost": {"Amount": "1", "Unit": "USD"}}}),
        row({}),
    ],
)
def test_missing_members_are_unknown_scripted(
    scripted: CostExplorer, server: ScriptedServer, told: dict[str, object]
) -> None:
    server.script(answer({"ResultsByTime": [told, {"TimePeriod": {"Start": "?"}}, {}]}))
    report = month(scripted)
    assert len(report.periods) == 1
    assert report.total is None


def test_a_period_without_any_service_cost_nothing_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(answer({"ResultsByTime": [row(Estimated=False)]}))
    report = month(scripted)
    assert (report.total, report.unit, report.estimated) == (0.0, "USD", False)


def test_amounts_of_several_currencies_are_not_added_up_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(answer({"ResultsByTime": [row(group("A", "1"), group("B", "1", "CNY"))]}))
    report = month(scripted)
    assert (report.unit, report.total) == ("", None)


def test_days_are_summed_by_service_and_credits_count_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    second = row(group("A", "2"), start="2026-11-02", end="2026-11-03", Estimated=False)
    first = row(group("A", "1"), group("B", "-0.5"), start="2026-11-01", end="2026-11-02")
    server.script(answer({"ResultsByTime": [second, first | {"Estimated": None}]}))
    report = scripted.read(date(2026, 11, 1), date(2026, 11, 3), Step.DAILY, as_of=NOW)
    assert [each.start.day for each in report.periods] == [1, 2]
    assert report.by_service() == (ServiceCost("A", 3.0), ServiceCost("B", -0.5))
    assert report.total == 2.5
    assert report.estimated is None


def test_a_hostile_name_of_a_service_is_made_safe_scripted(
    scripted: CostExplorer, server: ScriptedServer
) -> None:
    server.script(answer({"ResultsByTime": [row(group(HOSTILE, "1", HOSTILE))]}))
    report = month(scripted)
    assert report.by_service()[0].service.isprintable()
    assert report.unit.isprintable()


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (refusal("AccessDeniedException"), SponsorFailure.DENIED),
        (refusal("LimitExceededException"), SponsorFailure.THROTTLED),
        (refusal("ThrottlingException"), SponsorFailure.THROTTLED),
        (refusal("DataUnavailableException"), SponsorFailure.REFUSED),
        (Sent(b"", End.CLOSE), SponsorFailure.UNAVAILABLE),
    ],
)
def test_a_refusal_is_told_and_not_paid_for_again_scripted(
    scripted: CostExplorer, server: ScriptedServer, step: Sent, kind: SponsorFailure
) -> None:
    server.script(step, answer({"ResultsByTime": []}))
    error = failure(scripted)
    assert error.kind is kind
    assert error.permission == ("ce:GetCostAndUsage" if kind is SponsorFailure.DENIED else "")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("start", "end"), [(START, START), (END, START), (START, START + timedelta(days=367))]
)
def test_a_period_that_cannot_be_is_not_paid_for(
    scripted: CostExplorer, server: ScriptedServer, start: date, end: date
) -> None:
    with pytest.raises(SponsorError) as raised:
        scripted.read(start, end, Step.MONTHLY, as_of=NOW)
    assert raised.value.kind is SponsorFailure.REFUSED
    with pytest.raises(InvalidInputError):
        check_period(start, end)
    assert server.requests == []


def test_a_report_is_fresh_for_a_day() -> None:
    report = CostReport(NOW, START, END, Step.MONTHLY, None, "USD", (), 1)
    assert report.is_fresh(NOW)
    assert report.is_fresh(NOW + timedelta(hours=23, minutes=59))
    assert not report.is_fresh(NOW + timedelta(days=1))
    assert not report.is_fresh(NOW - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 11, 21), (date(2026, 11, 1), date(2026, 11, 22))),
        (date(2026, 11, 1), (date(2026, 11, 1), date(2026, 11, 2))),
        (date(2026, 12, 31), (date(2026, 12, 1), date(2027, 1, 1))),
    ],
)
def test_the_month_to_date_has_today_in_it(today: date, period: tuple[date, date]) -> None:
    assert month_to_date(today) == period


@pytest.mark.parametrize("value", [None, True, [], {}, "x", float("nan"), 1e300])
def test_what_is_no_amount_is_none(value: object) -> None:
    assert decimal_of(value) is None
