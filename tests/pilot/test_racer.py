"""A racer's page: what it says, asks the engine for, and never does to a terminal."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from textual.widget import Widget

from drtui.commands.offline import go_offline
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import select_by_name
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.domain.records import StoredModel
from drtui.screens.base import ConsoleScreen
from drtui.screens.filtered_table import FilteredTable
from drtui.screens.racer import RacerScreen
from drtui.screens.subject_page import SubjectPage
from drtui.store.database import Database, open_database
from drtui.store.interests import live_interests
from drtui.store.models import write_models, write_models_trouble
from drtui.widgets.record_table import RecordTable
from drtui.widgets.usage_plot import UsagePlot
from tests.support.driving import console_app, running
from tests.support.racer_pages import ADA, NARROW, WIDE, Page, come_to, key_of, models, page_of
from tests.support.stores import (
    NOW,
    SWEPT,
    delivered,
    plain_profiles,
    profile_id,
    special_profiles,
    submitted,
    swept,
)


def grown(path: Path, *minutes: int) -> None:
    """Sweep every hour before the last sweep, with ada having used so many minutes."""
    everybody = [*special_profiles(), *plain_profiles(40)]
    for number, used in enumerate(minutes, 1):
        at = SWEPT + number * 3600
        database = open_database(path, partial(float, at))
        ada = replace(everybody[0], minutes_used=used)
        swept(database, [ada, *everybody[1:]])
        database.close()


@pytest.mark.parametrize(
    "kinds",
    [
        (ConsoleScreen, SubjectPage, "on_screen_resume"),
        (RecordTable, FilteredTable, "on_resize"),
    ],
)
async def test_what_textual_calls_of_every_class_runs_once_for_an_event(
    path: Path,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    kinds: tuple[type[Widget], type[Widget], str],
) -> None:
    base, own, handler = kinds
    called: list[str] = []

    def watch(kind: type[Widget], name: str) -> None:
        handle = getattr(kind, handler)

        def watched(self: Widget) -> None:
            if isinstance(self, own):
                called.append(name)
            handle(self)

        monkeypatch.setattr(kind, handler, watched)

    watch(base, "base")
    watch(own, "own")
    async with page_of(path, database) as page:
        await page.console.press("escape")
    assert 0 < called.count("base") == called.count("own")


async def test_everything_that_is_known_is_there(path: Path, database: Database) -> None:
    write_models(database, profile_id(1), models(3), database.clock())
    async with page_of(path, database) as page:
        for size in (WIDE, NARROW):
            await page.console.resize(size)
            for known in (
                *("ada-l@example.com", "racer", "over quota", profile_id(1)),
                *("2026-04-06 12:00 CEST", "4.6 of 5", "92%", "0.5", "3 of ∞ this month"),
                *("1.20 GB", "$3.28", "$0.03 a month", "Estimate only", "$0.714/h"),
                *("no limits: not paused by drtui", "1 ready", "1 training", "1 error", "car-0"),
                *("2026-05-01 10:00", "as of 14:05:12 CEST (12 s)", "as of 14:05:24 CEST (0 s)"),
            ):
                assert known in page.whole, size


async def test_at_80_by_24_identity_and_usage_fit_and_nothing_is_wider(
    path: Path, database: Database
) -> None:
    write_models(database, profile_id(1), models(3), database.clock())
    async with page_of(path, database, size=NARROW) as page:
        for known in ("Alias", "Email", "Status", "Hours", "Estimated", "Remembered"):
            assert known in page.text
        container = page.screen.query_one("#racer")
        assert container.max_scroll_x == 0
        assert container.max_scroll_y > 0


async def test_at_120_by_40_two_columns_stand_side_by_side(path: Path, database: Database) -> None:
    async with page_of(path, database) as page:
        line = next(line for line in page.console.lines() if "Racer  as of" in line)
        assert "Used hours over time" in line


async def test_pending_values_stand_beside_the_confirmed_ones(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    submitted(database, plan_pause(workspace, select_by_name(workspace, [ADA])))
    async with page_of(path, database) as page:
        for pending in ("over quota → paused", "4.6 of 5 → 0", "3 of ∞ → 0", "hours nothing → 5"):
            assert pending in page.whole


async def test_remembered_limits_are_shown_once_a_pause_arrived(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    plan = plan_pause(workspace, select_by_name(workspace, [ADA]))
    delivered(database, submitted(database, plan))
    async with page_of(path, database) as page:
        assert "hours 5 · models ∞" in page.whole
        assert "paused" in page.whole


async def test_operations_come_newest_first_with_what_became_of_them(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    subject = select_by_name(workspace, [ADA])
    first = submitted(database, plan_set_quotas(workspace, subject, "9", ""), who="bo")
    delivered(database, first)
    second = submitted(database, plan_set_quotas(workspace, subject, "8", ""))
    delivered(database, second, state=ItemState.FAILED)
    async with page_of(path, database) as page:
        lines = [line.strip() for line in page.whole.splitlines() if "Set usage quotas" in line]
        assert lines == [
            f"{second}  05-02 14:05  ada  Set usage quotas  hours 8  failed",
            f"{first}  05-02 14:05  bo  Set usage quotas  hours 9  done",
        ]
        assert "refused by the deployment" in page.whole


async def test_hours_over_time_are_plotted_in_hours_and_local_time(
    path: Path, database: Database
) -> None:
    grown(path, 300, 420, 420, 600)
    async with page_of(path, database) as page:
        assert "All months · 05-02 14:05 to 05-02 18:05 CEST" in page.plot
        assert "10.0┤" in page.plot
        assert any("\u2801" <= char <= "\u28ff" for char in page.plot)
        width, height = page.screen.query_one(UsagePlot).size
        lines = page.plot.splitlines()
        assert len(lines) <= height
        assert max(map(len, lines)) <= width


async def test_too_few_readings_are_words_and_not_an_empty_plot(
    path: Path, database: Database
) -> None:
    async with page_of(path, database) as page:
        assert page.plot == "One reading so far: 4.6 h at 2026-05-02 14:05 CEST; a plot needs two."
        assert "One reading so far" in page.text
        assert page.screen.query_one(UsagePlot).size.height == 2


async def test_a_user_without_any_reading_has_no_plot(path: Path, database: Database) -> None:
    async with page_of(path, database, "unknown-one") as page:
        assert page.plot == "No readings of used hours yet."
        assert "? of ?" in page.whole


async def test_models_are_being_read_until_they_are_there(path: Path, database: Database) -> None:
    async with page_of(path, database) as page:
        assert "Reading …" in page.whole
        write_models(database, profile_id(1), models(2), database.clock())
        await page.console.until(lambda: "car-1" in page.whole, "the models")
        assert "Reading …" not in page.whole
        write_models(database, profile_id(1), [], database.clock())
        await page.console.until(lambda: "None is stored." in page.whole, "no models")


async def test_why_models_are_not_known_is_said_and_what_was_known_stays(
    path: Path, database: Database
) -> None:
    async with page_of(path, database) as page:
        write_models_trouble(database, profile_id(1), "the role \x1b[2Jmay not")
        await page.console.until(lambda: "Not known: the role" in page.whole, "the trouble")
        assert "\x1b" not in page.whole
        write_models(database, profile_id(1), models(1), database.clock())
        write_models_trouble(database, profile_id(1), "no answer")
        await page.console.until(lambda: "Not read since: no answer" in page.whole, "the trouble")
        assert "car-0" in page.whole


async def test_models_that_nobody_reads_now_are_not_read_yet(
    path: Path, database: Database
) -> None:
    go_offline(Workspace(database, "bob"))
    async with page_of(path, database) as page:
        assert "Not read yet: offline on purpose" in page.prose


async def test_many_models_are_counted_first_and_listed_at_the_end(
    path: Path, database: Database
) -> None:
    write_models(database, profile_id(1), models(30), database.clock())
    async with page_of(path, database) as page:
        assert "8 training · 8 ready · 7 waiting for capacity · 7 error" in page.prose
        assert "and 20 more, at the end of this page" in page.whole
        assert "All 30 models" in page.whole
        assert page.whole.count("car-0 ") == 1
        assert page.whole.count("car-29 ") == 2


async def test_a_models_state_is_told_whole(path: Path, database: Database) -> None:
    long_named = replace(models(4)[3], name="a-car-with-a-name-" * 4)
    write_models(database, profile_id(1), [*models(3), long_named], database.clock())
    async with page_of(path, database) as page:
        for size in ((120, 40), (80, 24)):
            await page.console.resize(size)
            (listed,) = (line for line in page.whole.splitlines() if line.startswith("a-car-with"))
            assert " waiting for capacity " in listed, size
            assert listed.split("…")[0] in long_named.name, size


async def test_opening_the_page_asks_for_its_models_and_closing_asks_no_more(
    path: Path, database: Database
) -> None:
    def wanted() -> list[str]:
        with database.read() as connection:
            return [each.subject for each in live_interests(connection, "models:", NOW)]

    async with page_of(path, database) as page:
        await page.console.until(lambda: wanted() == [f"models:{profile_id(1)}"], "the interest")
        assert page.screen._renewal is not None
        await page.console.press("escape")
        assert page.console.app.screen is page.console.usage
        assert page.screen._renewal is None


async def test_a_page_of_somebody_who_is_gone_asks_for_nothing_and_acts_on_nothing(
    path: Path, database: Database
) -> None:
    key = key_of(database, ADA)
    for _ in range(2):
        swept(database, [*special_profiles()[1:], *plain_profiles(40)])
    async with running(console_app(path)) as console:
        screen = RacerScreen(console.app.context, key)
        console.app.push_screen(screen)
        await console.until(lambda: screen._page is not None, "the page")
        page = Page(console, screen)
        assert "not in the account any more since 2026-05-02 14:05" in page.prose
        assert "Not known: it is not in the account any more." in page.prose
        assert all("not in the account" in screen.refusal(action) for action in screen.MENU)
        await console.press("p")
        assert console.app.screen is screen
        assert "not in the account" in console.text().splitlines()[-2]
        with database.read() as connection:
            assert live_interests(connection, "models:", NOW) == []


async def test_a_key_that_was_never_anybodys(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        screen = RacerScreen(console.app.context, 999_999)
        console.app.push_screen(screen)
        await console.until(lambda: "There is no such racer." in console.text(), "the sentence")
        assert "no such racer" in screen.refusal("pause")


async def test_text_from_outside_is_data(path: Path, database: Database) -> None:
    names = ("[bold red]jo[/]", "evil\x1b[2J\u202eparty", "車手一号", "L" * 64)
    profiles = {one.alias: one.profile_id for one in special_profiles()}
    for name in names:
        hostile = StoredModel("model0000000001", name, "\x1b[31mRE[b]ADY", None)
        write_models(database, profiles[name], [hostile], database.clock())
    async with running(console_app(path), WIDE) as console:
        for name in names:
            page = await come_to(console, database, name)
            for size in (WIDE, NARROW):
                await console.resize(size)
                shown = page.whole
                assert "\x1b" not in shown, name
                assert "\u202e" not in shown, name
                cleaned = name.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
                assert "".join(cleaned.split()) in "".join(shown.split()), (name, size)
                assert "re[b]ady" in shown, name
                assert page.screen.query_one("#racer").max_scroll_x == 0, (name, size)
            await console.press("escape")


async def test_ages_grow_while_the_page_is_open(path: Path, database: Database) -> None:
    now = NOW
    app = console_app(path, clock=lambda: now)
    async with running(app) as console:
        screen = RacerScreen(console.app.context, key_of(database, ADA))
        console.app.push_screen(screen)
        await console.until(lambda: "(12 s)" in console.text(), "the age")
        now += 60
        screen.tick()
        await console.until(lambda: "(1 min)" in console.text(), "the age")


PROGRAM: Final = """
import asyncio, sys
from pathlib import Path
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.racer import RacerScreen
from drtui.screens.subject_page import SubjectPage
from tests.support.driving import console_app, running

async def main():
    async with running(console_app(Path(sys.argv[1]))) as console:
        before = sorted(name for name in sys.modules if "plotext" in name)
        screen = RacerScreen(console.app.context, int(sys.argv[2]))
        console.app.push_screen(screen)
        await console.until(lambda: "All months" in console.text(), "the plot")
        print(bool(before), "plotext" in sys.modules)

asyncio.run(main())
"""


def test_the_plotting_library_is_imported_only_for_a_page(path: Path, database: Database) -> None:
    grown(path, 300, 420)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(key_of(database, ADA))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == ["False", "True"], run.stderr[-2000:]
