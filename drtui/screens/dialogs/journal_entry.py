"""One line of the journal, whole: what its row in the table has no room for."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog
from drtui.widgets.facts import Facts, Lines, labelled
from drtui.widgets.sync_status import age_text, local

if TYPE_CHECKING:
    from drtui.store.journal import JournalEntry

_LABEL: Final = 12
_PAGE: Final = "page"
_LONGEST: Final = 2_000


class JournalEntryDialog(Dialog[bool]):
    """Shows a line of the journal; it is left with True to see the operation that it is about.

    Args:
        entry: The line.
        now: What ages are reckoned to.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", key_display="esc"),
        Binding("o", "page", "the operation"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
    ]

    def __init__(self, entry: "JournalEntry", now: datetime) -> None:
        super().__init__()
        self._entry = entry
        self._now = now
        if entry.operation_id is None:
            self._bindings.key_to_bindings.pop("o")

    def heading(self) -> str:
        """What was done."""
        return clean(self._entry.what)

    def content(self) -> Iterable[Widget]:
        """Everything, each with its name before it."""
        yield Facts(self._lines)

    def choices(self) -> Iterable[Choice]:
        """To go back, or on to the operation."""
        yield Choice("Close", id=CANCEL)
        if self._entry.operation_id is not None:
            yield Choice(f"Operation {self._entry.operation_id}", id=_PAGE)

    def _lines(self, width: int) -> Lines:
        entry = self._entry
        at, age = local(entry.at), age_text(self._now - entry.at)
        pairs = [
            ("When", Content(f"{at:%Y-%m-%d %H:%M:%S %Z} ({age} ago)")),
            ("Who", Content(clean(entry.who))),
            ("User", Content(clean(entry.account_user) or "not known")),
            ("What", Content(clean(entry.what, _LONGEST))),
            ("Result", Content(clean(entry.result, _LONGEST))),
        ]
        if entry.operation_id is not None:
            pairs.append(("Operation", Content(str(entry.operation_id))))
        return labelled(pairs, width, _LABEL)

    def on_mount(self) -> None:
        """Enter goes on, where there is more to see; what is above stays in sight."""
        self.query(Choice).last().focus(scroll_visible=False)

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == _PAGE)

    def action_page(self) -> None:
        """Leave for the operation."""
        self.dismiss(True)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(".dialog").scroll_relative(y=by, animate=False)
