"""How Races looks; `make snapshots` takes the pictures anew."""

from pathlib import Path

from drtui.domain.authors import Author
from drtui.domain.failures import FailureKind
from drtui.domain.records import Role
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.dialogs.race_template import RaceTemplateDialog
from drtui.screens.dialogs.race_writing import RaceWritingDialog
from drtui.screens.dialogs.track import TrackDialog
from drtui.screens.race import RaceScreen
from drtui.screens.race_roster import RaceRosterScreen
from drtui.screens.standings import StandingsScreen
from drtui.store.database import Database
from drtui.store.live_races import write_live
from drtui.store.models import write_all_models
from drtui.store.moderation import hide_alias
from drtui.store.races import write_race_list, write_races_trouble
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.snapshots.looking import EVERY, Look, both
from tests.support.models_table import special_models
from tests.support.races import live_state, queue_item
from tests.support.races_table import FINAL, filled_races, open_races
from tests.support.stores import NOW

Size = tuple[int, int]


@both
async def test_races(look: Look, database: Database, size: Size) -> None:
    filled_races(database, 40)
    async with look(size=size, colours=EVERY) as console:
        await open_races(console)
        await console.press("j", "space")


async def test_a_filter_that_leaves_none(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("slash")
        await console.write("state:closed live:yes")
        await console.press("enter")


async def test_a_race_to_be_created_and_one_to_be_deleted(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        shown = await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.write("Sprint")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: "Sprint" in shown.names)
        await shown.put_cursor("Friday warm-up")
        await console.press("d")
        await console.dialog(PlanDialog)
        await console.write("1")
        await console.press("enter")
        await console.until(lambda: "→ to be deleted" in console.text())


async def test_the_form_of_a_new_race(look: Look, database: Database) -> None:
    filled_races(database)
    async with look(colours=EVERY) as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.write("Cones")
        await console.press("tab", "right")
        await console.until(lambda: "There have to be" in console.text())


async def test_what_will_be_sent(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.write("Sprint")
        await console.press("enter")
        await console.dialog(PlanDialog)


async def test_the_tracks(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.press("f2")
        await console.dialog(TrackDialog)
        await console.write("speedway")


async def test_deleting_open_and_closed_races(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("a", "d")
        await console.dialog(PlanDialog)


async def test_a_race_file_with_changes(look: Look, database: Database, tmp_path: Path) -> None:
    filled_races(database)
    file = tmp_path / "races.toml"
    async with look() as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        planner = shown.screen.desk.races.planner
        keys = [key for key in shown.table.keys if key > 0]
        text = planner.export_text(keys[-2:])
        file.write_text(text.replace("submissions = 5", "submissions = 9"), encoding="utf-8")
        await console.press("o")
        await console.write(str(file))
        await console.press("enter")
        await console.dialog(PlanDialog)


async def test_templates(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("N")
        await console.dialog(RaceTemplateDialog)


async def test_what_can_be_written(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        await open_races(console)
        await console.press("w")
        await console.dialog(RaceWritingDialog)
        await console.press("right")


async def test_an_invitation(look: Look, database: Database) -> None:
    filled_races(database)
    async with look() as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("i")
        await console.dialog(RaceInvitationDialog)


@both
async def test_standings(look: Look, database: Database, size: Size) -> None:
    filled_races(database)
    async with look(size=size) as console:
        await open_races(console)
        await console.press("a", "t")
        await console.dialog(StandingsScreen)
        await console.until(lambda: "ada-l" in console.text())


async def test_a_races_page(look: Look, database: Database) -> None:
    filled_races(database)
    hide_alias(database, "grace", Author("ada"))
    async with look(colours=EVERY) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("enter")
        await console.dialog(RaceScreen)
        await console.until(lambda: "+4.795" in console.text())


async def test_a_live_races_page(look: Look, database: Database) -> None:
    filled_races(database)
    write_live(database, FINAL, live_state(2), [queue_item(1, "a0")], NOW)
    async with look() as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("enter")
        await console.dialog(RaceScreen)
        await console.until(lambda: "in the queue" in console.text())


async def test_the_roster_of_a_race(look: Look, database: Database) -> None:
    filled_races(database)
    write_all_models(database, special_models(), NOW)
    async with look() as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("enter")
        await console.dialog(RaceScreen)
        await console.press("p")
        await console.dialog(RaceRosterScreen)
        await console.until(lambda: "not entered" in console.text())


async def test_an_account_without_races(look: Look, database: Database) -> None:
    write_race_list(database, [], NOW)
    async with look() as console:
        await open_races(console, filled=False)
        await console.until(lambda: "There is no race" in console.text())


async def test_offline_before_the_first_reading(look: Look, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await open_races(console, filled=False)
        await console.until(lambda: "offline." in console.text())


async def test_before_anybody_signed_in(look: Look, database: Database) -> None:
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
    async with look() as console:
        await open_races(console, filled=False)
        await console.until(lambda: "were not read yet" in console.text())


async def test_a_racer_who_may_not_and_trouble(look: Look, database: Database) -> None:
    filled_races(database)
    write_races_trouble(database, "The firewall blocked it.")
    write_role(database, Role.RACER)
    async with look() as console:
        await open_races(console)
        await console.press("n")
