"""Setup: what it shows, and each of its keys from the form to the operation."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn, cast

import pytest
from textual.widgets import Input

from drtui.commands.event import read_event, write_event
from drtui.commands.prerequisites import check, last_checked
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Service, service_of
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState, Operation, OperationKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import AccountSettings, Role
from drtui.domain.sponsor.checks import Checked, Prerequisite, Standing, in_order
from drtui.domain.sponsor.quotas import ServiceQuota
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.sponsor_facts import SponsorFacts, facts_values
from drtui.screens.base import ConsoleScreen
from drtui.screens.billing import BillingScreen
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.fixes import FixesDialog, HigherQuotaDialog
from drtui.screens.dialogs.hand_off import HandOffDialog, SaveDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.multi_user import DisableDialog, EnableDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.settings import SettingsDialog
from drtui.screens.dialogs.target import TargetDialog
from drtui.screens.invitation import InvitationScreen
from drtui.screens.operation_page import OperationScreen
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.facts import keep_fact, write_fact
from drtui.store.following import first_items
from drtui.store.operation_log import operations
from drtui.store.settings import write_settings
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.message_line import MessageLine
from drtui.widgets.tick_box import TickBox
from tests.support.driving import SECONDS, Console, RecordingEngine, console_app, running
from tests.support.operations import opened, row, table
from tests.support.stores import filled_store

SIZES = [(80, 24), (120, 40)]
OpenSponsor = Callable[[], SponsorServices]


@asynccontextmanager
async def on_setup(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Setup in sight, and what there is read and checked."""
    app = console_app(path, engine=engine)
    app.context.open_sponsor = open_sponsor
    async with running(app, size) as console:
        await console.press("1")
        await setup(console)
        await console.until(lambda: has_checked(console), "the checks")
        yield console


def has_checked(console: Console) -> bool:
    text = console.text()
    return "The five steps" in text and "not checked yet" not in text


async def setup(console: Console) -> SetupScreen:
    return await console.dialog(SetupScreen)


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def made(database: Database) -> list[Operation]:
    with database.read() as connection:
        return operations(connection)


def targets(database: Database, number: int = 1) -> list[str]:
    with database.read() as connection:
        return [one.target for one in first_items(connection, number, list(ItemState), 1_000)]


def values(console: Console) -> list[str]:
    return [field.value for field in console.app.screen.query(Input)]


def confirm_disabled(console: Console) -> bool:
    return console.app.screen.query_one(f"#{CONFIRM}", Choice).disabled


def a_door() -> SponsorServices:
    """What only has to be there: nothing is asked through it."""
    return cast("SponsorServices", None)


