"""Labels on sponsored users: a plain `vip`, or a key and a value such as `team:red`."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.filters import KEYWORDS
from drtui.domain.text import clean, fold

PLAIN: Final = "tag"  # the key of a plain label, and the filter's field for it
TEAM: Final = "team"  # the key of which a racer has one label
_OTHERS_SHOWN: Final = 6
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


def stored_tag(label: str) -> Tag:
    """Return the label that a text in the store is, whatever it holds."""
    key, colon, value = label.partition(":")
    return Tag(key, value) if colon else Tag(PLAIN, label)


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
    if tag.value in KEYWORDS:
        raise TagError(f"“{shown}” cannot be a label: in a filter, “{tag.value}” joins conditions")
    return tag


@dataclass(frozen=True, slots=True)
class OtherValues:
    """Labels that users have beside those they are to get, with the same keys.

    Attributes:
        users: How many users have any.
        labels: Each of them, with how many have it.
    """

    users: int
    labels: Mapping[Tag, int]

    @property
    def what(self) -> str:
        """What these users have: `another team`."""
        return f"another {clean(' or '.join(sorted({tag.key for tag in self.labels})))}"

    def __str__(self) -> str:
        """Return them, safe to show, the most frequent first: `team:red (10), team:green (2)`."""
        ordered = sorted(self.labels, key=lambda tag: (-self.labels[tag], tag))
        named = [f"{clean(str(tag))} ({self.labels[tag]:,})" for tag in ordered[:_OTHERS_SHOWN]]
        return ", ".join([*named, *["…"] * (len(ordered) > _OTHERS_SHOWN)])


def other_values(
    present: Mapping[frozenset[Tag], int], add: Collection[Tag], remove: Collection[Tag]
) -> OtherValues:
    """Count who has another value of a key of which a value is added, and keeps it.

    Args:
        present: The labels that users have, and how many users have exactly these.
        add: Labels that all of them get; plain ones take nobody's place.
        remove: Labels that all of them lose.
    """
    keys = {tag.key for tag in add} - {PLAIN}
    users, labels = 0, Counter[Tag]()
    for tags, number in present.items():
        others = [tag for tag in tags if tag.key in keys and tag not in add and tag not in remove]
        users += number if others else 0
        for tag in others:
            labels[tag] += number
    return OtherValues(users, labels)
