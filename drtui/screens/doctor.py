"""The doctor's report in the console: what works here and what does not, but for the network."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from drtui.domain.doctoring import Area, Check, Verdict, tally
from drtui.domain.problems import ProblemError
from drtui.screens.context import ConsoleContext
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall

_STYLES: Final = {
    Verdict.OK: "$foreground-muted",
    Verdict.WARNING: "$warning",
    Verdict.FAILED: "bold $error",
    Verdict.NOT_CHECKED: "$foreground-muted",
}
_INDENT: Final = "  "
_GAP: Final = "  "
_BESIDE: Final = 72
"""The width from which on what was found stands beside the names, and not below them."""
_INTRODUCTION: Final = (
    "What can be known without the network; “drtui doctor” in a shell looks at the network too. "
    "It holds no secrets: it can be pasted into a bug report."
)


class DoctorScreen(ModalScreen[None], GuardedScreen[None]):
    """Everything that was looked at, by area; each with what to do where something is missing.

    Args:
        context: What the screens share.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,D,q", "leave", "back", key_display="esc"),
        Binding("down,j", "scroll(1)", "scroll", key_display="↑↓"),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("r", "look", "look again"),
        Binding("y", "copy", "copy"),
        Binding("g", "top", show=False),
        Binding("G", "bottom", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self._shared = context
        self._checks: Sequence[Check] = ()
        self._problem = ""
        self._facts = Facts(self._lines)

    def compose(self) -> ComposeResult:
        """Lay out the report."""
        with VerticalScroll(id="doctor"):
            yield self._facts
        yield KeyLine()
        yield TooSmall()

    def on_mount(self) -> None:
        """Look at everything."""
        self.action_look()

    def action_look(self) -> None:
        """Look at everything again."""
        self.run_worker(self._look(), group="reading", exclusive=True)

    async def _look(self) -> None:
        try:
            self._checks = await asyncio.to_thread(self._examine, *self.app.size)
            self._problem = ""
        except ProblemError as problem:
            self._problem = str(problem)
        self._facts.renew()

    def _examine(self, columns: int, lines: int) -> Sequence[Check]:
        if self._shared.desk is not None:
            return self._shared.desk.doctor(self._shared.account, columns, lines)
        from drtui.screens.doctoring import examine_here

        return examine_here(self._shared.account, columns, lines, None)

    def action_copy(self) -> None:
        """Copy the report as “drtui doctor” writes it."""
        if self._checks:
            self.run_worker(self._copy(), group="acting", exclusive=True)

    async def _copy(self) -> None:
        from drtui.commands.doctor.report import report
        from drtui.screens.dialogs.copied import CopiedDialog
        from drtui.screens.tools import copy_out

        text = "\n".join(report(self._checks, None))
        where = await copy_out(self.app, text)
        self.app.push_screen(CopiedDialog(text, where))

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#doctor").scroll_relative(y=by, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.query_one("#doctor").scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.query_one("#doctor").scroll_end(animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _lines(self, width: int) -> Lines:
        if self._problem:
            return _wrapped(Content(self._problem), width)
        if not self._checks:
            return [Content("Looking…")]
        lines = [
            Content.styled("Doctor", "bold") + Content(f"   {tally(self._checks)}"),
            *_wrapped(Content.styled(_INTRODUCTION, "$foreground-muted"), width),
        ]
        if urgent := sorted(filter(_is_urgent, self._checks), key=_by_urgency):
            lines += [Content(""), Content.styled("To look at first", "bold")]
            for one in urgent:
                lines += _below(f"{one.area}: {one.name}", one, width)
        names = max(len(one.name) for one in self._checks)
        for area in Area:
            found = [one for one in self._checks if one.area is area and not _is_urgent(one)]
            if found:
                lines += [Content(""), Content.styled(area.value.capitalize(), "bold")]
            for one in found:
                beside = width >= _BESIDE
                lines += _beside(one, names, width) if beside else _below(one.name, one, width)
        return lines


def _is_urgent(one: Check) -> bool:
    return one.verdict in {Verdict.FAILED, Verdict.WARNING}


def _by_urgency(one: Check) -> bool:
    return one.verdict is not Verdict.FAILED


def _head(one: Check, name: str) -> Content:
    verdicts = max(len(verdict) for verdict in Verdict)
    verdict = Content.styled(f"{_INDENT}{one.verdict:<{verdicts}}", _STYLES[one.verdict])
    return verdict + Content(f"{_GAP}{name}")


def _beside(one: Check, names: int, width: int) -> Lines:
    """Return a check with what was found beside its name."""
    head = _head(one, f"{one.name:<{names}}{_GAP}")
    told = _wrapped(Content(one.why), width - head.cell_length)
    blank = Content(" " * head.cell_length)
    return [head + told[0], *(blank + line for line in told[1:])]


def _below(name: str, one: Check, width: int) -> Lines:
    """Return a check with what was found, and what to do, below its name."""
    blank = Content(_INDENT * 2)
    told = _wrapped(Content(one.why), width - blank.cell_length)
    if one.advice:
        told += _wrapped(Content.styled(one.advice, "$primary"), width - blank.cell_length)
    return [_head(one, name), *(blank + line for line in told)]


def _wrapped(text: Content, width: int) -> Lines:
    return [line.rstrip() for line in text.wrap(max(2, width))] or [Content("")]
