"""The bulk actions from key to operation: asked, planned, shown, confirmed, submitted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from textual.screen import Screen

from drtui.domain.naming import short_name
from drtui.domain.plan_lines import done_at_once
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import PlanOutdatedError, ProblemError
from drtui.domain.scheduling import KINDS
from drtui.screens.dialogs.base import TypingDialog
from drtui.screens.dialogs.plan import Decision, PlanDialog
from drtui.screens.key_gate import ANSWERED_SECONDS, KeyGate
from drtui.screens.subject import Subject
from drtui.widgets.sync_status import SyncView

if TYPE_CHECKING:
    from drtui.commands.selection import Selection
    from drtui.screens.desk import Desk

_NAMED: Final = 6  # of those who are hidden
_AT_ONCE: Final = "Done at once: only what drtui remembers for them changes, for when they resume."
T = TypeVar("T")
Flow = Callable[["Actions", "Subject"], Awaitable[bool]]
"""An action's way from question to operation; returns whether something was submitted."""


class Say(Protocol):
    """Tells the admin something, in a line."""

    def __call__(self, text: str, *, wrong: bool = False) -> None:
        """Say it; `wrong` is a refusal or an error."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it is shown, and how it is submitted.

    Attributes:
        action: What the button says, without the count.
        count: How many changes are confirmed; 0 leaves nothing to confirm.
        notes: What there is to know beside the numbers.
        whose: How the targets were chosen, such as `marked`; empty where they were not.
        typed: What has to be typed to confirm it; empty where a key is enough.
        careful: Whether Enter alone leaves it, since nobody chose the targets.
        selection: Whom it is for, where it can be scheduled for a set time; None where it cannot.
        filter_text: The filter that shows just these, so that whoever matches it then can be
            meant; None where there is none.
        said: What is said to have been confirmed; empty is how many were.
    """

    plan: Plan
    action: str
    count: int
    notes: Sequence[str]
    submit: Callable[[], int | None]
    whose: str = ""
    typed: str = ""
    careful: bool = False
    selection: "Selection | None" = None
    filter_text: str | None = None
    said: str = ""

    def with_typed(self, typed: str) -> "Proposal":
        """Return the same, confirmed by typing something."""
        return replace(self, typed=typed)

    def told(self, number: int | None) -> str:
        """Return what is said once it is submitted, as an operation or as none."""
        said = f"{self.action}: {self.said or f'{self.count:,} confirmed'}"
        return f"{said}." if number is None else f"{said}, operation {number:,}."


class Actions:
    """Asks, plans, shows and submits on behalf of a screen; `flows` says what for each action.

    Args:
        screen: The dialogs stand on it.
        desk: Plans and submits.
        sync: The connection, for what there is to know about delivery.
        say: Where results and refusals are said.
        gate: Keeps keys back that come in while a dialog is on its way.
    """

    def __init__(
        self, screen: Screen[None], desk: "Desk", sync: SyncView, say: Say, gate: KeyGate
    ) -> None:
        self._screen = screen
        self.desk = desk
        self.planner = desk.planner
        self._sync = sync
        self.say = say
        self._gate = gate

    async def carry_out(self, flow: "Flow", subject: Subject) -> bool:
        """Ask, plan, show and submit; return whether something was submitted.

        Args:
            flow: The action's way from question to operation.
            subject: Whom it is for; undo has its own.
        """
        self._gate.hold()
        try:
            return await flow(self, subject)
        except ProblemError as problem:
            self.say(str(problem), wrong=True)
            return False
        finally:
            self._gate.release()

    def selection(self, subject: Subject) -> "Selection":
        """Return a subject as commands take it."""
        return self.planner.selection(subject.keys, subject.named)

    def proposal(self, plan: Plan, action: str, subject: Subject, *notes: str) -> Proposal:
        """Return a plan as it is shown, with what there is to know beside the numbers."""
        changes = plan.count(Outcome.CHANGE)
        hidden = [_hidden_ones(plan, subject.hidden)] if subject.hidden else []
        return Proposal(
            plan,
            action,
            changes,
            [*hidden, *notes, *self.delivery(changes, at_once=done_at_once(plan))],
            lambda: self.planner.submit(plan),
            whose="marked" if subject.marked else "",
            selection=self.selection(subject) if plan.kind in KINDS else None,
            filter_text=subject.filter_text,
        )

    def delivery(self, changes: int, *, at_once: bool = False) -> list[str]:
        """What there is to know about when changes arrive.

        Args:
            changes: How many there are.
            at_once: Whether they need no call, and wait for nothing.
        """
        if not changes:
            return []
        if at_once:
            return [_AT_ONCE]
        if self._sync.halted:
            return [f"Nothing is delivered now ({self._sync.halted}): this waits until it is."]
        if self._sync.on_purpose:
            return ["Offline on purpose: this waits until somebody delivers, with F."]
        if self._sync.online is False:
            return ["You are offline: this will be delivered when the network returns."]
        return []

    async def decide(self, propose: Callable[[], Proposal], *, back: bool = False) -> bool:
        """Plan, show, and submit; again where another operation came in between.

        Args:
            propose: Plans; called in a thread.
            back: Whether leaving the plan leads back to a form, which the caller shows again.

        Returns:
            Whether something was submitted.
        """
        outdated: list[str] = []
        meant_later = False
        while True:
            proposal = await asyncio.to_thread(propose)
            notes = [*outdated, *proposal.notes]
            dialog = PlanDialog(
                proposal.plan,
                proposal.action,
                proposal.count,
                notes,
                whose=proposal.whose,
                typed=proposal.typed,
                careful=proposal.careful or meant_later,
                back=back,
                later=proposal.selection is not None,
            )
            decision = await self.ask(dialog)
            if decision is Decision.LATER:
                from drtui.screens.schedule_flows import schedule

                if await schedule(self, proposal):
                    return True
                meant_later = True
                continue
            if decision is None:
                return False
            try:
                number = await asyncio.to_thread(proposal.submit)
            except PlanOutdatedError as problem:
                outdated = [str(problem)]
                continue
            self.say(proposal.told(number))
            return True

    async def ask(self, dialog: Screen[T]) -> T | None:
        """Show a dialog and return its answer; None when it was left.

        Keys that came in before it was drawn go to it where they were typed into a field, and
        are forgotten where they would confirm what nobody has seen.
        """
        future = self._screen.app.push_screen(dialog, wait_for_dismiss=True)
        self._gate.release(dialog, drop=not isinstance(dialog, TypingDialog))
        try:
            return await future
        finally:
            self._gate.hold(ANSWERED_SECONDS)


def _hidden_ones(plan: Plan, hidden: int) -> str:
    """Name those who are marked and not shown; they are the last of a plan."""
    rows = plan.rows[-hidden:][:_NAMED]
    named = [short_name(plan, row.target) for row in rows]
    more = f" and {hidden - len(named):,} more" if hidden > len(named) else ""
    return f"{hidden:,} of them hidden by the filter: {', '.join(named)}{more}."
