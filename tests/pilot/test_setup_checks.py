"""Setup: the checklist, what can be mended from there, the hand-off and the event."""

import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

import pytest
from textual.widgets import Input

from drtui.commands.event import read_event, write_event
from drtui.commands.prerequisites import check, last_checked
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing, in_order
from drtui.domain.sponsor.quotas import ServiceQuota
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.sponsor_facts import SponsorFacts, facts_values
from drtui.screens.base import ConsoleScreen
from drtui.screens.billing import BillingScreen
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.fixes import FixesDialog, HigherQuotaDialog
from drtui.screens.dialogs.hand_off import HandOffDialog, SaveDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.invitation import InvitationScreen
from drtui.screens.participants import ParticipantsScreen
from drtui.store.database import Database
from drtui.store.facts import keep_fact, write_fact
from drtui.store.following import first_items
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import SECONDS, RecordingEngine, console_app, running
from tests.support.screens import made, said, targets, values
from tests.support.setup_screen import (
    OpenSponsor,
    a_door,
    on_setup,
    setup,
)

# The checklist


async def test_the_demo_advises_nothing_that_it_cannot_do(path: Path, database: Database) -> None:
    del database
    app = console_app(path)
    app.context.simulated = True
    async with running(app, (120, 40)) as console:
        await console.press("1")
        await setup(console)
        await console.until(lambda: "? cannot tell" in console.text(), "the checks")
        assert "The demo has no AWS account of a sponsor" in console.prose()
        assert "--aws-profile" not in console.prose()


