"""The Invitation screen: its text and preview, editing, copying, saving and sending."""

import stat
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NoReturn

import pytest
from textual.widgets import TextArea

from drtui.commands.event import read_event, write_event
from drtui.commands.mailing import keep_text, read_text
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind, InvitationText
from drtui.domain.operations import Operation, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.records import AccountSettings
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Identity, MailAccount, Verification
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.tags import Tag
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.invitation_fields import FieldsDialog
from drtui.screens.dialogs.invitation_text import InvitationTextDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.save_invitations import SaveInvitationsDialog
from drtui.screens.dialogs.send_invitations import SendInvitationsDialog
from drtui.screens.dialogs.sendings import SendingsScreen
from drtui.screens.invitation import InvitationScreen
from drtui.screens.monitor_usage import MonitorUsage
from drtui.store.database import Database
from drtui.store.operation_log import operations
from drtui.store.preferences import write_preference
from drtui.widgets.message_line import MessageLine
from tests.support.driving import SECONDS, Console, RecordingEngine, console_app, running
from tests.support.invitations import a_door, on_invitation, sent_in_part
from tests.support.stores import filled_store

SMALL: Final = (80, 24)
SIZES: Final = [SMALL, (120, 40)]
KIND: Final = InvitationKind.DEPLOYMENT
EVENT: Final = EventSettings(
    "the Cup",
    "1 to 3 June",
    "Racing Club",
    "help@example.com",
    "https://races.example.com",
    "https://races.example.com/1",
    "races@example.com",
)
NAMES: Final = ("Ada", "Bo", "", "Dana", "Eve")
EMAILS: Final = ("ada", "bo", "cy", "dana", "eve")
SHORT: Final = InvitationText("Welcome to {event}", "Hello {name}, on {dates}")


@pytest.fixture
def workspace(database: Database) -> Workspace:
    """An event that was talked of, and who takes part."""
    found = Workspace(database, "ada")
    write_event(found, EVENT)
    people = zip(NAMES, EMAILS, strict=True)
    keep(found, [Participant(f"{email}@example.com", name, None, 0) for name, email in people])
    return found


@asynccontextmanager
async def shown(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    open_sponsor: Callable[[], SponsorServices] | None = None,
    emails: tuple[str, ...] = (),
    engine: RecordingEngine | None = None,
) -> AsyncIterator[Console]:
    """A console with the invitation in sight."""
    async with running(console_app(path, engine=engine), size) as console:
        await on_invitation(console, open_sponsor, emails)
        yield console


async def back(console: Console) -> InvitationScreen:
    return await console.dialog(InvitationScreen)


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def made(database: Database) -> list[Operation]:
    with database.read() as connection:
        return operations(connection)


# What it shows


async def test_it_shows_the_text_and_what_it_comes_to_for_each_participant(
    path: Path, workspace: Workspace
) -> None:
    keep_text(workspace, KIND, SHORT)
    async with shown(path) as console:
        for size in SIZES:
            await console.resize(size)
            prose = console.prose()
            assert "Subject: Welcome to {event}" in prose, size
            assert "Hello {name}, on {dates}" in prose, size
            assert "Missing ✓ nothing" in prose, size
            assert "edited" in prose, size
            assert "○ 5 not sent" in prose, size
            await console.press("right_square_bracket")
            assert "To: Bo <bo@example.com>" in console.prose(), size
            assert "Hello Bo, on 1 to 3 June" in console.prose(), size
            await console.press("left_square_bracket", "left_square_bracket")
            assert "Hello Eve, on 1 to 3 June" in console.prose(), size
            await console.press("right_square_bracket")


