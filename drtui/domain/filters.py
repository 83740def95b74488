"""The filter language: from what an admin types to an expression, or to an error with its place.

`team:red hours>4 or not (status:paused used>=80%)`: words match alias, email and tags;
`field:value` and comparisons are in `filter_fields`; what stands side by side must all hold;
`or` binds weaker than that, `not` and a leading `-` bind tighter. `store.filter_sql` turns an
expression into SQL. Which fields there are depends on what is filtered: a `Language`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from drtui.domain.filter_conditions import Condition, ConditionError, read_condition
from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

if TYPE_CHECKING:
    from lark import Lark, Token

LONGEST: Final = 1_000
DEEPEST: Final = 20  # what databases take without running out of stack, with room to spare

# A condition is one token, so that what stands after its sign is not taken for a keyword or a
# negation, and a keyword is one only where a word ends.
_GRAMMAR: Final = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: negation (_AND? negation)*
?negation: (NOT | MINUS) negation -> negated
    | "(" disjunction ")"
    | CONDITION -> condition
    | QUOTED -> phrase
    | WORD -> word

MINUS: "-"
_OR.2: /or(?![^\s()"])/i
_AND.2: /and(?![^\s()"])/i
NOT.2: /not(?![^\s()"])/i
CONDITION.3: WORD /\s*(:|>=|<=|=|<|>)\s*/ (QUOTED | /[^\s()"]+(\s+%(?![^\s()"]))?/)?
QUOTED: /"([^"\\]|\\[\s\S])*"/
WORD: /[^\s()":<>=-][^\s()":<>=]*/
%ignore /\s+/
"""
_CONDITION: Final = re.compile(
    r"(?P<name>[^\s:<>=]+)\s*(?P<sign>:|>=|<=|=|<|>)\s*(?P<value>.*)", re.DOTALL
)
_ESCAPED: Final = re.compile(r'\\(["\\])')
KEYWORDS: Final = frozenset({"and", "or", "not"})
# Not text that a database could compare: controls other than white space, and lone surrogates,
# which is how Python reads arguments that are no UTF-8.
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_BEFORE_CARET: Final = 40
_AFTER_CARET: Final = 30


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every record; what an empty filter means."""


@dataclass(frozen=True, slots=True)
class Word:
    """The text occurs in alias, email or tags, or in a model's name, in whatever case."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Matches exactly what `part` does not."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """Matches what all of two or more parts match."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Matches what any of two or more parts matches."""

    parts: tuple["Expression", ...]


Expression = Everything | Word | Condition | Not | And | Or


