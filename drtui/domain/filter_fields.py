"""The fields of the filter language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Final

from drtui.domain.records import Role, Status

YES: Final = "yes"
_UNKNOWN: Final = "unknown"
UNLIMITED_WORD: Final = "unlimited"


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
    words = (UNLIMITED_WORD, _UNKNOWN) if limit else (_UNKNOWN,)
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
