"""How Billing and its dialogs look."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from drtui.commands.billing import alerts_now, plan_alerts, read_budget
from drtui.commands.billing_reading import read_alerts
from drtui.commands.bulk import submit
from drtui.commands.costs import read_costs
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database, open_database
from tests.snapshots.looking import EVERY, Look
from tests.support.billing import DENIED, UNSEEN, FakeAws, filled_aws, open_billing
from tests.support.stores import NOW

HOURS: Final = 3 * 3600


def read_before(path: Path, aws: FakeAws, seconds: int = HOURS) -> None:
    """Costs and alerts that were read a while ago."""
    database = open_database(path, lambda: NOW - seconds)
    workspace = Workspace(database, "ada")
    read_costs(workspace, aws.open(), now=datetime.fromtimestamp(NOW - seconds, UTC))
    read_alerts(workspace, aws.open())
    database.close()


async def test_billing(look: Look, path: Path, database: Database) -> None:
    aws = filled_aws()
    read_before(path, aws)
    workspace = Workspace(database, "ada")
    async with look(colours=EVERY) as console:
        await open_billing(console, aws)
        budget = read_budget(alerts_now(workspace), "finals", "700")
        submit(workspace, plan_alerts(workspace, budgets=[budget]))
        await console.until(lambda: "→ $700" in console.text(), "what is on its way")


async def test_billing_without_an_aws_profile(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await open_billing(console, None)


async def test_billing_where_nothing_was_read_and_nothing_is_there(
    look: Look, database: Database
) -> None:
    del database
    async with look() as console:
        await open_billing(console, FakeAws())


async def test_billing_where_aws_does_not_tell(look: Look, path: Path, database: Database) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws)
    aws.failing = {"costs": [DENIED], "budgets": [UNSEEN], "alarms": [UNSEEN]}
    async with look() as console:
        await open_billing(console, aws)
        await console.press("c")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(lambda: "Not told: These AWS" in console.prose(), "the refusal")


async def test_reading_the_costs_again(look: Look, path: Path, database: Database) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws)
    async with look() as console:
        await open_billing(console, aws)
        await console.press("c")
        await console.dialog(ConfirmDialog)


async def test_a_new_budget_with_what_is_wrong(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await open_billing(console, filled_aws())
        await console.press("n")
        await console.dialog(AlertDialog)
        await console.write("finals")
        await console.press("tab", "x", "tab", "end", "x", "enter")


async def test_a_new_alarm(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await open_billing(console, filled_aws())
        await console.press("n")
        await console.dialog(AlertDialog)
        await console.press("up", "right")


async def test_changing_a_budget(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await open_billing(console, filled_aws())
        await console.press("j", "e")
        await console.dialog(AlertDialog)
        await console.press("end", *["backspace"] * 3, "7", "5", "0")


async def test_the_plan_of_a_changed_alarm(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await open_billing(console, filled_aws())
        await console.press("e")
        await console.dialog(AlertDialog)
        await console.press("end", *["backspace"] * 3, "6", "5", "0", "enter")
        await console.dialog(PlanDialog)
