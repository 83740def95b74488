"""Immediate actions: refused with the reason, submitted with an expiry, and told when done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drtui.commands.live_actions import IMMEDIATE_SECONDS, outcome, why_not
from drtui.commands.marshal import Marshal, Ordering
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.failures import FailureKind
from drtui.domain.live_races import QueueStatus
from drtui.domain.live_seen import seen_race
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import InvalidInputError, NotAllowedError
from drtui.domain.race_errands import Leader, LiveChange, LiveDeed, Seen, live_change
from drtui.domain.records import Role
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.expiring import settle_expired
from drtui.store.live_races import write_live
from drtui.store.operation_log import items
from drtui.store.rankings import write_rankings
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.races import live_state, queue_item, race_id, rankings
from tests.unit.commands.race_planning import definition, with_races

RACE = race_id(1)
QUEUE = tuple(queue_item(number, f"a{number}") for number in range(1, 5))
ONE, TWO, THREE, FOUR = (one.submission_id for one in QUEUE)


@pytest.fixture
def marshal(workspace: Workspace) -> Marshal:
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    live = definition(workspace, "Final", -1, 9, live=True, live_at=now + timedelta(hours=1))
    race, *_ = with_races(workspace, live, definition(workspace, "Heat", -2, 1))
    write_live(workspace.database, RACE, live_state(1), QUEUE, workspace.database.clock())
    return Marshal(workspace, race)


def submitted(workspace: Workspace, number: int) -> list[Item]:
    with workspace.database.read() as connection:
        return items(connection, number)


def changes(workspace: Workspace, number: int) -> list[LiveChange]:
    return [live_change(one) for one in submitted(workspace, number)]


def settle(workspace: Workspace, *carried: Carried) -> None:
    claimed = [
        one for _ in carried for one in claim_errands(workspace.database, Service.LIVE, 1, 1)
    ]
    found = [Settled(item, 1, one) for item, one in zip(claimed, carried, strict=True)]
    settle_errands(workspace.database, found)


def test_an_action_expires_within_seconds(workspace: Workspace, marshal: Marshal) -> None:
    (item,) = submitted(workspace, marshal.launch())

    assert item.expires_at is not None
    left = item.expires_at.timestamp() - workspace.database.clock()
    assert 0 < left <= IMMEDIATE_SECONDS
    assert live_change(item).deed is LiveDeed.LAUNCH


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (
            lambda one: write_connectivity(one.database, Connectivity.OFFLINE),
            "does not answer, and what a marshal does is never queued",
        ),
        (
            lambda one: write_halt(one.database, FailureKind.NOT_SIGNED_IN, "Signed out."),
            "Signed out",
        ),
        (lambda one: write_role(one.database, Role.RACER), "racers may not run live races"),
    ],
)
def test_nothing_is_queued_where_it_cannot_be_done_now(
    workspace: Workspace, marshal: Marshal, stop: Callable[[Workspace], None], said: str
) -> None:
    stop(workspace)

    with pytest.raises(NotAllowedError, match=f"(?i){said}"):
        marshal.launch()
    assert said.casefold() in why_not(workspace).casefold()
    assert not submitted_ever(workspace)


def submitted_ever(workspace: Workspace) -> list[Item]:
    with workspace.database.read() as connection:
        return [one for one in items(connection) if one.service == Service.LIVE]


def test_a_facilitator_runs_live_races(workspace: Workspace, marshal: Marshal) -> None:
    write_role(workspace.database, Role.FACILITATOR)
    assert why_not(workspace) == ""
    assert marshal.launch()


def test_without_an_engine_it_is_left_to_the_one_that_is_begun(
    workspace: Workspace, marshal: Marshal
) -> None:
    write_connectivity(workspace.database, Connectivity.OFFLINE)
    race, *_ = with_races(
        workspace, definition(workspace, "Final", -1, 9, live=True, live_at=datetime.now(UTC))
    )

    assert Marshal(workspace, race, attended=False).launch()


def test_what_was_not_sent_in_time_is_told_so(
    workspace: Workspace, marshal: Marshal, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = marshal.launch()
    assert not outcome(workspace, number).settled

    late = workspace.database.clock() + IMMEDIATE_SECONDS + 1
    monkeypatch.setattr(workspace.database, "clock", lambda: late)
    settle_expired(workspace.database)

    told = outcome(workspace, number)
    assert (told.settled, told.well) == (True, False)
    assert told.sentence.startswith("Not sent: ")


def test_what_came_of_it_is_told(workspace: Workspace, marshal: Marshal) -> None:
    first = marshal.launch()
    settle(workspace, Carried(ItemState.DONE, "r1 (model) runs"))
    second = marshal.declare_winner(None)
    settle(workspace, Carried(ItemState.FAILED, "r1 (model) runs; wait until it ends"))
    third = marshal.auto_launch(True)
    settle(workspace, Carried(ItemState.DONE))

    assert [outcome(workspace, number).text for number in (first, second, third)] == [
        "r1 (model) runs.",
        "r1 (model) runs; wait until it ends.",
        "done.",
    ]
    assert [outcome(workspace, number).sentence for number in (first, second, third)] == [
        "Done: r1 (model) runs.",
        "Not done: r1 (model) runs; wait until it ends.",
        "Done.",
    ]
    assert [outcome(workspace, one).well for one in (first, second, third)] == [True, False, True]


def test_of_several_each_that_went_wrong_is_named(workspace: Workspace, marshal: Marshal) -> None:
    number = marshal.remove([ONE, TWO])
    settle(workspace, Carried(ItemState.DONE), Carried(ItemState.FAILED, "it runs"))

    told = outcome(workspace, number)

    assert (told.settled, told.well, told.text) == (True, False, "r2 (model): it runs.")


def test_a_submission_is_moved_to_a_place(workspace: Workspace, marshal: Marshal) -> None:
    (change,) = changes(workspace, marshal.move_to([ONE], 3))
    assert (change.deed, change.order, change.ahead) == (LiveDeed.MOVE, (ONE,), (TWO, THREE))
    assert change.behind == (FOUR,)
    (change,) = changes(workspace, marshal.move_to([FOUR, THREE], 1))
    assert (change.order, change.ahead, change.behind) == ((THREE, FOUR), (), (ONE, TWO))
    with pytest.raises(InvalidInputError, match="at that place already"):
        marshal.move_to([TWO], 2)
    with pytest.raises(InvalidInputError, match="not in the queue"):
        marshal.move_to(["x" * 15], 2)


def test_what_was_confirmed_goes_along(workspace: Workspace, marshal: Marshal) -> None:
    failed = queue_item(1, "a1", QueueStatus.FAILED)
    reset_since = replace(failed, status=QueueStatus.IN_PROGRESS, resets=1)
    later = workspace.database.clock() + 1
    write_live(workspace.database, RACE, None, (reset_since, *QUEUE[1:]), later)

    (change,) = changes(workspace, marshal.reset([ONE], shown=[failed]))
    assert change.seen == Seen(QueueStatus.FAILED, 0)
    (change,) = changes(workspace, marshal.declare_winner(Leader("r2", None)))
    assert change.leader == Leader("r2", None)


def test_a_reason_that_is_too_long_is_refused_before_it_is_sent(marshal: Marshal) -> None:
    assert marshal.reset([ONE], "x" * 256)
    with pytest.raises(InvalidInputError, match="257 characters"):
        marshal.reset([ONE], "x" * 257)


def test_what_runs_is_not_moved(workspace: Workspace, marshal: Marshal) -> None:
    running = (queue_item(1, "a1", QueueStatus.IN_PROGRESS), *QUEUE[1:])
    write_live(workspace.database, RACE, None, running, workspace.database.clock() + 1)
    with pytest.raises(InvalidInputError, match="only what waits moves"):
        marshal.move_to([ONE], 3)


def test_the_queue_is_ordered_by_rankings_with_the_leader_last(
    workspace: Workspace, marshal: Marshal
) -> None:
    write_rankings(
        workspace.database, race_id(2), rankings("r2", "r3", "r1"), workspace.database.clock()
    )

    (change,) = changes(workspace, marshal.order_by(Ordering.RANKINGS, qualifying=race_id(2)))

    assert change.deed is LiveDeed.ORDER
    assert change.order == (FOUR, ONE, THREE, TWO)
    with pytest.raises(InvalidInputError, match="no leaderboard to order by"):
        marshal.order_by(Ordering.RANKINGS)
    with pytest.raises(InvalidInputError, match="There is no race"):
        marshal.order_by(Ordering.RANKINGS, qualifying="nothing")


def test_a_random_order_can_be_drawn_again(marshal: Marshal) -> None:
    first = marshal.planned_order(Ordering.RANDOM, seed=5)
    assert first == marshal.planned_order(Ordering.RANDOM, seed=5)
    assert sorted(first) == [ONE, TWO, THREE, FOUR]


def test_an_order_that_is_there_already_is_refused(marshal: Marshal) -> None:
    with pytest.raises(InvalidInputError, match="in that order already"):
        marshal.order([ONE, TWO])


def test_what_is_not_in_an_order_comes_behind(workspace: Workspace, marshal: Marshal) -> None:
    (change,) = changes(workspace, marshal.order([THREE, ONE]))
    assert change.order == (THREE, ONE, TWO, FOUR)


def test_several_are_reset_with_a_reason(workspace: Workspace, marshal: Marshal) -> None:
    found = changes(workspace, marshal.reset([ONE, TWO, ONE], " brakes "))
    assert [(one.submission_id, one.reason) for one in found] == [(ONE, "brakes"), (TWO, "brakes")]
    with pytest.raises(InvalidInputError, match="which"):
        marshal.reset([])


def test_submissions_and_auto_launch_are_switched(workspace: Workspace, marshal: Marshal) -> None:
    (closed,) = changes(workspace, marshal.submissions(False))
    assert (closed.switches.submissions_open, closed.switches.auto_launch) == (False, None)
    (on,) = changes(workspace, marshal.auto_launch(True))
    assert (on.switches.submissions_open, on.switches.auto_launch) == (None, True)
    (all_,) = changes(workspace, marshal.reset_all(marshal.seen()))
    assert (all_.deed, all_.seen_race) == (LiveDeed.RESET_ALL, seen_race(live_state(1), QUEUE))


def test_a_submission_is_named_by_id_alias_or_model(marshal: Marshal) -> None:
    assert marshal.named("R2").submission_id == TWO
    assert marshal.named(f" {THREE} ").submission_id == THREE
    with pytest.raises(InvalidInputError, match="several submissions"):
        marshal.named("model")
    with pytest.raises(InvalidInputError, match="Nothing in the queue"):
        marshal.named("nobody")


def test_only_a_live_race_has_a_marshal(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    with pytest.raises(InvalidInputError, match="no live race"):
        Marshal(workspace, race)
