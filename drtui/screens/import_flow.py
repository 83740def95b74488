"""Importing a model of this machine, from the form to the operation."""

import asyncio

from drtui.commands.model_imports import CONSEQUENCES, ImportPlan
from drtui.domain.problems import InvalidInputError
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.import_model import ImportDialog
from drtui.screens.model_texts import ImportTexts
from drtui.screens.subject import Subject

_NOTHING = Subject((), frozenset(), marked=False, hidden=0)


async def import_model(actions: Actions, _: Subject) -> bool:
    """Import a model into the profile of whoever is signed in; it is for none that is there."""
    planner = actions.desk.models.planner
    whose = await asyncio.to_thread(planner.signed_in)
    texts, problem = ImportTexts(), ""
    while True:
        dialog = ImportDialog(texts, whose, planner.check_import, planner.plan_import, problem)
        answer = await actions.ask(dialog)
        if answer is None:
            return False
        texts, plan = answer
        made = [plan]  # reading the files anew is for a plan that is outdated alone

        def propose(texts: ImportTexts = texts, made: list[ImportPlan] = made) -> Proposal:
            found = made.pop() if made else planner.plan_import(texts)
            return actions.proposal(
                found.plan, "Import", _NOTHING, " ".join(found.lines), CONSEQUENCES
            )

        try:
            if await actions.decide(propose, back=True):
                return True
            problem = ""
        except InvalidInputError as error:
            problem = str(error)
