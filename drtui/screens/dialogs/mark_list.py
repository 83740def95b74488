"""Marking from a list: names that were pasted or are in a file."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from drtui.domain.problems import InvalidInputError
from drtui.domain.wording import counted
from drtui.screens.dialogs.list_source import ListDialog
from drtui.screens.dialogs.review import Review

NAMES: Final = "One email, alias or profile id a line; of a CSV, its first column."
"""What a list of racers may hold."""


class Matched(Protocol):
    """Whom a list names, as `commands.selection.Selection` says it."""

    @property
    def keys(self) -> tuple[int, ...]:
        """The users, by their ids in the store."""
        ...

    @property
    def unmatched(self) -> tuple[str, ...]:
        """What matched nobody, or more than one."""
        ...

    @property
    def of_several(self) -> int:
        """How many of these matched more than one."""
        ...


class MarkListDialog(ListDialog[Matched]):
    """Takes a list of names and returns whom to mark, once it was confirmed.

    Args:
        match: Finds what a list names; called in a thread.
        marked: What is marked already, by key.
        takes: What the list may hold.
        what: What is marked, such as `user`.
    """

    TITLE_TEXT = "Mark from a list"

    def __init__(
        self,
        match: Callable[[Sequence[str]], Matched],
        marked: Collection[int] = (),
        takes: str = NAMES,
        what: str = "user",
    ) -> None:
        super().__init__(takes, self._matched, self._review_of)
        self._what = what
        self._match = match
        self._marked = marked

    def _matched(self, lines: Sequence[str]) -> Matched:
        found = self._match(lines)
        if not found.keys and not found.unmatched:
            raise InvalidInputError("There is no name in it.")
        return found

    def _review_of(self, found: Matched) -> Review:
        """Say how many matched, and what did not."""
        number = len(found.keys)
        already = sum(key in self._marked for key in found.keys)
        new = number - already
        told = f"{counted(number, self._what)} matched."
        if already:
            told += f" {already:,} of them {'is' if already == 1 else 'are'} marked already."
        before = len(self._marked)
        stay = f"Marked already: {before:,}; with these {before + new:,}."
        missed = [f"{missed_text(found)}."] if found.unmatched else []
        return Review(
            title=self.TITLE_TEXT,
            told=[told, *([stay] if before and new else []), *missed],
            missed=found.unmatched,
            why="Not marked",
            confirm=f"Mark ({new:,})" if new else "",
        )


def missed_text(found: Matched) -> str:
    """Say how many names matched nobody, and how many are an alias of several."""
    nobody = len(found.unmatched) - found.of_several
    several = f"{counted(found.of_several, 'is an alias', 'are aliases')} of several users"
    parts = [f"{nobody:,} matched nobody"] if nobody else []
    return ", ".join([*parts, several] if found.of_several else parts)
