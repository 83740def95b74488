"""Text from outside is data: what may reach a terminal, a log, a CSV cell or a comparison."""

import re
import unicodedata
from datetime import datetime
from typing import Final

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Cc controls, Cf formats (bidi, zero width, soft hyphen), Cs surrogates, Co private use,
# Zl and Zp line and paragraph separators: each can move the cursor, reorder or hide text.
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Account ids, access keys, and what is as long as a token; what begins with a slash is a path, of
# which a part is shorter from one slash to the next.
_SECRET: Final = re.compile(
    r"\b\d{12}\b|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"
    r"|(?<![A-Za-z0-9+/=_.~-])[A-Za-z0-9+=_-][A-Za-z0-9+/=_-]{79,}|[A-Za-z0-9+=_-]{64,}",
    re.ASCII,
)
_USER_AGENT: Final = re.compile(r"(?=.{1,256}\Z)[!-~]+( [!-~]+)*")
# Blanks, and marks that stand on what is before them, variation selectors among them.
_UNSEEN: Final = frozenset({"Zs", "Mn", "Me"})
# Letters and symbols without a shape.
_FILLERS: Final = frozenset(
    {
        *("\N{HANGUL CHOSEONG FILLER}", "\N{HANGUL JUNGSEONG FILLER}", "\N{HANGUL FILLER}"),
        *("\N{HALFWIDTH HANGUL FILLER}", "\N{BRAILLE PATTERN BLANK}"),
    }
)
_JOINER: Final = "\N{ZERO WIDTH JOINER}"
# Full-width forms too: spreadsheets for East Asian scripts take them for the plain ones.
_FORMULA: Final = (
    *("=", "+", "-", "@", "|", "%"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)


def clean(text: str, limit: int = 200) -> str:
    """Make text from outside safe to show on one line.

    Control, format (bidi included), surrogate and private-use characters become a replacement
    character, so that their presence is seen; emoji sequences lose their joiner silently.

    Args:
        text: Anything, from anywhere.
        limit: Longest result, in characters; a longer text ends in an ellipsis.
    """
    if text.isascii() and text.isprintable():
        cleaned = text
    else:
        cleaned = "".join(
            _REPLACEMENT if unicodedata.category(char) in _UNSAFE else char
            for char in text
            if char != _JOINER
        )
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def is_seen(text: str) -> bool:
    """Whether anything is seen of a text once it is `clean`: not of blanks, marks or fillers."""
    if text.isascii():
        return bool(text.strip())
    return any(
        char not in _FILLERS and unicodedata.category(char) not in _UNSEEN for char in clean(text)
    )


def shown_alias(alias: str, limit: int = 200) -> str:
    """Return an alias `clean`, or a question mark where nothing would be seen of it."""
    return clean(alias, limit) if is_seen(alias) else "?"


def one_for_one(text: str) -> str:
    """Make text safe to draw where it is edited: every character stays at its place."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _REPLACEMENT if unicodedata.category(char) in _UNSAFE and char != _JOINER else char
        for char in text
    )


def is_user_agent(text: str) -> bool:
    """Whether calls can say that they come from this: words of printable ASCII, a blank between."""
    return _USER_AGENT.fullmatch(text) is not None


def without_secrets(text: str) -> str:
    """Return text on one line without account ids, keys and tokens."""
    return _SECRET.sub("…", " ".join(text.split()))


def csv_cell(value: object) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula.

    Numbers keep their sign; other text that starts like a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    text = clean(str(value), limit=32_000)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def iso(moment: datetime | None) -> str | None:
    """Return a UTC time as ISO 8601 to the second, ending in Z; None stays None."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def fold(text: str) -> str:
    """Return the form in which text is searched and compared, whatever its case."""
    return unicodedata.normalize("NFKC", text).casefold()
