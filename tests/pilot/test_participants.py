"""Participants: the roster, who is shown and chosen in it, and one of them whole."""

from pathlib import Path

from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_invite
from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.records import Profile
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import Tag
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.participant import ParticipantDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.dialogs.traits import TraitsDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.racer import RacerScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database, open_database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.participants import write_pool_users
from tests.support.participants import (
    EVE,
    back,
    kept,
    marked,
    on_participants,
    people,
    screen,
    search,
    shown,
)
from tests.support.screens import counts, said
from tests.support.stores import frozen_clock, plain_profiles, special_profiles, swept

# What it shows


async def test_it_says_how_all_stand_and_how_old_that_is(path: Path, database: Database) -> None:
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        for size in ((80, 24), (120, 40)):
            await console.resize(size)
            prose = console.prose()
            assert "55 people" in prose, size  # one of the list, and racers of whom no list knows
            assert "1 not invited" in prose, size
            assert "2 invited" in prose, size
            assert "52 signed in" in prose, size
            assert "12 s" in prose, size
            assert "pool never listed" in prose, size
            assert "50 mails a day" in prose, size
            assert counts(console).startswith("55 of 55"), size


async def test_without_a_list_the_racers_are_called_racers(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        assert "54 racers" in console.prose()


async def test_how_many_mails_of_the_day_are_used_is_said(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    kept(database, "new@example.com")
    number = submit(workspace, plan_invite(workspace, people("new@example.com")))
    assert number is not None
    settle_errands(
        database,
        [
            Settled(item, number, Carried(ItemState.DONE))
            for item in claim_errands(database, Service.INVITATIONS, 1, number)
        ],
    )
    async with on_participants(path) as console:
        assert "50 mails a day, 1 used" in console.prose()


async def test_where_there_is_nobody_it_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    database = open_database(path, frozen_clock)
    swept(database, special_profiles()[-2:])
    database.close()
    async with on_participants(path) as console:
        assert "No participants yet: l reads a list (email, name, team)" in console.prose()
        await console.press("i")
        assert said(console) == "Not now: there is no participant here: l reads a list."
        await console.press("y")
        assert "there is no participant here" in said(console)


async def test_words_are_all_looked_for_and_traits_by_their_name(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "eve")
        assert shown(console) == [EVE]
        await console.press("escape")
        await search(console, "default-alias example.com")
        assert shown(console) == [EVE]
        assert counts(console).startswith("1 of 55 shown")
        await search(console, "x")
        assert "Nobody matches" in console.text()
        await console.press("escape")
        assert counts(console).startswith("55 of 55")
        await search(console, "not-invited")
        assert shown(console) == ["new@example.com"]


async def test_traits_are_ticked_with_their_counts_and_escape_shows_all_again(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await console.press("f")
        await console.dialog(TraitsDialog)
        assert "default alias" in console.text()
        assert "[ ] not invited             1" in console.text()
        await console.press(*["down"] * 6, "space", *["up"] * 3, "space", "enter")
        await back(console)
        assert len(shown(console)) == 2  # invited, and with the default alias
        assert "Only: invited, default alias" in console.text()
        await console.press("f")
        await console.dialog(TraitsDialog)
        await console.press("space", "enter")  # another standing takes the first one's place
        await back(console)
        assert "Nobody is so. esc shows all." in console.text()
        await console.press("escape")
        assert len(shown(console)) == 55
        await console.press("escape")
        await console.dialog(SetupScreen)


async def test_it_is_sorted_and_the_same_again_reverses(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("m")
        await back(console)
        await console.until(lambda: shown(console)[0] == "grace@example.com", "the most models")
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("m")
        await back(console)
        await console.until(lambda: shown(console)[-2] == "grace@example.com", "unknown ones last")


async def test_marks_stay_on_a_participant_who_gets_a_profile(
    path: Path, database: Database
) -> None:
    kept(database, "newcomer@example.com")
    async with on_participants(path) as console:
        await search(console, "newcomer")
        await console.press("space")
        newcomer = Profile("late00000000001", "late", "Newcomer@example.com", "dr-racers")
        swept(database, [*special_profiles(), *plain_profiles(40), newcomer])
        await console.until(lambda: screen(console).subject().keys != (), "the profile")
        assert screen(console).subject().emails == ("newcomer@example.com",)


async def test_whom_it_is_for_counts_those_without_profile_and_those_hidden(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com", "ada-l@example.com")
    async with on_participants(path) as console:
        await search(console, "ada-l")
        await console.press("space", "escape")
        await search(console, "new@")
        await console.press("space")
        subject = screen(console).subject()
        assert subject.emails == ("new@example.com", "ada-l@example.com")
        assert (len(subject.keys), subject.hidden) == (1, 1)
        assert (subject.hidden_keys, subject.hidden_emails) == (1, 1)
        assert subject.named == frozenset()
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "1 of them hidden by the filter: ada-l@example.com" in console.prose()


# One participant, and their addresses


async def test_a_participant_opens_whole_and_leads_to_the_racers_page(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    keep(workspace, [Participant("ada-l@example.com", "Ada", Tag("team", "red"), 1)])
    kept(database, "new@example.com")
    submit(workspace, plan_invite(workspace, people("new@example.com")))
    write_pool_users(
        database,
        [PoolUser("u", "ada-l@example.com", PoolStatus.CONFIRMED, False)],
    )
    async with on_participants(path) as console:
        await search(console, "new@")
        await console.press("enter")
        await console.dialog(ParticipantDialog)
        prose = console.prose()
        assert "Standing invitation under way" in prose
        assert "Invitation pending, operation 1" in prose
        assert "Profile none yet" in prose
        assert "racer's page" not in prose
        await console.press("escape", "escape")
        await search(console, "ada-l")
        await console.press("enter")
        await console.dialog(ParticipantDialog)
        prose = console.prose()
        assert "Team team:red" in prose or "Team red" in prose
        assert "has signed in, sign-in closed" in prose
        assert "Profile ada-l · 3 models" in prose
        assert "IAM user none made from here" in prose
        await console.press("enter")
        await console.dialog(RacerScreen)
        await console.press("escape")
        await back(console)


async def test_escape_takes_the_marks_before_it_goes_back(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await search(console, "ada-l")
        await console.press("space", "escape")
        assert marked(console) == {"ada-l@example.com"}  # the search went first
        await console.press("escape")
        assert isinstance(console.app.screen, ParticipantsScreen)
        assert not marked(console)
        await console.press("escape")
        await console.dialog(SetupScreen)


async def test_the_emails_of_those_chosen_are_copied(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("end", "space", "home", "space", "y")
        await console.dialog(CopiedDialog)
        assert console.app.clipboard == "ada-l@example.com"
        assert "1 email address; 1 without one left out" in console.prose()


async def test_everything_is_in_the_menu(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        for title in ("Read a list", "Send the invitation again", "Limit of mails"):
            assert title in console.text()
        await console.press("end")
        assert "Remove memberships" in console.text()
