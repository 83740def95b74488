"""Completion offers what the language takes, and excuses only what typing on can mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.completion import Vocabulary, complete
from drtui.domain.filter_fields import FIELDS
from drtui.domain.filters import FilterError, parse
from drtui.domain.saved_filters import parse_with

KNOWN = Vocabulary(
    {"team": ("red", "redwood", "blue"), "tag": ("vip", "class:9a")},
    {"late": "used>90%", "vips": "tag:vip"},
)


def offered(text: str, position: int | None = None) -> list[str]:
    at = len(text) if position is None else position
    return [one.text for one in complete(text, at, KNOWN).candidates]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("st", ["status:", "storage>"]),
        ("ST", ["status:", "storage>"]),
        ("us", ["used>", "usd>"]),
        ("models_", ["models-limit<"]),
        ("racer-00 sta", ["status:"]),
        ("not ro", ["role:"]),
        ("-ro", ["role:"]),
        ("(ro", ["role:"]),
        ("zzz", []),
        ("status:", ["active", "invited", "over_quota", "paused", "unknown"]),
        ("status:pa", ["paused"]),
        ("status:over_q", ["over_quota"]),
        ("status:over-q", ["over-quota"]),
        ("status:over-quota", []),
        ("-status=OVER-", ["over-quota"]),
        ("Status: PA", ["paused"]),
        ("status:paused", []),
        ("status:zzz", []),
        ("role=r", ["racer"]),
        ("pending:", ["yes", "no"]),
        ("team:", ["red", "redwood", "blue"]),
        ("team:red", ["redwood"]),
        ("tag:class:", ["class:9a"]),
        ("hours:u", ["unknown"]),
        ("limit:un", ["unlimited", "unknown"]),
        ("hours>", []),
        ("@", ["@late", "@vips"]),
        ("@V", ["@vips"]),
        ("@late", []),
        ('"st', []),
        ('"st"', []),
        ("tem:", []),
    ],
)
def test_what_is_offered_where(text: str, texts: list[str]) -> None:
    assert offered(text) == texts


@pytest.mark.parametrize("text", ["", "anna ", "(", "a or ", "not ", "-"])
def test_every_field_is_offered_where_a_word_can_begin(text: str) -> None:
    completion = complete(text, len(text), KNOWN)
    assert [one.text.rstrip(":<>=") for one in completion.candidates] == list(FIELDS)
    assert [one.help for one in completion.candidates] == [one.help for one in FIELDS.values()]
    assert completion.start == len(text)


def test_in_the_middle_of_a_word_nothing_is_offered() -> None:
    assert offered("status:paused", 3) == []
    assert offered("sta team:red", 3) == ["status:"]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("hours>", "hours such as 4"),
        ("joined>=2026-", "a date"),
        ("joined>=2026-0", "a date"),
        ("id:Ab3", "an id"),
        ("alias:", "text"),
        ("team:", "a label"),
        ('"two wo', "text as it stands"),
    ],
)
def test_what_has_no_words_has_a_hint(text: str, begins: str) -> None:
    assert complete(text, len(text), KNOWN).hint.startswith(begins)


def excused(text: str) -> bool:
    with pytest.raises(FilterError) as caught:
        parse_with(text, KNOWN.saved)
    return complete(text, len(text), KNOWN).excuses(caught.value.position)


@pytest.mark.parametrize(
    "text",
    [
        "status:", "status:pa", "team:red or", "team:red or ", "not", "-", "(team:red",
        "(team:red ", "((a) b", '"two wo', 'alias:"two', "hours>", "joined>=2026-", "joined:2026-0",
        "id:abc", "tag:class:", "x @", "x @la", "(hours>",
    ],
)  # fmt: skip
def test_what_is_merely_unfinished_is_excused(text: str) -> None:
    assert excused(text)


@pytest.mark.parametrize(
    "text",
    [
        "tem:", "tem:red sta", "status:zzz", "hours>abc", "racer )", "racer ) sta", "()", "() ",
        "or a", "status>", "@nobody", "@nobody sta", "hours>x (", "joined:2026-13",
    ],
)  # fmt: skip
def test_what_is_really_wrong_is_not_excused(text: str) -> None:
    assert not excused(text)


@given(st.text(alphabet='stauspedro:<>=@"() -\\%0r', max_size=30), st.data())
def test_every_candidate_fits_where_it_is_offered(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    completion = complete(text, position, KNOWN)
    assert 0 <= completion.start <= position
    typed = text[completion.start : position]
    for candidate in completion.candidates:
        assert candidate.text != typed
        same = candidate.text.lower().replace("_", "-")
        assert same.startswith(typed.lower().replace("_", "-"))


@pytest.mark.parametrize("name", FIELDS)
def test_every_word_that_is_offered_for_a_field_is_taken(name: str) -> None:
    for sign in (":", "=", ">", "<="):
        for candidate in complete(f"{name}{sign}", len(name) + len(sign), KNOWN).candidates:
            parse(f"{name}{sign}{candidate.text}")
