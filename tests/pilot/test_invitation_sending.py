"""Invitations leave the screen: copied, saved to a file, and sent."""

import stat
from pathlib import Path
from typing import NoReturn

import pytest

from drtui.commands.event import write_event
from drtui.commands.mailing import keep_text
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationKind, InvitationText
from drtui.domain.operations import OperationKind
from drtui.domain.participants import Participant
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Identity, MailAccount, Verification
from drtui.domain.tags import Tag
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.save_invitations import SaveInvitationsDialog
from drtui.screens.dialogs.send_invitations import SendInvitationsDialog
from drtui.screens.dialogs.sendings import SendingsScreen
from tests.support.driving import RecordingEngine
from tests.support.invitations import (
    KIND,
    SHORT,
    SMALL,
    a_door,
    back,
    sent_in_part,
    shown,
    workspace,
)
from tests.support.screens import made, said

__all__ = ["workspace"]

# Copying and saving


async def test_one_invitation_or_all_are_copied(path: Path, workspace: Workspace) -> None:
    keep_text(workspace, KIND, SHORT)
    async with shown(path) as console:
        await console.press("right_square_bracket", "y")
        await console.dialog(CopiedDialog)
        assert console.app.clipboard.startswith("To: bo@example.com\nSubject: Welcome to the Cup\n")
        await console.press("escape", "Y")
        await console.dialog(CopiedDialog)
        assert "Copied: 5 invitations" in console.text()
        assert console.app.clipboard.count("Subject: Welcome to the Cup") == 5


async def test_too_much_for_a_clipboard_is_refused(path: Path, workspace: Workspace) -> None:
    keep_text(workspace, KIND, InvitationText("Hi", "x" * 30_000))
    async with shown(path) as console:
        await console.press("Y")
        assert said(console) == "5 invitations are too long for a clipboard: o saves them."


async def test_they_are_saved_to_a_new_file_and_never_over_one(
    path: Path, workspace: Workspace, tmp_path: Path
) -> None:
    keep_text(workspace, KIND, InvitationText("Hi", "Hello {name} of {team}"))
    keep(workspace, [Participant("new@example.com", "New", None, 0)])
    keep(workspace, [Participant("ada@example.com", "", Tag("team", "red"), 0)])
    (tmp_path / "there").write_text("mine")
    async with shown(path) as console:
        await console.press("o")
        dialog = await console.dialog(SaveInvitationsDialog)
        assert "1 invitation; 5 left out, of whom something is missing" in console.prose()
        dialog._path.value = str(tmp_path / "there")
        await console.press("enter")
        assert "already: name another one" in console.boxed()
        dialog._path.value = str(tmp_path / "new")
        await console.press("enter")
        await back(console)
        assert said(console).startswith("Saved: 1 invitation, to ")
    assert (tmp_path / "there").read_text() == "mine"
    assert (tmp_path / "new").read_text().endswith("Hello Ada of red\n")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


