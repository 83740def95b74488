"""The fields of the filter language, and the conditions that can be written about them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Final

from drtui.domain.records import Role, Status
from drtui.domain.text import clean, fold

YES: Final = "yes"
_UNKNOWN: Final = "unknown"
_UNLIMITED: Final = "unlimited"

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
# What a 64-bit integer of bytes has room for, and what multiplies with a limit without rounding.
_NUMBER_IN_RANGE: Final = re.compile(r"[+-]?[0-9]{0,9}(\.[0-9]{0,3})?")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_ID: Final = re.compile(r"[A-Za-z0-9]{15}")  # DeepRacer API facts: the ids of profiles
ERROR_WIDTH: Final = 80
"""How long an error's sentence is at most, so that a terminal of that width shows all of it."""
_LEAST_SHOWN: Final = 6  # characters of a value that is refused
_BETWEEN_WORDS: Final = re.compile(r"[\s_-]+")


class FieldKind(StrEnum):
    """What a field holds, and with it what may be written after its name."""

    TEXT = "text"
    ID = "id"
    CHOICE = "choice"
    WORD = "word"
    TAG = "tag"
    NUMBER = "number"
    DATE = "date"


class Operator(StrEnum):
    """How a number or a date is compared."""

    IS = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a filter can name.

    Attributes:
        name: As it is written and shown.
        help: One line for completion and help.
        example: A condition with this field.
        words: The words it takes as a value; for a choice there is nothing else, and a word field
            takes others as they stand.
        unit: What its number counts; empty where it holds no number.
        percent_of: What `%` is a share of; empty where it takes no percentage.
        aliases: Other names for it.
    """

    name: str
    kind: FieldKind
    help: str
    example: str
    words: tuple[str, ...] = ()
    unit: str = ""
    percent_of: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def accepts(self) -> str:
        """What may be written after the name, for an error message."""
        texts = {
            FieldKind.TEXT: ["text"],
            FieldKind.ID: ["an id of 15 letters and digits"],
            FieldKind.CHOICE: [],
            FieldKind.WORD: ["a word"],
            FieldKind.TAG: ["a label"],
            FieldKind.NUMBER: [f"{self.unit} such as 4"],
            FieldKind.DATE: ["a date such as 2026-05-01", "2026-05", "2026"],
        }[self.kind]
        if self.percent_of:
            texts.append("a share such as 80%")
        texts.extend(self.words)
        return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


@dataclass(frozen=True, eq=False)
class Language:
    """The fields that filters of one kind of record can name.

    Attributes:
        name: Tells it from the other languages.
        fields: By their names, in the order in which help shows them.
        example: A condition, for messages.
    """

    name: str
    fields: Mapping[str, Field]
    example: str

    @cached_property
    def _by_any_name(self) -> Mapping[str, Field]:
        return {
            name: field for field in self.fields.values() for name in (field.name, *field.aliases)
        }

    def named(self, name: str) -> Field | None:
        """Return the field of a name or an alias, in any case; None when there is none."""
        return self._by_any_name.get(name.lower().replace("_", "-"))

    def nearest(self, name: str) -> str | None:
        """Return the field name that is most like a misspelt one; None when none is near."""
        near = get_close_matches(name.lower().replace("_", "-"), self._by_any_name, n=1)
        return near[0] if near else None


def _choice(name: str, help_line: str, example: str, words: Iterable[str]) -> Field:
    return Field(name, FieldKind.CHOICE, help_line, example, tuple(map(str, words)))


def _number(
    name: str,
    help_line: str,
    example: str,
    unit: str,
    *,
    limit: bool = False,
    percent_of: str = "",
    aliases: tuple[str, ...] = (),
) -> Field:
    words = (_UNLIMITED, _UNKNOWN) if limit else (_UNKNOWN,)
    return Field(name, FieldKind.NUMBER, help_line, example, words, unit, percent_of, aliases)


_ALL: Final = (
    Field("alias", FieldKind.TEXT, "The alias contains this", "alias:ada"),
    Field("email", FieldKind.TEXT, "The email contains this", "email:@example.com", (_UNKNOWN,)),
    Field("id", FieldKind.ID, "The profile id", "id:Ab3dE6gH9jK2mN5"),
    _choice("status", "Active, invited, over quota or paused", "status:paused", Status),
    _choice("role", "The role in the deployment", "role:racer", Role),
    _choice("pending", "Something on its way or in conflict", "pending:yes", (YES, "no")),
    Field("team", FieldKind.TAG, "The team, a tag with the key team", "team:red"),
    Field("tag", FieldKind.TAG, "A tag, as label or key:label", "tag:vip"),
    _number(
        "hours",
        "Hours used this month",
        "hours>4",
        "hours",
        percent_of="the limit",
        aliases=("used",),
    ),
    _number("queued", "Hours queued", "queued>0", "hours"),
    _number(
        "left",
        "Hours left: the limit less used and queued hours",
        "left<1",
        "hours",
        percent_of="the limit",
    ),
    _number("limit", "Hours allowed a month", "limit>=10", "hours", limit=True),
    _number(
        "models", "Models created this month", "models>=80%", "models", percent_of="models-limit"
    ),
    _number("models-limit", "Models allowed a month", "models-limit<3", "models", limit=True),
    _number("storage", "GB of models stored", "storage>1", "GB"),
    _number("usd", "Estimated USD of training and evaluation so far", "usd>3", "USD"),
    Field(
        "joined",
        FieldKind.DATE,
        "The day, month or year of joining, in UTC",
        "joined>=2026-05-01",
        (_UNKNOWN,),
    ),
)

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _ALL}
"""Every field of racers by its name, in the order in which help shows them."""

RACERS: Final = Language("racers", FIELDS, "hours>4")
"""What filters of racers can name."""


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
    return Unlimited(field.name) if word == _UNLIMITED else Unknown(field.name)


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
