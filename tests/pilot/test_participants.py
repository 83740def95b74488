"""Participants: the roster, a list that is read, and each of its keys up to the operation."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.inviting import mail_limit, plan_invite
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.features import Feature
from drtui.domain.operations import ItemState, Operation, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.records import Profile, Role
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import OpenSponsor, SponsorServices
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.domain.tags import Tag
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.mail_limit import MailLimitDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.participant import ParticipantDialog
from drtui.screens.dialogs.participant_list import ParticipantListDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.dialogs.traits import TraitsDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.racer import RacerScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database, open_database
from drtui.store.deployment_facts import write_found
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.operation_log import operations
from drtui.store.participants import mark_told, write_pool_users
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.filter_bar import ShownCounts
from drtui.widgets.message_line import MessageLine
from drtui.widgets.paste_area import PasteArea
from drtui.widgets.plain_input import PlainInput
from tests.support.driving import SECONDS, Console, RecordingEngine, console_app, running
from tests.support.sponsors import services
from tests.support.stores import frozen_clock, plain_profiles, special_profiles, swept

LIST = "email,name,team\nada-l@example.com,Ada,red\nnew@example.com,Nell,blue\nnew2@example.com,,\n"
EVE = "eve@example.com"


def people(*emails: str) -> list[Participant]:
    return [Participant(one, "", None, 1) for one in emails]


def kept(database: Database, *emails: str) -> None:
    keep(Workspace(database, "ada"), people(*emails))


@asynccontextmanager
async def on_participants(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Participants in sight, and the roster read."""
    app = console_app(path, engine=engine)
    async with running(app, size) as console:
        await console.press("1")
        await console.dialog(SetupScreen)
        app.context.open_sponsor = open_sponsor  # Setup, which has checks of its own, has none
        await console.press("p")
        await participants(console)
        await console.until(lambda: "profiles " in console.text(), "the roster")
        yield console


async def participants(console: Console) -> ParticipantsScreen:
    return await console.dialog(ParticipantsScreen)


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def counts(console: Console) -> str:
    return console.app.screen.query_one(ShownCounts).render().plain.strip()


def screen(console: Console) -> ParticipantsScreen:
    return next(one for one in console.app.screen_stack if isinstance(one, ParticipantsScreen))


def shown(console: Console) -> list[str]:
    """The emails of the rows that are shown, in order."""
    page = screen(console).page
    assert page is not None
    keys = screen(console).table.keys
    return [page.rows[key].email for key in keys if key in page.rows]  # one may just be gone


def marked(console: Console) -> set[str]:
    return set(screen(console).subject().emails) if screen(console).table.marks else set()


def made(database: Database) -> list[Operation]:
    with database.read() as connection:
        return operations(connection)


async def search(console: Console, text: str) -> None:
    await console.press("slash")
    names = {"-": "minus", "@": "at", ".": "full_stop", " ": "space"}
    await console.press(*(names.get(char, char) for char in text), "enter")


class Pool:
    """A user pool of one user, which waits until it is let go where a test wants it to."""

    def __init__(self, go_on: threading.Event | None = None) -> None:
        self.go_on = go_on
        self.asked = 0

    def users(self) -> list[PoolUser]:
        self.asked += 1
        if self.go_on is not None:
            assert self.go_on.wait(SECONDS)
        return [PoolUser("u1", "new@example.com", PoolStatus.CONFIRMED, True, None, None)]

    def open(self) -> SponsorServices:
        return services(user_pool=self)


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
        await participants(console)
        assert len(shown(console)) == 2  # invited, and with the default alias
        assert "Only: invited, default alias" in console.text()
        await console.press("f")
        await console.dialog(TraitsDialog)
        await console.press("space", "enter")  # another standing takes the first one's place
        await participants(console)
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
        await participants(console)
        await console.until(lambda: shown(console)[0] == "grace@example.com", "the most models")
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("m")
        await participants(console)
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


# A list