class FilterError(InvalidInputError):
    """A filter that cannot be read.

    Attributes:
        message: What is wrong and what would be right, on one line, safe to show.
        position: Where, in characters from the start of the filter; its length means its end.
    """

    def __init__(self, message: str, source: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self._source = source

    def pointed(self) -> str:
        """Return two lines: the filter, or the part around the place, and a caret under it."""
        first = max(0, self.position - _BEFORE_CARET)
        last = self.position + _AFTER_CARET
        before = ("…" if first else "") + _shown(self._source[first : self.position])
        after = _shown(self._source[self.position : last])
        more = "…" if last < len(self._source) else ""
        return f"{before}{after}{more}\n{' ' * _cells(before)}^"


def _shown(text: str) -> str:
    return clean("".join(" " if char.isspace() else char for char in text))


def _cells(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


def parse(text: str, language: Language = RACERS) -> Expression:
    """Read a filter; an empty one matches everything.

    Args:
        text: The filter.
        language: The fields that it can name.

    Raises:
        FilterError: It cannot be read; also when it is longer than 1,000 characters or nests
            deeper than 20 levels.
    """
    if len(text) > LONGEST:
        raise FilterError(f"a filter has at most {LONGEST:,} characters", text, LONGEST)
    if unfit := _NOT_TEXT.search(text):
        raise FilterError("this character cannot be searched for", text, unfit.start())
    if not text.strip():
        return Everything()
    return _parse(text, language)


@cache
def _parser(language: Language) -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder(language))


def _parse(text: str, language: Language) -> Expression:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    parser = _parser(language)
    try:
        return cast("_Part", parser.parse(text)).expression
    except _MisplacedError as error:
        raise FilterError(str(error), text, error.position) from error
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        message = (
            "this quote is not closed"
            if text[place] == '"'
            else f"“{text[place]}” needs a field before it, as in {language.example}, or quotes "
            "around it"
        )
        raise FilterError(message, text, place) from error
    except UnexpectedToken as error:
        found = None if error.token.type == "$END" else error.token
        before = parser.lex(text if found is None else text[: _place(found)])
        raise _out_of_place(list(before), found, text) from error


def _out_of_place(before: list["Token"], found: "Token | None", text: str) -> FilterError:
    last = before[-1] if before else None
    if last is not None and last.type in ("_OR", "_AND", "NOT", "MINUS"):
        return FilterError(f"“{last}” needs a condition after it", text, _place(last))
    if found is None:
        return FilterError("this parenthesis is not closed", text, _last_opened(before))
    if found.type != "RPAR":
        return FilterError(f"“{found}” needs a condition before it", text, _place(found))
    if last is not None and last.type == "LPAR":
        return FilterError("nothing stands in these parentheses", text, _place(last))
    return FilterError("this parenthesis was never opened", text, _place(found))


def _last_opened(tokens: list["Token"]) -> int:
    opened = []
    for token in tokens:
        if token.type == "LPAR":
            opened.append(_place(token))
        elif token.type == "RPAR":
            opened.pop()
    return opened[-1]


def _place(token: "Token") -> int:
    return token.start_pos or 0


class _MisplacedError(Exception):
    """What is wrong at a position, before it is known to belong to which text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression while it is put together, with where it begins and how deep it nests."""

    expression: Expression
    position: int
    depth: int = 1


class _Builder:
    """Makes an expression as the parser goes along: lark calls the method of a rule's name.

    No tree is walked afterwards, so nothing recurses as deep as the parentheses go.
    """

    def __init__(self, language: Language) -> None:
        self._language = language

    def disjunction(self, parts: list[_Part]) -> _Part:
        return self._above(Or(tuple(part.expression for part in parts)), parts, parts[0].position)

    def conjunction(self, parts: list[_Part]) -> _Part:
        return self._above(And(tuple(part.expression for part in parts)), parts, parts[0].position)

    def negated(self, children: tuple["Token", _Part]) -> _Part:
        sign, part = children
        return self._above(Not(part.expression), [part], _place(sign))

    def word(self, children: list["Token"]) -> _Part:
        return _Part(Word(str(children[0])), _place(children[0]))

    def phrase(self, children: list["Token"]) -> _Part:
        token = children[0]
        return _Part(Word(_unquoted(token, _place(token))), _place(token))

    def condition(self, children: list["Token"]) -> _Part:
        place = _place(children[0])
        return _Part(_condition(children[0], place, self._language), place)

    @staticmethod
    def _above(expression: Expression, parts: list[_Part], position: int) -> _Part:
        depth = 1 + max(part.depth for part in parts)
        if depth > DEEPEST:
            raise _MisplacedError(f"this nests deeper than {DEEPEST} levels", position)
        return _Part(expression, position, depth)


def _unquoted(text: str, position: int) -> str:
    inner = _ESCAPED.sub(r"\1", text[1:-1])
    if not inner.strip():
        raise _MisplacedError("nothing stands between these quotes", position)
    return inner


def _condition(text: str, position: int, language: Language) -> Condition:
    match = _CONDITION.fullmatch(text)
    assert match is not None, "the grammar and the pattern agree on what a condition is"
    name, sign, value = match["name"], match["sign"], match["value"]
    field = language.named(name)
    if field is None:
        raise _MisplacedError(_unknown_field(name, sign, language), position)
    at_value = position + match.start("value")
    if not value or value.lower() in KEYWORDS:
        what = f"“{value}” in quotes, if that is it" if value else field.accepts
        message = f"“{name}{sign}” needs a value: {what}"
        raise _MisplacedError(message, at_value)
    quoted = value.startswith('"')
    try:
        plain = _unquoted(value, at_value) if quoted else value
        return read_condition(field, sign, plain, quoted=quoted)
    except ConditionError as error:
        at_sign = position + match.start("sign")
        raise _MisplacedError(str(error), at_sign if error.about_sign else at_value) from error


def _unknown_field(name: str, sign: str, language: Language) -> str:
    if name.endswith("!"):
        return "“!=” is not known here; put “not” before the condition"
    near = language.nearest(name)
    hint = f"did you mean “{near}”?" if near else f"text with “{sign}” goes in quotes"
    return f"“{clean(name, 24)}” is no field; {hint}"
