"""The sponsor's billing in memory, behind a second door, and the console's screen over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from drtui.commands.billing_reading import read_alerts
from drtui.commands.costs import read_costs
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import parse_threshold
from drtui.domain.sponsor.billing import BillingAlarm, Budget, Notice, Topic
from drtui.domain.sponsor.costs import CostReport, CostTag, PeriodCost, ServiceCost, Step
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.billing import BillingScreen
from drtui.store.database import open_database
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.sponsors import Failing, FakeCallers, services
from tests.support.stores import NOW

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:drtui-billing-alerts"
SPENT = {
    "Amazon SageMaker": 341.5,
    "Amazon Elastic Container Service": 42.25,
    "AmazonCloudWatch": 9.8,
    "Amazon Simple Storage Service": 7.04,
    "Amazon DynamoDB": 1.5,
    "AWS Lambda": 0.75,
    "Amazon API Gateway": 0.2,
    "AWS Key Management Service": 0.1,
}
DENIED = SponsorError(
    SponsorFailure.DENIED,
    "These AWS credentials may not do it: they need ce:GetCostAndUsage.",
    permission="ce:GetCostAndUsage",
)
UNSEEN = SponsorError(
    SponsorFailure.DENIED,
    "These AWS credentials may not see billing: an administrator has to allow it.",
    permission="budgets:ViewBudget",
)


@dataclass
class FakeAws(Failing):
    """Budgets, alarms and costs; `asked` holds the names of the calls."""

    told: list[Budget] = field(default_factory=list)
    put: list[BillingAlarm] = field(default_factory=list)
    spent: dict[str, float] = field(default_factory=lambda: dict(SPENT))
    reached: tuple[str, ...] = ("ada@example.com", "bob@example.com")
    waiting: tuple[str, ...] = ("bob@example.com",)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        self.met(name)

    def budgets(self, account_id: str) -> tuple[Budget, ...]:
        assert account_id == ACCOUNT
        self._ask("budgets")
        return tuple(self.told)

    def notices(self, account_id: str, name: str) -> tuple[Notice, ...]:
        assert (account_id, name) == (ACCOUNT, "drtui finals")
        self._ask("notices")
        alerts = [parse_threshold("80%"), parse_threshold("100% forecasted")]
        return tuple(
            Notice(one, str(one), ("ada@example.com",), (), raised=one is alerts[0])
            for one in alerts
        )

    def alarms(self) -> tuple[BillingAlarm, ...]:
        self._ask("alarms")
        return tuple(self.put)

    def subscribers(self, arn: str) -> Topic:
        self._ask("subscribers")
        return Topic(arn, self.waiting, self.reached)

    def read(
        self, start: date, end: date, step: Step, *, as_of: datetime, tag: CostTag | None = None
    ) -> CostReport:
        self._ask("costs")
        found = tuple(ServiceCost(name, amount) for name, amount in self.spent.items())
        period = PeriodCost(start, end, found, estimated=True)
        return CostReport(as_of, start, end, step, tag, "USD", (period,), 1)

    def open(self) -> SponsorServices:
        """Open the door to it."""
        return services(callers=FakeCallers(), billing=self, costs=self)


def filled_aws() -> FakeAws:
    """Two budgets and two alarms, of which one each is drtui's."""
    return FakeAws(
        told=[
            Budget("drtui finals", Decimal(500), Decimal("402.64"), Decimal(610), "USD"),
            Budget("finance, all of it", Decimal(9000), Decimal("402.64"), None, "USD"),
        ],
        put=[
            BillingAlarm("drtui finals", Decimal(450), "OK", (TOPIC,)),
            BillingAlarm("theirs", Decimal(20), "ALARM"),
        ],
    )


async def open_billing(console: Console, aws: FakeAws | None) -> BillingScreen:
    """Open the screen over Setup, and wait until nothing is read any more.

    Setup itself finds no door: it would check everything there is behind it.
    """
    await console.press("1")
    console.app.context.open_sponsor = None if aws is None else aws.open
    console.app.push_screen(BillingScreen(console.app.context))
    screen = await console.dialog(BillingScreen)
    await console.until(lambda: "Billing alerts" in console.text(), "the page")
    await console.until(lambda: "read …" not in console.text(), "the alerts")
    return screen


@asynccontextmanager
async def on_billing(
    path: Path,
    aws: FakeAws | None,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
) -> AsyncIterator[Console]:
    """A console with Billing in sight; without an account of AWS it names no AWS profile."""
    async with running(console_app(path, engine=engine), size) as console:
        await open_billing(console, aws)
        yield console


def read_before(path: Path, aws: FakeAws, seconds: float) -> None:
    """Costs and alerts that were read so long ago; what AWS was asked then is forgotten."""
    database = open_database(path, lambda: NOW - seconds)
    workspace = Workspace(database, "ada")
    read_costs(workspace, aws.open(), now=datetime.fromtimestamp(NOW - seconds, UTC))
    read_alerts(workspace, aws.open())
    database.close()
    aws.asked.clear()


async def billing(console: Console) -> BillingScreen:
    return await console.dialog(BillingScreen)
