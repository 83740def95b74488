"""How access for participants looks: its forms, its plans, and passwords that are shown once."""

from collections.abc import Sequence
from typing import Final

import pytest

from drtui.commands import passwords
from drtui.commands.event import write_event
from drtui.domain.event_settings import EventSettings
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.screens.dialogs.access import IdentityCenterDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.passwords import PasswordsDialog
from drtui.screens.dialogs.passwords_shown import PasswordsShownDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.removal import RemovalDialog
from drtui.store.database import Database
from tests.snapshots.looking import EVERY, Look
from tests.support.access import (
    ADA,
    BOLT,
    WREN,
    door,
    in_the_group,
    on_participants,
    with_people,
    with_users,
)

EVENT: Final = EventSettings(console_address="https://d1234abcd.cloudfront.net")


@pytest.fixture(autouse=True)
def _same_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are the same in every picture."""
    monkeypatch.setattr(passwords, "generate_password", lambda: "Rk7!mQ2x-Lw9+Tz4")


async def test_iam_users(look: Look, database: Database) -> None:
    with_people(database)
    async with look(colours=EVERY) as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("I")
        await console.dialog(PlanDialog)


@pytest.mark.parametrize("event", [EVENT, EventSettings()], ids=["address", "no-address"])
async def test_identity_center(look: Look, database: Database, event: EventSettings) -> None:
    write_event(with_people(database), event)
    async with look() as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("C")
        await console.dialog(IdentityCenterDialog)


async def test_identity_center_plan(look: Look, database: Database) -> None:
    write_event(with_people(database), EVENT)
    async with look() as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("C")
        await console.dialog(IdentityCenterDialog)
        await console.press("enter")
        await console.dialog(PlanDialog)


@pytest.mark.parametrize(
    "keys",
    [(), ("right", "tab", "right"), ("tab", "right", "right", "enter")],
    ids=["shown", "anew-csv", "no-path"],
)
async def test_passwords(look: Look, database: Database, keys: Sequence[str]) -> None:
    iam = with_users(database)
    async with look() as console:
        await on_participants(console, door(iam), BOLT)
        await console.press("K")
        await console.dialog(PasswordsDialog)
        for key in keys:
            await console.press(key)


async def test_passwords_made_anew(look: Look, database: Database) -> None:
    iam = with_users(database)
    async with look() as console:
        await on_participants(console, door(iam), ADA, BOLT)
        await console.press("K")
        await console.dialog(PasswordsDialog)
        await console.press("right", "enter")
        await console.dialog(ConfirmDialog)


@pytest.mark.parametrize("closing", [False, True], ids=["open", "closing"])
async def test_passwords_shown(look: Look, database: Database, closing: bool) -> None:
    iam = with_users(database, [ADA, BOLT, WREN])
    iam.failing["renew_password"] = [SponsorError(SponsorFailure.REFUSED, "The policy is strict.")]
    async with look(colours=EVERY) as console:
        await on_participants(console, door(iam))
        await console.press("K")
        await console.dialog(PasswordsDialog)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        if closing:
            await console.press("escape")
            await console.dialog(ConfirmDialog)


async def test_off_boarding(look: Look, database: Database) -> None:
    with_people(database)
    async with look() as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("O")
        await console.dialog(PlanDialog)


async def test_removing(look: Look, database: Database) -> None:
    with_users(database)
    in_the_group(database, [ADA])
    async with look() as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("x")
        await console.dialog(RemovalDialog)


async def test_removing_without_an_aws_profile(look: Look, database: Database) -> None:
    with_people(database)
    async with look() as console:
        await on_participants(console, None, WREN)
        await console.press("x")
        await console.dialog(RemovalDialog)


async def test_the_plan_of_a_removal(look: Look, database: Database) -> None:
    in_the_group(database, [ADA, BOLT])
    async with look() as console:
        await on_participants(console, door(), ADA, BOLT, WREN)
        await console.press("x")
        await console.dialog(RemovalDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
