"""Errands: claimed by service, one call at a time, never done twice where that matters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty

import pytest
from sqlalchemy import Connection

from drtui.domain.errands import Carried, Service, Terms, service_of
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import LocalFileError, OneFileError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.store import interventions, sqlite
from drtui.store.delivery import exchange, recover
from drtui.store.errands import cancel_asked
from drtui.store.operation_log import operation
from drtui.sync.events import ErrandsEnded
from tests.support.logs import ADA
from tests.sync.errand_worlds import ALL, DONE, ONCE, World, raising


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store.sqlite")


def test_errands_are_carried_out_in_batches_and_each_has_its_result(world: World) -> None:
    world.courier.agreed = Terms(batch=2)
    failing = Carried(ItemState.FAILED, "no such domain")
    world.courier.answer = lambda found: {
        one.item_id: failing if "bo@" in one.target else DONE for one in found
    }
    number = world.submit("ada@example.com", "bo@example.com", "cy@example.com")
    world.turn()
    assert world.courier.handed == [["ada@example.com", "bo@example.com"], ["cy@example.com"]]
    assert world.states(number) == [ItemState.DONE, ItemState.FAILED, ItemState.DONE]
    assert world.items(number)[1].reason == "no such domain"


def test_the_engine_of_profiles_leaves_errands_alone(world: World) -> None:
    number = world.submit("ada@example.com")
    assert exchange(world.database, (), 10, 1) == []
    assert world.states(number) == [ItemState.PENDING]
    (item,) = world.items(number)
    assert item.service == Service.INVITATIONS == service_of(item.target)
    assert service_of("profile00000001") is None


def test_what_is_so_already_is_not_carried_out(world: World) -> None:
    number = world.submit("ada@example.com", before="invited")
    world.turn()
    assert world.courier.handed == []
    assert world.states(number) == [ItemState.ALREADY_SO]


def test_only_services_that_may_be_called_are(world: World) -> None:
    number = world.submit("ada@example.com")
    world.runner.turn(ALL - {Service.INVITATIONS})
    assert world.runner.under_way == 0
    assert world.states(number) == [ItemState.PENDING]


@pytest.mark.parametrize("repeatable", [True, False])
def test_an_unknown_outcome_is_repeated_only_where_that_is_harmless(
    world: World, repeatable: bool
) -> None:
    world.courier.agreed = Terms(repeatable=lambda _: repeatable)
    world.courier.answer = raising(SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "no answer"))
    number = world.submit("ada@example.com")
    world.turn()
    world.courier.answer = lambda found: {one.item_id: DONE for one in found}
    world.clock.step(60)
    world.runner.look()
    world.turn()
    (item,) = world.items(number)
    assert len(world.courier.handed) == (2 if repeatable else 1)
    if not repeatable:
        assert item.state is ItemState.FAILED
        assert item.reason == "it may have been done: no answer; a retry does it again"
        interventions.retry(world.database, number, ADA)
        world.runner.look()
        world.turn()
    assert world.states(number) == [ItemState.DONE]
    assert len(world.courier.handed) == 2


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_kill_does_nothing_twice_that_may_not_be_done_twice(
    world: World, repeatable: bool
) -> None:
    world.courier.agreed = Terms(repeatable=lambda _: repeatable)
    number = world.submit("ada@example.com")
    world.runner.turn(ALL)  # and nobody takes the result: the process is killed
    assert world.events.get(timeout=30)
    assert world.states(number) == [ItemState.SENDING]
    recover(world.database)
    world.start()
    world.turn()
    expected = ItemState.DONE if repeatable else ItemState.FAILED
    assert world.states(number) == [expected]
    assert len(world.courier.handed) == (2 if repeatable else 1)


def test_so_many_a_day_and_no_more(world: World) -> None:
    world.courier.agreed = Terms(batch=200, daily=3)
    number = world.submit(*(f"racer{one}@example.com" for one in range(7)))
    world.turn()
    assert world.states(number).count(ItemState.DONE) == 3
    world.clock.step(86_000)
    world.runner.look()
    world.turn()
    assert world.states(number).count(ItemState.DONE) == 3
    world.clock.step(401)
    world.turn()  # without a look: it knows when the first of them is a day old
    assert world.states(number).count(ItemState.DONE) == 6
    assert [len(one) for one in world.courier.handed] == [3, 3]


def test_calls_keep_their_distance(world: World) -> None:
    world.courier.agreed = Terms(interval=2.0)
    number = world.submit("ada@example.com", "bo@example.com")
    world.turn()
    assert world.states(number) == [ItemState.DONE, ItemState.PENDING]
    world.clock.step(1.9)
    world.turn()
    assert world.states(number) == [ItemState.DONE, ItemState.PENDING]
    world.clock.step(0.1)
    world.turn()
    assert world.states(number) == [ItemState.DONE, ItemState.DONE]


@pytest.mark.parametrize("kind", [SponsorFailure.DENIED, SponsorFailure.NO_CREDENTIALS])
def test_what_needs_a_hand_outside_waits_and_fails_nothing(
    world: World, kind: SponsorFailure
) -> None:
    world.courier.answer = raising(SponsorError(kind, "they need ses:SendEmail"))
    number = world.submit("ada@example.com", "bo@example.com")
    world.turn()
    assert [one.reason for one in world.items(number)] == ["they need ses:SendEmail", ""]
    for _ in range(20):
        world.clock.step(61)
        world.runner.look()
        world.turn()
    assert world.states(number) == [ItemState.PENDING] * 2
    assert all(one.attempts == 0 for one in world.items(number))
    world.courier.answer = lambda found: {one.item_id: DONE for one in found}
    for _ in range(2):
        world.clock.step(61)
        world.runner.look()
        world.turn()
    assert world.states(number) == [ItemState.DONE] * 2


def test_a_throttled_errand_is_tried_later_and_given_up_after_ten_attempts(world: World) -> None:
    world.courier.answer = raising(SponsorError(SponsorFailure.THROTTLED, "too fast"))
    number = world.submit("ada@example.com")
    for _ in range(12):
        world.turn()
        world.clock.step(30)
        world.runner.look()
    (item,) = world.items(number)
    assert item.state is ItemState.FAILED
    assert item.reason == "given up after 10 attempts: too fast"
    assert len(world.courier.handed) == 10


def test_a_halt_of_the_deployment_fails_nothing(world: World) -> None:
    world.courier.answer = raising(DeploymentError(FailureKind.NOT_SIGNED_IN, "sign in"))
    number = world.submit("ada@example.com")
    world.runner.turn(ALL)
    event = world.events.get(timeout=30)
    assert isinstance(event, ErrandsEnded)
    assert world.runner.ended(event)
    (item,) = world.items(number)
    assert (item.state, item.attempts, item.reason) == (ItemState.PENDING, 0, "sign in")


def test_a_mistake_of_a_courier_ends_as_unknown(world: World) -> None:
    world.courier.agreed = ONCE
    world.courier.answer = raising(KeyError("oops"))
    number = world.submit("ada@example.com")
    world.turn()
    (item,) = world.items(number)
    assert item.state is ItemState.FAILED
    assert "internal error" in item.reason


def test_an_errand_waits_for_an_earlier_one_of_the_same_target(world: World) -> None:
    world.courier.agreed = Terms(batch=10)
    first = world.submit("ada@example.com")
    second = world.submit("ada@example.com", before="invited", after="invited again")
    world.turn()
    assert world.courier.handed == [["ada@example.com"], ["ada@example.com"]]
    assert world.states(first) + world.states(second) == [ItemState.DONE, ItemState.DONE]


def test_what_is_cancelled_before_it_is_sent_is_not_done(world: World) -> None:
    number = world.submit("ada@example.com")
    assert interventions.cancel(world.database, number, ADA) == (1, 0)
    world.turn()
    assert world.courier.handed == []
    assert world.states(number) == [ItemState.CANCELLED]


def test_what_is_cancelled_while_it_is_carried_out_is_not_tried_again(world: World) -> None:
    world.courier.answer = raising(SponsorError(SponsorFailure.THROTTLED, "too fast"))
    number = world.submit("ada@example.com")
    world.runner.turn(ALL)
    event = world.events.get(timeout=30)
    (item,) = world.items(number)
    with world.database.read() as connection:
        assert not cancel_asked(connection, item.item_id)
    assert interventions.cancel(world.database, number, ADA) == (0, 1)
    with world.database.read() as connection:
        assert cancel_asked(connection, item.item_id)
    assert isinstance(event, ErrandsEnded)
    world.runner.ended(event)
    (item,) = world.items(number)
    assert (item.state, item.reason) == (ItemState.CANCELLED, "cancelled while it was sent")


def test_what_may_have_been_done_and_is_to_be_done_again_says_so_when_cancelled(
    world: World,
) -> None:
    world.courier.agreed = ONCE
    world.courier.answer = raising(SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "no answer"))
    number = world.submit("ada@example.com")
    world.turn()
    interventions.retry(world.database, number, ADA)
    assert interventions.cancel(world.database, number, ADA) == (1, 0)
    (item,) = world.items(number)
    assert (item.state, item.reason) == (
        ItemState.CANCELLED,
        "cancelled, but it may have been done",
    )


def test_what_was_found_instead_is_what_the_next_attempt_is_planned_on(world: World) -> None:
    found = Carried(ItemState.FAILED, "changed meanwhile", found={"invited": "by somebody"})
    world.courier.answer = lambda ones: {one.item_id: found for one in ones}
    number = world.submit("ada@example.com")
    world.turn()
    (item,) = world.items(number)
    assert item.before == {"invited": "by somebody"}
    assert item.after == {"invited": "invited"}


def test_the_result_of_a_call_that_was_given_up_is_not_taken(world: World) -> None:
    number = world.submit("ada@example.com")
    world.runner.turn(ALL)
    event = world.events.get(timeout=30)
    world.runner.finish()
    assert world.states(number) == [ItemState.DOUBTFUL]
    assert isinstance(event, ErrandsEnded)
    assert not world.runner.ended(event)
    with pytest.raises(Empty):
        world.events.get_nowait()


def test_an_operation_of_errands_counts_like_any_other(world: World) -> None:
    number = world.submit("ada@example.com", "bo@example.com")
    with world.database.read() as connection:
        found = operation(connection, number)
    assert found is not None
    assert found.total == 2
    assert found.counts == {ItemState.PENDING: 2}


# What may not be repeated


def test_what_may_not_be_repeated_is_handed_over_by_itself(world: World) -> None:
    world.courier.agreed = Terms(batch=10, repeatable=lambda item: "once" not in item.target)
    emails = ["a@x.com", "b@x.com", "once1@x.com", "once2@x.com", "c@x.com", "d@x.com"]
    number = world.submit(*emails)
    world.turn()
    assert world.courier.handed == [emails[:2], emails[2:3], emails[3:4], emails[4:]]
    assert world.states(number) == [ItemState.DONE] * 6


def test_a_kill_leaves_in_doubt_only_what_was_being_done_and_may_not_be_repeated(
    world: World,
) -> None:
    world.courier.agreed = Terms(batch=10, repeatable=lambda item: "once" not in item.target)
    number = world.submit("once1@x.com", "once2@x.com", "a@x.com")
    world.runner.turn(ALL)
    assert world.events.get(timeout=30)
    recover(world.database)
    world.start()
    for _ in range(3):  # a claim whose errands are all settled by it carries nothing out
        world.turn()
    first, *rest = world.items(number)
    assert (first.state, first.reason) == (
        ItemState.FAILED,
        "it may have been done: interrupted; a retry does it again",
    )
    assert {one.state for one in rest} == {ItemState.DONE}
    assert world.courier.handed == [["once1@x.com"], ["once2@x.com"], ["a@x.com"]]


def test_a_claim_is_on_the_disk_before_an_errand_is_handed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as it can be seen without a power loss: the commit waits for the disk."""
    told: list[bool] = []
    writing = sqlite.writing

    def watched(connection: Connection, *, durable: bool) -> Connection:
        told.append(durable)
        return writing(connection, durable=durable)

    monkeypatch.setattr(sqlite, "writing", watched)
    world.submit("ada@example.com")
    told.clear()
    world.courier.answer = lambda found: {one.item_id: DONE for one in found if told == [True]}
    world.runner.turn(ALL)
    event = world.events.get(timeout=30)
    assert isinstance(event, ErrandsEnded)
    assert len(event.result) == 1 if isinstance(event.result, Mapping) else False


