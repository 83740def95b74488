"""Random filters over random rows: SQL against the same rules in plain Python."""

import operator
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, assert_never, get_args

import pytest
from hypothesis import given, settings
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
from drtui.domain.filters import And, Everything, Expression, Not, Or, Word, parse
from drtui.domain.operations import OPEN, ItemState
from drtui.domain.records import Role, Status
from drtui.domain.text import fold
from tests.unit.store.racers import RATES, Racer, Store


def lower(value: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in value)


def holds(expression: Expression, racer: Racer) -> bool:
    match expression:
        case Everything():
            return True
        case And():
            return all(holds(part, racer) for part in expression.parts)
        case Or():
            return any(holds(part, racer) for part in expression.parts)
        case Not():
            return not holds(expression.part, racer)
        case Word():
            result = fold(expression.text) in racer.search_text
        case _:
            result = condition_holds(expression, racer)
    return result


def condition_holds(condition: Condition, racer: Racer) -> bool:
    match condition:
        case TextMatch():
            mine = {"alias": racer.alias, "email": racer.email}[condition.field]
            wanted = lower(condition.text)
            result = mine is not None and (
                wanted == lower(mine) if condition.whole else wanted in lower(mine)
            )
        case IdMatch():
            result = racer.profile_id == condition.profile_id
        case Choice(field="pending"):
            result = (condition.value == "yes") == any(state in OPEN for state in racer.items)
        case Choice():
            result = condition.value == getattr(racer, condition.field)
        case Labelled():
            wanted_tag = (fold(condition.key), fold(condition.label))
            result = wanted_tag in {(lower(key), lower(value)) for key, value in racer.tags}
        case Amount():
            result = amount_holds(condition, racer)
        case DateMatch():
            result = racer.created_at is not None and date_holds(condition, racer.created_at)
        case Unknown(field="email"):
            result = racer.email is None
        case Unknown(field="joined"):
            result = racer.created_at is None
        case Unknown():
            result = reading(condition.field, racer)[0] is None
        case Unlimited():
            result = {"limit": racer.limit, "models-limit": racer.models_limit}[
                condition.field
            ] == -1
        case _:
            assert_never(condition)
    return result


def left(racer: Racer) -> Fraction | str | None:
    if racer.used is None or racer.limit is None:
        return None
    if racer.limit == -1:
        return "unlimited"
    return Fraction(racer.limit - racer.used - (racer.queued or 0), 60)


def per(value: int | None, unit: int) -> Fraction | str | None:
    if value is None:
        return None
    return "unlimited" if value == -1 else Fraction(value, unit)


def reading(name: str, racer: Racer) -> tuple[Fraction | float | str | None, int | None]:
    """The value in the field's unit (None: unknown), and the limit that it is a share of."""
    usd = None if racer.total is None else RATES.training(racer.total)
    return {
        "hours": (per(racer.used, 60), racer.limit),
        "queued": (per(racer.queued, 60), None),
        "left": (left(racer), racer.limit),
        "limit": (per(racer.limit, 60), None),
        "models": (per(racer.models, 1), racer.models_limit),
        "models-limit": (per(racer.models_limit, 1), None),
        "storage": (per(racer.storage, 2**30), None),
        "usd": (usd, None),
    }[name]


