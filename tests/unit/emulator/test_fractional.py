"""Keys of places in a queue: there is always another one between two, and they sort by bytes."""

from hypothesis import given
from hypothesis import strategies as st

from drtui.emulator.fractional import key_between


def test_the_observed_keys() -> None:
    assert key_between(None, None) == "a0"
    assert key_between("a0", None) == "a1"
    assert key_between(None, "a0") == "Zz"
    assert key_between("a0", "a1") == "a0V"
    assert key_between("a0V", "a1") == "a0l"


def test_whole_parts_get_longer_away_from_the_middle() -> None:
    assert key_between("az", None) == "b00"
    assert key_between("bzz", None) == "c000"
    assert key_between(None, "Z0") == "Yzz"
    assert key_between(None, "b00") == "az"
    assert key_between("Yzz", None) == "Z0"


@given(st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=120))
def test_a_key_is_between_its_neighbours(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        before = keys[at - 1] if at else None
        after = keys[at] if at < len(keys) else None
        keys.insert(at, key_between(before, after))
    assert keys == sorted(keys, key=str.encode)
    assert len(set(keys)) == len(keys)


@given(st.booleans(), st.integers(min_value=1, max_value=400))
def test_a_queue_can_grow_at_one_end(front: bool, count: int) -> None:
    keys = ["a0"]
    for _ in range(count):
        keys.insert(0 if front else len(keys), _next(keys, front=front))
    assert keys == sorted(set(keys), key=str.encode)
    assert max(map(len, keys)) <= 4


@given(st.integers(min_value=1, max_value=200), st.booleans())
def test_there_is_room_between_two_however_often_it_is_asked(count: int, upper: bool) -> None:
    low, high = "a0", "a1"
    for _ in range(count):
        middle = key_between(low, high)
        assert low < middle < high
        low, high = (middle, high) if upper else (low, middle)


def _next(keys: list[str], *, front: bool) -> str:
    return key_between(None, keys[0]) if front else key_between(keys[-1], None)
