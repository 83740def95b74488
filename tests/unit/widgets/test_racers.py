"""A sponsored user as a row: what each cell says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.quotas import limit_hours
from drtui.domain.records import UNLIMITED, Profile, SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.sponsorship import status_of
from drtui.screens.racers import COLUMNS, SORT_LETTERS, SORT_TITLES, SORTS, racer_cell
from drtui.store.users import SORT_FIELDS
from drtui.widgets.cells import Tone, width_of
from drtui.widgets.columns import PlacedColumn

RACER = Profile("racer0000000001", "ada", "ada@example.com", "dr-racers", 276, 30, 600, 3, 5, 2**30)


def user(pending: dict[str, int | None] | None = None, **values: Any) -> SponsoredUser:
    profile = replace(RACER, **values)
    now = datetime(2026, 5, 2, tzinfo=UTC)
    return SponsoredUser(profile, status_of(profile), now, pending=pending or {})


def text(name: str, of: SponsoredUser, width: int | None = None) -> str:
    column = next(one for one in COLUMNS if one.name == name)
    cell = racer_cell(of, PlacedColumn(column, width or column.width), Rates())
    return "".join(run.text for run in cell)


@pytest.mark.parametrize(
    ("name", "of", "said"),
    [
        ("alias", user(alias="evil\x1b[2J"), "evil�[2J"),
        ("email", user(), "ada@example.com"),
        ("email", user(email=None), "?"),
        ("status", user(), "active"),
        ("status", user(minutes_used=580), "over quota"),
        ("status", user(minutes_limit=0, models_limit=0), "paused"),
        ("status", user(role_name="dr-race-facilitators"), "facilitator"),
        ("status", user(role_name="dr-somebody"), "other role"),
        ("status", user(role_name=None, by_name=True), "?"),
        ("role", user(role_name=None, by_name=True), "unknown"),
        ("hours", user(), "   4.6 / 10"),
        ("hours", user(minutes_limit=90), "   4.6 / 1.5"),
        ("hours", user(minutes_limit=UNLIMITED), "   4.6 / ∞"),
        ("hours", user(minutes_used=None, minutes_limit=None), "     ? / ?"),
        ("bar", user(), "▇▇▇▁▁▁"),
        ("bar", user(minutes_limit=UNLIMITED), ""),
        ("bar", user(minutes_used=None), ""),
        ("queued", user(), "0.5"),
        ("queued", user(minutes_queued=0), "-"),
        ("queued", user(minutes_queued=None), "?"),
        ("models", user(), "  3 / 5"),
        ("models", user(models=None), "  ? / 5"),
        ("storage", user(), "1.0"),
        ("storage", user(storage_bytes=None), "?"),
        ("usd", user(), "3.28"),
        ("usd", user(minutes_used=None), "?"),
    ],
)
def test_a_cell_says_what_is_known(name: str, of: SponsoredUser, said: str) -> None:
    assert text(name, of) == said


@pytest.mark.parametrize(
    ("name", "pending", "said"),
    [
        ("hours", {"minutes_limit": 720}, "   4.6 / 10 → 12"),
        ("hours", {"minutes_limit": 600}, "   4.6 / 10"),
        ("hours", {"remembered_minutes": 720}, "   4.6 / 10"),
        ("models", {"models_limit": UNLIMITED}, "  3 / 5 → ∞"),
        ("status", {"minutes_limit": 0, "models_limit": 0}, "active→paused"),
        ("status", {"minutes_limit": 300}, "active → over"),
        ("status", {"minutes_limit": 0}, "active → over"),
    ],
)
def test_what_is_pending_stands_beside_what_is_confirmed(
    name: str, pending: dict[str, int | None], said: str
) -> None:
    width = 16 if name == "hours" else None
    assert text(name, user(pending), width) == said


def test_only_what_is_pending_has_the_tone_of_it() -> None:
    column = next(one for one in COLUMNS if one.name == "hours")
    cell = racer_cell(user({"minutes_limit": 720}), PlacedColumn(column, 20), Rates())
    assert [run.text for run in cell if run.tone is Tone.PENDING] == [" → 12"]


def test_a_pending_value_stays_whole_where_there_is_little_room() -> None:
    tight = user({"minutes_limit": 12_000}, minutes_used=62_400, minutes_limit=6_000)
    assert text("hours", tight, 14) == "1040.0/100→200"
    assert text("models", user({"models_limit": 20}, models=12, models_limit=15)) == " 12/15→20"


def test_what_is_used_ends_at_one_place_whether_the_limit_is_written_closer_or_not() -> None:
    roomy = user({"minutes_limit": 0}, minutes_used=270, minutes_limit=420)
    close = user({"minutes_limit": 0}, minutes_used=450, minutes_limit=720)
    assert text("hours", roomy) == "   4.5 / 7 → 0"
    assert text("hours", close) == "   7.5/12→0"
    assert text("models", user({"models_limit": 0}, models=2, models_limit=3)) == "  2 / 3 → 0"
    assert text("models", user({"models_limit": 0}, models=2, models_limit=13)) == "  2/13→0"


@pytest.mark.parametrize(
    ("width", "spare", "said"),
    [
        (22, 0, "   0.1 / 12.95 → 13.95"),
        (15, 0, "0.1/12.95→13.95"),
        (14, 1, "0.1/12.95→13.95"),
        (14, 8, "0.1/12.95→13.95"),
        (14, 0, "12.95→13.95"),
        (8, 0, "→13.95"),
    ],
)
def test_a_pending_limit_is_written_shorter_and_never_cut(
    width: int, spare: int, said: str
) -> None:
    column = next(one for one in COLUMNS if one.name == "hours")
    of = user({"minutes_limit": 837}, minutes_used=6, minutes_limit=777)
    cell = racer_cell(of, PlacedColumn(column, width, spare), Rates())
    assert "".join(run.text for run in cell) == said


@pytest.mark.parametrize(
    ("name", "after", "width", "said"),
    [
        ("alias", "moderated-1", 24, "ada-lovelace→moderated-1"),
        ("alias", "mo-1", 24, "ada-lovelace → mo-1"),
        ("alias", "mo-1", 17, "ada-lovelace→mo-1"),
        ("alias", "mo-1", 13, "ada-lov…→mo-1"),
        ("alias", "moderated-1", 13, "ada-l…→moder…"),
        ("alias", "moderated-1", 8, "ad…→mod…"),
        ("alias", "ada-lovelace", 13, "ada-lovelace"),
        ("role", "dr-admins", 13, "racer → admin"),
        ("role", "dr-admins", 11, "racer→admin"),
        ("role", "dr-race-facilitators", 11, "racer→faci…"),
        ("role", "dr-racers", 11, "racer"),
    ],
)
def test_a_pending_alias_and_role_stand_beside_those_there_are(
    name: str, after: str, width: int, said: str
) -> None:
    field = {"alias": "alias", "role": "role_name"}[name]
    becoming = replace(user(alias="ada-lovelace"), pending={field: after})
    assert text(name, becoming, width) == said
    column = next(one for one in COLUMNS if one.name == name)
    cell = racer_cell(becoming, PlacedColumn(column, width), Rates())
    assert [run.tone is Tone.PENDING for run in cell] == [False, True][: len(cell)]


@given(
    st.sampled_from(["hours", "queued", "models", "storage", "usd"]),
    st.integers(0, 44_000 * 60),
    st.integers(0, 9_999 * 60),
    st.none() | st.integers(0, 9_999 * 60),
)
def test_no_number_is_wider_than_the_least_width_of_its_column(
    name: str, used: int, limit: int, after: int | None
) -> None:
    column = next(one for one in COLUMNS if one.name == name)
    values: dict[str, int | None] = {"minutes_limit": after, "models_limit": after}
    of = user(
        values if after is not None else None,
        minutes_used=used,
        minutes_queued=used,
        minutes_limit=limit,
        models=used // 600,
        models_limit=limit // 60,
        storage_bytes=used * 2**30,
    )
    assert width_of(racer_cell(of, PlacedColumn(column, column.width), Rates())) <= column.width


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_ordinary_values_fit_the_least_width(column: object) -> None:
    placed = next(PlacedColumn(one, one.width) for one in COLUMNS if one is column)
    for ordinary in (user(), user({"minutes_limit": 0, "models_limit": 0})):
        if placed.column.name not in ("alias", "email"):
            assert width_of(racer_cell(ordinary, placed, Rates())) <= placed.width + 2


@pytest.mark.parametrize(
    ("minutes", "said"), [(300, "5"), (90, "1.5"), (285, "4.75"), (0, "0"), (60_000, "1,000")]
)
def test_a_limit_has_no_needless_decimals(minutes: int, said: str) -> None:
    assert limit_hours(minutes) == said


def test_everything_that_can_be_sorted_by_is_a_field_of_the_store() -> None:
    assert {field for field, _ in SORTS.values()} <= set(SORT_FIELDS)
    assert {column.name for column in COLUMNS} - {"bar"} <= set(SORTS)
    assert list(SORTS) == list(SORT_TITLES) == list(SORT_LETTERS)
    assert len(set(SORT_LETTERS.values())) == len(SORTS)


@pytest.mark.parametrize(
    ("width", "said"), [(20, "! failed · active"), (16, "! failed, active"), (15, "! failed")]
)
def test_what_needs_a_hand_has_a_sign_and_its_word_before_the_status(width: int, said: str) -> None:
    needing = replace(user(), trouble="failed")
    assert text("status", needing, width) == said
    column = next(one for one in COLUMNS if one.name == "status")
    cell = racer_cell(needing, PlacedColumn(column, width), Rates())
    assert cell[0].tone is Tone.HAND
