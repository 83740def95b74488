"""Saved filters: named ones, and `@name` in a filter, which stands for one in parentheses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.filters import Expression, FilterError, parse
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, fold

SAVED_SIGN: Final = "@"
_NAME: Final = re.compile(r"[\w.-]{1,30}")
# Quoted text and the values of conditions are passed over, so that a sign in them stays a sign.
_PIECE: Final = re.compile(
    r"""
      "(?:[^"\\]|\\.)*"?
    | [:<>=]\s*(?:"(?:[^"\\]|\\.)*"?|[^\s()"]+)
    | (?<![^\s("-])@(?P<name>[^\s():"<>=]*)
    """,
    re.VERBOSE | re.DOTALL,
)
NAME_RULE: Final = "write one word of letters, digits and . - _, of 30 characters at most"


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter with a name.

    Attributes:
        name: As it was typed; found again in whatever case.
        text: In the filter language, without names of other saved filters.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the text that was put together: what it comes from, and whether as it was."""

    begin: int
    source: int
    saved: bool


def refers(text: str) -> bool:
    """Whether a filter may name saved filters, so that these have to be known to read it."""
    return SAVED_SIGN in text


def check_name(name: str) -> None:
    """Check the name of a saved filter.

    Raises:
        InvalidInputError: It is not one word.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"“{clean(name, 40)}” cannot be a name: {NAME_RULE}.")


def expand(text: str, saved: Mapping[str, str]) -> str:
    """Return a filter with every `@name` replaced by what it stands for.

    Args:
        text: The filter.
        saved: The texts of saved filters by their folded names.

    Raises:
        FilterError: A name is not known; it points at the place.
    """
    return _expand(text, saved)[0]


def parse_with(text: str, saved: Mapping[str, str], language: Language = RACERS) -> Expression:
    """Read a filter that may name saved ones; see `expand` and `filters.parse`.

    Raises:
        FilterError: It cannot be read. A place within a saved filter is told as that of its name.
    """
    expanded, stretches = _expand(text, saved)
    try:
        return parse(expanded, language)
    except FilterError as error:
        stretch = [one for one in stretches if one.begin <= error.position][-1]
        beyond = 0 if stretch.saved else error.position - stretch.begin
        place = min(stretch.source + beyond, len(text))
        raise FilterError(error.message, text, place) from error


def _expand(text: str, saved: Mapping[str, str]) -> tuple[str, list[_Stretch]]:
    parts: list[str] = []
    stretches = [_Stretch(0, 0, saved=False)]
    length = copied = 0
    for piece in _PIECE.finditer(text):
        name = piece["name"]
        if name is None:
            continue
        if fold(name) not in saved:
            raise FilterError(_unknown(name), text, piece.start())
        before, inner = text[copied : piece.start()], f"({saved[fold(name)]})"
        parts += [before, inner]
        length += len(before)
        stretches.append(_Stretch(length, piece.start(), saved=True))
        length += len(inner)
        stretches.append(_Stretch(length, piece.end(), saved=False))
        copied = piece.end()
    parts.append(text[copied:])
    return "".join(parts), stretches


def _unknown(name: str) -> str:
    if not name:
        return "“@” needs the name of a saved filter after it"
    return (
        f"no saved filter is called “{clean(name, 40)}”; text that begins with “@” goes in quotes"
    )
