"""Changing races and running live ones of an emulated deployment, whatever goes wrong."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from drtui.commands import live_actions
from drtui.commands.live_actions import outcome
from drtui.commands.marshal import Ordering
from drtui.commands.race_changes import as_planned, clone, plan_create, plan_delete, plan_edit
from drtui.commands.race_files import FileOutcome, FileSource, plan_apply, template_text
from drtui.commands.races import named_race
from drtui.domain.errands import Service
from drtui.domain.operations import Item, ItemState
from drtui.domain.race_errands import create_race
from drtui.domain.race_times import zone_named
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers import races as race_couriers
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.logs import SteppedClock
from tests.support.races import submit_errands
from tests.support.sponsors import Errands
from tests.sync.race_changing import Organiser, friday, named, show, truth, waiting

UTC = zone_named("UTC")


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=30, lag_ms=0, firewall="none", deployment="1.3.1") as running:
        yield running


@pytest.fixture
def hire(emulator: RunningEmulator, tmp_path: Path) -> Iterator[Callable[[str], Organiser]]:
    emulator.control("clear")
    emulator.control("network", state="up")
    hired: list[Organiser] = []

    def one(who: str = "admin") -> Organiser:
        hired.append(Organiser(emulator, tmp_path / f"{len(hired)}" / "store.sqlite", who))
        return hired[-1]

    yield one
    emulator.control("clear")
    emulator.control("network", state="up")
    for each in hired:
        each.close()


@pytest.fixture
def ada(hire: Callable[[str], Organiser]) -> Organiser:
    return hire("admin")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for longer than a test likes."""
    monkeypatch.setattr(race_couriers, "_LOOK_SECONDS", 0.3)
    monkeypatch.setattr(race_couriers, "LATE_REQUEST_SECONDS", 4.0)


def only(found: list[Item]) -> tuple[ItemState, str]:
    (item,) = found
    return item.state, item.reason


@pytest.mark.parametrize(
    "fault",
    [
        {"how": "status_after", "status": 504},
        {"how": "status_after", "status": 500},
        {"how": "timeout", "seconds": 0.2},
        {"how": "reset_after"},
        {"how": "truncated", "keep": 5},
        {"how": "late", "seconds": 1.0},
    ],
    ids=lambda fault: f"{fault['how']} {fault.get('status', '')}".strip(),
)
def test_a_creation_with_a_lost_answer_never_makes_a_race_twice(
    ada: Organiser, emulator: RunningEmulator, fault: dict[str, object]
) -> None:
    name = f"Lost {fault['how']} {fault.get('status', '')}"
    ada.read()
    emulator.control("fail", method="POST", path="/leaderboards", **fault)

    state, reason = only(ada.carried(plan_create(ada.workspace, [friday(name)])))

    (made,) = named(emulator, name)
    assert (state, reason) == (ItemState.DONE, f"created as {made}")
    assert named_race(ada.workspace, name).race.race_id == made


@pytest.mark.parametrize("status", [500, 504])
def test_a_creation_that_was_never_done_is_made_once(
    ada: Organiser, emulator: RunningEmulator, status: int
) -> None:
    name = f"Never {status}"
    emulator.control("fail", method="POST", path="/leaderboards", status=status, times=2)

    state, _ = only(ada.carried(plan_create(ada.workspace, [friday(name)])))

    assert state is ItemState.DONE
    assert len(named(emulator, name)) == 1


@pytest.mark.parametrize("calls", range(1, 4))
def test_a_creation_killed_between_two_calls_never_makes_a_race_twice(
    ada: Organiser, emulator: RunningEmulator, tmp_path: Path, calls: int
) -> None:
    name, clock = f"Killed after {calls}", SteppedClock()
    database = open_database(tmp_path / "killed.sqlite", clock)
    engine = Errands(
        database,
        clock,
        lambda: {Service.RACES: race_couriers.RaceCourier(ada.gateway.races, database)},
    )
    number = submit_errands(database, create_race("k", friday(name)))

    engine.kill_after(calls)
    for _ in range(20):
        engine.run()
        clock.step(2)

    with database.read() as connection:
        state, _ = only(items(connection, number))
    database.close()
    assert state is ItemState.DONE
    assert len(named(emulator, name)) == 1


