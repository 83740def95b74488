"""The filter language at random: any input is read or refused, what is written is read back."""

import re
from datetime import UTC, datetime, timedelta
from typing import assert_never

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.filter_conditions import (
    Amount,
    Choice,
    Condition,
    DateMatch,
    IdMatch,
    Labelled,
    TextMatch,
    Unknown,
    Unlimited,
)
from drtui.domain.filter_fields import FIELDS, FieldKind, Operator
from drtui.domain.filters import (
    LONGEST,
    And,
    Everything,
    Expression,
    FilterError,
    Not,
    Or,
    Word,
    parse,
)


def trouble_with(text: str) -> FilterError | None:
    try:
        parse(text)
    except FilterError as error:
        return error
    return None


PIECES = st.sampled_from(
    [
        "a",
        "or",
        "and",
        "not",
        "-",
        "(",
        ")",
        '"',
        '"b c"',
        "team",
        ":",
        ">=",
        "<",
        "=",
        "hours",
        "80%",
        "%",
        "4.5",
        "unknown",
        "status",
        "joined",
        "2026-05",
        " ",
        "\t",
        "\\",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_any_input_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    error = trouble_with(text)
    if error is not None:
        assert 0 <= error.position <= len(text)
        assert error.message
        assert "\n" not in error.message
        assert len(error.pointed().split("\n")) == 2


def test_every_state_of_a_filter_while_it_is_typed_is_read_or_refused() -> None:
    text = '(team:"red bull" or -status:paused) used>=80% joined<2026-05 "x y" not limit:unlimited'
    states = [(end, trouble_with(text[:end])) for end in range(len(text) + 1)]
    assert {error is None for _, error in states} == {True, False}
    assert all(error.position <= end for end, error in states if error is not None)


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
LABELS = TEXTS.map(str.strip)
KEYS = LABELS.map(lambda text: text.replace(":", "-"))
PLAIN_LABELS = KEYS
NUMBERS = st.decimals(-999, 999_999_999, places=3)
NUMBER_FIELDS = [field for field in FIELDS.values() if field.kind is FieldKind.NUMBER]
PERCENT_FIELDS = [field for field in NUMBER_FIELDS if field.percent_of]
DAYS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(hour=0, minute=0, second=0, microsecond=0)
)


def special(word: str, kind: type[Unknown] | type[Unlimited]) -> st.SearchStrategy[Expression]:
    names = [
        field.name
        for field in FIELDS.values()
        if word in field.words and field.kind is not FieldKind.CHOICE
    ]
    return st.sampled_from(names).map(kind)


def choices() -> st.SearchStrategy[Expression]:
    return st.sampled_from(
        [
            Choice(field.name, word)
            for field in FIELDS.values()
            if field.kind is FieldKind.CHOICE
            for word in field.words
        ]
    )


LEAVES: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Word, TEXTS),
    st.builds(TextMatch, st.sampled_from(["alias", "email"]), TEXTS, st.booleans()),
    st.from_regex(r"[A-Za-z0-9]{15}", fullmatch=True).map(IdMatch),
    choices(),
    st.builds(Labelled, st.sampled_from(["team"]) | KEYS.filter(lambda key: key != "tag"), LABELS),
    st.builds(Labelled, st.just("tag"), PLAIN_LABELS),
    st.builds(
        Amount,
        st.sampled_from([field.name for field in NUMBER_FIELDS]),
        st.sampled_from(Operator),
        NUMBERS,
    ),
    st.builds(
        Amount,
        st.sampled_from([field.name for field in PERCENT_FIELDS]),
        st.sampled_from(Operator),
        NUMBERS,
        st.just(True),
    ),
    st.builds(
        lambda operator, start: DateMatch("joined", operator, start, start + timedelta(days=1)),
        st.sampled_from(Operator),
        DAYS,
    ),
    special("unknown", Unknown),
    special("unlimited", Unlimited),
)


def branches(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(And, several), st.builds(Or, several))


EXPRESSIONS = st.recursive(LEAVES, branches, max_leaves=12)


def written(expression: Expression) -> str:
    """Write an expression in the filter language, every text in quotes."""
    match expression:
        case Everything():
            text = ""
        case And():
            text = " ".join(map(in_parentheses, expression.parts))
        case Or():
            text = " or ".join(map(in_parentheses, expression.parts))
        case Not():
            text = f"-{in_parentheses(expression.part)}"
        case Word():
            text = quoted(expression.text)
        case _:
            text = condition_written(expression)
    return text


def condition_written(condition: Condition) -> str:
    match condition:
        case TextMatch():
            text = f"{condition.field}{'=' if condition.whole else ':'}{quoted(condition.text)}"
        case IdMatch():
            text = f"id:{condition.profile_id}"
        case Choice():
            text = f"{condition.field}:{condition.value}"
        case Labelled(key="team" | "tag"):
            text = f"{condition.key}:{quoted(condition.label)}"
        case Labelled():
            text = f"tag:{quoted(f'{condition.key}:{condition.label}')}"
        case Amount():
            percent = "%" if condition.percent else ""
            text = f"{condition.field}{condition.operator}{condition.number:f}{percent}"
        case DateMatch():
            text = f"{condition.field}{condition.operator}{condition.start:%Y-%m-%d}"
        case Unknown():
            text = f"{condition.field}:unknown"
        case Unlimited():
            text = f"{condition.field}:unlimited"
        case _:
            assert_never(condition)
    return text


def in_parentheses(expression: Expression) -> str:
    text = written(expression)
    return f"({text})" if isinstance(expression, And | Or | Not) else text


def quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


@given(EXPRESSIONS)
def test_what_is_written_out_is_read_back(expression: Expression) -> None:
    text = written(expression)
    if len(text) <= LONGEST:
        assert parse(text) == expression


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_conditions_side_by_side_are_the_same_as_with_and(words: list[str]) -> None:
    texts = [quoted(word) for word in words]
    assert parse(" ".join(texts)) == parse(" AND ".join(texts))
