"""The form of new quotas and its plan: who is paused, or will be, and who gets less than now."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import console_app, filtered, running
from tests.support.operations import pause, paused
from tests.support.stores import delivered, plain_profiles, special_profiles, swept


async def test_quotas_of_a_paused_racer_begin_with_what_is_remembered_and_say_so(
    path: Path, database: Database
) -> None:
    paused(database, "racer-00105")
    told = "1 is paused and stays paused: the new quota is remembered for them."
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-00105")
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        assert [field.value for field in dialog.query(Input)] == ["5", "3"]
        assert told in console.prose()
        await console.press("9", "enter")
        await console.dialog(PlanDialog)
        assert told.rstrip(".") in console.prose()


async def test_the_form_says_of_who_is_paused_what_its_plan_will(
    path: Path, database: Database
) -> None:
    nothing_known = [
        replace(one, minutes_limit=0, models_limit=0) if one.alias == "racer-00106" else one
        for one in plain_profiles(40)
    ]
    swept(database, [*special_profiles(), *nothing_known])
    paused(database, "racer-00105")
    both = "2 are paused and stay paused: the new quota is remembered for them"
    one = "1 is paused and stays paused: the new quota is remembered for them"
    cannot = "1 cannot: paused, and no limit is remembered that +N or -N could change"
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-00105 or racer-00106")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        assert f"{both}." in console.prose()
        await console.press("plus", "2")
        await console.until(lambda: cannot in console.prose())
        assert f"{one}." in console.prose()
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert one in console.prose()
        assert cannot in console.prose()
        await console.press("escape")
        await console.dialog(QuotaDialog)
        await console.press("home", "delete")
        await console.until(lambda: f"{both}." in console.prose())
        assert cannot not in console.prose()


async def test_what_waits_behind_a_queued_pause_is_not_told_as_done(
    path: Path, database: Database
) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    number = pause(database, "racer-0010")
    told = f"10 will be paused by operation {number}: the new quota is remembered for them"
    async with running(console_app(path)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        assert f"{told}." in console.prose()
        await console.press("plus", "3", "enter")
        await console.dialog(PlanDialog)
        assert told in console.prose()
        assert "stay paused" not in console.prose()
        assert "Done at once" not in console.prose()
        assert "delivered when the network returns" in console.prose()
        await console.press("escape")
        await console.dialog(QuotaDialog)
        await console.press("escape")
        await console.back()
        delivered(database, number)
        await console.press("e")
        await console.dialog(QuotaDialog)
        await console.press("plus", "3", "enter")
        await console.dialog(PlanDialog)
        assert "10 are paused and stay paused" in console.prose()
        assert "Done at once" in console.prose()


async def test_fewer_hours_for_many_are_a_warning(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.press("3", "enter")
        await console.dialog(PlanDialog)
        told = "10 get fewer hours than now; 5 of them have used that many already"
        assert f"{told} and can no longer train" in console.prose()


async def test_of_marked_racers_those_that_stay_paused_are_counted(
    path: Path, database: Database
) -> None:
    paused(database, "racer-00105 or racer-00106")
    told = "2 are paused and stay paused: the new quota is remembered for them"
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        assert told in console.prose()
        assert "now: 5 (10)" in console.text()
        await console.press("9", "enter")
        await console.dialog(PlanDialog)
        assert told in console.prose()
