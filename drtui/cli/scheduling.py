"""`--at` and `--zone`: scheduling what a command would do now for a set time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, NoReturn, Self

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm, print_rows, show_plan
from drtui.cli.choosing import Choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.commands.scheduling import moment_of, read_when, schedule, whom_of
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.schedule_times import EXAMPLES, ahead_text
from drtui.domain.scheduling import GRACE, NEEDS_ENGINE, title_for
from drtui.sync.lock import is_held

At = Annotated[str | None, typer.Option("--at", metavar="T", help=f"Schedule it: {EXAMPLES}.")]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="Z", help="Of --at, such as Europe/Berlin; else event.zone."),
]


@dataclass(frozen=True, slots=True)
class Later:
    """When a command is to be carried out, and how it chooses for whom then.

    Attributes:
        at: The time as it was typed.
        zone: Of a time that names none; empty is the event's.
        filter_text: Whoever matches it then; None where no filter was given.
        everybody: Whether all are meant.
    """

    at: str
    zone: str
    filter_text: str | None
    everybody: bool

    @classmethod
    def of(
        cls, at: str | None, zone: str | None, filter_text: str | None, *, everybody: bool
    ) -> Self | None:
        """Return it as the options say; None where it is for now.

        Raises:
            InvalidInputError: A zone was given without a time.
        """
        if at is None:
            if zone is not None:
                raise InvalidInputError("--zone goes with --at.")
            return None
        return cls(at, zone or "", filter_text, everybody)

    def schedule(
        self,
        select: Choice,
        plan: Callable[[Workspace, Selection], Plan],
        *,
        dry_run: bool,
        yes: bool,
        sync: bool | None,
        consequences: str = "",
    ) -> NoReturn:
        """Show what it would do now, ask, keep it for its time, and exit.

        Args:
            select: Whom it is for.
            plan: Plans it for them.
            dry_run: Whether to stop after the plan, row by row.
            yes: Whether to go on without asking.
            sync: See `Desk.refresh`.
            consequences: What there is to know before it is confirmed.
        """
        with open_desk(chosen_account()) as desk:
            workspace = desk.workspace
            read_when(workspace, self.at, self.zone)  # what is wrong with it is found first
            desk.refresh(sync)
            selection = select(workspace)
            made = plan(workspace, selection)
            whom = whom_of(
                workspace, selection, everybody=self.everybody, filter_text=self.filter_text
            )
            when = read_when(workspace, self.at, self.zone)
            say("A preview: this is what it would do now. It is planned again when it is time.")
            show_plan(made)
            left = exits.UNSETTLED if made.unmatched else exits.OK
            ahead = ahead_text(when.at, moment_of(workspace))
            if dry_run:
                print_rows(made)
                say(f"Nothing was scheduled for {when.full()} ({ahead}).")
                raise typer.Exit(left)
            if consequences:
                say(consequences)
            what = title_for(made.what, whom)
            confirm(yes, f"{what}, at {when.full()}, {ahead}?")
            number = schedule(workspace, made, whom, when)
            say(f"Scheduled as S{number}: {what}, at {when.full()}, {ahead}.")
            say(f"“drtui operations scheduled cancel S{number}” takes it back.")
            if not is_held(workspace.database.path):
                minutes = GRACE.total_seconds() / 60
                say(f"No drtui is up now. {NEEDS_ENGINE} {minutes:.0f} minutes count as in time.")
        raise typer.Exit(left)
