"""How Setup and its dialogs look, and Monitor usage while multi-user mode is disabled."""

from pathlib import Path
from typing import Final, cast

import pytest

from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.multi_user import plan_disable
from drtui.commands.setup import plan_settings
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.setting_keys import SettingKey
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing, in_order
from drtui.domain.sponsor.quotas import ServiceQuota
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.sponsor_facts import SponsorFacts, facts_values
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.fixes import FixesDialog, HigherQuotaDialog
from drtui.screens.dialogs.hand_off import HandOffDialog, SaveDialog
from drtui.screens.dialogs.multi_user import DisableDialog, EnableDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.settings import SettingsDialog
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.facts import keep_fact
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.snapshots.looking import EVERY, Look
from tests.support.driving import Console
from tests.support.switching import carried_out

Size = tuple[int, int]
EVENT: Final = EventSettings(
    "DeepRacer Finals 2026",
    "2 and 3 May 2026",
    "Ada Lovelace",
    "help@example.com",
    "https://d1234abcd.cloudfront.net",
    "https://d1234abcd.cloudfront.net/races/1\nhttps://d1234abcd.cloudfront.net/races/2",
    "race@example.com",
    120,
)
FOUND: Final = in_order(
    [
        Checked(Prerequisite.CALLER, Standing.OK, "AWS account 123456789012, as user ada.", ""),
        Checked(
            Prerequisite.ADMIN_ACCESS,
            Standing.CANNOT_TELL,
            "These AWS credentials may not look.",
            "Ask the account's administrator for iam:ListAttachedUserPolicies.",
            "iam:ListAttachedUserPolicies",
        ),
        Checked(Prerequisite.IDENTITY_CENTER, Standing.OK, "There is one, in us-east-1.", ""),
        Checked(
            Prerequisite.PERMISSION_SET,
            Standing.MISSING,
            "There is no permission set DeepRacerParticipants.",
            "It is made when participants are given access by Identity Center.",
        ),
    ]
)


def prepared(database: Database) -> Workspace:
    """An event that was talked of and checked, and settings on their way."""
    workspace = Workspace(database, "ada")
    write_event(workspace, EVENT)
    keep_fact(database, "prerequisites", [_stored(one) for one in FOUND])
    submit(workspace, plan_settings(workspace, {SettingKey.NEW_USER_MINUTES: 420}))
    return workspace


def _stored(one: Checked) -> dict[str, str]:
    return {
        "prerequisite": one.prerequisite,
        "standing": one.standing,
        "finding": one.finding,
        "advice": one.advice,
        "permission": one.permission,
        "fix": one.fix,
    }


def _a_door() -> SponsorServices:
    return cast("SponsorServices", None)


async def on_setup(console: Console, *, door: bool = False) -> None:
    """Go to Setup."""
    if door:
        console.app.context.open_sponsor = _a_door
    await console.press("1")
    await console.dialog(SetupScreen)
    await console.until(lambda: has_checked(console), "the page, and what was checked")


def has_checked(console: Console) -> bool:
    return "The five steps" in console.text() and "not checked yet" not in console.text()


async def test_setup(look: Look, database: Database) -> None:
    prepared(database)
    async with look(colours=EVERY) as console:
        await on_setup(console)


async def test_setup_where_nothing_was_checked(look: Look, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await console.press("1")
        await console.dialog(SetupScreen)
        await console.until(lambda: "The five steps" in console.text(), "the page")


@pytest.mark.parametrize("size", [(80, 24)], ids=["80x24"])
async def test_the_end_of_setup(look: Look, database: Database, size: Size) -> None:
    prepared(database)
    async with look(size=size) as console:
        await on_setup(console)
        await console.press("G")


async def test_setup_while_the_mode_is_disabled(look: Look, database: Database) -> None:
    workspace = Workspace(database, "ada")
    submit(workspace, plan_disable(workspace, second_door=False))
    async with look() as console:
        await on_setup(console)


async def test_enable(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await on_setup(console)
        await console.press("E")
        await console.dialog(EnableDialog)
        await console.press("space", "tab", "space", "tab", "tab", "x", "tab")


async def test_disable(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await on_setup(console, door=True)
        await console.press("X")
        await console.dialog(DisableDialog)


async def test_the_plan_to_disable(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await on_setup(console, door=True)
        await console.press("X")
        await console.dialog(DisableDialog)
        await console.press("space", "enter")
        await console.dialog(PlanDialog)


async def test_the_plan_to_disable_row_by_row(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await on_setup(console, door=True)
        await console.press("X")
        await console.dialog(DisableDialog)
        await console.press("space", "enter")
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)
        # What is no user begins behind the last of them.
        await console.press("end", *["up"] * 57)


async def test_settings(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_setup(console)
        await console.press("e")
        await console.dialog(SettingsDialog)
        await console.press("tab", "x")


async def test_the_event(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_setup(console)
        await console.press("n")
        await console.dialog(EventDialog)


def missing(database: Database) -> None:
    """A check that found two lines to be mended from here."""
    write_event(Workspace(database, "ada"), EVENT)
    lines = in_order(
        [
            *FOUND,
            Checked(
                Prerequisite.MAIL_IDENTITY,
                Standing.MISSING,
                "race@example.com is not verified in SES.",
                "Let SES ask its owner to confirm it.",
                fix="Verify the sender",
            ),
            Checked(
                Prerequisite.TRAINING_QUOTA,
                Standing.MISSING,
                "“ml.c7i.4xlarge for training job usage” is 8, which is too low for 120 racers at "
                "once.",
                "Ask Service Quotas for 120 of it (L-1), days before the event.",
                fix="Ask AWS for a higher quota",
            ),
        ]
    )
    keep_fact(database, "prerequisites", [_stored(one) for one in lines])
    quota = ServiceQuota("ml.c7i.4xlarge for training job usage", "L-1", 8)
    facts = SponsorFacts("123456789012", "arn:aws:iam::123456789012:user/ada", (quota,))
    keep_fact(database, "sponsor", facts_values(facts))


async def test_what_can_be_mended(look: Look, database: Database) -> None:
    missing(database)
    async with look() as console:
        await on_setup(console, door=True)
        await console.press("f")
        await console.dialog(FixesDialog)


async def test_a_higher_quota(look: Look, database: Database) -> None:
    missing(database)
    async with look() as console:
        await on_setup(console, door=True)
        await console.press("f")
        await console.dialog(FixesDialog)
        await console.press("down", "enter")
        await console.dialog(HigherQuotaDialog)
        await console.press("x", "enter")


async def test_the_plan_of_a_higher_quota(look: Look, database: Database) -> None:
    missing(database)
    async with look() as console:
        await on_setup(console, door=True)
        await console.press("f")
        await console.dialog(FixesDialog)
        await console.press("down", "enter")
        await console.dialog(HigherQuotaDialog)
        await console.press("enter")
        await console.dialog(PlanDialog)


async def test_the_hand_off(look: Look, database: Database) -> None:
    missing(database)
    async with look() as console:
        await on_setup(console)
        await console.press("h")
        await console.dialog(HandOffDialog)


async def test_where_the_hand_off_is_saved(look: Look, database: Database) -> None:
    missing(database)
    async with look() as console:
        await on_setup(console)
        await console.press("h")
        await console.dialog(HandOffDialog)
        await console.press("right", "enter")
        await console.dialog(SaveDialog)


async def test_monitor_usage_while_the_mode_is_disabled(
    look: Look, path: Path, database: Database
) -> None:
    del path
    workspace = Workspace(database, "ada")
    carried_out(workspace, plan_disable(workspace, second_door=False))
    async with look():
        pass
