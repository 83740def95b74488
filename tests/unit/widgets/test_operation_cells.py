"""How operations and their targets look in tables: their numbers are whole whatever the width."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drtui.commands.operations import Followed
from drtui.domain.handling import Handling
from drtui.domain.operations import Item, ItemState, Operation, OperationKind, Value
from drtui.domain.scheduling import EVERYBODY, Scheduled, ScheduleState, When
from drtui.screens.operation_cells import (
    ITEM_COLUMNS,
    OPERATION_COLUMNS,
    change_cell,
    item_cell,
    operation_cell,
    when_cell,
)
from drtui.screens.scheduled_rows import ScheduledRow, scheduled_cell
from drtui.widgets.cells import fit
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.sync_status import local

NOW = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)

Values = tuple[dict[str, Value], dict[str, Value]]
HOURS: Values = ({"minutes_limit": 777}, {"minutes_limit": 837})
BOTH: Values = (
    {"minutes_limit": 777, "models_limit": 5},
    {"minutes_limit": 837, "models_limit": 10},
)


def change(
    values: Values,
    width: int,
    theirs: dict[str, Value] | None = None,
) -> str:
    state = ItemState.DONE if theirs is None else ItemState.CONFLICT
    before, after = values
    item = Item(1, 1, "racer", "ada", before, after, state, theirs=theirs or {})
    return "".join(run.text for run in change_cell(item, width))


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (36, "hours 12.95 → 13.95 · models 5 → 10"),
        (31, "hours 12.95→13.95 · models 5→10"),
        (30, "hours 12.95→13.95 …"),
        (19, "hours 12.95→13.95 …"),
    ],
)
def test_a_field_that_does_not_fit_is_left_out_whole(width: int, said: str) -> None:
    assert change(BOTH, width) == said


@pytest.mark.parametrize(
    ("width", "said"),
    [(19, "hours 12.95 → 13.95"), (17, "hours 12.95→13.95"), (16, "12.95→13.95")],
)
def test_a_single_field_is_written_closer(width: int, said: str) -> None:
    assert change(HOURS, width) == said


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (40, "hours 12.95 → 13.95, theirs 77"),
        (26, "hours 77, not 13.95"),
        (18, "77, not 13.95"),
    ],
)
def test_a_conflict_says_theirs_first_where_there_is_little_room(width: int, said: str) -> None:
    assert change(HOURS, width, {"minutes_limit": 4620}) == said


def test_what_is_remembered_is_not_taken_for_what_the_account_has() -> None:
    kept: Values = (
        {"remembered_minutes": None},
        {"remembered_minutes": 777},
    )
    assert change(kept, 30) == "rem. hours nothing→12.95"


@pytest.mark.parametrize(
    ("done", "left", "said"),
    [
        *[(0, 200, "0/200"), (134, 66, "134/200"), (134, 1_866, "6 %"), (200, 0, "200")],
        (1_944, 2, "99 %"),
    ],
)
def test_what_is_on_its_way_says_how_many_of_how_many(done: int, left: int, said: str) -> None:
    counts = {ItemState.DONE: done, ItemState.PENDING: left, ItemState.ALREADY_SO: 7}
    operation = Operation(1, OperationKind.PAUSE, "Pause", "ada", "", NOW, {}, counts)
    column = next(one for one in OPERATION_COLUMNS if one.name == "done")
    cell = operation_cell(Followed(operation, 0.0, "ada"), PlacedColumn(column, 7), NOW)
    assert "".join(run.text for run in cell) == said


@pytest.mark.parametrize(
    ("cancelled", "width", "who", "said"),
    [
        (32, 28, "ada", "done · 32 cancelled · undo u"),
        (32, 28, "bo", "done · 32 cancelled"),
        (32, 19, "ada", "done · 32 cancelled"),
        (32, 13, "ada", "32 cancelled"),
        (1_032, 13, "ada", "part done"),
        (32, 9, "ada", "part done"),
    ],
)
def test_what_was_cancelled_comes_before_what_can_be_done_about_it(
    cancelled: int, width: int, who: str, said: str
) -> None:
    counts = {ItemState.DONE: 20, ItemState.CANCELLED: cancelled}
    assert said_of_operation(counts, "state", width, who) == said
    assert said_of_operation(counts, "done", 7) == f"20/{20 + cancelled}"
    assert said_of_operation({ItemState.CANCELLED: cancelled}, "state", width) == "cancelled"


def said_of_operation(
    counts: dict[ItemState, int], name: str, width: int, reader: str = "ada"
) -> str:
    operation = Operation(1, OperationKind.PAUSE, "Pause", "ada", "", NOW, {}, counts)
    column = next(one for one in OPERATION_COLUMNS if one.name == name)
    cell = operation_cell(Followed(operation, 0.0, reader), PlacedColumn(column, width), NOW)
    return "".join(run.text for run in cell)


@pytest.mark.parametrize("width", [13, 28, 60])
@pytest.mark.parametrize("at", [NOW + timedelta(hours=3), NOW + timedelta(hours=20)])
def test_a_set_time_is_whole_at_any_width(at: datetime, width: int) -> None:
    state = Column("state", "State", 13)
    text = said_of(scheduled_row(at), PlacedColumn(state, width))
    assert f"{at:%H:%M} UTC" in text or text == f"{local(at):%m-%d %H:%M}"
    assert len(text) <= width


def test_set_times_without_their_zones_are_by_one_clock() -> None:
    at = NOW + timedelta(hours=30)
    rows = [scheduled_row(at, zone) for zone in ("UTC", "Europe/Berlin", "Asia/Kolkata")]
    state = Column("state", "State", 13)
    assert {said_of(one, PlacedColumn(state, 13)) for one in rows} == {f"{local(at):%m-%d %H:%M}"}
    told = [said_of(one, PlacedColumn(state, 16)) for one in rows]
    assert told == ["05-03 18:00 UTC", "05-03 20:00 CEST", "05-03 23:30 IST"]


@pytest.mark.parametrize(
    ("what", "width", "said"),
    [
        ("Resume sponsorship  to remembered", 21, "Resume… to remembered"),
        ("Resume sponsorship  to remembered", 16, "Resume to remem…"),
        ("Change alias  to red-driver", 16, "Change to red-d…"),
        ("Set usage quotas  hours 9", 12, "Set… hours 9"),
        ("Set usage quotas  hours 9", 16, "Set usa… hours 9"),
        ("Undo 12: Set usage quotas  hours 9", 12, "Undo 12 hou…"),
        ("Undo 12: Set usage quotas  hours 9", 16, "Undo 12… hours 9"),
    ],
)
def test_the_verb_of_what_is_done_stays_and_the_rest_is_cut(
    what: str, width: int, said: str
) -> None:
    counts = {ItemState.DONE: 1}
    operation = Operation(1, OperationKind.RESUME, what, "ada", "", NOW, {}, counts)
    column = next(one for one in OPERATION_COLUMNS if one.name == "what")
    cell = operation_cell(Followed(operation, 0.0, "ada"), PlacedColumn(column, width), NOW)
    assert fit("".join(run.text for run in cell), width) == said


def noon() -> datetime:
    """Midday where the tests run."""
    return local(NOW).replace(hour=12, minute=0)


@pytest.mark.parametrize(
    ("ago", "narrow", "wide"),
    [
        (timedelta(hours=1), "11:00", "11:00"),
        (timedelta(hours=13), "23:00", "{:%m-%d} 23:00"),  # of an evening that passed midnight
        (timedelta(hours=17, minutes=59), "18:01", "{:%m-%d} 18:01"),
        (timedelta(hours=18), "{:%m-%d}", "{:%m-%d} 18:00"),
        (timedelta(days=1), "{:%m-%d}", "{:%m-%d} 12:00"),
        (timedelta(hours=-13), "{:%m-%d}", "{:%m-%d} 01:00"),  # tomorrow's, of what is scheduled
    ],
)
def test_another_days_time_has_its_date_where_there_is_room_and_lately_stays_without(
    ago: timedelta, narrow: str, wide: str
) -> None:
    now = noon()
    at = now - ago
    assert [when_cell(at, now, width) for width in (5, 10)] == [narrow.format(at)] * 2
    assert when_cell(at, now, 11) == wide.format(at)


def test_a_targets_time_of_last_evening_is_no_date() -> None:
    now = noon()
    column = PlacedColumn(next(one for one in ITEM_COLUMNS if one.name == "settled"), 8)

    def since(settled: datetime | None) -> str:
        item = Item(1, 1, "racer", "ada", {}, {}, ItemState.DONE, settled_at=settled)
        return "".join(run.text for run in item_cell(item, column, now))

    assert since(now - timedelta(hours=13)) == "23:00:00"
    assert since(now - timedelta(days=3)) == f"{now - timedelta(days=3):%m-%d}"
    assert since(None) == ""


def test_who_cancelled_anothers_is_told_where_there_is_room() -> None:
    it = scheduled_row(NOW + timedelta(hours=3)).it
    row = ScheduledRow(replace(it, state=ScheduleState.CANCELLED, note="by bo"), "ada", NOW)
    state = Column("state", "State", 13)
    assert said_of(row, PlacedColumn(state, 15)) == "cancelled by bo"
    assert said_of(row, PlacedColumn(state, 13)) == "cancelled"


def test_the_time_of_a_scheduled_one_is_that_it_was_set_for_once_it_ran_too() -> None:
    at = NOW - timedelta(hours=3)
    ran = replace(scheduled_row(at).it, state=ScheduleState.RAN, operation_id=5)
    row = ScheduledRow(ran, "ada", NOW)
    when = PlacedColumn(Column("when", "When", 5), 5)
    assert said_of(row, when) == f"{local(at):%H:%M}"
    state = PlacedColumn(Column("state", "State", 13), 60)
    assert said_of(row, state) == f"ran as operation 5, set for {at:%H:%M} UTC"


def test_what_is_over_says_what_it_became_or_that_it_became_nothing() -> None:
    it = scheduled_row(NOW + timedelta(hours=3)).it
    cancelled = ScheduledRow(replace(it, state=ScheduleState.CANCELLED, note="by bo"), "ada", NOW)
    nothing = "it is over, and became no operation: cancelled by bo"
    assert cancelled.refusal(Handling.UNDO) == nothing
    ran = ScheduledRow(replace(it, state=ScheduleState.RAN, operation_id=5), "ada", NOW)
    assert ran.refusal(Handling.UNDO) == "it is over: it became operation 5"


def scheduled_row(at: datetime, zone: str = "UTC") -> ScheduledRow:
    made = NOW - timedelta(hours=9)
    what = Scheduled(
        1, OperationKind.PAUSE, "Pause", {}, EVERYBODY, When(at, zone), "ada", "", made
    )
    return ScheduledRow(what, "ada", NOW)


def said_of(row: ScheduledRow, placed: PlacedColumn) -> str:
    return "".join(run.text for run in scheduled_cell(row, placed, NOW))
