"""Dialogs about lists in tests: what matches, and what they are opened with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual import events

from drtui.commands.tags import read_tags
from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import SavedFilter
from drtui.domain.tags import OtherValues, Tag, other_values
from drtui.screens.dialogs.tags import TagsDialog
from tests.support.dialogs import Bare

SAVED = [SavedFilter("late", "used>90%"), SavedFilter("Reds", "team:red [b]x")]
TITLES = {"alias": "Alias", "email": "Email", "hours": "Hours", "bar": "Hours as a bar"}


@dataclass(frozen=True)
class Found:
    """What a list names."""

    keys: tuple[int, ...] = ()
    unmatched: tuple[str, ...] = ()
    of_several: int = 0


@dataclass(frozen=True)
class Wanted:
    """What a spreadsheet asks for."""

    users: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def matcher(lines: Sequence[str]) -> Found:
    """Numbers match the user of that number; nothing else matches anybody."""
    names = [line.strip() for line in lines if line.strip()]
    keys = tuple(int(name) for name in names if name.isdecimal())
    return Found(keys, tuple(name for name in names if not name.isdecimal()))


def refuse(lines: Sequence[str]) -> Wanted:
    raise InvalidInputError(f"{len(lines)} lines say nobody.")


async def paste(console: Bare, text: str) -> None:
    console.app.post_message(events.Paste(text))
    await console.pilot.pause()


def beside(add: Sequence[str], remove: Sequence[str]) -> OtherValues:
    change = read_tags(add, remove)
    red, vip = Tag("team", "red"), Tag("tag", "vip")
    present = {frozenset({red}): 9, frozenset({red, vip}): 2, frozenset({vip}): 1}
    return other_values(present, change.add, change.remove)


def tags_dialog() -> TagsDialog:
    return TagsDialog(
        "12 marked users",
        12,
        {"team:red": 11, "vip": 3},
        ["team:red", "team:blue", "vip"],
        beside,
    )