def test_a_race_is_edited_copied_and_deleted(
    hire: Callable[[str], Organiser], emulator: RunningEmulator
) -> None:
    fay = hire("facilitator")
    fay.read()
    fay.carried(plan_create(fay.workspace, [friday("Edited")]))
    race = named_race(fay.workspace, "Edited")

    was = as_planned(fay.workspace, race)
    wanted = replace(was, max_submissions=9, description="Welcome.")
    assert only(fay.carried(plan_edit(fay.workspace, race, was, wanted)))[0] is ItemState.DONE
    copied = clone(fay.workspace, named_race(fay.workspace, "Edited"), UTC)
    fay.carried(plan_create(fay.workspace, [copied]))

    told = truth(emulator)[race.race.race_id]["definition"]
    assert (told["maxSubmissionsPerUser"], told["description"]) == (9, "Welcome.")
    (twin,) = named(emulator, "Copy of Edited")
    assert truth(emulator)[twin]["definition"]["description"] == "Welcome."
    both = [named_race(fay.workspace, one) for one in (race.race.race_id, twin)]
    assert {one.state for one in fay.carried(plan_delete(fay.workspace, both))} == {ItemState.DONE}
    assert not {race.race.race_id, twin} & set(truth(emulator))


def test_a_race_that_somebody_deleted_is_told_so(ada: Organiser, emulator: RunningEmulator) -> None:
    (race_id,) = emulator.control("add_races", name="Deleted")["race_ids"]
    ada.read()
    race = named_race(ada.workspace, race_id)
    emulator.control("race", race_id=race_id, drop=True)

    was = race.race.definition
    edited = plan_edit(ada.workspace, race, was, replace(was, max_laps=7))
    assert only(ada.carried(edited)) == (
        ItemState.FAILED,
        "the race is not there any more: somebody deleted it",
    )
    deleted = plan_delete(ada.workspace, [race])
    assert only(ada.carried(deleted))[0] is ItemState.ALREADY_SO


@pytest.mark.parametrize("status", [500, 504])
def test_a_deletion_with_a_lost_answer_is_looked_up(
    ada: Organiser, emulator: RunningEmulator, status: int
) -> None:
    (race_id,) = emulator.control("add_races", name=f"Gone {status}")["race_ids"]
    ada.read()
    emulator.control(
        "fail", method="DELETE", path="/leaderboards/*", how="status_after", status=status
    )

    found = ada.carried(plan_delete(ada.workspace, [named_race(ada.workspace, race_id)]))

    assert only(found)[0] is ItemState.DONE
    assert race_id not in truth(emulator)


def test_a_file_is_applied_as_one_operation_and_again_changes_nothing(
    ada: Organiser, emulator: RunningEmulator
) -> None:
    ada.read()
    source = FileSource("series.toml", template_text(datetime.now(UTC), "weekly-series", UTC))

    found = ada.carried(plan_apply(ada.workspace, [source], UTC).plan)

    assert {one.state for one in found} == {ItemState.DONE}
    ada.read()
    again = plan_apply(ada.workspace, [source], UTC)
    assert [one.outcome for one in again.races] == [FileOutcome.UNCHANGED] * 4
    assert len(named(emulator, "Series, week 1")) == 1


def test_a_whole_show_is_run(hire: Callable[[str], Organiser], emulator: RunningEmulator) -> None:
    fay = hire("facilitator")
    race_id, (one, two, three) = show(emulator, "Whole show", 3)
    marshal = fay.marshal(race_id)

    fay.done(marshal.move_to([three], 1))
    assert waiting(fay, race_id) == [three, one, two]
    fay.done(marshal.remove([two]))
    assert only(fay.done(marshal.launch()))[1].endswith(" runs")
    emulator.control("evaluations", end=race_id, failing=0)
    assert only(fay.done(marshal.declare_winner(None)))[0] is ItemState.DONE
    assert truth(emulator)[race_id]["live_status"] == "COMPLETED"
    said = only(fay.done(marshal.launch()))
    assert said == (ItemState.CANCELLED, "the live race is over: its winner was declared")


def test_two_launches_at_once_run_one_and_explain_the_other(
    hire: Callable[[str], Organiser], emulator: RunningEmulator
) -> None:
    race_id, _ = show(emulator, "Two launches", 3)
    both = [hire("admin"), hire("facilitator")]
    numbers = [one.marshal(race_id).launch() for one in both]

    told = _at_once([partial(o.done, n) for o, n in zip(both, numbers, strict=True)])

    states = sorted(only(found)[0] for found in told)
    assert states == [ItemState.CANCELLED, ItemState.DONE]
    refused = next(only(found)[1] for found in told if only(found)[0] is ItemState.CANCELLED)
    assert refused.endswith("runs already; wait until it ends, or reset it")
    running = [e for e in truth(emulator)[race_id]["entries"] if e["status"] == "IN_PROGRESS"]
    assert len(running) == 1


