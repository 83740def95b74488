"""Inviting participants: what the plan says, whom it leaves out, and who may not."""

from pathlib import Path

import pytest

from drtui.commands.inviting import mail_limit
from drtui.commands.workspace import Workspace
from drtui.domain.features import Feature
from drtui.domain.operations import OperationKind
from drtui.domain.records import Role
from drtui.screens.dialogs.mail_limit import MailLimitDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from drtui.store.deployment_facts import write_found
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import RecordingEngine
from tests.support.participants import back, kept, marked, on_participants, search
from tests.support.screens import made, said


async def test_the_plan_says_how_many_mails_a_day_and_when_the_last_one_goes(
    path: Path, database: Database
) -> None:
    kept(database, *(f"new{one}@example.com" for one in range(60)))
    engine = RecordingEngine()
    async with on_participants(path, (80, 24), engine=engine) as console:
        await search(console, "not-invited")
        await console.press("a", "i")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "60 messages at 50 in 24 hours: the last is sent about 2026-05-03 12:05 UTC" in prose
        await console.press("escape")
        await back(console)
        assert len(marked(console)) == 60
        await console.press("L")
        await console.dialog(MailLimitDialog)
        await console.press("x")
        assert "Write how many in 24 hours, or unlimited." in console.prose()
        await console.press("backspace", *"14000", "enter")
        await back(console)
        assert said(console) == "Mails in 24 hours: 14000."
        await console.until(lambda: "14,000 mails a day" in console.text(), "the limit")
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "60 messages: sent today, within the limit of 14,000" in console.prose()
        await console.press("enter")
        await back(console)
        assert engine.woken > 1
    assert mail_limit(Workspace(database, "ada")) == 14_000


@pytest.mark.parametrize(
    ("newer", "told"), [(True, "up to 200 at once"), (False, "invites one by one")]
)
async def test_the_plan_says_whether_the_deployment_invites_many_at_once(
    path: Path, database: Database, newer: bool, told: str
) -> None:
    write_found(database, {Feature.BULK_INVITE: newer})
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "not-invited")
        await console.press("i")
        await console.dialog(PlanDialog)
        assert told in console.prose()


async def test_those_on_no_list_are_left_out_of_an_invitation(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await console.press("i")
        assert (
            said(console) == "Not now: not on the list: mark those you mean (space, a marks all)."
        )
        await console.press("a", "i")
        await console.dialog(PlanDialog)
        assert "53 on no list are left out." in console.prose()
        assert "[ Invite (1) ]" in console.prose()
    assert not made(database)


async def test_an_older_deployment_refuses_to_send_again_and_a_newer_one_does(
    path: Path, database: Database
) -> None:
    write_found(database, {Feature.BULK_INVITE: False, Feature.RESEND_INVITE: False})
    async with on_participants(path) as console:
        await search(console, "eve")
        await console.press("S")
        assert said(console) == "Not now: this deployment cannot: that came with release 1.3."
        write_found(database, {Feature.BULK_INVITE: True, Feature.RESEND_INVITE: True})
        await console.press("r")
        await console.press("S")
        await console.dialog(PlanDialog)
        assert "[ Send again (1) ]" in console.prose()
        await console.press("enter")
        await back(console)
    assert [one.kind for one in made(database)] == [OperationKind.RESEND_INVITATIONS]


async def test_offline_an_invitation_waits_and_says_so(path: Path, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "new@")
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "this will be delivered when the network returns" in console.prose()
        await console.press("enter")
        await back(console)
        await console.until(lambda: "1 under way" in console.text(), "what is on its way")


async def test_a_facilitator_is_refused_to_invite(path: Path, database: Database) -> None:
    write_role(database, Role.FACILITATOR)
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "new@")
        await console.press("i")
        assert "race facilitators may not invite anybody" in said(console)
    assert not made(database)
