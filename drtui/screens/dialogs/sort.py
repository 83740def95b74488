"""By what to sort a table."""

from collections.abc import Iterable, Mapping, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.screens.dialogs.base import ChoiceList, Dialog

_FOCUS, _DIM = "$primary", "$foreground-muted"


class SortDialog(Dialog[str]):
    """Chooses what to sort by; a letter chooses at once.

    Args:
        names: What can be sorted by, of the titles.
        present: What it is sorted by now.
        titles: What each is called.
        letters: What chooses each.
    """

    TITLE_TEXT = "Sort by"

    def __init__(
        self,
        names: Sequence[str],
        present: str,
        titles: Mapping[str, str],
        letters: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._names = names
        self._present = present
        self._titles = titles
        self._letters = letters
        for name in names:
            self._bindings.bind(letters[name], f"choose('{name}')", show=False)

    def content(self) -> Iterable[Widget]:
        """The list."""
        yield ChoiceList(*(self._option(name) for name in self._names), compact=True)

    def _option(self, name: str) -> Option:
        line = Content.assemble((self._letters[name], f"bold {_FOCUS}"), f"  {self._titles[name]}")
        if name == self._present:
            line += Content.styled("  now; again reverses", _DIM)
        return Option(line, id=name)

    def on_mount(self) -> None:
        """Begin with what it is sorted by now."""
        options = self.query_one(OptionList)
        options.highlighted = self._names.index(self._present)
        options.focus()

    def action_choose(self, name: str) -> None:
        """Sort by this."""
        self.dismiss(name)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
