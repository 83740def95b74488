"""The help desk's actions, each from its question to its operation; labels need none."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from drtui.domain.naming import confirmation
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Role
from drtui.domain.tags import OtherValues, other_values
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.deletion_flows import listed_again
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.role import RoleDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.subject import Subject

_ALIAS, _ROLE, _MODELS = "Change alias", "Change role", "Delete models"
_KEPT: Final = "To keep a copy: esc, then l, and x there downloads them first."


async def change_alias(actions: Actions, subject: Subject) -> bool:
    """Change one racer's alias."""
    selection = actions.selection(subject)
    profile = await asyncio.to_thread(actions.planner.profile, selection)
    if profile is None:
        raise InvalidInputError("An alias is changed for one racer at a time: unmark the others.")
    present, alias = clean(profile.alias), ""
    while True:
        answer = await actions.ask(AliasDialog(present, actions.planner.check_alias, alias))
        if answer is None:
            return False
        alias = answer
        if await actions.decide(partial(_with_alias, actions, subject, alias), back=True):
            return True


def _with_alias(actions: Actions, subject: Subject, alias: str) -> Proposal:
    plan = actions.planner.change_alias(actions.selection(subject), alias)
    return actions.proposal(plan, _ALIAS, subject)


async def change_role(actions: Actions, subject: Subject) -> bool:
    """Change roles; never one's own."""
    selection = actions.selection(subject)
    profile = await asyncio.to_thread(actions.planner.profile, selection)
    whom = (
        str(subject) if profile is None else clean(f"{profile.alias} {profile.email or ''}").strip()
    )
    present, role = None if profile is None else profile.role, None
    while True:
        role = await actions.ask(RoleDialog(whom, present, role))
        if role is None:
            return False
        if await actions.decide(partial(_with_role, actions, subject, role), back=True):
            return True


def _with_role(actions: Actions, subject: Subject, role: Role) -> Proposal:
    plan = actions.planner.change_role(actions.selection(subject), role)
    return actions.proposal(plan, _ROLE, subject)


async def delete_models(actions: Actions, subject: Subject) -> bool:
    """Delete all models of racers; how many they are has to be typed."""
    selection = actions.selection(subject)
    unlisted = await listed_again(actions, selection)

    def propose() -> Proposal:
        found = actions.desk.models.planner.delete_all(selection)
        found.check()
        told = filter(None, [unlisted])
        notes = (*told, *found.notes, *([_KEPT] if found.number else []))
        proposal = actions.proposal(found.plan, _MODELS, subject, *notes)
        return replace(proposal.with_typed(f"{found.number:,}"), count=found.number)

    return await actions.decide(propose)


async def delete_user(actions: Actions, subject: Subject) -> bool:
    """Delete users; see `naming.confirmation` for what has to be typed."""
    selection = actions.selection(subject)

    def propose() -> Proposal:
        plan = actions.planner.delete_users(selection)
        consequences = actions.planner.user_consequences
        proposal = actions.proposal(plan, plan.what, subject, consequences)
        return proposal.with_typed(confirmation(plan))

    return await actions.decide(propose)


async def tags(actions: Actions, subject: Subject) -> bool:
    """Put labels on racers, and take others off; drtui's own, so that nothing is delivered."""
    selection = actions.selection(subject)
    planner = actions.planner
    sets = await asyncio.to_thread(planner.label_sets, selection)
    known = await asyncio.to_thread(planner.known_labels)

    def others(add: Sequence[str], remove: Sequence[str]) -> OtherValues:
        change = planner.read_tags(add, remove)
        return other_values(sets, change.add, change.remove)

    present = Counter[str]()
    for labels, number in sets.items():
        present.update({str(label): number for label in sorted(labels)})
    texts = await actions.ask(TagsDialog(str(subject), len(subject.keys), present, known, others))
    if texts is None:
        return False
    change = planner.read_tags(texts.add, texts.remove, instead=texts.instead)
    number = await asyncio.to_thread(planner.tag, selection, change)
    told = planner.tagged(change, counted(number, "racer"), others(texts.add, texts.remove))
    again = "gm marks them again, t" if subject.marked else "t"
    actions.say(f"{told} To reverse: {again}.")
    return True


HELP_DESK: Final[Mapping[str, Flow]] = {
    "change_alias": change_alias,
    "change_role": change_role,
    "delete_models": delete_models,
    "delete_user": delete_user,
    "tags": tags,
}
"""By the name of the screens' action."""
