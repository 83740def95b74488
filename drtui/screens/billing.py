"""Billing: what the month costs, estimated and actual, and the alerts on it."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.screens import billing_facts
from drtui.screens.base import READING, ConsoleScreen
from drtui.screens.billing_facts import ALERT_COLUMNS, alert_cell
from drtui.screens.context import ConsoleContext
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.screens.lane import Lane
from drtui.widgets.cells import Cell
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:  # brings the store
    from drtui.commands.billing import AlertNow
    from drtui.domain.billing_errands import AlertKind
    from drtui.domain.sponsor.services import OpenSponsor
    from drtui.screens.actions import Flow
    from drtui.screens.billing_desk import BillingPage
    from drtui.screens.subject import Subject

_OLD: Final = timedelta(minutes=15)
_SERVICES, _SERVICES_ROOMY = 0, 6  # lines
_DETAIL, _DETAIL_ROOMY = 3, 8  # lines
_CHANGES: Final = ("change_alert", "remove_alert")
_READINGS: Final = ("costs", "alerts")


class BillingScreen(ConsoleScreen):
    """The month's costs and the billing alerts of the sponsor's AWS account.

    Costs are asked for when somebody says so, since each call costs money; alerts, which are
    free to read, also when the screen opens and they are older than a quarter of an hour.
    """

    PLACE: ClassVar[str] = "setup"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.SPONSORED_USER, RecordKind.OPERATION, RecordKind.SYNC_STATE}
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("costs", "alerts", "new_alert", "change_alert", "remove_alert"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "app.command_palette", "undo", "menu"),
    )
    AUTO_FOCUS = "ChosenTable"
    BINDING_GROUP_TITLE = "Billing"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", key_display="esc", tooltip="Back to Setup"),
        Binding("minus", "leave", "Back to Setup", show=False),
        Binding("c", "costs", "costs, $0.01", tooltip="Read the actual costs, for $0.01"),
        Binding("a", "alerts", "alerts", tooltip="Read the billing alerts now"),
        Binding("n", "new_alert", "new", tooltip="Make a billing alert: a budget or an alarm"),
        Binding("e", "change_alert", "change", tooltip="Change the alert under the cursor"),
        Binding("d", "remove_alert", "remove", tooltip="Remove the alert under the cursor"),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._page: BillingPage | None = None
        self._under_way: set[str] = set()
        self._opened = False
        self._numbers: dict[tuple[str, str], int] = {}
        self._rows: Mapping[int, AlertNow] = {}
        self._services, self._detail_lines = _SERVICES, _DETAIL
        self._estimate = Facts(self._draw_estimate)
        self._actual = Facts(self._draw_actual)
        self._title = Facts(self._draw_title, classes="apart")
        self._detail = Facts(self._draw_detail)
        self._table: ChosenTable[AlertNow] = ChosenTable(
            ALERT_COLUMNS, self._cell, self._fetch, empty="", moved=self._moved
        )
        self._lane: Lane[None, BillingPage] = Lane(
            self, lambda _: self.desk.billing.page(), self._show, self.failed
        )

    def content(self) -> Iterable[Widget]:
        """Both costs, beside each other where there is room; then the alerts."""
        yield Container(Vertical(self._estimate), Vertical(self._actual), id="costs")
        yield self._title
        yield self._table
        yield self._detail

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Show more of the services, and of the alert under the cursor, where there is room."""
        self._services = _SERVICES_ROOMY if roomy else _SERVICES
        self._detail_lines = _DETAIL_ROOMY if roomy else _DETAIL
        self._renew()

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the page again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(None)

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        self._renew()

    def _show(self, _: None, page: "BillingPage") -> None:
        self._page = page
        rows = {self._number(one): one for one in page.alerts.alerts}
        self._rows = rows
        self._tell_empty()
        self._table.show(list(rows), rows)
        self._renew()
        self.drop_untrue()
        self._keys.refresh()
        if not self._opened:
            self._opened = True
            self._read_old_alerts(page)

    def _number(self, one: "AlertNow") -> int:
        """Return the key of an alert's row, which stays as long as the screen does."""
        return self._numbers.setdefault((one.alert.kind, one.alert.name), len(self._numbers))

    def _renew(self) -> None:
        for facts in (self._estimate, self._actual, self._title, self._detail):
            facts.renew()

    def _tell_empty(self) -> None:
        if self._page is not None:
            self._table.empty = billing_facts.empty(
                self._page, door=self._door, reading="alerts" in self._under_way
            )

    @property
    def _door(self) -> bool:
        """Whether the account names the sponsor's AWS profile."""
        return self.context.open_sponsor is not None

    def _draw_estimate(self, width: int) -> Lines:
        if self._page is None:
            return [Content(READING)]
        return billing_facts.estimate(self._page, self.desk.now(), width)

    def _draw_actual(self, width: int) -> Lines:
        if self._page is None:
            return []
        return billing_facts.actual(
            self._page,
            self.desk.now(),
            width,
            services=self._services,
            no_door=self.context.no_door,
            reading="costs" in self._under_way,
        )

    def _draw_title(self, width: int) -> Lines:
        if self._page is None:
            return []
        reading = "alerts" in self._under_way
        return billing_facts.alerts(
            self._page, self.desk.now(), width, door=self._door, reading=reading
        )

    def _draw_detail(self, width: int) -> Lines:
        row = self._table.cursor_row
        if self._page is None or row is None:
            return []
        return billing_facts.detail(row, self._page, self.desk.now(), width, self._detail_lines)

    def _cell(self, one: "AlertNow", placed: PlacedColumn) -> Cell:
        return alert_cell(one, placed)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, "AlertNow"]:
        return {key: self._rows[key] for key in keys if key in self._rows}

    def _moved(self) -> None:
        """Another row refuses others, and has other details."""
        self._detail.renew()
        self.drop_untrue()
        self._keys.refresh()

    # What can be done

    def subject(self) -> "Subject":
        """The alert under the cursor."""
        from drtui.screens.billing_flows import one_alert

        row = self._table.cursor_row
        return one_alert("" if row is None else row.title)

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens import billing_flows

        row = self._table.cursor_row
        if action == "new_alert":
            return billing_flows.new_alert(self._taken())
        if action == "change_alert" and row is not None:
            return billing_flows.change_alert(row)
        if action == "remove_alert" and row is not None:
            return billing_flows.remove_alert(row)
        return super().flow(action)

    def _taken(self) -> "Collection[tuple[AlertKind, str]]":
        return {(one.alert.kind, one.alert.name) for one in self._rows.values()}

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in self.MENU:
            return ""
        if not self._door:
            return self.context.no_door
        if self._page is None:
            return "the store is being read"
        if action in _CHANGES:
            return self._row_refusal()
        return self._reading_refusal(action) if action in _READINGS else ""

    def _reading_refusal(self, what: str) -> str:
        """Say why AWS is not to be asked for something now; empty when it is."""
        return f"the {what} are being read" if what in self._under_way else self.context.held

    def _row_refusal(self) -> str:
        """Say why the alert under the cursor cannot be changed; empty when it can."""
        row = self._table.cursor_row
        if row is None:
            return "there is no alert"
        if not row.alert.ours:
            return "this alert was made by somebody else, so that drtui leaves it as it is"
        return "this alert is being removed" if row.is_leaving else ""

    def action_new_alert(self) -> None:
        """Make a billing alert."""
        self.act("new_alert")

    def action_change_alert(self) -> None:
        """Change the alert under the cursor."""
        self.act("change_alert")

    def action_remove_alert(self) -> None:
        """Remove the alert under the cursor."""
        self.act("remove_alert")

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    # What is read beside the screen

    def action_costs(self) -> None:
        """Read the actual costs; while those that are kept are fresh, once that is confirmed."""
        if self._refuses("costs") or self._page is None:
            return
        report = self._page.costs.actual
        if report is None or not report.is_fresh(self.desk.now()):
            self._begin("costs", lambda door: self._read_costs(door, again=False))
            return
        age = self.desk.now() - report.as_of
        self.use_tool(lambda: self._ask_for_costs(age), "costs")

    async def _ask_for_costs(self, age: timedelta) -> None:
        from drtui.screens.billing_flows import confirm_price

        if await confirm_price(self, age):
            self._begin("costs", lambda door: self._read_costs(door, again=True))

    def action_alerts(self) -> None:
        """Read the billing alerts."""
        if not self._refuses("alerts"):
            self._begin("alerts", self._read_alerts)

    def _read_old_alerts(self, page: "BillingPage") -> None:
        """Read the alerts where they are old: that is free, and takes nobody's time."""
        offline = self.context.offline
        if self._door and not offline and _is_old(page.alerts.as_of, self.desk.now()):
            self._begin("alerts", self._read_alerts)

    def _begin(self, what: str, read: "Callable[[OpenSponsor], str]") -> None:
        """Read something in a thread; everything else goes on."""
        self._under_way.add(what)
        self._renewed_reading()
        self.run_worker(self._run(what, read), group=f"billing {what}")

    async def _run(self, what: str, read: "Callable[[OpenSponsor], str]") -> None:
        door = self.context.open_sponsor
        assert door is not None, "refused otherwise"
        try:
            told = await in_daemon_thread(lambda: read(door))
            # Shown before it is said that nothing is read any more, which would show what was.
            self._show(None, await asyncio.to_thread(self.desk.billing.page))
            if told:
                self.say(told)
        except Exception as error:
            self.say(why_not(error), wrong=True)
        finally:
            self._under_way.discard(what)
            self._renewed_reading()

    def _renewed_reading(self) -> None:
        self._tell_empty()
        self._renew()
        self._keys.refresh()

    def _read_costs(self, door: "OpenSponsor", *, again: bool) -> str:
        """Ask Cost Explorer, in a thread; return what there is to say."""
        found = self.desk.billing.read_costs(door, again=again)
        if found.untold is not None:
            return "Cost Explorer told nothing new; the screen says why."
        return f"Read: the actual costs, for ${found.paid:,.2f}."

    def _read_alerts(self, door: "OpenSponsor") -> str:
        """Ask AWS for the alerts, in a thread; return what there is to say."""
        found = self.desk.billing.read_alerts(door)
        if found.untold:
            return "AWS did not tell all of the alerts; the screen says why."
        return ""


def _is_old(as_of: datetime | None, now: datetime) -> bool:
    return as_of is None or not timedelta(0) <= now - as_of < _OLD
