"""A table whose rows are read from the account while somebody looks, with a summary above it."""

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from drtui.domain.changes import RecordKind
from drtui.domain.text import clean
from drtui.screens.context import ConsoleContext
from drtui.screens.fresh import FreshScreen
from drtui.screens.lane import Lane
from drtui.screens.table_screen import Found, Row, TableScreen
from drtui.screens.views import View
from drtui.widgets.facts import Facts, Lines

Summary = TypeVar("Summary")


class WatchedTable(TableScreen[Row, Found], FreshScreen, Generic[Row, Found, Summary]):
    """A table over the store that is kept fresh for as long as the screen is in sight."""

    SUMMARY_KINDS: ClassVar[frozenset[RecordKind]] = frozenset()
    """The kinds of records that the summary is made of."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._found: Summary | None = None
        self._head = Facts(self._draw_head, classes="models-head")
        self._summaries: Lane[View, Summary] = Lane(
            self, self._summarise, self._show_summary, self.failed
        )
        self._interest: Lane[tuple[str, ...], None] = Lane(
            self, self._declare, lambda _, __: None, self.failed
        )

    # What a screen fills in

    @abstractmethod
    def _summarise(self, view: View) -> Summary:
        """Read what there is to say of all rows together; in a thread."""

    @abstractmethod
    def _summary_lines(self, summary: Summary, width: int) -> Lines:
        """Draw it."""

    @abstractmethod
    def _declare(self, first: tuple[str, ...]) -> None:
        """Say that somebody looks, and what is to be read first; in a thread."""

    # What it shows

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the table again, what it comes to, and what the filter knows of the account."""
        if kinds & self.SUMMARY_KINDS:
            self._sum_up()
        super().reload(kinds)

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        self._head.renew()

    def _sum_up(self) -> None:
        self._summaries.ask(self._view((), typed=False))

    def _show_summary(self, _: View, summary: Summary) -> None:
        self._found = summary
        self._head.renew()
        self._table.empty = self._nothing(self._expression)
        self._count()

    def _draw_head(self, width: int) -> Lines:
        return [] if self._found is None else self._summary_lines(self._found, width)

    def _unread(self, what: str, trouble: str) -> str:
        """Say why nothing was read yet; empty where that is not known.

        Args:
            what: What was not read, such as `The models`.
            trouble: What the last reading met; empty where nothing went wrong.
        """
        if why := self.context.halted:
            return f"{what} were not read yet: {why}."
        if self.context.held:
            return f"{what} were not read yet; offline on purpose: F goes online."
        if self.context.offline:
            return f"{what} were not read yet, and the account does not answer: offline."
        return f"{what} could not be read: {clean(trouble)} R tries again." if trouble else ""