@pytest.mark.parametrize("round_", range(3))
def test_two_marshals_who_order_at_once_leave_one_whole_order(
    hire: Callable[[str], Organiser], emulator: RunningEmulator, round_: int
) -> None:
    race_id, entered = show(emulator, f"Two orders {round_}", 12)
    both = [hire("admin"), hire("facilitator")]
    orders = [random.Random(f"{round_} {who}").sample(entered, len(entered)) for who in "ab"]
    numbers = [one.marshal(race_id).order(order) for one, order in zip(both, orders, strict=True)]

    told = _at_once([partial(o.done, n) for o, n in zip(both, numbers, strict=True)])

    found = waiting(both[0], race_id)
    assert sorted(found) == sorted(entered)
    assert found in orders
    assert {only(one)[0] for one in told} <= {ItemState.DONE, ItemState.FAILED}
    positions = [one["position"] for one in truth(emulator)[race_id]["entries"]]
    assert len(set(positions)) == len(positions)


def test_an_order_goes_around_what_a_colleague_does_meanwhile(
    hire: Callable[[str], Organiser], emulator: RunningEmulator
) -> None:
    race_id, entered = show(emulator, "Meanwhile", 8)
    ada, fay = hire("admin"), hire("facilitator")
    wanted = entered[::-1]
    number = ada.marshal(race_id).order(wanted)
    colleague = fay.marshal(race_id)
    numbers = [colleague.launch(), colleague.remove([entered[-1]])]

    told = _at_once([partial(ada.done, number), partial(fay.done, numbers[0])])
    fay.done(numbers[1])

    assert only(told[0])[0] in (ItemState.DONE, ItemState.ALREADY_SO)
    left = waiting(ada, race_id)
    assert left == [one for one in wanted if one in left]


def test_a_500_on_reset_is_told_as_the_conflict_it_is(
    ada: Organiser, emulator: RunningEmulator
) -> None:
    race_id, (one, _) = show(emulator, "Reset", 2)
    marshal = ada.marshal(race_id)
    ada.done(marshal.launch())
    emulator.control("evaluations", failing_share=0.0, end=race_id)
    status = truth(emulator)[race_id]["entries"][0]["status"]
    assert status == "COMPLETED"

    state, reason = only(ada.done(marshal.reset([one], "too slow")))

    assert (state, reason) == (
        ItemState.CANCELLED,
        "it has run: only what runs or has failed begins anew",
    )


def test_a_live_action_in_a_deleted_race_says_so(ada: Organiser, emulator: RunningEmulator) -> None:
    race_id, _ = show(emulator, "Dropped", 2)
    marshal = ada.marshal(race_id)
    emulator.control("race", race_id=race_id, drop=True)

    assert only(ada.done(marshal.launch())) == (
        ItemState.CANCELLED,
        "the race is not there any more",
    )


@pytest.mark.parametrize("how", ["status_after", "timeout"])
def test_a_launch_with_a_lost_answer_is_read_back(
    ada: Organiser, emulator: RunningEmulator, how: str
) -> None:
    race_id, _ = show(emulator, f"Lost launch {how}", 2)
    marshal = ada.marshal(race_id)
    more = {"seconds": 0.2} if how == "timeout" else {"status": 504}
    emulator.control(
        "fail", method="POST", path="/leaderboards/*/liveQueue/launch", how=how, **more
    )

    state, reason = only(ada.done(marshal.launch()))

    assert state is ItemState.DONE
    assert reason.endswith(" runs")
    assert len(waiting(ada, race_id)) == 1


def test_what_cannot_be_sent_in_time_ends_as_not_sent_and_is_never_sent_late(
    ada: Organiser, emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_actions, "IMMEDIATE_SECONDS", 2.0)
    race_id, _ = show(emulator, "Away", 2)
    marshal = ada.marshal(race_id)
    emulator.control("network", state="down", new="refuse", live="cut")

    number = marshal.launch()
    state, reason = only(ada.done(number))

    assert state is ItemState.CANCELLED
    assert reason.startswith("not sent: ")
    emulator.control("network", state="up")
    ada.run(lambda: False)
    assert len(waiting(ada, race_id)) == 2
    assert outcome(ada.workspace, number).sentence.startswith("Not sent: ")


def test_the_queue_is_ordered_by_lot(ada: Organiser, emulator: RunningEmulator) -> None:
    race_id, _ = show(emulator, "Lot", 9)
    marshal = ada.marshal(race_id)
    wanted = marshal.planned_order(Ordering.RANDOM, seed=3)

    assert only(ada.done(marshal.order_by(Ordering.RANDOM, seed=3)))[0] is ItemState.DONE
    assert waiting(ada, race_id) == wanted


def _at_once(acts: list[Callable[[], list[Item]]]) -> list[list[Item]]:
    found: list[list[Item]] = [[] for _ in acts]

    def act(index: int) -> None:
        found[index] = acts[index]()

    threads = [threading.Thread(target=act, args=(index,)) for index in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found