COMPARE: Final = {
    Operator.IS: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def amount_holds(amount: Amount, racer: Racer) -> bool:
    value, limit = reading(amount.field, racer)
    if value is None or isinstance(value, str):
        return False
    wanted: Any = Fraction(amount.number)
    if isinstance(value, float):
        wanted = float(amount.number)
    if amount.percent:
        if limit is None or limit == -1:
            return False
        whole = Fraction(limit, 1 if amount.field == "models" else 60)
        if whole == 0:
            # Used up: all of it is used, none is left; anything beyond it is beyond measure.
            none_left = amount.field == "left"
            beyond = float("-inf") if none_left else float("inf")
            value = (0 if none_left else 100) if value == 0 else beyond
        else:
            value = Fraction(value) * 100 / whole
    return bool(COMPARE[amount.operator](value, wanted))


def date_holds(match: DateMatch, moment: datetime) -> bool:
    position = 0 if match.start <= moment < match.end else (-1 if moment < match.start else 1)
    return bool(COMPARE[match.operator](position, 0))


WORDS: Final = ["ada", "Bo", "ÄNNE", "ß", "%", "_", "a_b", "50%", "vip", "red", "例", "@example"]
TAGS: Final = [("team", "red"), ("team", "Blue"), ("tag", "vip"), ("tag", "red"), ("Class", "grün")]
MINUTES: Final = [None, 0, 1, 30, 60, 90, 240, 300, 600]
COUNTS: Final = [None, 0, 1, 2, 3, 10]
NUMBERS: Final = ["-1", "0", "0.5", "1", "1.5", "3", "4", "5", "10", "33.333", "50", "80", "100"]
MOMENTS: Final = [datetime(2026, month, 1, tzinfo=UTC) for month in range(3, 8)]


def random_racers(number: int) -> list[Racer]:
    draw = random.Random(7)
    return [
        Racer(
            alias="".join(draw.choices(WORDS, k=2)),
            email=draw.choice([None, f"{draw.choice(WORDS)}@example.com"]),
            tags=tuple(draw.sample(TAGS, k=draw.randrange(3))),
            status=draw.choice(list(Status)),
            role=draw.choice(list(Role)),
            used=draw.choice(MINUTES),
            queued=draw.choice(MINUTES),
            limit=draw.choice([*MINUTES, -1]),
            models=draw.choice(COUNTS),
            models_limit=draw.choice([*COUNTS, -1]),
            storage=draw.choice([None, 0, 2**29, 2**30, 3 * 2**30 + 1]),
            total=draw.choice([*MINUTES, 1000]),
            created_at=draw.choice([None, *MOMENTS]),
            items=tuple(draw.choices(list(ItemState), k=draw.randrange(3))),
            profile_id=f"{index:015}",
        )
        for index in range(number)
    ]


def named(kind: FieldKind, *, percent: bool = False) -> list[str]:
    return [
        field.name
        for field in FIELDS.values()
        if field.kind is kind and (field.percent_of or not percent)
    ]


def with_word(word: str) -> list[str]:
    return [
        field.name
        for field in FIELDS.values()
        if word in field.words and field.kind is not FieldKind.CHOICE
    ]


CHOICES: Final = [
    Choice(name, word) for name in named(FieldKind.CHOICE) for word in FIELDS[name].words
]
DECIMALS: Final = st.sampled_from(NUMBERS).map(Decimal)
LEAVES: Final[st.SearchStrategy[Expression]] = st.one_of(
    st.just(Everything()),
    st.builds(Word, st.sampled_from([*WORDS, "d", "team:red", "STRASSE"])),
    st.builds(
        TextMatch, st.sampled_from(named(FieldKind.TEXT)), st.sampled_from(WORDS), st.booleans()
    ),
    st.integers(0, 130).map(lambda index: IdMatch(f"{index:015}")),
    st.sampled_from(CHOICES),
    st.sampled_from([*TAGS, ("team", "vip"), ("class", "GRÜN")]).map(lambda tag: Labelled(*tag)),
    st.builds(
        Amount,
        st.sampled_from(named(FieldKind.NUMBER)),
        st.sampled_from(Operator),
        DECIMALS,
    ),
    st.builds(
        Amount,
        st.sampled_from(named(FieldKind.NUMBER, percent=True)),
        st.sampled_from(Operator),
        DECIMALS,
        st.just(True),
    ),
    st.builds(
        lambda sign, period: DateMatch("joined", sign, *period),
        st.sampled_from(Operator),
        st.sampled_from(list(pairwise(MOMENTS))),
    ),
    st.sampled_from(with_word("unknown")).map(Unknown),
    st.sampled_from(with_word("unlimited")).map(Unlimited),
)


def branches(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(And, several), st.builds(Or, several))


EXPRESSIONS: Final = st.recursive(LEAVES, branches, max_leaves=6)
RACERS: Final = random_racers(120)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("filters") / "crowd.db", RACERS)
    yield store
    store.engine.dispose()


@settings(max_examples=300, deadline=None)
@given(expression=EXPRESSIONS)
def test_sql_finds_what_the_rules_find(crowd: Store, expression: Expression) -> None:
    expected = {number for number, racer in enumerate(RACERS, 1) if holds(expression, racer)}
    assert crowd.matches(expression) == expected


@settings(max_examples=100, deadline=None)
@given(expression=EXPRESSIONS)
def test_not_is_the_complement(crowd: Store, expression: Expression) -> None:
    found, others = crowd.matches(expression), crowd.matches(Not(expression))
    assert not found & others
    assert found | others == set(range(1, len(RACERS) + 1))


@pytest.mark.parametrize("condition", [field.example for field in FIELDS.values()])
def test_every_field_can_be_asked(crowd: Store, condition: str) -> None:
    crowd.matches(condition)


def test_every_kind_of_condition_is_among_the_examples() -> None:
    examples = [field.example for field in FIELDS.values()]
    kinds = {type(parse(text)) for text in [*examples, "limit:unlimited", "hours:unknown"]}
    assert kinds == set(get_args(Condition))
