"""Labels from a spreadsheet: pasted, or read from a file, and reviewed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from drtui.domain.wording import counted
from drtui.screens.dialogs.list_source import ListDialog
from drtui.screens.dialogs.review import Review

_NAMED: Final = 12


class Wanted(Protocol):
    """What a spreadsheet asks for, as `commands.tag_import.TagImport` says it."""

    @property
    def users(self) -> int:
        """How many users get labels."""
        ...

    @property
    def labels(self) -> Mapping[str, int]:
        """Every label, with how many users get it."""
        ...

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not imported, a line each."""
        ...

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headings of the columns that are not labels."""
        ...


Found = TypeVar("Found", bound=Wanted)


class TagImportDialog(ListDialog[Found]):
    """Takes a CSV and returns what it asks for, once it was confirmed.

    Args:
        read: Reads the lines of a CSV; called in a thread.
    """

    TITLE_TEXT = "Import tags"

    def __init__(self, read: Callable[[Sequence[str]], Found]) -> None:
        super().__init__(
            "A CSV whose first line names the columns: email, alias or profile_id; team; tags. "
            "A heading such as class: is a key of its own.",
            read,
            self._review_of,
        )

    def _review_of(self, found: Found) -> Review:
        """Say who gets what, and what is left out."""
        told = ["Nobody gets a label."]
        if found.users:
            named = [f"{label} ({number:,})" for label, number in found.labels.items()]
            more = ", …" if len(named) > _NAMED else ""
            told = [
                f"{counted(found.users, 'user gets', 'users get')} labels: "
                f"{', '.join(named[:_NAMED])}{more}"
            ]
        if found.left_out:
            told.append(f"Columns left out: {', '.join(found.left_out)}.")
        return Review(
            title=self.TITLE_TEXT,
            told=told,
            missed=found.missed,
            why="Not imported",
            confirm=f"Import ({found.users:,})" if found.users else "",
        )
