"""A conflict, or all of an operation's: whose values win."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.naming import name_of
from drtui.domain.operations import Item
from drtui.domain.text import clean
from drtui.domain.wording import field_label, value_text
from drtui.screens.dialogs.base import CANCEL, Choice, Dialog, paragraph
from drtui.screens.operation_cells import told_fields
from drtui.widgets.cells import Run, fit, placed
from drtui.widgets.facts import Facts, Lines

_DIM: Final = "$foreground-muted"
_WIDTHS: Final = (20, 14, 11, 11, 11)
_HEADINGS: Final = ("Alias", "", "before", "ours", "theirs")


class Answer(Enum):
    """What to do about conflicts."""

    THEIRS = "theirs"
    OURS = "ours"
    ALL = "all"


class SettleDialog(Dialog[Answer]):
    """Shows both values and asks which win; None leaves the conflicts as they are.

    Args:
        number: The operation's.
        items: Conflicts to show.
        count: How many are settled.
        more: What `a` leads to instead; empty where these are all there are.
        whose: Whose operation it is, where it is another's; a sentence, or none.
        names: Names by target, where an alias does not tell who it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "answer('theirs')", "keep theirs"),
        Binding("o", "answer('ours')", "apply ours"),
    ]

    def __init__(
        self,
        number: int,
        items: Sequence[Item],
        count: int,
        more: str,
        whose: Sequence[str] = (),
        *,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._names = names or {}
        self._whose = whose
        self._number = number
        self._items = items
        self._count = count
        if more:
            self._bindings.bind("a", "answer('all')", more)

    def heading(self) -> str:
        """Which operation."""
        conflicts = "the conflict" if self._count == 1 else f"{self._count:,} conflicts"
        return f"Settle {conflicts} of operation {self._number}"

    def content(self) -> Iterable[Widget]:
        """Both values, and what either answer does."""
        for sentence in self._whose:
            yield paragraph(sentence)
        yield paragraph(self._why())
        yield Facts(self._lines, classes="spaced")
        hidden = self._count - len(self._items)
        if hidden > 0:
            yield paragraph(f"and {hidden:,} more: the operation's page shows them all.", "dim")
        yield paragraph(
            "Theirs leaves the account as it is. Ours replaces theirs. Later changes to the same "
            "racers wait until this is settled.",
            "spaced",
        )

    def _why(self) -> str:
        reasons = {item.reason for item in self._items}
        whole = clean(reasons.pop()).rstrip(". ") if len(reasons) == 1 else ""
        told = f": {whole}" if whole else ""
        return f"What this operation was planned on is not there any more{told}."

    def _lines(self, width: int) -> Lines:
        lines = [Content.styled(_row(_HEADINGS, width), _DIM)]
        for item in self._items:
            alias = name_of(item.label, item.target)
            if whole := self._names.get(item.target):
                lines.append(Content(fit(whole, width)))
                alias = ""
            for name in told_fields(item):
                values = [
                    value_text(name, one.get(name))
                    for one in (item.before, item.after, item.theirs)
                ]
                lines.append(Content(_row((alias, field_label(name), *values), width)))
                alias = ""
        return lines

    def choices(self) -> Iterable[Choice]:
        """To leave it, or whose values win."""
        return [
            Choice("Cancel", id=CANCEL),
            Choice(f"Keep theirs ({self._count:,})", id=Answer.THEIRS.value),
            Choice(f"Apply ours ({self._count:,})", id=Answer.OURS.value),
        ]

    def on_mount(self) -> None:
        """Enter does nothing yet: there are two ways, and one has to be chosen."""
        self.query(Choice).first().focus()

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        if event.choice.id == CANCEL:
            self.dismiss(None)
        else:
            self.dismiss(Answer(event.choice.id))

    def action_answer(self, answer: str) -> None:
        """Take an answer by its key."""
        self.dismiss(Answer(answer))


def _row(texts: Sequence[str], width: int) -> str:
    cells = [
        "".join(run.text for run in placed([Run(text)], size))
        for text, size in zip(texts, _WIDTHS, strict=True)
    ]
    return "".join(run.text for run in placed([Run(" ".join(cells))], width)).rstrip()
