"""The options that say which participants are meant, and what there is to say of their list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.choosing import read_text
from drtui.cli.output import say
from drtui.commands.participants import keep, participants_of, read_list
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant, ParticipantList, RowProblem
from drtui.domain.problems import InvalidInputError
from drtui.domain.wording import counted

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
    """

    participants: tuple[Participant, ...]
    left_out: int = 0

    def code(self, code: int) -> int:
        """Return an exit code that tells of rows that were left out as well."""
        return exits.UNSETTLED if code == exits.OK and self.left_out else code


Chosen = Callable[[Workspace, bool], People]
"""Finds the participants; told whether to keep those of a list."""


def participants_choice(file: str | None, kept: bool) -> Chosen:
    """Return what finds the participants; the file is read here.

    Raises:
        InvalidInputError: None or both were given, or the file cannot be read.
    """
    if (file is None) is not kept:
        raise InvalidInputError("Say for whom: one of FILE and --kept.")
    if file is None:
        return lambda workspace, _: People(participants_of(workspace))
    text = read_text(file)
    return lambda workspace, keeping: _of_list(workspace, text, keeping)


def tell_problems(found: ParticipantList, shown: int | None = _SHOWN) -> None:
    """Say what is left out of a list, with its lines.

    Args:
        found: The list.
        shown: How many of each are said at the most; None is all.
    """
    _tell("left out", found.problems, shown)
    _tell("taken in part", found.warnings, shown)


def _of_list(workspace: Workspace, text: str, keeping: bool) -> People:
    preview = read_list(workspace, text)
    for line in preview.lines():
        say(line)
    tell_problems(preview.found)
    if keeping:
        changed = keep(workspace, preview.found.participants)
        if changed.tagged:
            say(f"{counted(changed.tagged, 'user')} got the label of their team.")
    return People(preview.found.participants, len(preview.found.problems))


def _tell(what: str, problems: Sequence[RowProblem], shown: int | None) -> None:
    for one in problems[:shown]:
        say(f"  line {one.line:,}, {what}: {one.text}: {one.reason}")
    if shown is not None and len(problems) > shown:
        say(f"  … and {len(problems) - shown:,} more: see “drtui invite list”")