def test_a_service_that_has_to_wait_is_not_called_and_not_waited_for_in_vain(world: World) -> None:
    world.courier.agreed = Terms(wait=100.0)
    number = world.submit("ada@example.com")
    world.turn()
    assert world.courier.handed == []
    assert world.runner.waits(ALL)
    world.courier.agreed = Terms()
    world.turn()
    assert world.courier.handed == []
    world.clock.step(100)
    world.turn()
    assert world.states(number) == [ItemState.DONE]
    world.courier.agreed = Terms(wait=100.0)
    world.runner.look()
    world.turn()
    assert not world.runner.waits(ALL), "there is nothing to wait for"


def test_a_disk_that_is_full_fails_nothing_and_is_tried_again_in_a_while(world: World) -> None:
    world.courier.answer = raising(LocalFileError("The disk is full."))
    number = world.submit("ada@example.com", "bo@example.com")
    world.turn()
    assert len(world.courier.handed) == 1
    assert not world.runner.waits(ALL)
    assert world.items(number)[0].reason == "The disk is full."
    world.courier.answer = lambda found: {one.item_id: DONE for one in found}
    for done in (1, 2):  # what met it comes after the others
        world.clock.step(60)
        world.runner.look()
        world.turn()
        assert world.states(number).count(ItemState.DONE) == done
    assert world.courier.handed[1:] == [["bo@example.com"], ["ada@example.com"]]


