"""`drtui sync` and `drtui summary`."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, exit_code_of, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import print_json, print_table, say
from drtui.commands.usage import summarise
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.quotas import count_text, hours_text
from drtui.domain.records import Status
from drtui.domain.spending import BYTES_PER_GB, CAVEAT
from drtui.domain.text import iso
from drtui.store.operation_log import open_count
from drtui.store.sync_state import SyncState, read_sync_state


def sync(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
) -> None:
    """Deliver what is due and read what is stale."""
    if attached:
        _attend()
        return
    with open_desk(chosen_account()) as desk:
        code = _watch(desk) if watch else _once(desk)
    raise typer.Exit(code)


def _once(desk: Desk) -> int:
    from drtui.sync.engine import Ending

    ending = desk.run_once(pull=True)
    state, undelivered = _standing(desk.workspace)
    say(_line(state, undelivered))
    return exits.OK if ending is Ending.DELIVERED else exit_code_of(state)


def _watch(desk: Desk) -> int:
    from drtui.bootstrap import runner

    shown = ""

    def tell() -> None:
        nonlocal shown
        line = _line(*_standing(desk.workspace))
        if line != shown:
            shown = line
            say(line)

    with stopping() as stop:
        runner(desk.workspace, desk.account, desk.settings).watch(
            stop, finish=threading.Event(), on_tick=_now_and_then(tell)
        )
    state, undelivered = _standing(desk.workspace)
    return exit_code_of(state) if undelivered else exits.OK


def _now_and_then(action: Callable[[], None], seconds: float = 1.0) -> Callable[[], None]:
    last = float("-inf")

    def tick() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= seconds:
            last = now
            action()

    return tick


def _standing(workspace: Workspace) -> tuple[SyncState, int]:
    with workspace.database.read() as connection:
        return read_sync_state(connection), open_count(connection, ON_THE_WAY)


def _line(state: SyncState, undelivered: int) -> str:
    parts = [state.connectivity.value]
    if state.halt is not None:
        parts.append(f"halted: {state.halt_reason}")
    parts.append(f"as of {iso(state.swept_from)}" if state.swept_from else "nothing read yet")
    parts.append(f"{undelivered:,} pending")
    return " · ".join(parts)


def _attend() -> None:
    """Be the console's engine: what to work on comes by standard input."""
    from drtui.aws.sessions import AwsCredentials
    from drtui.bootstrap import runner, set_up_logging, system_user
    from drtui.config import Account, find_paths, load_settings
    from drtui.store.database import open_database
    from drtui.sync.attending import attend, read_assignment

    paths = find_paths()
    settings = load_settings(paths)
    set_up_logging(paths)
    assignment = read_assignment(sys.stdin)
    store = Path(assignment.store)
    entry = Account(store.stem, assignment.api_url, assignment.region)
    keys = AwsCredentials(*assignment.keys) if assignment.keys else None
    workspace = Workspace(open_database(store), system_user())
    with stopping() as stop:
        attend(
            runner(workspace, entry, settings, keys),
            sys.stdin,
            stop,
            deliver_at_end=assignment.deliver_at_end,
        )


def summary(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    refresh: Annotated[
        bool | None,
        typer.Option("--sync/--no-sync", help="Read the account first; by default when stale."),
    ] = None,
) -> None:
    """The usage summary: users, hours, models, storage, estimated spending."""
    with open_desk(chosen_account()) as desk:
        desk.refresh(refresh)
        it = summarise(desk.workspace)
    if as_json:
        print_json(it.as_json())
        return
    totals, new = it.totals, it.settings.new_user_limits
    statuses = " · ".join(
        f"{status.value.replace('_', ' ')} {totals.racers.get(status, 0):,}" for status in Status
    )
    unknown = f" · unknown for {totals.unknown_usage:,}" if totals.unknown_usage else ""
    rows = [
        ["Sponsored users", f"{it.sponsored_users:,}: {statuses}"],
        ["Other users", f"{totals.others:,}"],
        ["Hours", f"{hours_text(totals.minutes_used)} used this month{unknown}"],
        ["", f"{hours_text(totals.minutes_in_total)} used in total, earlier months included"],
        ["", f"{hours_text(totals.minutes_queued)} running or queued, of {totals.at_work:,} users"],
        ["Models", f"{totals.models:,} this month"],
        ["Storage", f"{totals.storage_bytes / BYTES_PER_GB:,.1f} GB"],
        ["Estimated", f"${it.training_usd:,.2f} training and evaluation so far"],
        ["", f"${it.storage_usd_month:,.2f} a month storage"],
        ["Rates", f"{it.rates}"],
        ["New users", f"{hours_text(new.minutes)} h · {count_text(new.models)} models"],
        ["Pending", f"{it.open_items:,}"],
        ["As of", iso(it.as_of) or "never read"],
    ]
    print_table(("", ""), rows)
    say(CAVEAT)
