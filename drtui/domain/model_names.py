"""What the file of a downloaded model is called: safe on any file system, stable, and telling.

A name is `{alias}_{model}_{mark}.tar.gz`, of letters, digits, `-` and `_` alone. The mark follows
from the ids of racer and model, which names are not unique without; it has small letters and digits
only, so that names stay different where a file system ignores case. With it before the first dot,
no name is one that Windows reserves, and none begins or ends with a dot or a blank.
"""

import hashlib
import re
import unicodedata
from typing import Final

ENDING: Final = ".tar.gz"
PART: Final = ".part"
"""What the name of a file that is not whole yet has behind it."""

TAG: Final = ".etag"
"""What the name of the file has behind it that says of what a part is one."""

LONGEST: Final = 120
"""Bytes of a name: with what is put behind a part's, below the 143 of an encrypted home folder."""

_MARK: Final = 12
_ALIAS_BYTES: Final = 40
_MODEL_BYTES: Final = 56
_KEPT: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"})
# Letters and marks that show nothing, although Unicode counts them among letters and marks.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_MARKED: Final = re.compile(r"(.+)_[0-9a-f]{12}\.tar\.gz", re.DOTALL)


def mark_of(profile_id: str, model_id: str) -> str:
    """Return what tells a model's file from all others."""
    return hashlib.sha256(f"{profile_id}/{model_id}".encode()).hexdigest()[:_MARK]


def file_name(alias: str, model: str, profile_id: str, model_id: str) -> str:
    """Return the name of a model's file, always the same for the same four.

    Args:
        alias: The racer's: text from outside.
        model: The model's name: text from outside.
        profile_id: The racer's.
        model_id: The model's.
    """
    told = (_told(alias, _ALIAS_BYTES, "racer"), _told(model, _MODEL_BYTES, "model"))
    return "_".join((*told, mark_of(profile_id, model_id))) + ENDING


def is_file_name(name: str) -> bool:
    """Whether a name is one that `file_name` may have made: no path, and nothing hidden."""
    marked = _MARKED.fullmatch(name)
    if marked is None or len(name.encode(errors="replace")) > LONGEST:
        return False
    return not _UNSEEN.search(name) and all(char == "-" or _is_told(char) for char in marked[1])


def _told(text: str, most: int, otherwise: str) -> str:
    """Return as much of a text as a file's name can tell."""
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    kept = "".join(char if _is_told(char) else "-" for char in composed)
    safe = re.sub("-+", "-", kept).encode()[:most].decode(errors="ignore").strip("-_")
    return safe or otherwise


def _is_told(char: str) -> bool:
    """Whether a name has a character as it is: a letter, a mark on one, a digit, `_`."""
    return char == "_" or unicodedata.category(char) in _KEPT
