"""What is done on the Billing screen: alerts are made, changed and removed, costs read again."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.billing_errands import AlertKind
from drtui.domain.planning import Plan
from drtui.domain.sponsor.costs import CALL_USD
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.billing_texts import AlertTexts, texts_of
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.subject import Subject
from drtui.screens.tools import ask
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from datetime import timedelta

    from drtui.commands.billing import AlertNow
    from drtui.screens.base import ConsoleScreen

_LONGEST: Final = 600  # characters of a value
_CREATE: Final = "Create billing alert"
_CHANGE: Final = "Change billing alert"
_REMOVE: Final = "Remove billing alert"


@dataclass(frozen=True, slots=True)
class OneAlert(Subject):
    """The billing alert under the cursor as the subject of an action."""

    def __str__(self) -> str:
        """Say which one."""
        return f"Under the cursor: {self.name}." if self.name else "There is no billing alert yet."


def one_alert(title: str) -> OneAlert:
    """Return a billing alert as the subject of an action."""
    return OneAlert((), frozenset(), marked=False, hidden=0, name=title)


def new_alert(taken: Collection[tuple[AlertKind, str]]) -> Flow:
    """Return the way to a new alert.

    Args:
        taken: The kinds and names of the alerts that there are already.
    """
    return partial(_set, AlertTexts(), taken)


def change_alert(alert: "AlertNow") -> Flow:
    """Return the way to another limit, other thresholds or addresses of an alert of drtui's."""
    one = alert.alert
    return partial(_set, texts_of(one.kind, one.name, alert.coming or one.values), None)


def remove_alert(alert: "AlertNow") -> Flow:
    """Return the way to remove an alert of drtui's."""
    return partial(_remove, alert.alert.kind, alert.alert.name)


async def _set(
    texts: AlertTexts,
    taken: Collection[tuple[AlertKind, str]] | None,
    actions: Actions,
    subject: Subject,
) -> bool:
    billing = actions.desk.billing
    action = _CHANGE if taken is None else _CREATE
    first = texts
    while True:
        answer = await actions.ask(AlertDialog(texts, taken, first))
        if answer is None:
            return False
        texts = answer

        def propose(texts: AlertTexts = texts) -> Proposal:
            plan = billing.set_alert(texts)
            return actions.proposal(plan, action, subject, *_changes(plan))

        if await actions.decide(propose, back=True):
            return True


async def _remove(kind: AlertKind, name: str, actions: Actions, subject: Subject) -> bool:
    billing = actions.desk.billing

    def propose() -> Proposal:
        plan = billing.remove_alert(kind, name)
        return actions.proposal(plan, _REMOVE, subject, *_changes(plan))

    return await actions.decide(propose)


def _changes(plan: Plan) -> list[str]:
    """Return what becomes of the alert of a plan, a line for each value that changes.

    Returns:
        One text, or none where nothing changes.
    """
    lines = []
    for change in (row.change for row in plan.rows if row.change is not None):
        for field, value in change.after.items():
            before = change.before.get(field)
            if before != value:
                now = "?" if before is None else clean(f"{before}", _LONGEST)
                lines.append(f"{field}: {now} → {clean(f'{value}', _LONGEST)}")
    return ["\n".join(lines)] if lines else []


async def confirm_price(screen: "ConsoleScreen", age: "timedelta") -> bool:
    """Ask whether the actual costs are worth another call, though those that are kept are fresh.

    Args:
        screen: The dialog stands on it.
        age: Of the report that is kept.
    """
    told = (
        f"The report that is kept is {age_text(age)} old. AWS brings its own numbers up to date "
        "about once a day, so that another reading may well tell the same.",
        f"Reading it again costs ${CALL_USD:.2f}, charged to the AWS account.",
    )
    dialog = ConfirmDialog("Read the actual costs again", told, f"Pay ${CALL_USD:.2f} and read")
    answer = await ask(screen, dialog)
    return answer is True
