"""Labels on sponsored users: a plain `vip`, or a key and a value such as `team:red`."""

import re
from dataclasses import dataclass
from typing import Final

from drtui.domain.text import fold

PLAIN: Final = "tag"  # the key of a plain label, and the filter's field for it
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
