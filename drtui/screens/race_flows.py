"""The actions on races, each from its question to its operation."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.commands.race_changes import (
    CREATE_CONSEQUENCES,
    DELETE_CONSEQUENCES,
    EDIT_CONSEQUENCES,
)
from drtui.commands.race_files import CONSEQUENCES as FILE_CONSEQUENCES
from drtui.commands.race_files import FilesPlan
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import span_text
from drtui.domain.race_times import zone_text
from drtui.domain.race_typing import typed_texts
from drtui.domain.races import Definition
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.race_planner import file_lines
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.screens.race_planner import FormSubject

_NEW, _EDIT, _CLONE = "New race", "Change the race", "New race like another"
_NOBODY: Final = Subject((), frozenset(), marked=False, hidden=0)
_MOST_LINES: Final = 40
_FILE_TOLD: Final = (
    "A race, or a series, as TOML: it is read and planned first, and nothing is sent until that "
    "is confirmed. w writes such a file of races that are there, N one from a template."
)


async def new(actions: Actions, _: Subject) -> bool:
    """Make a new race."""
    planner = actions.desk.races.planner
    subject = await asyncio.to_thread(planner.new_race)
    return await _form(actions, _NEW, subject, "Create", CREATE_CONSEQUENCES)


async def clone(actions: Actions, subject: Subject) -> bool:
    """Make a new race like another one; of several, all are copied as they are."""
    planner = actions.desk.races.planner
    if len(subject.keys) > 1:
        copies = await asyncio.to_thread(planner.clones, subject.keys)
        return await _clones(actions, copies)
    copied = await asyncio.to_thread(planner.clone, subject.keys[0])
    return await _form(actions, _CLONE, copied, "Create", CREATE_CONSEQUENCES)


async def _clones(actions: Actions, copies: Sequence[Definition]) -> bool:
    """Create copies of several races once that is confirmed."""
    planner = actions.desk.races.planner
    lines = [f"{clean(one.name, 60)}  {span_text(one, planner.zone)}" for one in copies]
    more = len(lines) - _MOST_LINES
    told = "\n".join([*lines[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else [])])

    def propose() -> Proposal:
        plan = planner.plan_clones(copies)
        consequences = [CREATE_CONSEQUENCES] if plan.count(Outcome.CHANGE) else []
        return actions.proposal(plan, "Create", _NOBODY, told, *consequences)

    return await actions.decide(propose)


async def edit(actions: Actions, subject: Subject) -> bool:
    """Change a race."""
    planner = actions.desk.races.planner
    found = await asyncio.to_thread(planner.race_to_edit, subject.keys[0])
    title = f"{_EDIT}: {clean(found.before.name, 50)}"
    return await _form(actions, title, found, "Change", EDIT_CONSEQUENCES)


async def _form(
    actions: Actions, title: str, subject: "FormSubject", action: str, consequences: str
) -> bool:
    """Ask what a race is to be until its plan is confirmed."""
    planner = actions.desk.races.planner
    texts = typed_texts(subject.before, planner.zone)
    if subject.race is None and title == _NEW:
        texts["name"] = ""
    first = texts
    while True:
        read = partial(planner.read_form, subject)
        dialog = RaceFormDialog(title, texts, read, zone_text(planner.zone), first)
        definition = await actions.ask(dialog)
        if definition is None:
            return False
        texts = dict(dialog.texts)

        def propose(definition: Definition = definition) -> Proposal:
            plan = planner.plan_form(subject, definition)
            sent = planner.sent_text(subject, definition, plan)
            notes = filter(None, (sent, consequences if plan.count(Outcome.CHANGE) else ""))
            return actions.proposal(plan, action, _NOBODY, *notes)

        if await actions.decide(propose, back=True):
            return True


async def delete(actions: Actions, subject: Subject) -> bool:
    """Delete races."""

    def propose() -> Proposal:
        plan = actions.desk.races.planner.delete(subject.keys)
        count = plan.count(Outcome.CHANGE)
        notes = [DELETE_CONSEQUENCES] if count else []
        proposal = actions.proposal(plan, "Delete", subject, *notes)
        return proposal.with_typed(f"{count:,}")

    return await actions.decide(propose)


async def apply_file(actions: Actions, _: Subject) -> bool:
    """Read a race file, and create and change what it says."""
    planner = actions.desk.races.planner
    path, problem = "", ""
    while True:
        dialog = PlaceDialog(
            "Open a race file",
            "Races are told apart by their names.",
            "File",
            _FILE_TOLD,
            typed=path,
            problem=problem,
        )
        answer = await actions.ask(dialog)
        if answer is None:
            return False
        path, problem = answer, ""
        try:
            made = [await asyncio.to_thread(planner.apply, path)]
        except InvalidInputError as error:
            problem = str(error)
            continue

        def propose(path: str = path, made: list[FilesPlan] = made) -> Proposal:
            return _file_proposal(actions, made.pop() if made else planner.apply(path))

        try:
            if await actions.decide(propose, back=True):
                return True
        except InvalidInputError as error:
            problem = str(error)


def _file_proposal(actions: Actions, found: FilesPlan) -> Proposal:
    lines = file_lines(found)
    more = len(lines) - _MOST_LINES
    told = [*lines[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else [])]
    summary = f"{counted(len(found.races), 'race')}: {found.text or 'none'}."
    notes = [summary, "\n".join(told), FILE_CONSEQUENCES]
    return actions.proposal(found.plan, "Apply", _NOBODY, *filter(None, notes))


RACE_FLOWS: Final[Mapping[str, Flow]] = {
    "new": new,
    "edit": edit,
    "clone": clone,
    "delete": delete,
    "apply_file": apply_file,
}
"""By the name of the screens' action; that of the invitation is in `race_inviting`."""