# What it shows


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_what_is_set_up_and_how_old_each_part_is(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    write_event(Workspace(database, "ada"), EventSettings("Finals", sender="race@example.com"))
    async with on_setup(path, size) as console:
        prose = console.prose()
        assert "● on" in prose
        assert "1 of 54 racers is paused" in prose
        assert "hours 5 h" in prose
        assert "Settings as of 14:05:12 CEST (12 s)" in prose
        assert "invite-only" in prose
        await console.press("G")
        assert "Finals" in console.text()
        assert "race@example.com" in console.text()
        assert "cannot tell SES outside the sandbox" in console.prose()


async def test_where_nothing_was_read_the_mode_is_unknown(path: Path) -> None:
    filled_store(path, settings=AccountSettings()).close()
    async with on_setup(path) as console:
        assert "? unknown" in console.text()
        assert "hours unknown" in console.prose()


async def test_what_is_on_its_way_stands_beside_what_is_confirmed(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("e")
        await console.dialog(SettingsDialog)
        await console.press("7", "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await setup(console)
        await console.until(lambda: "5 h → 7 h" in console.text(), "the pending value")
    assert [one.kind for one in made(database)] == [OperationKind.CHANGE_SETTINGS]


async def test_a_change_of_another_process_is_shown(path: Path, database: Database) -> None:
    async with on_setup(path) as console:
        write_settings(database, AccountSettings(60, 2, "self-service"))
        await console.until(lambda: "self-service" in console.text(), "the news")


async def test_it_scrolls_by_keys(path: Path, database: Database) -> None:
    del database
    async with on_setup(path, (80, 24)) as console:
        assert "kept on this computer" not in console.text()
        await console.press("G")
        assert "kept on this computer" in console.text()
        await console.press("g")
        assert "The five steps" in console.text()
        await console.press("j", "j")
        assert "The five steps" not in console.text()
        await console.press("k", "k")
        assert "The five steps" in console.text()


async def test_menu_and_navigation_lead_there_and_back(path: Path, database: Database) -> None:
    del database
    async with on_setup(path) as console:
        assert "▸ 1 Setup" in console.text()
        await console.press("m")
        await console.dialog(MenuDialog)
        assert "Enable multi-user mode" in console.text()
        assert "Check what the event needs" in console.text()
        await console.press("escape", "2")
        assert console.app.screen is console.usage
        await console.press("minus")
        await setup(console)


# Multi-user mode


async def test_enabling_is_confirmed_by_two_boxes_then_planned_then_submitted(
    path: Path, database: Database
) -> None:
    write_settings(database, AccountSettings(0, 0, "invite-only"))
    engine = RecordingEngine()
    async with on_setup(path, engine=engine) as console:
        await console.press("E")
        await console.dialog(EnableDialog)
        assert values(console) == ["5", ""]
        assert confirm_disabled(console)
        await console.press("space", "enter")
        assert "Tick both boxes" in console.prose()
        assert isinstance(console.app.focused, TickBox)
        assert confirm_disabled(console)
        await console.press("space")
        assert not confirm_disabled(console)
        await console.press("tab", "8", "enter")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "new users' training hours: 0 h → 8 h" in prose
        assert "new users' models: 0 → unlimited" in prose
        assert "Sign-ins stay as they are" in prose
        assert "[ Enable multi-user mode (2) ]" in prose
        await console.press("enter")
        await setup(console)
        assert said(console) == "Enable multi-user mode: 2 confirmed, operation 1."
        assert engine.woken == 1
    assert [one.kind for one in made(database)] == [OperationKind.ENABLE_MULTI_USER]


async def test_escape_on_the_plan_leads_back_to_the_form_and_from_there_out(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("E")
        await console.dialog(EnableDialog)
        await console.press("space", "tab", "space", "tab", "9", "tab", "tab", "right", "enter")
        await console.dialog(PlanDialog)
        assert "registration: invite-only, as it is" in console.prose()
        await console.press("escape")
        await console.dialog(EnableDialog)
        assert values(console) == ["9", ""]
        assert "[invite-only]" in console.text()
        assert not confirm_disabled(console)
        await console.press("escape")
        await setup(console)
    assert not made(database)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "type N or unlimited"), ("x", "is not a quota"), ("+2", "write N or unlimited")],
)
async def test_what_cannot_be_the_new_users_hours_is_said_beside_the_field(
    path: Path, database: Database, typed: str, told: str
) -> None:
    del database
    async with on_setup(path) as console:
        await console.press("E")
        await console.dialog(EnableDialog)
        await console.press("space", "tab", "space", "tab", "backspace")
        for char in typed:
            await console.press({"+": "plus"}.get(char, char))
        assert told in console.prose()
        assert confirm_disabled(console)
        await console.press("enter")
        await console.dialog(EnableDialog)


async def test_no_hours_are_refused_where_no_models_are_left_either(
    path: Path, database: Database
) -> None:
    write_settings(database, AccountSettings(300, 0, "invite-only"))
    async with on_setup(path) as console:
        await console.press("E")
        await console.dialog(EnableDialog)
        assert "empty: 0 models a month" in console.prose()
        await console.press("space", "tab", "space", "tab", "0")
        assert "need a limit above 0" in console.prose()
        assert confirm_disabled(console)
        await console.press("tab", "2")
        assert not confirm_disabled(console)


async def test_new_users_without_anything_are_no_enabled_mode(
    path: Path, database: Database
) -> None:
    del database
    async with on_setup(path) as console:
        await console.press("E")
        await console.dialog(EnableDialog)
        await console.press("space", "tab", "space", "tab", "0", "tab", "0", "enter")
        assert "need a limit above 0" in console.prose()
        assert confirm_disabled(console)


async def test_disabling_tells_its_consequences_and_wants_them_ticked(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("X")
        await console.dialog(DisableDialog)
        prose = console.prose()
        assert "54 racers are stopped and hidden" in prose
        assert "a month (estimated)" in prose
        assert "names no" in prose or "does not name" in prose
        assert confirm_disabled(console)
        await console.press("enter")
        assert "Tick the box" in console.prose()
        await console.press("space", "enter")
        await console.dialog(PlanDialog)
        assert "new users' training hours: 5 h → 0 h" in console.prose()
        await console.press("escape")
        await console.dialog(DisableDialog)
        assert not confirm_disabled(console)
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await setup(console)
        await console.until(lambda: "disabled 14:05:24" in console.text(), "who did it")
    services = {service_of(target) for target in targets(database)}
    assert services == {None, Service.SETTINGS}


async def test_with_an_aws_profile_sign_ins_are_closed_too(path: Path, database: Database) -> None:
    async with on_setup(path, open_sponsor=a_door) as console:
        await console.press("X")
        await console.dialog(DisableDialog)
        assert "sign-ins are closed and signed out everywhere" in console.prose()
        await console.press("space", "enter")
        await console.dialog(PlanDialog)
        assert "sign-ins will be closed" in console.prose()
        await console.press("d")
        await console.dialog(PlanDetails)
        await console.press("end")
        assert "sign-in open → closed" in console.text()
        await console.press("escape", "enter")
        await setup(console)
    assert Service.SIGN_INS in {service_of(target) for target in targets(database)}


@pytest.mark.parametrize("key", ["E", "X", "e"])
async def test_leaving_a_form_changes_nothing(path: Path, database: Database, key: str) -> None:
    async with on_setup(path) as console:
        await console.press(key)
        await console.until(lambda: not isinstance(console.app.screen, SetupScreen))
        await console.press("escape")
        await setup(console)
    assert not made(database)


# Settings


async def test_settings_begin_with_what_is_and_each_is_checked_beside_it(
    path: Path, database: Database
) -> None:
    async with on_setup(path) as console:
        await console.press("e")
        await console.dialog(SettingsDialog)
        assert values(console) == ["5", "3", "", ""]
        assert confirm_disabled(console)
        await console.press("enter")
        assert "Nothing to change" in console.prose()
        await console.press("tab", "tab", "x")
        assert "is not a quota" in console.prose()
        assert confirm_disabled(console)
        await console.press("backspace", "9", "0")
        assert not confirm_disabled(console)
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert (
            "the instance's training hours: ? → 90 h (stored by the deployment" in console.prose()
        )
        await console.press("escape")
        await console.dialog(SettingsDialog)
        assert values(console) == ["5", "3", "90", ""]
        await console.press("escape")
        await setup(console)
    assert not made(database)


async def test_the_registration_alone_can_be_changed(path: Path, database: Database) -> None:
    async with on_setup(path) as console:
        await console.press("e")
        await console.dialog(SettingsDialog)
        await console.press("up", "up")  # past the button that is not disabled
        await console.press("left", "enter")
        await console.dialog(PlanDialog)
        assert "registration: invite-only → self-service" in console.prose()
        await console.press("enter")
        await setup(console)
        await console.press("5")
        await console.until(lambda: "Change settings" in console.text(), "the operation")
        await opened(console)
        await console.until(lambda: bool(table(console).keys), "its targets")
        assert "registration" in row(console, "invite-only → self-service")
        await console.press("enter")
        await console.dialog(TargetDialog)
        assert "Setting registration" in console.prose()
        assert "Email" not in console.prose()
        await console.press("o")
        assert isinstance(console.app.screen, TargetDialog)  # there is no racer's page
        await console.press("escape")
        await console.dialog(OperationScreen)
    assert targets(database) == ["setting:registration.type"]


# Offline, and what a role may not


async def test_offline_the_plan_says_that_it_waits(path: Path, database: Database) -> None:
    check(Workspace(database, "ada"), None)
    write_connectivity(database, Connectivity.OFFLINE)
    async with on_setup(path) as console:
        await console.press("X")
        await console.dialog(DisableDialog)
        await console.press("space", "enter")
        await console.dialog(PlanDialog)
        assert (
            "You are offline: this will be delivered when the network returns." in console.prose()
        )
        await console.press("enter")
        await setup(console)
    assert made(database)


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("E", "enable multi-user mode"),
        ("X", "disable multi-user mode"),
        ("e", "change the deployment's settings"),
    ],
)
async def test_a_facilitator_is_refused_what_needs_an_admin(
    path: Path, database: Database, key: str, what: str
) -> None:
    write_role(database, Role.FACILITATOR)
    async with on_setup(path) as console:
        await console.press(key)
        await setup(console)
        assert said(console) == (
            f"Not now: race facilitators may not {what}, which needs an admin."
        )
    assert not made(database)


# The checklist


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


@pytest.mark.parametrize(
    ("key", "kind"),
    [("p", ParticipantsScreen), ("t", InvitationScreen), ("b", BillingScreen)],
)
async def test_a_step_of_the_guide_has_its_screen_and_escape_leads_back(
    path: Path, database: Database, key: str, kind: type[ConsoleScreen]
) -> None:
    del database
    async with on_setup(path) as console:
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
        await console.until(lambda: "already: name another one" in console.prose(), "why not")
        dialog = await console.dialog(SaveDialog)
        dialog.query_one(Input).value = str(free)
        await console.press("enter")
        await setup(console)
        await console.until(lambda: said(console).startswith("Saved: "), "the end")
        assert console.app.clipboard == free.read_text()
    assert taken.read_text() == "theirs"
    assert free.stat().st_mode & 0o777 == 0o600


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
