"""Filters as SQL, rule by rule, in a real SQLite file."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from drtui.domain.filter_fields import (
    Operator,
)
from drtui.domain.filters import Not, parse
from drtui.domain.operations import OPEN, ItemState
from drtui.domain.spending import Rates
from drtui.store.filter_sql import where
from drtui.store.tables.racers import SponsoredUserRow, TagRow
from tests.unit.store.racers import RATES, Racer, Store


@pytest.fixture
def store_of(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    opened: list[Store] = []

    def open_store(*racers: Racer) -> Store:
        opened.append(Store(tmp_path / f"{len(opened)}.db", list(racers)))
        return opened[-1]

    yield open_store
    for store in opened:
        store.engine.dispose()


# The rules, one by one.


@pytest.mark.parametrize(
    ("used", "limit", "matching"),
    [
        (81, 100, {">", ">="}),
        (80, 100, {"=", "<=", ">="}),
        (79, 100, {"<", "<="}),
        (0, 100, {"<", "<="}),
        (120, 100, {">", ">="}),
        (0, 0, {">", ">="}),
        (1, 0, {">", ">="}),
        (81, -1, set()),
        (81, None, set()),
        (None, 100, set()),
        (None, None, set()),
    ],
)
@pytest.mark.parametrize("name", ["hours", "models"])
def test_a_percentage_is_of_the_fields_own_limit(
    store_of: Callable[..., Store],
    name: str,
    used: int | None,
    limit: int | None,
    matching: set[str],
) -> None:
    racer = (
        Racer(used=used, limit=limit, models=0, models_limit=0)
        if name == "hours"
        else Racer(used=0, limit=0, models=used, models_limit=limit)
    )
    store = store_of(racer)
    assert {sign for sign in Operator if store.matches(f"{name}{sign}80%")} == matching


def test_used_hours_do_not_count_queued_ones_and_hours_left_do(
    store_of: Callable[..., Store],
) -> None:
    store = store_of(Racer(used=120, queued=120, limit=300))
    assert store.matches("used=40% left=1 left=20% queued=2 hours=2")


@pytest.mark.parametrize(
    ("used", "queued", "limit", "left"),
    [
        (60, 30, 150, "1"),
        (60, None, 120, "1"),
        (300, 60, 300, "-1"),
        (0, 0, 0, "0"),
        (60, 0, -1, None),
        (60, 0, None, None),
        (None, 0, 300, None),
    ],
)
def test_hours_left_need_a_limit_and_known_hours(
    store_of: Callable[..., Store],
    used: int | None,
    queued: int | None,
    limit: int | None,
    left: str | None,
) -> None:
    store = store_of(Racer(used=used, queued=queued, limit=limit))
    if left is None:
        assert not store.matches("left<1000 or left>=-1000")
    else:
        assert store.matches(f"left={left}")


def test_of_a_limit_of_nothing_nothing_is_left(store_of: Callable[..., Store]) -> None:
    store = store_of(Racer(used=0, limit=0))
    assert store.matches("left=0% left<10% used=100%")
    assert not store.matches("left>0% or used<100% or used>100%")


def test_an_exact_share_is_neither_more_nor_less(store_of: Callable[..., Store]) -> None:
    # In floats 33.3 * 3000 is less than 99900.
    store = store_of(Racer(used=999, limit=3000))
    assert store.matches("used=33.3% used>=33.3% used<=33.3%")
    assert not store.matches("used>33.3% or used<33.3%")


@pytest.mark.parametrize("name", ["limit", "models-limit"])
def test_no_limit_is_not_a_number(store_of: Callable[..., Store], name: str) -> None:
    store = store_of(
        Racer(limit=-1, models_limit=-1),
        Racer(limit=None, models_limit=None),
        Racer(limit=0, models_limit=0),
    )
    assert store.matches(f"{name}:unlimited") == {1}
    assert store.matches(f"{name}:unknown") == {2}
    assert store.matches(f"{name}>=0 or {name}<0") == {3}
    assert store.matches(f"{name}:0") == {3}


def test_an_unknown_value_matches_no_comparison_and_every_not(
    store_of: Callable[..., Store],
) -> None:
    store = store_of(Racer(used=None, total=None, created_at=None, email=None))
    conditions = ["hours>4", "hours<=4", "used>80%", "usd>=0", "joined>2000", "joined<2999"]
    conditions += ["email:e", "email=e", "left<1"]
    for condition in conditions:
        assert not store.matches(condition)
        assert store.matches(f"not {condition}")
        assert not store.matches(f"not not {condition}")


@pytest.mark.parametrize(
    ("name", "racer"),
    [
        ("email", Racer(email=None)),
        ("hours", Racer(used=None)),
        ("queued", Racer(queued=None)),
        ("left", Racer(used=None)),
        ("left", Racer(limit=None)),
        ("limit", Racer(limit=None)),
        ("models", Racer(models=None)),
        ("models-limit", Racer(models_limit=None)),
        ("storage", Racer(storage=None)),
        ("usd", Racer(total=None)),
        ("joined", Racer(created_at=None)),
    ],
)
def test_an_absent_value_is_found_as_unknown(
    store_of: Callable[..., Store], name: str, racer: Racer
) -> None:
    assert store_of(Racer(), racer).matches(f"{name}:unknown") == {2}


def test_words_match_alias_email_and_tags_in_any_case(store_of: Callable[..., Store]) -> None:
    store = store_of(
        Racer(alias="STRASSE"),
        Racer(email="strasse@example.com"),
        Racer(tags=(("team", "strasse"),)),
        Racer(alias="Straße"),
        Racer(),
    )
    assert store.matches("Straße") == {1, 2, 3, 4}
    assert store.matches("STRAS") == {1, 2, 3, 4}


@pytest.mark.parametrize("sign", ["%", "_", "/", "\\", "'", "*", "["])
def test_signs_of_the_database_are_ordinary_text(store_of: Callable[..., Store], sign: str) -> None:
    store = store_of(Racer(alias=f"a{sign}b"), Racer(alias="axb"), Racer(alias="ab"))
    quoted = f"a{sign}b".replace("\\", "\\\\")
    assert store.matches(f'"{quoted}"') == {1}
    assert store.matches(f'alias:"{quoted}"') == {1}
    assert store.matches(f'alias="{quoted}"') == {1}


def test_alias_and_email_look_in_their_own_column(store_of: Callable[..., Store]) -> None:
    store = store_of(
        Racer(alias="Ada", email="x@example.com"),
        Racer(alias="x", email="Ada@example.com"),
        Racer(alias="adamant", email="x@example.com", tags=(("tag", "ada"),)),
    )
    assert store.matches("alias:aDa") == {1, 3}
    assert store.matches("alias=aDa") == {1}
    assert store.matches("email:aDa") == {2}
    assert store.matches("email=ADA@example.COM") == {2}


def test_an_id_is_matched_as_a_whole_and_in_its_case(store_of: Callable[..., Store]) -> None:
    store = store_of(Racer(profile_id="Ab3dE6gH9jK2mN5"), Racer(profile_id="aB3dE6gH9jK2mN5"))
    assert store.matches("id:Ab3dE6gH9jK2mN5") == {1}


def test_tags_match_by_key_and_whole_label(store_of: Callable[..., Store]) -> None:
    store = store_of(
        Racer(tags=(("team", "red"), ("tag", "vip"))),
        Racer(tags=(("tag", "red"),)),
        Racer(tags=(("Team", "Red"),)),
        Racer(tags=(("team", "redder"),)),
        Racer(tags=(("class", "red"), ("team", "blue"))),
    )
    assert store.matches("team:RED") == {1, 3}
    assert store.matches("tag:red") == {2}
    assert store.matches("tag:class:red") == {5}
    assert store.matches("tag:team:blue") == {5}
    assert store.matches("team:red tag:vip") == {1}
    assert store.matches("-team:red") == {2, 4, 5}


def test_pending_means_any_open_state(store_of: Callable[..., Store]) -> None:
    store = store_of(Racer(), *(Racer(items=(state,)) for state in ItemState))
    open_ones = {number for number, state in enumerate(ItemState, start=2) if state in OPEN}
    assert store.matches("pending:yes") == open_ones
    assert store.matches("pending:yes or -pending:no") == open_ones
    assert store.matches("pending:no") == set(range(1, len(ItemState) + 2)) - open_ones


def test_what_is_pending_is_found_through_an_index_of_open_items(
    store_of: Callable[..., Store],
) -> None:
    store = store_of(Racer())
    query = select(SponsoredUserRow.id).where(where(parse("pending:yes"), rates=RATES))
    sql = query.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.engine.connect() as connection:
        plan = [str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    of_open_items = ("ix_operation_item_open", "ix_operation_item_due")
    assert any(index in step for step in plan for index in of_open_items), plan


def test_conditions_on_other_tables_stay_their_own_in_a_joined_query(
    store_of: Callable[..., Store],
) -> None:
    store = store_of(Racer(tags=(("team", "red"), ("tag", "vip"))), Racer(tags=(("tag", "x"),)))
    query = (
        select(SponsoredUserRow.id, TagRow.value)
        .join(TagRow, col(TagRow.profile_id) == col(SponsoredUserRow.profile_id))
        .where(where(parse("team:red pending:no"), rates=RATES))
    )
    with store.engine.connect() as connection:
        assert {tuple(row) for row in connection.execute(query)} == {(1, "red"), (1, "vip")}


def test_estimated_spending_goes_by_the_rates_and_by_earlier_months_too(
    store_of: Callable[..., Store],
) -> None:
    store = store_of(Racer(used=60, total=180))
    assert store.matches("usd>2.999 usd<=3", Rates(hour_usd=1.0))
    assert store.matches("usd=6", Rates(hour_usd=2.0))
    assert store.matches("usd=0", Rates(hour_usd=0.0))


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("joined:2026-05", {2, 3, 4, 5}),
        ("joined=2026-05-02", {4}),
        ("joined>2026-05-01", {4, 5, 6}),
        ("joined>=2026-05-01", {2, 3, 4, 5, 6}),
        ("joined<2026-05-02", {1, 2, 3}),
        ("joined<=2026-05-02", {1, 2, 3, 4}),
        ("joined>2026-05", {6}),
        ("joined<=2026-05", {1, 2, 3, 4, 5}),
        ("joined:2026", {1, 2, 3, 4, 5, 6}),
        ("joined>2026 or joined<2026", set()),
    ],
)
def test_a_date_stands_for_all_of_its_period(
    store_of: Callable[..., Store], condition: str, days: set[int]
) -> None:
    moments = [
        datetime(2026, 4, 30, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(2026, 5, 1, tzinfo=UTC),
        datetime(2026, 5, 1, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(2026, 5, 2, tzinfo=UTC),
        datetime(2026, 5, 31, 23, tzinfo=UTC),
        datetime(2026, 6, 1, tzinfo=UTC),
    ]
    store = store_of(*(Racer(created_at=moment) for moment in moments))
    assert store.matches(condition) == days


def test_storage_is_in_gb_of_2_to_the_30_bytes(store_of: Callable[..., Store]) -> None:
    store = store_of(Racer(storage=2**30), Racer(storage=2**30 + 1), Racer(storage=2**29))
    assert store.matches("storage:1") == {1}
    assert store.matches("storage>1") == {2}
    assert store.matches("storage=0.5") == {3}


@pytest.mark.parametrize(
    "expression",
    [
        "a " * 500,
        "-a or " * 166 + "a",
        "-(used>80% or " * 9 + "left<10%" + ")" * 9,
        "(b -" * 9 + "pending:yes" + ")" * 9,
        "storage>999999999.999 used>=999999999.999%",
    ],
)
def test_the_longest_and_the_deepest_filters_run(
    store_of: Callable[..., Store], expression: str
) -> None:
    store = store_of(Racer())
    assert store.matches(expression) ^ store.matches(Not(parse(expression))) == {1}
