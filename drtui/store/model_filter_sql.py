"""From a filter's expression to SQL over the models; see `filter_logic`.

What is said of a model's racer is looked up among the racers, so that an alias or a label that
changes need not be written to each of their models.
"""

from collections.abc import Sequence
from functools import singledispatch
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from drtui.domain.errands import Service
from drtui.domain.filter_conditions import (
    Amount,
    Choice,
    DateMatch,
    IdMatch,
    Labelled,
    TextMatch,
    Unknown,
)
from drtui.domain.filter_fields import YES
from drtui.domain.filters import Expression, Word
from drtui.domain.model_filter_fields import IN_BUCKET
from drtui.domain.models import STAGES, Stage
from drtui.domain.operations import DELETED, DELETIONS
from drtui.domain.spending import BYTES_PER_GB
from drtui.domain.text import fold
from drtui.store.filter_logic import COMPARE, bindable, combined, in_period
from drtui.store.models import MODELS
from drtui.store.sqlite import one_of
from drtui.store.tables import table
from drtui.store.users import ITEMS, USERS, is_open

_FILES: Final = table("model_file")
_TAGS: Final = table("tag")
_MODEL_TAGS: Final = table("model_tag")
_UNKNOWN: Final = "unknown"
_OWN_TEXTS: Final = {
    "name": MODELS.c.name,
    "source": MODELS.c.source,
    "track": MODELS.c.track,
}
_RACERS_TEXTS: Final = {
    "racer": (USERS.c.alias, USERS.c.email),
    "alias": (USERS.c.alias,),
    "email": (USERS.c.email,),
}
_STAGES: Final = {
    stage.value: [status.value.lower() for status, its in STAGES.items() if its is stage]
    for stage in (Stage.RUNNING, Stage.ENDED)
}


def model_condition(
    expression: Expression, racers: Sequence[int] | None = None
) -> ColumnElement[bool]:
    """Return the condition on `model` that a filter's expression stands for.

    Args:
        expression: From `filters.parse` in the language of models.
        racers: Whose models alone, by the keys of their profiles; None is everybody's.
    """
    condition = combined(expression, _condition)
    if racers is None:
        return condition
    ids = select(USERS.c.profile_id).where(one_of(USERS.c.id, racers))
    return condition & MODELS.c.profile_id.in_(ids)


def _of_racers(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return MODELS.c.profile_id.in_(select(USERS.c.profile_id).where(condition))


@singledispatch
def _condition(condition: object) -> ColumnElement[bool]:
    raise TypeError(f"no condition of a filter of models: {condition!r}")


@_condition.register
def _word(word: Word) -> ColumnElement[bool]:
    text = fold(word.text)
    return or_(
        MODELS.c.search_text.contains(text, autoescape=True),
        _of_racers(USERS.c.search_text.contains(text, autoescape=True)),
    )


@_condition.register
def _text(match: TextMatch) -> ColumnElement[bool]:
    if match.field in _OWN_TEXTS:
        return _matches(_OWN_TEXTS[match.field], match)
    columns = _RACERS_TEXTS[match.field]
    found = (and_(column.is_not(None), _matches(column, match)) for column in columns)
    return _of_racers(or_(*found))


def _matches(column: ColumnElement[Any], match: TextMatch) -> ColumnElement[bool]:
    if match.whole:
        return func.lower(column) == func.lower(match.text)
    return column.icontains(match.text, autoescape=True)


@_condition.register
def _id(match: IdMatch) -> ColumnElement[bool]:
    return or_(MODELS.c.model_id == match.profile_id, MODELS.c.profile_id == match.profile_id)


@_condition.register
def _choice(choice: Choice) -> ColumnElement[bool]:
    match choice.field:
        case "downloaded":
            found = (
                exists()
                .where(
                    _FILES.c.profile_id == MODELS.c.profile_id,
                    _FILES.c.model_id == MODELS.c.model_id,
                )
                .correlate(MODELS)
            )
            return found if choice.value == YES else not_(found)
        case "pending":
            return unsettled() if choice.value == YES else not_(unsettled())
        case "status":
            return _status(choice.value)
        case _:
            told = "" if choice.value == _UNKNOWN else choice.value
            return func.lower(MODELS.c.training_status) == func.lower(told)


def _status(word: str) -> ColumnElement[bool]:
    # Lowered, so that SQLite reads the index that is in the order of names, and need not sort.
    listed, status = MODELS.c.listed.is_(true()), func.lower(MODELS.c.status)
    if word == IN_BUCKET:
        return MODELS.c.listed.is_(false())
    if word in _STAGES:
        return and_(listed, status.in_(_STAGES[word]))
    told = "" if word == _UNKNOWN else word
    return and_(listed, status == told.lower())


def unsettled() -> ColumnElement[bool]:
    """The condition that something about a model, or the deletion of it, is not settled.

    An errand about one model has `domain.models.model_subject` for its subject.
    """
    about = func.substr(ITEMS.c.target, func.instr(ITEMS.c.target, ":") + 1)
    own = select(about).where(is_open(), ITEMS.c.service.is_not(None))
    return or_(
        MODELS.c.profile_id.in_(select(ITEMS.c.target).where(is_open(), deleting())),
        MODELS.c.profile_id.in_(select(about).where(is_open(), emptying())),
        (MODELS.c.profile_id + "/" + MODELS.c.model_id).in_(own),
    )


def deleting() -> ColumnElement[bool]:
    """The condition that an item deletes a racer's models."""
    return or_(*(ITEMS.c.after[name].as_string() == DELETED for name in DELETIONS))


def emptying() -> ColumnElement[bool]:
    """The condition that an errand deletes all of a racer's models, once they are downloaded."""
    return ITEMS.c.service == Service.DOWNLOADED_MODELS.value


@_condition.register
def _labelled(tag: Labelled) -> ColumnElement[bool]:
    key, label = fold(tag.key), fold(tag.label)
    racers = select(_TAGS.c.profile_id).where(
        func.lower(_TAGS.c.key) == key, func.lower(_TAGS.c.value) == label
    )
    own = (
        exists()
        .where(
            _MODEL_TAGS.c.profile_id == MODELS.c.profile_id,
            _MODEL_TAGS.c.model_id == MODELS.c.model_id,
            func.lower(_MODEL_TAGS.c.key) == key,
            func.lower(_MODEL_TAGS.c.value) == label,
        )
        .correlate(MODELS)
    )
    return or_(MODELS.c.profile_id.in_(racers), and_(MODELS.c.tags != "", own))


@_condition.register
def _amount(amount: Amount) -> ColumnElement[bool]:
    size = MODELS.c.size_bytes
    bound = bindable(amount.number * BYTES_PER_GB)
    return and_(size.is_not(None), COMPARE[amount.operator](size, bound))


@_condition.register
def _date(match: DateMatch) -> ColumnElement[bool]:
    column = MODELS.c.created_at
    return and_(column.is_not(None), in_period(column, match))


@_condition.register
def _unknown(unknown: Unknown) -> ColumnElement[bool]:
    match unknown.field:
        case "created":
            return MODELS.c.created_at.is_(None)
        case "size":
            return MODELS.c.size_bytes.is_(None)
        case "track":
            return MODELS.c.track == ""
        case _:
            return not_(_of_racers(USERS.c.email.is_not(None)))
