"""The Invitation screen: its text, its preview for each participant, and its kinds."""

import threading
from pathlib import Path

from drtui.commands.event import read_event, write_event
from drtui.commands.mailing import keep_text
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationKind, InvitationText
from drtui.domain.participants import Participant
from drtui.domain.records import AccountSettings
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.invitation import InvitationScreen
from drtui.screens.monitor_usage import MonitorUsage
from drtui.store.database import Database
from tests.support.driving import SECONDS, console_app, running
from tests.support.invitations import (
    EVENT,
    KIND,
    SHORT,
    SIZES,
    SMALL,
    a_door,
    back,
    shown,
    workspace,
)
from tests.support.screens import said
from tests.support.stores import filled_store

__all__ = ["workspace"]

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


async def test_everything_is_in_the_menu(path: Path, workspace: Workspace) -> None:
    del workspace
    async with shown(path) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        text = console.text()
        assert "5 participants." in text
        for entry in ("Send it by SES", "List who was sent it", "Copy all", "Save all", "Edit"):
            assert entry in text


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
