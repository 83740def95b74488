"""What the deployment takes as a race, checked before anything is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from drtui.domain.features import Feature
from drtui.domain.race_copies import clone_of, clones_of
from drtui.domain.race_fields import LABELS, changed_fields, changes, preview
from drtui.domain.race_rules import check, check_itself, hints, why_not_deleted
from drtui.domain.race_times import time_text
from drtui.domain.races import Definition, ListedRace, ObjectPosition, RaceType
from tests.unit.domain.race_samples import FUTURE, NOW, definition, listed

OLD: Mapping[Feature, bool | None] = {Feature.ACTIVE_RACE_CHANGES: False}
NEW: Mapping[Feature, bool | None] = {Feature.ACTIVE_RACE_CHANGES: True}
HOUR = timedelta(hours=1)
OPEN = definition(opens_at=NOW - HOUR)
CLOSED = definition(opens_at=NOW - 2 * HOUR, closes_at=NOW - HOUR)
LIVE = definition(live=True, live_at=NOW + HOUR)
AVOIDANCE = definition(race_type=RaceType.OBJECT_AVOIDANCE.value, objects=2)


def fields_of(one: Definition, existing: ListedRace | None = None, **how: Any) -> list[str]:
    """Return the fields that are wrong."""
    how = {"now": NOW, "features": NEW, **how}
    return [fault.field for fault in check(one, existing=existing, **how)]


def places(*parts: float, lane: float = 1) -> dict[str, Any]:
    """Return objects at some parts of the track."""
    return {"positions": tuple(ObjectPosition(lane, part) for part in parts), "objects": len(parts)}


@pytest.mark.parametrize("good", [FUTURE, LIVE, AVOIDANCE, OPEN])
def test_a_race_that_the_deployment_takes_has_no_faults(good: Definition) -> None:
    assert fields_of(good) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"description": " "}, "description"),
        ({"track": "moon"}, "track"),
        ({"track": ""}, "track"),
        ({"direction": "CLOCKWISE"}, "direction"),
        ({"direction": "UP"}, "direction"),
        ({"race_type": "HEAD_TO_HEAD"}, "race_type"),
        ({"timing": "SPLIT"}, "timing"),
        ({"max_submissions": -1}, "max_submissions"),
        ({"max_submissions": 2**31}, "max_submissions"),
        ({"min_laps": 0}, "min_laps"),
        ({"max_submissions": 10**400}, "max_submissions"),
        ({"min_laps": 4}, "max_laps"),
        ({"max_minutes": 0}, "max_minutes"),
        ({"max_minutes": float("nan")}, "max_minutes"),
        ({"max_resets": -1}, "max_resets"),
        ({"off_track_penalty": -0.5}, "off_track_penalty"),
        ({"collision_penalty": float("inf")}, "collision_penalty"),
        ({"closes_at": FUTURE.opens_at}, "closes_at"),
        ({"opens_at": NOW - 3 * HOUR, "closes_at": NOW}, "closes_at"),
        ({"objects": 1}, "objects"),
        ({"footer": "x" * 9_000}, ""),
    ],
)
def test_one_thing_that_is_wrong_is_told_at_its_field(fields: dict[str, Any], wrong: str) -> None:
    assert fields_of(definition(**fields)) == [wrong]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"objects": None}, ["objects"]),
        ({"objects": 0}, ["objects"]),
        ({"objects": 7}, ["objects"]),
        (places(0.07, 0.5, 0.9), []),
        (places(0.07, 0.5, 0.9) | {"objects": 2}, ["positions"]),
        (places(0.06), ["positions"]),
        (places(0.91), ["positions"]),
        (places(0.5, 0.2), []),
        (places(0.5, 0.4), ["positions"]),
        (places(0.5, lane=2), ["positions"]),
        (places(0.5, lane=0.5), []),
        (places(0.1, 0.15, 0.2), ["positions", "positions"]),
    ],
)
def test_objects_and_their_spacing(fields: dict[str, Any], wrong: list[str]) -> None:
    assert fields_of(replace(AVOIDANCE, **fields)) == wrong


def test_a_live_race_needs_a_time_in_the_future() -> None:
    assert fields_of(replace(LIVE, live_at=None)) == ["live_at"]
    assert fields_of(replace(LIVE, live_at=NOW)) == ["live_at"]


def test_a_race_that_has_not_opened_can_be_changed_wholly_but_not_made_live() -> None:
    other = definition(name="Other", track="Albert", direction="CLOCKWISE", max_laps=9)
    assert fields_of(other, listed(FUTURE), features=OLD) == []
    assert fields_of(LIVE, listed(FUTURE)) == ["live"]


def test_values_that_this_version_does_not_know_may_stay_but_not_come() -> None:
    newer = definition(track="moon", direction="UP", race_type="HEAD_TO_HEAD", timing="SPLIT")
    assert fields_of(replace(newer, name="Other"), listed(newer)) == []
    assert fields_of(newer, listed(FUTURE)) == ["track", "race_type", "timing"]


@pytest.mark.parametrize(
    ("features", "admin", "said"),
    [(OLD, True, "before they open only"), (NEW, False, "only an admin")],
)
def test_an_open_race_is_changed_by_admins_of_newer_deployments_only(
    features: Mapping[Feature, bool | None], admin: bool, said: str
) -> None:
    later = replace(OPEN, closes_at=OPEN.closes_at + HOUR)
    (fault,) = check(later, now=NOW, features=features, existing=listed(OPEN), admin=admin)
    assert fault.field == ""
    assert said in fault.sentence


@pytest.mark.parametrize("features", [NEW, {}])
def test_of_an_open_race_only_the_closing_and_the_submissions_change(
    features: Mapping[Feature, bool | None],
) -> None:
    allowed = replace(OPEN, closes_at=NOW + HOUR, max_submissions=9)
    assert fields_of(allowed, listed(OPEN), features=features) == []
    more = replace(allowed, name="Other", max_laps=9, description="Come all")
    assert fields_of(more, listed(OPEN)) == ["name", "max_laps", "description"]
    assert fields_of(replace(OPEN, closes_at=NOW), listed(OPEN)) == ["closes_at"]


def test_a_closed_race_and_a_live_race_that_began_are_not_changed() -> None:
    assert fields_of(replace(CLOSED, closes_at=NOW + HOUR), listed(CLOSED)) == [""]
    running = listed(LIVE, live_status="IN_PROGRESS")
    assert fields_of(replace(LIVE, name="Other"), running) == [""]


def test_a_live_race_that_is_scheduled_can_be_changed_after_it_opened() -> None:
    race = listed(replace(LIVE, opens_at=NOW - HOUR), live_status="SCHEDULED")
    assert fields_of(replace(race.definition, name="Other"), race, features=OLD) == []
    past = listed(replace(LIVE, live_at=NOW - HOUR))
    assert fields_of(replace(past.definition, name="Other"), past) == ["live_at"]
    assert fields_of(replace(past.definition, live_at=NOW + HOUR), past) == []


@pytest.mark.parametrize(
    "odd",
    [
        definition(description="one\ntwo " + "x" * 300, max_minutes=7.5),
        definition(min_laps=0),
        replace(AVOIDANCE, **(places(0.2, 0.21, lane=2) | {"objects": 3})),
    ],
)
def test_what_is_there_already_is_not_doubted_while_it_stays(odd: Definition) -> None:
    assert fields_of(replace(odd, name="Other"), listed(odd)) == []
    assert hints(replace(odd, name="Other"), now=NOW, features=NEW, existing=listed(odd)) == ()


def test_what_stays_is_doubted_where_another_change_makes_it_wrong() -> None:
    assert fields_of(definition(min_laps=9), listed(definition())) == ["max_laps"]
    three = replace(AVOIDANCE, **places(0.2, 0.4, 0.6))
    assert fields_of(replace(three, objects=2), listed(three)) == ["positions"]


def test_what_no_fact_forbids_is_a_hint() -> None:
    unusual = definition(name="one\ntwo", description="x\n" * 200, max_minutes=2.5)
    assert fields_of(unusual) == []
    told = [hint.field for hint in hints(unusual, now=NOW, features=NEW)]
    assert told == ["name", "description", "description", "max_minutes"]


def test_what_an_admin_should_know_is_told_and_refuses_nothing() -> None:
    one = replace(OPEN, description="Come all", max_submissions=0)
    told = [hint.field for hint in hints(one, now=NOW, features=OLD)]
    assert told == ["opens_at", "description", "max_submissions"]
    assert hints(FUTURE, now=NOW, features=OLD) == ()
    queued = hints(replace(LIVE, max_laps=9), now=NOW, features=NEW, existing=listed(LIVE))
    assert [hint.field for hint in queued] == ["live_at", ""]


def test_an_open_race_and_a_live_race_without_a_winner_are_not_deleted() -> None:
    why = partial(why_not_deleted, now=NOW, features=NEW, zone=UTC)
    assert "is open" in why(listed(OPEN))
    assert why(listed(FUTURE)) == why(listed(CLOSED)) == ""
    over = listed(replace(CLOSED, live=True), live_status="IN_PROGRESS")
    assert "winner" in why(over)
    assert why(over, winner="Ana") == ""
    running = replace(over, definition=replace(OPEN, live=True))
    assert "declare the winner" in why(running)
    assert "winner" not in why(running, winner="Ana")


def test_what_to_do_about_an_open_race_that_is_to_be_deleted_can_be_done() -> None:
    closes = time_text(OPEN.closes_at, UTC)
    old = why_not_deleted(listed(OPEN), NOW, features=OLD, zone=UTC)
    new = why_not_deleted(listed(OPEN), NOW, features=NEW, zone=UTC)
    assert old.endswith(f"no open race: wait until it closes, {closes}")
    assert "change its closing, or wait" in new
    assert new.endswith(closes)


def test_what_a_definition_is_by_itself_is_told_as_far_as_it_was_read() -> None:
    bad = definition(name=" ", max_submissions=-2, min_laps=5, max_laps=3, live=True)
    bad = replace(bad, closes_at=bad.opens_at)
    told = [fault.field for fault in check_itself(bad)]
    assert told == ["name", "max_submissions", "max_laps", "closes_at", "live_at"]
    assert not check_itself(bad, {"name", "max_submissions", "min_laps", "opens_at", "live"})
    past = replace(FUTURE, opens_at=OPEN.opens_at, closes_at=CLOSED.closes_at)
    assert not [one for one in check_itself(past) if "past" in one.sentence]


def test_a_live_time_after_the_closing_is_a_hint() -> None:
    late = replace(LIVE, live_at=LIVE.closes_at + timedelta(hours=1))
    told = [one.sentence for one in hints(late, now=NOW, features=NEW)]
    assert "The live time is after the closing." in told


def test_a_clone_has_another_name_and_is_moved_by_whole_weeks_at_the_same_time_of_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    opens = datetime(2026, 3, 25, 9, 0, tzinfo=berlin)  # the clocks change on the 29th
    old = definition(opens_at=opens.astimezone(UTC), closes_at=opens.astimezone(UTC) + 8 * HOUR)
    now = datetime(2026, 3, 26, 12, 0, tzinfo=UTC)
    copy = clone_of(old, now=now, zone=berlin, names={"Copy of Friday time trial"})
    assert copy.name == "Copy 2 of Friday time trial"
    assert copy.opens_at == datetime(2026, 4, 1, 9, 0, tzinfo=berlin)
    assert copy.closes_at == datetime(2026, 4, 1, 17, 0, tzinfo=berlin)


def test_copies_of_a_series_keep_their_distance_and_have_names_of_their_own() -> None:
    weekly = [
        definition(opens_at=NOW + timedelta(weeks=week), closes_at=NOW + timedelta(weeks=week + 1))
        for week in (-1, 0, 1)
    ]
    copies = clones_of(weekly, now=NOW, zone=UTC)
    assert [one.opens_at - NOW for one in copies] == [timedelta(weeks=week) for week in (1, 2, 3)]
    assert len({one.name for one in copies}) == 3


def test_a_clone_of_what_is_to_come_keeps_its_dates_and_a_long_name_is_cut() -> None:
    copy = clone_of(definition(name="x" * 64), now=NOW, zone=UTC)
    assert (copy.opens_at, copy.closes_at) == (FUTURE.opens_at, FUTURE.closes_at)
    assert copy.name == f"Copy of {'x' * 56}"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(weeks=30)])
def test_a_clone_is_never_past(late: timedelta) -> None:
    one = replace(LIVE, live_at=FUTURE.closes_at)
    copy = clone_of(one, now=one.opens_at + late, zone=UTC)
    assert fields_of(copy, now=one.opens_at + late) == []
    assert copy.opens_at > one.opens_at + late


def test_every_field_of_a_definition_has_a_label_and_reads_somehow() -> None:
    assert set(LABELS) == set(Definition.__dataclass_fields__)
    assert dict(preview(AVOIDANCE, UTC))["places of the objects"] == "as the deployment has it"
    assert dict(preview(FUTURE, UTC))["opening"] == "2026-05-15 09:30 UTC"
    assert "description" not in dict(preview(FUTURE, UTC))


def test_what_changes_is_told_field_by_field_but_not_what_is_sent_alike() -> None:
    other = definition(max_laps=9, opens_at=FUTURE.opens_at + timedelta(microseconds=5))
    assert changed_fields(FUTURE, other) == ("max_laps",)
    (change,) = changes(FUTURE, other, UTC)
    assert (change.before, change.after) == ("3", "9")
