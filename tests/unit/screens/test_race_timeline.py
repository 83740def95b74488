"""The first places of a race over time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.race_records import PositionChange
from drtui.screens.race_timeline import PLACES, timeline

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def change(alias: str, rank: int | None, hours: float) -> PositionChange:
    return PositionChange(alias, rank, None, AT + hours * HOUR)


def drawn(changes: Sequence[PositionChange], hours: float = 10.0, width: int = 40) -> list[str]:
    return [one.plain.rstrip() for one in timeline(changes, AT + hours * HOUR, UTC, width)]


def test_a_letter_stands_where_somebody_came_to_a_place() -> None:
    swap = [change("ada", 1, 0), change("bo", 2, 0), change("bo", 1, 5), change("ada", 2, 5)]
    caption, first, second, *rest = drawn(swap)
    assert caption == "05-01 09:00 to 05-01 19:00 UTC"
    assert first == " 1  a────────b──────────  b bo"
    assert second == " 2  b────────a──────────  a ada"
    assert rest == [""]


def test_who_had_a_place_before_is_named_below() -> None:
    gone = [change("ada", 1, 0), change("bo", 2, 0), change("ada", None, 5), change("bo", 1, 5)]
    _, first, second, below, _ = drawn(gone)
    assert first.endswith("b bo")
    assert second.split()[1].startswith("b───")
    assert below == "before: a ada"


def test_where_nothing_changed_hands_or_there_is_no_room_nothing_is_drawn() -> None:
    swap = [change("ada", 1, 0), change("bo", 1, 5), change("ada", 2, 5)]
    assert drawn([]) == drawn(swap[:1]) == drawn(swap, width=30) == []
    assert drawn([change("ada", 9, 0), change("ada", 7, 5)]) == []


def test_an_alias_from_outside_is_never_markup_nor_a_code() -> None:
    swap = [change("[b]\x1b[31m", 1, 0), change("bo", 1, 5), change("[b]\x1b[31m", 2, 5)]
    told = drawn(swap)
    assert not any("\x1b" in line for line in told)
    assert any("[b]" in line for line in told)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([f"racer-{number}" for number in range(40)]),
            st.none() | st.integers(1, 8),
            st.integers(0, 50),
        ),
        max_size=60,
    ),
    st.integers(0, 90),
)
def test_it_fits_whatever_happened(told: list[tuple[str, int | None, int]], width: int) -> None:
    changes = [change(alias, rank, hours) for alias, rank, hours in told]
    lines = timeline(changes, None, UTC, width)
    assert all(line.cell_length <= width for line in lines)
    assert sum(line.plain[:4].strip().isdigit() for line in lines) <= PLACES
