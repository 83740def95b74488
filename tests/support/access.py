"""Participants with IAM users, and a console that shows them with a second door."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from textual.widgets import Static

from drtui.commands.access import plan_iam_users, plan_identity_center
from drtui.commands.bulk import submit
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import USER_NAME
from drtui.domain.errands import Carried, Service, subject_of
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.sponsor.services import OpenSponsor
from drtui.screens.dialogs.passwords import PasswordsDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.store.database import Database
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.driving import Console, console_app, running
from tests.support.sponsors import FakeCallers, FakeIam, services
from tests.support.switching import carried_out

ADA, BOLT, WREN = "ada-l@example.com", "b0lt@example.com", "wren@example.com"
PEOPLE: Final = (
    Participant(ADA, "Ada", None, 0),
    Participant(BOLT, "Bolt", None, 0),
    Participant(WREN, "Wren", None, 0),  # has no profile yet
)
ADDRESS = "https://races.example.com"


def with_people(database: Database) -> Workspace:
    """Keep the participants, of whom one has no profile."""
    workspace = Workspace(database, "ada")
    keep(workspace, PEOPLE)
    return workspace


def with_users(database: Database, emails: Sequence[str] = (ADA, BOLT)) -> FakeIam:
    """Keep the participants, and let some have IAM users without passwords."""
    workspace = with_people(database)
    people = participants_of(workspace, emails)
    number = submit(workspace, plan_iam_users(workspace, people, second_door=True))
    assert number is not None
    iam = FakeIam()
    settled = []
    for item in claim_errands(database, Service.IAM, 100, number):
        email = subject_of(item)
        name = email.partition("@")[0]
        iam.add(name, email, ours=True)
        settled.append(Settled(item, number, Carried(ItemState.DONE, found={USER_NAME: name})))
    settle_errands(database, settled)
    return iam


def in_the_group(database: Database, emails: Sequence[str]) -> None:
    """Let some of the participants have been put into the group of Identity Center."""
    workspace = with_people(database)
    people = participants_of(workspace, emails)
    carried_out(workspace, plan_identity_center(workspace, people, second_door=True))


def door(iam: FakeIam | None = None) -> OpenSponsor:
    """A second door that has IAM, and tells whose it is."""
    return lambda: services(iam_users=iam or FakeIam(), callers=FakeCallers())


async def on_participants(
    console: Console, open_sponsor: OpenSponsor | None, *emails: str
) -> ParticipantsScreen:
    """Show the participants, and mark some."""
    screen = ParticipantsScreen(console.app.context)
    console.app.push_screen(screen)
    await console.dialog(ParticipantsScreen)
    await console.until(lambda: bool(screen.table.keys), "the roster")
    # Only now, so that the user pool is not listed beside what is tested.
    console.app.context.open_sponsor = open_sponsor
    page = screen.page
    assert page is not None
    screen.table.mark([key for key, row in page.rows.items() if row.email in emails])
    await console.settled()
    return screen


@asynccontextmanager
async def participants(
    path: Path, open_sponsor: OpenSponsor | None, *emails: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Console]:
    """A console that shows the participants, some of them marked."""
    async with running(console_app(path), size) as console:
        await on_participants(console, open_sponsor, *emails)
        yield console


async def make_passwords(console: Console, *where: str) -> None:
    """Press the key, and choose where they go; the keys are those in the second field."""
    await console.press("K")
    await console.dialog(PasswordsDialog)
    await console.press("tab", *where)


def shown_text(console: Console) -> str:
    return "\n".join(str(one.render()) for one in console.app.screen.query(Static))
