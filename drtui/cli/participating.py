"""The options that say which participants are meant, and what there is to say of their list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out, confirm
from drtui.cli.choosing import read_text
from drtui.cli.context import Desk
from drtui.cli.output import say
from drtui.commands.participants import (
    keep,
    participants_of,
    plan_keep,
    read_list,
    submit_and_keep,
)
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant, ParticipantList, RowProblem
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.wording import counted, noun

ListFile = Annotated[
    str, typer.Argument(metavar="FILE", help="A CSV or a paste of participants; - is stdin.")
]
SomeListFile = Annotated[
    str | None,
    typer.Argument(metavar="[FILE]", help="A CSV or a paste of participants; - is stdin."),
]
EverybodyKept = Annotated[
    bool, typer.Option("--kept", help="All participants that were kept, instead of a FILE.")
]
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class People:
    """The participants that are meant.

    Attributes:
        left_out: How many rows of their list are left out.
        from_list: Whether they come from a list, and are kept with what is confirmed for them.
    """

    participants: tuple[Participant, ...]
    left_out: int = 0
    from_list: bool = False

    def code(self, code: int) -> int:
        """Return an exit code that tells of rows that were left out as well."""
        return exits.UNSETTLED if code == exits.OK and self.left_out else code


Chosen = Callable[[Workspace], People]
"""Finds the participants; keeps none."""


def participants_choice(file: str | None, kept: bool) -> Chosen:
    """Return what finds the participants; the file is read here.

    Raises:
        InvalidInputError: None or both were given, or the file cannot be read.
    """
    if (file is None) is not kept:
        raise InvalidInputError("Say for whom: one of FILE and --kept.")
    if file is None:
        return lambda workspace: People(participants_of(workspace))
    text = read_text(file)
    return lambda workspace: _of_list(workspace, text)


def carry_out_for(
    people: People,
    desk: Desk,
    make_plan: Callable[[], Plan],
    *,
    dry_run: bool,
    yes: bool,
    wait: bool,
    consequences: str = "",
) -> int:
    """Carry a change out as `changes.carry_out` does, and keep those of a list with it.

    What it comes to is said beforehand; nobody is kept before the change is confirmed. Where there
    is nothing to change for anybody, keeping the list is asked for by itself.
    """
    listed = people.participants if people.from_list else ()
    coming = plan_keep(desk.workspace, listed)
    if not coming.nothing:
        say(f"Once confirmed, the list is kept: {coming.new:,} new, {coming.changed:,} changed.")
    if coming.tagged:
        said = noun(coming.tagged, "gets the label of their team", "get the label of their team")
        say(f"{coming.tagged:,} with a profile {said}; a racer has that of one team only.")
    confirmed = False

    def submitting(workspace: Workspace, plan: Plan) -> int | None:
        nonlocal confirmed
        confirmed = True
        return submit_and_keep(workspace, plan, listed)

    code = carry_out(
        desk,
        make_plan,
        dry_run=dry_run,
        yes=yes,
        wait=wait,
        consequences=consequences,
        submitting=submitting,
    )
    if not (confirmed or dry_run or coming.nothing):
        confirm(yes, f"Keep {counted(len(listed), 'participant')} all the same?")
        keep(desk.workspace, listed)
    return code


def tell_problems(found: ParticipantList, shown: int | None = _SHOWN) -> None:
    """Say what is left out of a list, with its lines.

    Args:
        found: The list.
        shown: How many of each are said at the most; None is all.
    """
    _tell("left out", found.problems, shown)
    _tell("taken in part", found.warnings, shown)


def _of_list(workspace: Workspace, text: str) -> People:
    preview = read_list(workspace, text)
    for line in preview.lines():
        say(line)
    tell_problems(preview.found)
    return People(preview.found.participants, len(preview.found.problems), from_list=True)


def _tell(what: str, problems: Sequence[RowProblem], shown: int | None) -> None:
    for one in problems[:shown]:
        say(f"  line {one.line:,}, {what}: {one.text}: {one.reason}")
    if shown is not None and len(problems) > shown:
        say(f"  … and {len(problems) - shown:,} more: see “drtui invite list”")
