"""Completion of a filter while it is typed: field names, values, and what is merely unfinished.

Everything comes from the fields of a language, and from the values that the caller knows. Nothing
here parses: the tokens are those of the grammar in `filters`, read from the left to the cursor.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from drtui.domain.filter_fields import RACERS, Field, FieldKind, Language
from drtui.domain.filters import KEYWORDS
from drtui.domain.saved_filters import SAVED_SIGN
from drtui.domain.text import fold

_MOST: Final = 50
_SIGNS: Final = re.compile("[:<>=]+")
_TOKEN: Final = re.compile(
    r"""
      (?P<condition>(?P<name>[^\s():"<>=-][^\s():"<>=]*)\s*(?P<sign>>=|<=|[:=<>])\s*
          (?P<value>"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^\s()"]*))
    | (?P<quoted>"(?:[^"\\]|\\.)*(?:"|\\?\Z))
    | (?P<word>[^\s():"<>=-][^\s():"<>=]*)
    | (?P<open>\() | (?P<close>\)) | (?P<minus>-) | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
# The beginnings of values that are none yet.
_BEGUN: Final[Mapping[FieldKind, re.Pattern[str]]] = {
    FieldKind.NUMBER: re.compile(r"[+-]?\.?"),
    FieldKind.DATE: re.compile("[0-9]{0,3}|[0-9]{4}-0?|[0-9]{4}-[0-9]{1,2}-0?"),
    FieldKind.ID: re.compile("[A-Za-z0-9]{0,14}"),
    FieldKind.TAG: re.compile("(?:[^:]+:)?"),
    FieldKind.TEXT: re.compile(""),
    FieldKind.WORD: re.compile(""),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to put in the place of what is typed.

    Attributes:
        text: What takes its place.
        help: One line about it; empty where it says everything itself.
    """

    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What an account adds to the language.

    Attributes:
        values: Known values by the name of their field, in the order in which to offer them.
        saved: The texts of saved filters by their folded names.
        language: What is added to.
    """

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    saved: Mapping[str, str] = field(default_factory=dict)
    language: Language = RACERS


@dataclass(frozen=True, slots=True)
class Completion:
    """What can follow at the cursor.

    Attributes:
        start: Where the text begins that a candidate takes the place of; it ends at the cursor.
        candidates: In the order in which to offer them.
        hint: What is expected there, where that is not one of a few words.
        unfinished: Where something stands that only has not ended yet: a parenthesis, an “or”.
    """

    start: int
    candidates: tuple[Candidate, ...] = ()
    hint: str = ""
    unfinished: tuple[int, ...] = ()

    def excuses(self, position: int) -> bool:
        """Whether an error at a position may go away by typing on."""
        if position in self.unfinished:
            return True
        return position >= self.start and bool(self.candidates or self.hint)


def complete(text: str, position: int, vocabulary: Vocabulary) -> Completion:
    """Return what can be typed on at a position of a filter.

    Args:
        text: The filter.
        position: Of the cursor, in characters.
        vocabulary: What the account adds to the language.
    """
    before, after = text[:position], text[position : position + 1]
    tokens = list(_TOKEN.finditer(before))
    unfinished = tuple(_unfinished(tokens))
    if after and not after.isspace() and after not in '()"':
        return Completion(position, unfinished=unfinished)  # in the middle of something
    last = tokens[-1] if tokens else None
    if last is None or last.end() < position:
        return Completion(position, _names("", vocabulary.language), unfinished=unfinished)
    start, candidates, hint = _at(last, position, vocabulary)
    return Completion(start, candidates[:_MOST], hint, unfinished)


def ends_in_word(text: str) -> bool:
    """Whether a filter ends in a plain word that may go on: into a longer one, or a condition."""
    tokens = list(_TOKEN.finditer(text))
    return bool(tokens) and tokens[-1]["word"] is not None and tokens[-1].end() == len(text)


def is_begun(text: str, language: Language = RACERS) -> bool:
    """Whether a filter only begins to say something at its end, although it can be read.

    So it is with the name of a field that has no sign yet, and with the beginning of an `or`, an
    `and` or a `not` behind a blank.
    """
    tokens = list(_TOKEN.finditer(text))
    word = tokens[-1]["word"] if tokens else None
    if word is None:
        return False
    if language.named(word) is not None:
        return True
    behind_blank = tokens[-1].start() > 0 and text[tokens[-1].start() - 1].isspace()
    starts = any(keyword.startswith(word.lower()) for keyword in KEYWORDS)
    return len(tokens) > 1 and behind_blank and ends_in_word(text) and starts


def _unfinished(tokens: Sequence[re.Match[str]]) -> list[int]:
    opened: list[int] = []
    for token in tokens:
        if token["open"]:
            opened.append(token.start())
        elif token["close"] and opened:
            opened.pop()
    if tokens:
        last = tokens[-1]
        keyword = last["word"] is not None and last["word"].lower() in KEYWORDS
        if keyword or last["minus"]:
            opened.append(last.start())
    return opened


def _at(
    token: re.Match[str], position: int, vocabulary: Vocabulary
) -> tuple[int, tuple[Candidate, ...], str]:
    """Return where what is completed begins, the candidates and the hint."""
    if token["condition"] is not None:
        about = vocabulary.language.named(token["name"])
        start = token.start("value")
        if about is None:
            return start, (), ""
        return start, *_values(about, token["sign"], token["value"], vocabulary.values)
    start = token.start()
    if (word := token["word"]) is not None:
        return (
            start,
            _saved(word, vocabulary.saved)
            if word.startswith(SAVED_SIGN)
            else _names(word, vocabulary.language),
            "",
        )
    if token["quoted"] is not None:
        return start, (), _unclosed(token["quoted"])
    anew = token["open"] or token["minus"]
    return position, _names("", vocabulary.language) if anew else (), ""


def _names(begun: str, language: Language) -> tuple[Candidate, ...]:
    """Return the fields whose name begins so, or else one of their other names."""
    prefix = begun.lower().replace("_", "-")
    found = []
    for one in language.fields.values():
        names = [name for name in (one.name, *one.aliases) if name.startswith(prefix)]
        if names:
            found.append(Candidate(names[0] + _usual_sign(one), one.help))
    return tuple(found)


def _usual_sign(about: Field) -> str:
    """Return the sign that the field's example has."""
    match = _SIGNS.search(about.example)
    assert match is not None, "an example is a condition"
    return match[0]


def _saved(word: str, saved: Iterable[str]) -> tuple[Candidate, ...]:
    prefix = fold(word.removeprefix(SAVED_SIGN))
    names = [name for name in saved if name.startswith(prefix) and name != prefix]
    return tuple(Candidate(f"{SAVED_SIGN}{name}", "a saved filter") for name in names)


def _values(
    about: Field, sign: str, value: str, values: Mapping[str, Sequence[str]]
) -> tuple[tuple[Candidate, ...], str]:
    if value.startswith('"'):
        return (), _unclosed(value)
    equal = sign in (":", "=")
    if not equal and about.kind not in (FieldKind.NUMBER, FieldKind.DATE):
        return (), ""
    words = [*values.get(about.name, ()), *about.words] if equal else []
    if (
        about.kind in (FieldKind.CHOICE, FieldKind.WORD) and "-" in value
    ):  # a choice is taken in either spelling
        words = [word.replace("_", "-") for word in words]
    prefix = fold(value)
    begun = [word for word in dict.fromkeys(words) if fold(word).startswith(prefix)]
    candidates = tuple(Candidate(word) for word in begun if fold(word) != prefix)
    no_value_yet = _BEGUN.get(about.kind)
    hint = about.accepts if no_value_yet is not None and no_value_yet.fullmatch(value) else ""
    return candidates, hint


def _unclosed(quoted: str) -> str:
    return "" if _CLOSED.fullmatch(quoted) else "text as it stands; a quote ends it"
