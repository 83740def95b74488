"""Labels on sponsored users: a plain `vip`, or a key and a value such as `team:red`."""

import re
from dataclasses import dataclass
from typing import Final

from drtui.domain.text import fold

PLAIN: Final = "tag"  # the key of a plain label, and the filter's field for it
TEAM: Final = "team"  # the key of which a racer has one label
_KEYWORDS: Final = frozenset({"and", "or", "not"})  # the filter's
_LABEL: Final = re.compile(r"(?:(?P<key>[^\W\d_][\w-]{0,29}):)?(?P<value>[\w.+#@/-]{1,60})")


class TagError(ValueError):
    """A label that cannot be used; the message is for the admin."""


@dataclass(frozen=True, slots=True, order=True)
class Tag:
    """One label; both parts are folded, so that `Team:Red` and `team:red` are one."""

    key: str
    value: str

    def __str__(self) -> str:
        """Return the label as it is written."""
        return self.value if self.key == PLAIN else f"{self.key}:{self.value}"


def parse_tag(text: str) -> Tag:
    """Read a label.

    Raises:
        TagError: It is not one word, or holds other characters.
    """
    match = _LABEL.fullmatch(fold(text.strip()))
    if match is None:
        raise TagError(
            f"“{text.strip()[:40]}” cannot be a label: write one word, or key:value, of letters, "
            "digits and . + # @ / - _"
        )
    return Tag(match["key"] or PLAIN, match["value"])


def parse_new_tag(text: str) -> Tag:
    """Read a label that somebody is to get: one that can be typed in a filter as it stands.

    Raises:
        TagError: It is none, or a filter would take it for something else.
    """
    tag = parse_tag(text)
    shown = text.strip()[:40]
    if tag.value.startswith("-"):
        raise TagError(f"“{shown}” cannot be a label: in a filter, a leading “-” means not")
    if tag.key == PLAIN and tag.value.startswith("@"):
        raise TagError(f"“{shown}” cannot be a label: in a filter, “@” names a saved filter")
    if tag.value in _KEYWORDS:
        raise TagError(f"“{shown}” cannot be a label: in a filter, “{tag.value}” joins conditions")
    return tag
