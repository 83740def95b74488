"""The whole usage summary, with the account quotas and the age of everything."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.summary import Summary
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog
from drtui.widgets.facts import Facts, Lines, labelled
from drtui.widgets.sync_status import age_text, local
from drtui.widgets.usage_summary import full_lines


class SummaryDialog(Dialog[None]):
    """Shows the summary; there is nothing to choose.

    Args:
        summary: As last read.
        now: What ages are reckoned to.
    """

    TITLE_TEXT = "Usage summary"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", "scroll", key_display="↑↓"),
        Binding("up,k", "scroll(-1)", "Scroll up", show=False),
    ]

    def __init__(self, summary: Summary, now: datetime) -> None:
        super().__init__()
        self._summary = summary
        self._now = now

    def content(self) -> Iterable[Widget]:
        """How old everything is, then the lines."""
        yield Facts(self._ages)
        yield Facts(lambda width: full_lines(self._summary, width), classes="spaced")

    def _ages(self, width: int) -> Lines:
        ages = [("Users", self._summary.as_of), ("Settings", self._summary.settings_as_of)]
        return labelled([(f"{what} as of", Content(self._age(at))) for what, at in ages], width, 16)

    def _age(self, moment: datetime | None) -> str:
        if moment is None:
            return "not read yet"
        return f"{local(moment):%Y-%m-%d %H:%M:%S %Z} ({age_text(self._now - moment)} ago)"

    def choices(self) -> Iterable[Choice]:
        """To go back."""
        return [Choice("Close", id=CANCEL)]

    def on_mount(self) -> None:
        """Enter closes it; what is above stays in sight."""
        self.query_one(Choice).focus(scroll_visible=False)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(".dialog").scroll_relative(y=by, animate=False)

    def on_choice_chosen(self) -> None:
        """Close."""
        self.dismiss(None)