async def test_the_checks_run_by_themselves_and_say_what_is_missing(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        assert not said(console)  # what nobody asked for is not announced
        await console.press("c")
        await console.until(lambda: said(console).startswith("Checked:"), "the end")
        await console.until(lambda: "Prerequisites  as of 14:05:24" in console.text(), "its age")
        assert "AWS profile" in console.text()
        assert "? cannot tell SES outside the sandbox" in console.prose()
        assert "✓ ok" in console.text()
    assert last_checked(Workspace(database, "ada"))[1] is not None


async def test_while_the_checks_run_everything_else_goes_on(path: Path, database: Database) -> None:
    go_on = threading.Event()

    def slow() -> NoReturn:
        assert go_on.wait(SECONDS)
        raise InvalidInputError("The AWS profile is not there.")

    check(Workspace(database, "ada"), None)
    async with on_setup(path, open_sponsor=slow) as console:
        await console.press("c")
        assert "The checks run" in console.text()
        await console.press("c")
        assert said(console) == "Not now: the checks are running."
        await console.press("n")
        await console.dialog(EventDialog)
        await console.press("escape")
        go_on.set()
        await console.until(lambda: said(console) == "The AWS profile is not there.", "the end")
        assert "The checks run" not in console.text()


async def test_a_mistake_in_the_checks_is_told_and_logged_and_the_console_goes_on(
    path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> NoReturn:
        raise AttributeError("no such thing")

    check(Workspace(database, "ada"), None)
    async with on_setup(path, open_sponsor=broken) as console:
        await console.press("c")
        await console.until(lambda: "AttributeError: no such thing" in said(console), "the mistake")
        assert "the log says where" in said(console)
        assert "The checks run" not in console.text()
        await console.press("n")
        await console.dialog(EventDialog)
    assert "in broken" in caplog.text


async def test_the_checklist_is_copied_once_there_is_one(path: Path, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    app = console_app(path)
    async with running(app, (120, 40)) as console:
        await console.press("1")
        await setup(console)
        await console.until(lambda: "The five steps" in console.text(), "the page")
        for key in ("y", "h"):
            await console.press(key)
            assert said(console) == "Not now: nothing was checked yet."
        assert last_checked(Workspace(database, "ada"))[1] is None
        check(Workspace(database, "ada"), None)
        await console.until(lambda: "as of 14:05:24" in console.text(), "the checklist")
        await console.press("y")
        await console.dialog(CopiedDialog)
        assert "Copied: the checklist" in console.text()
        assert "Deployment within reach: " in console.app.clipboard
        await console.press("escape")
        await setup(console)


async def test_checks_are_run_again_when_they_are_old_and_not_before(
    path: Path, database: Database
) -> None:
    opened: list[str] = []

    def counting() -> SponsorServices:
        opened.append("opened")
        return a_door()

    check(Workspace(database, "ada"), None)
    async with on_setup(path, open_sponsor=counting) as console:
        await console.press("r", "r")
        assert not opened
        with database.write(RecordKind.SYNC_STATE) as connection:
            write_fact(connection, "prerequisites", [], database.clock() - 7_200)
        await console.until(lambda: bool(opened), "the checks")
        await console.until(lambda: "as of 14:05:24" in console.text(), "its age")
        await console.press("r", "r")
        assert len(opened) == 1


async def test_checks_that_cannot_begin_are_not_begun_again_and_again(
    path: Path, database: Database
) -> None:
    del database
    tried: list[str] = []

    def missing() -> NoReturn:
        tried.append("tried")
        raise InvalidInputError("The AWS profile is not there.")

    app = console_app(path)
    app.context.open_sponsor = missing
    async with running(app, (120, 40)) as console:
        await console.press("1")
        await setup(console)
        await console.until(lambda: said(console) == "The AWS profile is not there.", "why not")
        await console.press("r", "r")
        assert len(tried) == 1
        await console.press("c")
        await console.until(lambda: len(tried) == 2, "another try")


async def test_a_step_of_the_guide_has_its_screen_and_escape_leads_back(
    path: Path, database: Database
) -> None:
    del database
    steps: dict[str, type[ConsoleScreen]] = {
        "p": ParticipantsScreen,
        "t": InvitationScreen,
        "b": BillingScreen,
    }
    async with on_setup(path) as console:
        for key, kind in steps.items():
            await console.press(key)
            await console.dialog(kind)
            await console.press("escape")
            await setup(console)


# What can be mended from here


def found(database: Database, *lines: Checked, facts: SponsorFacts | None = None) -> None:
    keep_fact(database, "prerequisites", [asdict(line) for line in in_order(lines)])
    keep_fact(database, "sponsor", facts_values(facts or SponsorFacts()))


NO_SENDER = Checked(
    Prerequisite.MAIL_IDENTITY,
    Standing.MISSING,
    "race@example.com is not verified in SES.",
    "Let SES ask its owner to confirm it.",
    fix="Verify the sender",
)
LOW = Checked(
    Prerequisite.TRAINING_QUOTA, Standing.MISSING, "It is 4.", "Ask.", fix="Ask AWS for more"
)
QUOTA = ServiceQuota("ml.c7i.4xlarge for training job usage", "L-1", 4)


async def test_what_is_missing_is_chosen_planned_confirmed_and_submitted(
    path: Path, database: Database
) -> None:
    write_event(Workspace(database, "ada"), EventSettings(sender="race@example.com"))
    found(database, NO_SENDER)
    engine = RecordingEngine()
    async with on_setup(path, engine=engine, open_sponsor=a_door) as console:
        await console.press("f")
        await console.dialog(FixesDialog)
        assert "Verify the sender: Sender of the invitations" in console.text()
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "The verification of 1 sender will be asked for" in console.prose()
        await console.press("escape")
        await console.dialog(FixesDialog)
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await setup(console)
        assert said(console) == "Verify the sender: 1 confirmed, operation 1."
    assert engine.woken == 1
    assert targets(database) == ["sender:race@example.com"]


async def test_a_higher_quota_is_asked_for_in_the_number_that_was_typed(
    path: Path, database: Database
) -> None:
    found(database, LOW, facts=SponsorFacts("1", "a", (QUOTA,)))
    async with on_setup(path, open_sponsor=a_door) as console:
        await console.press("f")
        await console.dialog(FixesDialog)
        await console.press("enter")
        await console.dialog(HigherQuotaDialog)
        assert values(console) == ["100"]
        assert "which can take days" in console.prose()
        await console.press("0", "enter")
        assert "a number from 1 to 100,000" in console.prose()
        await console.press("backspace", "2", "5", "enter")
        await console.dialog(PlanDialog)
        assert "1 higher quota will be asked for" in console.prose()
        assert "AWS decides, which can take days" in console.prose()
        await console.press("enter")
        await setup(console)
    with database.read() as connection:
        (item,) = first_items(connection, 1, list(ItemState), 10)
    assert (item.target, dict(item.after)) == ("quota:L-1", {"instances at once": 25})


@pytest.mark.parametrize(
    ("line", "door", "why"),
    [
        (NO_SENDER, None, "no AWS profile: “drtui account set"),
        (replace(NO_SENDER, fix=""), a_door, "nothing that is missing can be mended from here"),
    ],
)
async def test_where_nothing_can_be_mended_the_key_says_why(
    path: Path, database: Database, line: Checked, door: OpenSponsor | None, why: str
) -> None:
    found(database, line)
    async with on_setup(path, open_sponsor=door) as console:
        await console.press("f")
        assert why in said(console)
        await setup(console)


async def test_without_what_a_fix_needs_it_is_said_what_to_do_first(
    path: Path, database: Database
) -> None:
    found(database, NO_SENDER)
    async with on_setup(path, open_sponsor=a_door) as console:
        await console.press("f")
        await console.dialog(FixesDialog)
        await console.press("enter")
        await setup(console)
        assert "Say first who sends the invitations" in said(console)


async def test_the_hand_off_is_copied_shown_and_saved(
    path: Path, database: Database, tmp_path: Path
) -> None:
    taken, free = tmp_path / "taken.txt", tmp_path / "free.txt"
    taken.write_text("theirs")
    found(database, NO_SENDER)
    async with on_setup(path) as console:
        await console.press("h")
        await console.dialog(HandOffDialog)
        assert "Let Amazon SES send to everybody" in console.app.clipboard
        assert "found missing 0 s ago" in console.prose()
        await console.press("right", "enter")
        dialog = await console.dialog(SaveDialog)
        dialog.query_one(Input).value = str(taken)
        await console.press("enter")
        await console.until(lambda: "already: name another one" in console.boxed(), "why not")
        dialog = await console.dialog(SaveDialog)
        dialog.query_one(Input).value = str(free)
        await console.press("enter")
        await setup(console)
        await console.until(lambda: said(console).startswith("Saved: "), "the end")
        assert console.app.clipboard == free.read_text()
    assert taken.read_text() == "theirs"
    assert free.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("standings", "told"),
    [
        ([Standing.MISSING], "What the checks found missing 0 s ago."),
        ([Standing.CANNOT_TELL], "What the checks could not tell 0 s ago."),
        (
            [Standing.MISSING, Standing.CANNOT_TELL],
            "What the checks found missing or could not tell 0 s ago.",
        ),
    ],
)
async def test_the_hand_off_says_what_the_checks_said(
    path: Path, database: Database, standings: list[Standing], told: str
) -> None:
    asked = (Prerequisite.ADMIN_ACCESS, Prerequisite.MAIL_SANDBOX)
    found(database, *(Checked(*one, "So.", "") for one in zip(asked, standings, strict=False)))
    async with on_setup(path) as console:
        await console.press("h")
        await console.dialog(HandOffDialog)
        assert told in console.prose()


async def test_where_nothing_is_missing_there_is_no_message(path: Path, database: Database) -> None:
    found(database)
    async with on_setup(path) as console:
        await console.press("h")
        assert said(console).startswith("Nothing is missing")


# The event


async def test_what_is_said_of_the_event_is_kept_and_nothing_is_sent(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("n")
        await console.dialog(EventDialog)
        await console.write("Finals")
        await console.press(*["tab"] * 5)
        await console.write("https://a.example")
        await console.press("space")
        await console.write("sample")
        await console.press("enter")
        assert "“sample” is no web address for the race links" in console.prose()
        await console.press(*["backspace"] * len("sample"))
        await console.write("https://b.example")
        await console.press("tab", "tab", "x", "enter")
        assert "a number from 1 to 100,000" in console.prose()
        await console.press("backspace", "0", "enter")
        await setup(console)
        assert said(console) == "Saved: what is said of the event."
        await console.until(lambda: "Finals" in console.text(), "the event")
    kept = read_event(Workspace(database, "ada"))
    assert (kept.name, kept.race_links, kept.at_once) == (
        "Finals",
        "https://a.example\nhttps://b.example",
        1_000,
    )
    assert not made(database)


async def test_what_somebody_else_says_of_the_event_behind_the_form_stays(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("n")
        await console.dialog(EventDialog)
        write_event(Workspace(database, "bob"), EventSettings(sender="race@example.com"))
        await console.write("Finals")
        await console.press("enter")
        await setup(console)
    kept = read_event(Workspace(database, "ada"))
    assert kept == EventSettings(name="Finals", sender="race@example.com")