async def test_a_list_is_previewed_kept_and_marked_so_that_the_next_key_invites(
    path: Path, database: Database
) -> None:
    async with on_participants(path) as console:
        await console.press("space", "l")
        dialog = await console.dialog(ParticipantListDialog)
        dialog.query_one(PasteArea).text = f"{LIST}nonsense\nNEW@example.com\n"
        await console.press("tab", "enter")
        await console.dialog(ReviewDialog)
        prose = console.prose()
        assert "3 participants: 2 new, 1 with a profile already, 0 kept before" in prose
        assert "2 rows left out." in prose
        assert "line 5: nonsense: " in prose
        assert "line 6: NEW@example.com: the same address as in line 3" in prose
        assert "ada-l@example.com · Ada · red · has a profile" in prose
        await console.press("enter")
        await participants(console)
        assert said(console) == (
            "List kept: 3 new, 0 changed, 1 profile got a team's label; 3 marked. i invites them."
        )
        assert marked(console) == {"ada-l@example.com", "new@example.com", "new2@example.com"}
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "[ Invite (2) ]" in console.prose()
        await console.press("enter")
        await participants(console)
        assert not marked(console)
    assert [one.kind for one in made(database)] == [OperationKind.INVITE]


async def test_a_list_comes_from_a_file_and_leaving_it_keeps_nothing(
    path: Path, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(LIST, encoding="utf-16")
    async with on_participants(path) as console:
        await console.press("l")
        dialog = await console.dialog(ParticipantListDialog)
        await console.press("enter")  # a blank line into the area
        await console.press("tab", "enter")
        assert "Paste a list, or type the path of a file." in console.prose()
        dialog.query_one(PlainInput).value = str(file)
        await console.press("enter")
        await console.dialog(ReviewDialog)
        assert "Keep (3)" in console.prose()
        await console.press("escape", "escape")
        await participants(console)
    assert participants_of(Workspace(database, "ada")) == ()


async def test_a_file_of_excel_is_read_with_its_accents_and_that_is_told(
    path: Path, database: Database, tmp_path: Path
) -> None:
    del database
    file = tmp_path / "people.csv"
    file.write_bytes("email,name\nj@example.org,José\n".encode("cp1252"))
    async with on_participants(path) as console:
        await console.press("l")
        dialog = await console.dialog(ParticipantListDialog)
        dialog.query_one(PlainInput).value = str(file)
        await console.press("tab", "enter")
        await console.dialog(ReviewDialog)
        told = console.prose()
    assert "read as Windows-1252, check the names" in told
    assert "José" in told


async def test_taking_off_the_list_tells_what_is_forgotten_and_changes_no_access(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    kept(database, "new@example.com", "told@example.com", "coming@example.com")
    mark_told(database, ["told@example.com"])
    submit(workspace, plan_invite(workspace, people("coming@example.com")))
    async with on_participants(path) as console:
        await search(console, "not-listed")
        await console.press("d")
        assert (
            said(console) == "Not now: not on the list: mark those you mean (space, a marks all)."
        )
        await console.press("escape", "f")
        await console.dialog(TraitsDialog)
        await console.press("down", "down", "down", "down", "down", "space", "enter")
        await participants(console)
        assert len(shown(console)) == 3
        await console.press("a", "d")
        await console.dialog(ReviewDialog)
        prose = console.prose()
        assert "2 participants are taken off the list. Nobody's access is changed" in prose
        assert "Of 1 it is forgotten that the password" in prose
        assert "1 stays: an invitation is on its way" in prose
        await console.press("enter")
        await participants(console)
        await console.until(lambda: len(shown(console)) == 1, "the list without them")
        assert said(console) == "2 participants taken off the list."
    assert [one.email for one in participants_of(workspace)] == ["coming@example.com"]
    assert len(made(database)) == 1


# Invitations


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
        await participants(console)
        assert len(marked(console)) == 60
        await console.press("L")
        await console.dialog(MailLimitDialog)
        await console.press("x")
        assert "Write how many in 24 hours, or unlimited." in console.prose()
        await console.press("backspace", *"14000", "enter")
        await participants(console)
        assert said(console) == "Mails in 24 hours: 14000."
        await console.until(lambda: "14,000 mails a day" in console.text(), "the limit")
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "60 messages: sent today, within the limit of 14,000" in console.prose()
        await console.press("enter")
        await participants(console)
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
        await participants(console)
    assert [one.kind for one in made(database)] == [OperationKind.RESEND_INVITATIONS]


async def test_passwords_are_reset_behind_the_second_door_alone(
    path: Path, database: Database
) -> None:
    async with on_participants(path) as console:
        await console.press("w")
        assert "drtui account set NAME --aws-profile" in said(console)
    async with on_participants(path, open_sponsor=Pool().open) as console:
        await search(console, "ada-l")
        await console.press("w")
        await console.dialog(PlanDialog)
        assert "The user pool mails each a code" in console.prose()
        await console.press("enter")
        await participants(console)
    assert [one.kind for one in made(database)] == [OperationKind.RESET_PASSWORDS]


async def test_offline_an_invitation_waits_and_says_so(path: Path, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "new@")
        await console.press("i")
        await console.dialog(PlanDialog)
        assert "this will be delivered when the network returns" in console.prose()
        await console.press("enter")
        await participants(console)
        await console.until(lambda: "1 under way" in console.text(), "what is on its way")


async def test_a_facilitator_is_refused_to_invite(path: Path, database: Database) -> None:
    write_role(database, Role.FACILITATOR)
    kept(database, "new@example.com")
    async with on_participants(path) as console:
        await search(console, "new@")
        await console.press("i")
        assert "race facilitators may not invite anybody" in said(console)
    assert not made(database)


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
        [PoolUser("u", "ada-l@example.com", PoolStatus.CONFIRMED, False, None, None)],
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
        await participants(console)


async def test_the_emails_of_those_chosen_are_copied(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("end", "space", "home", "space", "y")
        await console.dialog(CopiedDialog)
        assert console.app.clipboard == "ada-l@example.com"
        assert "1 email address; 1 without one left out" in console.prose()


# The user pool


async def test_the_pool_is_listed_beside_the_screen_when_it_is_opened(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com")
    pool = Pool(threading.Event())
    async with on_participants(path, open_sponsor=pool.open) as console:
        await console.until(lambda: "the user pool is being listed …" in console.text())
        await console.press("c")
        assert said(console) == "Not now: the user pool is being listed."
        await search(console, "new@")
        assert shown(console) == ["new@example.com"]
        assert pool.go_on is not None
        pool.go_on.set()
        await console.until(lambda: "pool as of 14:05:24 CEST" in console.text(), "the listing")
        await console.until(lambda: "53 signed in" in console.text(), "what it tells")
        await console.press("escape", "escape")
        await console.dialog(SetupScreen)
        await console.press("p")
        await participants(console)
        assert pool.asked == 1  # it is fresh
        await console.press("c")
        await console.until(lambda: said(console) == "The user pool has 1 users.", "the end")
        assert pool.asked == 2


async def test_a_pool_that_cannot_be_listed_is_told_with_its_reason(
    path: Path, database: Database
) -> None:
    del database

    class Denied(Pool):
        def users(self) -> list[PoolUser]:
            raise SponsorError(SponsorFailure.DENIED, "These AWS credentials may not list users.")

    async with on_participants(path, open_sponsor=Denied().open) as console:
        await console.until(lambda: "pool not listed: These AWS" in console.text(), "why not")
        assert not said(console)
        await console.press("c")
        await console.until(lambda: said(console).startswith("These AWS credentials"), "why not")


async def test_a_mistake_in_the_listing_is_told_and_logged_and_the_console_goes_on(
    path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    del database

    class Broken(Pool):
        def users(self) -> list[PoolUser]:
            raise AttributeError("no such thing")

    async with on_participants(path, open_sponsor=Broken().open) as console:
        await console.until(lambda: "pool not listed: Something" in console.text(), "the mistake")
        await console.press("c")
        await console.until(lambda: "AttributeError: no such thing" in said(console), "the mistake")
    assert "in users" in caplog.text


async def test_without_an_aws_profile_the_pool_is_not_asked(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("c")
        assert "--aws-profile" in said(console)
        assert "pool never listed" in console.text()


async def test_everything_is_in_the_menu(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        for title in ("Read a list", "Send the invitation again", "Limit of mails"):
            assert title in console.text()
        await console.press("end")
        assert "Remove memberships" in console.text()
