"""`drtui races live`: what a marshal does, at once or not at all, beside moving the live time."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out, confirm, confirm_typed
from drtui.cli.context import Desk, exit_code_of, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.race_choosing import refresh_list, refresh_live
from drtui.cli.race_options import Race, Zone
from drtui.cli.tables import Column, print_table
from drtui.cli.zones import zone_asked
from drtui.commands.live_actions import outcome
from drtui.commands.live_time import MOVE_CONSEQUENCES, live_time, plan_live_time
from drtui.commands.marshal import (
    DECLARE_CONSEQUENCES,
    RESET_ALL_CONSEQUENCES,
    Marshal,
    Ordering,
)
from drtui.commands.operations import cancel
from drtui.commands.races import (
    QUEUE_COLUMNS,
    moment_of,
    named_race,
    page_as_json,
    queue_as_json,
    race_page,
)
from drtui.domain.live_order import pending_ids, places
from drtui.domain.live_outcomes import name_of
from drtui.domain.live_races import QueueItem, status_word
from drtui.domain.live_shows import as_shown
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import live_text
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted

live = typer.Typer(
    no_args_is_help=True,
    help="Run a live race. All but “at” is done at once or not at all, and never queued for later.",
)

_Submissions = Annotated[
    list[str],
    typer.Argument(metavar="SUBMISSION", help="Its id, its racer's alias, or its model's name."),
]
_Submission = Annotated[
    str, typer.Argument(metavar="SUBMISSION", help="Its id, its racer's alias, or its model.")
]
_SWITCHES: Final = {"on": True, "off": False, "open": True, "close": False}
_TABLE: Final = (
    Column("Place", number=True),
    Column("Racer"),
    Column("Model", spare=2),
    Column("Status"),
    Column("Resets", number=True, spare=1),
    Column("Submission", spare=3),
)


@live.command()
def queue(race: Race, as_json: AsJson = False, as_csv: AsCsv = False, sync: Sync = None) -> None:
    """Show the queue, what runs, and what is switched."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        marshal = _marshal(desk, race, sync)
        page = race_page(desk.workspace, marshal.race_id)
        assert page is not None, "it was just named"
        now = moment_of(desk.workspace)
    if as_json:
        print_json(page_as_json(page, now))
        return
    if as_csv:
        print_csv(queue_as_json(page.live.queue), QUEUE_COLUMNS)
        return
    place, state = places(page.live.queue), page.live.state
    rows = [
        (
            f"{place[one.submission_id]:,}" if one.submission_id in place else "",
            one.participant,
            one.model,
            status_word(one.status),
            f"{one.resets:,}",
            one.submission_id,
        )
        for one in as_shown(page.live.queue)
    ]
    print_table(_TABLE, rows)
    parts = [counted(len(rows), "submission"), live_text(page.stored.race)]
    if state is not None and state.winner:
        parts.append(f"winner {clean(state.winner, 40)}")
    if page.live.read_at is not None:
        parts.append(f"as of {iso(page.live.read_at)}")
    parts.append(clean(page.live.trouble))
    say(" · ".join(filter(None, parts)))


