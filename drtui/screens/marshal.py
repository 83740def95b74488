"""The marshal of a live race: the whole show on one screen, and everything that is done in it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from drtui.domain import permissions
from drtui.domain.operations import OperationKind
from drtui.domain.records import Role
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.context import ConsoleContext
from drtui.screens.deaf_moment import DeafMoment
from drtui.screens.dialogs.base import Dialog, TypingDialog
from drtui.screens.marshal_rules import (
    ASKING,
    MOVING,
    OF_ONE,
    RACE_WIDE,
    LiveSubject,
    refused_in_queue,
    refused_of_race,
)
from drtui.screens.marshal_view import MarshalView

if TYPE_CHECKING:  # brings the store
    from drtui.domain.live_shows import LiveShow
    from drtui.screens.actions import Flow
    from drtui.screens.marshal_flows import Intent

_NEVER_QUEUED: Final = "live actions are done at once and never queued ({})"
_TYPED_ON: Final = "What is typed is ignored for a moment: {}."
_UNSEEN: Final = "the queue is not in sight: tab shows it"
_ON_ITS_WAY: Final = "what was asked for before is on its way yet"
Answer = TypeVar("Answer")


class MarshalScreen(MarshalView):
    """One live race with its queue, its leaderboard, and the keys that run it."""

    MENU: ClassVar[tuple[str, ...]] = (
        *("launch", "auto_launch", "submissions", "to_place", "to_front", "to_end", "move_up"),
        *("move_down", "order", "remove", "reset", "reset_all", "winner", "live_time", "hide"),
        *("big_screen", "copy"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "mark_all", "undo", "app.command_palette", "menu", "mark"),
        *("hide", "remove", "winner", "reset"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "peel", "back", key_display="esc", show=False),
        Binding("minus", "leave", "Back to the races", key_display="-", show=False),
        Binding("L", "launch", "launch", tooltip="Launch the next submission, at once"),
        Binding("t", "auto_launch", "auto", tooltip="Auto-launch on or off, at once"),
        Binding("o", "submissions", "open/close", tooltip="Open or close submissions, at once"),
        Binding("p", "to_place", "place", tooltip="Move to a place in the queue"),
        Binding("f", "to_front", "Move to the front: it runs next", show=False),
        Binding("e", "to_end", "Move to the end", show=False),
        Binding("K", "move_up", "Move up by one", show=False),
        Binding("J", "move_down", "Move down by one", show=False),
        Binding("O", "order", "order", tooltip="Order by rankings, registration, or at random"),
        Binding("x", "reset", "reset", tooltip="Reset: it waits once more, and runs anew"),
        Binding("d", "remove", "remove", tooltip="Remove from the queue"),
        Binding("X", "reset_all", "Reset all: everything begins anew", show=False),
        Binding("w", "winner", "winner", tooltip="Declare the winner"),
        Binding("T", "live_time", "Move the live time: it may wait for the network", show=False),
        Binding("h", "hide", "hide", tooltip="Hide the alias from audiences, or show it again"),
        Binding("B", "big_screen", "The big screen, for an audience", show=False),
        Binding("y", "copy", "Copy the queue, or what is marked of it", show=False),
        Binding("tab", "switch", "rankings", tooltip="The leaderboard, or the queue again"),
    ]

    def __init__(self, context: ConsoleContext, race_id: str) -> None:
        super().__init__(context, race_id)
        self.deaf = DeafMoment()
        self._unasked = ""  # why the last dialog did not open

    # What can be done

    def subject(self) -> LiveSubject:
        """The marked submissions, else the one under the cursor; of the leaderboard, the racer."""
        if self.board.has_focus and not self.queue_box.display:
            return LiveSubject((), frozenset(), marked=False, hidden=0, name=clean(self._alias, 40))
        chosen = self.chosen
        keys = self.keys_of(chosen)
        name = clean(chosen[0].participant, 40) if len(chosen) == 1 else ""
        marked = bool(self.queue.marks)
        return LiveSubject(keys, frozenset(keys), marked=marked, hidden=0, name=name)

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in (*RACE_WIDE, *OF_ONE, "hide", "big_screen", "copy"):
            return ""
        show = self.live
        if show is None:
            return "there is no such race" if self.never_was else "the race is not read yet"
        there = {
            "big_screen": "",
            "copy": "" if show.live.queue else "nobody is in the queue",
            "hide": "" if self._alias else "there is nobody here to hide",
        }
        return there[action] if action in there else self._refused(action, show)

    def _refused(self, action: str, show: "LiveShow") -> str:
        """Say why nothing is sent; whether the race itself takes it, the deployment says."""
        glance = self.context.glance
        role = Role.UNKNOWN if glance is None else glance.role
        waits = action == "live_time"  # may wait for the network
        kind = OperationKind.EDIT_RACES if waits else OperationKind.RUN_LIVE_RACE
        now = "" if waits else self.not_at_once
        reasons = (
            "the race is not there any more" if show.stored.gone_at is not None else "",
            "" if show.is_live else "it is no live race",
            permissions.refusal(role, kind),
            now and _NEVER_QUEUED.format(now),
            self._refused_meanwhile(action),
            self._refused_in_queue(action) if action in OF_ONE else refused_of_race(action, show),
        )
        return next(filter(None, reasons), "")

    def _refused_meanwhile(self, action: str) -> str:
        """Say what is waited for: changes of the queue come one after the other."""
        moving = any(one.intent.moves for one in self.sent)
        again = any(one.intent.action == action for one in self.sent)
        return _ON_ITS_WAY if again or (moving and action in MOVING) else ""

    def _refused_in_queue(self, action: str) -> str:
        return refused_in_queue(action, self.chosen) if self.queue_box.display else _UNSEEN

    def _refuses(self, action: str) -> bool:
        """Say why an action cannot be done now; what is typed for its dialog is not taken."""
        refused = super()._refuses(action)
        if refused and action in ASKING:
            self._unasked = self.refusal(action)
            self.deaf.begin()
        return refused

    def on_key(self, event: events.Key) -> None:
        """Leave alone what is typed for a dialog that did not open."""
        if self.deaf.ignores(event):
            event.stop()
            event.prevent_default()
            self.say(_TYPED_ON.format(self._unasked), wrong=True)

    @property
    def _alias(self) -> str:
        """The alias under the cursor of the table that has the focus; empty where there is none."""
        if self.board.has_focus:
            row = self.board.cursor_row
            return "" if row is None else row.row.ranking.alias
        key = self.queue.cursor_key
        return "" if key is None else self.queue_rows[key].item.participant

    def action_peel(self) -> None:
        """Give up the range or the marks, else go back."""
        if self.queue.leave_range():
            return
        if self.queue.marked_count:
            self.queue.clear_marks()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def action_switch(self) -> None:
        """Go to the leaderboard, or back to the queue."""
        self.ranked = not (self.board.has_focus or (self.ranked and not self.side))
        self.place_tables()
        (self.board if self.ranked else self.queue).focus()

    # Doing it

    def _show(self) -> "LiveShow":
        assert self.live is not None, "refused before it is read"
        return self.live

    def _send(self, action: str, intent: "Callable[[], Intent]") -> None:
        """Have something done at once; nothing is asked."""
        self.use_tool(lambda: self._sending(intent()), action)

    async def _sending(self, intent: "Intent") -> None:
        """Have something done at once, and show that it is on its way."""
        from drtui.screens.marshal_flows import Sent

        sent, race = Sent(intent), self._show().stored
        self.on_its_way(sent)
        try:
            sent.number = await asyncio.to_thread(self.desk.live.act, race, intent.deed)
        except BaseException:
            self.on_its_way(sent, whole=False)
            raise
        self.context.wake()
        self.reload(self.KINDS)

    async def _ask(self, dialog: Dialog[Answer]) -> Answer | None:
        """Show a dialog and return its answer; None when it was left."""
        future = self.app.push_screen(dialog, wait_for_dismiss=True)
        self.context.gate.release(dialog, drop=not isinstance(dialog, TypingDialog))
        try:
            return await future
        finally:
            self.context.gate.hold()  # until another one is there, or it has ended

    def action_launch(self) -> None:
        """Launch the next submission."""
        from drtui.screens import marshal_flows

        self._send("launch", marshal_flows.launch)

    def action_auto_launch(self) -> None:
        """Switch auto-launch on or off."""
        from drtui.screens import marshal_flows

        self._send(
            "auto_launch", lambda: marshal_flows.auto_launch(on=not self._show().auto_launch)
        )

    def action_submissions(self) -> None:
        """Open submissions, or close them; to open them while something runs is asked."""
        self.use_tool(self._submissions, "submissions")

    async def _submissions(self) -> None:
        from drtui.screens import marshal_flows

        show = self._show()
        opened = not show.submissions_open
        if opened and show.running and not await self._ask(marshal_flows.open_dialog(show)):
            return
        await self._sending(marshal_flows.submissions(opened=opened))

    def action_move_up(self) -> None:
        """Move up by one."""
        self._move("move_up", -1)

    def action_move_down(self) -> None:
        """Move down by one."""
        self._move("move_down", 1)

    def _move(self, action: str, by: int) -> None:
        """Move by places; several stay together, behind the first of them."""
        self._move_to(action, lambda first, _: first + by)

    def action_to_front(self) -> None:
        """Move to the front."""
        self._move_to("to_front", lambda _, __: 1)

    def action_to_end(self) -> None:
        """Move to the end."""
        self._move_to("to_end", lambda _, last: last)

    def _move_to(self, action: str, place: Callable[[int, int], int]) -> None:
        """Move to a place that is reckoned from the first one's and the last there is."""
        from drtui.screens import marshal_flows

        def intent() -> "Intent":
            show, chosen = self._show(), self.chosen
            first, last = marshal_flows.first_and_last(show, chosen)
            return marshal_flows.moved_to(chosen, min(last, max(1, place(first, last))))

        self._send(action, intent)

    def action_to_place(self) -> None:
        """Move to a place that is typed."""
        self.use_tool(self._to_place, "to_place")

    async def _to_place(self) -> None:
        from drtui.screens import marshal_flows

        chosen = self.chosen
        place = await self._ask(marshal_flows.place_dialog(self._show(), chosen))
        if place is not None:
            await self._sending(marshal_flows.moved_to(chosen, place))

    def action_order(self) -> None:
        """Order the queue by rankings, by registration or at random."""
        self.use_tool(self._order, "order")

    async def _order(self) -> None:
        from drtui.screens import marshal_flows

        key = await self._ask(marshal_flows.order_dialog(self._show()))
        if key is None:
            return
        other = None
        if key in marshal_flows.OF_ANOTHER:
            stored = self._show().stored
            races = await asyncio.to_thread(self.desk.live.qualifying, stored)
            if not races:
                self.say("There is no other race with a leaderboard.", wrong=True)
                return
            dialog = marshal_flows.other_race_dialog(races, self.desk.now())
            chosen = await self._ask(dialog)
            if chosen is None:
                return
            other = races[int(chosen)]
        await self._sending(marshal_flows.ordered(self._show(), key, other))

    def action_remove(self) -> None:
        """Remove from the queue."""
        self.use_tool(self._remove, "remove")

    async def _remove(self) -> None:
        from drtui.screens import marshal_flows

        chosen = self.chosen
        if await self._ask(marshal_flows.remove_dialog(chosen)):
            await self._sending(marshal_flows.removed(chosen))
            self.queue.clear_marks()

    def action_reset(self) -> None:
        """Let submissions begin anew, for a reason."""
        self.use_tool(self._reset, "reset")

    async def _reset(self) -> None:
        from drtui.screens import marshal_flows

        chosen = self.chosen
        reason = await self._ask(marshal_flows.reset_dialog(self._show(), chosen))
        if reason is not None:
            await self._sending(marshal_flows.reset(chosen, reason))
            self.queue.clear_marks()

    def action_reset_all(self) -> None:
        """Let everything begin anew."""
        self.use_tool(self._reset_all, "reset_all")

    async def _reset_all(self) -> None:
        from drtui.screens import marshal_flows

        show = self._show()  # what is confirmed, whatever is read meanwhile
        if await self._ask(marshal_flows.reset_all_dialog(show)):
            await self._sending(marshal_flows.reset_all(show))

    def action_winner(self) -> None:
        """Declare the winner."""
        self.use_tool(self._winner, "winner")

    async def _winner(self) -> None:
        from drtui.screens import marshal_flows

        show = self._show()  # what is confirmed, whatever is read meanwhile
        if await self._ask(marshal_flows.winner_dialog(show)):
            await self._sending(marshal_flows.winner(show))

    def action_live_time(self) -> None:
        """Move the live time: an ordinary operation, unlike the rest."""
        self.act("live_time")

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        if action != "live_time":
            return super().flow(action)
        from drtui.screens.live_time_flow import move_live_time

        return partial(move_live_time, self.race_id)

    def action_hide(self) -> None:
        """Hide the alias under the cursor from audiences, or show it again."""
        alias, show = self._alias, self.live  # as shown now, whatever is read before it is done
        hidden = show is not None and show.is_hidden(alias)
        self.use_tool(lambda: self._hide(alias, hidden=not hidden), "hide")

    async def _hide(self, alias: str, *, hidden: bool) -> None:
        told, done = await asyncio.to_thread(self.desk.live.hide_or_show, alias, hidden=hidden)
        self.say(told, wrong=not done)
        self.reload(self.KINDS)

    def action_copy(self) -> None:
        """Copy the queue, or what is marked of it, one submission a line."""
        self.use_tool(self._copy, "copy")

    async def _copy(self) -> None:
        from drtui.screens.marshal_flows import queue_text
        from drtui.screens.tools import copy_and_show

        chosen = self.chosen if self.queue.marks else self._show().sorted_queue
        what = f"{counted(len(chosen), 'submission')}: place, alias, model, status, id"
        await copy_and_show(self, queue_text(self._show(), chosen), what)

    def action_big_screen(self) -> None:
        """Show the big screen, for an audience."""
        if not self._refuses("big_screen"):
            from drtui.screens.big_screen import BigScreen

            self.app.push_screen(BigScreen(self.context, self.race_id))
