"""The errands about races: what they carry is what the courier reads."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from drtui.domain import race_errands as errands
from drtui.domain.errand_wording import deed_line, deed_of
from drtui.domain.errands import OF_DEPLOYMENT, ONLY_ERRANDS, Errand, Service
from drtui.domain.item_wording import label_in, text_in_target, told_fields
from drtui.domain.live_order import Placing
from drtui.domain.live_seen import SeenItem, SeenRace, SeenResult
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_errands import (
    CreateRace,
    DeleteRace,
    EditRace,
    Leader,
    LiveChange,
    LiveDeed,
    MoveLive,
    Seen,
    Switches,
    live_change,
    race_change,
)
from drtui.domain.races import Definition
from tests.unit.domain.race_samples import FUTURE, NOW, RACE_ID, definition, definitions

SUBMISSION = "s" * 15
SEEN_RACE = SeenRace({SUBMISSION: SeenItem("FAILED", 1)}, (SeenResult("b0lt", 9_037),))


def item_of(errand: Errand, found: Mapping[str, Any] | None = None) -> Item:
    """Return an errand as it is claimed, with what was found meanwhile."""
    before = {**errand.before, **(found or {})}
    pending = ItemState.PENDING
    return Item(1, 1, errand.target, errand.label, before, errand.after, pending)


@given(definitions)
def test_a_race_to_be_created_carries_its_whole_definition(one: Definition) -> None:
    item = item_of(errands.create_race("k1", one))
    assert race_change(item) == CreateRace(one, None, None, "")


def test_what_was_there_before_and_what_was_sent_are_kept_of_a_creation() -> None:
    errand = errands.create_race("k1", FUTURE)
    none_known = race_change(item_of(errand, errands.noted([])))
    assert isinstance(none_known, CreateRace)
    assert none_known.known == frozenset()
    found = {**errands.noted(["b", "a"]), **errands.sent(1778751000.7)}
    assert race_change(item_of(errand, found)) == CreateRace(
        FUTURE, frozenset("ab"), 1778751000, ""
    )
    told = race_change(item_of(errand, found | dict(errands.sent(1778751000.7, RACE_ID))))
    assert isinstance(told, CreateRace)
    assert told.race_id == RACE_ID


def test_two_races_to_be_created_are_different_targets() -> None:
    one, other = errands.create_race("k1", FUTURE), errands.create_race("k2", FUTURE)
    assert one.target != other.target


def test_an_edit_carries_both_definitions_and_is_already_so_without_a_change() -> None:
    new = definition(max_submissions=9)
    errand = errands.edit_race(RACE_ID, FUTURE, new)
    assert race_change(item_of(errand)) == EditRace(RACE_ID, FUTURE, new)
    assert not errand.already_so
    assert errands.edit_race(RACE_ID, FUTURE, FUTURE).already_so


def test_a_deletion_is_never_already_so() -> None:
    errand = errands.delete_race(RACE_ID, "Friday")
    assert race_change(item_of(errand)) == DeleteRace(RACE_ID)
    assert not errand.already_so


def test_a_live_time_is_moved_from_the_one_that_was_seen() -> None:
    live_at = NOW + timedelta(hours=1)
    errand = errands.move_live(RACE_ID, "Final", NOW, live_at)
    assert race_change(item_of(errand)) == MoveLive(RACE_ID, NOW, live_at)
    assert told_fields(errand.target, errand.before, errand.after) == [errands.LIVE_AT]
    assert errands.move_live(RACE_ID, "Final", NOW, NOW).already_so
    untold = errands.move_live(RACE_ID, "Final", None, live_at)
    assert race_change(item_of(untold)) == MoveLive(RACE_ID, None, live_at)


def test_only_what_is_switched_is_carried() -> None:
    errand = errands.switch_live(RACE_ID, "Final", Switches(auto_launch=False))
    assert set(errand.before) == set(errand.after) == {errands.DEED, errands.AUTO_LAUNCH}


@pytest.mark.parametrize(
    ("errand", "wanted"),
    [
        (errands.launch(RACE_ID, "Final"), LiveChange(RACE_ID, LiveDeed.LAUNCH)),
        (
            errands.reset_model(RACE_ID, SUBMISSION, "Ana", "it stood still"),
            LiveChange(RACE_ID, LiveDeed.RESET, SUBMISSION, "it stood still"),
        ),
        (errands.reset_all(RACE_ID, "Final"), LiveChange(RACE_ID, LiveDeed.RESET_ALL)),
        (
            errands.reset_all(RACE_ID, "Final", SEEN_RACE),
            LiveChange(RACE_ID, LiveDeed.RESET_ALL, seen_race=SEEN_RACE),
        ),
        (
            errands.remove(RACE_ID, SUBMISSION, "Ana"),
            LiveChange(RACE_ID, LiveDeed.REMOVE, SUBMISSION),
        ),
        (
            errands.move(RACE_ID, "Ana", Placing((SUBMISSION,), (), ("t",))),
            LiveChange(RACE_ID, LiveDeed.MOVE, SUBMISSION, order=(SUBMISSION,), behind=("t",)),
        ),
        (
            errands.move(RACE_ID, "Ana", Placing((SUBMISSION, "s"), ("t", "u"), ())),
            LiveChange(
                RACE_ID, LiveDeed.MOVE, SUBMISSION, order=(SUBMISSION, "s"), ahead=("t", "u")
            ),
        ),
        (
            errands.reset_model(RACE_ID, SUBMISSION, "Ana", seen=Seen("FAILED", 2)),
            LiveChange(RACE_ID, LiveDeed.RESET, SUBMISSION, seen=Seen("FAILED", 2)),
        ),
        (
            errands.declare_winner(RACE_ID, "Final", Leader("b0lt", None)),
            LiveChange(RACE_ID, LiveDeed.DECLARE_WINNER, leader=Leader("b0lt", None)),
        ),
        (
            errands.order(RACE_ID, ["b", "a"], "Final"),
            LiveChange(RACE_ID, LiveDeed.ORDER, order=("b", "a")),
        ),
        (
            errands.switch_live(RACE_ID, "Final", Switches(auto_launch=False)),
            LiveChange(RACE_ID, LiveDeed.SWITCH, switches=Switches(auto_launch=False)),
        ),
        (errands.declare_winner(RACE_ID, "Final"), LiveChange(RACE_ID, LiveDeed.DECLARE_WINNER)),
    ],
)
def test_what_is_done_in_a_live_race_is_read_as_it_was_asked_for(
    errand: Errand, wanted: LiveChange
) -> None:
    assert live_change(item_of(errand)) == wanted
    assert not errand.already_so
    assert set(errand.before) == set(errand.after)


@pytest.mark.parametrize("after", [{}, {"deed": "fly"}, {"deed": "reset"}, {"deed": 5}])
def test_an_errand_that_says_nothing_of_the_kind_is_refused(after: dict[str, Any]) -> None:
    live = Item(1, 1, f"{Service.LIVE}:{RACE_ID}", "", {}, after, ItemState.PENDING)
    race = Item(1, 1, f"{Service.RACES}:{RACE_ID}", "", {}, after, ItemState.PENDING)
    with pytest.raises(InvalidInputError):
        live_change(live)
    with pytest.raises(InvalidInputError):
        race_change(race)


def test_the_kinds_change_no_profile_and_their_services_need_a_sign_in() -> None:
    kinds = {kind for kind in OperationKind if "race" in kind}
    assert len(kinds) == 5
    assert kinds <= ONLY_ERRANDS
    assert {Service.RACES, Service.LIVE} <= OF_DEPLOYMENT


def test_a_plan_tells_every_deed() -> None:
    for errand, line in (
        (errands.create_race("k", FUTURE), "1 race will be created"),
        (errands.delete_race(RACE_ID, "Friday"), "1 race will be deleted"),
        (errands.launch(RACE_ID, "Final"), "The next submission of 1 race will be launched"),
        (errands.remove(RACE_ID, SUBMISSION, "A"), "1 submission will be taken out of the queue"),
        (errands.declare_winner(RACE_ID, "Final"), "1 winner will be declared"),
    ):
        assert deed_line(deed_of(errand.target, errand.before, errand.after), 1) == line


def test_a_definition_reads_as_a_line_and_switches_as_on_and_off() -> None:
    errand = errands.edit_race(RACE_ID, FUTURE, definition(name="Saturday\x07"))
    assert told_fields(errand.target, errand.before, errand.after) == [errands.DEFINITION]
    text = text_in_target(errand.target, errands.DEFINITION, errand.after[errands.DEFINITION])
    assert text.startswith("Saturday�, time trial, re:Invent 2018, 17.6 m, counter-clockwise, ")
    assert label_in(errand.target, errands.DEFINITION) == ""
    live = errands.switch_live(RACE_ID, "Final", Switches(submissions_open=False))
    assert (
        text_in_target(live.target, errands.SUBMISSIONS, live.after[errands.SUBMISSIONS]) == "off"
    )