@live.command()
def at(
    race: Race,
    to: Annotated[
        str, typer.Argument(metavar="TIME", help="As “18:00”, “YYYY-MM-DD 14:30”, or +20m: later.")
    ],
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Move its live time before it has begun; it alone may wait for the network."""
    in_zone = zone_asked(zone)
    with open_desk(chosen_account()) as desk:
        race_id = _marshal(desk, race, sync).race_id
        found = live_time(desk.workspace, race_id)
        wanted = found.typed(to, in_zone)
        say(f"Live time: {found.change_text(wanted, in_zone)}")
        code = carry_out(
            desk,
            lambda: plan_live_time(desk.workspace, race_id, wanted),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=MOVE_CONSEQUENCES,
        )
    raise typer.Exit(code)


@live.command()
def launch(race: Race, sync: Sync = None) -> None:
    """Run the next submission."""
    _do(race, sync, lambda marshal: marshal.launch())


@live.command("auto-launch")
def auto_launch(
    race: Race,
    to: Annotated[str, typer.Argument(metavar="on|off", help="Whether the next runs by itself.")],
    sync: Sync = None,
) -> None:
    """Let the next submission be run by itself, or not."""
    on = _switch(to, "on", "off")
    _do(race, sync, lambda marshal: marshal.auto_launch(on))


@live.command()
def submissions(
    race: Race,
    to: Annotated[str, typer.Argument(metavar="open|close", help="Whether racers may submit.")],
    sync: Sync = None,
) -> None:
    """Open submissions, or close them."""
    opened = _switch(to, "open", "close")
    _do(race, sync, lambda marshal: marshal.submissions(opened))


@live.command()
def move(
    race: Race,
    submission: _Submission,
    place: Annotated[int, typer.Argument(metavar="PLACE", min=1, help="1 is the next to run.")],
    sync: Sync = None,
) -> None:
    """Move a submission to a place among those that wait."""

    def act(marshal: Marshal, _: Desk) -> int:
        one, waiting = marshal.named(submission), pending_ids(marshal.queue())
        if one.submission_id in waiting and place > len(waiting):
            told = f"There is no place {place:,}: say one from 1 to {len(waiting):,}."
            raise InvalidInputError(told)
        moved.append(one)
        return marshal.move_to([one.submission_id], place)

    moved: list[QueueItem] = []
    _carry(race, sync, act, lambda queue: place_text(queue, moved[0]))


@live.command()
def order(
    race: Race,
    by: Annotated[
        Ordering | None, typer.Option("--by", help="The rankings, when they came, or by lot.")
    ] = None,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="RACE", help="Whose rankings; else the live race's own."),
    ] = None,
    leader_first: Annotated[
        bool, typer.Option("--leader-first", help="By rankings: the leader runs first.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="The same lot for the same number.")
    ] = None,
    these: Annotated[
        list[str] | None,
        typer.Argument(metavar="SUBMISSION", help="In their order; the others come behind."),
    ] = None,
    sync: Sync = None,
) -> None:
    """Bring what waits into an order."""
    if (by is None) == (not these):
        raise InvalidInputError("Say in which order: by --by, or submission by submission.")

    def act(marshal: Marshal, desk: Desk) -> int:
        if by is None:
            return marshal.order([_named(marshal, one) for one in these or []])
        qualifying = None
        if of is not None:
            other = named_race(desk.workspace, of)
            refresh_live(desk, other, sync)
            qualifying = other.race.race_id
        return marshal.order_by(by, seed=seed, qualifying=qualifying, leader_last=not leader_first)

    _carry(race, sync, act, next_text)


@live.command()
def remove(race: Race, these: _Submissions, yes: Yes = False, sync: Sync = None) -> None:
    """Take submissions out of the queue."""

    def act(marshal: Marshal) -> int:
        ids = [_named(marshal, one) for one in these]
        confirm(yes, f"Remove {counted(len(ids), 'submission')} from {marshal.name}?")
        return marshal.remove(ids)

    _do(race, sync, act)


@live.command()
def reset(
    race: Race,
    these: _Submissions,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
    sync: Sync = None,
) -> None:
    """Let submissions begin anew that run or have failed."""
    _do(
        race,
        sync,
        lambda marshal: marshal.reset([_named(marshal, one) for one in these], reason),
    )


@live.command("reset-all")
def reset_all(race: Race, yes: Yes = False, sync: Sync = None) -> None:
    """Stop what runs, clear the leaderboard, and begin all anew. It cannot be undone."""

    def act(marshal: Marshal) -> int:
        seen = marshal.seen()
        say(f"{counted(len(seen.queue), 'submission')} in the queue. {RESET_ALL_CONSEQUENCES}")
        confirm_typed(yes, f"Reset all of {marshal.name}?", marshal.name)
        return marshal.reset_all(seen)

    _do(race, sync, act)


@live.command("declare-winner")
def declare_winner(race: Race, yes: Yes = False, sync: Sync = None) -> None:
    """Declare whoever leads the winner. It cannot be undone."""

    def act(marshal: Marshal) -> int:
        say(DECLARE_CONSEQUENCES)
        leader = marshal.leader()
        whom = "the winner" if leader is None else f"{clean(leader.alias, 40)} the winner"
        confirm(yes, f"Declare {whom} of {marshal.name}?")
        return marshal.declare_winner(leader)

    _do(race, sync, act)


def _do(race: str, sync: bool | None, act: Callable[[Marshal], int]) -> None:
    _carry(race, sync, lambda marshal, _: act(marshal))


def place_text(queue: Sequence[QueueItem], one: QueueItem) -> str:
    """Say at which place a submission waits; empty where it does not."""
    waiting = pending_ids(queue)
    if one.submission_id not in waiting:
        return ""
    at = waiting.index(one.submission_id) + 1
    return f"{name_of(one)} is at place {at:,} of {len(waiting):,}."


def next_text(queue: Sequence[QueueItem]) -> str:
    """Say how many wait, and whose turn it is; empty where nobody does."""
    items, waiting = {one.submission_id: one for one in queue}, pending_ids(queue)
    if not waiting:
        return ""
    verb = "waits" if len(waiting) == 1 else "wait"
    return f"{len(waiting):,} {verb}; the next is {name_of(items[waiting[0]])}."


def _carry(
    race: str,
    sync: bool | None,
    act: Callable[[Marshal, Desk], int],
    told: Callable[[Sequence[QueueItem]], str] | None = None,
) -> None:
    """Do something in a live race, wait for it, and exit with what became of it.

    Args:
        race: Which one.
        sync: See `Desk.refresh`.
        act: Does it, and returns the operation's number.
        told: Says how the queue stands once it is done.
    """
    with open_desk(chosen_account()) as desk:
        marshal = _marshal(desk, race, sync)
        number = act(marshal, desk)
        with stopping() as stop:
            desk.runner().run_once(stop, enough=lambda: outcome(desk.workspace, number).settled)
        found = outcome(desk.workspace, number)
        if not found.settled:
            cancel(desk.workspace, number)
            state = desk.sync_state()
            why = desk.why_halted(state) or state.trouble or "the deployment does not answer."
            say(f"Not done, and never queued for later: {clean(why, 300)}")
            raise typer.Exit(exits.INTERRUPTED if stop.is_set() else exit_code_of(state))
        say(found.sentence)
        if found.well and told is not None and (sentence := told(marshal.queue())):
            say(sentence)
    raise typer.Exit(exits.OK if found.well else exits.UNSETTLED)


def _marshal(desk: Desk, race: str, sync: bool | None) -> Marshal:
    refresh_list(desk, sync)
    stored = named_race(desk.workspace, race)
    marshal = Marshal(desk.workspace, stored, attended=False)
    refresh_live(desk, stored, sync)
    return marshal


def _named(marshal: Marshal, words: str) -> str:
    return marshal.named(words).submission_id


def _switch(word: str, on: str, off: str) -> bool:
    if word.casefold() not in (on, off):
        raise InvalidInputError(f"“{clean(word, 20)}” is neither {on} nor {off}.")
    return _SWITCHES[word.casefold()]
