"""The conditions that can be written about the fields of the filter language, and reading them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from drtui.domain.filter_fields import UNLIMITED_WORD, Field, FieldKind, Operator
from drtui.domain.text import clean, fold

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
# What a 64-bit integer of bytes has room for, and what multiplies with a limit without rounding.
_NUMBER_IN_RANGE: Final = re.compile(r"[+-]?[0-9]{0,9}(\.[0-9]{0,3})?")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_ID: Final = re.compile(r"[A-Za-z0-9]{15}")  # DeepRacer API facts: the ids of profiles
ERROR_WIDTH: Final = 80
"""How long an error's sentence is at most, so that a terminal of that width shows all of it."""
_LEAST_SHOWN: Final = 6  # characters of a value that is refused
_BETWEEN_WORDS: Final = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text field contains the text or, when `whole`, is the text; ASCII case is ignored."""

    field: str
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class IdMatch:
    """The id is this one: of a profile, or of a model or its racer."""

    profile_id: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice field has this value, one of its field's `words`; a word field may have others."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """There is a tag with this key and label; a plain label has the key `tag`."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number field compared with a number, in the field's unit or in percent."""

    field: str
    operator: Operator
    number: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date field compared with a period: from `start` (in it) to `end` (past it), UTC."""

    field: str
    operator: Operator
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """The account has not told this field."""

    field: str


@dataclass(frozen=True, slots=True)
class Unlimited:
    """This limit is unlimited."""

    field: str


Condition = TextMatch | IdMatch | Choice | Labelled | Amount | DateMatch | Unknown | Unlimited


class ConditionError(ValueError):
    """A condition that its field does not take; the message is for the admin.

    Attributes:
        about_sign: Whether the sign is wrong, not the value.
    """

    def __init__(self, message: str, *, about_sign: bool = False) -> None:
        super().__init__(message)
        self.about_sign = about_sign


def read_condition(field: Field, sign: str, value: str, *, quoted: bool) -> Condition:
    """Read a condition about a field.

    Args:
        field: What stands before the sign.
        sign: `:`, `=`, `<`, `<=`, `>` or `>=`.
        value: What stands after it, without quotes; not empty.
        quoted: Whether it stood in quotes, so that it is no special word of a text field.

    Raises:
        ConditionError: The field does not take this sign or this value.
    """
    operator = Operator.IS if sign == ":" else Operator(sign)
    plain = value.strip()
    if field.kind is FieldKind.NUMBER:
        return _read_special(field, operator, plain) or _read_number(field, operator, plain)
    if field.kind is FieldKind.DATE:
        return _read_special(field, operator, plain) or _read_date(field, operator, plain)
    if operator is not Operator.IS:
        raise ConditionError(f"“{field.name}” takes “:” or “=”, not “{sign}”", about_sign=True)
    if field.kind is FieldKind.TEXT:
        special = None if quoted else _read_special(field, operator, plain)
        return special or TextMatch(field.name, value, whole=sign == "=")
    return _READERS[field.kind](field, plain)


def _read_special(field: Field, operator: Operator, value: str) -> Unknown | Unlimited | None:
    word = fold(value)
    if word not in field.words:
        return None
    if operator is not Operator.IS:
        message = f"“{word}” is no value to compare with: write “:”, not “{operator}”"
        raise ConditionError(message, about_sign=True)
    return Unlimited(field.name) if word == UNLIMITED_WORD else Unknown(field.name)


def _read_number(field: Field, operator: Operator, value: str) -> Amount:
    digits = value.removesuffix("%").rstrip()
    percent = value.endswith("%")
    if not _NUMBER.fullmatch(digits):
        raise _refusal(field, value)
    if percent and not field.percent_of:
        raise ConditionError(f"“{field.name}” takes {field.accepts}, no percentage")
    if not _NUMBER_IN_RANGE.fullmatch(digits):
        raise ConditionError(
            f"“{clean(digits, 12)}” is too long: 9 digits before the point, 3 behind it at most"
        )
    return Amount(field.name, operator, Decimal(digits), percent)


def _read_date(field: Field, operator: Operator, value: str) -> DateMatch:
    match = _DATE.fullmatch(value)
    if not match:
        raise _refusal(field, value)
    year, month, day = match.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if day:
            end = start + timedelta(days=1)
        elif month:
            end = (start + timedelta(days=31)).replace(day=1)
        else:
            end = start.replace(year=start.year + 1)
    except (ValueError, OverflowError) as error:
        raise ConditionError(f"“{value}” is no date of the calendar") from error
    return DateMatch(field.name, operator, start, end)


def _read_id(field: Field, value: str) -> IdMatch:
    if not _ID.fullmatch(value):
        raise _refusal(field, value)
    return IdMatch(value)


def _read_choice(field: Field, value: str) -> Choice:
    for word in field.words:
        if _squeezed(word) == _squeezed(value):
            return Choice(field.name, word)
    raise _refusal(field, value)


def _read_word(field: Field, value: str) -> Choice:
    words = (word for word in field.words if _squeezed(word) == _squeezed(value))
    return Choice(field.name, next(words, value))


def _squeezed(value: str) -> str:
    return _BETWEEN_WORDS.sub("", fold(value))


def _read_tag(field: Field, value: str) -> Labelled:
    key, colon, label = value.partition(":")
    if field.name != "tag" or not colon:
        return Labelled(field.name, value)
    if not key or not label:
        raise _refusal(field, value)
    return Labelled(key, label)


def _refusal(field: Field, value: str) -> ConditionError:
    told = f"“{field.name}” takes {field.accepts}, not “”"
    room = max(_LEAST_SHOWN, ERROR_WIDTH - len(told))
    return ConditionError(f"{told[:-1]}{clean(value, room)}”")


_READERS: Final[Mapping[FieldKind, Callable[[Field, str], Condition]]] = {
    FieldKind.ID: _read_id,
    FieldKind.CHOICE: _read_choice,
    FieldKind.WORD: _read_word,
    FieldKind.TAG: _read_tag,
}
