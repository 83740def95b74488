"""Setup: what it shows, multi-user mode and settings, from the form to the operation."""

from pathlib import Path

from drtui.commands.event import write_event
from drtui.commands.prerequisites import check
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service, service_of
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import OperationKind
from drtui.domain.records import AccountSettings, Role
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.multi_user import DisableDialog, EnableDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.settings import SettingsDialog
from drtui.screens.dialogs.target import TargetDialog
from drtui.screens.operation_page import OperationScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.settings import write_settings
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.tick_box import TickBox
from tests.support.driving import RecordingEngine
from tests.support.operations import opened, row, table
from tests.support.screens import leave_form, made, said, targets, values
from tests.support.setup_screen import (
    SIZES,
    a_door,
    confirm_disabled,
    on_setup,
    setup,
)
from tests.support.stores import filled_store

# What it shows


async def test_it_says_what_is_set_up_and_how_old_each_part_is(
    path: Path, database: Database
) -> None:
    write_event(Workspace(database, "ada"), EventSettings("Finals", sender="race@example.com"))
    async with on_setup(path) as console:
        for size in SIZES:
            await console.resize(size)
            await console.press("g")
            prose = console.prose()
            assert "● on" in prose, size
            assert "1 of 54 racers is paused" in prose, size
            assert "hours 5 h" in prose, size
            assert "Settings as of 14:05:12 CEST (12 s)" in prose, size
            assert "invite-only" in prose, size
            await console.press("G")
            assert "Finals" in console.text(), size
            assert "race@example.com" in console.text(), size
            assert "cannot tell SES outside the sandbox" in console.prose(), size


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
        assert "The event and the deployment." in console.text()
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
        await leave_form(console)
        await setup(console)
    assert not made(database)


async def test_what_cannot_be_the_new_users_hours_is_said_beside_the_field(
    path: Path, database: Database
) -> None:
    del database
    untyped: tuple[str, ...] = ()
    async with on_setup(path) as console:
        await console.press("E")
        form = await console.dialog(EnableDialog)
        await console.press("space", "tab", "space", "tab", "backspace")
        for typed, told in (
            (untyped, "type N or unlimited"),
            (("x",), "is not a quota"),
            (("plus", "2"), "write N or unlimited"),
        ):
            await console.press(*typed)
            assert told in console.prose()
            assert confirm_disabled(console), told
            await console.press("enter")
            assert console.app.screen is form, told
            await console.press(*["backspace"] * len(typed))


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


async def test_leaving_a_form_changes_nothing(path: Path, database: Database) -> None:
    async with on_setup(path) as console:
        for key in "EXe":
            await console.press(key)
            await console.until(lambda: not isinstance(console.app.screen, SetupScreen), key)
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
        await leave_form(console)
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


async def test_a_facilitator_is_refused_what_needs_an_admin(path: Path, database: Database) -> None:
    write_role(database, Role.FACILITATOR)
    async with on_setup(path) as console:
        for key, what in (
            ("E", "enable multi-user mode"),
            ("X", "disable multi-user mode"),
            ("e", "change the deployment's settings"),
        ):
            await console.press(key)
            await setup(console)
            assert said(console) == (
                f"Not now: race facilitators may not {what}, which needs an admin."
            )
    assert not made(database)
