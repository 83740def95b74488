"""Reading the billing alerts of the sponsor's account from AWS.

What AWS does not tell this time stays as it was known before, with the age of that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from drtui.commands.billing import ALERTS_FACT, AlertsNow, alerts_now
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import EMAILS, AlertKind, is_absent, title_of
from drtui.domain.billing_records import (
    KeptAlert,
    KeptAlerts,
    Untold,
    alarm_record,
    alerts_values,
    budget_record,
    untold_by,
)
from drtui.domain.sponsor.billing import BillingAlarm, Budget, Topic, is_own_topic
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.facts import keep_fact


def read_alerts(workspace: Workspace, services: SponsorServices) -> AlertsNow:
    """Read the alerts anew and keep them; what AWS does not tell is among what is returned.

    Of others' alerts it is not read whom they reach: each would be a call. Whom an alarm of
    drtui's reaches is told by SNS, where these credentials may ask it; else it is what drtui
    itself has set, or what was read before.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    before = alerts_now(workspace)
    kept = _Reading(services).read()
    alerts = [_with_emails(one, before) for one in kept.alerts]
    alerts += _not_told_again(before, kept)
    account = kept.account or before.account
    value = alerts_values(replace(kept, account=account, alerts=tuple(alerts)))
    keep_fact(workspace.database, ALERTS_FACT, value)
    return alerts_now(workspace)


def _with_emails(alert: KeptAlert, before: AlertsNow) -> KeptAlert:
    """Return an alarm of drtui's with the addresses that it had, where AWS did not tell them."""
    if alert.kind is not AlertKind.ALARM or not alert.ours or alert.values[EMAILS] is not None:
        return alert
    for known in (one.alert for one in before.alerts):
        if (known.kind, known.name) == (alert.kind, alert.name):
            values = {**alert.values, EMAILS: known.values.get(EMAILS)}
            at = known.emails_as_of or known.as_of or before.as_of
            return replace(alert, values=values, waiting=known.waiting, emails_as_of=at)
    return alert


def _not_told_again(before: AlertsNow, kept: KeptAlerts) -> Iterator[KeptAlert]:
    """Return the alerts of the kinds that AWS did not list now, as they were known."""
    for known in (one.alert for one in before.alerts):
        if known.kind not in kept.kinds and not is_absent(known.values):
            yield replace(known, as_of=known.as_of or before.as_of)


@dataclass
class _Reading:
    """One reading: what was told so far, and what was not."""

    services: SponsorServices
    alerts: list[KeptAlert] = field(default_factory=list)
    untold: list[Untold] = field(default_factory=list)
    kinds: set[AlertKind] = field(default_factory=set)

    def read(self) -> KeptAlerts:
        """Ask for both kinds, each whether or not the other was told."""
        account = ""
        try:
            account = self.services.callers.who_am_i().account
            budgets = self.services.billing.budgets(account)
            self.kinds.add(AlertKind.BUDGET)
            self.alerts += [self._budget(account, one) for one in budgets]
        except SponsorError as error:
            self.untold.append(untold_by("budgets", error))
        try:
            alarms = self.services.billing.alarms()
            self.kinds.add(AlertKind.ALARM)
            self.alerts += self._alarms(alarms)
        except SponsorError as error:
            self.untold.append(untold_by("billing alarms", error))
        return KeptAlerts(account, tuple(self.alerts), tuple(self.untold), frozenset(self.kinds))

    def _budget(self, account: str, budget: Budget) -> KeptAlert:
        if not budget.ours:
            return budget_record(budget, None)
        try:
            return budget_record(budget, self.services.billing.notices(account, budget.name))
        except SponsorError as error:
            what = f"the alerts of {title_of(AlertKind.BUDGET, budget.name)}"
            self.untold.append(untold_by(what, error))
            return budget_record(budget, None)

    def _alarms(self, alarms: tuple[BillingAlarm, ...]) -> Iterator[KeptAlert]:
        """Return the alarms to be kept; drtui's own notify one topic, which is asked for once."""
        asked: dict[str, Topic | None] = {}
        for alarm in alarms:
            topic = None
            if alarm.ours and len(alarm.topics) == 1 and is_own_topic(alarm.topics[0]):
                [arn] = alarm.topics
                if arn not in asked:
                    asked[arn] = self._topic(arn)
                topic = asked[arn]
            yield alarm_record(alarm, topic)

    def _topic(self, arn: str) -> Topic | None:
        try:
            return self.services.billing.subscribers(arn)
        except SponsorError as error:
            self.untold.append(untold_by("whom drtui's alarms reach", error))
            return None
