"""The whole usage summary, with the account quotas and the age of everything."""

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from drtui.domain.summary import Summary
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog, paragraph
from drtui.widgets.sync_status import age_text, local
from drtui.widgets.usage_summary import full_lines


class SummaryDialog(Dialog[None]):
    """Shows the summary; there is nothing to choose.

    Args:
        summary: As last read.
        now: What ages are reckoned to.
    """

    TITLE_TEXT = "Usage summary"

    def __init__(self, summary: Summary, now: datetime) -> None:
        super().__init__()
        self._summary = summary
        self._now = now

    def content(self) -> Iterable[Widget]:
        """The lines, then how old they are."""
        yield Static(Content("\n").join(full_lines(self._summary)))
        users, settings = self._summary.as_of, self._summary.settings_as_of
        yield paragraph(
            f"Users as of {self._age(users)}; settings as of {self._age(settings)}.", "spaced"
        )

    def _age(self, moment: datetime | None) -> str:
        if moment is None:
            return "not read yet"
        return f"{local(moment):%Y-%m-%d %H:%M:%S %Z} ({age_text(self._now - moment)} ago)"

    def choices(self) -> Iterable[Choice]:
        """To go back."""
        return [Choice("Close", id=CANCEL)]

    def on_mount(self) -> None:
        """Enter closes it."""
        self.query_one(Choice).focus()

    def on_choice_chosen(self) -> None:
        """Close."""
        self.dismiss(None)
