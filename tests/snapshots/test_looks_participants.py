"""How Participants and its dialogs look."""

import threading
from typing import Final

import pytest

from drtui.commands.access import plan_iam_users
from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import Tag
from drtui.screens.dialogs.mail_limit import MailLimitDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.participant import ParticipantDialog
from drtui.screens.dialogs.participant_list import ParticipantListDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.traits import TraitsDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database, open_database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.participants import mark_told, write_pool_users
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.paste_area import PasteArea
from tests.snapshots.looking import EVERY, Look
from tests.support.driving import SECONDS, Console
from tests.support.sponsors import services
from tests.support.stores import frozen_clock, special_profiles, swept

Size = tuple[int, int]
RED, BLUE = Tag("team", "red"), Tag("team", "blue")
PEOPLE: Final = (
    Participant("ada-l@example.com", "Ada Lovelace", RED, 1),
    Participant("eve@example.com", "Eve Okafor", BLUE, 2),
    Participant("k@example.com", "車手 一号", None, 3),
    Participant("anton.bruckner@students.example.edu", "Anton Bruckner", RED, 4),
    Participant("bounced@example.com", "Bo Unced", BLUE, 5),
    Participant("coming@example.com", "Cora Ming", BLUE, 6),
    Participant("done@example.com", "Dora Ne", RED, 7),
    Participant("new@example.com", "Nell", None, 8),
)
LIST: Final = (
    "email,name,team\nada-l@example.com,Ada Lovelace,red\nnewer@example.com,Nia,blue\n"
    "nonsense,,\nNEWER@example.com,,\nlast@example.com,Lars Tanaka,-bad-\n"
)


def prepared(database: Database) -> Workspace:
    """Participants at every standing there is."""
    workspace = Workspace(database, "ada")
    keep(workspace, PEOPLE)
    submit(workspace, plan_invite(workspace, PEOPLE[4:7]))
    first, _, last = claim_errands(database, Service.INVITATIONS, 9, 1)
    settle_errands(
        database,
        [
            Settled(first, 1, Carried(ItemState.FAILED, "the address does not exist")),
            Settled(last, 1, Carried(ItemState.DONE)),
        ],
    )
    write_pool_users(
        database,
        [
            PoolUser("u1", "ada-l@example.com", PoolStatus.CONFIRMED, True),
            PoolUser("u2", "b0lt@example.com", PoolStatus.CONFIRMED, False),
            PoolUser("u3", "eve@example.com", PoolStatus.FORCE_CHANGE_PASSWORD, True),
        ],
    )
    return workspace


async def on_participants(console: Console) -> None:
    """Go to Participants, and wait for the roster."""
    await console.press("1")
    await console.dialog(SetupScreen)
    await console.press("p")
    await console.dialog(ParticipantsScreen)

    await console.until(lambda: "profiles " in console.text(), "the roster")


async def test_participants(look: Look, database: Database) -> None:
    prepared(database)
    async with look(colours=EVERY) as console:
        await on_participants(console)
        await console.press("space", "j", "space")


async def test_participants_while_the_pool_is_listed(look: Look, database: Database) -> None:
    prepared(database)
    go_on = threading.Event()

    class Pool:
        def users(self) -> list[PoolUser]:
            assert go_on.wait(6 * SECONDS)
            return []

    def door() -> SponsorServices:
        return services(user_pool=Pool())

    async with look() as console:
        await console.press("1")
        await console.dialog(SetupScreen)
        console.app.context.open_sponsor = door
        await console.press("p")
        await console.dialog(ParticipantsScreen)
        await console.press("c")
        await console.until(lambda: "is being listed" in console.text(), "the listing")
    go_on.set()


async def test_participants_where_there_is_nobody(look: Look) -> None:
    database = open_database(look.path, frozen_clock)
    swept(database, special_profiles()[-2:])
    write_connectivity(database, Connectivity.ONLINE)
    database.close()
    async with look() as console:
        await on_participants(console)


async def test_participants_looked_for(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_participants(console)
        await console.press("f")
        await console.dialog(TraitsDialog)
        await console.press("end", "space", "enter")
        await console.dialog(ParticipantsScreen)
        await console.press("slash", *"racer")


async def test_the_choice_of_traits(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_participants(console)
        await console.press("f")
        await console.dialog(TraitsDialog)
        await console.press("space", "j", "j", "j", "j", "j", "j", "space")


async def test_a_list_to_be_read(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_participants(console)
        await console.press("l")
        await console.dialog(ParticipantListDialog)


async def test_a_list_as_it_was_read(look: Look, database: Database) -> None:
    prepared(database)
    async with look(colours=EVERY) as console:
        await on_participants(console)
        await console.press("l")
        dialog = await console.dialog(ParticipantListDialog)
        dialog.query_one(PasteArea).text = LIST
        await console.press("tab", "enter")
        await console.dialog(ReviewDialog)


async def test_the_plan_of_an_invitation(look: Look, database: Database) -> None:
    prepared(database)
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await on_participants(console)
        await console.press("a", "i")
        await console.dialog(PlanDialog)


async def test_the_limit_of_mails(look: Look, database: Database) -> None:
    prepared(database)
    async with look() as console:
        await on_participants(console)
        await console.press("L")
        await console.dialog(MailLimitDialog)
        await console.press("x")


async def test_taking_participants_off_the_list(look: Look, database: Database) -> None:
    prepared(database)
    mark_told(database, ["new@example.com"], Author("ada"))
    async with look() as console:
        await on_participants(console)
        await console.press("a", "d")
        await console.dialog(ReviewDialog)


async def test_a_participant(look: Look, database: Database) -> None:
    workspace = prepared(database)
    submit(workspace, plan_iam_users(workspace, PEOPLE[:1], second_door=True))
    async with look() as console:
        await on_participants(console)
        await console.press("enter")
        await console.dialog(ParticipantDialog)


@pytest.mark.parametrize("size", [(80, 24)], ids=["80x24"])
async def test_the_menu_of_participants(look: Look, database: Database, size: Size) -> None:
    prepared(database)
    async with look(size=size) as console:
        await on_participants(console)
        await console.press("m")
        await console.dialog(MenuDialog)
