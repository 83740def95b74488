"""What a table can show, and the keys that are the same for every table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding

from drtui.domain.filter_fields import Language
from drtui.widgets.columns import Column

SORT_KEYS: Final = (
    Binding("s", "sort", "sort", tooltip="Choose what to sort by"),
    Binding("S", "reverse", "Reverse the order", show=False),
)
SAVED_FILTERS_KEY: Final = Binding("f", "saved_filters", "Saved filters", show=False)
BRING_BACK_KEY: Final = Binding(
    "ctrl+r", "bring_back", "Bring the last marks back", show=False, key_display="gm"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table can show.

    Attributes:
        name: What its columns are remembered by.
        language: What its filter can name.
        columns: All there are, in the usual order.
        titles: What each column is called where it is chosen.
        usual: The columns that are shown where nothing was chosen.
        always: Those of them that cannot be hidden.
        sorts: By what it can be sorted: the field of the store, and whether the largest comes
            first.
        sort_titles: What each of these is called.
        sort_letters: What chooses each of them.
        first: What it is sorted by to begin with.
        what: What a row is called, such as `model`.
        nobody: How a sentence begins that says that no row matches.
        hint: What stands in the filter while nothing is typed.
    """

    name: str
    language: Language
    columns: Sequence[Column]
    titles: Mapping[str, str]
    usual: tuple[str, ...]
    always: tuple[str, ...]
    sorts: Mapping[str, tuple[str, bool]]
    sort_titles: Mapping[str, str]
    sort_letters: Mapping[str, str]
    first: str
    what: str
    nobody: str
    hint: str

    @property
    def nobody_there(self) -> str:
        """Why nothing can be done to a row where there is none, as a refusal."""
        return f"there is {self.nobody[:1].lower()}{self.nobody[1:]} to do it to"
