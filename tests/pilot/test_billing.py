"""Billing: what it shows, what it reads when, and what it never pays for by itself."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands.billing import alerts_now, plan_alerts
from drtui.commands.bulk import submit
from drtui.commands.costs import costs_now
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import AlertKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import BillingAlarm
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.widgets.record_table import RecordTable
from tests.support.billing import (
    DENIED,
    UNSEEN,
    billing,
    filled_aws,
    on_billing,
    open_billing,
    read_before,
)
from tests.support.driving import SECONDS, Console, console_app, running
from tests.support.screens import said
from tests.support.stores import NOW

SIZES = [(80, 24), (120, 40)]
HOUR = 3600


def rows(console: Console) -> Sequence[int]:
    keys: Sequence[int] = console.app.screen.query_one(RecordTable).keys
    return keys


# What it shows


async def test_both_costs_are_told_with_their_month_age_and_worth(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    read_before(path, aws, 3 * HOUR)
    estimate = costs_now(Workspace(database, "ada")).estimate
    assert estimate is not None
    async with on_billing(path, aws) as console:
        for size in SIZES:
            await console.resize(size)
            prose = console.prose()
            for told in (
                *("Estimated, May to date", "Actual, May to date", f"${estimate.total:,.2f}"),
                *("not for budgeting", "as of 11:05:24 CEST (3 h)", "$403.14", "AWS may"),
                *("Amazon SageMaker", "Each reading (c) costs $0.01"),
                "comes hours late and stops nothing",
            ):
                assert told in prose, size
        assert console.app.size.width == 120  # where there is room for the services one by one
        lines = console.lines()
        assert any("$341.50  Amazon SageMaker" in line for line in lines)
        assert any("$0.30  2 other services" in line for line in lines)


async def test_every_alert_is_listed_with_whose_it_is_how_it_stands_and_what_is_on_its_way(
    path: Path, database: Database
) -> None:
    async with on_billing(path, filled_aws()) as console:
        for size in SIZES:
            await console.resize(size)
            found = {line.split()[1 + ("▌" in line)]: line for line in _table_lines(console)}
            assert len(rows(console)) == 4
            assert "drtui" in found["drtui"], size
            assert "raised" in found["theirs"], size
            others = "somebody else" if size[0] > 100 else "others"
            assert others in found["theirs"], size
            assert others in found["finance,"], size
            assert "9000" in found["finance,"], size
            assert "402.64" in found["finance,"], size
            assert "gets nothing: bob@example.com" in console.prose(), size
            await console.press("j")
            assert "80 % actual, 100 % forecasted" in console.prose(), size
            assert "Forecast $610.00 for this month" in console.prose(), size
            await console.press("j")
            assert "made by somebody else" in console.prose(), size
            await console.press("g")
        workspace = Workspace(database, "ada")
        submit(workspace, plan_alerts(workspace, remove=[(AlertKind.ALARM, "finals")]))
        await console.until(lambda: "is being removed" in console.text(), "the pending removal")
        await console.press("d")
        assert said(console) == "Not now: this alert is being removed."


def _table_lines(console: Console) -> list[str]:
    kinds = tuple(AlertKind)
    texts = (line[23 if console.app.size.width > 100 else 0 :] for line in console.lines())
    return [text for text in texts if text.replace("▌", " ").strip().startswith(kinds)]


# What is read, and when


async def test_old_alerts_are_read_when_it_opens_and_costs_never(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    read_before(path, aws, 16 * 60)
    async with on_billing(path, aws) as console:
        assert aws.asked == ["budgets", "notices", "alarms", "subscribers"]
        assert "Billing alerts as of 14:05:24" in console.prose()
    assert alerts_now(Workspace(database, "ada")).as_of == datetime.fromtimestamp(NOW, UTC)


async def test_fresh_alerts_are_read_by_their_key_alone(path: Path, database: Database) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 14 * 60)
    async with on_billing(path, aws) as console:
        assert not aws.asked
        aws.put.append(BillingAlarm("another", None, "OK"))
        await console.press("a")
        await console.until(lambda: "another" in console.text(), "the new one")
        assert "budgets" in aws.asked
        assert "costs" not in aws.asked


async def test_costs_that_were_never_read_are_read_by_the_key(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    async with on_billing(path, aws) as console:
        assert "Not read this month: c asks Cost Explorer" in console.text()
        assert "costs" not in aws.asked
        await console.press("c")
        await console.until(lambda: "$403.14" in console.text(), "the costs")
        assert said(console) == "Read: the actual costs, for $0.01."
        assert aws.asked.count("costs") == 1
    assert costs_now(Workspace(database, "ada")).actual is not None


async def test_a_fresh_report_is_paid_for_again_only_when_that_is_confirmed(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 23 * HOUR)
    async with on_billing(path, aws) as console:
        for answer in ("escape", "enter"):
            assert "costs" not in aws.asked
            await console.press("c")
            await console.dialog(ConfirmDialog)
            assert "23 h old" in console.prose()
            assert "costs $0.01, charged to the AWS account" in console.prose()
            await console.press(answer)
            await billing(console)
        await console.until(lambda: "costs" in aws.asked, "the reading")


async def test_a_report_of_a_day_ago_is_read_anew_without_asking(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 24 * HOUR)
    async with on_billing(path, aws) as console:
        await console.press("c")
        await console.until(lambda: said(console).startswith("Read:"), "the costs")
        assert "costs" in aws.asked


async def test_while_costs_are_read_everything_else_goes_on_and_after_a_mistake_in_it_too(
    path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    del database
    aws, go_on = filled_aws(), threading.Event()

    def broken() -> SponsorServices:
        raise AttributeError("no such thing")

    def slow() -> SponsorServices:
        assert go_on.wait(SECONDS)
        raise InvalidInputError("The AWS profile is not there.")

    async with on_billing(path, aws) as console:
        console.app.context.open_sponsor = slow
        await console.press("c")
        assert "Cost Explorer is asked …" in console.text()
        await console.press("c")
        assert said(console) == "Not now: the costs are being read."
        await console.press("n")
        await console.dialog(AlertDialog)
        await console.press("escape")
        await billing(console)
        go_on.set()
        await console.until(lambda: said(console) == "The AWS profile is not there.", "the end")
        assert "Cost Explorer is asked …" not in console.text()
        console.app.context.open_sponsor = broken
        await console.press("c")
        await console.until(lambda: "AttributeError: no such thing" in said(console), "the mistake")
        assert "Cost Explorer is asked …" not in console.text()
    assert "in broken" in caplog.text


async def test_what_aws_refuses_is_told_by_its_permission_and_what_was_known_stays(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 24 * HOUR)
    aws.failing = {"costs": [DENIED], "budgets": [UNSEEN], "alarms": [UNSEEN]}
    async with on_billing(path, aws) as console:
        assert len(rows(console)) == 4
        assert "Not told: budgets, billing alarms." in console.prose()
        assert "as known 1 d ago" in console.prose()
        await console.press("c")
        await console.until(lambda: "ce:GetCostAndUsage" in console.text(), "the refusal")
        assert "$403.14" in console.text()


async def test_without_an_aws_profile_nothing_is_asked_and_it_says_what_is_missing(
    path: Path, database: Database
) -> None:
    del database
    async with on_billing(path, None) as console:
        assert "Not known: no AWS profile" in console.prose()
        for key in "caned":
            console.hush()
            await console.press(key)
            assert said(console).startswith("Not now: no AWS profile: “drtui"), key
            assert "--aws-profile" in said(console), key


async def test_leaving_while_it_reads_ends_nothing(path: Path, database: Database) -> None:
    del database
    aws, go_on = filled_aws(), threading.Event()

    def slow() -> SponsorServices:
        assert go_on.wait(SECONDS)
        return aws.open()

    async with running(console_app(path)) as console:
        await open_billing(console, None)
        console.app.context.open_sponsor = slow
        await console.press("a")
        console.app.context.open_sponsor = None
        await console.press("escape")
        await console.dialog(SetupScreen)
        go_on.set()
        await console.until(lambda: "subscribers" in aws.asked, "the reading")
        await console.press("2")
        await console.back()
