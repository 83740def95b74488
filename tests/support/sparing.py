"""What a console makes anew for each app, though it is the same, or that nobody looks at.

A process of tests has hundreds of apps, each of which lives for a moment.
"""

from typing import Any, Final

import pytest
from textual import strip
from textual.css.model import RuleSet

from drtui.widgets import message_line, record_table

_AHEAD_SECONDS: Final = record_table._AHEAD_SECONDS
_LONG_SECONDS: Final = 60.0


def spare(patched: pytest.MonkeyPatch) -> None:
    """Let the small things of a frame cost little, and what is said stand until it is read.

    Pages beside the one that is shown are read when they are shown, but where a test asks for
    `read_ahead`.
    """
    patched.setattr(RuleSet, "__hash__", object.__hash__)
    patched.setattr(strip, "FIFOCache", _unbounded)
    patched.setattr(record_table, "_AHEAD_SECONDS", _LONG_SECONDS)
    patched.setattr(message_line, "_SECONDS", _LONG_SECONDS)  # a busy machine takes longer than 3
    patched.setattr(message_line, "_SECONDS_WRONG", _LONG_SECONDS)


@pytest.fixture
def read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables read the pages beside the one that is shown, as they do for an admin."""
    monkeypatch.setattr(record_table, "_AHEAD_SECONDS", _AHEAD_SECONDS)


def _unbounded(_size: int) -> dict[Any, Any]:
    """A cache of a strip, which lives too shortly for a bound."""
    return {}
