"""What the Billing screen asks of the commands: its page, the two readings, and the plans.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from drtui.commands.billing import AlertsNow, alerts_now, plan_alerts, read_alarm, read_budget
from drtui.commands.billing_reading import read_alerts
from drtui.commands.costs import MonthCosts, costs_now, read_costs
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import AlertKind
from drtui.domain.planning import Plan
from drtui.domain.spending import Rates
from drtui.screens.billing_texts import AlertTexts

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor


@dataclass(frozen=True, slots=True)
class BillingPage:
    """All that the Billing screen shows, as read in one go.

    Attributes:
        costs: The month's, estimated and actual.
        alerts: As they are known, with what is on its way.
        rates: What the estimate is made with.
    """

    costs: MonthCosts
    alerts: AlertsNow
    rates: Rates


class BillingDesk:
    """The billing of one account's event."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def page(self) -> BillingPage:
        """Read all that the screen shows; nothing is asked of AWS.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        workspace = self._workspace
        return BillingPage(costs_now(workspace), alerts_now(workspace), workspace.rates)

    def read_costs(self, open_sponsor: "OpenSponsor", *, again: bool) -> MonthCosts:
        """See `commands.costs.read_costs`; asks AWS, for money.

        Raises:
            ProblemError: The sponsor's AWS account cannot be opened, or the store not be written.
        """
        now = datetime.fromtimestamp(self._workspace.database.clock(), UTC)
        return read_costs(self._workspace, open_sponsor(), now=now, again=again)

    def read_alerts(self, open_sponsor: "OpenSponsor") -> AlertsNow:
        """See `commands.billing_reading.read_alerts`; asks AWS.

        Raises:
            ProblemError: The sponsor's AWS account cannot be opened, or the store not be written.
        """
        return read_alerts(self._workspace, open_sponsor())

    def set_alert(self, wanted: AlertTexts) -> Plan:
        """Plan to create or change an alert; see `commands.billing.plan_alerts`.

        Raises:
            InvalidInputError: A text cannot be read.
        """
        now = alerts_now(self._workspace)
        emails = wanted.each_email
        if wanted.kind is AlertKind.ALARM:
            alarm = read_alarm(now, wanted.name, wanted.limit, emails)
            return plan_alerts(self._workspace, alarms=[alarm])
        budget = read_budget(now, wanted.name, wanted.limit, wanted.each_threshold, emails)
        return plan_alerts(self._workspace, budgets=[budget])

    def remove_alert(self, kind: AlertKind, name: str) -> Plan:
        """Plan to remove an alert; see `commands.billing.plan_alerts`."""
        return plan_alerts(self._workspace, remove=[(kind, name)])