async def test_the_confirming_button_counts_the_invitations(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("o")
        await console.dialog(SaveInvitationsDialog)
        assert "Save (5)" in console.app.screen.query_one(f"#{CONFIRM}", Choice).render().plain


async def test_what_is_saved_and_copied_is_what_is_shown_while_another_text_is_read(
    path: Path, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_text(workspace, KIND, InvitationText("Hi", "Hello {name} of {team}"))
    keep_text(workspace, InvitationKind.SINGLE_SIGN_ON, InvitationText("Hi", "Another, {name}"))
    keep(workspace, [Participant("ada@example.com", "", Tag("team", "red"), 0)])
    async with shown(path, open_sponsor=a_door()) as console:
        screen = await back(console)
        monkeypatch.setattr(screen, "_ask", lambda **_: None)
        await console.press("n", "o")
        dialog = await console.dialog(SaveInvitationsDialog)
        assert "1 invitation; 4 left out, of whom something is missing" in console.prose()
        dialog._path.value = str(tmp_path / "new")
        await console.press("enter")
        await back(console)
        assert said(console).startswith("Saved: 1 invitation, to ")
        await console.press("Y")
        await console.dialog(CopiedDialog)
        assert "Copied: 1 invitation; 4 left out, of whom something is missing" in console.prose()
        assert console.app.clipboard.endswith("Hello Ada of red\n")
        await console.press("escape", "M")
        await console.dialog(PlanDialog)
        assert "1 invitation will be sent by email" in console.prose()
    assert (tmp_path / "new").read_text().endswith("Hello Ada of red\n")


async def test_those_who_come_and_what_is_forgotten_since_the_page_was_read_are_told(
    path: Path, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_text(workspace, KIND, InvitationText("{event}", "Hello {name}"))
    async with shown(path) as console:
        screen = await back(console)
        monkeypatch.setattr(screen, "_ask", lambda **_: None)
        keep(workspace, [Participant("new@example.com", "New", None, 0)])
        await console.press("o")
        dialog = await console.dialog(SaveInvitationsDialog)
        dialog._path.value = str(tmp_path / "new")
        await console.press("enter")
        await back(console)
        assert said(console).startswith("Saved: 6 invitations, to ")
        await console.press("Y")
        await console.dialog(CopiedDialog)
        assert "Copied: 6 invitations" in console.text()
        assert "left out" not in console.text()
        await console.press("escape")
        write_event(workspace, EventSettings())
        await console.press("Y")
        assert said(console) == "There is no invitation to copy."
    assert (tmp_path / "new").read_text().count("Hello ") == 6


# Sending


async def test_sending_is_planned_with_its_sender_and_its_finish(
    path: Path, workspace: Workspace
) -> None:
    engine = RecordingEngine()
    async with shown(path, SMALL, open_sponsor=a_door(), engine=engine) as console:
        await console.press("M")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "5 invitations will be sent by email" in prose
        assert "From races@example.com" in prose
        assert "as plain text and HTML" in prose
        assert "within the limit of 50,000 in 24 hours" in prose
        assert "SES takes 14 a second" in prose
        await console.press("escape")
        await back(console)
        assert not made(workspace.database)
        await console.press("M")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await back(console)
        assert said(console) == "Send invitations: 5 confirmed, operation 1."
        await console.until(lambda: "→ 5 on its way" in console.text(), "the sending")
        assert engine.woken == 1
    assert [one.kind for one in made(workspace.database)] == [OperationKind.SEND_MAIL]


async def test_what_is_doubtful_is_listed_and_sent_again_only_when_that_is_said(
    path: Path, workspace: Workspace
) -> None:
    sent_in_part(workspace)
    async with shown(path, SMALL, open_sponsor=a_door()) as console:
        for told in ("? 1 outcome doubtful", "✗ 1 failed", "→ 1 on its way", "✓ 1 sent"):
            assert told in console.prose()
        await console.press("d")
        await console.dialog(SendingsScreen)
        first = next(line for line in console.lines() if "@example.com" in line)
        assert "bo@example.com" in first
        assert "outcome doubtful" in first
        assert "no such address" in console.text()
        await console.press("escape", "M")
        await console.dialog(SendInvitationsDialog)
        assert "whether it has arrived at bo@example.com" in console.prose()
        await console.press("enter")
        await console.dialog(PlanDialog)
        # To whom it failed, and to the last.
        assert "2 invitations will be sent by email" in console.prose()
        assert "sent again only if you say so (1)" in console.prose()
        await console.press("escape")
        await console.dialog(SendInvitationsDialog)
        await console.press("up", "up", "up", "space", "enter")
        await console.dialog(PlanDialog)
        assert "3 invitations will be sent by email" in console.prose()
        await console.press("escape")
        await console.dialog(SendInvitationsDialog)
        assert "[x] also to 1 participant whose outcome is doubtful" in console.prose()
        await console.press("up", "up", "space", "enter")
        await console.dialog(PlanDialog)
        assert "4 invitations will be sent by email" in console.prose()


async def test_without_an_aws_profile_sending_names_what_gives_one(
    path: Path, workspace: Workspace
) -> None:
    async with shown(path, SMALL) as console:
        assert "not possible yet: no AWS profile: “drtui account set" in console.prose()
        assert "y and o work without one" in console.prose()
        await console.press("M")
        assert "no AWS profile: “drtui account set" in said(console)
    assert not made(workspace.database)


async def test_a_sender_is_needed(path: Path, workspace: Workspace) -> None:
    write_event(workspace, EventSettings("the Cup"))
    keep_text(workspace, KIND, InvitationText("{event}", "Hello {name}"))
    async with shown(path, open_sponsor=a_door()) as console:
        assert "✗ no sender is said of the event; E: say it" in console.prose()
        await console.press("M")
        assert said(console) == "Not now: no sender is said of the event; E: say it."


async def test_the_sandbox_and_a_sender_that_is_not_verified_are_told_beforehand(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    ada = Identity("ada@example.com", Verification.VERIFIED, sending=True)
    door = a_door(MailAccount(production=False, daily_quota=200, per_second=1.0), (ada,))
    async with shown(path, open_sponsor=door) as console:
        assert "✗ races@example.com is not verified in SES" in console.prose()
        await console.press("M")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "It waits until SES sends from there" in prose
        assert "SES is in its sandbox" in prose
        assert "4 cannot: SES is in its sandbox" in prose
        assert "cannot get it so" not in prose


async def test_where_aws_cannot_be_asked_its_sentence_stands_and_the_screen_goes_on(
    path: Path, workspace: Workspace
) -> None:
    del workspace

    def shut() -> NoReturn:
        raise SponsorError(SponsorFailure.DENIED, "You may not look (ses:GetAccount).")

    async with shown(path, open_sponsor=shut) as console:
        assert "not known: You may not look (ses:GetAccount)." in console.prose()
        await console.press("M")
        await console.dialog(PlanDialog)
        assert "What SES lets be sent is not known now" in console.prose()
        await console.press("escape")
        await back(console)
        console.app.context.open_sponsor = a_door()
        await console.press("r")
        await console.until(lambda: "50,000 in 24 hours" in console.text(), "what SES says")