async def test_only_those_chosen_are_meant_and_who_is_gone_is_told(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    emails = ("dana@example.com", "nobody@example.com", "BO@example.com")
    async with shown(path, emails=emails) as console:
        assert "Participants 2; 1 other not kept any more" in console.prose()
        assert "To: Dana <dana@example.com>" in console.prose()
        await console.press("right_square_bracket", "right_square_bracket")
        assert "1 of 2" in console.prose()


async def test_a_participant_is_found_by_name_or_address(path: Path, workspace: Workspace) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("/")
        await console.write("dan")
        assert "To: Dana" in console.prose()
        await console.write("x")
        assert "Nobody has that in the name or address." in console.text()
        await console.press("escape")
        assert "To: Dana" in console.prose()
        assert "Nobody has that" not in console.text()
        await console.press("/")
        await console.write("CY@")
        await console.press("enter", "right_square_bracket")
        assert "To: Dana" in console.prose()


async def test_what_is_missing_is_counted_and_marked_where_it_is_missing(
    path: Path, workspace: Workspace
) -> None:
    write_event(workspace, EventSettings("the Cup"))
    keep_text(workspace, KIND, InvitationText("{event}", "Hi {name} of {team}, on {dates}"))
    async with shown(path) as console:
        prose = console.prose()
        assert "✗ of the event: {dates}; E: say it" in prose
        assert "✗ 5 of 5 lack {team}" in prose
        assert "Hi Ada of ✗{team}✗, on ✗{dates}✗" in prose
        for key in ("y", "Y", "o"):
            await console.press(key)
            assert said(console) == "Not now: not said of the event: {dates}; E: say it."


async def test_a_limit_of_new_users_that_was_never_read_is_no_matter_of_the_event(
    path: Path,
) -> None:
    database = filled_store(path, settings=AccountSettings())
    write_event(Workspace(database, "ada"), EVENT)
    keep(Workspace(database, "ada"), [Participant("ada@example.com", "Ada", None, 0)])
    database.close()
    async with shown(path, SMALL) as console:
        assert "✗ {training_time} is not known: R reads what new users get" in console.prose()
        assert "of the event" not in console.prose()
        await console.press("y")
        assert said(console) == "Not now: {training_time} is not known: R reads what new users get."


async def test_the_event_is_said_from_here(path: Path, workspace: Workspace) -> None:
    write_event(workspace, EventSettings())
    async with shown(path) as console:
        assert "✗ of the event: {event}" in console.prose()
        await console.press("E")
        await console.dialog(EventDialog)
        await console.write("Finals")
        await console.press("enter")
        await back(console)
        await console.until(lambda: "invitation to Finals" in console.prose(), "the event's name")
    assert read_event(workspace).name == "Finals"


async def test_the_html_is_shown_and_copied_where_it_is_in_sight_and_escape_leads_back(
    path: Path, workspace: Workspace
) -> None:
    keep_text(workspace, KIND, SHORT)
    async with shown(path) as console:
        assert "<p>" not in console.text()
        await console.press("h")
        assert "<p>Hello Ada, on 1 to 3 June</p>" in console.text()
        await console.press("y")
        await console.dialog(CopiedDialog)
        assert "Copied: the HTML for ada@example.com" in console.text()
        assert console.app.clipboard.startswith("<!DOCTYPE html>")
        await console.press("escape", "h")
        assert "<p>" not in console.text()
        await console.press("escape")
        await console.dialog(MonitorUsage)


async def test_without_anybody_it_says_which_keys_read_a_list(
    path: Path, database: Database
) -> None:
    del database
    async with shown(path, open_sponsor=a_door()) as console:
        for size in SIZES:
            await console.resize(size)
            told = "press esc to go to Setup, p for Participants, and l there"
            assert told in console.prose(), size
        for key in "yYoMd":
            console.hush()
            await console.press(key)
            assert said(console).startswith("Not now: nobody is kept: esc to Setup, p"), key


# The kinds


async def test_each_way_of_signing_in_has_its_own_text(path: Path, workspace: Workspace) -> None:
    keep_text(workspace, InvitationKind.SINGLE_SIGN_ON, SHORT)
    async with shown(path) as console:
        await console.press("n")
        assert "Sign-in by single sign-on" in console.prose()
        assert "Hello {name}, on {dates}" in console.prose()
        await console.press("n", "n")
        assert "Sign-in by the deployment's own users" in console.prose()


async def test_the_aws_account_is_asked_for_beside_the_screen_where_a_text_has_it(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    go_on, opened = threading.Event(), a_door()

    def slow() -> SponsorServices:
        assert go_on.wait(SECONDS)
        return opened()

    async with running(console_app(path)) as console:
        console.app.context.open_sponsor = slow
        console.app.push_screen(InvitationScreen(console.app.context))
        await console.until(lambda: "what may be sent is read" in console.text(), "the question")
        await console.press("n", "n")
        assert "AWS account is asked for" in console.prose()
        await console.press("right_square_bracket")
        assert "To: Bo" in console.prose()
        go_on.set()
        await console.until(lambda: "Account ID: 123456789012" in console.text(), "the account")


async def test_a_text_with_a_password_is_never_sent_and_says_who_writes_it(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    async with shown(path, SMALL, open_sponsor=a_door()) as console:
        await console.press("n", "n")
        assert "{password} is known only while passwords are handed over" in console.prose()
        assert "--invitations FILE”" in console.prose()
        assert "never this text: it has {password}" in console.prose()
        assert "lack {password}" not in console.text()
        for key in ("M", "y", "o"):
            await console.press(key)
            assert said(console) == (
                "Not now: the text has {password}: K on Participants hands them over."
            )


# Editing


async def test_an_edited_text_is_kept_and_can_be_taken_back(
    path: Path, workspace: Workspace
) -> None:
    async with shown(path, SMALL) as console:
        await console.press("z")
        assert said(console) == "Not now: it is the text that drtui begins with."
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.write("Dear ")
        await console.press("f2")
        await console.dialog(FieldsDialog)
        await console.press("down", "enter")
        await console.dialog(InvitationTextDialog)
        await console.press("ctrl+s")
        await back(console)
        assert said(console) == "Saved: the text for the deployment's own users."
        await console.until(lambda: "Dear {dates}Hello {name}," in console.text(), "the text")
        assert read_text(workspace, KIND).body.startswith("Dear {dates}Hello {name},")
        assert read_text(workspace, KIND).subject == DEFAULT_TEXTS[KIND].subject
        await console.press("z")
        await console.dialog(ConfirmDialog)
        assert "What was edited is lost" in console.prose()
        await console.press("enter")
        await back(console)
        await console.until(lambda: "Dear {dates}" not in console.text(), "the first text")
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


async def test_an_unknown_field_is_refused_with_its_place_and_what_was_meant(
    path: Path, workspace: Workspace
) -> None:
    async with shown(path) as console:
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        await console.press("down", "down", "home", "left_curly_bracket", *"evnt")
        await console.press("right_curly_bracket")
        told = "Line 3, column 1: there is no field {evnt}: did you mean {event}?"
        for size in SIZES:
            await console.resize(size)
            assert told in console.prose(), size
        await console.press("ctrl+home", "ctrl+s")
        assert isinstance(console.app.screen, InvitationTextDialog)
        assert told in console.prose()
        assert dialog.query_one(TextArea).cursor_location == (2, 0)
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


async def test_a_subject_that_cannot_be_read_is_where_the_cursor_goes(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        await console.press("shift+tab", "left_curly_bracket")
        assert "in the subject, “{” is not closed" in console.prose()
        await console.press("tab", "ctrl+s")
        assert console.app.focused is dialog._subject


async def test_leaving_asks_before_what_was_typed_is_lost(path: Path, workspace: Workspace) -> None:
    async with shown(path) as console:
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.press("escape")
        await back(console)
        await console.press("e")
        await console.dialog(InvitationTextDialog)
        await console.press("x", "escape")
        await console.dialog(ConfirmDialog)
        await console.press("escape")
        dialog = await console.dialog(InvitationTextDialog)
        assert dialog.query_one(TextArea).text.startswith("xHello")
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("enter")  # goes on editing
        await console.dialog(InvitationTextDialog)
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("left", "enter")
        await back(console)
    assert read_text(workspace, KIND) == DEFAULT_TEXTS[KIND]


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
        assert "already: name another one" in console.prose()
        dialog._path.value = str(tmp_path / "new")
        await console.press("enter")
        await back(console)
        assert said(console).startswith("Saved: 1 invitation, to ")
    assert (tmp_path / "there").read_text() == "mine"
    assert (tmp_path / "new").read_text().endswith("Hello Ada of red\n")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


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


async def test_everything_is_in_the_menu(path: Path, workspace: Workspace) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        text = console.text()
        assert "5 participants." in text
        for entry in ("Send it by SES", "List who was sent it", "Copy all", "Save all", "Edit"):
            assert entry in text


async def test_the_confirming_button_counts_the_invitations(
    path: Path, workspace: Workspace
) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("o")
        await console.dialog(SaveInvitationsDialog)
        assert "Save (5)" in console.app.screen.query_one(f"#{CONFIRM}", Choice).render().plain


async def test_a_text_that_cannot_be_read_any_more_is_shown_and_can_be_mended(
    path: Path, workspace: Workspace
) -> None:
    write_preference(workspace.database, "invitation_texts", {KIND.value: ["Hi", "To {nmae}"]})
    async with shown(path, open_sponsor=a_door()) as console:
        assert "✗ the text cannot be read: Line 1, column 4" in console.prose()
        for key in ("y", "o", "M"):
            await console.press(key)
            assert said(console) == "Not now: the text cannot be read: e edits it."
        await console.press("e")
        dialog = await console.dialog(InvitationTextDialog)
        dialog.query_one(TextArea).text = "To {name}"
        await console.press("ctrl+s")
        await back(console)
        await console.until(lambda: "To Ada" in console.text(), "the invitation")