def test_a_place_that_is_gone_holds_back_its_own_operation_alone(world: World) -> None:
    gone = world.submit("ada@example.com", "bo@example.com")
    other = world.submit("cy@example.com", "di@example.com")

    def answer(found: Sequence[Item]) -> Mapping[int, Carried]:
        if found[0].operation_id == gone:
            raise LocalFileError("The stick is not there.")
        return {one.item_id: DONE for one in found}

    world.courier.answer = answer
    world.turn()
    assert world.states(other) == [ItemState.DONE] * 2
    assert world.states(gone) == [ItemState.PENDING] * 2
    for _ in range(10):
        world.clock.step(60)
        world.runner.look()
        world.turn()
    handed = [name for (name,) in world.courier.handed]
    assert handed.count("ada@example.com") <= 6, "once a minute at the most, and in turns"
    assert handed.count("bo@example.com") >= 3
    assert world.states(gone) == [ItemState.PENDING] * 2


def test_one_file_that_cannot_be_used_fails_alone_and_at_once(world: World) -> None:
    def answer(found: Sequence[Item]) -> Mapping[int, Carried]:
        if "ada" in found[0].target:
            raise OneFileError("“x” is a link: move it away.")
        return {one.item_id: DONE for one in found}

    world.courier.answer = answer
    number = world.submit("ada@example.com", "bo@example.com")
    world.turn()
    assert world.states(number) == [ItemState.FAILED, ItemState.DONE]
    assert world.items(number)[0].reason == "“x” is a link: move it away."
