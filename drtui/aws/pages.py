"""What a network answers in the place of whoever was asked: its own sign-in, or a web page."""

from collections.abc import Mapping
from typing import Final

WANTS_SIGN_IN: Final = frozenset({407, 511})
"""The statuses by which a network says that it wants a sign-in of its own."""

WANTS_SIGN_IN_FOR_A_FILE: Final = WANTS_SIGN_IN | {401}
"""The same for a file that everybody may read, which itself wants none."""

_LOOKED_AT: Final = 512


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a web page, or another document in angle brackets.

    Args:
        headers: By name in lower case.
        body: As received.
    """
    marked = "html" in headers.get("content-type", "").lower()
    return marked or body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
