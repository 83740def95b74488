"""Participants' access from the key to the operation: given, refused, and taken away."""

from pathlib import Path

from textual.widgets import Input, OptionList

from drtui.commands.event import write_event
from drtui.domain.errands import Service, service_of
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.records import Role
from drtui.screens.dialogs.access import IdentityCenterDialog
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.removal import RemovalDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.following import first_items
from drtui.store.sign_in import write_role
from tests.support.access import (
    ADA,
    ADDRESS,
    BOLT,
    WREN,
    door,
    in_the_group,
    participants,
    with_people,
    with_users,
)
from tests.support.driving import console_app, running
from tests.support.participants import back
from tests.support.screens import made, said, targets

# What refuses


async def test_without_an_aws_profile_each_key_and_the_menu_name_the_way_out(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, None, ADA) as console:
        for key in "ICKOo":
            console.hush()
            await console.press(key)
            assert "drtui account set NAME --aws-profile P” and restart" in said(console), key
        await console.press("m")
        await console.dialog(MenuDialog)
        await console.press("end")
        assert "no AWS profile: “drtui account set" in console.prose()
    assert made(database) == []


async def test_where_nobody_is_on_the_list_the_key_that_reads_one_is_named(
    path: Path, database: Database
) -> None:
    del database
    async with participants(path, door()) as console:
        screen = await console.dialog(ParticipantsScreen)
        screen.search.input.value = "nobody is called so"
        await console.until(lambda: not screen.table.keys, "an empty table")
        await console.press("I")
        assert "l reads a list" in said(console)


async def test_who_has_no_profile_has_no_sign_in(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, door(), WREN) as console:
        await console.press("O")
        assert "nobody of them has a profile" in said(console)


async def test_the_keys_lead_there_from_setup(path: Path, database: Database) -> None:
    with_people(database)
    async with running(console_app(path)) as console:
        await console.press("1")
        await console.dialog(SetupScreen)
        await console.press("p")
        screen = await console.dialog(ParticipantsScreen)
        await console.until(lambda: bool(screen.table.keys), "the roster")
        await console.press("I")
        assert "no AWS profile: “drtui account set" in said(console)


# Access


async def test_iam_users_are_planned_and_their_passwords_announced(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, WREN) as console:
        await console.press("I")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "2 IAM users will be made" in prose
        assert "does not use this" in prose
        await console.press("enter")
        await back(console)
        await console.until(lambda: "2 participants have no password" in said(console))
        assert "K hands them out" in said(console)
    (operation,) = made(database)
    assert operation.kind is OperationKind.GIVE_ACCESS
    assert targets(database, operation.operation_id) == [f"iam:{ADA}", f"iam:{WREN}"]


async def test_who_is_on_no_list_and_an_event_without_an_address_are_told(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, "eve@example.com") as console:
        await console.press("I")
        await console.dialog(PlanDialog)
        assert "1 IAM user will be made" in console.prose()
        assert "1 of the chosen is on no list" in console.prose()
        await console.press("escape")
        await back(console)
        await console.press("C")
        await console.dialog(IdentityCenterDialog)
        assert "The event has no sign-in address" in console.prose()
        assert "On Setup, n says the address" in console.prose()


async def test_identity_center_tells_where_a_sign_in_leads(path: Path, database: Database) -> None:
    write_event(with_people(database), EventSettings(console_address=ADDRESS))
    async with participants(path, door(), ADA) as console:
        await console.press("C")
        await console.dialog(IdentityCenterDialog)
        assert f"A sign-in leads to {ADDRESS}" in console.prose()
        assert "does not use this" in console.prose()
        await console.press("1", "3")
        assert console.app.screen.query_one(f"#{CONFIRM}", Choice).disabled
        assert "type 1 to 12" in console.prose()
        await console.press("enter")
        await console.dialog(IdentityCenterDialog)
        await console.press("backspace", "backspace", "4", "enter")
        await console.dialog(PlanDialog)
        assert "1 person will be put into the group of Identity Center" in console.prose()
        await console.press("escape")
        await console.dialog(IdentityCenterDialog)
        assert console.app.screen.query_one(Input).value == "4"
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await back(console)
    (operation,) = made(database)
    with database.read() as connection:
        first, second = first_items(connection, operation.operation_id, list(ItemState), 10)
    values = (first.after, second.after)
    assert {"access": "given", "relay_state": ADDRESS, "hours": 4} in values


# Afterwards


async def test_off_boarding_closes_sign_ins_and_says_what_stays(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("O")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "They keep alias, profile and models" in prose
        assert "the organisation's own provider" in prose
        assert "1 of the chosen has no profile" in prose
        await console.press("enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
        await console.press("escape")
    (operation,) = made(database)
    assert operation.kind is OperationKind.CLOSE_SIGN_INS
    assert {service_of(one) for one in targets(database, operation.operation_id)} == {
        Service.SIGN_INS
    }


async def test_sign_ins_are_opened_again(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, door(), ADA) as console:
        await console.press("o")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
    assert [one.kind for one in made(database)] == [OperationKind.OPEN_SIGN_INS]


async def test_nothing_is_chosen_before_something_is_removed(
    path: Path, database: Database
) -> None:
    with_users(database)
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert console.app.screen.query_one(OptionList).highlighted is None
        await console.press("enter")
        await console.dialog(RemovalDialog)
        prose = console.prose()
        assert "drtui did not put them into the group" in prose
        assert "IAM users: 2 made from here, of 3 participants to be looked up" in prose
        assert "Profiles: 2" in prose


async def test_a_removal_is_confirmed_by_its_count(path: Path, database: Database) -> None:
    in_the_group(database, [ADA, BOLT])
    before = len(made(database))
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        assert "Type 2 to confirm it" in console.prose()
        await console.press("enter")
        assert "Nothing is typed" in console.prose()
        await console.press("3", "enter")
        assert "That is not 2" in console.prose()
        assert len(made(database)) == before
        await console.press("backspace", "2", "enter")
        await back(console)
        await console.until(lambda: len(made(database)) == before + 1, "the operation")
    newest = max(made(database), key=lambda one: one.operation_id)
    assert newest.kind is OperationKind.REMOVE_ACCESS
    assert targets(database, newest.operation_id) == [
        f"{Service.IDENTITY_CENTER}:{ADA}",
        f"{Service.IDENTITY_CENTER}:{BOLT}",
    ]


async def test_profiles_go_by_the_deployment_alone(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, None, ADA) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert console.prose().count("no AWS profile: “drtui account set") == 2
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        assert "It cannot be undone" in console.prose()
        await console.press("escape")
        await console.dialog(RemovalDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        await console.press("1", "enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
    assert [one.kind for one in made(database)] == [OperationKind.DELETE_USERS]


async def test_who_may_not_delete_users_is_told_so(path: Path, database: Database) -> None:
    with_people(database)
    write_role(database, Role.FACILITATOR)
    async with participants(path, door(), ADA) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert "may not delete users" in console.prose()
