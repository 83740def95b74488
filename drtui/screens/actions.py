"""The bulk actions from key to operation: asked, planned, shown, confirmed, submitted."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from textual.screen import Screen

from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import PlanOutdatedError, ProblemError
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog, QuotaTexts
from drtui.widgets.sync_status import SyncView

if TYPE_CHECKING:
    from drtui.commands.selection import Selection
    from drtui.screens.desk import Desk

T = TypeVar("T")
_MOST_COUNTED: Final = 10_000  # rows whose present limits are read before a dialog opens
_SET, _PAUSE, _RESUME, _UNDO = (
    "Set usage quotas",
    "Pause sponsorship",
    "Resume sponsorship",
    "Undo",
)


class Say(Protocol):
    """Tells the admin something, in a line."""

    def __call__(self, text: str, *, wrong: bool = False) -> None:
        """Say it; `wrong` is a refusal or an error."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an action is for.

    Attributes:
        keys: Their keys, those that are shown first.
        named: Those that were named one by one.
        marked: Whether they are the marked ones.
        hidden: How many of them are marked but not shown.
    """

    keys: tuple[int, ...]
    named: frozenset[int]
    marked: bool
    hidden: int

    def __str__(self) -> str:
        """Say whom, with the count."""
        if not self.marked:
            return "The racer under the cursor; nobody is marked."
        users = "user" if len(self.keys) == 1 else "users"
        hidden = f", {self.hidden:,} of them hidden by the filter" if self.hidden else ""
        return f"{len(self.keys):,} marked {users}{hidden}."


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A plan as it is shown, and how it is submitted."""

    plan: Plan
    action: str
    count: int
    notes: Sequence[str]
    submit: Callable[[], int | None]


class Actions:
    """Carries an action out, on behalf of a screen.

    Args:
        screen: The dialogs stand on it.
        desk: Plans and submits.
        sync: The connection, for what there is to know about delivery.
        say: Where results and refusals are said.
    """

    def __init__(self, screen: Screen[None], desk: "Desk", sync: SyncView, say: Say) -> None:
        self._screen = screen
        self._desk = desk
        self._sync = sync
        self._say = say

    async def carry_out(self, action: str, subject: Subject) -> bool:
        """Ask, plan, show and submit; return whether something was submitted.

        Args:
            action: `set_quotas`, `pause`, `resume` or `undo`.
            subject: Whom it is for; undo has its own.
        """
        flows = {
            "set_quotas": self._set_quotas,
            "pause": self._pause,
            "resume": self._resume,
            "undo": self._undo,
        }
        try:
            return await flows[action](subject)
        except ProblemError as problem:
            self._say(str(problem), wrong=True)
            return False

    async def _set_quotas(self, subject: Subject) -> bool:
        selection = self._selection(subject)
        hours = models = None
        if len(subject.keys) <= _MOST_COUNTED:
            hours, models = await asyncio.to_thread(self._desk.limits, selection)
        dialog = QuotaDialog(
            _SET,
            str(subject),
            "N, +N, -N or unlimited; an empty field leaves the quota as it is.",
            hours=hours,
            models=models,
        )
        texts = await self._ask(dialog)
        if texts is None:
            return False

        def propose() -> _Proposal:
            plan = self._desk.plan_set_quotas(selection, texts.hours, texts.models)
            return self._proposal(plan, _SET, subject)

        return await self._decide(propose)

    async def _pause(self, subject: Subject) -> bool:
        selection = self._selection(subject)

        def propose() -> _Proposal:
            plan = self._desk.plan_pause(selection)
            return self._proposal(plan, _PAUSE, subject, self._desk.consequences)

        return await self._decide(propose)

    async def _resume(self, subject: Subject) -> bool:
        selection = self._selection(subject)
        plan = await asyncio.to_thread(self._desk.plan_resume, selection)
        texts = QuotaTexts("", "")
        if lacking := plan.count(Outcome.CANNOT):
            texts = await self._ask(_lacking_dialog(plan, lacking)) or texts

        def propose() -> _Proposal:
            again = self._desk.plan_resume(selection, texts.hours, texts.models)
            return self._proposal(again, _RESUME, subject)

        return await self._decide(propose)

    async def _undo(self, _: Subject) -> bool:
        def propose() -> _Proposal:
            undo = self._desk.plan_undo()
            changes = undo.plan.count(Outcome.CHANGE)
            notes = [f"{undo.not_sent:,} not sent yet will be cancelled."] if undo.not_sent else []
            return _Proposal(
                undo.plan,
                _UNDO,
                undo.not_sent + changes,
                [*notes, *self._delivery(changes)],
                lambda: self._desk.submit_undo(undo),
            )

        return await self._decide(propose)

    def _selection(self, subject: Subject) -> "Selection":
        return self._desk.selection(subject.keys, subject.named)

    def _proposal(self, plan: Plan, action: str, subject: Subject, *notes: str) -> _Proposal:
        changes = plan.count(Outcome.CHANGE)
        hidden = [str(subject)] if subject.hidden else []
        return _Proposal(
            plan,
            action,
            changes,
            [*hidden, *notes, *self._delivery(changes)],
            lambda: self._desk.submit(plan),
        )

    def _delivery(self, changes: int) -> list[str]:
        """What there is to know about when changes arrive."""
        if not changes:
            return []
        if self._sync.halted:
            return [f"Nothing is delivered now ({self._sync.halted}): this waits until it is."]
        if self._sync.online is False:
            return ["You are offline: this will be delivered when the network returns."]
        return []

    async def _decide(self, propose: Callable[[], _Proposal]) -> bool:
        """Plan, show, and submit; again where another operation came in between."""
        outdated: list[str] = []
        while True:
            proposal = await asyncio.to_thread(propose)
            notes = [*outdated, *proposal.notes]
            dialog = PlanDialog(proposal.plan, proposal.action, proposal.count, notes)
            if not await self._ask(dialog):
                return False
            try:
                number = await asyncio.to_thread(proposal.submit)
            except PlanOutdatedError as problem:
                outdated = [str(problem)]
                continue
            place = "" if number is None else f", operation {number:,}"
            self._say(f"{proposal.action}: {proposal.count:,} confirmed{place}.")
            return True

    async def _ask(self, dialog: Screen[T]) -> T | None:
        return await self._screen.app.push_screen_wait(dialog)


def _lacking_dialog(plan: Plan, lacking: int) -> QuotaDialog:
    reason, _ = plan.reasons(Outcome.CANNOT)[0]
    return QuotaDialog(
        _RESUME,
        f"For {lacking:,} of {len(plan.rows):,} {reason}. What shall they get?",
        "N or unlimited. Without an answer they stay paused.",
        relative=False,
        cancel="Leave them paused",
    )
