"""The help desk's actions, each from its question to its operation; labels need none."""

import asyncio
from collections.abc import Mapping
from typing import Final

from drtui.domain.naming import confirmation
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.role import RoleDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.subject import Subject

_ALIAS, _ROLE, _MODELS = "Change alias", "Change role", "Delete models"


async def change_alias(actions: Actions, subject: Subject) -> bool:
    """Change one racer's alias."""
    selection = actions.selection(subject)
    profile = await asyncio.to_thread(actions.planner.profile, selection)
    if profile is None:
        raise InvalidInputError("An alias is changed for one racer at a time: unmark the others.")
    alias = await actions.ask(AliasDialog(clean(profile.alias), actions.planner.check_alias))
    if alias is None:
        return False

    def propose() -> Proposal:
        plan = actions.planner.change_alias(selection, alias)
        return actions.proposal(plan, _ALIAS, subject)

    return await actions.decide(propose)


async def change_role(actions: Actions, subject: Subject) -> bool:
    """Change roles; never one's own."""
    selection = actions.selection(subject)
    profile = await asyncio.to_thread(actions.planner.profile, selection)
    whom = str(subject) if profile is None else clean(f"{profile.alias} {profile.email or ''}")
    role = await actions.ask(RoleDialog(whom, None if profile is None else profile.role))
    if role is None:
        return False

    def propose() -> Proposal:
        return actions.proposal(actions.planner.change_role(selection, role), _ROLE, subject)

    return await actions.decide(propose)


async def delete_models(actions: Actions, subject: Subject) -> bool:
    """Delete all models of racers; see `naming.confirmation` for what has to be typed."""
    selection = actions.selection(subject)

    def propose() -> Proposal:
        plan = actions.planner.delete_models(selection)
        consequences = actions.planner.models_consequences
        proposal = actions.proposal(plan, _MODELS, subject, consequences)
        return proposal.with_typed(confirmation(plan))

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
    present = await asyncio.to_thread(actions.planner.labels, selection)
    known = await asyncio.to_thread(actions.planner.known_labels)
    dialog = TagsDialog(str(subject), len(subject.keys), present, known, actions.planner.read_tags)
    texts = await actions.ask(dialog)
    if texts is None:
        return False
    change = actions.planner.read_tags(texts.add, texts.remove)
    number = await asyncio.to_thread(actions.planner.tag, selection, change)
    told = actions.planner.tagged(change, counted(number, "racer"))
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
